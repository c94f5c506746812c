"""The benchmark: what it prints, and that it leaves everything as it was."""

import json
import tempfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from psycopg2.extensions import make_dsn

from enterprises.models import Zone
from zonetrack.access.models import User
from zonetrack.bench import imports, reports, timing, weight
from zonetrack.bench.table import Row, held, lines, summary
from zonetrack.bench.timing import Timing, growth, in_turns
from zonetrack.sample.example import SIZES, Plan

from .factories import make_user, make_zone

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where temporary files go, and a medium size that is made at once."""
    if connection.vendor == "postgresql":
        # The test's own transaction waits while the benchmark works in databases of its own.
        connection.cursor().execute("SET idle_in_transaction_session_timeout = 0")
    monkeypatch.setattr(timing, "WARM_UP", 0)
    monkeypatch.setattr(timing, "ADDITIONS", 100_000)
    monkeypatch.setattr(imports, "ROWS", 20)
    monkeypatch.setattr(imports, "MANY", 40)
    monkeypatch.setattr(reports, "ROWS", 200)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setitem(SIZES, "medium", Plan(zones=2, enterprises=24, years=3, patents=1))
    return tmp_path


def bench(*arguments, out=None):
    out = out or StringIO()
    usual = ("--reference=12", "--reps=1", "--export-rows=20000")
    call_command("bench", *usual, *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_every_group_answers_its_rows(folder):
    printed = bench("--json", str(folder / "rows.json"))
    head, *_rest = printed.splitlines()
    assert head.startswith("zonetrack bench  seed 1  sqlite 3.")
    assert "cores" in head
    assert "load" in head
    rows = json.loads((folder / "rows.json").read_text())["sqlite"]
    assert {row["what"] for row in rows} == {
        "zone dashboard",
        "park dashboard",
        "all zones",
        "lists, manager",
        "lists, administrator",
        "pages without charts",
        "worker",
        "table of yearly figures",
        "imports",
        "reports",
        "exports",
    }
    assert all(row["measure"] in printed for row in rows)
    measured = [row for row in rows if row["measure"] == "ms"]
    assert all(set(row["values"]) == {"small", "medium"} for row in measured)
    assert all(row["limit"] == "1.25" and row["ok"] in (True, False) for row in measured)


def test_the_configured_database_is_not_touched_and_nothing_is_left(folder):
    zone, user = make_zone(), make_user("administrator")
    configured = connections["default"]
    bench("--only=weight", "--size=small")
    assert connections["default"] is configured
    assert list(Zone.objects.all()) == [zone]
    assert list(User.objects.all()) == [user]
    assert list(folder.iterdir()) == []


def test_a_row_that_fails_fails_the_check_and_what_was_measured_may_be_kept(folder, monkeypatch):
    monkeypatch.setattr(weight, "MOST_WARM", 1)
    printed = StringIO()
    with pytest.raises(CommandError, match="within its limits"):
        bench("--only=weight", "--size=small", "--check", "--keep", out=printed)
    [kept] = folder.iterdir()
    assert f"kept: {kept / 'small.sqlite3'}" in printed.getvalue()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--only=speed"], "--only does not know speed"),
        (["--size=tiny,small"], "--size does not know tiny"),
        (["--only="], "--only names nothing"),
        (["--reps=0"], "--reps must be at least 1"),
    ],
)
def test_what_cannot_be_measured_is_refused(folder, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        bench(*arguments)


def test_a_server_that_is_not_there_is_named(folder):
    with pytest.raises(CommandError, match="PostgreSQL server cannot be used"):
        bench("--no-sqlite", "--database=postgresql://nobody@127.0.0.1:1/postgres")


@pytest.mark.postgresql
def test_scratch_databases_on_a_server_are_dropped(folder):
    given = connection.settings_dict
    address = make_dsn(
        dbname="postgres",
        user=given["USER"] or None,
        password=given["PASSWORD"] or None,
        host=given["HOST"] or None,
        port=given["PORT"] or None,
    )
    printed = bench("--no-sqlite", f"--database={address}", "--only=weight")
    assert printed.startswith("zonetrack bench  seed 1  postgresql")
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'zonetrack_bench_%'")
        assert cursor.fetchall() == []


# Times and rows


def test_works_take_turns_and_those_that_warm_up_do_not_count():
    done = []

    def work(name):
        done.append(name)
        return len(done)

    times = in_turns({"a": lambda: work("a"), "b": lambda: work("b")}, 2)
    assert done == list("abababab")
    assert times == {"a": Timing((5, 7)), "b": Timing((6, 8))}


def test_growth_is_the_median_of_the_ratios_pair_by_pair():
    small, medium = Timing((1.0, 2.0, 10.0)), Timing((2.0, 2.0, 10.0))
    assert growth({"small": small, "medium": medium}) == 1
    assert growth({"small": small}) is None


def test_a_wide_spread_is_noisy():
    assert Timing((1.0, 2.1)).noisy
    assert not Timing((1.0, 2.0)).noisy


def test_a_result_at_its_limit_is_in_order():
    assert held("page", "ms", 1.25, 1.25).verdict == "ok"
    assert held("page", "ms", 1.26, 1.25, noisy=True).verdict == "FAILED noisy"
    assert held("page", "ms", None, 1.25).verdict == ""


def test_the_table_says_once_what_rows_are_about():
    rows = [
        Row("page", "ms", {"small": "1.0"}, "1", "2", ok=True),
        Row("page", "queries", ok=False),
    ]
    text = list(lines(rows, ["small"]))
    assert text == [
        "               small  result  limit",
        "page  ms         1.0       1      2  ok",
        "      queries                        FAILED",
    ]
    assert summary(rows) == "1 passed, 1 failed"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["huge=postgres://x/y"], "--use does not know huge"),
        (["large=postgres://x/y"], "--use needs --database"),
    ],
)
def test_a_database_to_be_used_must_have_a_size_and_a_server_beside_it(given, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("bench", use=given, no_sqlite=True, database=[])
