"""Parts of pages that are kept: never for whom they are not meant, never after a change."""

from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enterprises.models import State, YearlyFigures, ZonePark
from tests import factories as make
from tests.admin_forms import change_url, post_change
from zonetrack import workflow, writing
from zonetrack.access import roles
from zonetrack.access.scope import scope_of
from zonetrack.dashboards import pages
from zonetrack.dashboards import zone_page as zone_page_module
from zonetrack.imports import steps
from zonetrack.imports.context import Context
from zonetrack.imports.registers import BY_KEY
from zonetrack.keeping import parts as keeping

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keeping")]
YEAR = 2014
NOW = datetime(2015, 2, 3, 10, tzinfo=UTC)
MOST_QUERIES = 8  # of a page whose figures are kept


@pytest.fixture
def zone():
    return make.make_zone(**dict.fromkeys(("centers_complete_from", "titles_complete_from"), 2010))


@pytest.fixture
def park(zone):
    park = make.make_park(zone, name_en="Dongchuan", name_zh="东川园")
    make.make_center(park, recognized=YEAR)
    make.make_target(zone, value=3)
    return park


@pytest.fixture
def made(monkeypatch):
    """How often figures were made anew."""
    calls, make_anew = [], pages.told_of

    def note(place, *args, **kwargs):
        calls.append(place.key)
        return make_anew(place, *args, **kwargs)

    monkeypatch.setattr(pages, "told_of", note)
    return calls


def signed_in(role=roles.READER, **place):
    client = Client()
    client.force_login(make.make_user(role, **place))
    return client


def zone_page(zone, year=YEAR):
    return reverse("dashboard", args=[zone.key, year])


def park_page(park, zone=None, year=YEAR):
    return reverse("park", args=[(zone or park.home_zone).key, year, park.key])


def text(client, address, **headers):
    page = client.get(address, headers=headers)
    assert page.status_code == 200
    return page.content.decode()


# Kept


@pytest.mark.parametrize("address", [lambda park: zone_page(park.home_zone), park_page])
def test_figures_are_made_once_for_all_who_see_the_place(park, made, address):
    first, second = (signed_in(zone=park.home_zone) for _n in range(2))
    before = text(first, address(park))
    with CaptureQueriesContext(connection) as queries:
        after = text(second, address(park))
    assert len(made) == 1
    assert len(queries) <= MOST_QUERIES
    assert 'class="kpis"' in before
    assert before.split('class="headline"')[1] == after.split('class="headline"')[1]


def test_what_is_kept_is_kept_compressed_and_for_a_day_at_most(park, monkeypatch):
    kept = []
    monkeypatch.setattr(keeping.store, "set", lambda *given: kept.append(given), raising=False)
    text(signed_in(zone=park.home_zone), zone_page(park.home_zone))
    [(name, part, seconds)] = kept
    assert seconds == 24 * 3600
    assert len(part["body"]) < 30_000
    assert park.home_zone.key not in name


def test_each_language_year_day_and_edition_has_its_own(park, made, monkeypatch):
    reader, address = signed_in(zone=park.home_zone), zone_page(park.home_zone)
    assert "Key indicators" in text(reader, address)
    assert "Key indicators" not in text(reader, address, **{"accept-language": "zh-hans"})
    assert "Key indicators" in text(reader, address)
    assert len(made) == 2
    text(reader, zone_page(park.home_zone, 2013))
    assert len(made) == 3
    monkeypatch.setattr(pages, "localdate", lambda: date(2030, 1, 1))
    text(reader, address)
    assert len(made) == 4
    monkeypatch.setattr(keeping, "edition", lambda: "another")
    text(reader, address)
    assert len(made) == 5


def test_nothing_is_kept_by_what_stands_in_the_address(park, made):
    reader, address = signed_in(zone=park.home_zone), zone_page(park.home_zone)
    for n in range(5):
        text(reader, f"{address}?{urlencode({'x': n, 'utm': 'y' * n})}")
    assert len(made) == 1


def test_a_remark_about_one_address_stands_on_no_other(park):
    reader, address = signed_in(zone=park.home_zone), zone_page(park.home_zone)
    assert "Approved figures are shown" in text(reader, address + "?provisional=1")
    assert "Approved figures are shown" not in text(reader, address)


# For whom


def test_who_sees_one_park_gets_nothing_kept_of_the_whole_zone(zone, park, made):
    other = make.make_park(zone, name_en="Nanchuan")
    make.make_center(other, recognized=YEAR)
    manager, of_park = signed_in(roles.MANAGER, zone=zone), signed_in(park=park)
    whole = text(manager, zone_page(zone))
    assert "Nanchuan" in whole
    of_manager = text(manager, park_page(park))
    assert of_park.get(zone_page(zone)).status_code == 302
    assert of_park.get(park_page(other)).status_code == 404
    seen = text(of_park, park_page(park))
    assert "Nanchuan" not in seen
    assert "All parks" not in seen
    assert "All parks" in of_manager


