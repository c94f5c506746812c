"""The commands that bring data in: what they do, what they refuse, what they print."""

import os
import socket
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from enterprises.models import Park, TitleKind, Zone
from zonetrack.access.models import Membership, User
from zonetrack.management.commands import demo as demo_command
from zonetrack.sample import demo
from zonetrack.years.models import ReportingYear

SETUP = {
    "zone": "north",
    "name_en": "North Zone",
    "name_zh": "北区",
    "park": ["north-a:Park A:甲园", "north-b:Park B:乙园"],
    "year": "2025",
    "manager": "wang",
    "email": "wang@example.org",
    "ask": False,
}
PASSWORD = "grow-lilac-7-bridges"


def run(command, **options):
    out = StringIO()
    call_command(command, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


@pytest.fixture
def password_file(tmp_path):
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    return str(file)


@pytest.fixture
def prepared(monkeypatch):
    """Test tables are made without migrations; the command would miss them."""
    monkeypatch.setattr("zonetrack.management.commands.set_up.refuse_without_tables", lambda: None)


@pytest.mark.django_db
def test_set_up_makes_zone_parks_year_manager_and_lists(prepared, password_file):
    out = run("set_up", password_file=password_file, **SETUP)
    zone = Zone.objects.get(key="north")
    assert set(zone.home_parks.filter(is_unstated=False).values_list("key", flat=True)) == {
        "north-a", "north-b",
    }  # fmt: skip
    assert zone.home_parks.filter(is_unstated=True).count() == 1
    assert ReportingYear.objects.get(zone=zone).year == 2025
    assert Membership.objects.get(zone=zone).group.name == "Zone manager"
    assert User.objects.get(username="wang").check_password(PASSWORD)
    assert TitleKind.objects.filter(key="high-tech-enterprise").exists()
    assert "zones=1 parks=2 years=1 users=1" in out
    assert "createsuperuser" in out


@pytest.mark.django_db
def test_set_up_can_be_run_twice(prepared, password_file):
    run("set_up", password_file=password_file, **SETUP)
    out = run("set_up", **SETUP | {"email": None})
    assert "reference_rows=0 zones=0 parks=0 years=0 users=0" in out
    assert Zone.objects.count() == 1


@pytest.mark.django_db
def test_set_up_takes_answers_from_the_environment(prepared, monkeypatch, password_file):
    for name, value in {
        "ZONE": "south",
        "ZONE_NAME_ZH": "南区",
        "PARKS": "south-a:Park A:; south-b::乙园",
        "YEAR": "2024",
        "MANAGER": "li",
        "MANAGER_PASSWORD_FILE": password_file,
    }.items():
        monkeypatch.setenv(f"ZONETRACK_{name}", value)
    run("set_up", ask=False)
    assert Park.objects.get(key="south-b").name_zh == "乙园"
    assert User.objects.get(username="li").check_password(PASSWORD)


@pytest.mark.django_db
def test_set_up_asks_for_what_is_missing_and_asks_again(prepared, monkeypatch):
    answers = iter(
        ["Bad Key", "east", "East Zone", "", "east-a:Park A:", "", "19x", "2025", "zhao", ""]
    )
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    passwords = iter(["123", PASSWORD])
    monkeypatch.setattr(
        "zonetrack.management.commands.set_up.getpass", lambda question: next(passwords)
    )
    run("set_up")
    assert Zone.objects.get(key="east").name_en == "East Zone"
    assert User.objects.get(username="zhao").check_password(PASSWORD)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"zone": "Nord Zone"}, "small letters, digits and hyphens"),
        ({"zone": None}, "ZONETRACK_ZONE"),
        ({"name_en": None, "name_zh": None}, "Give the zone a name"),
        ({"park": ["north-a"]}, "has no name"),
        ({"park": None}, "at least one park"),
        ({"year": "twenty"}, "no year between"),
        ({"year": "99999999999999999999"}, "no year between"),
        ({"manager": "no good"}, "“no good”: "),
        ({"email": "nowhere"}, "no e-mail address"),
        ({"password_file": "/nowhere/at/all"}, "cannot be read"),
    ],
)
def test_set_up_refuses_bad_input_with_a_sentence(prepared, password_file, changes, sentence):
    with pytest.raises(CommandError, match=sentence):
        run("set_up", **{"password_file": password_file} | SETUP | changes)
    assert not Zone.objects.exists()


