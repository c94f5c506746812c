"""Figures that nobody has approved: saving them leaves kept pages alone that do not show them."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from enterprises.models import State
from tests import factories as make
from zonetrack import catalog
from zonetrack.access import roles
from zonetrack.access.grants import grant

pytestmark = pytest.mark.django_db
YEAR = 2014
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
LANGUAGES = ("en", "zh-hans")


@pytest.fixture
def zone():
    return make.make_zone()


@pytest.fixture
def draft(zone):
    """Among approved returns of two years; what it says is odd, so that checks ask about it."""
    park = make.make_park(zone)
    figures = {"employees": 100, "revenue": 500, "rd_expenditure": 20, "filed": 4, "granted": 2}
    for year in (YEAR - 1, YEAR):
        for _n in range(3):
            make.make_return(make.make_enterprise(park), year, **figures)
    make.make_return(make.make_enterprise(park), YEAR, state=State.SUBMITTED, employees=10)
    return make.make_return(make.make_enterprise(park), YEAR, state=State.DRAFT, employees=10)


@pytest.fixture
def manager(zone):
    """Of two zones, who may look at drafts, too."""
    user = make.make_user(roles.MANAGER, zone=zone)
    grant(user, roles.MANAGER, zone=make.make_park().home_zone)
    client = Client()
    client.force_login(user)
    return client


def addresses(zone, park):
    """Of every page that a browser may keep."""
    year = f"?year={YEAR}"
    return [
        reverse("dashboard", args=[zone.key, YEAR]),
        reverse("park", args=[zone.key, YEAR, park.key]),
        reverse("zone-list"),
        reverse("indicators", args=[zone.key]) + year,
        reverse("compare-parks", args=[zone.key]) + year,
        reverse("compare-zones") + year,
        reverse("report", args=[zone.key]) + year,
        *(reverse("indicator", args=[zone.key, key]) + year for key in catalog.BY_KEY),
    ]


def text(client, address, language="en"):
    page = client.get(address, headers={"accept-language": language})
    assert page.status_code == 200, address
    assert "ETag" in page, address
    return TOKEN.sub("", page.content.decode())


def save_draft(client, filing, employees):
    address = reverse("entry-form", args=[filing.pk])
    opened = re.search(r'name="opened" value="([0-9]+)"', client.get(address).content.decode())[1]
    values = {"opened": opened, "do": "save", "employees": employees, "rd_expenditure": 99999}
    assert client.post(address, values).status_code == 302
    client.get(address)  # shows the message


def test_no_page_that_is_kept_shows_a_draft(manager, zone, draft, settings):
    settings.KEEP_PARTS = False
    pages = [(page, language) for page in addresses(zone, draft.park) for language in LANGUAGES]
    before = {page: text(manager, *page) for page in pages}
    save_draft(manager, draft, 98765)
    for page in pages:
        assert text(manager, *page) == before[page], page


def test_a_page_is_not_made_again_for_a_draft(manager, zone, draft):
    pages = addresses(zone, draft.park)
    marks = {page: manager.get(page)["ETag"] for page in pages}
    save_draft(manager, draft, 98765)
    for page in pages:
        assert manager.get(page, headers={"if-none-match": marks[page]}).status_code == 304, page


def test_a_page_that_counts_drafts_along_shows_them_at_once(manager, zone, draft, settings):
    settings.KEEP_PARTS = True
    cache.clear()
    pages = [
        reverse("dashboard", args=[zone.key, YEAR]),
        reverse("indicators", args=[zone.key]) + f"?year={YEAR}",
        reverse("indicator", args=[zone.key, "rd-expenditure"]) + f"?year={YEAR}",
        reverse("compare-parks", args=[zone.key]) + f"?year={YEAR}",
    ]
    pages = [f"{page}{'&' if '?' in page else '?'}provisional=1" for page in pages]
    before = {page: text(manager, page) for page in pages}
    save_draft(manager, draft, 98765)
    same = [page for page in pages if text(manager, page) == before[page]]
    cache.clear()
    assert same == []
