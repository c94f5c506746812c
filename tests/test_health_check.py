"""The command health_check: what it finds, how it tells it, how it ends."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from smtplib import SMTPAuthenticationError

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone, translation

from enterprises.models import State
from tests.factories import make_enterprise, make_park, make_return, make_user
from zonetrack.backups.models import Backup
from zonetrack.files.models import store
from zonetrack.health import basics, contents, looking
from zonetrack.health.checks import CHECKS
from zonetrack.health.looking import Asked, Check, Found, Level, kept, looked
from zonetrack.health.models import Look, PageTimes
from zonetrack.imports.models import Import
from zonetrack.reports.models import Edition
from zonetrack.sums.checking import Checked, Wrong
from zonetrack.years.models import Reminder, ReportingYear

NOW = datetime(2015, 3, 20, 9, 0, tzinfo=UTC)
ASKED = Asked(NOW)

pytestmark = pytest.mark.django_db


def run(*arguments):
    """What the command prints, and the code with which it ends."""
    out = StringIO()
    code = 0
    try:
        call_command("health_check", *arguments, stdout=out, stderr=StringIO())
    except SystemExit as end:
        code = end.code
    return out.getvalue(), code


def make_check(key="disk", level=Level.FINE, title="Disk", **more):
    return Check(key, title, lambda asked: Found(level, {"n": 5}), lambda facts: "told", **more)


def back_up(taken_at):
    return Backup.objects.create(taken_at=taken_at, file="b.zip", size=1, checksum="0" * 64, rows=1)


def make_file(name):
    return store(name, b"{}", kind="json", by=None, at=NOW)


# The command


def test_every_check_is_told_on_a_line_of_its_own():
    printed, _code = run()
    lines = printed.splitlines()
    assert len(lines) == len(CHECKS)
    assert lines[0].startswith("fine     Database ")
    assert "warning  Last backup" in printed


@pytest.mark.parametrize("level", Level)
def test_it_ends_with_the_worst_that_was_found(monkeypatch, level):
    checks = (make_check(), make_check(level=level))
    monkeypatch.setattr("zonetrack.management.commands.health_check.CHECKS", checks)
    assert run()[1] == level


def test_json_tells_the_same():
    printed, code = run("--json", "--quick")
    found = json.loads(printed)
    assert found["state"] == Level(code).name.lower()
    by_key = {one["check"]: one for one in found["checks"]}
    assert by_key["backup"]["state"] == "warning"
    assert by_key["migrations"]["facts"]["missing"] == []
    assert "editions" not in by_key


def test_columns_stand_below_each_other_in_chinese(monkeypatch):
    names = ["磁盘", "Disk"]
    checks = [make_check(name, title=name) for name in names]
    monkeypatch.setattr("zonetrack.management.commands.health_check.CHECKS", checks)
    with translation.override("en"):
        printed, _code = run()
    assert printed == "fine  磁盘  told\nfine  Disk  told\n"


def test_what_was_found_is_kept_for_the_status_page():
    run()
    run()
    assert set(Look.objects.values_list("check_key", flat=True)) == {one.key for one in CHECKS}
    [disk] = [one for one in kept(CHECKS) if one.check.key == "disk"]
    assert disk.told == basics.tell_of_disk(Look.objects.get(check_key="disk").facts)


def test_what_was_never_looked_at_is_said_so():
    [result] = kept([make_check()])
    assert (result.told, result.word) == ("Not looked at yet: run health_check.", "–")


def test_without_the_database_only_the_rest_is_looked_at():
    def fail(asked):
        raise OperationalError

    away = Check("database", "Database", fail, str)
    results = looked([away, make_check(), make_check("x", needs_database=False)], ASKED)
    assert [(one.check.key, one.level) for one in results] == [("database", 2), ("x", 0)]
    assert results[0].told == "This could not be looked at (OperationalError)."


# What is looked at


def test_a_missing_migration_is_a_failure(monkeypatch):
    monkeypatch.setattr(basics, "missing_migrations", lambda: [("years", "0099_x")])
    found = basics.migrations(ASKED)
    assert found.level == Level.FAILURE
    told = "1 is not applied: run migrate. The first: years.0099_x"
    assert basics.tell_of_migrations(found.facts) == told


@pytest.mark.parametrize(
    ("free", "level"), [(2**31, Level.FINE), (2**30, Level.WARNING), (2**27, Level.FAILURE)]
)
def test_a_disk_that_fills_up_is_told(monkeypatch, settings, tmp_path, free, level):
    settings.DATA_DIR = tmp_path / "not" / "yet"
    usage = type("Usage", (), {"free": free, "total": 2**40})
    monkeypatch.setattr(basics.shutil, "disk_usage", lambda folder: usage)
    assert basics.disk(ASKED).level == level


@pytest.mark.parametrize(("hours", "level"), [(26, Level.FINE), (27, Level.WARNING)])
def test_an_old_backup_is_told(hours, level):
    back_up(NOW - timedelta(hours=hours))
    [result] = looked([one for one in CHECKS if one.key == "backup"], ASKED)
    assert result.level == level
    assert f"{hours} hours ago: b.zip" in result.told
    assert basics.backup(Asked(NOW, backup_hours=30)).level == Level.FINE


def test_a_weak_key_is_told(settings):
    settings.SECRET_KEY = "short"
    found = basics.configuration(ASKED)
    assert found.level == Level.WARNING
    assert "security.W009" in basics.tell_of_configuration(found.facts)


@pytest.mark.parametrize(
    ("behind", "level", "told"),
    [
        ({}, Level.FINE, "There are none."),
        ({"replica1": 0, "replica2": 9_000_000}, Level.FINE, "All 2 follow."),
        ({"replica1": None, "replica2": 0}, Level.WARNING, "following no server: replica1."),
        ({"replica1": 100_000_000}, Level.WARNING, "Far behind: replica1."),
    ],
)
def test_a_replica_that_nobody_would_miss_is_told(monkeypatch, settings, behind, level, told):
    settings.REPLICAS = list(behind)
    monkeypatch.setattr(basics, "behind", lambda: behind)
    found = basics.replicas(ASKED)
    assert found.level == level
    assert basics.tell_of_replicas(found.facts).endswith(told)


def test_a_clock_put_back_is_told():
    back_up(NOW + timedelta(hours=25))
    [result] = looked([one for one in CHECKS if one.key == "clock"], ASKED)
    assert result.level == Level.WARNING
    assert "lies ahead" in result.told


def test_a_clock_that_is_right_again_is_told_of_no_more():
    back_up(NOW + timedelta(days=4000))
    back_up(NOW - timedelta(hours=30))
    [clock] = looked([one for one in CHECKS if one.key == "clock"], ASKED)
    assert clock.level == Level.FINE
    assert basics.backup(ASKED).level == Level.WARNING


def test_requests_that_failed_are_told():
    PageTimes.objects.create(day=date(2015, 3, 19), name="GET home", count=9, failures=2)
    PageTimes.objects.create(day=date(2015, 3, 18), name="GET search", count=9, failures=2)
    found = contents.failures(ASKED)
    assert found.level == Level.WARNING
    told = "2 of 9 requests since yesterday failed: GET home"
    assert contents.tell_of_failures(found.facts) == told


def test_errors_of_open_years_are_told():
    park = make_park()
    for year, opened in ((2013, None), (2014, NOW)):
        ReportingYear.objects.create(zone=park.home_zone, year=year, opened_at=opened)
        enterprise = make_enterprise(park)
        make_return(enterprise, year, state=State.DRAFT, granted=1, granted_inventions=2)
    found = contents.open_returns(ASKED)
    assert found.level == Level.WARNING
    assert found.facts["years"] == 1
    [named] = found.facts["named"]
    assert (named["zone"], named["year"], named["errors"]) == (park.home_zone.key, 2014, 1)


@pytest.mark.parametrize(
    ("wrong", "level"),
    [
        ([], Level.FINE),
        ([Wrong("park", 1)], Level.WARNING),
        ([Wrong("park", 1), Wrong("zone", 1, 2014, "x", "1", "2")], Level.FAILURE),
    ],
)
def test_sums_that_are_missing_or_wrong_are_told(monkeypatch, wrong, level):
    monkeypatch.setattr(contents.checking, "check", lambda today: Checked(7, 1, wrong))
    found = contents.sums(ASKED)
    assert found.level == level
    told = "Those of 7 parks agree with the registers."
    if wrong:
        told = f"Wrong: {len(wrong) - 1}, not counted yet: 1. Run check_sums --repair."
    assert contents.tell_of_sums(found.facts) == told


def test_a_harmed_edition_is_a_failure():
    park = make_park()
    good, bad = map(make_file, "ab")
    for number, file in enumerate((good, bad), 1):
        values = {"zone": park.home_zone, "year": 2014, "number": number, "published_at": NOW}
        Edition.objects.create(kept=file, **values)
    assert contents.editions(ASKED).level == Level.FINE
    type(bad).objects.filter(pk=bad.pk).update(content=b"[]")
    found = contents.editions(ASKED)
    assert (found.level, found.facts["harmed"], found.facts["named"]) == (Level.FAILURE, 1, ["b"])


def test_imports_forgotten_are_counted():
    file = make_file("a.csv")
    for days in (0, 2, 40):
        Import.objects.create(register="yearly", file=file, begun_at=NOW - timedelta(days=days))
    assert contents.imports(ASKED).facts == {"waiting": 1}


def test_years_of_which_nobody_is_reminded_are_told(settings):
    park = make_park()
    year = ReportingYear.objects.create(zone=park.home_zone, year=2014, opened_at=NOW)
    assert contents.reminders(ASKED).level == Level.FINE
    settings.EMAIL_HOST = "mail.example"
    found = contents.reminders(ASKED)
    assert (found.level, found.facts["due"]) == (Level.WARNING, 1)
    Reminder.objects.create(user=make_user("administrator"), year=year, sent_on=date(2015, 3, 19))
    found = contents.reminders(ASKED)
    assert (found.level, found.facts["people"]) == (Level.FINE, 1)


@pytest.mark.parametrize("error", [ConnectionRefusedError("x"), SMTPAuthenticationError(535, "no")])
def test_a_mail_server_that_cannot_be_used_is_told(settings, monkeypatch, error):
    def fail():
        raise error

    assert contents.mail(ASKED) == Found(Level.FINE)
    settings.EMAIL_HOST = "mail.example"
    monkeypatch.setattr(contents, "get_connection", fail)
    found = contents.mail(ASKED)
    assert found.level == Level.WARNING
    told = f"mail.example:25 cannot be used ({type(error).__name__})."
    assert contents.tell_of_mail(found.facts) == told


def test_every_check_can_be_told_in_words():
    results = looked(CHECKS, Asked(timezone.now()))
    assert len(results) == len(CHECKS)
    assert all(result.told for result in results)
    assert not [result for result in results if "failed" in result.found.facts]
    assert looking.worst(results) == Level.WARNING
