"""Loading millions of made rows: plain sequences of values, no models, no history.

The database checks what it always checks. On PostgreSQL rows go in by COPY, and a load so large
that keeping indexes up to date would take most of its time may put them aside meanwhile.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO

from django.db import connection, models

from zonetrack.bulk import defaults

# Building an index sorts its entries, in memory as far as it may.
SORTING_MEMORY = "256MB"


def reserve(model: type[models.Model], count: int) -> int:
    """The first of so many keys in a row that the table has not given out.

    Only where nobody else adds rows to the table until the transaction ends.
    """
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "pg_get_serial_sequence(%s, %s)"
            cursor.execute(
                f"SELECT setval({sequence}, nextval({sequence}) + %s)",
                [*[connection.ops.quote_name(table), column] * 2, count - 1],
            )
            return cursor.fetchone()[0] - count + 1
        cursor.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = %s", [table])
        [last] = cursor.fetchone()
    return (last or 0) + 1


def store(model: type[models.Model], names: Sequence[str], pieces: Iterable[list[list]]) -> None:
    """Store rows, which come in pieces; a row holds the values of the columns `names`.

    The other columns get the defaults of their fields. Values are texts, numbers, truths, None,
    and dates written as the database takes them.
    """
    fixed = {name: value for name, value in defaults(model).items() if name not in names}
    rest = list(fixed.values())
    fields = {field.attname: field for field in model._meta.concrete_fields}
    stored = [fields[name] for name in (*names, *fixed)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in stored)
    table = f"{quote(model._meta.db_table)} ({columns})"
    whole = ([row + rest for row in rows] for rows in pieces)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            into = f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(stored))})"
            for rows in whole:
                cursor.executemany(into, rows)
            return
        # In CSV nothing is None; of a text that is always there it is the empty text.
        texts = [quote(field.column) for field in stored if not field.null]
        kept = f", FORCE_NOT_NULL ({', '.join(texts)})" if texts else ""
        cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT csv{kept})", Written(whole))


class Written:
    """Pieces of rows as a file that COPY reads."""

    def __init__(self, pieces: Iterable[list[list]]):
        self.pieces = iter(pieces)

    def read(self, size: int = -1) -> str:
        """The next piece as CSV, whatever its size; nothing after the last."""
        for rows in self.pieces:
            if rows:
                text = StringIO()
                csv.writer(text, lineterminator="\n").writerows(rows)
                return text.getvalue()
        return ""


@contextmanager
def without_indexes(tables: Iterable[type[models.Model]]) -> Iterator[None]:
    """In this block the tables have no index but that of their key, and no foreign keys.

    Both are made again at its end, which checks every row. Only on PostgreSQL, within a
    transaction; nobody else can use the tables until it ends.
    """
    names = [model._meta.db_table for model in tables]
    with connection.cursor() as cursor:
        # What was put off would hinder changing the tables.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"SET LOCAL maintenance_work_mem = '{SORTING_MEMORY}'")
        constraints = found(cursor, CONSTRAINTS, names)
        indexes = found(cursor, INDEXES, names)
        for table, name, _definition in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for _table, name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for _table, _name, definition in indexes:
            cursor.execute(definition)
        # Unique ones first: a foreign key may lead to one.
        for table, name, definition in reversed(constraints):
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


# Foreign keys ("f") before what they may lead to, unique ("u") and exclusion ("x") constraints.
CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE contype IN ('f', 'u', 'x') AND conrelid = ANY(%s::regclass[])
    ORDER BY contype, conname
"""
INDEXES = """
    SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE indrelid = ANY(%s::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


def found(cursor, question: str, tables: list[str]) -> list[tuple[str, str, str]]:
    cursor.execute(question, [list(map(connection.ops.quote_name, tables))])
    return cursor.fetchall()


def plain(row: Iterable) -> list:
    """A row's values without the types of Python that stand for texts and numbers."""
    return [value if type(value) in PLAIN else simple(value) for value in row]


PLAIN = {int, str, float, bool, type(None)}


def simple(value):
    return int(value) if isinstance(value, int) else str(value)
