"""Every odd value at some list or page of figures: an answer, and nothing of another zone in it."""

import logging
from itertools import cycle

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.odd_values import OF_THE_ADMIN, PROMISED, VALUES, WHOLE
from tests.test_lists import ROWS
from zonetrack.access import roles

pytestmark = pytest.mark.django_db

CANARY = "Kanarienvogel"
GENERAL = ("q", "sort", "page", "size", "behind", "place", "park", "year", "part", "provisional")
CASES = [value for values in VALUES.values() for value in values]
BESIDE_LISTS = (
    "/zones/hill/2014/", "/zones/hill/indicators/titles-held/", "/zones/compare/", "/search/",
    "/changes/", "/zones/hill/report/", "/api/v1/enterprises/", "/zones/hill/parks/",
)  # fmt: skip


def test_there_are_as_many_cases_as_promised():
    assert {name: len(set(values)) for name, values in VALUES.items()} == PROMISED
    assert (len(set(OF_THE_ADMIN)), len(set(WHOLE))) == (19, 15)
    assert len(CASES) + len(OF_THE_ADMIN) + len(WHOLE) == 238


@pytest.fixture
def client(settings):
    logging.getLogger("django.request").setLevel(logging.ERROR)
    zone = make.make_zone(key="hill")
    for fill in ROWS.values():
        fill(make.make_park(zone), 1)
    far = make.make_park(make.make_zone(name_en=f"{CANARY} zone"))
    make.make_title(make.make_park(zone))
    make.make_enterprise(far, name_en=CANARY, name_zh=CANARY)
    client = Client()
    client.force_login(make.make_user(roles.MANAGER, zone=zone))
    yield client
    logging.getLogger("django.request").setLevel(logging.NOTSET)


def fault_of(client, address, query) -> str | None:
    answer = client.get(f"{address}?{query}")
    body = b"".join(answer) if answer.streaming else answer.content
    wrong = [word for word in (b"<script>alert", b"Traceback", b"<img src=x") if word in body]
    wrong += [CANARY] if CANARY.encode() in body else []
    if answer.status_code not in (200, 302, 400, 404) or wrong:
        return f"{address}?{query[:80]}: {answer.status_code} {wrong}"
    return None


def test_odd_values_of_all_parameters_at_once_give_an_answer(client):
    lists = {reverse(name): None for name in ROWS}
    for address in lists:
        filters = client.get(address).context["form"].fields
        lists[address] = list(dict.fromkeys([*filters, *GENERAL]))
    places = [*lists, *BESIDE_LISTS]
    found = []
    for number, value in enumerate(CASES):
        address = places[number % len(places)]
        names = lists.get(address, GENERAL)
        found.append(fault_of(client, address, "&".join(f"{name}={value}" for name in names)))
    assert list(filter(None, found)) == []


def test_odd_queries_as_a_whole_give_an_answer(client):
    pages = ("/enterprises/", "/zones/hill/2014/", "/search/")
    found = [fault_of(client, *one) for one in zip(cycle(pages), WHOLE, strict=False)]
    assert list(filter(None, found)) == []


def test_probes_of_the_admin_give_an_answer(client):
    pages = ("/admin/enterprises/return/", "/admin/access/user/", "/admin/access/membership/")
    found = [fault_of(client, *one) for one in zip(cycle(pages), OF_THE_ADMIN, strict=False)]
    assert list(filter(None, found)) == []
