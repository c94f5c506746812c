"""Rows made zone by zone, stored in the order of time, as yearly reporting makes them.

They wait in files, one for each model and year. Rows that others refer to and whose number is not
known before have keys for the meantime: their year and their number within the year. Rows may
refer to one another by those, in any order; the keys of the database take their place when
everything is known.
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

Model = type[models.Model]
# By model and year the key of the database before the first row's.
Bases = dict[Model, dict[int, int]]


class Pages:
    """Rows of one model, by year; in files where they are many."""

    def __init__(self, model: Model, names: Sequence[str], folder: Path):
        self.model, self.names, self.folder = model, list(names), folder
        self.waiting: dict[int, list[tuple]] = defaultdict(list)
        self.total = 0

    def put(self, year: int, row: tuple) -> None:
        self.waiting[year].append(row)

    def tidy(self, most: int | None = None) -> None:
        """Write down the years of which at least `most` rows wait."""
        most = PIECE if most is None else most
        for year, rows in self.waiting.items():
            if rows and len(rows) >= most:
                with self.file(year).open("ab") as file:
                    file.write(self.written(rows))
                self.total += len(rows)
                rows.clear()

    def written(self, rows: list[tuple]) -> bytes:
        return marshal.dumps(rows)

    def file(self, year: int) -> Path:
        return self.folder / f"{self.model._meta.db_table}-{year}"


class Ready(Pages):
    """Rows as the database will have them."""

    def __init__(self, model: Model, names: Sequence[str], folder: Path):
        super().__init__(model, names, folder)
        self.form = loading.Form(model, names)

    def written(self, rows: list[tuple]) -> bytes:
        return self.form.write(rows)

    def years(self) -> list[int]:
        """Those of which there are files, whichever process wrote them."""
        paths = self.folder.glob(f"{self.model._meta.db_table}-[0-9]*")
        return [int(path.name.rpartition("-")[2]) for path in paths]

    def store(self, year: int) -> None:
        """Store what was written of the year, and let go of it."""
        path = self.file(year)
        if path.exists():
            with path.open("rb") as file:
                self.form.store(file)
            path.unlink()


class Waiting(Pages):
    """Rows with keys for the meantime."""

    def __init__(self, model: Model, names: Sequence[str], folder: Path):
        super().__init__(model, names, folder)
        self.counts: Counter = Counter()

    def key(self, year: int) -> int:
        """A key for the meantime, of the row that is put next of this year."""
        self.counts[year] = number = self.counts[year] + 1
        return (year << YEAR_BITS) + number

    def file(self, year: int) -> Path:
        path = super().file(year)
        return path.with_name(f"{path.name}-waiting")

    def settled(self, bases: Bases) -> Iterator[tuple[int, list[tuple]]]:
        """The rows in pieces, each with its year, with the keys of the database."""
        self.tidy(1)
        keys = list(self.keys(bases))
        for year in sorted(self.waiting):
            with self.file(year).open("rb") as file:
                for rows in loading.pieces(file):
                    changed = [list(row) for row in rows]
                    for place, found in keys:
                        for row in changed:
                            key = row[place]
                            if key is not None and key > NUMBER:
                                row[place] = found[key >> YEAR_BITS] + (key & NUMBER)
                    yield year, list(map(tuple, changed))
            self.file(year).unlink()

    def keys(self, bases: Bases) -> Iterator[tuple[int, dict[int, int]]]:
        """The places of columns that may hold keys for the meantime, with the bases of those."""
        for place, name in enumerate(self.names):
            field = next(f for f in self.model._meta.concrete_fields if f.attname == name)
            model = field.remote_field.model if field.is_relation else self.model
            if model in bases and (field.is_relation or field.primary_key):
                yield place, bases[model]


class Spool:
    def __init__(self, folder: Path):
        self.folder = folder
        self.ready: dict[Model, Ready] = {}
        self.waiting: dict[Model, Waiting] = {}

    def pages(self, model: Model, names: Sequence[str]) -> Ready:
        """The rows of a model, of which each has the columns `names`; all of them if none."""
        if model not in self.ready:
            self.ready[model] = Ready(model, names or columns_of(model), self.folder)
        return self.ready[model]

    def table(self, model: Model) -> Waiting:
        """The rows of a model that has keys for the meantime; each has all columns."""
        if model not in self.waiting:
            self.waiting[model] = Waiting(model, columns_of(model), self.folder)
        return self.waiting[model]

    def add(self, model: Model, rows: Iterable[tuple[int, models.Model]]) -> None:
        """Take rows that are models, each with its year. What they refer to has been added."""
        table, rows = self.table(model), list(rows)
        for year, row in rows:
            row.pk = table.key(year)
        values = bulk.values(model, [row for _year, row in rows])
        for (year, _row), found in zip(rows, values, strict=True):
            table.put(year, loading.plain(found))

    def tidy(self) -> None:
        """Let no more rows wait in memory than a piece of each year."""
        for pages in (*self.ready.values(), *self.waiting.values()):
            pages.tidy()

    def counts(self) -> dict[Model, Counter]:
        """By year how many keys for the meantime were given."""
        return {model: table.counts for model, table in self.waiting.items()}

    def settle(self, bases: Bases) -> None:
        """Write everything down with the keys of the database."""
        for model, table in self.waiting.items():
            pages = self.pages(model, table.names)
            for year, rows in table.settled(bases):
                pages.waiting[year] += rows
                pages.tidy()
        for pages in self.ready.values():
            pages.tidy(1)


def columns_of(model: Model) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def bases_of(counts: Iterable[dict[Model, Counter]]) -> list[Bases]:
    """Keys of the tables for those who made so many rows of each model and year."""
    counts = list(counts)
    bases: list[Bases] = [{} for _ in counts]
    for model in dict.fromkeys(model for each in counts for model in each):
        years = sorted({year for each in counts for year in each.get(model, ())})
        total = sum(sum(each[model].values()) for each in counts if model in each)
        is_numbered = total and not model._meta.pk.is_relation
        base = loading.reserve(model, total) - 1 if is_numbered else 0
        for year in years:
            for each, found in zip(counts, bases, strict=True):
                found.setdefault(model, {})[year] = base
                base += each.get(model, {}).get(year, 0)
    return bases
