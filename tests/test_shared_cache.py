"""The cache in Redis: what it believes, and that nothing needs it."""

import pickle
import sys
from types import SimpleNamespace

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.cache import caches
from django.db import connections

from enterprises.models import Enterprise
from zonetrack import pieces, shared_cache
from zonetrack.shared_cache import MOST_SESSION_SECONDS, Signed


def test_values_come_back_as_they_were():
    signed = Signed()
    for value in (0, -7, True, None, "文", b"\x00bytes", (1, 2), {"a": [1.5, None]}):
        found = signed.loads(signed.dumps(value))
        assert found == value and type(found) is type(value)


class Trap:
    sprung = False

    def __reduce__(self):
        return setattr, (Trap, "sprung", True)


def test_what_somebody_else_wrote_is_never_unpacked(settings):
    signed, packed = Signed(), pickle.dumps(Trap())
    mine = signed.dumps({"a": 1})
    settings.SECRET_KEY = "another site's key"
    theirs = Signed().dumps(Trap())
    for data in (packed, b"", b"x" * 32 + packed, mine[:32] + packed, mine[:-1], theirs):
        assert signed.loads(data) is None
    assert not Trap.sprung


def test_what_another_version_kept_is_nothing(monkeypatch):
    monkeypatch.setattr(Gone, "__module__", "zonetrack.gone")
    monkeypatch.setitem(sys.modules, "zonetrack.gone", SimpleNamespace(Gone=Gone))
    kept = Signed().dumps(Gone())
    assert type(Signed().loads(kept)) is Gone
    monkeypatch.delitem(sys.modules, "zonetrack.gone")
    assert Signed().loads(kept) is None


class Gone:
    pass


@pytest.fixture
def redis_is_away(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(shared_cache, "rest_until", 0.0)
    settings.CACHES = {
        name: {
            "BACKEND": f"zonetrack.shared_cache.{kind}",
            "LOCATION": f"unix://{tmp_path}/nothing.sock",
            "OPTIONS": {"serializer": "zonetrack.shared_cache.Signed"},
        }
        for name, kind in (("default", "RedisCache"), ("sessions", "Sessions"))
    }
    settings.SESSION_CACHE_ALIAS = "sessions"


def test_without_redis_the_cache_is_empty_and_complains_once(redis_is_away, caplog):
    cache = caches["default"]
    cache.set("a", 1, 60)
    assert cache.get("a") is None
    assert cache.get("a", 5) == 5
    assert cache.add("a", 1) is True
    assert cache.get_many(["a"]) == {}
    assert cache.set_many({"a": 1}) == ["a"]
    assert cache.get_or_set("a", 3) == 3
    assert "a" not in cache
    assert not cache.delete("a") and not cache.touch("a")
    cache.delete_many(["a"])
    cache.clear()
    assert len(caplog.records) == 1


@pytest.mark.django_db
def test_sessions_are_kept_by_the_database(redis_is_away):
    session = SessionStore()
    session["who"] = "me"
    session.save()
    again = SessionStore(session.session_key)
    assert again["who"] == "me"
    again.delete()
    assert not SessionStore(session.session_key).exists(session.session_key)


def test_copies_of_sessions_live_a_few_minutes(monkeypatch):
    found = []
    monkeypatch.setattr(
        shared_cache.RedisCache,
        "set",
        lambda self, key, value, timeout, version: found.append(timeout),
    )
    store = shared_cache.Sessions("redis://nowhere", {})
    for timeout in (28_800, None, 60):
        store.set("a", 1, timeout)
    store.set("a", 1)
    assert found == [MOST_SESSION_SECONDS, MOST_SESSION_SECONDS, 60, MOST_SESSION_SECONDS]


@pytest.mark.django_db
@pytest.mark.parametrize("pooled", [False, True])
def test_rows_are_read_in_pieces_in_their_order(pooled, monkeypatch):
    settings = connections["default"].settings_dict
    monkeypatch.setitem(settings, "DISABLE_SERVER_SIDE_CURSORS", pooled)
    for number in range(7):
        Enterprise.objects.create(name_en=f"{9 - number}")
    rows = Enterprise.objects.order_by("name_en")
    assert list(pieces.each(rows, 3)) == list(rows)
    found = pieces.each(rows, 3)
    next(found)
    rows.filter(name_en="9").delete()
    assert len(list(found)) == (5 if pooled else 6)
