"""PostgreSQL: reading a state of it, dumping that same state, restoring a dump or nothing."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError
from django.db.backends.postgresql.client import DatabaseClient

from .contents import (
    Column,
    Content,
    Refused,
    Table,
    Tell,
    contents,
    migrations,
    quoted,
    refuse_different,
)
from .streams import Lines, Pipe

KINDS = {
    "boolean": "bool",
    "smallint": "int",
    "integer": "int",
    "bigint": "int",
    "character varying": "text",
    "character": "text",
    "text": "text",
    "date": "text",
    "timestamp with time zone": "moment",
    "numeric": "decimal",
    "double precision": "real",
    "bytea": "bytes",
    "jsonb": "json",
    "uuid": "uuid",
    "inet": "address",
}
COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname COLLATE "C"
"""
KEYS = """
SELECT c.relname, a.attname
FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
WHERE c.relnamespace = current_schema()::regnamespace
ORDER BY array_position(i.indkey::int2[], a.attnum)
"""
# What lies in the schema and belongs to no extension.
OWN = """
SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass::text
FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT EXISTS (
SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
AND d.deptype IN ('e', 'i'))
UNION ALL
SELECT 'ROUTINE', p.oid::regprocedure::text
FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND NOT EXISTS (
SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
AND d.deptype = 'e')
"""
# Who owns the new tables and may read them is decided where they are restored.
PLAIN = ("--no-owner", "--no-privileges", "--no-comments")
OTHERS_WAIT = "10s"
# What PostgreSQL answers when others keep a lock for longer.
LOCKED = "55P03"


@contextmanager
def transaction(connection, kind: str = "") -> Iterator:
    """A cursor on a connection of its own, in one transaction without limits of time."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute(f"BEGIN {kind}")
            for name, value in (
                ("statement_timeout", "0"),
                ("idle_in_transaction_session_timeout", "0"),
                ("lock_timeout", OTHERS_WAIT),
                ("timezone", "UTC"),
                ("datestyle", "ISO, YMD"),
            ):
                cursor.execute(f"SET LOCAL {name} = '{value}'")
            yield cursor
            cursor.execute("COMMIT")
    finally:
        # Without COMMIT this undoes everything.
        own.close()


@contextmanager
def snapshot(connection) -> Iterator["Reader"]:
    """The database as it stands now, whatever is saved meanwhile."""
    with transaction(connection, "ISOLATION LEVEL REPEATABLE READ READ ONLY") as cursor:
        yield Reader(cursor)


class Reader:
    def __init__(self, cursor):
        self.cursor = cursor

    def one(self, statement: str) -> tuple:
        self.cursor.execute(statement)
        return self.cursor.fetchone()

    def joined(self, expression: str) -> str:
        return f"string_agg({expression}, ' ')"

    def written(self, moment) -> str:
        return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""

    def tables(self) -> dict[str, Table]:
        self.cursor.execute(KEYS)
        keys, columns = {}, {}
        for table, name in self.cursor.fetchall():
            keys.setdefault(table, []).append(name)
        self.cursor.execute(COLUMNS)
        for table, name, declared in self.cursor.fetchall():
            kind = KINDS.get(declared)
            if kind is None:
                raise Refused(f"{table}.{name} has the type {declared}, which is not known.")
            columns.setdefault(table, []).append(Column(name, kind))
        return {
            name: Table(name, tuple(found), tuple(keys.get(name, ())))
            for name, found in columns.items()
        }

    def pour(self, table: Table, write: Callable[[bytes], object]) -> None:
        kinds = {column.name: column.kind for column in table.columns}
        selected = ", ".join(expression(column) for column in table.columns)
        order = ", ".join(
            quoted(name) + (' COLLATE "C"' if kinds[name] == "text" else "")
            for name in table.keys or table.names
        )
        copying = f"COPY (SELECT {selected} FROM {quoted(table.name)} ORDER BY {order}) TO STDOUT"
        copy_rows(self.cursor, copying, Pipe(write))


def copy_rows(cursor, statement: str, file) -> None:
    """COPY with a file; its errors are Django's, as those of other statements."""
    with cursor.db.wrap_database_errors:
        cursor.copy_expert(statement, file, 1 << 16)


