"""Reading many rows piece by piece, also where a pooler stands before PostgreSQL."""

from collections.abc import Iterator
from itertools import islice

from django.db import connections
from django.db.models import QuerySet


def each(rows: QuerySet, size: int) -> Iterator:
    """The rows in their order, of which at most `size` are in memory.

    The server keeps the place in the rows as long as the connection is ours. A pooler gives it to
    somebody else after every transaction: then all keys are read first, and the rows by them. Rows
    that are deleted meanwhile are left out.
    """
    if not connections[rows.db].settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        yield from rows.iterator(chunk_size=size)
        return
    keys = iter(list(rows.values_list("pk", flat=True).iterator(chunk_size=size)))
    while part := list(islice(keys, size)):
        found = {row.pk: row for row in rows.filter(pk__in=part).order_by()}
        yield from (found[key] for key in part if key in found)
