from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import product

import pytest

from zonetrack.targets.cases import golden_cases, rounded
from zonetrack.targets.progress import assess, check_pace, percent_label, share_of_year

DAYS = [date(2012, 12, 31), date(2013, 1, 1), date(2013, 6, 30), date(2013, 12, 31)]
DAYS += [date(2014, 1, 1), date(2014, 3, 31), date(2014, 4, 1)]
PACES = ["linear", "year_end", "months:6=0.5,12=1"]


def judge(**changes):
    """A target of 3 a year, 2 reached, judged when 2013 is over; `changes` say what differs."""
    case = {
        "kind": "flow",
        "direction": "up",
        "actual": 2,
        "target": 3,
        "baseline": None,
        "year": 2013,
        "today": date(2014, 2, 1),
        "due": date(2014, 3, 31),
        "pace": "linear",
    }
    return assess(**case | changes)


@cache
def many_judgements():
    """Every mixture of kind, direction, pace, day and some numbers, with what was asked."""
    return list(_judgements())


def _judgements():
    numbers = [None, Decimal(-1), Decimal(0), Decimal("2.5"), Decimal(400)]
    for kind, direction, pace, today in product(
        ("flow", "stock", "ratio"), ("up", "down", "keep"), PACES, DAYS
    ):
        for actual, target, baseline in product(numbers, numbers, [None, Decimal(2)]):
            asked = {
                "kind": kind,
                "direction": direction,
                "pace": pace,
                "today": today,
                "actual": actual,
                "target": target,
                "baseline": baseline,
            }
            yield asked, judge(**asked)


@pytest.mark.parametrize("case", golden_cases(), ids=lambda case: case.name_en)
def test_every_row_of_the_golden_table_holds(case):
    found = case.computed()
    assert found.status == case.answer.status
    assert found.percent == case.answer.percent
    for name in ("attainment", "distance", "remaining", "expected"):
        assert rounded(getattr(found, name)) == getattr(case.answer, name), name


def test_the_golden_table_is_whole_and_named_in_both_languages():
    assert len(golden_cases()) == 57
    assert len({case.name_en for case in golden_cases()}) == 57
    assert len({case.name_zh for case in golden_cases()}) == 57


def test_a_label_of_100_percent_means_reached():
    for asked, found in many_judgements():
        if found.attainment is not None:
            full = int(found.percent.rstrip("%")) >= 100
            assert full == (asked["actual"] >= asked["target"]), asked


def test_a_label_of_0_percent_means_nothing_at_all():
    for asked, found in many_judgements():
        if found.attainment is not None:
            assert (found.percent == "0%") == (asked["actual"] == 0), asked


def test_remaining_is_never_negative():
    assert all(found.remaining is None or found.remaining >= 0 for _, found in many_judgements())


def test_attainment_is_never_cut_off():
    for asked, found in many_judgements():
        if found.attainment is not None:
            assert found.attainment == asked["actual"] / asked["target"]
    assert judge(actual=3000).percent == "100000%"
    assert judge(actual=-1).percent == "-34%"


def test_nothing_is_judged_without_a_target():
    for asked, found in many_judgements():
        if asked["target"] is None:
            assert (found.status, found.percent) == ("no_target", "–")
            assert {found.attainment, found.distance, found.remaining, found.expected} == {None}


def test_without_an_actual_only_the_expectation_is_given():
    for asked, found in many_judgements():
        if asked["actual"] is None:
            assert {found.attainment, found.distance, found.remaining} == {None}
            assert found.status in ("no_target", "not_due", "not_reported")


def test_every_not_due_has_its_cause_and_nothing_else_has_one():
    for asked, found in many_judgements():
        assert (found.cause is not None) == (found.status == "not_due"), asked


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"actual": None}, "waiting"),
        ({"complete": False}, "waiting"),
        ({"actual": None, "year": 2015, "due": date(2016, 3, 31)}, "not_begun"),
        ({"actual": 5, "year": 2015, "due": date(2016, 3, 31)}, "not_begun"),
        ({"today": date(2013, 6, 30), "pace": "year_end"}, "year_end"),
        ({"today": date(2013, 6, 30), "kind": "stock"}, "year_end"),
    ],
)
def test_a_not_due_names_its_cause(changes, cause):
    found = judge(**changes)
    assert (found.status, found.cause) == ("not_due", cause)


