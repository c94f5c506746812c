"""What the security log tells: who did what, from where, and nothing that opens a door."""

import json
import logging
import re
from datetime import UTC, datetime

import pytest
from django.test import RequestFactory
from django.urls import reverse

from tests import factories as make
from tests.admin_forms import opened, post_change
from zonetrack import security, writing
from zonetrack.access import roles
from zonetrack.access.grants import grant, revoke
from zonetrack.access.models import User
from zonetrack.imports.models import Import
from zonetrack.imports.steps import named

pytestmark = pytest.mark.django_db

NOW = datetime(2015, 4, 1, tzinfo=UTC)
FIRST = "pine-harbor-3-windows"


@pytest.fixture
def told(caplog, django_capture_on_commit_callbacks):
    """Runs something and returns the lines of the security log that it left."""
    caplog.set_level(logging.INFO, "zonetrack.security")

    def told(work):
        caplog.clear()
        with django_capture_on_commit_callbacks(execute=True):
            work()
        records = [one for one in caplog.records if one.name == "zonetrack.security"]
        return [record.getMessage() for record in records]

    return told


@pytest.fixture
def zone():
    return make.make_zone(key="hill")


@pytest.fixture
def manager(client, zone):
    user = make.make_user(roles.MANAGER, zone=zone, username="boss")
    client.force_login(user)
    return user


def test_refusals_are_told_with_name_and_address(client, manager, told):
    far = make.make_enterprise(make.make_park(make.make_zone()))
    addresses = [f"/enterprises/{far.pk}/", "/no/such/page/", "/admin/projects/program/add/"]
    addresses.append(f"/admin/enterprises/enterprise/{far.pk}/change/")
    lines = told(lambda: [client.get(address) for address in addresses])
    who = ' by="boss" source="127.0.0.1"'
    assert lines == [
        f'refused{who} status=404 method="GET" path="{addresses[0]}"',
        f'refused{who} status=403 method="GET" path="{addresses[2]}"',
        f'refused{who} status=302 method="GET" path="{addresses[3]}"',
    ]


def test_a_wrong_token_is_told_without_it(client, told):
    lines = told(lambda: client.get("/api/v1/zones/", headers={"authorization": "Bearer zt_guess"}))
    assert lines == ['refused source="127.0.0.1" status=401 method="GET" path="/api/v1/zones/"']


def test_the_key_of_a_calendar_is_left_out(client, told):
    lines = told(lambda: client.get(reverse("calendar-feed", args=["k" * 43])))
    assert not any("kkk" in line for line in lines)


def test_files_that_are_saved_are_told(client, manager, told):
    lines = told(lambda: client.get("/enterprises/?format=csv&q=%0d%0aforged"))
    assert lines == [
        'saved-file by="boss" source="127.0.0.1" status=200 method="GET" path="/enterprises/" '
        'query="format=csv&q=%0d%0aforged"'
    ]


def test_years_are_told_whoever_closes_them(zone, told):
    row, user = make.make_year(zone), make.make_user(username="by-command")

    def close():
        row.closed_at = NOW
        writing.save(row, by=user)

    def reopen():
        row.closed_at = None
        writing.save(row, by=user, reason="A slip")

    assert told(close) == ['year-closed by="by-command" source="command" zone="hill" year=2014']
    assert told(reopen) == ['year-reopened by="by-command" source="command" zone="hill" year=2014']


def test_roles_are_told(zone, manager, told):
    person = make.make_user(username="li.na")
    found = []
    given = told(lambda: found.append(grant(person, roles.READER, zone=zone, by=manager)))
    taken = told(lambda: revoke(found[0], by=manager))
    facts = 'by="boss" source="command" account="li.na" role="Reader" place="zone:hill"'
    assert given == [f"role-given {facts}"]
    assert taken == [f"role-taken {facts}"]


def test_accounts_and_passwords_are_told_without_them(client, told):
    client.force_login(make.make_user("administrator", username="root"))
    typed = {"username": "wang.wei", "password1": FIRST, "password2": FIRST}
    lines = told(lambda: post_change(client, "/admin/access/user/add/", **typed))
    person = User.objects.get(username="wang.wei")
    assert lines[0].startswith('account-made by="root" source="127.0.0.1" account="wang.wei"')
    change = f"/admin/access/user/{person.pk}/change/"
    values = opened(client, change)
    lines += told(lambda: client.post(change, values | {"is_superuser": "on"}))
    assert 'account-changed by="root"' in lines[-1] and "administrator=true" in lines[-1]
    url = f"/admin/access/user/{person.pk}/password/"
    typed = {"password1": FIRST + "x", "password2": FIRST + "x", "usable_password": "true"}
    lines += told(lambda: client.post(url, typed))
    assert lines[-1] == 'password-set by="root" source="127.0.0.1" account="wang.wei"'
    assert not any(FIRST in line or "password1" in line for line in lines)


def test_an_own_password_and_signing_out_are_told(client, told):
    client.force_login(make.make_user(username="li.na"))
    typed = {"old_password": make.PASSWORD, "new_password1": FIRST, "new_password2": FIRST}
    lines = told(lambda: [client.post("/password/", typed), client.post("/sign-out/")])
    who = 'by="li.na" source="127.0.0.1"'
    assert lines == [f"password-changed {who}", f"sign-out {who}"]


def test_tokens_are_told_by_their_beginning(client, told):
    user = make.make_user(username="li.na")
    client.force_login(user)
    [line] = told(lambda: client.post("/account/tokens/", {"name": "Monthly", "days": "30"}))
    token = user.tokens.get()
    assert line == f'token-made by="li.na" source="127.0.0.1" token="{token.start}" days=30'
    [line] = told(lambda: client.post("/account/tokens/", {"revoke": token.pk}))
    assert line.startswith("token-revoked")


def test_an_import_is_told_by_its_file(manager):
    class File:
        name = "figures.xlsx"

    row = Import(pk=7, register="yearly")
    row._state.fields_cache["file"] = File
    assert named(row, manager) == {
        "by": "boss",
        "number": 7,
        "register": "yearly",
        "file": "figures.xlsx",
    }


def test_what_was_rolled_back_is_not_told(zone, told):
    def fail():
        with pytest.raises(ZeroDivisionError), writing.transaction.atomic():
            make.make_user(roles.READER, zone=zone)
            raise ZeroDivisionError

    assert told(fail) == []


@pytest.mark.parametrize(
    "text",
    [
        'a"b',
        "a b=c",
        "line\r\n2026-01-01T00:00:00Z INFO zonetrack.security sign-in",
        "\u2028\u202e",
    ],
)
def test_no_value_looks_like_another_fact_or_line(text, caplog):
    caplog.set_level(logging.INFO, "zonetrack.security")
    security.note("sign-in", request=RequestFactory().get("/"), by=text)
    line = caplog.records[-1].getMessage()
    assert line.isascii() and line.isprintable()
    assert json.loads(re.search(r'by=("(?:[^"\\]|\\.)*")', line)[1]) == text
