"""What an administrator fears: processes killed, a database restarted, amid the work.

Several people save new records through the admin's form all the while. Whatever was acknowledged
must be there exactly once with its entry in the history; whatever was not, at most once.
A longer drill: ZONETRACK_DRILL_ROUNDS=10.
"""

import os
import signal
import time

import pytest

from tests.clusters import running_cluster, until
from tests.served import ANSWER_SECONDS, free_port, new_database, served, wait_for
from tests.sqlite_sites import asker, new_sqlite
from tests.work_under_faults import everybody_saves, people_at_work

pytestmark = pytest.mark.servers

ROUNDS = int(os.environ.get("ZONETRACK_DRILL_ROUNDS", "1"))


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
    folder = tmp_path_factory.mktemp("sqlite") / "data"
    new_sqlite(folder)
    return folder


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
