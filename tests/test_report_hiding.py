"""What a report leaves out, so that nobody learns a single enterprise's money from it."""

import json
import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils.translation import override

from enterprises.models import KeyMark
from enterprises.places import park_place, zone_place
from zonetrack import numbers
from zonetrack.access.scope import Scope
from zonetrack.projects.models import Application, Cooperation, Program, ProgramCategory
from zonetrack.reports.annual import annual_report
from zonetrack.reports.document import Picture, Table, blocks_of
from zonetrack.reports.facts import Facts, Options
from zonetrack.reports.formats import FORMATS, made
from zonetrack.reports.hiding import Behind, hidden
from zonetrack.reports.keeping import plain

from .factories import (
    make_enterprise,
    make_park,
    make_project,
    make_published,
    make_return,
    make_target,
    make_zone,
)

pytestmark = pytest.mark.django_db
YEAR, TODAY = 2014, date(2015, 6, 1)
EVERYTHING = Scope(user=None, everything=True)
HIDDEN = Options(hide_single_money=True)


@pytest.fixture
def zone():
    return make_zone(enterprises_complete_from=2010, projects_complete_from=2010)


def report_of(zone, park=None, *, options=HIDDEN, year=YEAR):
    place = park_place(EVERYTHING, zone.key, park.key) if park else zone_place(EVERYTHING, zone.key)
    return annual_report(place, year, today=TODAY, options=options)


def make_park_with(zone, amounts, *, year=YEAR, key="rd_expenditure"):
    """A park whose enterprises reported these amounts, one each."""
    park = make_park(zone)
    for amount in amounts:
        make_return(make_enterprise(park), year, **{key: amount, "employees": 10})
    return park


def table(report, key):
    return next(each for each in blocks_of(report, Table) if each.key == key)


def amounts_by_park(report, name="R&D expenditure"):
    """The money column of the comparison of parks."""
    parks = table(report, "parks")
    at = [column.name for column in parks.columns].index(name)
    return [row.cells[at].text for row in parks.rows]


def everything_of(report):
    """All that any format could show, as one text."""
    return json.dumps(plain(report), ensure_ascii=False, default=str)


def value_of(report, key, column="value"):
    return next(line[column] for line in report.lines if line["indicator"] == key)


@pytest.mark.parametrize(("n", "shown"), [(1, False), (2, False), (3, True), (4, True)])
def test_a_park_shows_its_amount_from_three_enterprises_on(n, shown, zone):
    park = make_park_with(zone, [1111] * n)
    amount = numbers.money(Decimal(1111 * n))
    report = report_of(zone, park)
    assert (amount in everything_of(report)) is shown
    assert value_of(report, "rd-expenditure") == (1111 * n if shown else None)
    assert amount in everything_of(report_of(zone, park, options=Options()))


def test_nothing_of_a_hidden_amount_is_left_anywhere(zone):
    """Neither the value nor what it could be worked out from: parts, shares and charts."""
    park = make_park_with(zone, [7654])
    make_return(make_enterprise(park), YEAR - 1, rd_expenditure=6543)
    make_target(park, "rd-expenditure", YEAR, 8000)
    text = everything_of(report_of(zone, park))
    for told in ("7654", "7,654", "76.5", "6543", "65.4", "95%", "0.956", "346", "3.46"):
        assert told not in text, told
    assert "80.0 million" in text  # the target itself is no secret


def test_a_hidden_amount_is_told_to_be_left_out(zone):
    park = make_park_with(zone, [7654])
    report = report_of(zone, park)
    notes = table(report, "indicators").notes
    assert any("fewer than three enterprises" in note for note in notes)
    assert "fewer than three enterprises" not in everything_of(
        report_of(zone, park, options=Options())
    )


def test_a_status_may_be_told_of_a_hidden_amount(zone):
    park = make_park_with(zone, [7000])
    make_target(park, "rd-expenditure", YEAR, 8000)
    report = report_of(zone, park)
    row = next(
        row for row in table(report, "indicators").rows if row.cells[0].text == "R&D expenditure"
    )
    assert [cell.text for cell in row.cells[1:]][-2:] == ["Target missed", "–"]
    assert "Furthest behind" not in everything_of(report)


