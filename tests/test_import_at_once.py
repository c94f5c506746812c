"""Two people at once: the same import confirmed twice, an import against an edit of its rows."""

import pytest

from enterprises.models import Return, State, YearlyFigures
from tests import factories as make
from tests.at_once import at_once
from tests.test_import_yearly import begin, confirm
from zonetrack import entering
from zonetrack.access import roles
from zonetrack.entering import Entry
from zonetrack.imports import steps
from zonetrack.imports.models import Import

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_connections")]
ROWS = 40


def make_file():
    park = make.make_park()
    user = make.make_user(roles.STAFF, park=park)
    for n in range(ROWS):
        make.make_enterprise(park, name_zh=f"公司{n}")
    return user, [f"公司{n},,2014,{n},,," for n in range(ROWS)]


def test_an_import_confirmed_by_several_at_once_is_stored_once():
    user, lines = make_file()
    pk = begin(user, *lines).pk
    answers = at_once(*[lambda: confirm(Import.objects.get(pk=pk), user)] * 4)
    expected = (Import, steps.NotNow, steps.NotStored)
    assert all(isinstance(answer, expected) for answer in answers), answers
    assert Return.objects.count() == YearlyFigures.objects.count() == ROWS
    assert YearlyFigures.history.count() == ROWS


def test_the_same_file_read_by_several_at_once_makes_each_return_once():
    user, lines = make_file()
    keys = [begin(user, *lines).pk for _n in range(3)]
    works = [lambda pk=pk: confirm(Import.objects.get(pk=pk), user) for pk in keys]
    answers = at_once(*works)
    assert all(isinstance(answer, Import | steps.NotStored) for answer in answers), answers
    assert Return.objects.count() == YearlyFigures.objects.count() == ROWS
    assert YearlyFigures.history.count() == ROWS


def test_an_import_against_an_edit_of_the_same_rows_loses_neither_unsaid():
    user, lines = make_file()
    confirm(begin(user, *lines), user)
    Return.objects.update(state=State.DRAFT)
    pk = begin(user, *[f"公司{n},,2014,{n + 1000},,," for n in range(ROWS)]).pk

    def edit():
        rows = Return.objects.order_by("-pk")[:10]
        return entering.enter([Entry(row, {"employees": 777}) for row in rows], by=user)

    stored, refused = at_once(lambda: confirm(Import.objects.get(pk=pk), user), edit)
    assert refused == [], refused
    edited = YearlyFigures.objects.filter(employees=777).count()
    # Either the edit came first, and the import says so and stores nothing, or it came last.
    assert edited == 10
    if isinstance(stored, steps.NotStored):
        told = Import.objects.get(pk=pk).result["rows"]
        assert sum("changed this record" in str(row.get("p")) for row in told) == 10
        assert YearlyFigures.objects.filter(employees__gte=1000).count() == 0
    else:
        assert YearlyFigures.objects.filter(employees__gte=1000).count() == ROWS - 10
