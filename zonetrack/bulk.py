"""Storing many rows fast, for rows that a program made or that have been checked already.

Plain SQL is about five times as fast as `bulk_create`, which prepares every value by itself; new
rows go to PostgreSQL by COPY, which is twice as fast again.
"""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from io import StringIO
from operator import itemgetter

from django.db import connection, models
from django.db.models.base import ModelState

# PostgreSQL takes one long statement, which its driver builds; more rows do not help.
ROWS_A_STATEMENT = 500
# Types whose texts hold none of the signs that part values and rows for COPY.
PLAIN = {int, Decimal, bool}
ESCAPED = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


class Row:
    """Stands for a new row of a model where there are so many that making models takes long."""

    def __init__(self, model: type[models.Model], **columns):
        self.__dict__ = defaults(model) | columns
        self.pk_name = model._meta.pk.attname

    @property
    def pk(self):
        return self.__dict__[self.pk_name]

    @pk.setter
    def pk(self, key):
        self.__dict__[self.pk_name] = key


@cache
def defaults(model: type[models.Model]) -> dict:
    return {field.attname: field.get_default() for field in model._meta.concrete_fields}


def record(model: type[models.Model], **columns) -> models.Model:
    """A new record by its columns, where so many are made that its constructor takes long."""
    made = model.__new__(model)
    made.__dict__ = {"_state": ModelState()} | defaults(model) | columns
    return made


def insert(model: type[models.Model], rows: list[models.Model]) -> None:
    """Store new rows in one go and give them their keys."""
    if not rows:
        return
    number(model, rows)
    if connection.vendor == "sqlite":
        execute(model, rows)
        return
    text = StringIO("\n".join([line(found) for found in values(model, rows)]))
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {columns_of(model)} FROM STDIN", text)


def update(model: type[models.Model], rows: list[models.Model]) -> None:
    """Store rows in one go over those that have their keys."""
    quote = connection.ops.quote_name
    key, *others = sorted(model._meta.concrete_fields, key=lambda field: not field.primary_key)
    if connection.vendor == "postgresql":
        overwrite(model, rows, key, others)
        return
    taken = ", ".join(f"{quote(f.column)} = excluded.{quote(f.column)}" for f in others)
    execute(model, rows, f" ON CONFLICT ({quote(key.column)}) DO UPDATE SET {taken}")


def overwrite(model: type[models.Model], rows: list, key: models.Field, others: list) -> None:
    """On PostgreSQL, where a table partitioned by year has no rule that its key is unique alone,
    as `ON CONFLICT` would need it."""
    quote = connection.ops.quote_name
    fields, table = model._meta.concrete_fields, quote(model._meta.db_table)
    taken = ", ".join(f"{quote(field.column)} = new.{quote(field.column)}" for field in others)
    names = ", ".join(quote(field.column) for field in fields)
    # The first row tells the types of all.
    first = f"({', '.join(f'%s::{type_of(field)}' for field in fields)})"
    one = f"({', '.join(['%s'] * len(fields))})"
    column = quote(key.column)
    with connection.cursor() as cursor:
        for place in range(0, len(rows), ROWS_A_STATEMENT):
            some = list(values(model, rows[place : place + ROWS_A_STATEMENT]))
            written = ", ".join([first] + [one] * (len(some) - 1))
            cursor.execute(
                f"UPDATE {table} SET {taken} FROM (VALUES {written}) AS new ({names}) "
                f"WHERE {table}.{column} = new.{column}",
                [value for row in some for value in row],
            )


def type_of(field: models.Field) -> str:
    """A text is not cut to its column's length, but refused by it."""
    found = field.cast_db_type(connection)
    return "text" if found.startswith("varchar") else found


# How each database reads a list of triples: from a text of JSON, or from three arrays.
TRIPLES = {
    "sqlite": (
        "json_each(%s) AS moved",
        *(f"json_extract(moved.value, '$[{place}]')" for place in range(3)),
    ),
    "postgresql": (
        "unnest(%s::bigint[], %s::text[], %s::integer[]) AS moved (key, kind, place)",
        "moved.key",
        "moved.kind",
        "moved.place",
    ),
}


