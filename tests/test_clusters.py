import psycopg2
import pytest

from tests.clusters import running_cluster, until

pytestmark = pytest.mark.servers


def test_what_was_stored_survives_a_kill():
    with running_cluster() as cluster:
        cluster.sql("CREATE TABLE kept (n integer)")
        cluster.sql("INSERT INTO kept VALUES (7)")
        cluster.kill()
        with pytest.raises(psycopg2.OperationalError):
            cluster.connect()
        cluster.start()
        assert cluster.sql("SELECT n FROM kept") == [(7,)]


def test_a_standby_follows_and_can_be_promoted():
    with running_cluster() as primary:
        primary.sql("CREATE TABLE kept (n integer)")
        standby = primary.standby(primary.folder.parent / "standby")
        primary.sql("INSERT INTO kept VALUES (7)")
        until(lambda: standby.sql("SELECT n FROM kept") == [(7,)], "the standby has the row")
        with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
            standby.sql("INSERT INTO kept VALUES (8)")
        primary.kill()
        standby.promote()
        standby.sql("INSERT INTO kept VALUES (8)")
        assert standby.sql("SELECT n FROM kept") == [(7,), (8,)]


def test_a_delayed_standby_holds_changes_back():
    with running_cluster() as primary:
        primary.sql("CREATE TABLE kept (n integer)")
        standby = primary.standby(primary.folder.parent / "standby", delay="1h")
        primary.sql("INSERT INTO kept VALUES (7)")
        [[position]] = primary.sql("SELECT pg_current_wal_lsn()")
        received = f"SELECT pg_last_wal_receive_lsn() >= '{position}'"
        until(lambda: standby.sql(received) == [(True,)], "the change arrived")
        assert standby.sql("SELECT n FROM kept") == []
