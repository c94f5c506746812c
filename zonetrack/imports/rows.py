"""The rows of a table as values by field, each read by itself; nothing is looked up yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from .columns import Used
from .fields import CLEAR, DASH, DATED, Number, Rounded, asks_to_clear, is_blank, written
from .reading import ErrorCell, from_1900, some
from .told import Level, Problem, RowPlan, Wrong


@dataclass
class Read:
    """What one row says. `year`: that over the columns, where years stand side by side."""

    number: int
    year: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    line: Any = None
    columns: dict[str, Used] = field(default_factory=dict)  # the same for all rows
    problems: list[Problem] = field(default_factory=list)
    has_dash: bool = False

    @cached_property
    def cells(self) -> dict[str, tuple[Used, Any]]:
        """Those that are not blank, by the key of their field; few rows are asked for them."""
        found = ((used, cell_of(self.line, used)) for used in self.columns.values())
        return {used.field.key: (used, cell) for used, cell in found if not is_blank(cell)}

    def get(self, key: str, otherwise=None):
        """None where the row leaves it or clears it."""
        value = self.values.get(key)
        return otherwise if value is None or value is CLEAR or value is DASH else value

    def gives(self, key: str) -> bool:
        """Whether the row changes the field: to a value, or to none."""
        return key in self.values and self.values[key] is not DASH

    def problem(self, level: Level, key: str, sentence, hint="") -> Problem:
        used, cell = self.cells.get(key, (self.columns.get(key), None))
        return Problem(
            level,
            str(sentence),
            str(hint),
            used.head if used else "",
            used.letter if used else "",
            written(cell) if used and not is_blank(cell) else "",
        )

    def wrong(self, refusal: Wrong) -> Problem:
        return self.problem(Level.ERROR, refusal.field, refusal.sentence, refusal.hint)

    def plan(self) -> RowPlan:
        return RowPlan(self.number, problems=list(self.problems))


def read_rows(table, columns: Iterable[Used], spread: set[str] = frozenset()) -> list[Read]:
    """`spread`: fields whose columns may stand once for each year; a row is then read once a
    year."""
    columns = [Reader(used) for used in columns if used.field is not None]
    shared = [column for column in columns if column.key not in spread]
    by_year: dict[int | None, list[Reader]] = {}
    for column in columns:
        if column.key in spread:
            by_year.setdefault(column.used.year, []).append(column)
    places = {
        year: {column.key: column.used for column in (*shared, *by_year.get(year, ()))}
        for year in (None, *by_year)
    }
    years = sorted(by_year.items(), key=lambda item: item[0] or 0)
    found = []
    for line in table.rows:
        told = False
        if line.problem:
            found.append(Read(line.number, problems=[Problem(Level.ERROR, line.problem)]))
            continue
        for year, own in years:
            if len(years) > 1 and all(is_blank(cell_of(line, column.used)) for column in own):
                continue
            read = Read(line.number, year, line=line, columns=places[year])
            # What is wrong with the shared columns is said once.
            read_cells(read, line, shared, tell=not told)
            read_cells(read, line, own)
            told = True
            found.append(read)
        if not told:
            read = Read(line.number, line=line, columns=places[None])
            read_cells(read, line, shared)
            found.append(read)
    return found


def cell_of(line, used: Used):
    return line.cells[used.column] if used.column < len(line.cells) else None


class Reader:
    """A column as its cells are read. Nearly all cells of figures are whole numbers: from 0 to
    `most` they need no reading, and `made` is called with them."""

    def __init__(self, used: Used):
        kind = used.field.kind
        self.used, self.place, self.key = used, used.column, used.field.key
        self.most, self.made = -1, int
        if isinstance(kind, Number) and kind.is_own(used.unit) and not used.from_1904:
            self.most, self.made = int(kind.most), Decimal if kind.places else int


def read_cells(read: Read, line, columns: Iterable[Reader], tell: bool = True) -> None:
    cells, values = line.cells, read.values
    width = len(cells)
    for column in columns:
        cell = cells[column.place] if column.place < width else None
        if type(cell) is int and 0 <= cell <= column.most:
            values[column.key] = column.made(cell)
        elif not is_blank(cell):
            try:
                value = value_of(cell, column.used)
            except Wrong as refusal:
                refusal.field = column.key
                if tell or not read.problems:
                    read.problems.append(read.wrong(refusal))
                continue
            read.has_dash |= value is DASH
            values[column.key] = value if type(value) is not Rounded else taken(read, column, value)


def taken(read: Read, column: Reader, rounded: Rounded):
    """What is kept of a number with more decimals, which is said."""
    shown = column.used.field.kind.show(rounded.value)
    read.problems.append(
        read.problem(
            Level.WARNING,
            column.key,
            _("More decimals than are kept; %(value)s is taken.") % {"value": shown},
            _("Nothing, unless the exact figure matters."),
        )
    )
    return rounded.value


def value_of(cell, used: Used):
    if isinstance(cell, ErrorCell):
        raise Wrong(cell.sentence)
    if isinstance(cell, str) and asks_to_clear(cell):
        return CLEAR
    if used.from_1904 and isinstance(used.field.kind, DATED):
        cell = from_1900(cell)
    return used.field.kind.read(cell, used.unit)


def told_dashes(columns: Iterable[Used], reads: list[Read]) -> list[str]:
    """Cells of figures with a dash or a word for nothing, which are read as not reported."""
    found, dashed = [], [read for read in reads if read.has_dash]
    for used in columns:
        if used.field is None or not isinstance(used.field.kind, Number):
            continue
        key = used.field.key
        cells = [
            f"{used.letter}{read.number}"
            for read in dashed
            if read.values.get(key) is DASH and read.cells[key][0] is used
        ]
        if cells:
            words = {"head": used.head, "cells": some(cells)}
            found.append(_("“%(head)s”: taken as not reported: %(cells)s.") % words)
    return found


def compare_totals(table, columns: Iterable[Used], reads: list[Read]) -> list[Problem]:
    """Where the file's own last row of totals says something else than its rows add up to."""
    if not table.totals:
        return []
    line, found = table.totals[-1], []
    for used in columns:
        if used.field is None or not isinstance(used.field.kind, Number):
            continue
        cell = cell_of(line, used)
        if cell is None or is_blank(cell):
            continue
        try:
            said = used.field.kind.read(cell, used.unit)
        except Wrong:
            continue
        if said is DASH:
            continue
        said = Decimal(said.value if isinstance(said, Rounded) else said)
        ours = [
            read.get(used.field.key)
            for read in reads
            if used.year in (None, read.year) and used.field.key in read.values
        ]
        ours = sum((Decimal(one) for one in ours if one is not None), Decimal(0))
        if abs(ours - said) > Decimal(1).scaleb(-used.field.kind.places) * max(len(reads), 1) / 2:
            show = used.field.kind.show
            found.append(
                Problem(
                    Level.WARNING,
                    _("Row %(row)d says %(said)s in total; the rows above add up to %(ours)s.")
                    % {"row": line.number, "said": show(said), "ours": show(ours)},
                    _("Look whether a row is missing or counted twice."),
                    used.head,
                    used.letter,
                    written(cell),
                )
            )
    return found