def test_an_expectation_that_is_a_whole_number_is_met_by_that_number():
    """With 1/365 rounded first, one a day would fall behind on some days by the last decimal."""
    first = date(2013, 1, 1)
    for day in range(1, 365):
        today = first + timedelta(days=day - 1)
        found = judge(actual=day, target=365, today=today)
        assert (found.expected, found.status) == (day, "on_pace")
        assert judge(actual=day - 1, target=365, today=today, whole=True).status == "behind"


def test_a_level_above_its_ceiling_is_judged_at_the_years_end_without_a_path():
    changes = {"kind": "ratio", "direction": "down", "actual": 90, "target": 80}
    assert judge(today=date(2013, 6, 30), **changes).cause == "year_end"
    assert judge(today=date(2013, 6, 30), **changes | {"actual": 80}).status == "on_pace"


def test_keeping_is_judged_within_the_year_too():
    changes = {"kind": "stock", "direction": "keep", "target": 61, "today": date(2013, 6, 30)}
    assert judge(actual=60, tolerance=1, **changes).status == "on_pace"
    assert judge(actual=60, **changes).status == "behind"


@pytest.mark.parametrize(
    ("pace", "today", "share"),
    [
        ("linear", date(2012, 12, 31), 0),
        ("linear", date(2013, 1, 1), Fraction(1, 365)),
        ("linear", date(2013, 12, 31), 1),
        ("linear", date(2014, 5, 1), 1),
        ("year_end", date(2013, 12, 30), 0),
        ("year_end", date(2013, 12, 31), 1),
        ("months:6=0.5,12=1", date(2013, 6, 29), 0),
        ("months:6=0.5,12=1", date(2013, 6, 30), Fraction(1, 2)),
        ("months:2=0.25, 6=0.5", date(2013, 2, 28), Fraction(1, 4)),
        ("months:2=0.25, 6=0.5", date(2013, 12, 30), Fraction(1, 2)),
        ("months:2=0.25, 6=0.5", date(2013, 12, 31), 1),
    ],
)
def test_share_of_the_year(pace, today, share):
    assert share_of_year(pace, 2013, today) == share


@pytest.mark.parametrize(
    ("pace", "words"),
    [
        ("", "Unknown pace"),
        ("monthly", "Unknown pace"),
        ("months", "Cannot read"),
        ("months:", "Cannot read"),
        ("months:6", "Cannot read"),
        ("months:6=-1", "Cannot read"),
        ("months:6=nan", "Cannot read"),
        ("months:0=0.5", "no month 0"),
        ("months:13=0.5", "no month 13"),
        ("months:6=1.5", "more than 1"),
        ("months:6=0.5,6=0.6", "must come after"),
        ("months:6=0.5,9=0.4", "smaller than the one before"),
        ("months:6=0.5,12=0.9", "whole target"),
    ],
)
def test_a_pace_that_makes_no_sense_is_refused_in_words(pace, words):
    with pytest.raises(ValueError, match=words):
        check_pace(pace)


@pytest.mark.parametrize("pace", PACES)
def test_the_paces_are_accepted(pace):
    check_pace(pace)


def test_unknown_words_are_refused():
    with pytest.raises(ValueError, match="Unknown kind 'level'"):
        judge(kind="level")
    with pytest.raises(ValueError, match="Unknown direction 'higher'"):
        judge(direction="higher")


def test_a_rounded_quotient_does_not_make_a_miss_look_reached():
    actual, target = Decimal(10**30 - 1), Decimal(10**30)
    assert judge(actual=actual, target=target).percent == "99%"
    assert percent_label(None, None, reached=False) == "–"
