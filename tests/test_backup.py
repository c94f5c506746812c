"""`backup`: one whole file of everything saved before, made while others go on saving."""

import os
import stat
import zipfile
from collections import namedtuple
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from enterprises.models import Zone
from tests.backing_up import NOW, another_database, backed_up, held, quiet, run
from tests.factories import make_park, make_title, make_zone
from zonetrack import backups
from zonetrack.backups import archive, folders, postgresql, sqlite
from zonetrack.backups.contents import Refused
from zonetrack.backups.making import make_backup, note
from zonetrack.backups.restoring import restore
from zonetrack.files.models import store

WRITERS = 3
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("own_connections"),
]


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "backups"
    made.mkdir()
    return made


def test_a_backup_is_one_file_for_its_owner_alone(folder):
    make_zone(key="north")
    store("notice.pdf", b"%PDF-" + bytes(range(256)), kind="pdf", by=None, at=NOW)
    out = run("backup", str(folder / "b" / "all.zip"))
    file = folder / "b" / "all.zip"
    assert list(file.parent.iterdir()) == [file]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"backup={file}" in out
    with zipfile.ZipFile(file) as opened:
        names = opened.namelist()
        dump = opened.read(names[1])
    manifest = archive.read(file)
    assert names == ["manifest.json", manifest.dump]
    assert manifest.database == connection.vendor
    assert manifest.dump_sha256 == sha256(dump).hexdigest()
    assert manifest.moment.tzinfo is not None
    assert manifest.tables["enterprises_zone"].rows == 1
    assert manifest.tables["files_storedfile"].rows == 1


def test_every_table_is_counted_and_hashed(folder):
    make_title(make_park())
    manifest = backed_up(folder / "all.zip")
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    assert set(manifest.tables) == tables
    assert manifest.tables == held()


def test_a_hash_changes_with_any_value_and_with_nothing_else():
    zone = make_zone(name_en="A\tB\\N")
    first = held()
    assert held() == first
    for name in ("A\tB\\n", "A\nB\\N", "A", ""):
        Zone.objects.filter(pk=zone.pk).update(name_en=name)
        assert held()["enterprises_zone"].sha256 != first["enterprises_zone"].sha256
    Zone.objects.filter(pk=zone.pk).update(name_en="A\tB\\N")
    assert held() == first


def test_a_finished_backup_is_known_to_the_health_check(folder):
    assert backups.last() is None
    run("backup", str(folder / "one.zip"))
    run("backup", str(folder / "two.zip"))
    assert backups.last().file == "two.zip"
    assert backups.last().size == (folder / "two.zip").stat().st_size


def test_everything_saved_before_is_in_it_and_no_save_is_refused(folder):
    saved, refused, stop = [], [], Event()

    def save():
        while not stop.is_set():
            try:
                saved.append(make_zone().pk)
            except DatabaseError as error:
                refused.append(error)
        connection.close()

    writers = [Thread(target=save) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        while len(saved) < 2 * WRITERS:
            stop.wait(0.02)
        before = list(saved)
        manifest = backed_up(folder / "all.zip")
        while len(saved) < len(before) + WRITERS:
            stop.wait(0.02)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert refused == []
    with another_database(folder.parent) as other:
        # Compares all tables with the manifest.
        restore(folder / "all.zip", manifest, other, folder=folder, tell=quiet)
        with other.cursor() as cursor:
            cursor.execute("SELECT id FROM enterprises_zone")
            restored = {key for [key] in cursor.fetchall()}
    assert set(before) <= restored < set(saved)


def test_only_the_newest_files_of_a_folder_are_kept(folder):
    for day in (1, 2, 3):
        (folder / f"zonetrack-2025010{day}T000000Z.zip").write_bytes(b"")
    (folder / "zonetrack-before-restore-20250101T000000Z.zip").write_bytes(b"")
    (folder / "mine.zip").write_bytes(b"")
    assert "removed=2" in run("backup", str(folder), "--keep", "2")
    names = sorted(file.name for file in folder.iterdir())
    assert names[0] == "mine.zip"
    assert names[1] == "zonetrack-20250103T000000Z.zip"
    assert names[2] > names[1]
    assert names[3].startswith("zonetrack-before-restore-")
    assert len(names) == 4


@pytest.mark.parametrize("wrong", ["20360101", "19700101"])
def test_a_clock_that_was_wrong_costs_no_backup_that_was_just_made(folder, wrong):
    """What bears a name that lies ahead is not newer than what was just made."""
    for name in (f"zonetrack-{wrong}T000000Z.zip", "zonetrack-20250103T000000Z.zip"):
        (folder / name).write_bytes(b"")
    out = run("backup", str(folder), "--keep", "2")
    made = out.partition("backup=")[2].split()[0]
    assert sorted(folder.iterdir()) == sorted(
        [folder / "zonetrack-20250103T000000Z.zip", Path(made)]
    )


def test_with_a_clock_put_back_the_newest_ones_stay(folder):
    """Of those made before the oldest go, as ever."""
    for year in (2097, 2098, 2099):
        (folder / f"zonetrack-{year}0101T000000Z.zip").write_bytes(b"")
    out = run("backup", str(folder), "--keep", "3")
    made = out.partition("backup=")[2].split()[0]
    assert sorted(folder.glob("zonetrack-20[89]*"))[0].name.startswith("zonetrack-2098")
    assert Path(made).exists()


def test_a_time_that_lay_ahead_hides_no_later_backup(folder):
    backed = [
        backed_up(folder / f"{name}.zip", at=at)
        for name, at in (("ahead", NOW + timedelta(days=4000)), ("later", NOW))
    ]
    for name, manifest in zip(("ahead", "later"), backed, strict=True):
        note(folder / f"{name}.zip", manifest)
    assert backups.last().file == "later.zip"


def test_a_database_that_is_harmed_is_told_in_a_sentence(folder, tmp_path):
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"Dear all, " * 1000)
    place = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(broken)})
    with pytest.raises(Refused, match="The database cannot be read: file is not a database"):
        make_backup(place, folder / "all.zip", at=NOW, version="1", tell=quiet)
    assert list(folder.iterdir()) == []


