"""Data that takes long to store, stored once for all tests of a file that only read it."""

from contextlib import contextmanager

from django.db import transaction


@contextmanager
def stored_once(django_db_blocker):
    """Everything stored inside is taken back at the end; each test's own rows after each test.

    Every test of the file must ask for what is stored, as the rows are there for all of them.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
