"""Indexes by which long lists are read in their usual order, on PostgreSQL.

With them the first and the last page of all enterprises of a country cost as much as those of a
zone; without them the lists are the same, only slower. SQLite cannot say in an index where missing
values stand, and sorts what it holds fast enough.
"""

from django.db import migrations

INDEX = "CREATE INDEX {name} ON {table} ({columns})"


def names(first: str, second: str) -> str:
    """As lists order by the name in the reader's language, else in the other one."""
    return f"COALESCE(NULLIF({first}, ''), {second}), id"


def newest_first(year: str, day: str) -> str:
    return f"{year} DESC, {day} DESC NULLS LAST, id"


def index(table: str, **orders: str) -> migrations.RunPython:
    """An index for each order, named after the table and the order."""

    def add(apps, editor):
        if editor.connection.vendor == "postgresql":
            for name, columns in orders.items():
                quoted = editor.quote_name(f"{table}_{name}")
                place = {"name": quoted, "table": editor.quote_name(table), "columns": columns}
                editor.execute(INDEX.format(**place))

    def drop(apps, editor):
        if editor.connection.vendor == "postgresql":
            for name in orders:
                editor.execute(f"DROP INDEX IF EXISTS {editor.quote_name(f'{table}_{name}')}")

    return migrations.RunPython(add, drop)