def expression(column: Column) -> str:
    """The value of a column as `contents` describes it."""
    name = quoted(column.name)
    match column.kind:
        case "bool":
            return f"{name}::int"
        case "moment":
            return f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        case "decimal":
            return f"trim_scale({name})"
        case "real":
            return f"trim_scale({name}::text::numeric)"
        case "bytes":
            return f"encode(sha256({name}), 'hex')"
        case "uuid":
            return f"replace({name}::text, '-', '')"
        case "address":
            return f"host({name})"
    return name


def program(name: str, connection) -> str:
    """A program of PostgreSQL that is not older than the server, nor newer than needed."""
    server = connection.pg_version // 10_000
    found = [shutil.which(name), *Path("/usr/lib/postgresql").glob(f"*/bin/{name}")]
    versions = [(major(file), str(file)) for file in found if file]
    fitting = [pair for pair in versions if pair[0] >= server]
    if fitting:
        return min(fitting, key=lambda pair: pair[0])[1]
    if versions:
        newest = max(number for number, _file in versions)
        raise Refused(
            f"{name} is of version {newest}, older than the server ({server}). "
            f"Install the package postgresql-client-{server}."
        )
    raise Refused(f"{name} is not installed. Install the package postgresql-client-{server}.")


def major(file) -> int:
    """0 for a program that does not say it."""
    told = subprocess.run([file, "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"\) (\d+)", told.stdout)
    return int(number[1]) if number else 0


def size(connection) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0]


def copy(connection, into: Path, tell: Tell) -> tuple[dict[str, Content], list[str]]:
    """Dump the database as it stands now, while others go on saving.

    Returns what the dump holds, and the migrations applied to it.
    """
    dumping = program("pg_dump", connection)
    command, environment = named(connection)
    with snapshot(connection) as reader:
        [name] = reader.one("SELECT pg_export_snapshot()")
        with subprocess.Popen(
            [dumping, "-Fc", *PLAIN, "--no-password", f"--snapshot={name}", f"--file={into}"]
            + command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                found, applied = contents(reader, tell, "checking"), migrations(reader)
                tell("dumping", 0, 1)
                _out, complaints = process.communicate()
            except BaseException:
                process.kill()
                raise
    if process.returncode:
        raise Refused(f"pg_dump failed: {told(complaints)}")
    return found, applied


def named(connection) -> tuple[list[str], dict[str, str]]:
    """Arguments and environment that name the database; the password only in the latter, which
    other users of the machine cannot read."""
    [_psql, *arguments], environment = DatabaseClient.settings_to_cmd_args_env(
        connection.settings_dict, []
    )
    return arguments, os.environ | (environment or {})


def told(complaints: str) -> str:
    lines = [line for line in complaints.splitlines() if line.strip()]
    return lines[0] if lines else "it gave no reason."


def put(dump: Path, connection, wanted: dict[str, Content], tell: Tell) -> None:
    """Put a dump in the place of all tables: all of it, or nothing.

    The dump is read as statements and played in one transaction, in which the tables are
    compared, too. So whatever fails, what was there before stays.
    """
    restoring = program("pg_restore", connection)
    with transaction(connection) as cursor:
        try:
            empty(cursor)
            play([restoring, *PLAIN, "--file=-", str(dump)], cursor, tell)
            cursor.execute("RESET search_path")
            found = contents(Reader(cursor), tell, "checking")
            refuse_different(wanted, found, "The backup does not hold what it should.")
            cursor.execute("ANALYZE")
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", "") == LOCKED:
                raise Refused("Others use the database. Stop the site and start again.") from error
            raise Refused(f"PostgreSQL refused: {told(str(error))}") from error
    connection.close()


def empty(cursor) -> None:
    cursor.execute(OWN)
    for kind, name in cursor.fetchall():
        cursor.execute(f"DROP {kind} IF EXISTS {name} CASCADE")


def play(command: list[str], cursor, tell: Tell) -> None:
    """Run the statements that a command writes, with the rows that stand among them."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        statements = []
        for line in process.stdout:
            if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
                run(cursor, statements)
                tell(f"restoring {line.split()[1].decode()}", 0, 1)
                copy_rows(cursor, line.decode(), Lines(process.stdout))
            elif not line.startswith((b"\\restrict ", b"\\unrestrict ")):
                statements.append(line)
        run(cursor, statements)
        complaints = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise Refused(f"pg_restore failed: {told(complaints)}")


def run(cursor, statements: list[bytes]) -> None:
    text = b"".join(statements).decode()
    statements.clear()
    # Comments alone are no statement.
    if any(line.strip() and not line.startswith("--") for line in text.splitlines()):
        cursor.execute(text)
