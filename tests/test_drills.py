"""What an administrator fears: processes killed, a database restarted, a full disk, amid the work.

Several people save new records through the admin's form all the while. Whatever was acknowledged
must be there exactly once with its entry in the history; whatever was not, at most once.
A longer drill: ZONETRACK_DRILL_ROUNDS=10.
"""

import http.client
import os
import resource
import signal
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager
from itertools import count

import pytest

from tests.admin_forms import Fields
from tests.clusters import running_cluster, until
from tests.served import ANSWER_SECONDS, Served, Visitor, free_port, new_database, served, wait_for

pytestmark = pytest.mark.servers

ROUNDS = int(os.environ.get("ZONETRACK_DRILL_ROUNDS", "1"))
WRITERS = 3
SAVES = 2  # acknowledged ones that each writer waits for, before and after the fault
LIST, ADD = "/admin/enterprises/institution/", "/admin/enterprises/institution/add/"
ROWS = "SELECT name_en FROM enterprises_institution"
ENTRIES = "SELECT name_en FROM enterprises_historicalinstitution WHERE history_type = '+'"
numbers = count(1)


class Ledger:
    """What was sent, and what of it the site said it had saved."""

    def __init__(self):
        self.lock = threading.Lock()
        self.sent: set[str] = set()
        self.saved: list[str] = []

    def send(self) -> str:
        with self.lock:
            name = f"Institute {next(numbers):06}"
            self.sent.add(name)
        return name

    def acknowledge(self, name: str) -> None:
        with self.lock:
            self.saved.append(name)

    def mistakes(self, ask) -> list[str]:
        """Records lost, doubled or without their history; `ask` answers a statement's rows."""
        rows = Counter(name for (name,) in ask(ROWS) if name in self.sent)
        entries = Counter(name for (name,) in ask(ENTRIES) if name in self.sent)
        lost = [f"lost: {name}" for name in self.saved if name not in rows]
        doubled = [f"doubled: {name}" for name, n in rows.items() if n > 1]
        return lost + doubled + ([] if rows == entries else ["history differs"])


class Writer(threading.Thread):
    """Somebody who adds record after record and is not put off by errors."""

    def __init__(self, url: str, ledger: Ledger, over: threading.Event):
        super().__init__(daemon=True)
        self.person = Visitor(url).sign_in("admin")
        self.ledger, self.over = ledger, over
        self.statuses: Counter = Counter()
        self.saved = 0

    def run(self):
        while not self.over.is_set():
            try:
                self.add(self.ledger.send())
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)

    def add(self, name: str):
        page = self.person.get(ADD)
        self.statuses[page.status] += 1
        if page.status != 200:
            time.sleep(0.05)
            return
        form = Fields()
        form.feed(page.text)
        values = form.values | {"name_en": name, "name_zh": name, "kind": "institute"}
        answer = self.person.post_form(ADD, values)
        self.statuses[answer.status] += 1
        if answer.status == 200 and answer.url.split("?")[0].endswith(LIST):
            self.ledger.acknowledge(name)
            self.saved += 1


