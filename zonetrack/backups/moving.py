"""From SQLite to PostgreSQL: every table as it is, in one transaction, compared at the end."""

import io
from contextlib import closing

from django.db import DatabaseError

from . import postgresql, sqlite
from .contents import (
    Content,
    Refused,
    Table,
    Tell,
    contents,
    is_empty,
    migrations,
    quoted,
    refuse_different,
)
from .streams import Chunks

SERIAL = """
SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL
"""


def move(source, target, tell: Tell) -> dict[str, Content]:
    """Copy everything from a SQLite database, which is only read, into a PostgreSQL one.

    Returns what stands in both now. Raises Refused for what cannot be done; then nothing was
    copied.
    """
    refuse_kinds(source, target)
    with closing(sqlite.opened(sqlite.database_file(source))) as raw:
        [before] = raw.execute("PRAGMA data_version").fetchone()
        raw.execute("BEGIN")
        reader = sqlite.Reader(raw)
        try:
            with postgresql.transaction(target) as cursor:
                found = copy(reader, cursor, tell)
                raw.execute("ROLLBACK")
                [after] = raw.execute("PRAGMA data_version").fetchone()
                if after != before:
                    raise Refused(
                        "Somebody saved something while the database was copied, so nothing was "
                        "moved. Stop the site and start again."
                    )
        except DatabaseError as error:
            raise Refused(f"PostgreSQL refused: {postgresql.told(str(error))}") from error
    return found


def refuse_kinds(source, target) -> None:
    if source.vendor != "sqlite":
        raise Refused("DATABASE_URL must name the SQLite database that is to be moved.")
    if target.vendor != "postgresql":
        raise Refused("The target must be a PostgreSQL database: postgres://user@host/name.")
    sqlite.size(source)


def copy(reader: sqlite.Reader, cursor, tell: Tell) -> dict[str, Content]:
    target = postgresql.Reader(cursor)
    ours, theirs = reader.tables(), target.tables()
    refuse_unfit(reader, target, ours, theirs)
    names = ", ".join(map(quoted, theirs))
    # What migrating put there; the rows of the source take its place.
    cursor.execute(f"TRUNCATE {names}")
    for name in theirs:
        # What triggers would write comes from the source, too.
        cursor.execute(f"ALTER TABLE {quoted(name)} DISABLE TRIGGER USER")
    # The order of the tables is free: PostgreSQL looks at foreign keys when all are there.
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for done, name in enumerate(sorted(ours)):
        tell(f"copying {name}", done, len(ours))
        fill(cursor, reader, ours[name])
    tell("looking at foreign keys", 0, 1)
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name in theirs:
        cursor.execute(f"ALTER TABLE {quoted(name)} ENABLE TRIGGER USER")
    set_sequences(reader, cursor)
    found = contents(reader, tell, "checking")
    copied = contents(target, tell, "comparing")
    refuse_different(found, copied, "The copy differs from the source, so nothing was moved.")
    cursor.execute("ANALYZE")
    return found


def refuse_unfit(reader, target, ours: dict[str, Table], theirs: dict[str, Table]) -> None:
    applied, wanted = set(migrations(target)), set(migrations(reader))
    if not theirs:
        raise Refused(
            "The target has no tables yet. Make them first: run migrate with DATABASE_URL set to "
            "the target."
        )
    if applied != wanted:
        names = ", ".join(sorted(applied ^ wanted))
        raise Refused(
            "Source and target are of different versions. Run migrate on both. "
            f"Migrations that only one of them has: {names}."
        )
    differ = sorted(
        name for name in ours.keys() | theirs.keys() if columns(ours, name) != columns(theirs, name)
    )
    if differ:
        raise Refused(f"Source and target have different tables: {', '.join(differ)}.")
    if not is_empty(target):
        raise Refused("The target holds data already. Name an empty database.")


def columns(tables: dict[str, Table], name: str) -> list[str] | None:
    return tables[name].names if name in tables else None


def fill(cursor, reader: sqlite.Reader, table: Table) -> None:
    names = ", ".join(map(quoted, table.names))
    lines = io.BufferedReader(Chunks(reader.chunks(table, whole=True)), 1 << 20)
    try:
        statement = f"COPY {quoted(table.name)} ({names}) FROM STDIN"
        postgresql.copy_rows(cursor, statement, lines)
    except DatabaseError as error:
        raise Refused(
            f"PostgreSQL refused rows of {table.name}: {postgresql.told(str(error))}"
        ) from error


def set_sequences(reader: sqlite.Reader, cursor) -> None:
    """The next key is one that no row ever had, not even one that is gone."""
    used = {}
    if reader.one("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'")[0]:
        used = dict(reader.raw.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    cursor.execute(SERIAL)
    for table, column in cursor.fetchall():
        cursor.execute(f"SELECT max({quoted(column)}) FROM {quoted(table)}")
        last = max(cursor.fetchone()[0] or 0, used.get(table) or 0)
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(quote_ident(%s), %s), %s, %s)",
            [table, column, max(last, 1), last > 0],
        )
