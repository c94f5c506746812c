"""Loading millions of made rows: plain sequences of values, no models, no history.

The database checks what it always checks. On PostgreSQL rows go in by COPY, and a load so large
that keeping indexes up to date would take most of its time may put them aside meanwhile.
"""

import marshal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from zonetrack.bulk import ESCAPED, defaults

# Building an index sorts its entries, in memory as far as it may.
SORTING_MEMORY = "512MB"
# Bytes that COPY is handed at once.
COPY_SIZE = 1 << 20
# Called with what is being done, how much of it is done, and how much there is.
Tell = Callable[[str, int, int], None]


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


class Form:
    """How rows of a model are written down for its table; a row is a tuple of the columns `names`.

    The other columns get the defaults of their fields; a key that is not among `names` is given by
    the database. Values are texts, numbers, truths, None, and dates written as the database
    takes them. On PostgreSQL a text must not be the word None.
    """

    def __init__(self, model: type[models.Model], names: Sequence[str]):
        fields = {field.attname: field for field in model._meta.concrete_fields}
        rest = {
            name: value
            for name, value in defaults(model).items()
            if name not in names and not fields[name].primary_key
        }
        quote = connection.ops.quote_name
        columns = ", ".join(quote(fields[name].column) for name in (*names, *rest))
        self.table = f"{quote(model._meta.db_table)} ({columns})"
        self.rest = tuple(plain(rest.values()))
        self.size = len(names) + len(self.rest)
        told = [str(value).replace("%", "%%") for value in self.rest]
        self.line = "\t".join(["%s"] * len(names) + told) + "\n"

    def write(self, rows: list[tuple]) -> bytes:
        """The rows as `store` reads them."""
        if connection.vendor == "sqlite":
            return marshal.dumps([row + self.rest for row in rows])
        line = self.line
        text = "".join([line % row for row in rows])
        # In made texts these signs are rare: all there are part the columns and rows.
        signs = sum(map(text.count, "\t\n\r\\"))
        if signs != self.size * len(rows):
            text = "".join([line % tuple(map(escaped, row)) for row in rows])
        return text.encode()

    def store(self, file: BinaryIO) -> None:
        """Store what was written, one piece behind the other."""
        with connection.cursor() as cursor, connection.wrap_database_errors:
            if connection.vendor == "sqlite":
                into = f"INSERT INTO {self.table} VALUES ({', '.join(['%s'] * self.size)})"
                for rows in pieces(file):
                    cursor.executemany(into, rows)
                return
            cursor.copy_expert(f"COPY {self.table} FROM STDIN (NULL 'None')", file, COPY_SIZE)


def pieces(file: BinaryIO) -> Iterator[list]:
    """What was marshaled into a file, one piece behind the other."""
    while True:
        try:
            yield marshal.load(file)
        except EOFError:
            return


def escaped(value):
    return value.translate(ESCAPED) if isinstance(value, str) else value


@contextmanager
def without_indexes(tables: Iterable[type[models.Model]]) -> Iterator[None]:
    """In this block the tables have no index but that of their key, and no foreign keys.

    Both are made again at its end, which checks every row. Only on PostgreSQL, within a
    transaction; nobody else can use the tables until it ends.
    """
    aside = Aside(tables, most=1)
    with connection.cursor() as cursor:
        # What was put off would hinder changing the tables.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        aside.drop()
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        aside.index()
        aside.constrain()
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def aside(tables: Iterable[type[models.Model]], most: int) -> Iterator["Aside"]:
    """Like `without_indexes`, outside of a transaction, for up to `most` connections at once.

    The block begins its own transaction and in it calls `store`. The tables must be empty. Where
    the block fails they are empty again, with everything that belongs to them; a process that is
    killed leaves a database to be thrown away.
    """
    aside = Aside(tables, most)
    with transaction.atomic():
        aside.drop()
    try:
        yield aside
    except BaseException:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in aside.tables:
                cursor.execute(f"DELETE FROM {table}")
            aside.index()
            aside.constrain()
        raise


