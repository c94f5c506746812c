from contextlib import contextmanager

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.db.backends.utils import CursorWrapper
from django.db.transaction import TransactionManagementError
from django.test import Client

from zonetrack.errors import database_is_away
from zonetrack.health import probes


@contextmanager
def every_query_failing(error):
    def fail(self, *args):
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CursorWrapper, "execute", fail)
        yield


@pytest.fixture
def signed_in(db):
    client = Client(raise_request_exception=False)
    client.force_login(get_user_model().objects.create(username="li"))
    return client


def test_alive_needs_no_database(client):
    # Without the db mark every query is refused.
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_when_every_migration_is_applied(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client, monkeypatch):
    monkeypatch.setattr(probes, "known_migrations", lambda: {("years", "0099_x"): frozenset()})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")


@pytest.mark.django_db
def test_a_migration_counts_as_applied_when_all_it_replaces_are(monkeypatch):
    applied = [("years", "0001_initial"), ("years", "0002_more")]
    monkeypatch.setattr(probes, "applied_migrations", lambda: applied)
    squashed = {("years", "0001_squashed"): frozenset(applied)}
    monkeypatch.setattr(probes, "known_migrations", lambda: squashed)
    assert probes.missing_migrations() == []
    applied.pop()
    assert probes.missing_migrations() == [("years", "0001_squashed")]


def test_every_migration_of_the_product_is_known(settings):
    settings.MIGRATION_MODULES = {}
    known = probes.known_migrations.__wrapped__()
    assert ("enterprises", "0001_initial") in known
    assert ("sessions", "0001_initial") in known


@pytest.mark.django_db
def test_ready_costs_two_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_not_ready_without_the_database(client):
    with every_query_failing(OperationalError("server closed the connection unexpectedly")):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")


def test_a_page_without_the_database_asks_to_try_again(signed_in):
    with every_query_failing(OperationalError("server closed the connection unexpectedly")):
        answer = signed_in.get("/password/")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    page = answer.content.decode()
    assert "Not available at the moment" in page and "暂时无法使用" in page


def test_our_own_mistake_is_not_called_an_absent_database(signed_in):
    with every_query_failing(OperationalError("no such column: x")):
        answer = signed_in.get("/password/")
    assert answer.status_code == 500
    assert "系统出错了" in answer.content.decode()


def after(first, failure):
    """A failure in dealing with another one."""
    failure.__context__ = first
    return failure


@pytest.mark.parametrize(
    ("failure", "away"),
    [
        (OperationalError("database is locked"), True),
        (InterfaceError("connection already closed"), True),
        (DatabaseError("server closed the connection unexpectedly"), True),
        (DatabaseError("file is not a database"), False),
        (after(OperationalError("gone"), TransactionManagementError("broken")), True),
        (after(OperationalError("gone"), ValueError("5")), False),
        (IntegrityError("twice"), False),
        (ValueError("5"), False),
        (None, False),
    ],
)
def test_which_failures_mean_that_the_database_is_away(failure, away):
    assert database_is_away(failure) is away
