"""Who may do what: every cell of the matrix by real requests, and every address by every person."""

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import transaction
from django.utils import translation

from tests import matrix_addresses as addresses
from tests import matrix_forged as forged
from tests import matrix_world
from tests.matrix_addresses import names_of_addresses
from tests.matrix_tries import TRIES, UNCHANGED, told
from tests.matrix_world import rolled_back
from zonetrack.access import roles
from zonetrack.access.matrix import KINDS, VERBS, Answer, Where, expected

pytestmark = pytest.mark.django_db

WRONG_METHOD = "answered 405"
NO_WORD = (Answer.REFUSED, Answer.HIDDEN)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Built once and in the end taken away; whatever a test writes is rolled back."""
    with django_db_blocker.unblock(), translation.override("en"), transaction.atomic():
        found = matrix_world.build()
    with matrix_world.refusals_made_once():
        yield found
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


def test_a_change_of_any_kind_is_seen(world):
    title, user = world.records[Where.OWN]["title"], world.people[Where.OWN]
    changes = (
        lambda: type(title).objects.filter(pk=title.pk).update(subject="otherwise"),
        lambda: type(title).objects.filter(pk=title.pk).delete(),
        lambda: user.groups.add(world.groups[roles.READER]),
        lambda: title.history.update(history_change_reason="another"),
    )
    for change in changes:
        with rolled_back(world) as changed:
            assert not changed()
            change()
            assert changed()


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


# Every address


def test_every_address_is_known_to_the_matrix():
    unknown = {name for name in names_of_addresses() if name not in addresses.KNOWN}
    assert not unknown, (
        f"The addresses {sorted(unknown)} are new. Name each in tests/matrix_addresses.py: what "
        "its keys stand for, or that it has none. Where it does something new, add a line to "
        "VERBS in zonetrack/access/matrix.py and a function to tests/matrix_tries.py."
    )


def test_every_model_of_the_admin_is_known_to_the_matrix():
    labels = {model._meta.label for model in admin.site._registry}
    unknown = labels - {*addresses.ADMIN_RECORDS} - addresses.ADMIN_SHARED
    assert not unknown, (
        f"The models {sorted(unknown)} are new in the admin. Name each in "
        "tests/matrix_addresses.py: its kind of record in the world, or that it belongs to no zone."
    )


@pytest.mark.parametrize("kind", KINDS, ids=by_name)
def test_no_address_opens_what_lies_elsewhere(world, kind):
    """With a key of another zone, and of what has been deleted, by GET and by an empty POST."""
    visitor, wrong = world.visitor(kind), []
    for where in (Where.OWN, Where.OTHER, Where.DELETED):
        if where in kind.sees:
            continue
        for url in addresses.naming(world, where):
            with rolled_back(world) as changed:
                answers = [told(visitor.get(url)), told(visitor.post(url))]
                if changed():
                    wrong.append(f"{url} was changed")
            allowed = {*NO_WORD, Answer.SIGN_IN} if kind.role is None else {*NO_WORD, WRONG_METHOD}
            if not set(answers) <= allowed | {WRONG_METHOD}:
                wrong.append(f"{url}: {answers}")
    wrong += visitor.leaks + visitor.failures
    assert not wrong, "\n".join(wrong)


# Forged requests

FORGERS = [kind for kind in KINDS if kind.name in ("staff", "manager", "staff-elsewhere")]
READERS = [kind for kind in KINDS if kind.role in (None, roles.READER, roles.OFFICER)]


@pytest.mark.parametrize("kind", FORGERS, ids=by_name)
@pytest.mark.parametrize(
    "forge",
    [forged.foreign_keys, forged.own_form_at_another_key, forged.actions_on_others],
    ids=lambda forge: forge.__name__,
)
def test_forged_keys_change_nothing(world, kind, forge):
    own, other = Where.OWN, Where.OTHER
    if own not in kind.sees:
        own, other = other, own
    refuse_all(world, kind, forge, own, other)


@pytest.mark.parametrize("kind", READERS, ids=by_name)
def test_blind_posts_of_who_writes_nothing_change_nothing(world, kind):
    refuse_all(world, kind, forged.blind_posts, Where.OWN, Where.OTHER)


def refuse_all(world, kind, forge, own, other):
    """Posted names echo in the form that comes back, so only those of other pages are leaks."""
    visitor, wrong, sent = world.visitor(kind), [], 0
    with rolled_back(world) as changed:
        for answer in forge(visitor, world, own, other):
            sent += 1
            if changed():
                wrong.append(f"request {sent} to {answer.request['PATH_INFO']} changed something")
                break
    assert sent
    assert not wrong + visitor.failures
