"""Indexes for searches within names, on PostgreSQL. Searches find the same without them."""

from django.db import DatabaseError, migrations, transaction

EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
# Searches compare in capitals, as Django writes them.
INDEX = """CREATE INDEX {name} ON {table} USING gin (upper({column}::text) gin_trgm_ops)"""


def index(table: str, *columns: str) -> migrations.RunPython:
    """Adds an index for each column, where the server has the extension and lets us use it.

    The operation's `code.columns` tells them.
    """

    def add(apps, editor):
        if editor.connection.vendor == "postgresql" and has_extension(editor.connection):
            for column in columns:
                editor.execute(written(INDEX, table, column, editor))

    def drop(apps, editor):
        if editor.connection.vendor == "postgresql":
            for column in columns:
                editor.execute(written("DROP INDEX IF EXISTS {name}", table, column, editor))

    add.columns = {(table, column) for column in columns}
    return migrations.RunPython(add, drop)


def has_extension(connection) -> bool:
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(EXTENSION)
    except DatabaseError:
        return False
    return True


def written(statement: str, table: str, column: str, editor) -> str:
    name = editor.quote_name(f"{table}_{column}_trigrams")
    return statement.format(
        name=name, table=editor.quote_name(table), column=editor.quote_name(column)
    )
