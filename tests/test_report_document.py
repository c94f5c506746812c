"""A report as plain data and back, and how its sections are numbered."""

import json
from datetime import date
from decimal import Decimal

import pytest

from zonetrack.reports.document import (
    AnnualReport,
    Cell,
    Column,
    Items,
    Paragraph,
    Picture,
    Row,
    Section,
    Series,
    Table,
    annex_heading,
    chinese_number,
    heading,
)
from zonetrack.reports.keeping import plain, restored


def make_report(**changes):
    table = Table(
        "things",
        "Things",
        (Column("Name"), Column("Number", "things", numeric=True)),
        (
            Row((Cell("All"),), "group"),
            Row((Cell("喆𠮷 <b>"), Cell("1,234.50", Decimal("1234.50"), 2, url="/x/"))),
            Row((Cell("–"), Cell("2013-03-01", date(2013, 3, 1)))),
        ),
        empty="None.",
    )
    picture = Picture(
        "things",
        "bars",
        "Things",
        "By year",
        "2012: 3",
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40"/>',
        ("2011", "2012"),
        (Series("actual", "Actual", (None, Decimal(3))),),
        marks=(("actual", "Actual"),),
    )
    blocks = (Paragraph("Text.", "lead"), Items(("One", "Two")), table, picture)
    given = {
        "place": "zone:somewhere",
        "place_name": "Somewhere",
        "year": 2012,
        "language": "en",
        "title": "Report",
        "state": "Not published",
        "made_on": date(2013, 3, 1),
        "facts": (("Zone", "Somewhere"),),
        "sections": (Section("summary", "Summary", blocks),),
        "lines": ({"indicator": "x", "value": Decimal("1.5"), "target": None},),
    }
    return AnnualReport(**(given | changes))


def test_a_report_comes_back_as_it_was_kept():
    report = make_report()
    back = restored(json.loads(json.dumps(plain(report))))
    assert back == report
    assert back.lines == report.lines


def test_a_kept_report_of_an_unknown_kind_is_refused():
    with pytest.raises(KeyError):
        restored({"is": "Somewhat"})


@pytest.mark.parametrize(
    ("language", "at", "expected"),
    [
        ("en", (2,), "2"),
        ("en", (2, 1), "2.1"),
        ("zh-hans", (2,), "二、"),
        ("zh-hans", (2, 11), "（十一）"),
    ],
)
def test_sections_are_numbered_as_the_language_does(language, at, expected):
    assert heading(make_report(language=language), *at) == expected


@pytest.mark.parametrize(
    ("n", "expected"), [(1, "一"), (10, "十"), (19, "十九"), (20, "二十"), (99, "九十九")]
)
def test_chinese_numbers(n, expected):
    assert chinese_number(n) == expected


def test_annexes_are_numbered():
    assert annex_heading(make_report(), 2) == "Annex 2"
    assert annex_heading(make_report(language="zh-hans"), 2) == "附件2"
