from datetime import date, datetime
from decimal import Decimal

import pytest

from zonetrack.typed_dates import (
    EPOCH_1904,
    UnreadableDate,
    When,
    read_date,
    read_when,
    read_year,
)

MAY = date(2014, 5, 1)


@pytest.mark.parametrize(
    "written",
    [
        *("2014年5月1日", "2014 年 05 月 01 日", "二〇一四年五月一日", "二零一四年五月一号"),
        *("２０１４年５月１日", "2014-05-01", "2014-5-1", "2014/5/1", "2014.5.1", "2014.05.01"),
        *("20140501", "2014-05-01 00:00:00", "2014-05-01T08:30", "2014/5/1 0:00", " 2014/5/1 "),
        *("1 May 2014", "May 1, 2014", "1-May-2014", "1st May 2014", "41760"),
        *(20140501, 41760, 41760.0, Decimal("41760.5"), MAY, datetime(2014, 5, 1, 8, 30)),
    ],
)
def test_days_are_read_however_they_are_written(written):
    assert read_date(written) == MAY
    assert read_year(written) == 2014 if not isinstance(written, Decimal) else True


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("13/5/2014", date(2014, 5, 13)),
        ("5/13/2014", date(2014, 5, 13)),
        ("5/5/2014", date(2014, 5, 5)),
        ("2016年2月29日", date(2016, 2, 29)),
        ("二〇二一年十二月三十一日", date(2021, 12, 31)),
        ("二〇二一年十月廿一日", date(2021, 10, 21)),
        ("一九九八年十一月十日", date(1998, 11, 10)),
    ],
)
def test_other_days(written, expected):
    assert read_date(written) == expected


@pytest.mark.parametrize(
    ("written", "year", "month"),
    [
        ("2014年5月", 2014, 5),
        ("二〇一四年五月", 2014, 5),
        ("2014.5", 2014, 5),
        ("2014-05", 2014, 5),
        ("2014.1", 2014, 1),
        ("2014年5月份", 2014, 5),
        ("201405", 2014, 5),
        ("May 2014", 2014, 5),
        (201405, 2014, 5),
        (Decimal("2014.5"), 2014, 5),
        (Decimal("2014.12"), 2014, 12),
        ("2014", 2014, None),
        ("2014年", 2014, None),
        ("2014年度", 2014, None),
        ("２０１４年", 2014, None),
        ("二〇一四年", 2014, None),
        ("FY2014", 2014, None),
        (2014, 2014, None),
        (2014.0, 2014, None),
    ],
)
def test_months_and_years_are_read_without_a_day(written, year, month):
    assert read_when(written) == When(year, month)
    with pytest.raises(UnreadableDate) as refusal:
        read_date(written)
    assert refusal.value.reason == "no_day"


@pytest.mark.parametrize("written", [None, "", " ", "—", "/", "无", "未填报", "not reported"])
def test_blanks_are_no_dates(written):
    assert read_when(written) is read_date(written) is read_year(written) is None


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("05/06/2014", "ambiguous"),
        ("1-2-2014", "ambiguous"),
        (Decimal("2014.1"), "ambiguous_month"),
        ("14.5.1", "short_year"),
        ("14年5月1日", "short_year"),
        ("2014-02-30", "no_such_day"),
        ("2014-13-01", "no_such_day"),
        ("2014年0月1日", "no_such_day"),
        ("20141301", "no_such_day"),
        (20140532, "no_such_day"),
        ("1899-05-01", "range"),
        ("9999", "range"),
        (9999, "range"),
        ("2101-01-01", "range"),
        ("2014年5月上旬", "not_a_date"),
        ("民国103年5月1日", "not_a_date"),
        ("May", "not_a_date"),
        ("2014-05-01至2015-05-01", "not_a_date"),
        ("2014/5-1", "not_a_date"),
        ("yesterday", "not_a_date"),
        ("1" * 5_000, "not_a_date"),
        (True, "not_a_date"),
        (0, "not_a_date"),
        (-41760, "not_a_date"),
        (12.5, "not_a_date"),
        (99999, "not_a_date"),
        (float("nan"), "not_a_date"),
        (1e300, "not_a_date"),
        ("#REF!", "error"),
        ("=TODAY()", "error"),
    ],
)
def test_what_is_not_clear_is_refused(written, reason):
    with pytest.raises(UnreadableDate) as refusal:
        read_date(written)
    assert refusal.value.reason == reason
    assert refusal.value.sentence


@pytest.mark.parametrize("written", [2024.5, Decimal("2024.5"), "about 2014", "千", float("inf")])
def test_what_is_no_year_is_refused(written):
    with pytest.raises(UnreadableDate) as refusal:
        read_year(written)
    assert refusal.value.reason == "not_a_year"


def test_serial_numbers_may_count_from_1904():
    assert read_date(41760 - 1462, epoch=EPOCH_1904) == MAY
