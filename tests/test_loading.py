"""Loading millions of made rows: keys, order, values; indexes that come back."""

from datetime import date
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction

from enterprises.models import Enterprise, Location, Zone
from zonetrack import bulk, loading
from zonetrack.sample import example, spool
from zonetrack.sample.example import make_example, plan_of
from zonetrack.sample.spool import Spool, bases_of

from .factories import make_park

pytestmark = pytest.mark.django_db
TODAY = date(2025, 9, 30)
PLAN = plan_of("small", zones=2, enterprises=12, years=3)
NAMES = ("id", "name_en", "note", "registered_year", "registered_on")


def store(model, names, pieces):
    form = loading.Form(model, names)
    form.store(BytesIO(b"".join(form.write(rows) for rows in pieces)))


def test_rows_are_stored_with_defaults_and_what_they_say():
    odd = 'a,b "c"\td\\N\n二'
    pieces = [[(7, odd, "", 2001, "2001-02-03")], [], [(9, "", "x", None, None)]]
    store(Enterprise, NAMES, pieces)
    one, two = Enterprise.objects.order_by("pk")
    assert (one.name_en, one.note, one.registered_on) == (odd, "", date(2001, 2, 3))
    assert (one.version, one.credit_code) == (1, Enterprise().credit_code)
    assert (two.name_en, two.registered_year) == ("", None)


def test_reserved_keys_are_given_to_nobody_else():
    before = Enterprise.objects.create(name_en="Before").pk
    first = loading.reserve(Enterprise, 5)
    assert first > before
    store(Enterprise, ["id", "name_en"], [[(first + n, f"{n}") for n in range(5)]])
    assert Enterprise.objects.create(name_en="After").pk > first + 4


@pytest.fixture
def small_pieces(monkeypatch):
    """Three rows of a year are already too many for memory."""
    monkeypatch.setattr(spool, "PIECE", 3)


def test_what_does_not_fit_into_memory_is_the_same(small_pieces, tmp_path):
    park = make_park().pk
    rows = Spool(tmp_path)
    for number in range(20):
        year = 2000 + number % 2
        firm = bulk.record(Enterprise, name_en=f"{year} {number:02}")
        rows.add(Enterprise, [(year, firm)])
        place = bulk.record(Location, enterprise_id=firm.pk, park_id=park, from_year=year)
        # In another year than the row it refers to.
        rows.add(Location, [(1990, place)])
        rows.tidy()
    assert list(tmp_path.iterdir())
    [bases] = bases_of([rows.counts()])
    rows.settle(bases)
    for model in (Enterprise, Location):
        pages = rows.pages(model, ())
        assert pages.total == 20
        for year in sorted(pages.years()):
            pages.store(year)
    assert not list(tmp_path.iterdir())
    names = list(Enterprise.objects.order_by("pk").values_list("name_en", flat=True))
    assert names == sorted(names) and len(names) == 20
    for place in Location.objects.select_related("enterprise"):
        assert place.enterprise.name_en.startswith(str(place.from_year))
    assert Location.objects.count() == 20


def test_rows_of_several_get_keys_in_the_order_of_years():
    counts = [{Enterprise: {2000: 3, 2001: 1}}, {Enterprise: {2000: 2}}]
    one, two = (each[Enterprise] for each in bases_of(counts))
    assert (two[2000] - one[2000], one[2001] - two[2000], two[2001] - one[2001]) == (3, 2, 1)


def test_a_database_key_is_given_where_none_is_named():
    store(Location, ["enterprise_id", "park_id", "from_year"], [[firm_here(), firm_here()]])
    assert len(set(Location.objects.values_list("pk", flat=True))) == 2


def firm_here():
    return (Enterprise.objects.create(name_en="Here").pk, make_park().pk, 2001)


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
    make_example(PLAN, today=TODAY)
    assert indexes() == before
    assert Location.objects.count() >= 6


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_several_connections_put_indexes_aside_and_bring_them_back(monkeypatch):
    monkeypatch.setattr(example, "MANY", 1)
    before = definitions()
    make_example(PLAN, today=TODAY, processes=2)
    assert definitions() == before
    assert Location.objects.count() >= 6


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_several_connections_could_not_finish_leaves_nothing(monkeypatch):
    monkeypatch.setattr(example, "MANY", 1)
    before = definitions()

    def stored_and_lost(aside, jobs, tell):
        aside.at_once("rows", jobs, tell)
        assert Enterprise.objects.exists()
        raise RuntimeError("lost")

    monkeypatch.setattr(loading.Aside, "store", stored_and_lost)
    with pytest.raises(RuntimeError, match="lost"):
        make_example(PLAN, today=TODAY, processes=2)
    assert definitions() == before
    assert not Zone.objects.exists() and not Enterprise.objects.exists()


def definitions() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated"
            " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
            " UNION ALL SELECT tablename, indexname, indexdef, TRUE"
            " FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2, 3"
        )
        return cursor.fetchall()


@pytest.mark.postgresql
def test_rows_that_break_a_rule_are_found_when_indexes_come_back():
    lost = [(1, 4_000_000, make_park().pk, 2000)]
    aside = loading.without_indexes([Location])
    with pytest.raises(IntegrityError), transaction.atomic(), aside:
        store(Location, ["id", "enterprise_id", "park_id", "from_year"], [lost])
    assert not Location.objects.exists()
