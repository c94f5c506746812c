"""Values of several zones, and of all together, come from sums that equal the registers."""

from decimal import Decimal
from html import unescape
from re import findall

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from enterprises.models import Park, ZonePark
from enterprises.places import EVERYWHERE, Place, zone_links
from tests.factories import make_park, make_user, make_zone
from tests.test_counting_against_slow import make_registers
from zonetrack import catalog
from zonetrack.access import roles
from zonetrack.access.grants import grant
from zonetrack.dashboards.zones_page import COLUMNS
from zonetrack.indicators.declaration import Ask
from zonetrack.indicators.series import Readings
from zonetrack.sums import checking, reading
from zonetrack.targets.scorecard import Scorecards, lines_everywhere

pytestmark = pytest.mark.django_db
YEAR = 2014


@pytest.fixture
def places():
    """Two zones with records, the second of which reads a park of the first since 2013."""
    found = [make_registers(seed, size=6) for seed in (31, 32)]
    shared = found[0].links[0].park
    ZonePark.objects.create(zone=found[1].zone, park=shared, from_year=2013)
    return [Place(each.zone, tuple(zone_links(each.zone.key))) for each in found]


def without_sums():
    patched = pytest.MonkeyPatch()
    for name in ("by_park", "by_zone"):
        patched.setattr(reading, name, lambda *_asked: None)
    patched.setattr(reading, "of_nation", lambda _ask: None)
    return patched


def actuals(places, year, today):
    first, *others = places
    cards = Scorecards(
        catalog.INDICATORS, first, year, year, today=today, beside=others, wholes=True
    )
    return [cards.actual(each, year, place) for each in catalog.INDICATORS for place in places]


def everywhere_in(year):
    lines = lines_everywhere(catalog.INDICATORS, year, today=localdate())
    return [line.actual for line in lines]


@pytest.mark.parametrize("year", [2012, YEAR, localdate().year])
def test_zones_as_wholes_read_from_sums_what_is_counted(places, year):
    patched = without_sums()
    counted = actuals(places, year, localdate())
    patched.undo()
    checking.build(localdate())
    assert actuals(places, year, localdate()) == counted
    assert any(one.value or one.known or one.numerator for one in counted)


@pytest.mark.parametrize("year", [2012, YEAR, localdate().year])
def test_all_zones_add_parks_and_never_zones(places, year):
    patched = without_sums()
    counted = [
        line.actual for line in lines_everywhere(catalog.INDICATORS, year, today=localdate())
    ]
    patched.undo()
    checking.build(localdate())
    assert everywhere_in(year) == counted
    parks = frozenset(Park.objects.values_list("pk", flat=True))
    readings = Readings(catalog.INDICATORS, Ask(parks, year, year, localdate()))
    everywhere = Readings(catalog.INDICATORS, Ask(None, year, year, localdate()))
    for each in catalog.INDICATORS:
        assert everywhere.value_everywhere(each, year) == readings.value(each, parks, year)


def test_a_ratio_of_all_zones_divides_last(places):
    checking.build(localdate())
    readings = Readings(catalog.INDICATORS, Ask(None, YEAR, YEAR, localdate()))
    value = readings.value_everywhere(catalog.BY_KEY["rd-intensity-revenue"], YEAR)
    assert value.value == Decimal(value.numerator) * 100 / Decimal(value.denominator)


def test_all_zones_are_not_summed_while_a_park_is_missing(places):
    checking.build(localdate())
    ask = Ask(None, YEAR, YEAR, localdate())
    assert reading.of_nation(ask) is not None
    make_park()
    assert reading.of_nation(ask) is None


def row_of(client):
    page = client.get(reverse("home") + f"?year={YEAR}").content.decode()
    return page.partition('id="all-zones"')[2].partition("</tr>")[0]


def test_the_overview_ends_with_all_zones_each_number_opening_its_rows(client, places):
    checking.build(localdate())
    client.force_login(make_user("administrator"))
    row = row_of(client)
    links = [unescape(link) for link in findall(r'href="([^"]+)"', row)]
    assert len(links) >= len(COLUMNS) / 2
    titles = next(link for link in links if "behind=titles-held" in link)
    assert "place=zones%3Aall" in titles
    line = lines_everywhere([catalog.BY_KEY["titles-held"]], YEAR, today=localdate())[0]
    page = client.get(titles)
    assert page.status_code == 200
    n = line.actual.known or line.value
    rows = catalog.BY_KEY["titles-held"].counts.rows(Ask(None, YEAR, YEAR, localdate()))
    assert rows.count() == n


def test_only_those_who_see_everything_see_all_zones(client, places):
    user = make_user(roles.READER, zone=places[0].zone)
    grant(user, roles.READER, zone=places[1].zone)
    client.force_login(user)
    assert row_of(client) == ""
    page = client.get(
        reverse("title-list"), {"behind": "titles-held", "place": EVERYWHERE.key, "year": YEAR}
    )
    assert "your role does not include it" in page.content.decode()


def test_the_overview_takes_the_same_queries_for_more_zones(client, places):
    checking.build(localdate())
    client.force_login(make_user("administrator"))
    row_of(client)
    with CaptureQueriesContext(connection) as few:
        row_of(client)
    for _ in range(3):
        make_park(make_zone())
    checking.build(localdate())
    with CaptureQueriesContext(connection) as more:
        row_of(client)
    assert len(more) == len(few)
