"""`restore`: what was backed up comes back equal, and a bad file changes nothing."""

import os
import zipfile
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from enterprises.models import Zone
from tests.backing_up import another_database, backed_up, held, quiet, repacked, run, tampered
from tests.factories import PASSWORD, make_park, make_title, make_user, make_zone
from zonetrack.access.models import User
from zonetrack.backups import archive, postgresql
from zonetrack.backups.contents import Content, Refused
from zonetrack.backups.restoring import restore, what_is_there

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("own_connections"),
]
UNASKED = {"replace": True, "ask": False, "yes": True}


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def file(tmp_path):
    """A backup of a park with a title, which another zone has joined since."""
    make_title(make_park(make_zone(key="north")))
    backed_up(tmp_path / "backup.zip")
    make_zone(key="south")
    return tmp_path / "backup.zip"


def test_a_backup_comes_back_into_an_empty_place_and_twice_the_same(file, tmp_path):
    manifest = archive.read(file)
    with another_database(tmp_path) as other:
        assert what_is_there(other) == (True, [])
        for _time in range(2):
            restore(file, manifest, other, folder=tmp_path, tell=quiet)
            assert held(other) == manifest.tables
        assert what_is_there(other)[1][0] == "north"


@pytest.mark.sqlite
def test_a_database_is_on_the_disk_before_it_takes_its_name(file, tmp_path, monkeypatch):
    """Else a power cut after the last word of the command could leave an empty file."""
    written = []

    def note(handle):
        written.append(Path(f"/proc/self/fd/{handle}").readlink().name)

    monkeypatch.setattr(os, "fsync", note)
    with another_database(tmp_path) as other:
        restore(file, archive.read(file), other, folder=tmp_path, tell=quiet)
    assert written == ["dump", tmp_path.name]


def test_a_backup_takes_the_place_of_data_which_is_kept(file, tmp_path):
    before = held()
    out = run("restore", str(file), no_migrate=True, **UNASKED)
    assert held() == archive.read(file).tables
    assert not Zone.objects.filter(key="south").exists()
    assert "verify_editions" in out
    assert f"rows={archive.read(file).rows}" in out
    assert "Last change: " in out
    [kept] = (tmp_path / "data" / "backups").glob("zonetrack-before-restore-*.zip")
    assert archive.read(kept).tables == before


def test_records_get_new_keys_after_a_restore(file):
    last = make_zone().pk
    run("restore", str(file), no_migrate=True, **UNASKED)
    assert make_zone().pk <= last


def test_people_sign_in_with_their_password_of_then(client, tmp_path):
    user = make_user()
    backed_up(tmp_path / "backup.zip")
    user.set_password("another-word-5")
    user.save()
    run("restore", str(tmp_path / "backup.zip"), no_migrate=True, **UNASKED)
    answer = client.post(
        reverse("sign-in"), {"username": user.get_username(), "password": PASSWORD}
    )
    assert answer.status_code == 302
    assert User.objects.get(pk=client.session["_auth_user_id"]) == user


def test_data_is_not_replaced_unasked(file, monkeypatch):
    before = held()
    with pytest.raises(CommandError, match="add --replace"):
        run("restore", str(file))
    with pytest.raises(CommandError, match="needs --yes"):
        run("restore", str(file), **UNASKED | {"yes": False})
    monkeypatch.setattr("builtins.input", lambda _question: "yes")
    with pytest.raises(CommandError, match=r"Nothing was changed\."):
        run("restore", str(file), replace=True)
    monkeypatch.setattr("builtins.input", raising(EOFError()))
    with pytest.raises(CommandError, match="in scripts use --no-input --yes"):
        run("restore", str(file), replace=True)
    assert held() == before


def raising(error):
    def fail(*_words):
        raise error

    return fail


def test_the_key_of_a_zone_is_asked_for(file, monkeypatch):
    questions = []

    def answer(question):
        questions.append(question)
        return "north"

    monkeypatch.setattr("builtins.input", answer)
    out = run("restore", str(file), replace=True, no_migrate=True)
    assert "zones: north, south" in out
    assert questions == ["Stop the site. To go on, write north: "]
    assert held() == archive.read(file).tables


def flipped(content: bytes) -> bytes:
    """Several bytes: a single bit of compressed data may mean nothing."""
    start = len(content) // 2
    end = start + 16
    return content[:start] + bytes(byte ^ 255 for byte in content[start:end]) + content[end:]


def cut(file, into):
    into.write_bytes(file.read_bytes()[:-1000])


