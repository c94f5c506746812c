"""The load of the benchmark: its crowd, its ledger, and a tiny run of it all."""

import json
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection

from enterprises.models import State, YearlyFigures
from tests import served
from tests.factories import make_enterprise, make_park, make_return
from zonetrack.bench import load, serving, timing
from zonetrack.bench.load import Stage, ledger, rows_of, stages, within
from zonetrack.bench.people import PAGE, SAVE, Asked, Notes, Saved


def results(rows):
    return {row.measure: row.result for row in rows}


def test_each_database_has_stages_of_its_own():
    large = {stage.name: stage for stage in stages(100, "postgresql")}
    assert [(one.browsing, one.entering) for one in large.values()] == [
        (100, 0), (70, 30), (200, 0), (5, 0),
    ]  # fmt: skip
    office = stages(100, "sqlite")[0]
    assert (office.browsing, office.entering) == (17, 8)
    smallest = stages(2, "sqlite")
    assert all(stage.browsing for stage in smallest)
    assert smallest[0].entering == 1


def test_shares_of_times():
    times = [float(n) for n in range(1, 101)]
    assert [within(times, share) for share in (0.5, 0.95, 0.99, 1)] == [50, 95, 99, 100]
    assert within([7.0], 0.5) == 7


def test_times_are_told_as_of_a_usual_machine():
    asked = [Asked(PAGE, 0.2 * n, 200, 0) for n in range(1, 11)]
    asked += [Asked(SAVE, 0.5, 302, 0), Asked(SAVE, 0.5, 409, 0), Asked(PAGE, 9.0, 503, 0)]
    notes = Notes(asked, [Saved(1, 1000, 302), Saved(1, 1001, 409)])
    stage = Stage("x", 2, 1, limits={(PAGE, 0.5): 150, (SAVE, 0.95): 1000})
    found = {row.measure: row for row in rows_of(stage, load.Run(notes, 10, 0.5, None), 4, 0.1)}
    assert found["page: half within, ms"].result == "250"
    assert found["page: half within, ms"].ok is False
    assert found["save: 95 % within, ms"].result == "125"
    assert found["answers 5xx"].result == "1"
    assert found["errors, share"].note == "1 of 13"
    assert found["saves; conflicts"].result == "1; 1"
    assert found["requests a second"].result == "5.2"
    assert found["the driver's own share of a core"].ok


@pytest.mark.parametrize("asked", [[], [Asked(PAGE, 0.01, 503, 0)], [Asked(PAGE, 0.01, None, 0)]])
def test_a_server_that_refuses_after_an_overload_is_not_quick(monkeypatch, asked):
    monkeypatch.setattr(load.people, "gather", lambda *_words, **_options: Notes(asked))
    crowd = load.Crew([None], [])
    run = load.stage_run(Stage("x", 1, calm=1000), SimpleNamespace(port=1), crowd, 0, 1)
    found = {row.measure: row for row in rows_of(Stage("x", 1, calm=1000), run, 4, 0.1)}
    assert found["first page after it, ms"].ok is False


@pytest.mark.django_db
def test_the_ledger_finds_lost_and_doubled_saves():
    enterprise = make_enterprise(make_park())
    filing = make_return(enterprise, 2014, state=State.DRAFT, employees=1000)
    row = YearlyFigures.objects.get(filing=filing)
    for value in (1001, 1001, 1002):
        row.employees = value
        row.save()
    right = [Saved(filing.pk, 1000, 302), Saved(filing.pk, 1002, 302), Saved(filing.pk, 1003, 409)]
    lost, wrong = "acknowledged saves lost", "saves doubled, or there though refused"
    assert results(ledger(right)) == {lost: "0", wrong: "0"}
    assert results(ledger([*right, Saved(filing.pk, 1004, 302)]))[lost] == "1"
    assert results(ledger([*right, Saved(filing.pk, 1001, 302)]))[wrong] == "1"
    assert results(ledger([*right, Saved(filing.pk, 1002, 409)]))[wrong] == "1"
    YearlyFigures.objects.filter(pk=row.pk).update(employees=5)
    assert results(ledger(right))[wrong] == "1"
    assert list(ledger([])) == []


def test_memory_of_exports_is_no_growth_of_pages():
    pages, exports = Stage("pages", 2), Stage("exports", 1, exporting=4)
    [growth, most] = load.memory_rows([(pages, 200), (pages, 210), (exports, 900)])
    assert (growth.result, most.result) == ("1.05", "900")
    assert most.note == "pages 200, pages 210, exports 900"
    [most] = load.memory_rows([(pages, 200), (exports, 2000)])
    assert most.ok is False
    assert list(load.memory_rows([(pages, None)])) == []


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({"ENGINE": "x.sqlite3", "NAME": "/tmp/a.sqlite3"}, "sqlite:////tmp/a.sqlite3"),
        (
            {"ENGINE": "x.postgresql", "NAME": "db", "USER": "li", "PASSWORD": "a@b", "HOST": "h",
             "PORT": "5433"},
            "postgres://li:a%40b@h:5433/db",
        ),
        (
            {"ENGINE": "x.postgresql", "NAME": "db", "USER": "li", "PASSWORD": "",
             "HOST": "/run/pg", "PORT": ""},
            "postgres://li:@%2Frun%2Fpg/db",
        ),
    ],
)  # fmt: skip
def test_the_server_is_told_which_database(given, address):
    assert serving.address_of(given) == address


@pytest.mark.django_db
@pytest.mark.servers
def test_two_people_at_the_real_server(tmp_path, monkeypatch):
    """Everything of it, as small as can be, on SQLite."""
    if connection.vendor == "postgresql":
        # The test's own transaction waits while the benchmark works in databases of its own.
        connection.cursor().execute("SET idle_in_transaction_session_timeout = 0")
    monkeypatch.setenv("ZONETRACK_STATIC_DIR", str(served.collected()))
    monkeypatch.setattr(timing, "ADDITIONS", 100_000)
    # People think a third of a second, and stages last as long as they are asked to.
    monkeypatch.setattr(load, "THINK", 0.3)
    monkeypatch.setattr(load, "slowness", lambda: 1)
    options = ["--only=load", "--size=small", "--reference=12", "--people=8", "--stage-seconds=3"]
    options += ["--json", str(tmp_path / "rows.json")]
    call_command("bench", *options, stdout=StringIO(), stderr=StringIO())
    rows = json.loads((tmp_path / "rows.json").read_text())["sqlite"]
    by_measure = {(row["what"], row["measure"]): row for row in rows}
    failed = [row for (_what, measure), row in by_measure.items() if measure == "answers 5xx"]
    assert failed
    assert all(row["result"] == "0" for row in failed)
    assert by_measure["load, ledger", "acknowledged saves lost"]["result"] == "0"
    saves = by_measure["load, one zone's office", "saves; conflicts"]["result"]
    assert int(saves.partition(";")[0]) > 0
