"""Pages a browser may keep: what is asked about again, and everything that makes them differ."""

from datetime import date

import pytest
from django.contrib import messages
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enterprises.models import ZonePark
from tests import factories as make
from zonetrack import writing
from zonetrack.access import roles
from zonetrack.access.grants import grant
from zonetrack.dashboards import pages
from zonetrack.keeping import conditional
from zonetrack.targets.revising import keep

pytestmark = pytest.mark.django_db
YEAR = 2014
MOST_QUERIES = 6  # before the answer that nothing has changed


@pytest.fixture
def zone():
    return make.make_zone(**dict.fromkeys(("centers_complete_from", "titles_complete_from"), 2010))


@pytest.fixture
def park(zone):
    park = make.make_park(zone)
    make.make_center(park, recognized=YEAR)
    make.make_target(park)
    return park


def signed_in(role=roles.READER, **place):
    client = Client()
    client.force_login(make.make_user(role, **place))
    return client


@pytest.fixture
def reader(zone, park):
    """Of two zones, so that there is something to compare."""
    user = make.make_user(roles.READER, zone=zone)
    grant(user, roles.READER, zone=make.make_park().home_zone)
    client = Client()
    client.force_login(user)
    return client


def addresses(zone, park):
    return {
        "zone": reverse("dashboard", args=[zone.key, YEAR]),
        "park": reverse("park", args=[zone.key, YEAR, park.key]),
        "indicators": reverse("indicators", args=[zone.key]) + f"?year={YEAR}",
        "indicator": reverse("indicator", args=[zone.key, "tech-centers-new"]),
        "parks": reverse("compare-parks", args=[zone.key]),
        "zones": reverse("compare-zones"),
        "report": reverse("report", args=[zone.key]) + f"?year={YEAR}",
    }


PAGES = ["zone", "park", "indicators", "indicator", "parks", "zones", "report"]


def again(client, address, etag, **headers):
    return client.get(address, headers={"if-none-match": etag} | headers)


# What is kept, and by whom


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_has_not_changed_is_not_made_again(reader, zone, park, name):
    address = addresses(zone, park)[name]
    first = reader.get(address)
    assert first.status_code == 200
    assert first["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Language"} <= {each.strip() for each in first["Vary"].split(",")}
    with CaptureQueriesContext(connection) as queries:
        second = again(reader, address, first["ETag"])
    assert (second.status_code, second.content) == (304, b"")
    assert second["ETag"] == first["ETag"]
    assert second["Cache-Control"] == "private, no-cache"
    assert len(queries) <= MOST_QUERIES + (name == "indicator")


def test_the_overview_of_zones_is_asked_about_by_all_it_shows(zone, park):
    other = make.make_park()
    admin = signed_in("administrator")
    etag = admin.get("/zones/")["ETag"]
    assert again(admin, "/zones/", etag).status_code == 304
    writing.save(other.home_zone)
    assert again(admin, "/zones/", etag).status_code == 200


def test_a_compressed_page_is_asked_about_by_the_same_mark(reader, zone, park):
    address = addresses(zone, park)["zone"]
    first = reader.get(address, headers={"accept-encoding": "gzip"})
    assert first["Content-Encoding"] == "gzip"
    assert again(reader, address, first["ETag"]).status_code == 304


@pytest.mark.parametrize(
    "address",
    [
        "/enterprises/?format=csv",
        "/help/",
        "/zones/{zone}/indicators/?format=csv",
        "/zones/{zone}/",
        "/zones/x/",
    ],
)
def test_everything_else_is_kept_by_nobody(reader, zone, park, address):
    answer = reader.get(address.format(zone=zone.key))
    assert "no-store" in answer["Cache-Control"]
    assert "ETag" not in answer


def test_strangers_and_who_signed_out_are_led_to_sign_in(reader, zone, park):
    address = addresses(zone, park)["zone"]
    etag = reader.get(address)["ETag"]
    assert again(Client(), address, etag).status_code == 302
    left = reader.post(reverse("sign-out"))
    assert left["Clear-Site-Data"] == '"cache"'
    assert again(reader, address, etag).status_code == 302


def test_a_forged_mark_opens_nothing(park):
    foreign = signed_in(zone=make.make_zone())
    address = addresses(park.home_zone, park)["zone"]
    for etag in ("*", '"*"', 'W/"' + "0" * 40 + '"'):
        assert again(foreign, address, etag).status_code == 404


def test_the_mark_tells_nothing_of_the_session(reader, zone, park):
    etag = reader.get(addresses(zone, park)["zone"])["ETag"]
    assert reader.session.session_key not in etag
    assert len(etag) == 44


def test_a_form_still_works_from_a_page_that_was_kept(zone, park):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.make_user(roles.READER, zone=zone))
    address = addresses(zone, park)["zone"]
    page = client.get(address)
    token = page.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert again(client, address, page["ETag"]).status_code == 304
    answer = client.post(reverse("sign-out"), {"csrfmiddlewaretoken": token})
    assert answer.status_code == 302


# What makes a difference


def etag_of(client, address, **headers):
    return client.get(address, headers=headers)["ETag"]


