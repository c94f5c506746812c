"""Where the site leads on to, and the overview of several zones."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from zonetrack.access import roles
from zonetrack.access.grants import grant
from zonetrack.sums.checking import build

from .factories import (
    make_center,
    make_park,
    make_project,
    make_published,
    make_return,
    make_title,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db


def sign_in(client, role=roles.READER, **place):
    user = make_user(role, **place)
    client.force_login(user)
    return user


# Leading on


def test_one_zone_is_gone_straight_into(client):
    zone = make_zone()
    sign_in(client, zone=zone)
    for url in ("/", "/zones/"):
        assert client.get(url).url == f"/zones/{zone.key}/"


def test_several_zones_are_offered(client):
    one, other, strange = make_zone(), make_zone(), make_zone()
    user = sign_in(client, zone=one)
    grant(user, roles.READER, zone=other)
    page = client.get("/").content.decode()
    assert one.name in page and other.name in page
    assert strange.name not in page


def test_strangers_are_asked_to_sign_in(client):
    zone = make_zone()
    for url in ("/", "/zones/", f"/zones/{zone.key}/"):
        assert client.get(url).url == f"/sign-in/?next={url}"


def test_an_empty_installation_tells_the_administrator_what_to_do(client):
    sign_in(client, "administrator")
    response = client.get("/")
    assert response.status_code == 200
    page = response.content.decode()
    assert "Add the first zone" in page and "set_up" in page
    assert "/admin/enterprises/zone/add/" in page


def test_who_has_been_given_nothing_is_told_whom_to_ask(client):
    make_zone()
    sign_in(client, None)
    page = client.get("/").content.decode()
    assert "Ask an administrator" in page
    assert "/admin/" not in page


# The latest year


def latest(client, zone):
    response = client.get(f"/zones/{zone.key}/")
    return int(response.url.split("/")[-2])


def test_a_zone_begins_with_the_latest_year_of_which_something_is_known(client):
    zone = make_zone()
    park = make_park(zone)
    sign_in(client, zone=zone)
    assert latest(client, zone) == localdate().year
    make_published(zone, "patents-filed", 2009)
    assert latest(client, zone) == 2009
    make_center(park, recognized=2010)
    assert latest(client, zone) == 2010
    make_title(park, awarded_year=2011)
    assert latest(client, zone) == 2011
    make_project(park, begun_year=2012)
    assert latest(client, zone) == 2012
    make_return(park=park, year=2013, filed=3)
    assert latest(client, zone) == 2013


def test_what_is_not_a_full_year_or_not_approved_does_not_make_a_year_known(client):
    zone = make_zone()
    park = make_park(zone)
    make_published(zone, "patents-filed", 2009)
    make_published(zone, "patents-filed", 2010, period="part", month=6)
    make_published(zone, "patents-filed", 2011, certainty="plan")
    make_return(park=park, year=2012, state="draft", filed=3)
    make_project(park, begun_year=localdate().year + 1)
    make_title(make_park(make_zone()), awarded_year=2015)
    sign_in(client, zone=zone)
    assert latest(client, zone) == 2009


def test_who_sees_only_a_park_begins_with_its_page(client):
    zone = make_zone()
    park = make_park(zone)
    make_title(park, awarded_year=2011)
    make_title(make_park(zone), awarded_year=2013)
    sign_in(client, roles.STAFF, park=park)
    response = client.get(f"/zones/{zone.key}/", follow=True)
    assert response.redirect_chain[-1][0] == f"/zones/{zone.key}/2011/parks/{park.key}/"
    assert response.status_code == 200


def test_unknown_zones_and_parks_are_not_found(client):
    zone, other = make_zone(), make_zone()
    sign_in(client, zone=zone)
    for url in (
        "/zones/nowhere/",
        f"/zones/{other.key}/",
        f"/zones/{zone.key}/parks/nowhere/",
        f"/zones/{zone.key}/parks/{make_park(other).key}/",
    ):
        assert client.get(url).status_code == 404


# The overview


def test_the_overview_has_a_row_for_each_zone(client):
    one, other = make_zone(centers_complete_from=2010), make_zone()
    make_center(make_park(one), recognized=2014)
    make_published(other, "patents-filed", 2014, 100)
    sign_in(client, "administrator")
    response = client.get("/zones/?year=2014")
    rows = {row["zone"].key: row for row in response.context["rows"]}
    values = {
        key: {shown.line.indicator.key: shown.value for shown in row["values"]}
        for key, row in rows.items()
    }
    assert values[one.key]["tech-centers-new"] == "1"
    assert values[other.key]["tech-centers-new"] == "–"
    assert values[other.key]["patents-filed"] == "100"
    page = response.content.decode()
    assert f"place=zone%3A{one.key}" in page and "published" in page


def test_a_zone_seen_in_part_shows_no_values(client):
    whole, part = make_zone(), make_zone(centers_complete_from=2010)
    park = make_park(part)
    make_center(park, recognized=2014)
    user = sign_in(client, zone=whole)
    grant(user, roles.READER, park=park)
    response = client.get("/zones/?year=2014")
    [row] = [each for each in response.context["rows"] if each["zone"] == part]
    assert row["values"] == []
    assert "Your role includes 1 park of this zone" in response.content.decode()


@pytest.mark.parametrize("year", ["x", "99999", "1066", "２０１４", "%00", "-1"])
def test_a_year_that_is_none_is_told_and_the_latest_is_shown(client, year):
    make_zone(), make_zone()
    sign_in(client, "administrator")
    response = client.get(f"/zones/?year={year}&page=zzz")
    assert response.status_code == 200
    assert "needs a year such as 2014" in response.content.decode()


def test_more_zones_ask_no_more_questions(client):
    sign_in(client, "administrator")
    make_zone(), make_zone()
    build(date(2024, 6, 1))
    few = queries(client)
    for _n in range(60):
        make_park(make_zone())
    build(date(2024, 6, 1))
    assert queries(client) == few <= 19
    response = client.get("/zones/?year=2014")
    assert len(response.context["rows"]) == 50
    assert len(client.get("/zones/?year=2014&page=2").context["rows"]) == 12


def queries(client):
    client.get("/zones/?year=2014")
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/zones/?year=2014").status_code == 200
    return len(asked)
