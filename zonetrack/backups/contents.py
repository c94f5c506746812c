"""What stands in a table, as one hash that is the same on SQLite and PostgreSQL.

A row is a line as COPY writes it: columns by name, separated by tabs, `\\N` for no value. Values
have one form on both databases: truths are 0 and 1, moments are UTC with six digits of a second,
decimals have no zeros at their end, the bytes of files stand as their SHA-256. Rows stand in the
order of their keys. So a table of millions of rows is hashed while it is read, in little memory.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, Protocol

# Says what is being done, how much of it is done, and how much there is.
Tell = Callable[[str, int, int], None]


class Refused(Exception):
    """Something that is not done; the text says why, as a sentence for administrators."""


@dataclass(frozen=True)
class Column:
    name: str
    # bool, int, text, moment, decimal, real, bytes, json, uuid or address
    kind: str


@dataclass(frozen=True)
class Table:
    name: str
    # In the order of their names: migrations may have added them in another order.
    columns: tuple[Column, ...]
    keys: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


class Content(NamedTuple):
    rows: int
    sha256: str


class Reader(Protocol):
    """One state of a database, however long reading it takes."""

    def tables(self) -> dict[str, Table]: ...

    def pour(self, table: Table, write: Callable[[bytes], object]) -> None:
        """Hand the lines of a table to `write`, piece by piece."""

    def one(self, statement: str) -> tuple: ...

    def joined(self, expression: str) -> str:
        """The SQL for one text of all values, with spaces between them."""

    def written(self, moment) -> str:
        """A moment that `one` answered, to the second; "" for none."""


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def content(reader: Reader, table: Table) -> Content:
    digest = sha256("\t".join(table.names).encode() + b"\n")
    rows = 0

    def add(lines: bytes) -> None:
        nonlocal rows
        digest.update(lines)
        rows += lines.count(b"\n")

    reader.pour(table, add)
    return Content(rows, digest.hexdigest())


def contents(reader: Reader, tell: Tell, part: str) -> dict[str, Content]:
    tables = reader.tables()
    found = {}
    for done, name in enumerate(sorted(tables)):
        tell(f"{part} {name}", done, len(tables))
        found[name] = content(reader, tables[name])
    return found


def refuse_different(wanted: dict[str, Content], found: dict[str, Content], what: str) -> None:
    names = sorted(
        name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)
    )
    if names:
        raise Refused(f"{what} Tables that differ: {', '.join(names)}.")


def migrations(reader: Reader) -> list[str]:
    """The migrations applied, as "app.name" in alphabetical order; none without tables."""
    if "django_migrations" not in reader.tables():
        return []
    names = reader.joined("app || '.' || name")
    [joined] = reader.one(f"SELECT {names} FROM django_migrations")
    return sorted((joined or "").split())


# What migrating itself puts into tables.
OF_MIGRATING = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
}


def is_empty(reader: Reader) -> bool:
    """Whether nobody has entered anything: no tables, or tables that were only made."""
    for name in reader.tables().keys() - OF_MIGRATING:
        if reader.one(f"SELECT count(*) FROM (SELECT 1 FROM {quoted(name)} LIMIT 1) AS found")[0]:
            return False
    return True


def last_change(reader: Reader) -> str:
    """The moment of the newest entry of all histories, in UTC; "" for none."""
    moments = [""]
    for table in reader.tables().values():
        if "history_date" in table.names:
            [moment] = reader.one(f"SELECT max(history_date) FROM {quoted(table.name)}")
            moments.append(reader.written(moment))
    return max(moments)
