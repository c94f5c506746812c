"""Who may do what: every cell of the matrix by real requests, and every address by every person."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import translation

from tests import matrix_world
from tests.matrix_tries import TRIES, UNCHANGED
from tests.matrix_world import rolled_back
from zonetrack.access.matrix import KINDS, VERBS, Answer, Where, expected

pytestmark = pytest.mark.django_db

NO_WORD = (Answer.REFUSED, Answer.HIDDEN)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Built once and in the end taken away; whatever a test writes is rolled back."""
    with django_db_blocker.unblock(), translation.override("en"), transaction.atomic():
        found = matrix_world.build()
    yield found
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


def by_name(part):
    return getattr(part, "name", str(part))


def test_every_verb_is_tried_and_there_are_enough_cells():
    assert {verb.key for verb in VERBS} == set(TRIES), (
        "Each verb of zonetrack/access/matrix.py needs a function in tests/matrix_tries.py."
    )
    asked = [expected(verb, kind, where) for verb in VERBS for kind in KINDS for where in Where]
    assert sum(answer is not None for answer in asked) >= 590


@pytest.mark.parametrize("where", Where, ids=by_name)
@pytest.mark.parametrize("kind", KINDS, ids=by_name)
def test_every_cell_of_the_matrix(world, kind, where):
    wrong = []
    for verb in VERBS:
        wanted = expected(verb, kind, where)
        if wanted is None:
            continue
        visitor = world.visitor(kind)
        with rolled_back(world) as changed:
            got = TRIES[verb.key](visitor, world, where)
            if wanted != Answer.YES and changed():
                wrong.append(f"{verb.key}: was denied and still changed the database")
        if got != wanted and not (got == UNCHANGED and wanted in NO_WORD):
            wrong.append(f"{verb.key}: {got} instead of {wanted}")
        wrong += [f"{verb.key}: {trouble}" for trouble in visitor.leaks + visitor.failures]
    assert not wrong, f"{kind.name}, {where}:\n" + "\n".join(wrong)
