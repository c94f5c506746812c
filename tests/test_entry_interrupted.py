"""What a server that was away, or a session that ran out, does to figures that were being sent."""

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from enterprises.models import State, YearlyFigures
from tests.admin_forms import opened
from tests.factories import PASSWORD, make_enterprise, make_return, make_user
from zonetrack import bulk
from zonetrack.access import roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(park):
    return make_user(roles.STAFF, park=park)


@pytest.fixture
def client(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def filing(park):
    return make_return(make_enterprise(park), 2014, state=State.DRAFT, employees=40)


@pytest.fixture(params=["table", "form"])
def page(request, filing):
    """The address of a page of data entry, and the name of a figure on it."""
    if request.param == "form":
        return reverse("entry-form", args=[filing.pk]), "employees"
    url = reverse("entry-table", args=[filing.park.home_zone.key, filing.year])
    return url, f"employees-{filing.enterprise_id}"


def employees(filing):
    return YearlyFigures.objects.get(filing=filing).employees


def changes(filing):
    return YearlyFigures.history.filter(filing_id=filing.pk, history_type="~").count()


@pytest.mark.parametrize("headers", [{}, {"X-Entry": "1"}], ids=["plain", "script"])
def test_after_the_session_ran_out_signing_in_leads_back_and_the_form_can_be_sent(
    client, user, filing, page, headers
):
    url, name = page
    sent = opened(client, url) | {name: "41"}
    Session.objects.all().delete()
    answer = client.post(url, sent, headers=headers)
    assert (answer.status_code, employees(filing)) == (302, 40)
    assert client.get(answer.url).status_code == 200
    answer = client.post(answer.url, {"username": user.username, "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, url)
    assert opened(client, url)[name] == "40"
    # What the browser has kept of the page opened before.
    assert client.post(url, sent).status_code == 302
    assert (employees(filing), changes(filing)) == (41, 1)


GONE = OperationalError("server closed the connection unexpectedly")


@pytest.mark.parametrize(
    "failing",
    ["SELECT", ('INSERT INTO "enterprises_yearly', 'UPDATE "enterprises_yearly')],
    ids=["reading", "storing"],
)
def test_while_the_database_is_away_nothing_is_stored_and_the_same_form_is_sent_again(
    client, filing, page, failing
):
    url, name = page
    sent = opened(client, url) | {name: "41"}

    def away(execute, sql, params, many, context):
        if sql.startswith(failing) and "enterprises_" in sql:
            raise GONE
        return execute(sql, params, many, context)

    with connection.execute_wrapper(away):
        answer = client.post(url, sent, headers={"X-Entry": "1"})
    assert_nothing_stored_and_stored_once_when_sent_again(client, filing, url, sent, answer)


def test_figures_are_not_stored_without_their_history(client, filing, page, monkeypatch):
    url, name = page
    sent, note = opened(client, url) | {name: "41"}, bulk.note

    def away(model, moved, **alike):
        if model is YearlyFigures:
            raise GONE
        return note(model, moved, **alike)

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "note", away)
        answer = client.post(url, sent, headers={"X-Entry": "1"})
    assert_nothing_stored_and_stored_once_when_sent_again(client, filing, url, sent, answer)


def assert_nothing_stored_and_stored_once_when_sent_again(client, filing, url, sent, answer):
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert (employees(filing), changes(filing)) == (40, 0)
    for _time in range(2):
        assert client.post(url, sent).status_code == 302
    assert (employees(filing), changes(filing)) == (41, 1)