def test_no_two_readers_share_a_mark(zone, park):
    address = addresses(zone, park)["park"]
    readers = [
        signed_in(zone=zone),
        signed_in(zone=zone),
        signed_in(park=park),
        signed_in(roles.OFFICER, zone=zone),
        signed_in(roles.STAFF, park=park),
        signed_in(roles.MANAGER, zone=zone),
        signed_in("administrator"),
    ]
    assert len({etag_of(client, address) for client in readers}) == len(readers)


def test_a_new_session_language_look_address_or_form_secret_makes_a_new_mark(zone, park):
    user = make.make_user(roles.READER, zone=zone)
    client, address = Client(), addresses(zone, park)["zone"]
    client.force_login(user)
    first = etag_of(client, address)
    assert etag_of(client, address) == first
    found = {first, etag_of(client, address, **{"accept-language": "zh-hans"})}
    found.add(etag_of(client, address + "?x=1"))
    found.add(etag_of(client, addresses(zone, park)["park"]))
    client.cookies["theme"] = "dark"
    found.add(etag_of(client, address))
    client.cookies["csrftoken"] = "x" * 32
    found.add(etag_of(client, address))
    other = Client()
    other.force_login(user)
    for name in ("theme", "csrftoken"):
        other.cookies[name] = client.cookies[name].value
    found.add(etag_of(other, address))
    assert len(found) == 7


def test_an_odd_theme_makes_no_difference_because_it_is_not_shown(reader, zone, park):
    address = addresses(zone, park)["zone"]
    first = etag_of(reader, address)
    reader.cookies["theme"] = "purple"
    assert etag_of(reader, address) == first


def test_a_day_a_banner_and_a_new_edition_make_a_new_mark(
    reader, zone, park, settings, monkeypatch
):
    address = addresses(zone, park)["zone"]
    found = {etag_of(reader, address)}
    settings.BANNER = "Maintenance on Friday"
    found.add(etag_of(reader, address))
    monkeypatch.setattr(conditional, "localdate", lambda: date(2099, 1, 1))
    found.add(etag_of(reader, address))
    monkeypatch.setattr(conditional, "edition", lambda: "another")
    found.add(etag_of(reader, address))
    assert len(found) == 4


def test_rights_and_names_of_the_reader_make_a_new_mark(zone, park):
    user = make.make_user(roles.READER, zone=zone)
    client, address = Client(), addresses(zone, park)["zone"]
    client.force_login(user)
    found = {etag_of(client, address)}
    grant(user, roles.STAFF, park=park)
    found.add(etag_of(client, address))
    user.first_name = "Ming"
    user.save()
    found.add(etag_of(client, address))
    user.is_superuser = True
    user.save()
    found.add(etag_of(client, address))
    assert len(found) == 4


def test_who_loses_the_right_to_a_zone_gets_no_kept_page(zone, park):
    user = make.make_user(roles.READER, zone=zone)
    client, address = Client(), addresses(zone, park)["zone"]
    client.force_login(user)
    etag = etag_of(client, address)
    user.memberships.all().delete()
    assert again(client, address, etag).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_a_change_in_the_zone_makes_a_new_page(reader, zone, park, name):
    address = addresses(zone, park)[name]
    etag = etag_of(reader, address)
    zone.name_en = "Another name"
    writing.save(zone)
    page = again(reader, address, etag)
    assert page.status_code == 200
    assert "Another name" in page.content.decode()


def test_a_change_elsewhere_makes_none(reader, zone, park):
    address, other = addresses(zone, park)["zone"], make.make_park()
    etag = etag_of(reader, address)
    writing.save(make.make_center(other))
    assert again(reader, address, etag).status_code == 304


def test_a_guest_park_is_looked_at_in_its_home_zone_too(reader, zone, park):
    guest = make.make_park()
    ZonePark.objects.create(zone=zone, park=guest, from_year=2010)
    address = addresses(zone, park)["zone"]
    etag = etag_of(reader, address)
    writing.save(make.make_year(guest.home_zone))
    assert again(reader, address, etag).status_code == 200


def test_a_new_name_of_who_revised_a_target_shows_at_once(reader, zone, park):
    author = make.make_user(roles.MANAGER, zone=zone)
    target = make.make_target(zone, "titles-held", YEAR, 5)
    keep(target, reason="more", author=author, at=timezone.now())
    address = reverse("indicator", args=[zone.key, "titles-held"])
    etag = etag_of(reader, address)
    author.first_name, author.last_name = "Li", "Ming"
    author.save()
    assert again(reader, address, etag).status_code == 200


# Messages are shown once


def test_no_page_is_called_unchanged_while_a_message_waits(rf: RequestFactory, zone, park):
    user = make.make_user(roles.READER, zone=zone)

    def ask(message="", **headers):
        request = rf.get(addresses(zone, park)["zone"], headers=headers)
        request.user = user
        SessionMiddleware(lambda request: None).process_request(request)
        request.session.save()
        request.session._session_key = "the-same-session"
        request._messages = messages.storage.default_storage(request)
        request.META["CSRF_COOKIE"] = "x" * 32
        if message:
            messages.info(request, message)
        return pages.dashboard(request, zone=zone.key, year=YEAR)

    first = ask()
    assert ask(**{"if-none-match": first["ETag"]}).status_code == 304
    told = ask("Saved.", **{"if-none-match": first["ETag"]})
    assert told.status_code == 200
    assert "Saved." in told.content.decode()
    assert "ETag" not in told