@pytest.mark.django_db
def test_set_up_refuses_a_weak_password(prepared, tmp_path):
    file = tmp_path / "weak"
    file.write_text("12345")
    with pytest.raises(CommandError, match="too weak"):
        run("set_up", password_file=str(file), **SETUP)
    assert not Zone.objects.exists()


@pytest.mark.django_db
def test_set_up_leaves_another_zones_park_alone(prepared, password_file):
    run("set_up", password_file=password_file, **SETUP)
    with pytest.raises(CommandError, match="belongs to another zone"):
        run("set_up", **SETUP | {"zone": "west"})
    assert not Zone.objects.filter(key="west").exists()


@pytest.mark.django_db
def test_load_samples_prints_what_it_did():
    assert "created=" in run("load_samples")
    assert "created=0 unchanged=" in run("load_samples")


# The demo


def demo_process(folder, *options):
    """The command as a newcomer types it, with data in a folder of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ZONETRACK_")}
    own.pop("PYTEST_VERSION", None)
    return subprocess.run(
        [sys.executable, "manage.py", "demo", "--no-server", *options],
        cwd=settings.BASE_DIR,
        env=own | {"ZONETRACK_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_demo_makes_its_data_once(tmp_path):
    first = demo_process(tmp_path, "--password", "open-the-window-4")
    assert first.returncode == 0, first.stderr
    assert "Making the demo's database" in first.stdout
    for name in demo.ACCOUNTS:
        assert f"\n  {name} " in first.stdout
    assert "open-the-window-4" in first.stdout
    assert first.stderr == ""
    second = demo_process(tmp_path)
    assert second.returncode == 0, second.stderr
    assert "Making" not in second.stdout
    assert demo_command.PASSWORD in second.stdout
    with sqlite3.connect(tmp_path / "demo.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM enterprises_zone").fetchone() == (3,)
        assert database.execute("SELECT count(*) FROM access_user").fetchone() == (5,)


def test_demo_leaves_a_database_alone_that_is_not_its_own(tmp_path):
    file = tmp_path / "demo.sqlite3"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE mine (n)")
    before = file.read_bytes()
    done = demo_process(tmp_path)
    assert done.returncode == 1
    assert "not a database that the demo made" in done.stderr
    assert "Traceback" not in done.stderr
    assert file.read_bytes() == before


def test_demo_refuses_every_other_mode():
    with pytest.raises(CommandError, match="database of its own"):
        run("demo", no_server=True)


def test_the_mark_tells_a_demo_from_other_files(tmp_path):
    file = tmp_path / "some.sqlite3"
    assert demo.state_of(file) is None
    demo.mark(file, 7)
    assert demo.state_of(file) == 7
    file.write_text("some text that is no database at all, and long enough to be read as one")
    with pytest.raises(demo.NotTheDemo):
        demo.state_of(file)


def test_the_demo_is_made_anew_in_a_new_year_and_after_a_change(tmp_path):
    (tmp_path / "zonetrack" / "sample").mkdir(parents=True)
    file = tmp_path / "zonetrack" / "sample" / "some.csv"
    file.write_text("a")
    this = demo.version_of(tmp_path, date(2025, 12, 31))
    assert this == demo.version_of(tmp_path, date(2025, 1, 1))
    assert this != demo.version_of(tmp_path, date(2026, 1, 1))
    file.write_text("b")
    assert this != demo.version_of(tmp_path, date(2025, 12, 31))


def test_a_taken_port_is_said_in_a_sentence():
    with socket.socket() as other:
        other.bind((demo_command.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is taken .* --port"):
            demo_command.refuse_taken(port)
    with pytest.raises(CommandError, match="between 1 and 65535"):
        demo_command.refuse_taken(70_000)


@pytest.mark.django_db
def test_demo_accounts_see_what_they_are_for():
    demo.load_demo(now=datetime(2025, 9, 30, tzinfo=UTC))
    demo.set_passwords("one-for-everybody-3")
    places = {
        name: set(
            Membership.objects.filter(user__username=name).values_list("zone__key", "park__key")
        )
        for name in demo.ACCOUNTS
    }
    both = {("xining-etdz", None), ("example", None)}
    assert places == {
        "reader": both,
        "official": both,
        "staff": {(None, "example-materials")},
        "manager": {("example", None)},
        "admin": set(),
    }
    people = User.objects.filter(username__in=demo.ACCOUNTS)
    assert all(person.check_password("one-for-everybody-3") for person in people)
    assert [person.username for person in people if person.is_superuser] == ["admin"]
