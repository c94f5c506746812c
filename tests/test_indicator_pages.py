"""The pages of indicators, comparisons, how we compute and help."""

import json
import re
import xml.etree.ElementTree as ET
from csv import reader
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from enterprises.models import State, ZonePark
from tests.factories import (
    make_center,
    make_enterprise,
    make_park,
    make_patent,
    make_published,
    make_return,
    make_source,
    make_target,
    make_title,
    make_title_kind,
    make_user,
    make_zone,
)
from zonetrack import catalog
from zonetrack.dashboards import asking, comparing
from zonetrack.targets.cases import golden_cases
from zonetrack.targets.paths import path
from zonetrack.targets.revising import set_target

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_history")]

NOW = date(2015, 6, 30)
NONSENSE = ["abc", "\0", "2014\0", "99999999999999999999", "２０１４"]


@pytest.fixture(autouse=True)
def midyear(monkeypatch):
    for module in (asking, comparing):
        monkeypatch.setattr(module, "localdate", lambda: NOW)


@pytest.fixture
def zone():
    return make_zone(key="north", name_en="North", name_zh="北区", centers_complete_from=2005)


@pytest.fixture
def admin(client):
    client.force_login(make_user("administrator"))
    return client


def page_of(client, address, **query):
    page = client.get(address, query)
    assert page.status_code == 200, (address, page.status_code)
    return page


def indicator_page(client, zone, key, **query):
    return page_of(client, f"/zones/{zone.key}/indicators/{key}/", **query)


