"""What holds at every address for programs: odd values, the document, the number of queries."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories as make
from tests.json_shapes import mistakes
from tests.once import stored_once
from tests.test_bad_queries import ODD
from tests.test_lists import ROWS
from zonetrack.access import roles
from zonetrack.api import openapi
from zonetrack.api.registers import REGISTERS
from zonetrack.api.table import ENDPOINTS

pytestmark = pytest.mark.django_db

YEAR = 2014
DOCUMENT = openapi.document()
SCHEMAS = DOCUMENT["components"]["schemas"]
EACH = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A zone with a row in every list, another zone, and people; only read by the tests."""
    with stored_once(django_db_blocker):
        zone, other = make.make_zone(), make.make_zone()
        park = make.make_park(zone)
        make.make_park(other)
        make.make_target(zone, value=3, year=YEAR)
        make.make_center(park, recognized=YEAR)
        holder = make.make_enterprise(park)
        money = Decimal("1234567890.1234")
        make.make_return(holder, YEAR, rd_expenditure=money, filed=0, in_force=3, employees=7)
        make.make_title(park, enterprise=holder, awarded_on=date(YEAR, 5, 1))
        make.make_published(zone, value=100, year=YEAR)
        for fill in ROWS.values():
            fill(park, 1)
        manager = make.make_user(roles.MANAGER, zone=zone)
        make.grant(manager, roles.MANAGER, zone=other)
        yield SimpleNamespace(
            zone=zone,
            park=park,
            reader=make.make_user(roles.READER, zone=zone),
            manager=manager,
            administrator=make.make_user("administrator"),
        )


def signed_in(user, **options):
    client = Client(**options)
    client.force_login(user)
    return client


def address_of(endpoint, world):
    keys = {"zone": world.zone.key, "park": world.park.key, "year": YEAR, "key": "patents-filed"}
    wanted = [name for _kind, name in openapi.ROUTE_PART.findall(endpoint.path)]
    if "pk" in wanted:
        name = endpoint.name.removeprefix("api-")
        register = next(each for each in REGISTERS if each.name == name)
        keys["pk"] = register.listing.model._default_manager.order_by("pk").first().pk
    return reverse(endpoint.name, kwargs={name: keys[name] for name in wanted})


# The reader of these tests sees one zone and enters nothing.
NOT_FOR_READERS = {
    "api-compare-zones": 404,
    "api-changes": 403,
    "api-board": 404,
    "api-checks": 404,
}


@EACH
def test_odd_values_of_every_parameter_give_an_answer(world, endpoint):
    reader, address = signed_in(world.reader), address_of(endpoint, world)
    for kind, value in ODD.items():
        asked = {one.name: value for one in endpoint.asked} | {"format": value}
        expected = NOT_FOR_READERS.get(endpoint.name, 200)
        assert reader.get(address, asked).status_code == expected, kind


@EACH
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_address_answers_as_the_document_says(world, endpoint, language):
    client = signed_in(world.administrator, headers={"accept-language": language})
    answer = client.get(address_of(endpoint, world))
    assert answer.status_code == 200
    operation = DOCUMENT["paths"][openapi.path_of(endpoint)]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert not mistakes(answer.json(), schema, SCHEMAS)
    assert answer["Content-Type"] == "application/json"
    assert client.get(answer.json()["links"]["html"]).status_code in (200, 302)


def test_an_answer_costs_the_same_queries_with_more_rows(world):
    # The catalog asks nothing; changes are read by kind of record, with the names they tell.
    others = ("api-indicators", "api-changes")
    addresses = {one.name: address_of(one, world) for one in ENDPOINTS if one.name not in others}

    def queries(address):
        client = signed_in(world.manager)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200, address
        return len(found)

    before = {name: queries(address) for name, address in addresses.items()}
    assert max(before.values()) <= 60
    for n in range(2, 6):
        for fill in ROWS.values():
            fill(world.park, n)
    assert {name: queries(address) for name, address in addresses.items()} == before
