"""`move_database`: from a SQLite file into PostgreSQL, equal hash for hash, or not at all."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.management.base import CommandError
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from enterprises.models import Park, Zone
from tests.backing_up import (
    another_database,
    as_default,
    held,
    make_tables,
    quiet,
    run,
    sqlite_database,
)
from tests.factories import (
    PASSWORD,
    make_center,
    make_enterprise,
    make_park,
    make_return,
    make_target,
    make_title,
    make_user,
    make_zone,
)
from zonetrack.access.models import User
from zonetrack.backups.contents import Refused
from zonetrack.backups.moving import move
from zonetrack.files.models import StoredFile, store
from zonetrack.imports.models import Import
from zonetrack.management.commands import move_database as command


def needs_both(test):
    """The tests' own database is PostgreSQL; the SQLite file is made."""
    return pytest.mark.postgresql(pytest.mark.django_db(transaction=True)(test))


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Where the file with records lies that each test gets a copy of; the first one makes it."""
    return tmp_path_factory.mktemp("filled") / "source.sqlite3"


@pytest.fixture
def source(transactional_db, tmp_path, filled):
    """A SQLite file with records of all kinds of values, and the migrations of the tests' own."""
    if not filled.exists():
        make_source(filled)
    copied = sqlite_database(shutil.copy(filled, tmp_path / "source.sqlite3"))
    yield copied
    copied.close()


def make_source(file) -> None:
    recorder = MigrationRecorder(connection)
    applied = sorted(recorder.applied_migrations())
    made = sqlite_database(file)
    with made.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    make_tables(made)
    with as_default(made):
        recorder = MigrationRecorder(connections["default"])
        if applied:
            recorder.ensure_schema()
        for app, name in applied:
            recorder.record_applied(app, name)
        fill()


def fill() -> None:
    zone = make_zone(key="north", name_en="tab\there, \\N, 中文, ü", name_zh="“引号”\n'换行'")
    park, user = make_park(zone), make_user()
    for n in range(3):
        firm = make_enterprise(park)
        make_return(firm, 2014, employees=40 + n, revenue=Decimal("1234567.89"))
    make_title(park, awarded_on=date(2014, 12, 31))
    make_center(park)
    make_target(zone, value=Decimal("12.5000"))
    at = datetime(2025, 3, 31, 16, 0, 0, 5, tzinfo=UTC)
    scan = store("scan.pdf", bytes(range(256)) * 20, kind="pdf", by=user, at=at)
    reading = {"sheet": "表\t1", "columns": [1, 2.50, None, True], "a": {"": 1e-7}}
    Import.objects.create(register="yearly", file=scan, begun_at=at, begun_by=user, reading=reading)
    # Gone again: its key must not be given to another.
    Zone.objects.create(key="gone", name_en="gone").delete()


@pytest.fixture
def target(source, tmp_path):
    """An empty PostgreSQL database with the same tables."""
    with another_database(tmp_path, like_this=True) as made:
        yield made


@needs_both
def test_all_tables_are_equal_and_the_source_is_only_read(source, target):
    before = held(source)
    found = move(source, target, quiet)
    assert found == before == held(source) == held(target)
    with as_default(target):
        assert bytes(StoredFile.objects.get().content) == bytes(range(256)) * 20
        assert StoredFile.objects.get().added_at.microsecond == 5
        assert Zone.objects.get().name_zh == "“引号”\n'换行'"
        assert Import.objects.get().reading["a"] == {"": 1e-7}


@needs_both
def test_new_records_get_keys_that_no_record_had(source, target):
    with as_default(source):
        last = Zone.objects.get().pk + 1
    move(source, target, quiet)
    with as_default(target):
        assert make_zone(key="next").pk == last + 1
        assert make_park().pk > Park.objects.order_by("pk").first().pk


@needs_both
def test_people_sign_in_after_a_move(source, target, client):
    move(source, target, quiet)
    with as_default(target):
        user = User.objects.get()
        client.post(reverse("sign-in"), {"username": user.username, "password": PASSWORD})
        assert client.session["_auth_user_id"] == str(user.pk)


@needs_both
def test_a_target_with_data_is_left_alone(source, target):
    with as_default(target):
        make_zone(key="there")
    before = held(target)
    with pytest.raises(Refused, match="holds data already"):
        move(source, target, quiet)
    assert held(target) == before


@needs_both
def test_a_target_without_tables_is_named(source, tmp_path):
    with (
        another_database(tmp_path) as bare,
        pytest.raises(Refused, match="has no tables yet"),
    ):
        move(source, bare, quiet)


@needs_both
def test_databases_of_different_versions_are_refused(source, target):
    with source.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS django_migrations (id, app text, name text, applied text)"
        )
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('x', '0009_y', '2024-01-01 00:00:00')"
        )
    with pytest.raises(Refused, match=r"only one of them has: x\.0009_y|has the type"):
        move(source, target, quiet)
    assert held(target)["enterprises_zone"].rows == 0


@needs_both
def test_rows_that_postgresql_refuses_leave_the_target_empty(source, target):
    before = held(target)
    with as_default(source):
        # SQLite keeps texts of any length.
        Park.objects.filter(is_unstated=True).update(name_en="x" * 5000)
    with pytest.raises(Refused, match="PostgreSQL refused rows of enterprises_park"):
        move(source, target, quiet)
    assert held(target) == before


@needs_both
def test_what_is_saved_meanwhile_is_noticed(source, target):
    before = held(target)

    def save(part, _done, _total):
        if part == "copying enterprises_zone":
            with closing(sqlite3.connect(source.settings_dict["NAME"])) as other, other:
                other.execute("UPDATE enterprises_zone SET name_en = 'changed'")

    with as_default(source), connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
    with pytest.raises(Refused, match="Somebody saved something"):
        move(source, target, save)
    assert held(target) == before


@needs_both
def test_only_sqlite_moves_and_only_to_postgresql(source, target):
    with pytest.raises(Refused, match="must name the SQLite database"):
        move(target, target, quiet)
    with pytest.raises(Refused, match="must be a PostgreSQL database"):
        move(source, source, quiet)


@needs_both
def test_the_command_says_what_it_moved(source, target, monkeypatch, tmp_path):
    (tmp_path / "address").write_text("postgres://the-target\n")
    asked = []

    def found(url):
        asked.append(url)
        return target

    monkeypatch.setattr(command, "target_of", found)
    with as_default(source):
        out = run("move_database", to_file=tmp_path / "address")
    assert asked == ["postgres://the-target"]
    assert "All tables are equal hash for hash" in out
    assert f"moved={len(held(source))}" in out


def test_the_target_must_be_named(monkeypatch):
    monkeypatch.delenv("ZONETRACK_MOVE_TO", raising=False)
    with pytest.raises(CommandError, match="Name the target"):
        run("move_database")


def test_a_bad_address_is_not_repeated(monkeypatch):
    monkeypatch.setenv("ZONETRACK_MOVE_TO", "oracle://me:secret@host/name")
    with pytest.raises(CommandError) as refusal:
        run("move_database")
    assert "secret" not in str(refusal.value)