@pytest.mark.parametrize("first", ["reader", "manager"])
def test_links_to_enter_data_go_only_to_those_who_may(zone, park, first):
    clients = {
        "reader": signed_in(zone=zone),
        "manager": signed_in(roles.MANAGER, zone=zone),
    }
    text(clients[first], zone_page(zone))
    for address in (zone_page(zone), park_page(park), zone_page(zone, 1990)):
        assert reverse("admin:index") not in text(clients["reader"], address)
        assert reverse("admin:index") in text(clients["manager"], address)
        assert "Including provisional" not in text(clients["reader"], address)
        assert "Including provisional" in text(clients["manager"], address)


def test_provisional_figures_stay_with_those_who_enter_them(zone, park):
    zone_manager, reader = signed_in(roles.MANAGER, zone=zone), signed_in(zone=zone)
    make.make_return(make.make_enterprise(park), YEAR, state=State.DRAFT, rd_expenditure=777)
    address = zone_page(zone)
    provisional = text(zone_manager, address + "?provisional=1")
    approved = text(zone_manager, address)
    assert provisional != approved
    for asked in (address, address + "?provisional=1"):
        assert "CNY 7.8 million" not in text(reader, asked)
        assert ">provisional<" not in text(reader, asked)


def test_an_administrator_and_a_manager_may_share_figures_but_no_frame(zone, park, made):
    make.make_park()
    admin, manager = signed_in("administrator"), signed_in(roles.MANAGER, zone=zone)
    of_admin, of_manager = text(admin, zone_page(zone)), text(manager, zone_page(zone))
    assert len(made) == 1
    assert "All zones" in of_admin
    assert "All zones" not in of_manager


def test_a_park_of_two_zones_is_kept_for_each(park, made):
    other = make.make_zone(name_en="Host zone")
    ZonePark.objects.create(zone=other, park=park, from_year=2010)
    home, host = signed_in(zone=park.home_zone), signed_in(zone=other)
    own, guest = text(home, park_page(park)), text(host, park_page(park, other))
    assert len(made) == 2
    assert f"/zones/{other.key}/indicators/" in guest
    assert f"/zones/{other.key}/" not in own
    assert f"/zones/{park.home_zone.key}/" not in guest


def test_no_part_is_made_with_anything_of_the_reader(park, monkeypatch):
    contexts, render = [], zone_page_module.render_to_string

    def note(template, context):
        contexts.append(context)
        return render(template, context)

    monkeypatch.setattr(zone_page_module, "render_to_string", note)
    text(signed_in(roles.MANAGER, zone=park.home_zone), zone_page(park.home_zone))
    [context] = contexts
    assert not {"request", "scope", "user", "parks", "switch", "perms", "csrf_token"} & set(context)


# After a change


def test_a_saved_record_is_on_the_very_next_page(zone, park):
    reader = signed_in(zone=zone)
    addresses = zone_page(zone), park_page(park)
    before = [text(reader, address) for address in addresses]
    center = make.make_center(park, recognized=YEAR)
    writing.save(center)
    after = [text(reader, address) for address in addresses]
    for old, new in zip(before, after, strict=True):
        assert old.split('class="headline"')[1] != new.split('class="headline"')[1]


def test_a_form_of_the_admin_is_on_the_very_next_page(zone, park):
    admin, reader = signed_in("administrator"), signed_in(zone=zone)
    text(reader, zone_page(zone))
    answer = post_change(admin, change_url(park), name_en="Renamed park")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert "Renamed park" in text(reader, zone_page(zone))


def test_an_approval_is_on_the_very_next_page(zone, park):
    reader, manager = signed_in(zone=zone), make.make_user(roles.MANAGER, zone=zone)
    filing = make.make_return(
        make.make_enterprise(park), YEAR, state=State.SUBMITTED, rd_expenditure=777_000
    )
    before = text(reader, zone_page(zone))
    workflow.approve(filing, by=manager)
    assert text(reader, zone_page(zone)) != before
    assert "1 of 1 enterprises approved" in text(reader, zone_page(zone))


def test_an_import_is_on_the_very_next_page_of_who_counts_drafts(zone, park):
    staff = make.make_user(roles.MANAGER, zone=zone)
    client = Client()
    client.force_login(staff)
    make.make_enterprise(park, name_zh="甲公司")
    address = zone_page(zone) + "?provisional=1"
    before = text(client, address)
    content = "企业名称,年度,研发经费（万元）,从业人员\n甲公司,2014,90,12".encode()
    row = steps.begin(
        BY_KEY["yearly"],
        "figures.csv",
        content,
        context=Context(scope_of(staff), year=YEAR, park=park),
        by=staff,
        at=NOW,
    )
    context = Context(scope_of(staff), row.zone, row.park, row.year)
    steps.confirm(row, context, by=staff, at=NOW)
    assert YearlyFigures.objects.get().employees == 12
    after = text(client, address)
    assert before.split('class="headline"')[1] != after.split('class="headline"')[1]


def test_a_change_in_a_list_of_choices_is_on_the_very_next_page(zone, park):
    reader = signed_in(zone=zone)
    title = make.make_title(park, awarded_year=YEAR)
    assert "Renamed title" not in text(reader, park_page(park))
    answer = post_change(
        signed_in("administrator"), change_url(title.kind), name_en="Renamed title"
    )
    assert answer.status_code == 302
    assert "Renamed title" in text(reader, park_page(park))