class Aside:
    """Indexes and constraints of some tables, until they are made again as they were."""

    def __init__(self, tables: Iterable[type[models.Model]], most: int):
        self.tables = [connection.ops.quote_name(model._meta.db_table) for model in tables]
        self.most = most
        with connection.cursor() as cursor:
            self.constraints = self.found(cursor, CONSTRAINTS)
            self.indexes = self.found(cursor, INDEXES)

    def found(self, cursor, question: str) -> list[tuple[str, ...]]:
        cursor.execute(question, [self.tables])
        return cursor.fetchall()

    def drop(self) -> None:
        with connection.cursor() as cursor:
            for table, name, *_definition in self.constraints:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            for _table, name, _definition, of_constraint in self.indexes:
                if not of_constraint:
                    cursor.execute(f"DROP INDEX {name}")

    def store(self, jobs: list[Callable[[], None]], tell: Tell) -> None:
        """Do the jobs, each of which stores the rows of a table; then make everything again."""
        self.at_once("rows", jobs, tell)
        # The slow ones first, so that none is left for the end.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name FROM unnest(%s) AS name ORDER BY -pg_relation_size(name::regclass)",
                [self.tables],
            )
            order = {name.strip('"'): place for place, [name] in enumerate(cursor.fetchall())}
        indexes = sorted(self.indexes, key=lambda one: (" gin " not in one[2], order[one[0]]))
        jobs = [partial(build, definition) for _table, _name, definition, _of in indexes]
        self.at_once("indexes", jobs, tell)
        tell("foreign keys", 0, 1)
        self.constrain()

    def index(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL maintenance_work_mem = '{SORTING_MEMORY}'")
            for _table, _name, definition, _of_constraint in self.indexes:
                cursor.execute(definition)

    def constrain(self) -> None:
        with connection.cursor() as cursor:
            # Unique ones first: a foreign key may lead to one.
            for table, name, definition, kind in reversed(self.constraints):
                if kind == "u":
                    later = definition[definition.find(" DEFERRABLE") :]
                    definition = f"UNIQUE USING INDEX {name}"
                    definition += later if later.startswith(" DEFERRABLE") else ""
                cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")

    def tidy(self, tell: Tell) -> None:
        """What PostgreSQL would do by itself some time later: count the rows, see which pages
        everybody sees."""
        jobs = [partial(build, f"VACUUM (ANALYZE) {table}") for table in self.tables]
        self.at_once("statistics", jobs, tell)

    def at_once(self, part: str, jobs: list[Callable[[], None]], tell: Tell) -> None:
        """Do the jobs in any order, each on a connection of its own."""
        with ThreadPoolExecutor(self.most) as threads:
            database = connections[DEFAULT_DB_ALIAS]
            waiting = [threads.submit(alone, database, job) for job in jobs]
            try:
                for done, job in enumerate(as_completed(waiting)):
                    tell(part, done, len(jobs))
                    job.result()
            except BaseException:
                threads.shutdown(cancel_futures=True)
                raise


def alone(database: BaseDatabaseWrapper, job: Callable[[], None]) -> None:
    """In a thread, with a connection of its own to the same database."""
    connections[DEFAULT_DB_ALIAS] = database.copy()
    try:
        job()
    finally:
        connection.close()


def build(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET maintenance_work_mem = '{SORTING_MEMORY}'")
        # The other connections need the processors.
        cursor.execute("SET max_parallel_maintenance_workers = 0")
        cursor.execute(statement)


# Foreign keys ("f") before what they may lead to, unique ("u") and exclusion ("x") constraints.
CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype::text
    FROM pg_constraint
    WHERE contype IN ('f', 'u', 'x') AND conrelid = ANY(%s::regclass[])
    ORDER BY contype, conname
"""
# With those of unique constraints, which can be built before.
INDEXES = """
    SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid),
        EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype = 'u')
    FROM pg_index
    WHERE indrelid = ANY(%s::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'x'))
"""


def plain(row: Iterable) -> tuple:
    """A row's values without the types of Python that stand for texts and numbers."""
    return tuple([value if type(value) in PLAIN else simple(value) for value in row])


PLAIN = {int, str, float, bool, type(None)}


def simple(value):
    return int(value) if isinstance(value, int) else str(value)
