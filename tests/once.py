"""Data that takes long to store, stored once for all tests of a file that only read it."""

from contextlib import contextmanager

from django.db import transaction


@contextmanager
def stored_once(django_db_blocker):
    """Everything stored inside is taken back at the end.

    Tests that use it are not marked with `django_db`, so that pytest-django runs them after those
    that are: neither sees the other's rows.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
