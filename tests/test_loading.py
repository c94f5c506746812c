"""Loading millions of made rows: keys, order, values; indexes that come back."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from enterprises.models import Enterprise, Location
from zonetrack import loading
from zonetrack.sample import example, spool
from zonetrack.sample.example import make_example, plan_of
from zonetrack.sample.spool import Spool

from .factories import make_park

pytestmark = pytest.mark.django_db
NAMES = ("id", "name_en", "note", "registered_year", "registered_on")


def test_rows_are_stored_with_defaults_and_what_they_say():
    odd = 'a,b "c"\td\\N\n二'
    pieces = [[[7, odd, "", 2001, "2001-02-03"]], [], [[9, "", "x", None, None]]]
    loading.store(Enterprise, NAMES, pieces)
    one, two = Enterprise.objects.order_by("pk")
    assert (one.name_en, one.note, one.registered_on) == (odd, "", date(2001, 2, 3))
    assert (one.version, one.credit_code) == (1, Enterprise().credit_code)
    assert (two.name_en, two.registered_year) == ("", None)


def test_reserved_keys_are_given_to_nobody_else():
    before = Enterprise.objects.create(name_en="Before").pk
    first = loading.reserve(Enterprise, 5)
    assert first > before
    loading.store(Enterprise, ["id", "name_en"], [[[first + n, f"{n}"] for n in range(5)]])
    assert Enterprise.objects.create(name_en="After").pk > first + 4


@pytest.fixture
def small_pieces(monkeypatch):
    """Three rows of a year are already too many for memory."""
    monkeypatch.setattr(spool, "PIECE", 3)


def test_what_does_not_fit_into_memory_is_the_same(small_pieces, tmp_path):
    park = make_park().pk
    rows = Spool(tmp_path)
    firms = rows.table(Enterprise, ["id", "name_en"])
    places = rows.table(Location, ["id", "enterprise_id", "park_id", "from_year"])
    for number in range(20):
        year = 2000 + number % 2
        key = firms.key(year)
        firms.put(year, [key, f"{year} {number:02}"])
        # In another year than the row it refers to.
        places.put(1990, [places.key(1990), key, park, year])
    assert list(tmp_path.iterdir())
    rows.number()
    rows.store(firms)
    rows.store(places)
    assert not list(tmp_path.iterdir())
    names = list(Enterprise.objects.order_by("pk").values_list("name_en", flat=True))
    assert names == sorted(names) and len(names) == 20
    for place in Location.objects.select_related("enterprise"):
        assert place.enterprise.name_en.startswith(str(place.from_year))
    assert Location.objects.count() == 20


def indexes() -> dict[str, set]:
    with connection.cursor() as cursor:
        return {
            table: {
                (name, tuple(one["columns"]), one["unique"], str(one["foreign_key"]))
                for name, one in connection.introspection.get_constraints(cursor, table).items()
            }
            for table in connection.introspection.table_names(cursor)
        }


@pytest.mark.postgresql
def test_indexes_put_aside_come_back(monkeypatch):
    monkeypatch.setattr(example, "MANY", 1)
    before = indexes()
    make_example(plan_of("small", enterprises=6, years=3), today=date(2025, 9, 30))
    assert indexes() == before
    assert Location.objects.count() >= 6


@pytest.mark.postgresql
def test_rows_that_break_a_rule_are_found_when_indexes_come_back():
    lost = [[1, 4_000_000, make_park().pk, 2000]]
    aside = loading.without_indexes([Location])
    with pytest.raises(IntegrityError), transaction.atomic(), aside:
        loading.store(Location, ["id", "enterprise_id", "park_id", "from_year"], [lost])
    assert not Location.objects.exists()
