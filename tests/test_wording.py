"""How lines are told to people."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from enterprises.models import Park, Zone
from enterprises.places import Place
from zonetrack import catalog
from zonetrack.published.models import PublishedFigure, Source
from zonetrack.targets import wording
from zonetrack.targets.models import Target
from zonetrack.targets.progress import assess
from zonetrack.targets.scorecard import PUBLISHED, REGISTER, RETURNS, Actual, Aim, Line

ZONE = Zone(pk=1, key="xining", name_en="Xining", name_zh="西宁")
TODAY = date(2015, 6, 1)


def make_line(key="tech-centers-new", value=None, aim=None, *, today=TODAY, year=2014, **fields):
    """A line as the scorecard makes it, without a database."""
    indicator = catalog.BY_KEY[key]
    value = None if value is None else Decimal(str(value))
    actual = fields.pop("actual", None) or Actual(value=value, origin=REGISTER)
    place = fields.pop("place", Place(ZONE, ()))
    previous = fields.pop("previous", None)
    if previous is not None:
        fields["previous"] = Actual(value=Decimal(str(previous)), origin=REGISTER)
    original = None
    if aim and aim.original is not None:
        original = judge(indicator, actual, aim, year, today, aim.original)
    judgement = judge(indicator, actual, aim, year, today, aim.value if aim else None)
    return Line(indicator, place, year, actual, judgement, aim=aim, original=original, **fields)


def judge(indicator, actual, aim, year, today, target):
    return assess(
        kind=indicator.kind.value,
        direction=aim.direction if aim else "up",
        actual=actual.value,
        target=target,
        baseline=aim.baseline if aim else None,
        year=year,
        today=today,
        due=date(year + 1, 3, 31),
        pace=aim.pace if aim else "linear",
        tolerance=aim.tolerance if aim else 0,
        whole=indicator.whole,
        complete=actual.complete,
    )


def aim(value, direction="up", **fields):
    return Aim(None if value is None else Decimal(str(value)), direction, **fields)


def figure(value, **fields):
    source = Source(tag="news", title_en="Qinghai News")
    usual = {"certainty": "published", "period": "year", "source": source}
    return PublishedFigure(pk=7, value=Decimal(str(value)), **usual | fields)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("tech-centers-new", 0, "0"),
        ("tech-centers-new", None, "–"),
        ("patents-filed", 12345, "12,345"),
        ("rd-intensity-revenue", Decimal("3.456"), "3.46%"),
        ("key-projects-on-schedule", Decimal("72.7272"), "72.7%"),
        ("rd-expenditure", 7460, "CNY 74.6 million"),
        ("rd-expenditure", None, "–"),
    ],
)
def test_a_value_is_written_as_its_indicator_asks(key, value, expected):
    assert wording.value_text(catalog.BY_KEY[key], value) == expected


@pytest.mark.parametrize(
    ("key", "target", "expected"),
    [
        ("tech-centers-new", aim(3), "at least 3"),
        ("tech-centers-new", aim("2.5"), "at least 2.5"),
        ("mofcom-rank", aim(80, "down"), "at most 80"),
        ("rd-bodies-held", aim(61, "keep"), "keep 61"),
        ("rd-bodies-held", aim(61, "keep", tolerance=Decimal(2)), "keep 61 ± 2"),
        ("key-projects-on-schedule", aim(80), "at least 80%"),
        ("tech-centers-new", None, "–"),
    ],
)
def test_a_target_says_its_direction(key, target, expected):
    assert wording.target_text(target, catalog.BY_KEY[key]) == expected


def test_a_target_without_a_number_is_told_in_its_own_words():
    words = aim(None, target=Target(text_en="Win projects of the 123 program"))
    line = make_line(value=2, aim=words)
    assert wording.target_text(words, line.indicator) == "Win projects of the 123 program"
    assert wording.status_text(line) == "Objective in words"


@pytest.mark.parametrize(
    ("value", "today", "expected"),
    [
        (None, date(2015, 3, 31), "Waiting for figures"),
        (None, date(2015, 4, 1), "Not reported"),
        (2, date(2013, 12, 31), "Year not begun"),
        (2, date(2014, 12, 30), "Judged at the year’s end"),
        (2, date(2015, 1, 1), "Target missed"),
        (3, date(2015, 1, 1), "Target met"),
    ],
)
def test_not_due_is_worded_by_its_cause(value, today, expected):
    line = make_line(value=value, aim=aim(3, pace="year_end"), today=today)
    assert wording.status_text(line) == expected


def test_without_a_target_the_status_says_so():
    assert wording.status_text(make_line(value=2)) == "No target"


@pytest.mark.parametrize(
    ("key", "value", "target", "expected"),
    [
        ("tech-centers-new", 2, aim(3), "1 short of 3 (66%)"),
        ("tech-centers-new", 0, aim(3), "3 short of 3 (0%)"),
        ("tech-centers-new", 3, aim(3), "3 of 3 (100%)"),
        ("tech-centers-new", 4, aim(3), "1 above 3 (133%)"),
        ("patents-filed", 97, aim(120), "80% of 120, 23 short"),
        ("patents-filed", 126, aim(120), "105% of 120"),
        ("key-projects-on-schedule", 73, aim(80), "7.0 percentage points short of 80%"),
        ("key-projects-on-schedule", 80, aim(80), "exactly 80%"),
        ("rd-expenditure", 5000, aim(6000), "83% of CNY 60.0 million, CNY 10.0 million short"),
        ("mofcom-rank", 82, aim(80, "down"), "2 above the limit of 80"),
        ("mofcom-rank", 78, aim(80, "down"), "within 80"),
        ("rd-bodies-held", 60, aim(61, "keep"), "1 off 61"),
        ("rd-bodies-held", 61, aim(61, "keep"), "61 kept"),
        ("tech-centers-new", None, aim(3), ""),
        ("tech-centers-new", 2, None, ""),
        ("tech-centers-new", 2, aim(0), ""),
    ],
)
def test_small_targets_are_told_in_things_first(key, value, target, expected):
    assert wording.remaining_text(make_line(key, value, target)) == expected


@pytest.mark.parametrize(
    ("key", "value", "previous", "expected"),
    [
        ("tech-centers-new", 3, 2, "+1"),
        ("patents-filed", 120, 100, "+20 (+20.0%)"),
        ("key-projects-on-schedule", 75, 80, "−5.0 percentage points"),
        ("rd-expenditure", 6000, 5000, "+CNY 10.0 million (+20.0%)"),
        ("tech-centers-new", None, 2, "–"),
        ("tech-centers-new", 3, None, "–"),
    ],
)
def test_a_change_is_told_in_the_unit(key, value, previous, expected):
    assert wording.change_text(make_line(key, value, previous=previous)) == expected


def test_the_year_before_is_a_whole_one():
    assert wording.previous_text(make_line(value=3, previous=2)) == "2 in all of 2013"
    held = make_line("rd-bodies-held", 3, previous=2)
    assert wording.previous_text(held) == "2 at the end of 2013"
    assert wording.previous_text(make_line(value=3)) == ""


def test_a_year_that_runs_is_not_compared_with_a_whole_one():
    line = make_line(value=3, previous=5)
    assert wording.shown(line).change == "−2"
    assert wording.shown(line, running=True).change == "5 in all of 2013"


@pytest.mark.parametrize(
    ("key", "actual", "expected"),
    [
        ("tech-centers-new", Actual(Decimal(3), REGISTER), ""),
        ("tech-centers-new", Actual(complete=False, known=2), "2 known"),
        ("tech-centers-new", Actual(complete=False, known=0), ""),
        (
            "titles-new-city",
            Actual(Decimal(14), PUBLISHED, known=3, published=(figure(14),)),
            "published; 3 of 14 itemized",
        ),
        (
            "titles-new-city",
            Actual(Decimal(14), PUBLISHED, known=0, published=(figure(14),)),
            "published; none itemized",
        ),
        (
            "patents-total",
            Actual(Decimal(313), PUBLISHED, published=(figure(313, certainty="ambiguous"),)),
            "published, meaning ambiguous",
        ),
        (
            "patents-filed",
            Actual(Decimal(97), RETURNS, complete=False, reported=27, expected=31),
            "27 of 31 enterprises approved, 4 missing",
        ),
        ("patents-filed", Actual(Decimal(97), RETURNS, reported=31, expected=31), ""),
        (
            "patents-filed",
            Actual(Decimal(97), RETURNS, reported=31, expected=31, published=(figure(100),)),
            "published 100, records 97",
        ),
        (
            "patents-filed",
            Actual(complete=False, parts_of_year=(figure(35, period="part", month=6),)),
            "35 published to the end of June",
        ),
        (
            "patents-filed",
            Actual(complete=False, planned=(figure(80, certainty="plan"),)),
            "80 planned",
        ),
    ],
)
def test_beside_a_number_stands_where_it_comes_from(key, actual, expected):
    assert wording.origin_text(make_line(key, actual=actual)) == expected


def test_notes_of_a_target():
    assert wording.target_notes(make_line(value=3)) == []
    assert wording.target_notes(make_line(value=3, aim=aim(3, derived=True))) == [
        "derived from the parks’ targets"
    ]
    assert wording.target_notes(make_line(value=3, aim=aim(3, parks_sum=Decimal(4)))) == [
        "the parks’ targets add up to 4"
    ]
    assert wording.target_notes(make_line(value=3, aim=aim(4, original=Decimal(6)))) == [
        "revised, originally at least 6: 50% of that, 75% of the new target"
    ]


def test_a_count_opens_its_rows():
    line = make_line(value=3)
    assert wording.open_url(line) == (
        "/rd-centers/?behind=tech-centers-new&place=zone%3Axining&year=2014"
    )
    park = make_line(value=3, place=Place(ZONE, (), Park(pk=2, key="ganhe")))
    assert "place=park%3Aganhe" in wording.open_url(park)


def test_a_ratio_opens_its_page_and_each_part_its_rows():
    line = make_line("key-projects-on-schedule", 75)
    assert wording.open_url(line).startswith(
        "/zones/xining/indicators/key-projects-on-schedule/?year=2014"
    )
    assert wording.open_url(line, "numerator").endswith("&year=2014&part=numerator")


def test_a_published_figure_opens_its_source_and_what_itemizes_it():
    actual = Actual(Decimal(14), PUBLISHED, known=3, published=(figure(14),))
    shown = wording.shown(make_line("titles-new-city", actual=actual))
    assert shown.url == "/published-figures/7/"
    assert shown.records_url.startswith("/titles/?behind=titles-new-city")
    assert shown.source == "Qinghai News"


def test_what_is_not_known_opens_nothing():
    assert wording.open_url(make_line("industrial-output")) is None
    assert wording.open_url(make_line("patents-filed", actual=Actual(complete=False))) is None


def test_known_rows_of_an_incomplete_register_open_beside_the_dash():
    shown = wording.shown(make_line(actual=Actual(complete=False, known=2)))
    assert (shown.value, shown.url) == ("–", None)
    assert shown.records_url == wording.open_url(shown.line)


def test_a_bullet_graph_holds_its_longest_mark():
    marks = wording.bullet(make_line(value=2, aim=aim(4), today=date(2014, 7, 2)))
    assert marks["target"] == pytest.approx(87.0, abs=0.1)
    assert marks["actual"] == pytest.approx(43.5, abs=0.1)
    assert 0 < marks["expected"] < marks["target"]
    assert set(wording.bullet(make_line()).values()) == {None}
    assert wording.bullet(make_line(value=0))["actual"] is None
    assert wording.bullet(make_line("key-projects-on-schedule", 75))["actual"] == 75.0


def test_chinese_has_its_own_words():
    with override("zh-hans"):
        shown = wording.shown(make_line("rd-expenditure", 12300, aim(15000)))
        assert shown.value == "1.23亿元"
        assert "at least" not in shown.target
