"""SQLite: reading a state of it, copying it while it is in use, putting a copy in its place."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

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
from .folders import settle

KINDS = {
    "bool": "bool",
    "integer": "int",
    "integer unsigned": "int",
    "bigint": "int",
    "bigint unsigned": "int",
    "smallint": "int",
    "smallint unsigned": "int",
    "varchar": "text",
    "char": "text",
    "text": "text",
    "date": "text",
    "datetime": "moment",
    "decimal": "decimal",
    "real": "real",
    "blob": "bytes",
}
ROWS_A_CHUNK = 2000
# Signs that COPY writes in another way; the backslash first.
ESCAPES = {92: r"\\", 8: r"\b", 9: r"\t", 10: r"\n", 11: r"\v", 12: r"\f", 13: r"\r"}
# How long others may keep the database from being replaced.
PATIENCE = 20


def database_file(connection) -> Path:
    return Path(connection.settings_dict["NAME"])


def opened(file: Path) -> sqlite3.Connection:
    """A connection without transactions of its own, with what `Reader` needs."""
    raw = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
    functions = {"decimal": decimal, "real": real, "json_text": json_text, "sha256": hashed}
    for name, function in functions.items():
        raw.create_function(f"zonetrack_{name}", 1, function, deterministic=True)
    return raw


@contextmanager
def snapshot(connection) -> Iterator["Reader"]:
    """The database as it stands now, whatever is saved meanwhile."""
    with closing(opened(database_file(connection))) as raw:
        raw.execute("BEGIN")
        yield Reader(raw)
        raw.execute("ROLLBACK")


class Reader:
    def __init__(self, raw: sqlite3.Connection):
        self.raw = raw

    def one(self, statement: str) -> tuple:
        return self.raw.execute(statement).fetchone()

    def joined(self, expression: str) -> str:
        return f"group_concat({expression}, ' ')"

    def written(self, moment) -> str:
        return (moment or "")[:19]

    def tables(self) -> dict[str, Table]:
        found = self.raw.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return {name: self.table(name, made_by) for name, made_by in found.fetchall()}

    def table(self, name: str, made_by: str) -> Table:
        rows = self.raw.execute(f"PRAGMA table_info({quoted(name)})").fetchall()
        columns = [Column(row[1], kind_of(name, row[1], row[2], made_by)) for row in rows]
        keys = [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]
        return Table(name, tuple(sorted(columns, key=lambda column: column.name)), tuple(keys))

    def pour(self, table: Table, write: Callable[[bytes], object]) -> None:
        for chunk in self.chunks(table):
            write(chunk)

    def chunks(self, table: Table, *, whole: bool = False) -> Iterator[bytes]:
        """The lines of a table; with `whole`, the bytes of files instead of their hashes."""
        line = " || char(9) || ".join(
            f"coalesce({expression(column, whole=whole)}, '\\N')" for column in table.columns
        )
        order = ", ".join(map(quoted, table.keys or table.names))
        cursor = self.raw.execute(f"SELECT {line} FROM {quoted(table.name)} ORDER BY {order}")
        while rows := cursor.fetchmany(ROWS_A_CHUNK if not whole else 100):
            yield "".join(f"{row}\n" for [row] in rows).encode()


def kind_of(table: str, column: str, declared: str, made_by: str) -> str:
    if f'JSON_VALID("{column}")' in made_by:
        return "json"
    try:
        return KINDS[declared.lower().partition("(")[0].strip()]
    except KeyError as error:
        raise Refused(f"{table}.{column} has the type {declared}, which is not known.") from error


def expression(column: Column, *, whole: bool) -> str:
    """The value of a column as `contents` describes it; NULL for none."""
    name = quoted(column.name)
    match column.kind:
        case "text":
            return escaped(name)
        case "json":
            return escaped(f"zonetrack_json_text({name})")
        case "moment":
            point = f"CASE length({name}) WHEN 19 THEN '.' ELSE '' END"
            return f"substr({name} || {point} || '000000', 1, 26)"
        case "decimal":
            other = f"zonetrack_decimal({name})"
            return f"CASE typeof({name}) WHEN 'integer' THEN {name} ELSE {other} END"
        case "real":
            return f"zonetrack_real({name})"
        case "bytes" if whole:
            return f"'\\\\x' || hex({name})"
        case "bytes":
            return f"zonetrack_sha256({name})"
    return name


def escaped(value: str) -> str:
    for sign, written in ESCAPES.items():
        value = f"replace({value}, char({sign}), '{written}')"
    return value


def decimal(value) -> str | None:
    """SQLite keeps decimals as binary numbers; 15 digits of them are certain."""
    if value is None:
        return None
    number = Decimal(format(value, ".15g") if isinstance(value, float) else value)
    return format(number.normalize() + 0, "f")


def real(value: float | None) -> str | None:
    return None if value is None else format(Decimal(repr(value)).normalize() + 0, "f")


def hashed(value: bytes | None) -> str | None:
    return None if value is None else sha256(value).hexdigest()


def json_text(value: str | None) -> str | None:
    """JSON as PostgreSQL writes it: shorter keys first, numbers without exponents."""
    if value is None:
        return None
    return written_json(json.loads(value, parse_float=Decimal, parse_int=Decimal))


def written_json(value) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list):
        return f"[{', '.join(map(written_json, value))}]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        pairs = (f"{written_json(key)}: {written_json(value[key])}" for key in keys)
        return "{" + ", ".join(pairs) + "}"
    return json.dumps(value, ensure_ascii=False)


def has_file(connection) -> bool:
    file = database_file(connection)
    return file.is_file() and file.stat().st_size > 0


def size(connection) -> int:
    if not has_file(connection):
        raise Refused(f"There is no database at {database_file(connection)}.")
    return database_file(connection).stat().st_size


def copy(connection, into: Path, tell: Tell) -> tuple[dict[str, Content], list[str]]:
    """Copy the database as it stands now, while others go on saving.

    Returns what the copy holds, and the migrations applied to it.
    """
    tell("copying", 0, 1)
    with closing(opened(database_file(connection))) as source, closing(opened(into)) as target:
        # In one step, so that no save of others makes it begin again.
        source.backup(target, pages=-1)
        # The copy is one file, without a log of writes beside it.
        target.execute("PRAGMA journal_mode=DELETE")
        refuse_harmed(target, "quick_check", "The database is harmed")
        reader = Reader(target)
        return contents(reader, tell, "checking"), migrations(reader)


def refuse_harmed(raw: sqlite3.Connection, check: str, what: str) -> None:
    try:
        [answer] = raw.execute(f"PRAGMA {check}").fetchone()
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise Refused(f"{what}: {answer.splitlines()[0]}.")


def put(dump: Path, connection, wanted: dict[str, Content], tell: Tell) -> None:
    """Put a checked copy in the place of the database: all of it, or nothing."""
    tell("checking", 0, 1)
    with closing(opened(dump)) as new:
        refuse_harmed(new, "integrity_check", "The database in the backup is harmed")
        found = contents(Reader(new), tell, "checking")
        refuse_different(wanted, found, "The backup does not hold what it should.")
        connection.close()
        tell("putting it in place", 0, 1)
        if has_file(connection):
            write_over(new, database_file(connection))
            return
    file = database_file(connection)
    for left in ("-wal", "-shm"):
        # Of a database that is gone: SQLite would add its writes to the new one.
        file.with_name(file.name + left).unlink(missing_ok=True)
    dump.replace(file)
    settle(file.parent)


def write_over(new: sqlite3.Connection, file: Path) -> None:
    """One transaction on the database that is there: whoever has it open sees the old state or
    the new one, and a renamed file could leave them writing into the one that is gone."""
    until = time.monotonic() + PATIENCE

    def watch(status, _remaining, _total):
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise Refused("Others are writing into the database. Stop the site and start again.")

    with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as target:
        new.backup(target, pages=-1, progress=watch)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