def test_the_next_smallest_goes_with_a_single_hidden_park(zone):
    """Otherwise the zone's total less the others would tell the amount."""
    make_park_with(zone, [500])
    make_park_with(zone, [100, 200, 300])
    make_park_with(zone, [400, 500, 600])
    report = report_of(zone)
    assert amounts_by_park(report) == ["–", "–", "CNY 15.0 million", "CNY 26.0 million"]


def test_two_enterprises_in_two_parks_do_not_learn_of_each_other(zone):
    make_park_with(zone, [500])
    make_park_with(zone, [700])
    make_park_with(zone, [100, 200, 300])
    make_park_with(zone, [400, 500, 600])
    assert amounts_by_park(report_of(zone)) == [
        "–", "–", "–", "CNY 15.0 million", "CNY 33.0 million",
    ]  # fmt: skip


def test_three_enterprises_in_hidden_parks_are_enough(zone):
    make_park_with(zone, [500])
    make_park_with(zone, [700, 800])
    make_park_with(zone, [100, 200, 300])
    assert amounts_by_park(report_of(zone))[:3] == ["–", "–", "CNY 6.0 million"]


def test_a_park_without_an_amount_hides_nothing(zone):
    make_park_with(zone, [500])
    make_park_with(zone, [])
    make_park_with(zone, [100, 200, 300])
    make_park_with(zone, [400, 500, 600])
    shown = amounts_by_park(report_of(zone))
    assert shown == ["–", "–", "–", "CNY 15.0 million", "CNY 26.0 million"]


def test_a_park_hides_in_its_own_report_what_the_zone_hides(zone):
    small = make_park_with(zone, [500])
    middle = make_park_with(zone, [100, 200, 300])
    large = make_park_with(zone, [400, 500, 600])
    shown = [value_of(report_of(zone, park), "rd-expenditure") for park in (small, middle, large)]
    assert shown == [None, None, 1500]


def test_the_total_of_a_zone_stays_unless_it_is_of_few_itself(zone):
    make_park_with(zone, [500])
    make_park_with(zone, [600])
    assert value_of(report_of(zone), "rd-expenditure") is None
    make_park_with(zone, [700])
    assert value_of(report_of(zone), "rd-expenditure") == 1800


def test_years_are_hidden_each_for_itself(zone):
    park = make_park(zone)
    firms = [make_enterprise(park) for _ in range(3)]
    make_return(firms[0], YEAR - 1, rd_expenditure=555)
    for firm in firms:
        make_return(firm, YEAR, rd_expenditure=1000)
    report = report_of(zone)
    row = next(
        row for row in table(report, "indicators").rows if row.cells[0].text == "R&D expenditure"
    )
    assert [cell.text for cell in row.cells[1:4]] == ["CNY 30.0 million", "–", "–"]
    assert "555" not in everything_of(report)


def test_charts_have_a_gap_where_an_amount_is_hidden(zone):
    park = make_park(zone)
    firms = [make_enterprise(park) for _ in range(3)]
    for year in (YEAR - 2, YEAR):
        for firm in firms:
            make_return(firm, year, rd_expenditure=1000)
    make_return(firms[0], YEAR - 1, rd_expenditure=555)
    drawn = next(p for p in blocks_of(report_of(zone), Picture) if p.key == "rd-expenditure")
    values = dict(zip(drawn.labels, drawn.series[0].values, strict=True))
    assert values[str(YEAR - 1)] is None
    assert values[str(YEAR)] == 3000


def test_parts_of_a_ratio_are_hidden_and_the_ratio_stays(zone):
    park = make_park_with(zone, [])
    make_return(make_enterprise(park), YEAR, rd_expenditure=50, revenue=1000)
    report = report_of(zone, park)
    assert value_of(report, "rd-intensity-revenue") == 5
    assert value_of(report, "rd-intensity-revenue", "numerator") is None
    assert value_of(report, "rd-intensity-revenue", "denominator") is None


