"""More than one machine: replicas that lag, fail and take over; Redis that goes away; a pooler.

More rounds: ZONETRACK_REPLICA_ROUNDS=60.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from tests.admin_forms import Fields
from tests.clusters import running_cluster, until
from tests.poolers import running_pooler, running_redis
from tests.served import Visitor, new_database, run_python, served

pytestmark = pytest.mark.servers

ROUNDS = int(os.environ.get("ZONETRACK_REPLICA_ROUNDS", "20"))
FIRM = """
import django
django.setup()
from enterprises.models import Enterprise, Location, Park
for number in range(2):
    firm = Enterprise.objects.create(name_en=f"Firm {number} named 0", name_zh="厂")
    park = Park.objects.get(key="p")
    Location.objects.create(enterprise=firm, park=park, from_year=2000)
    print(firm.pk)
"""
names = count(1)


def with_firms(environment) -> list[str]:
    """A new database with two enterprises; their keys."""
    new_database(environment)
    return run_python(environment, FIRM).split()


def rename(person: Visitor, firm: str, name: str) -> None:
    path = f"/admin/enterprises/enterprise/{firm}/change/"
    form = Fields()
    form.feed(person.get(path).text)
    answer = person.post_form(path, form.values | {"name_en": name})
    assert answer.status == 200 and not answer.url.endswith("/change/"), answer.text


def shown(person: Visitor, name: str) -> bool:
    """Whether the list of enterprises, a page that is only read, has the name."""
    page = person.get("/enterprises/")
    assert page.status == 200
    return name in page.text


@pytest.fixture(scope="module")
def primary():
    with running_cluster({"max_standby_streaming_delay": "1s"}) as primary:
        primary.sql("CREATE DATABASE site")
        primary.firms = with_firms({"DATABASE_URL": primary.url("site")})
        yield primary


def test_replicas_lag_fail_and_take_over(primary):
    standby = primary.standby(primary.folder.parent / "standby")
    place = {"DATABASE_URL": primary.url("site"), "ZONETRACK_REPLICAS": standby.url("site")}
    [firm, _] = primary.firms
    with served(place, workers=1) as server:
        saver, other = server.visitor("admin"), server.visitor("manager")
        stale = own = 0
        end = time.monotonic() + 120
        while own < ROUNDS or not stale:
            assert time.monotonic() < end, f"{own} rounds, {stale} read from the replica"
            name = f"Works named {next(names)}"
            # What is saved from here on does not come to the replica.
            standby.sql("SELECT pg_wal_replay_pause()")
            until(lambda: standby.sql(PAUSED) == [("paused",)], "the replica stands still")
            rename(saver, firm, name)
            assert shown(saver, name), "who saved must see it"
            own += 1
            stale += not shown(other, name)
            standby.sql("SELECT pg_wal_replay_resume()")
        until(lambda: shown(other, name), "the others see it, too")
        assert used(standby)

        # The replica dies: nobody notices.
        standby.kill()
        assert all(other.get("/enterprises/").status == 200 for _ in range(ROUNDS))
        rename(saver, firm, "After the fall")
        assert shown(saver, "After the fall") and shown(other, "After the fall")
        standby.start()
        until(lambda: shown(other, "After the fall") and used(standby), "it is used again")

    # The primary dies: the replica takes over, as docs/scale.md says.
    [[position]] = primary.sql("SELECT pg_current_wal_insert_lsn()")
    came = f"SELECT pg_last_wal_replay_lsn() >= '{position}'"
    until(lambda: standby.sql(came) == [(True,)], "the replica has everything")
    primary.kill()
    standby.promote()
    standby.sql(ANOTHER_LIFE, "site")
    with served({"DATABASE_URL": standby.url("site")}, workers=1) as server:
        saver = server.visitor("admin")
        assert shown(saver, "After the fall")
        rename(saver, firm, "On the new server")
        assert shown(saver, "On the new server")
    primary.start()


ANOTHER_LIFE = (
    "UPDATE sums_zonecounter SET n = n + 1000000, without_drafts = without_drafts + 1000000"
)
PAUSED = "SELECT pg_get_wal_replay_pause_state()"


def used(standby) -> bool:
    """Whether the site has asked the replica for pages."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'site' AND state = 'idle'"
    return standby.sql(asked) != [(0,)]


def test_redis_is_shared_and_may_go_away(primary):
    with running_redis() as redis:
        place = {"DATABASE_URL": primary.url("site"), "ZONETRACK_REDIS": redis.url}
        with served(place, workers=1) as one, served(place, workers=1) as two:
            person = one.visitor("manager")
            elsewhere = beside(two, person)
            assert elsewhere.get("/enterprises/").url.endswith("/enterprises/")
            keys = redis.client.keys("zonetrack:*")
            assert any(b"session" in key for key in keys)
            assert all(redis.client.ttl(key) <= 300 for key in keys if b"session" in key)

            redis.kill()
            for server in (one, two):
                assert beside(server, person).get("/enterprises/").url.endswith("/enterprises/")
                assert server.visitor("admin").get("/zones/z/").status == 200
            redis.start()
            assert beside(two, person).get("/enterprises/").url.endswith("/enterprises/")


def beside(server, person: Visitor) -> Visitor:
    """The same browser at another server of the site."""
    other = Visitor(server.url)
    for cookie in person.cookies:
        other.cookies.set_cookie(cookie)
    return other


def test_everything_works_behind_a_pooler_that_lends_two_connections(primary):
    with running_pooler(primary, "site") as url:
        place = {"DATABASE_URL": url, "ZONETRACK_POOLED": "True"}
        with served(place, workers=2) as server:
            people = [server.visitor("admin"), server.visitor("admin")]

            def work(pair) -> None:
                person, firm = pair
                for _ in range(3):
                    name = f"Pooled named {next(names)}"
                    rename(person, firm, name)
                    assert shown(person, name)
                    file = person.get("/enterprises/?format=csv")
                    assert file.status == 200 and name in file.body.decode("utf-8-sig")

            with ThreadPoolExecutor(2) as pool:
                list(pool.map(work, zip(people, primary.firms, strict=True)))
            limits = server_settings(url)
            assert limits == ("15s", "5s", "30s")
        imported(place)


def server_settings(url: str) -> tuple:
    """What the connections that are lent are limited to."""
    import psycopg2

    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            found = []
            for name in LIMITS:
                cursor.execute(f"SHOW {name}")
                found += cursor.fetchone()
        return tuple(found)
    finally:
        connection.close()


LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


def imported(place) -> None:
    """Figures from a file, through the pooler."""
    found = run_python(place, IMPORT)
    assert found.strip() == "2", found


IMPORT = """
import django, sys
django.setup()
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from django.core.management import call_command
from enterprises.models import Enterprise, Return
with TemporaryDirectory() as folder:
    file = Path(folder, "figures.csv")
    lines = [f"{one.name_en},2023,{10 * n}" for n, one in enumerate(Enterprise.objects.all(), 1)]
    file.write_text("\\n".join(["Enterprise,Year,Employees", *lines]), encoding="utf-8")
    call_command("import_records", "yearly", str(file), apply=True, yes=True, stdout=StringIO())
print(Return.objects.filter(year=2023).count())
"""
