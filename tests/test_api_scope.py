"""Who reads through the API, and what: tokens, and the scope of whoever owns them."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.test_list_scope import CANARY, fill_with_canaries
from tests.test_lists import ROWS, make_application
from zonetrack.access import roles
from zonetrack.api import tokens
from zonetrack.api.models import Token
from zonetrack.api.registers import REGISTERS
from zonetrack.api.table import ENDPOINTS

pytestmark = pytest.mark.django_db
YEAR = 2014
TITLES = "/api/v1/titles/"


def make_token(user, *, days=90, at=None):
    return tokens.make(user, "Monthly table", days, at=at or timezone.now())


def with_token(text):
    return Client(headers={"authorization": f"Bearer {text}"})


def reading_as(user):
    return with_token(make_token(user)[1])


@pytest.fixture
def park():
    park = make.make_park()
    make.make_title(park)
    return park


@pytest.fixture
def reader(park):
    return make.make_user(roles.READER, zone=park.home_zone)


def assert_unknown(answer):
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == (
        "Sign in, or send a token that is valid: it may be unknown, expired or revoked."
    )


# Tokens


def test_a_token_reads_what_its_owner_reads(reader, park):
    make.make_title()
    answer = reading_as(reader).get(TITLES)
    assert (answer.status_code, answer.json()["count"]) == (200, 1)


def test_of_a_token_only_the_hash_is_kept(reader):
    token, text = make_token(reader)
    assert re.fullmatch(r"zt_[\w-]{43}", text)
    stored = Token.objects.values().get(pk=token.pk)
    assert text not in map(str, stored.values())
    assert (len(stored["digest"]), stored["start"]) == (64, text[:9])
    assert make_token(reader)[1] != text


@pytest.mark.parametrize("days", [0, 367, -1])
def test_a_token_lasts_at_most_a_year(reader, days):
    with pytest.raises(ValueError, match="1 to 366"):
        make_token(reader, days=days)


def test_a_token_that_does_not_hold_is_as_good_as_none(reader, park):
    now = timezone.now()
    _old, expired = make_token(reader, days=30, at=now - timedelta(days=30, seconds=1))
    gone, revoked = make_token(reader)
    tokens.revoke(gone, by=reader, at=now)
    disabled = make.make_user(roles.READER, park=park, is_active=False)
    _token, of_disabled = make_token(disabled)
    for text in (expired, revoked, of_disabled, "zt_unknown", "", "zt_\0", "zt_" + "x" * 5000):
        assert_unknown(with_token(text).get(TITLES))
    assert_unknown(Client().get(TITLES))
    assert_unknown(Client().get("/api/v1/no/such/"))


def test_a_token_that_does_not_hold_is_never_helped_by_the_sign_in(reader):
    client = with_token("zt_unknown")
    client.force_login(reader)
    assert_unknown(client.get(TITLES))


def test_the_token_counts_and_not_the_sign_in_beside_it(reader):
    client = with_token(make_token(reader)[1])
    client.force_login(make.make_user("administrator"))
    make.make_title()
    assert client.get(TITLES).json()["count"] == 1


def test_another_kind_of_authorization_leaves_the_sign_in_alone(reader):
    client = Client(headers={"authorization": "Basic cHJveHk6cHJveHk="})
    client.force_login(reader)
    assert client.get(TITLES).status_code == 200


def test_a_token_makes_no_session(reader):
    answer = reading_as(reader).get(TITLES)
    assert not answer.cookies
    assert not Session.objects.exists()


@pytest.mark.parametrize("by_token", [True, False])
def test_a_password_of_somebody_else_must_be_changed_first(reader, by_token):
    client = reading_as(reader) if by_token else Client()
    if not by_token:
        client.force_login(reader)
    type(reader).objects.filter(pk=reader.pk).update(must_change_password=True)
    answer = client.get(TITLES)
    assert (answer.status_code, answer.json()["title"]) == (403, "Not allowed")


def test_a_token_opens_no_page_and_sends_no_form():
    administrator = make.make_user("administrator")
    zone = make.make_zone()
    client = reading_as(administrator)
    for address in (
        reverse("home"),
        reverse("title-list"),
        reverse("title-list") + "?format=csv",
        reverse("indicators", args=[zone.key]) + "?format=json",
        reverse("tokens"),
        reverse("api"),
        reverse("admin:index"),
        reverse("admin:access_user_changelist"),
    ):
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].split("?")[0] in ("/sign-in/", "/admin/login/")
    before = Token.objects.count()
    assert client.post(reverse("tokens"), {"name": "more", "days": "90"}).status_code == 302
    assert client.post(TITLES, {}).status_code == 405
    assert Token.objects.count() == before


def test_the_use_of_a_token_is_noted_once_an_hour(reader):
    token, text = make_token(reader)
    client = with_token(text)
    client.get(TITLES)
    first = Token.objects.get(pk=token.pk).last_used
    assert first is not None
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(TITLES)
    assert not [each for each in queries if each["sql"].startswith("UPDATE")]
    an_hour_ago = first - timedelta(hours=1, seconds=1)
    Token.objects.update(last_used=an_hour_ago)
    client.get(TITLES)
    assert Token.objects.get(pk=token.pk).last_used > an_hour_ago


# Scope


@pytest.fixture
def foreign():
    park = make.make_park(make.make_zone(name_en=f"{CANARY} zone"), name_en=f"{CANARY} park")
    make_application(park)
    return park, fill_with_canaries(park)


@pytest.mark.parametrize("role", [roles.READER, roles.STAFF])
@pytest.mark.parametrize("of_park", [True, False])
def test_nothing_of_another_zone_is_told(foreign, role, of_park):
    own = make.make_park()
    place = {"park": own} if of_park else {"zone": own.home_zone}
    client = reading_as(make.make_user(role, **place))
    for fill in ROWS.values():
        fill(own, 1)
    park, records = foreign
    for register in REGISTERS:
        for asked in ({}, {"q": CANARY.lower()}, {"park": park.key}):
            answer = client.get(reverse(f"api-{register.name}-list"), asked)
            assert answer.status_code == 200
            assert CANARY not in answer.content.decode(), register.name
        if register.name in records:
            address = reverse(f"api-{register.name}", args=[records[register.name].pk])
            assert client.get(address).status_code == 404, register.name
    assert CANARY not in client.get(reverse("api-zones")).content.decode()
    zone = park.home_zone.key
    for name, *keys in (
        ("zone", zone),
        ("dashboard", zone, YEAR),
        ("scorecard", zone),
        ("park", zone, YEAR, park.key),
        ("park", own.home_zone.key, YEAR, park.key),
        ("compare-parks", zone),
        ("indicator", zone, "titles-held"),
    ):
        assert client.get(reverse(f"api-{name}", args=keys)).status_code == 404, name


def test_a_number_of_another_zone_cannot_be_opened(foreign, reader):
    park, _records = foreign
    asked = {"behind": "rd-bodies-held", "place": f"park:{park.key}", "year": YEAR}
    answer = reading_as(reader).get("/api/v1/rd-centers/", asked).json()
    assert answer["remarks"] and answer["behind"] is None and not answer["rows"]


def test_an_enterprise_of_two_zones_shows_only_what_lies_in_the_own():
    own, other = make.make_park(), make.make_park(name_en=f"{CANARY} park")
    shared = make.make_enterprise(own)
    shared.locations.create(park=other, from_year=2010)
    shared.key_marks.create(park=other, year=2013)
    client = reading_as(make.make_user(roles.READER, zone=own.home_zone))
    answer = client.get(reverse("api-enterprise", args=[shared.pk]))
    assert CANARY not in answer.content.decode()
    assert [each["park"]["key"] for each in answer.json()["parts"]["locations"]] == [own.key]
    assert answer.json()["parts"]["key_years"] == []


def test_a_part_of_a_zone_is_never_told_as_the_whole():
    zone = make.make_zone()
    own, other = make.make_park(zone), make.make_park(zone)
    make.make_title(other)
    client = reading_as(make.make_user(roles.STAFF, park=own))
    answer = client.get(reverse("api-dashboard", args=[zone.key, YEAR])).json()
    assert answer["park"]["key"] == own.key
    assert answer["remarks"] == [
        "Your role does not include the whole zone; one of its parks is shown."
    ]
    assert not client.get(reverse("api-zones")).json()["zones"][0]["seen_whole"]
    compared = client.get(reverse("api-compare-parks", args=[zone.key])).json()["rows"]
    assert [row["place"]["key"] for row in compared] == [own.key]


def test_drafts_are_counted_only_for_who_enters_them(park):
    make.make_return(make.make_enterprise(park), YEAR, state="draft", rd_expenditure=5)
    address = reverse("api-indicator", args=[park.home_zone.key, "rd-expenditure"])
    asked = {"year": YEAR, "park": park.key, "provisional": "1"}
    found = {}
    for role in (roles.STAFF, roles.READER):
        client = reading_as(make.make_user(role, park=park))
        answer = client.get(address, asked).json()
        found[role] = (answer["provisional"], answer["lines"][-1]["value"], len(answer["remarks"]))
    assert found == {roles.STAFF: (True, 5, 0), roles.READER: (False, None, 1)}


def test_strangers_get_nothing_anywhere():
    keys = {"zone": "a", "park": "b", "year": 2014, "key": "c", "pk": 1}
    for endpoint in ENDPOINTS:
        wanted = {name: keys[name] for name in re.findall(r":(\w+)>", endpoint.path)}
        assert_unknown(Client().get(reverse(endpoint.name, kwargs=wanted)))


def test_changes_are_told_to_those_who_read_them_on_the_page(foreign):
    own = make.make_park()
    make.make_title(own)
    for role, status in ((roles.READER, 403), (roles.OFFICER, 200), (roles.STAFF, 200)):
        answer = reading_as(make.make_user(role, park=own)).get("/api/v1/changes/")
        assert answer.status_code == status, role
        assert CANARY not in answer.content.decode()


# The page of tokens


@pytest.fixture
def client(reader):
    client = Client()
    client.force_login(reader)
    return client


def test_a_token_is_made_on_its_page_and_shown_once(client, reader):
    page = client.post(reverse("tokens"), {"name": "Bureau", "days": "30"})
    assert "no-store" in page["Cache-Control"]
    [text] = re.findall(r'value="(zt_[\w-]{43})"', page.content.decode())
    assert with_token(text).get(TITLES).status_code == 200
    token = Token.objects.get()
    assert (token.user, token.name) == (reader, "Bureau")
    assert (token.expires - token.created).days == 30
    again = client.get(reverse("tokens")).content.decode()
    assert text not in again and text[:9] in again and "Bureau" in again


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"name": "", "days": "90"},
        {"name": "x", "days": "367"},
        {"name": "x", "days": "9" * 40},
        {"name": "a\0b", "days": "90"},
        {"name": "x" * 101, "days": "90"},
    ],
)
def test_what_cannot_be_a_token_makes_none(client, sent):
    assert client.post(reverse("tokens"), sent).status_code == 200
    assert not Token.objects.exists()


def test_nobody_has_more_than_some_valid_tokens(client, reader, monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    old, _text = make_token(reader)
    for _n in range(3):
        page = client.post(reverse("tokens"), {"name": "one more", "days": "90"})
    assert Token.objects.count() == 2
    assert "Revoke one first" in page.content.decode()
    tokens.revoke(old, by=reader, at=timezone.now())
    client.post(reverse("tokens"), {"name": "one more", "days": "90"})
    assert Token.objects.count() == 3


def test_a_token_is_revoked_on_its_page(client, reader):
    token, text = make_token(reader)
    answer = client.post(reverse("tokens"), {"revoke": str(token.pk)}, follow=True)
    assert "is revoked" in answer.content.decode()
    assert_unknown(with_token(text).get(TITLES))
    token.refresh_from_db()
    first = token.revoked
    assert token.revoked_by == reader
    client.post(reverse("tokens"), {"revoke": str(token.pk)})
    token.refresh_from_db()
    assert token.revoked == first


@pytest.mark.parametrize("given", ["0", "-1", "x", "a\0", "9" * 40, "²"])
def test_a_token_that_is_not_there_is_not_found(client, given):
    assert client.post(reverse("tokens"), {"revoke": given}).status_code == 404


def test_only_who_keeps_a_persons_account_revokes_the_persons_tokens(park, reader):
    zone = park.home_zone
    manager = make.make_user(roles.MANAGER, zone=zone)
    elsewhere = make.make_user(roles.MANAGER, zone=make.make_zone())
    of_two = make.make_user(roles.READER, zone=zone)
    make.grant(of_two, roles.READER, zone=make.make_zone())
    administrator = make.make_user("administrator")
    people = {"reader": reader, "two": of_two, "manager": manager, "boss": administrator}
    may = {
        manager: {"reader", "manager"},
        elsewhere: set(),
        reader: {"reader"},
        administrator: {"reader", "two", "manager", "boss"},
    }
    for who, names in may.items():
        for name, owner in people.items():
            token, _text = make_token(owner)
            client = Client()
            client.force_login(who)
            listed = token.start in client.get(reverse("tokens")).content.decode()
            client.post(reverse("tokens"), {"revoke": str(token.pk)})
            token.refresh_from_db()
            assert (bool(token.revoked), listed) == (name in names,) * 2, (who, name)


def test_the_page_asks_for_sign_in_and_for_the_forms_token(reader):
    assert Client().get(reverse("tokens")).status_code == 302
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    assert client.post(reverse("tokens"), {"name": "x", "days": "90"}).status_code == 403
    assert not Token.objects.exists()
