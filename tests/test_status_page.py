"""The status page: for administrators alone, and what stands on it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_user, make_zone
from zonetrack.access import roles
from zonetrack.health import page, sizes
from zonetrack.health.models import Look, PageTimes
from zonetrack.health.times import Tally, keep

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/status/"


@pytest.fixture
def administrator(client):
    client.force_login(make_user("administrator"))
    return client


def make_tally(*milliseconds, queries=0):
    tally = Tally()
    for one in milliseconds:
        tally.note(one, queries, False)
    return tally


@pytest.mark.parametrize("role", [roles.READER, roles.OFFICER, roles.MANAGER])
def test_only_administrators_see_it(client, role):
    client.force_login(make_user(role, zone=make_zone()))
    answer = client.get(ADDRESS, follow=True)
    assert answer.status_code == 403
    assert "SQLite" not in answer.content.decode()


def test_strangers_are_asked_to_sign_in(client):
    assert client.get(ADDRESS).status_code == 302


def test_it_only_reads(administrator):
    assert administrator.post(ADDRESS).status_code == 405


def test_it_tells_what_was_looked_at(administrator):
    text = administrator.get(ADDRESS).content.decode()
    assert connection.display_name in text
    assert "No backup is known" in text
    assert "Not looked at yet: run health_check." in text
    assert "No requests have been counted yet" in text


def test_it_tells_what_the_command_found_last(administrator):
    zone = make_zone(name_en="Lithium zone")
    named = [{"zone": key, "year": 2014, "errors": 7, "warnings": 3} for key in (zone.key, "gone")]
    facts = {"years": 2, "errors": 7, "warnings": 3, "named": named}
    at = datetime(2015, 3, 20, tzinfo=UTC)
    Look.objects.create(check_key="returns", at=at, level=1, facts=facts)
    text = administrator.get(ADDRESS).content.decode()
    assert "Open years: 2. To fix: 7. To confirm: 3." in text
    assert reverse("checks", args=[zone.key, 2014]) in text
    assert "Lithium zone" in text


def test_the_slowest_pages_of_the_week_come_first():
    today = timezone.localdate()
    keep({"GET slow": make_tally(900, 900, queries=8), "GET quick": make_tally(10)}, today)
    keep({"GET slow": make_tally(20, queries=2)}, today - timedelta(days=6))
    keep({"GET past": make_tally(9000)}, today - timedelta(days=7))
    slow, quick = page.slow_pages(today)
    assert (slow.name, slow.count, slow.half, slow.worst, slow.queries) == (
        "GET slow",
        3,
        900,
        900,
        6,
    )
    assert quick.name == "GET quick"


def test_slow_pages_are_told(administrator):
    PageTimes.objects.all().delete()
    keep({"GET slow": make_tally(1200, queries=8)}, timezone.localdate())
    text = administrator.get(ADDRESS).content.decode()
    assert "GET slow" in text
    assert "1,200" in text


def test_the_largest_tables_are_named_in_words():
    for number in range(30):
        PageTimes.objects.create(day=timezone.localdate(), name=f"GET {number}")
    found = {table.name: table for table in sizes.largest()}
    assert len(found) <= sizes.SHOWN
    if connection.vendor == "sqlite":
        times = found["health_pagetimes"]
        assert (times.title, times.rows, times.size) == ("Times of pages", 30, None)
    assert sizes.of_database() > 0
    assert sizes.Table("somebody_elses", 1, None).title == "somebody_elses"


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        ("django.core.cache.backends.locmem.LocMemCache", "in each process"),
        ("django.core.cache.backends.redis.RedisCache", "Redis"),
        ("their.own.Kind", "Kind"),
    ],
)
def test_the_cache_is_named(settings, backend, words):
    settings.CACHES = {"default": {"BACKEND": backend}}
    assert page.cache() == words


def test_other_databases_are_named_without_passwords(monkeypatch):
    replica = {"HOST": "db2.example", "USER": "zonetrack", "PASSWORD": "secret"}
    monkeypatch.setitem(connections.settings, "replica", replica)
    assert page.others() == "replica db2.example"


def test_it_costs_few_queries(administrator, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        administrator.get(ADDRESS)