def test_a_file_is_never_overwritten(folder):
    (folder / "mine.zip").write_text("kept")
    with pytest.raises(CommandError, match="exists already"):
        run("backup", str(folder / "mine.zip"))
    assert (folder / "mine.zip").read_text() == "kept"
    (folder / "link.zip").symlink_to(folder / "nowhere.zip")
    with pytest.raises(CommandError, match="exists already"):
        run("backup", str(folder / "link.zip"))
    assert not (folder / "nowhere.zip").exists()


def test_nothing_is_begun_without_room(folder, monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda _folder: usage(1_000_000))
    with pytest.raises(CommandError, match=r"has 1\.0 MB free; about .* MB are needed"):
        run("backup", str(folder))
    assert list(folder.iterdir()) == []


def test_a_broken_run_leaves_nothing(folder, monkeypatch):
    def full(*_words):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.os, "fsync", full)
    with pytest.raises(CommandError, match="No space left on device"):
        run("backup", str(folder / "all.zip"))
    assert list(folder.iterdir()) == []
    assert backups.last() is None


def test_what_a_killed_run_left_goes_after_a_day(folder):
    old, young = folder / f"{folders.WORK}old", folder / f"{folders.WORK}young"
    for left in (old, young):
        left.mkdir()
    os.utime(old, (0, 0))
    backed_up(folder / "all.zip")
    assert not old.exists()
    assert young.exists()


def test_keeping_none_is_refused(folder):
    with pytest.raises(CommandError, match="at least 1"):
        run("backup", str(folder), "--keep", "0")


def test_numbers_have_one_form():
    assert sqlite.decimal(12.30) == "12.3"
    assert sqlite.decimal(1e-07) == "0.0000001"
    assert sqlite.decimal(123456789012345.0) == "123456789012345"
    assert sqlite.decimal(-0.0) == "0"
    assert sqlite.real(1e16) == "10000000000000000"
    assert sqlite.real(0.1) == "0.1"


def test_json_is_written_as_postgresql_does():
    written = '{"long": [1.50, 1e3, true, null], "a": "\\u00fc\\n"}'
    assert sqlite.json_text(written) == '{"a": "ü\\n", "long": [1.50, 1000, true, null]}'


@pytest.mark.postgresql
def test_a_password_is_on_no_command_line():
    own = connection.copy()
    own.settings_dict["PASSWORD"] = "grow-lilac"
    arguments, environment = postgresql.named(own)
    assert "grow-lilac" not in " ".join(arguments)
    assert environment["PGPASSWORD"] == "grow-lilac"


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("version", "sentence"),
    [(9, "pg_dump is of version 9, older than the server"), (None, "pg_dump is not installed")],
)
def test_a_missing_or_old_pg_dump_is_named(folder, monkeypatch, version, sentence):
    monkeypatch.setattr(postgresql, "major", lambda _file: version)
    if version is None:
        monkeypatch.setattr(postgresql.shutil, "which", lambda _name: None)
        monkeypatch.setattr(postgresql.Path, "glob", lambda _self, _pattern: [])
    with pytest.raises(Refused, match=sentence):
        postgresql.program("pg_dump", connection)
