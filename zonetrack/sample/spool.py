"""Rows made zone by zone, stored in the order of time, as yearly reporting makes them.

What does not fit into memory waits in files. Until its table is stored a row has a key for the
meantime: its year and its number within the year. Rows may refer to one another by those, in any
order; the keys of the database take their place when everything is known.
"""

import marshal
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.db import models

from zonetrack import bulk, loading

# A key for the meantime is larger than any that a table has ever given.
YEAR_BITS = 40
NUMBER = (1 << YEAR_BITS) - 1
# So many rows of a table and year wait in memory.
PIECE = 2000


class Spool:
    def __init__(self, folder: Path):
        self.folder = folder
        self.tables: dict[type[models.Model], Table] = {}

    def table(self, model: type[models.Model], names: Sequence[str] = ()) -> "Table":
        """The rows of a model, of which each has the columns `names`; all of them if none."""
        if model not in self.tables:
            names = names or [field.attname for field in model._meta.concrete_fields]
            self.tables[model] = Table(model, names, self.folder)
        return self.tables[model]

    def add(self, model: type[models.Model], rows: Iterable[tuple[int, models.Model]]) -> None:
        """Take rows that are models, each with its year. What they refer to has been added."""
        table, rows = self.table(model), list(rows)
        for year, row in rows:
            row.pk = table.key(year)
        values = bulk.values(model, [row for _year, row in rows])
        for (year, _row), found in zip(rows, values, strict=True):
            table.put(year, loading.plain(found))

    def store(self, table: "Table") -> None:
        """Store the rows of a table, whose keys are then those of the database."""
        loading.store(table.model, table.names, table.stored(self.tables))
        table.forget()

    def number(self) -> None:
        for table in self.tables.values():
            table.number()


class Table:
    """The rows of one model, by year."""

    def __init__(self, model: type[models.Model], names: Sequence[str], folder: Path):
        self.model, self.names, self.folder = model, list(names), folder
        self.waiting: dict[int, list[list]] = defaultdict(list)
        self.counts: Counter = Counter()
        # By year the key of the database before the first row's.
        self.bases: dict[int, int] = {}

    def key(self, year: int) -> int:
        """A key for the meantime, of the row that is put next of this year."""
        self.counts[year] = number = self.counts[year] + 1
        return (year << YEAR_BITS) + number

    def put(self, year: int, row: list) -> None:
        rows = self.waiting[year]
        rows.append(row)
        if len(rows) == PIECE:
            with self.file(year).open("ab") as file:
                marshal.dump(rows, file)
            rows.clear()

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def has_own_keys(self) -> bool:
        return not self.model._meta.pk.is_relation

    def number(self) -> None:
        if not (self.has_own_keys and self.counts):
            return
        base = loading.reserve(self.model, self.total) - 1
        for year in sorted(self.counts):
            self.bases[year] = base
            base += self.counts[year]

    def stored(self, tables: dict[type[models.Model], "Table"]) -> Iterator[list[list]]:
        """The rows in the order of their years, in pieces, with the keys of the database."""
        keys = list(self.keys(tables))
        for rows in self.pieces():
            for place, bases in keys:
                for row in rows:
                    key = row[place]
                    if key is not None and key > NUMBER:
                        row[place] = bases[key >> YEAR_BITS] + (key & NUMBER)
            yield rows

    def keys(self, tables) -> Iterator[tuple[int, dict[int, int]]]:
        """The places of columns that may hold keys for the meantime, with the bases of those."""
        for place, name in enumerate(self.names):
            field = next(f for f in self.model._meta.concrete_fields if f.attname == name)
            model = field.remote_field.model if field.is_relation else self.model
            if model in tables and (field.is_relation or field.primary_key):
                yield place, tables[model].bases

    def pieces(self) -> Iterator[list[list]]:
        for year in sorted(self.waiting):
            if self.file(year).exists():
                with self.file(year).open("rb") as file:
                    while True:
                        try:
                            yield marshal.load(file)
                        except EOFError:
                            break
            yield self.waiting[year]

    def file(self, year: int) -> Path:
        return self.folder / f"{self.model._meta.db_table}-{year}"

    def forget(self) -> None:
        """Let go of the rows, but not of the keys by which others refer to them."""
        for year in self.waiting:
            self.file(year).unlink(missing_ok=True)
        self.waiting.clear()