def text_of(page):
    """What a person reads, without marks and with single blanks."""
    content = re.sub(r"<(script|style|svg).*?</\1>", " ", page.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def is_warned(page):
    return 'role="alert"' in page.content.decode()


def figure_of(page, chart):
    content = page.content.decode()
    found = re.search(
        rf'<script id="{chart}-figure" type="application/json">(.*?)</script>', content
    )
    return json.loads(found[1])


def values_drawn(page, chart, role="actual"):
    traces = figure_of(page, chart)["data"]
    return [value for trace in traces if trace["meta"]["role"] == role for value in trace["y"]]


def csv_of(client, address, **query):
    response = client.get(address, query | {"format": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    head, *rows = reader(StringIO(text, newline=""))
    return [dict(zip(head, row, strict=True)) for row in rows]


# One indicator


def test_the_page_opens_in_the_last_year_known_of_the_indicator(admin, zone):
    make_published(zone, "patents-filed", year=1998, value=100)
    make_center(make_park(zone), recognized=2014)
    assert values_drawn(indicator_page(admin, zone, "patents-filed"), "patents-filed")[-1] == 100


def test_the_page_tells_what_the_year_shows(admin, zone):
    park = make_park(zone)
    for year in (2013, 2014, 2014):
        make_center(park, recognized=year)
    make_target(zone, year=2014, value=3)
    page = indicator_page(admin, zone, "tech-centers-new", year=2014)
    shown = text_of(page)
    assert "2014: 2 centers, the target is missed: 1 short of 3 (66%)" in shown
    assert "centers · counted over the year · more is better" in shown
    assert "first recognized in the year" in shown
    assert values_drawn(page, "tech-centers-new")[-2:] == [1, 2]


def test_the_page_speaks_of_the_running_year_so_far(admin, zone):
    make_center(make_park(zone), recognized=2015)
    make_target(zone, year=2015, value=2)
    shown = text_of(indicator_page(admin, zone, "tech-centers-new"))
    assert "2015 so far: 1 center" in shown
    assert "on pace for the target of 2" in shown
    assert "Expected by now" in shown


@pytest.mark.parametrize("number", range(len(catalog.INDICATORS)))
def test_every_indicator_has_a_page_before_anything_is_known(admin, zone, number):
    indicator = catalog.INDICATORS[number]
    admin.cookies["language"] = language = ["en", "zh-hans"][number % 2]
    shown = text_of(indicator_page(admin, zone, indicator.key))
    with translation.override(language):
        assert str(indicator.definition) in shown
    assert "None" not in shown
    assert "null" not in shown


def test_a_count_opens_its_rows(admin, zone):
    make_center(make_park(zone), recognized=2014)
    page = indicator_page(admin, zone, "tech-centers-new", year=2014)
    link = "/rd-centers/?behind=tech-centers-new&amp;place=zone%3Anorth&amp;year=2014"
    assert link in page.content.decode()


def test_a_ratio_opens_both_parts(admin, zone):
    make_return(park=make_park(zone), revenue=Decimal(200), rd_expenditure=Decimal(5))
    page = indicator_page(admin, zone, "rd-intensity-revenue", year=2014)
    assert "Where the 2.50% comes from" in text_of(page)
    for part in ("numerator", "denominator"):
        assert f"year=2014&amp;part={part}" in page.content.decode()


def test_a_published_figure_opens_its_source_and_says_what_itemizes_it(admin, zone):
    park = make_park(zone)
    kind = make_title_kind(key="city-base", level="city")
    for _ in range(3):
        make_title(park, kind=kind, awarded_year=2012)
    source = make_source(title_en="The article")
    figure = make_published(zone, "titles-new-city", 2012, 14, source=source)
    page = indicator_page(admin, zone, "titles-new-city", year=2012)
    shown = text_of(page)
    assert "2012: 14 titles" in shown
    assert "3 of 14 are itemized by records" in shown
    assert "The article" in shown
    assert f'href="{figure.get_absolute_url()}"' in page.content.decode()


def test_complete_records_and_a_published_figure_that_differ_stand_side_by_side(admin, zone):
    make_center(make_park(zone), recognized=2014)
    make_published(zone, "tech-centers-new", 2014, 3)
    shown = text_of(indicator_page(admin, zone, "tech-centers-new", year=2014))
    assert "In the register: 1 shown" in shown
    assert "Published: 3" in shown
    assert "2 more than the records" in shown


def test_returns_and_the_register_of_single_patents_stand_side_by_side(admin, zone):
    park = make_park(zone)
    firm = make_enterprise(park)
    make_return(firm, filed=5)
    make_patent(park, holder=firm, filed_year=2014)
    page = indicator_page(admin, zone, "patents-filed", year=2014)
    shown = text_of(page)
    assert "Sum of approved returns: 5 shown" in shown
    assert "Register of single patents: 1" in shown
    assert "4 fewer than reported" in shown
    opened = "/patents/?behind=patents-filed&place=zone%3Anorth&year=2014&part=check"
    assert opened.replace("&", "&amp;") in page.content.decode()
    assert admin.get(opened).context["page_obj"].total == 1


def test_of_a_register_without_rows_nothing_is_known(admin, zone):
    make_return(make_enterprise(make_park(zone)), filed=5)
    shown = text_of(indicator_page(admin, zone, "patents-filed", year=2014))
    assert "Register of single patents: none known" in shown
    assert "fewer than reported" not in shown


def test_figures_of_a_part_of_the_year_and_plans_are_kept_apart_and_never_drawn(admin, zone):
    make_published(zone, "rd-expenditure", 2014, 188000, period="part", month=10)
    make_published(zone, "rd-expenditure", 2014, 250000, certainty="plan")
    page = indicator_page(admin, zone, "rd-expenditure", year=2014)
    shown = text_of(page)
    assert "Not shown as the year’s number" in shown
    assert "CNY 1,880 million to the end of October" in shown
    assert "CNY 2,500 million" in shown
    assert "2014: not reported" in shown
    assert 'data-chart="rd-expenditure-figure"' not in page.content.decode()


def test_returns_that_are_missing_are_said(admin, zone):
    park = make_park(zone)
    make_return(make_enterprise(park), filed=5)
    make_enterprise(park)
    shown = text_of(indicator_page(admin, zone, "patents-filed", year=2014))
    assert "1 of 2 enterprises approved, 1 missing" in shown


def test_a_register_that_is_not_complete_shows_what_is_known(admin):
    zone = make_zone()
    make_center(make_park(zone), recognized=2014)
    shown = text_of(indicator_page(admin, zone, "tech-centers-new", year=2014))
    assert "2014: 1 known, the register is not complete" in shown
    assert "its rows are not judged" in shown


def centers_of(zone, years):
    park = make_park(zone)
    for n, year in enumerate(years, start=1):
        for _ in range(n):
            make_center(park, recognized=year)


def test_a_forecast_needs_five_past_years_and_names_its_range(admin, zone):
    centers_of(zone, range(2010, 2015))
    zone.centers_complete_from = 2010
    zone.save()
    page = indicator_page(admin, zone, "tech-centers-new", year=2015)
    assert values_drawn(page, "tech-centers-new", "forecast")[-1] == 6
    assert "Forecast 6 (" in text_of(page)


def test_four_past_years_give_no_forecast(admin, zone):
    centers_of(zone, range(2011, 2015))
    zone.centers_complete_from = 2011
    zone.save()
    page = indicator_page(admin, zone, "tech-centers-new", year=2015)
    assert values_drawn(page, "tech-centers-new", "forecast") == []


def test_a_past_year_has_no_forecast(admin, zone):
    centers_of(zone, range(2008, 2015))
    page = indicator_page(admin, zone, "tech-centers-new", year=2014)
    assert values_drawn(page, "tech-centers-new", "forecast") == []
    assert "Forecast" not in text_of(page)


def test_a_level_that_is_known_has_no_forecast(admin, zone):
    centers_of(zone, range(2008, 2015))
    page = indicator_page(admin, zone, "tech-centers-held", year=2015)
    assert "Forecast" not in text_of(page)


def test_a_stock_shows_how_much_of_the_way_is_behind(admin, zone):
    park = make_park(zone)
    make_return(make_enterprise(park), in_force=350)
    make_target(zone, "patents-in-force", 2014, 400, baseline=313, baseline_year=2013)
    shown = text_of(indicator_page(admin, zone, "patents-in-force", year=2014))
    assert "87% of 400, 50 short" in shown
    assert "Of the way to it 42.5%" in shown
    assert "Measured from 313" in shown


def test_a_revised_target_stands_beside_the_original_with_its_reason(admin, zone):
    park = make_park(zone)
    for _ in range(4):
        make_center(park, recognized=2014)
    manager = make_user("Zone manager", zone=zone, username="li")
    target = make_target(zone, year=2014, value=5)
    target.value = 4
    set_target(target, by=manager, reason="One was put off", at=datetime(2014, 7, 1, tzinfo=UTC))
    shown = text_of(indicator_page(admin, zone, "tech-centers-new", year=2014))
    assert "Original target 5, of which 80%" in shown
    assert "Of the target 100%" in shown
    assert "Revisions of targets" in shown
    assert "2014 2014-07-01 5 4 One was put off li" in shown


def test_a_zone_says_that_its_target_is_derived_and_where_targets_disagree(admin, zone):
    for _ in range(2):
        make_target(make_park(zone), year=2014, value=2)
    assert "sum of its parks’ targets" in text_of(
        indicator_page(admin, zone, "tech-centers-new", year=2014)
    )
    make_target(zone, year=2014, value=3)
    shown = text_of(indicator_page(admin, zone, "tech-centers-new", year=2014))
    assert "Sum of the parks’ targets 4" in shown


def test_a_plan_period_target_shows_its_path(admin, zone):
    park = make_park(zone)
    make_return(make_enterprise(park), 2014, in_force=370)
    make_target(zone, "patents-in-force", 2016, 400, baseline=300, baseline_year=2012)
    page = indicator_page(admin, zone, "patents-in-force", year=2014)
    shown = text_of(page)
    assert "From 300 at the end of 2012 to 400 by the end of 2016" in shown
    assert "2014 350 370 +20" in shown
    assert "2015 375 – –" in shown


def test_a_target_from_one_year_to_the_next_is_no_plan(admin, zone):
    make_target(zone, "patents-in-force", 2014, 400, baseline=300, baseline_year=2013)
    page = indicator_page(admin, zone, "patents-in-force", year=2014)
    assert "Path and actual" not in text_of(page)


def test_steps_of_a_path_are_equal_and_end_at_the_target():
    steps = path(
        baseline=Decimal(10),
        baseline_year=2010,
        target=Decimal(4),
        year=2013,
        actuals={2011: Decimal(9)},
    )
    assert [(step.year, step.due, step.gap) for step in steps] == [
        (2010, 10, None),
        (2011, 8, 1),
        (2012, 6, None),
        (2013, 4, None),
    ]


def test_a_path_needs_years_to_go():
    nothing = {"baseline": Decimal(1), "target": Decimal(2), "actuals": {}}
    assert path(baseline_year=2014, year=2014, **nothing) == []
    assert path(baseline_year=2015, year=2014, **nothing) == []


def test_parks_are_drawn_on_one_scale_and_open_their_own_page(admin, zone):
    parks = [make_park(zone, key="east"), make_park(zone, key="west")]
    for park, n in zip(parks, (1, 30), strict=True):
        make_return(make_enterprise(park), 2014, filed=n)
    page = indicator_page(admin, zone, "patents-filed", year=2014)
    charts = [figure_of(page, f"park-{park.pk}") for park in parks]
    assert len({tuple(chart["layout"]["yaxis"]["range"]) for chart in charts}) == 1
    assert "?year=2014&amp;park=east" in page.content.decode()
    east = indicator_page(admin, zone, "patents-filed", year=2014, park="east")
    assert "2014: 1 patent" in text_of(east)


def test_from_reaches_further_back(admin, zone):
    make_center(make_park(zone), recognized=2005)
    address = "/zones/north/indicators/tech-centers-new/"
    assert csv_of(admin, address, year=2015)[0]["Year"] == "2006"
    rows = csv_of(admin, address, year=2015, **{"from": 2005})
    assert (rows[0]["Year"], rows[0]["Value"]) == ("2005", "1")


# Bad input


UNDERSTOOD = {
    "/zones/north/indicators/": ("year", "park", "format"),
    "/zones/north/indicators/tech-centers-new/": ("year", "park", "from", "format"),
    "/zones/north/parks/": ("year", "sort", "indicators", "format"),
    "/zones/compare/": ("year", "sort", "indicators", "format"),
}


@pytest.mark.parametrize(
    ("address", "name"), [(address, name) for address in UNDERSTOOD for name in UNDERSTOOD[address]]
)
def test_bad_input_gives_a_message_and_the_usual_page(admin, zone, address, name):
    make_zone()
    for value in NONSENSE:
        assert is_warned(page_of(admin, address, **{name: value})), value


@pytest.mark.parametrize("address", UNDERSTOOD)
def test_what_no_page_understands_is_ignored(admin, zone, address):
    make_zone()
    assert not is_warned(page_of(admin, address, weather="rain", **{"\0": "\0"}))


def test_years_that_nobody_plans_for_are_refused_with_a_message(admin, zone):
    for year in ("1948", "2026"):
        page = indicator_page(admin, zone, "patents-filed", year=year)
        assert is_warned(page)
        assert page.context["year"] == 2015
    assert not is_warned(indicator_page(admin, zone, "patents-filed", year="2025"))
    assert is_warned(indicator_page(admin, zone, "patents-filed", year=2010, **{"from": 2012}))


def test_a_page_number_that_does_not_exist_shows_another(admin, zone):
    make_zone()
    for number in ("abc", "0", "999", "\0"):
        page_of(admin, "/zones/compare/", page=number)


def test_too_many_indicators_are_cut_with_a_message(admin, zone):
    page = page_of(admin, "/zones/north/parks/", indicators=list(catalog.BY_KEY))
    assert is_warned(page)
    assert len(page.context["columns"]) == asking.MOST_INDICATORS


# Scope


PAGES = ["indicators/", "indicators/patents-filed/", "parks/"]


@pytest.mark.parametrize("page", PAGES)
def test_another_scopes_zone_is_not_found(client, zone, page):
    client.force_login(make_user("Reader", zone=make_zone()))
    assert client.get(f"/zones/north/{page}").status_code == 404
    assert client.get(f"/zones/nowhere/{page}").status_code == 404


def test_unknown_indicators_are_not_found(admin, zone):
    assert admin.get("/zones/north/indicators/weather/").status_code == 404


@pytest.mark.parametrize("page", [f"/zones/north/{page}" for page in PAGES] + ["/help/"])
def test_pages_ask_to_sign_in(client, zone, page):
    answer = client.get(page)
    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in/")


def test_somebody_of_one_park_never_sees_the_whole_zone(client, zone):
    own, other = make_park(zone, key="own"), make_park(zone, key="other", name_en="Secret park")
    make_return(make_enterprise(own), filed=3)
    make_return(make_enterprise(other), filed=40)
    make_target(zone, "patents-filed", 2014, 50)
    client.force_login(make_user("Data entry", park=own))
    for query in ({}, {"park": "own"}, {"park": "other"}):
        page = indicator_page(client, zone, "patents-filed", year=2014, **query)
        assert "2014: 3 patents" in text_of(page)
        assert "Secret park" not in text_of(page)
        assert is_warned(page) == (query == {"park": "other"})
    compared = page_of(client, "/zones/north/parks/", year=2014)
    assert [row.place.park.key for row in compared.context["rows"]] == ["own"]
    assert compared.context["total"] is None
    rows = csv_of(client, "/zones/north/indicators/", year=2014)
    assert {row["Zone or park"] for row in rows} == {own.name}


# All indicators of a year


def test_all_indicators_stand_in_one_table_by_topic(admin, zone):
    make_center(make_park(zone), recognized=2014)
    page = page_of(admin, "/zones/north/indicators/", year=2014)
    groups = re.findall(r'<th scope="rowgroup"[^>]*>(.*?)</th>', page.content.decode())
    assert [unescape(name) for name in groups] == [str(name) for name in catalog.TOPICS.values()]
    for indicator in catalog.INDICATORS:
        assert f"/zones/north/indicators/{indicator.key}/?year=2014" in page.content.decode()


def test_an_empty_installation_has_no_blank_page(admin):
    zone = make_zone()
    for page in ("indicators/", "indicators/patents-filed/", "parks/"):
        shown = text_of(page_of(admin, f"/zones/{zone.key}/{page}"))
        assert "None" not in shown
    assert "Nothing is known for this year" in text_of(
        page_of(admin, f"/zones/{zone.key}/indicators/")
    )


# Downloads


@pytest.mark.parametrize("address", ["indicators/", "indicators/patents-filed/", "parks/"])
def test_csv_excel_and_json_hold_the_same_lines(admin, zone, address):
    park = make_park(zone)
    make_return(make_enterprise(park), 2014, filed=7)
    make_return(make_enterprise(park), 2013, filed=0)
    make_target(zone, "patents-filed", 2014, Decimal("7.5"))
    address = f"/zones/north/{address}"
    rows = csv_of(admin, address, year=2014)
    content = json.loads(admin.get(address, {"year": 2014, "format": "json"}).content)
    assert len(content["lines"]) == len(rows)
    for line, row in zip(content["lines"], rows, strict=True):
        assert str(line["year"]) == row["Year"]
        assert as_text(line["value"]) == row["Value"]
        assert as_text(line["target"]) == row["Target"]
        assert line["status"] == row["Status key"]
    assert rows_of_workbook(admin, address) == len(rows) + 1
    filed = [line for line in content["lines"] if line["indicator"] == "patents-filed"]
    assert {line["value"] for line in filed} >= {7}


def as_text(value):
    return "" if value is None else str(value)


def rows_of_workbook(client, address):
    response = client.get(address, {"year": 2014, "format": "xlsx"})
    file = ZipFile(BytesIO(b"".join(response.streaming_content)))
    return file.read("xl/worksheets/sheet1.xml").count(b"<row ")


def test_json_tells_zero_from_not_reported_and_names_no_person(admin, zone):
    manager = make_user("Zone manager", zone=zone, username="private-li")
    make_return(make_enterprise(make_park(zone)), 2014, filed=0)
    target = make_target(zone, "patents-filed", 2014, 5)
    set_target(target, by=manager, reason="", at=datetime(2014, 1, 1, tzinfo=UTC))
    answer = admin.get("/zones/north/indicators/", {"year": 2014, "format": "json"})
    by_key = {line["indicator"]: line for line in json.loads(answer.content)["lines"]}
    assert by_key["patents-filed"]["value"] == 0
    assert by_key["patents-granted"]["value"] is None
    assert b"private-li" not in answer.content
    assert "attachment" in answer["Content-Disposition"]


def test_the_drawing_can_be_kept(admin, zone):
    make_center(make_park(zone), recognized=2014, name_en="<b>")
    address = "/zones/north/indicators/tech-centers-new/"
    answer = admin.get(address, {"year": 2014, "format": "svg"})
    assert answer["Content-Type"].startswith("image/svg+xml")
    tree = ET.fromstring(answer.content)
    words = " ".join(tree.itertext())
    assert "2014: 1 center" in words
    assert "North" in words


# Comparing parks


def three_parks(zone):
    parks = [make_park(zone, key=key, name_en=key) for key in ("a", "b", "c")]
    make_return(make_enterprise(parks[0]), 2014, filed=5)
    make_return(make_enterprise(parks[2]), 2014, filed=9)
    return parks


def keys_in_order(page):
    return [row.place.park.key for row in page.context["rows"]]


def test_parks_stand_in_their_own_order_with_what_belongs_to_none_and_the_whole(admin, zone):
    three_parks(zone)
    page = page_of(admin, "/zones/north/parks/", year=2014)
    assert keys_in_order(page) == ["a", "b", "c", "north-unstated"]
    shown = text_of(page)
    assert shown.index("Park not stated") < shown.index("Whole zone")
    assert "rank" not in shown.replace("are not ranked", "")
    total = page.context["total"]
    by_key = {line.indicator.key: line.value for line in total.lines}
    assert by_key["patents-filed"] == 14


def test_a_column_orders_the_parks_and_what_is_not_reported_stands_last(admin, zone):
    three_parks(zone)
    address = "/zones/north/parks/"
    falling = page_of(admin, address, year=2014, sort="-patents-filed")
    assert keys_in_order(falling) == ["c", "a", "b", "north-unstated"]
    assert 'aria-sort="descending"' in falling.content.decode()
    rising = page_of(admin, address, year=2014, sort="patents-filed")
    assert keys_in_order(rising) == ["a", "c", "b", "north-unstated"]


def test_chosen_indicators_are_compared_as_bars_of_two_years(admin, zone):
    parks = three_parks(zone)
    make_return(make_enterprise(parks[1]), 2013, filed=2)
    query = {"year": 2014, "indicators": ["patents-filed", "patents-granted"]}
    page = page_of(admin, "/zones/north/parks/", **query)
    assert [c["indicator"].key for c in page.context["columns"]] == list(query["indicators"])
    drawn = figure_of(page, "compare-patents-filed")["data"]
    by_role = {trace["meta"]["role"]: trace["x"] for trace in drawn}
    assert by_role["actual"] == [5, None, 9, None]
    assert by_role["previous"] == [None, 2, None, None]


# Comparing zones


def test_zones_are_compared_only_where_there_are_several(admin, zone):
    assert admin.get("/zones/compare/").status_code == 404
    make_zone(key="south")
    page = page_of(admin, "/zones/compare/", year=2014)
    assert [row.place.zone.key for row in page.context["rows"]] == ["north", "south"]


def test_parks_of_two_zones_are_named_so_that_nobody_adds_them_twice(admin, zone):
    south, park = make_zone(name_en="South"), make_park(zone, name_en="Bridge")
    ZonePark.objects.create(zone=south, park=park, from_year=2014)
    assert "Bridge: North, South" in text_of(page_of(admin, "/zones/compare/", year=2014))
    assert "Bridge" not in text_of(page_of(admin, "/zones/compare/", year=2013))


def test_zones_of_which_only_parks_are_seen_are_not_compared(client, zone):
    user = make_user("Reader", zone=zone)
    south = make_zone(name_en="South")
    make_user_see(user, make_park(south))
    make_return(make_enterprise(make_park(south)), filed=77)
    client.force_login(user)
    page = page_of(client, "/zones/compare/", year=2014)
    assert [row.place.zone.key for row in page.context["rows"]] == ["north"]
    assert "so they are not compared: South" in text_of(page)
    assert "77" not in text_of(page)


def make_user_see(user, park):
    from zonetrack.access.grants import grant

    grant(user, "Reader", park=park)


def test_zones_are_ordered_by_a_column_over_all_pages(admin, monkeypatch):
    monkeypatch.setattr(comparing, "PER_PAGE", 2)
    for n in (1, 3, 2):
        zone = make_zone(key=f"z{n}")
        make_return(make_enterprise(make_park(zone)), 2014, filed=n)
    query = {"year": 2014, "sort": "-patents-filed"}
    first = page_of(admin, "/zones/compare/", **query)
    assert [row.place.zone.key for row in first.context["rows"]] == ["z3", "z2"]
    assert len(csv_of(admin, "/zones/compare/", **query)) == 3 * len(catalog.HEADLINES)


# What it costs


def queries_of(client, address, **query):
    page_of(client, address, **query)  # the first request of a session writes
    with CaptureQueriesContext(connection) as captured:
        page_of(client, address, **query)
    return len(captured)


@pytest.mark.parametrize("page", ["indicators/", "indicators/patents-filed/", "parks/"])
def test_queries_do_not_grow_with_years_parks_or_records(admin, zone, page):
    address = f"/zones/north/{page}"
    park = make_park(zone)
    make_return(make_enterprise(park), 2014, filed=1)
    fewest = queries_of(admin, address, year=2014)
    for _ in range(3):
        other = make_park(zone)
        for year in (2012, 2013, 2014):
            make_return(make_enterprise(other), year, filed=2, state=State.APPROVED)
            make_center(other, recognized=year)
        make_target(other, "patents-filed", 2014, 3)
    assert queries_of(admin, address, year=2014, **{"from": 2000}) == fewest
    assert fewest <= 20


def test_queries_do_not_grow_with_zones(admin, zone):
    make_zone()
    fewest = queries_of(admin, "/zones/compare/", year=2014)
    for _ in range(4):
        make_return(make_enterprise(make_park(make_zone())), 2014, filed=1)
    assert queries_of(admin, "/zones/compare/", year=2014) == fewest


# How we compute, help


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_how_we_compute_shows_every_case_as_computed_now(admin, language):
    admin.cookies["language"] = language
    page = page_of(admin, "/how-we-compute/")
    cases = page.context["cases"]
    assert len(cases) == len(golden_cases()) == 57
    assert all(case["holds"] for case in cases)
    name = "name_zh" if language == "zh-hans" else "name_en"
    assert {case["name"] for case in cases} == {getattr(case, name) for case in golden_cases()}


def test_a_case_that_no_longer_holds_is_seen(admin, monkeypatch):
    from zonetrack.dashboards import help_pages

    monkeypatch.setattr(help_pages, "same", lambda found, answer: False)
    assert "differs from what is laid down" in text_of(page_of(admin, "/how-we-compute/"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_help_defines_every_indicator_under_its_key(admin, language):
    admin.cookies["language"] = language
    content = unescape(page_of(admin, "/help/").content.decode())
    for indicator in catalog.INDICATORS:
        assert f'id="{indicator.key}"' in content
        with translation.override(language):
            assert str(indicator.definition) in content
