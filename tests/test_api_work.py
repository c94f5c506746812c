"""Board, checks and search as data: what their pages tell, to whom the pages are open."""

from datetime import date

import pytest
from django.test import Client

from tests import factories as make
from zonetrack.access import roles

pytestmark = pytest.mark.django_db
YEAR = 2014
WORK = f"/api/v1/admin/yearly/west/{YEAR}/"


@pytest.fixture
def zone():
    return make.make_zone(key="west", name_en="West", name_zh="西区")


@pytest.fixture
def park(zone):
    park = make.make_park(zone)
    make.make_year(zone, YEAR)
    entered = make.make_enterprise(park, name_en="Lithium", name_zh="锂业", from_year=2010)
    make.make_return(entered, YEAR, state="draft", rd_personnel=30, rd_fte=40)
    make.make_enterprise(park, name_en="Salt", name_zh="盐业", from_year=2010)
    return park


def client_of(role, zone):
    client = Client()
    client.force_login(make.make_user(role, zone=zone))
    return client


@pytest.mark.parametrize("role", [roles.MANAGER, roles.STAFF])
def test_the_board_tells_who_has_reported(role, zone, park):
    answer = client_of(role, zone).get(f"{WORK}board/").json()
    assert [row["enterprise"]["name_en"] for row in answer["rows"]] == ["Lithium", "Salt"]
    assert [row["state"] for row in answer["rows"]] == ["draft", "missing"]
    assert answer["totals"][0]["expected"] == 2
    assert answer["totals"][0]["states"]["draft"] == 1
    assert date.fromisoformat(answer["due"]).year == YEAR + 1


def test_the_board_is_narrowed_as_its_page(zone, park):
    manager = client_of(roles.MANAGER, zone)
    answer = manager.get(f"{WORK}board/", {"state": "missing"}).json()
    assert [row["enterprise"]["name_en"] for row in answer["rows"]] == ["Salt"]
    assert answer["links"]["html"].endswith("board/?state=missing")
    page = manager.get(answer["links"]["html"]).content.decode()
    assert "Salt" in page and "Lithium" not in page


def test_the_checks_tell_what_cannot_be_right(zone, park):
    answer = client_of(roles.MANAGER, zone).get(f"{WORK}checks/").json()
    assert answer["errors"] == 1
    found = answer["rows"][0]
    assert (found["enterprise"]["name_en"], found["level"]) == ("Lithium", "error")
    assert "rd_fte" in found["fields"]
    assert "head count" in found["text"]


def test_the_search_finds_what_its_page_finds(zone, park):
    reader = client_of(roles.READER, zone)
    answer = reader.get("/api/v1/search/", {"q": "lithium"}).json()
    found = [(group["title"], row["text"]) for group in answer["groups"] for row in group["rows"]]
    assert ("Enterprises", "Lithium") in found
    page = reader.get(answer["links"]["html"]).content.decode()
    assert all(text in page for _title, text in found)
    assert reader.get("/api/v1/search/", {"q": "l"}).json()["too_short"]


@pytest.mark.parametrize("name", ["board", "checks"])
def test_the_work_of_others_is_not_found(name, zone, park):
    other = make.make_zone(key="east")
    make.make_park(other)
    for client in (client_of(roles.READER, zone), client_of(roles.MANAGER, other)):
        assert client.get(f"{WORK}{name}/").status_code == 404
    assert Client().get(f"{WORK}{name}/").status_code == 401


def test_the_search_finds_nothing_of_other_zones(zone, park):
    other = make.make_zone(key="east")
    make.make_park(other)
    answer = client_of(roles.READER, other).get("/api/v1/search/", {"q": "lithium"}).json()
    assert answer["groups"] == []