@contextmanager
def people_at_work(server: Served, ask):
    """Writers while the block runs; everything they were told must hold at its end."""
    ledger, over = Ledger(), threading.Event()
    writers = [Writer(server.url, ledger, over) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        yield writers
    finally:
        over.set()
        for writer in writers:
            writer.join(ANSWER_SECONDS * 2)
    assert ledger.saved
    assert not ledger.mistakes(ask)
    refused = {status for writer in writers for status in writer.statuses} - {200, 502, 503}
    assert not refused, f"answers {refused}:\n{failures(server.log)}"


def failures(log: str) -> str:
    """The end of the first failure that the server wrote down."""
    _before, _word, after = log.partition("Traceback")
    return after[-6000:] if len(after) < 6000 else after[:6000]


def everybody_saves(writers: list[Writer]) -> None:
    """Returns when each of them has saved some more."""
    before = [writer.saved for writer in writers]
    until(
        lambda: all(w.saved >= n + SAVES for w, n in zip(writers, before, strict=True)),
        "everybody saves again",
        patience=120,
    )


# PostgreSQL


@pytest.fixture(scope="module")
def cluster():
    with running_cluster() as primary:
        new_database({"DATABASE_URL": primary.url()})
        yield primary


@pytest.fixture
def server(cluster):
    with served({"DATABASE_URL": cluster.url()}) as server:
        yield server


def kill_a_worker(server, cluster):
    os.kill(server.worker_pids()[0], signal.SIGKILL)


def kill_a_backend(server, cluster):
    own = "SELECT pid FROM pg_stat_activity WHERE datname IS NOT NULL AND pid <> pg_backend_pid()"
    (backend,) = cluster.sql(own)[0]
    os.kill(backend, signal.SIGKILL)


def kill_the_server(server, cluster):
    cluster.kill()
    cluster.start()


def cut_the_server_off(server, cluster):
    cluster.stop("immediate")
    cluster.start()


FAULTS = [kill_a_worker, kill_a_backend, kill_the_server, cut_the_server_off]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.__name__)
def test_what_was_acknowledged_is_there_after(fault, server, cluster):
    with people_at_work(server, cluster.sql) as writers:
        for _ in range(ROUNDS):
            everybody_saves(writers)
            fault(server, cluster)
            everybody_saves(writers)


def test_a_server_that_was_killed_goes_on_with_everybody_signed_in(cluster):
    environment = {"DATABASE_URL": cluster.url()}
    bind = f"127.0.0.1:{free_port()}"
    with served(environment, bind=bind) as first:
        first.url = f"http://{bind}"
        wait_for(first)
        with people_at_work(first, cluster.sql) as writers:
            everybody_saves(writers)
            os.killpg(first.master_pid, signal.SIGKILL)
            first.process.wait()
            with served(environment, bind=bind) as second:
                second.url = first.url
                wait_for(second)
                # Nobody signs in again: the old sessions must do.
                everybody_saves(writers)


def test_while_the_database_is_away_people_are_told_to_come_back(server, cluster):
    person = server.visitor("admin")
    cluster.stop("fast")
    try:
        began = time.monotonic()
        answer = person.get("/", timeout=ANSWER_SECONDS)
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert time.monotonic() - began < ANSWER_SECONDS
        assert server.get("/healthz").status == 200
        assert server.get("/readyz").status == 503
    finally:
        cluster.start()
    until(lambda: person.get("/").status == 200, "the pages are back")


def test_the_cluster_writes_everything_through(cluster):
    for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
        assert cluster.sql(f"SHOW {name}") == [("on",)], name


# SQLite


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sqlite")
    new_database({"ZONETRACK_DATA_DIR": str(folder)})
    return folder


def asker(folder):
    def ask(statement: str):
        with closing(sqlite3.connect(folder / "zonetrack.sqlite3")) as own:
            return own.execute(statement).fetchall()

    return ask


@pytest.fixture
def embedded(folder):
    with served({"ZONETRACK_DATA_DIR": str(folder)}) as server:
        yield server


def test_sqlite_keeps_what_was_acknowledged_when_a_worker_is_killed(embedded, folder):
    with people_at_work(embedded, asker(folder)) as writers:
        for _ in range(ROUNDS):
            everybody_saves(writers)
            kill_a_worker(embedded, None)
            everybody_saves(writers)
    assert asker(folder)("PRAGMA integrity_check") == [("ok",)]


def test_sqlite_says_nothing_is_saved_while_the_disk_is_full_and_goes_on_after(embedded, folder):
    """No file may grow, as on a full disk, until the limit is taken away."""
    with people_at_work(embedded, asker(folder)) as writers:
        everybody_saves(writers)
        limit(embedded, 1)
        refused = sum(writer.statuses[503] for writer in writers)
        until(
            lambda: sum(writer.statuses[503] for writer in writers) > refused,
            "somebody is told that it cannot be saved",
        )
        limit(embedded, resource.RLIM_INFINITY)
        everybody_saves(writers)
    assert asker(folder)("PRAGMA integrity_check") == [("ok",)]


def limit(server: Served, size: int) -> None:
    """How long a file may become that the workers write."""
    for process in server.worker_pids():
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