def test_contract_turnover_is_hidden_likewise(zone):
    park = make_park_with(zone, [1234, 2345], key="contract_turnover")
    assert value_of(report_of(zone, park), "contract-turnover") is None


def test_counts_are_never_hidden(zone):
    park = make_park(zone)
    make_return(make_enterprise(park), YEAR, filed=7, employees=10)
    assert value_of(report_of(zone, park), "patents-filed") == 7


def test_published_amounts_stay(zone):
    """Everybody has read them already; what one enterprise reported beside them is left out."""
    park = make_park(zone)
    make_return(make_enterprise(park), YEAR, rd_expenditure=777)
    make_enterprise(park)
    make_published(zone, "rd-expenditure", YEAR, 5000)
    report = report_of(zone)
    assert value_of(report, "rd-expenditure") == 5000
    assert "777" not in everything_of(report)


def test_amounts_of_single_enterprises_are_left_out(zone):
    """Of key enterprises, contracts, projects and applications."""
    park = make_park_with(zone, [1000, 1000, 1000])
    firm = make_enterprise(park)
    make_return(firm, YEAR, rd_expenditure=81234)
    KeyMark.objects.create(enterprise=firm, park=park, year=YEAR)
    make_project(park, is_key=True, enterprise=firm, budget=82345)
    Cooperation.objects.create(
        kind="development", park=park, name_en="Contract", signed_year=YEAR, amount=83456
    )
    program = Program.objects.create(key="p", name_en="Program", level="provincial")
    category = ProgramCategory.objects.create(program=program, key="c", name_en="Category")
    Application.objects.create(
        category=category, park=park, applied_year=YEAR, status="won", won_year=YEAR, funding=84567
    )
    amounts = ("81,234", "82,345", "83,456", "84,567")
    shown = everything_of(report_of(zone, options=Options()))
    left = everything_of(report_of(zone))
    for amount in amounts:
        assert amount in shown, amount
        assert amount not in left, amount
        assert amount.replace(",", "") not in left, amount
    assert "Amounts of single enterprises are left out." in left


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_hiding_works_in_both_languages(language, zone):
    park = make_park_with(zone, [7654])
    with override(language):
        assert "7,654" not in everything_of(report_of(zone, park))
        assert "76.5" not in everything_of(report_of(zone, park))


@pytest.mark.parametrize(
    ("parks", "expected"),
    [
        ([], set()),
        ([(1, 3, 10)], set()),
        ([(1, 2, 10)], {1}),
        ([(1, 1, 10), (2, 5, 30), (3, 5, 20)], {1, 3}),
        ([(1, 2, 10), (2, 1, 30), (3, 5, 20)], {1, 2}),
        ([(1, 1, 10), (2, 1, 30), (3, 9, 20), (4, 9, 5)], {1, 2, 4}),
    ],
)
def test_which_parks_are_hidden(parks, expected):
    """Park, enterprises, amount."""
    assert hidden([Behind(park, n, Decimal(amount)) for park, n, amount in parks]) == expected


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_file_tells_an_amount_that_is_left_out(zone, language):
    """The amounts have digits that stand nowhere else, however they are rounded."""
    pypdf = pytest.importorskip("pypdf")
    park = make_park_with(zone, [Decimal("713900")])
    make_park_with(zone, [Decimal("829500")])
    place = zone_place(EVERYTHING, zone.key)
    for of in (place, park_place(EVERYTHING, zone.key, park.key)):
        for options, told in ((Options(), True), (HIDDEN, False)):
            facts = Facts(of, YEAR, TODAY, options)
            with override(language):
                report = annual_report(of, YEAR, today=TODAY, options=options)
            found = {key: words_of(made(key, report, facts), pypdf) for key in FORMATS}
            tells = {key for key, words in found.items() if re.search(r"7[.,]?13[.,]?[89]", words)}
            assert bool(tells) is told, (of.key, tells)


def words_of(content, pypdf):
    """All that can be read in a file."""
    if content.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as archive:
            parts = map(archive.read, archive.namelist())
            return "".join(part.decode("utf-8", "ignore") for part in parts)
    return content.decode("utf-8")