def note(model: type[models.Model], moved: list[tuple[int, str, int | None]], **alike) -> None:
    """Write the history of rows as they are stored now, without reading them.

    `moved`: the key of each, the type of its entry, and the row of a file it came from. `alike` are
    the other columns of the entries.
    """
    if not moved:
        return
    history, quote = model.history.model, connection.ops.quote_name
    triples, key, kind, source_row = TRIPLES[connection.vendor]
    table, columns = quote(model._meta.db_table), [f.column for f in history.tracked_fields]
    others = [history._meta.get_field(name).column for name in alike]
    into = ", ".join(map(quote, [*columns, *others, "history_type", "source_row"]))
    taken = [*(f"{table}.{quote(column)}" for column in columns), *["%s"] * len(others)]
    pk = f"{table}.{quote(model._meta.pk.column)}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(history._meta.db_table)} ({into}) "
            f"SELECT {', '.join(taken)}, {kind}, {source_row} "
            f"FROM {triples} JOIN {table} ON {pk} = {key} ORDER BY {pk}",
            [*alike.values(), *as_parameters(moved)],
        )


def as_parameters(triples: list[tuple]) -> list:
    if connection.vendor == "sqlite":
        return [json.dumps(triples)]
    # As texts of arrays: its driver would look at each of their values.
    return [
        f"{{{','.join(['NULL' if value is None else str(value) for value in column])}}}"
        for column in zip(*triples, strict=True)
    ]


def execute(model: type[models.Model], rows: list[models.Model], otherwise: str = "") -> None:
    """Rows into a table of SQLite."""
    one = f"({', '.join(['%s'] * len(model._meta.concrete_fields))})"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {columns_of(model)} VALUES {one}{otherwise}", list(values(model, rows))
        )


def columns_of(model: type[models.Model]) -> str:
    """The table with its columns, in the order of `values`."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in model._meta.concrete_fields)
    return f"{quote(model._meta.db_table)} ({columns})"


def line(found: Iterable) -> str:
    """Texts, numbers, dates and truths as COPY reads them."""
    return "\t".join(
        [r"\N" if v is None else str(v) if type(v) in PLAIN else escaped(v) for v in found]
    )


def escaped(value) -> str:
    text = str(value)
    return text if text.isalnum() else text.translate(ESCAPED)


def number(model: type[models.Model], rows: list[models.Model]) -> None:
    """Keys that nobody else is given, for rows that have none."""
    name = model._meta.pk.attname
    new = [row.__dict__ for row in rows if row.__dict__[name] is None]
    if new:
        for key, columns in zip(keys(model, len(new)), new, strict=True):
            columns[name] = key


def keys(model: type[models.Model], count: int) -> list[int]:
    """The next keys of a table; in SQLite nobody else writes until the transaction ends."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(name) FROM generate_series(1, %s), "
                "(SELECT pg_get_serial_sequence(%s, %s)::regclass AS name OFFSET 0) AS sequence",
                [count, connection.ops.quote_name(table), column],
            )
            return [key for [key] in cursor.fetchall()]
        cursor.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = %s", [table])
        [last] = cursor.fetchone()
    return list(range((last or 0) + 1, (last or 0) + count + 1))


def values(model: type[models.Model], rows: list[models.Model]) -> Iterator[list]:
    """The columns of each row as the database takes them."""
    fields = model._meta.concrete_fields
    columns = itemgetter(*(field.attname for field in fields))
    links = [(place, field) for place, field in enumerate(fields) if field.is_relation]
    times = [
        (place, adapter(field))
        for place, field in enumerate(fields)
        if isinstance(field, models.DateField)
    ]
    for row in rows:
        found = list(columns(row.__dict__))
        for place, field in links:
            if found[place] is None:
                # Also in the row: what is told of it afterwards needs the key, too.
                found[place] = row.__dict__[field.attname] = key_of(row, field)
        for place, adapt in times:
            if found[place] is not None:
                found[place] = adapt(found[place])
        yield found


def adapter(field: models.DateField):
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return connection.ops.adapt_datefield_value


def key_of(row, field: models.Field):
    """The key of the row that `row` points at, which may have had none yet when it was set."""
    other = getattr(row, "_state", None) and row._state.fields_cache.get(field.name)
    return other and other.pk
