"""The disk of the database is full while people save: nobody is told that something was saved that
was not, nothing is lost, and saving goes on by itself once there is room again.
"""

from contextlib import closing

import psycopg2
import pytest

from tests.clusters import Cluster, runs, until
from tests.served import new_database, served
from tests.small_disks import small_disk
from tests.sqlite_sites import asker, new_sqlite
from tests.work_under_faults import everybody_saves, people_at_work

pytestmark = pytest.mark.servers

# So many are told that nothing was saved before there is room again.
REFUSALS = 3


def somebody_is_refused(writers):
    def refusals():
        return sum(writer.statuses[503] for writer in writers)

    before = refusals()
    until(lambda: refusals() >= before + REFUSALS, "people are told that it cannot be saved")


@pytest.fixture
def disk():
    with small_disk() as disk:
        yield disk


@pytest.fixture
def cluster(disk):
    # Small pieces of the log, so that it soon needs room.
    settings = {"dynamic_shared_memory_type": "mmap", "max_wal_size": "8MB"}
    cluster = Cluster(disk.folder / "primary", settings, words=("--wal-segsize=1",)).start()
    try:
        yield cluster
    finally:
        cluster.remove()


def test_postgresql_says_nothing_is_saved_and_goes_on_after(cluster, disk):
    environment = {"DATABASE_URL": cluster.url()}
    new_database(environment)
    with (
        served(environment) as server,
        closing(cluster.connect()) as own,
        people_at_work(server, cluster.sql) as writers,
    ):
        everybody_saves(writers)
        no_room_for_a_row(cluster, disk)
        somebody_is_refused(writers)
        no_room_for_the_log(own)
        somebody_is_refused(writers)
        disk.make_room()
        if not alive(cluster):
            # Where it could not even begin again, the manager of services starts it.
            cluster.start()
        everybody_saves(writers)


def no_room_for_a_row(cluster, disk):
    """The disk is full, and a table that every save writes to has no page yet."""
    cluster.sql("TRUNCATE django_admin_log")
    # Whoever connects first after that needs room for a file.
    cluster.sql("SELECT 1")
    disk.fill()


def no_room_for_the_log(own):
    """The server stops its processes when it cannot write down what it has promised to keep."""

    def stopped():
        try:
            own.cursor().execute("SELECT pg_logical_emit_message(false, '', repeat('x', 500000))")
        except psycopg2.Error:
            return own.closed
        return False

    until(stopped, "the server found no room for its log")


def alive(cluster) -> bool:
    return (cluster.data / "postmaster.pid").exists() and runs(cluster.pid)


def test_sqlite_says_nothing_is_saved_and_goes_on_after(disk):
    folder = disk.folder / "data"
    with (
        served(new_sqlite(folder)) as server,
        people_at_work(server, asker(folder)) as writers,
    ):
        everybody_saves(writers)
        disk.fill()
        somebody_is_refused(writers)
        disk.make_room()
        everybody_saves(writers)
    assert asker(folder)("PRAGMA integrity_check") == [("ok",)]