def harmed(file, into):
    """A byte of the disk has changed in the middle of the dump."""
    into.write_bytes(flipped(file.read_bytes()))


def edited(file, into):
    tampered(file, into, dump=flipped)


def edited_page(file, into):
    tampered(file, into, page=lambda page: page | {"database": "other"})


def without_dump(file, into):
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(into, "w") as new:
        new.writestr("manifest.json", old.read("manifest.json"))


def other_zip(_file, into):
    with zipfile.ZipFile(into, "w") as new:
        new.writestr("letter.txt", "Dear all")


def other_manifest(_file, into):
    with zipfile.ZipFile(into, "w") as new:
        new.writestr("manifest.json", "[1, 2]")


def text(_file, into):
    into.write_text("Dear all")


def missing(_file, _into):
    pass


def newer(file, into):
    repacked(file, into, version="99.0")


def newer_format(file, into):
    tampered(file, into, page=lambda page: page | {"format_version": 2, "version": "99.0"})


def unknown_migration(file, into):
    repacked(file, into, migrations=["enterprises.9999_later"])


def of_another_kind(file, into):
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]
    repacked(file, into, database=other)


def of_other_content(file, into):
    """Only after everything was restored it turns out that a table is not what it should be."""
    tables = archive.read(file).tables
    repacked(file, into, tables=tables | {"enterprises_zone": Content(1, "0" * 64)})


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (cut, "no backup of ZoneTrack, or its end is missing"),
        (harmed, "is harmed or was changed"),
        (edited, "is harmed or was changed"),
        (edited_page, "was changed after it was made"),
        (without_dump, "is harmed or was changed"),
        (other_zip, "no backup of ZoneTrack"),
        (other_manifest, "no backup of ZoneTrack"),
        (text, "no backup of ZoneTrack"),
        (missing, "cannot be read: No such file"),
        (newer, r"made by ZoneTrack 99\.0, which is newer"),
        (newer_format, r"made by a newer version of ZoneTrack \(99\.0\)"),
        (unknown_migration, r"Unknown migrations: enterprises\.9999_later"),
        (of_another_kind, "is a backup of (SQLite|PostgreSQL), and DATABASE_URL names"),
        (of_other_content, "Tables that differ: enterprises_zone"),
    ],
)
def test_a_bad_file_changes_nothing(file, tmp_path, spoil, sentence):
    bad, before = tmp_path / "bad.zip", held()
    spoil(file, bad)
    with pytest.raises(CommandError, match=sentence) as refusal:
        run("restore", str(bad), **UNASKED)
    assert str(refusal.value).endswith("The data is as it was.")
    assert held() == before
    assert not list(tmp_path.glob(".zonetrack-unfinished-*"))


def test_a_backup_of_an_older_version_is_migrated(tmp_path, settings):
    settings.MIGRATION_MODULES = {}
    recorder = MigrationRecorder(connection)
    made = not recorder.has_table()
    recorder.ensure_schema()
    try:
        for app, name in MigrationLoader(None).disk_migrations:
            if made:
                recorder.record_applied(app, name)
        # As before the version that keeps a row of each backup.
        recorder.migration_qs.filter(app="backups").delete()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE backups_backup")
        out = run("backup", str(tmp_path / "old.zip"))
        assert "the database did not note it" in out
        run("restore", str(tmp_path / "old.zip"), no_migrate=True, **UNASKED)
        assert "backups_backup" not in connection.introspection.table_names()
        run("restore", str(tmp_path / "old.zip"), **UNASKED)
        assert "backups_backup" in connection.introspection.table_names()
        assert recorder.migration_qs.filter(app="backups").exists()
    finally:
        if made:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS django_migrations")


def test_a_database_that_is_none_is_named(tmp_path):
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"Dear all, " * 1000)
    place = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(broken)})
    with pytest.raises(Refused, match="is harmed or no database"):
        what_is_there(place)


def test_a_manifest_reads_back_as_it_was_written(file):
    manifest = archive.read(file)
    assert asdict(manifest)["dump"] == archive.DUMPS[connection.vendor]
    assert manifest.rows == sum(content.rows for content in manifest.tables.values())


@pytest.mark.postgresql
def test_a_site_that_is_open_is_told_of(file, tmp_path, monkeypatch):
    monkeypatch.setattr(postgresql, "OTHERS_WAIT", "100ms")
    other, before = connection.copy(), held()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT count(*) FROM enterprises_zone")
            with pytest.raises(CommandError, match="Others use the database. Stop the site"):
                run("restore", str(file), no_migrate=True, **UNASKED)
    finally:
        other.close()
    assert held() == before
