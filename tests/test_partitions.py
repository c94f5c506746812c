"""The tables cut by year as docs/scale.md has it: the product goes on as before."""

import re

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from enterprises.models import YearlyFigures
from zonetrack import writing

from .factories import make_return

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def cut_by_year() -> None:
    """The lines of the page, inside the test's own transaction."""
    page = (settings.BASE_DIR / "docs" / "scale.md").read_text(encoding="utf-8")
    [lines] = re.findall(r"```sql\n(BEGIN;.*?)```", page, re.DOTALL)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(lines.replace("BEGIN;", "").replace("COMMIT;", ""))


def parts() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits "
            "WHERE inhparent = 'enterprises_yearlyfigures'::regclass"
        )
        return {name for [name] in cursor.fetchall()}


def test_figures_are_kept_changed_added_and_deleted_in_the_parts():
    old = make_return(year=2020, revenue=10).figures
    other = make_return(year=2021, revenue=20).figures
    cut_by_year()
    assert {"enterprises_yearlyfigures_2020", "enterprises_yearlyfigures_2031"} <= parts()
    found = YearlyFigures.objects.order_by("year").values_list("pk", "revenue")
    assert list(found) == [(old.pk, 10), (other.pk, 20)]

    old.revenue, other.revenue = 11, 21
    writing.save_many([old, other])
    assert [n for _pk, n in found.all()] == [11, 21]
    old.revenue = 12
    writing.save(old)
    make_return(year=2050, revenue=30)
    assert [n for _pk, n in found.all()] == [12, 21, 30]
    writing.delete(other)
    assert [n for _pk, n in found.all()] == [12, 30]


def test_the_rules_of_the_table_still_hold():
    figures = make_return(year=2020, revenue=10).figures
    cut_by_year()
    with connection.cursor() as cursor:
        names = connection.introspection.get_constraints(cursor, "enterprises_yearlyfigures")
    leading = {one["columns"][0] for one in names.values() if one["index"] and one["columns"]}
    assert "park_id" in leading
    with pytest.raises(IntegrityError), transaction.atomic():
        YearlyFigures.objects.filter(pk=figures.pk).update(revenue=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        YearlyFigures.objects.filter(pk=figures.pk).update(park=4_000_000)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
