"""Bringing an installation to a new version: the steps, their order, where it stops."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from zonetrack.management.commands import upgrade
from zonetrack.sums.models import ZoneCounter

STEPS = ["backup", "migrate", "collectstatic", "check", "check_sums", "verify_editions"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pending(monkeypatch, settings, tmp_path):
    """An installation that lacks a migration."""
    settings.STATIC_ROOT = settings.DATA_DIR = tmp_path
    names = ["years.0009_new"]
    monkeypatch.setattr(upgrade, "pending_migrations", lambda: names)
    return names


@pytest.fixture
def called(monkeypatch):
    """The commands that were called, with what they were given; “fails” names one that fails."""
    calls = {}

    def call(name, *words, **options):
        calls[name] = (*words, options)
        if name == calls.get("fails"):
            raise CommandError("No room on the disk.")

    monkeypatch.setattr(upgrade, "call_command", call)
    return calls


def run(**options):
    out = StringIO()
    call_command("upgrade", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_all_steps_are_gone_in_order_and_told(called, tmp_path):
    out = run()
    assert list(called) == STEPS
    assert called["backup"][0].startswith(f"{tmp_path}/backups/zonetrack-before-upgrade-")
    assert called["check"][0]["deploy"] and called["check"][0]["fail_level"] == "WARNING"
    assert called["check_sums"][0]["repair"]
    assert [line[:4] for line in out.splitlines()[:6]] == [f"{n}/6 " for n in range(1, 7)]
    assert "migrations=1" in out


def test_pages_that_browsers_keep_are_made_anew_where_tables_change(called, pending):
    ZoneCounter.objects.create(pk=1, n=5)
    run()
    raised = ZoneCounter.objects.get(pk=1).n
    assert raised > 5
    pending.clear()
    run()
    assert ZoneCounter.objects.get(pk=1).n == raised


def test_the_backup_goes_where_it_is_wanted(called, tmp_path):
    run(backup_folder=tmp_path / "elsewhere")
    assert called["backup"][0].startswith(f"{tmp_path}/elsewhere/")


def test_the_backup_may_be_left_out(called):
    assert "--no-backup" in run(no_backup=True)
    assert list(called) == STEPS[1:]


def test_a_dry_run_calls_nothing(called):
    out = run(dry_run=True)
    assert not called
    assert "years.0009_new" in out and "Nothing was done" in out


def test_tables_of_this_version_need_neither_backup_nor_migration(called, pending):
    pending.clear()
    assert "migrations=0 backup=none" in run()
    assert list(called) == STEPS[2:]


@pytest.mark.parametrize("failing", STEPS)
def test_it_stops_at_the_first_failure(called, failing):
    called["fails"] = failing
    with pytest.raises(CommandError) as stopped:
        run()
    del called["fails"]
    assert list(called) == STEPS[: STEPS.index(failing) + 1]
    assert "No room on the disk." in str(stopped.value)
    goes_back = "restore" in str(stopped.value)
    assert goes_back is (failing != "backup")
    # Else pages of the version before would name files that only the new one has, or none.
    assert ("collectstatic --no-input" in str(stopped.value)) is goes_back


def test_a_step_that_leaves_the_process_stops_it_too(monkeypatch):
    def leave(*words, **options):
        raise SystemExit(2)

    monkeypatch.setattr(upgrade, "call_command", leave)
    with pytest.raises(CommandError, match="“Backup”: 2"):
        run()


def test_really_everything_but_files_of_pages(settings, pending):
    """The tests' database is of this version, so that sums and editions are what is left."""
    pending.clear()
    settings.STATIC_ROOT = None
    settings.SILENCED_SYSTEM_CHECKS = [f"security.W0{n:02}" for n in range(30)]
    assert "wrong=0" in run()
    assert "editions=0" in run()
