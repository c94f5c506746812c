"""Nobody sees a row, a name or a choice of another scope, on any list, page or search."""

import pytest
from django.test import Client
from django.urls import reverse

from enterprises.models import EnterpriseName, ZonePark
from rd_centers.models import CenterHost
from tests import factories as make
from tests.test_lists import ROWS, keys, make_application
from zonetrack.access import roles
from zonetrack.access.scope import scope_of
from zonetrack.projects.models import Achievement, Cooperation

pytestmark = pytest.mark.django_db

CANARY = "Kanarienvogel"


def signed_in(role=roles.READER, **place):
    client = Client()
    client.force_login(make.make_user(role, **place))
    return client


def fill_with_canaries(park):
    """One record of every kind, each of which carries the name."""
    holder = make.make_enterprise(park, name_en=CANARY)
    EnterpriseName.objects.create(enterprise=holder, name=f"{CANARY} old")
    return {
        "enterprise": holder,
        "center": make.make_center(park, name_en=CANARY, host=holder),
        "title": make.make_title(park, enterprise=holder, document_no=CANARY),
        "patent": make.make_patent(park, title_en=CANARY, holder=holder),
        "project": make.make_project(park, name_en=CANARY, enterprise=holder),
        "cooperation": Cooperation.objects.create(
            park=park, name_en=CANARY, kind="service", signed_year=2014, enterprise=holder
        ),
        "achievement": Achievement.objects.create(
            park=park, name_en=CANARY, year=2014, enterprise=holder
        ),
        "return": make.make_return(holder),
        "target": make.make_target(park, text_en=CANARY),
        "published": make.make_published(park, note_en=CANARY),
    }


PAGES = [
    "enterprise",
    "center",
    "title",
    "patent",
    "project",
    "cooperation",
    "achievement",
    "return",
    "target",
    "published",
]


@pytest.fixture
def foreign():
    park = make.make_park(make.make_zone(name_en=f"{CANARY} zone"), name_en=f"{CANARY} park")
    make_application(park)
    return fill_with_canaries(park)


@pytest.mark.parametrize("role", [roles.READER, roles.STAFF, roles.OFFICER, roles.MANAGER])
@pytest.mark.parametrize("of_park", [True, False])
def test_lists_pages_and_search_hold_no_canary(foreign, role, of_park):
    own = make.make_park()
    place = {"park": own} if of_park else {"zone": own.home_zone}
    client = signed_in(role, **place)
    for fill in ROWS.values():
        fill(own, 1)
    for name in ROWS:
        page = client.get(reverse(name))
        assert CANARY not in page.content.decode(), name
        assert page.context["page_obj"].total == 1 or name in (
            "enterprise-list",
            "program-list",
            "return-list",
        )
        for text in ("Kanarien", CANARY.lower()):
            assert not keys(client.get(reverse(name), {"q": text})), name
    for name in PAGES:
        assert client.get(reverse(name, args=[foreign[name].pk])).status_code == 404, name
    found = client.get("/search/", {"q": "kanarien"})
    assert not found.context["groups"]


def test_a_park_of_another_zone_is_no_choice_and_no_filter(foreign):
    own = make.make_park()
    client = signed_in(zone=own.home_zone)
    for query in (
        {"park": foreign["center"].park.key},
        {"zone": foreign["center"].park.home_zone.key},
    ):
        page = client.get("/rd-centers/", query)
        assert page.context["question"].remarks
        assert CANARY not in page.content.decode()


def test_a_number_of_another_zone_cannot_be_opened(foreign):
    own = make.make_park()
    page = signed_in(zone=own.home_zone).get(
        "/rd-centers/",
        {
            "behind": "rd-bodies-held",
            "place": f"park:{foreign['center'].park.key}",
            "year": "2014",
        },
    )
    assert page.context["question"].remarks == [
        "There is no such zone or park, or your role does not include it."
    ]
    assert CANARY not in page.content.decode()


def test_who_sees_one_park_cannot_open_a_number_of_the_whole_zone():
    zone = make.make_zone()
    own, other = make.make_park(zone), make.make_park(zone)
    make.make_center(other)
    query = {"behind": "rd-bodies-held", "place": f"zone:{zone.key}", "year": "2014"}
    page = signed_in(park=own).get("/rd-centers/", query)
    assert page.context["question"].remarks
    assert not keys(page)


def test_an_enterprise_of_two_zones_shows_each_reader_only_the_own_records():
    own, other = make.make_park(), make.make_park()
    shared = make.make_enterprise(own, name_en="Shared works")
    make.make_title(other, enterprise=shared, kind=make.make_title_kind(key="k", name_en=CANARY))
    make.make_project(other, name_en=CANARY, enterprise=shared)
    make.make_center(other, name_en=CANARY, host=shared)
    CenterHost.objects.create(center=make.make_center(other, name_en=CANARY), enterprise=shared)
    make.make_patent(other, title_en=CANARY, holder=shared)
    page = signed_in(zone=own.home_zone).get(reverse("enterprise", args=[shared.pk]))
    assert page.status_code == 200
    assert CANARY not in page.content.decode()


def test_strangers_are_asked_to_sign_in():
    for name in [*ROWS, "search"]:
        answer = Client().get(reverse(name))
        assert answer.status_code == 302
        assert "/sign-in/" in answer["Location"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("key", [0, 999_999_999, 2**63, 10**40])
def test_a_record_that_is_not_there_is_not_found(name, key):
    client = signed_in(zone=make.make_zone())
    assert client.get(reverse(name, args=[key])).status_code == 404


def test_a_zone_reads_the_guest_park_of_another_zone_and_does_not_write_in_it():
    home, other = make.make_zone(), make.make_zone()
    park, own = make.make_park(home), make.make_park(other)
    ZonePark.objects.create(zone=other, park=park, from_year=2010, to_year=2012)
    scope = scope_of(make.make_user(roles.MANAGER, zone=other))
    assert scope.sees_park(park.pk)
    assert park.pk not in scope.writable_park_ids
    assert own.pk in scope.writable_park_ids
