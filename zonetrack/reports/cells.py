"""Cells of a report's tables: lines and records as they are written and as they are counted."""

from datetime import date
from decimal import Decimal

from zonetrack import numbers, punctuation
from zonetrack.indicators.declaration import Indicator, Kind
from zonetrack.lists.cells import when
from zonetrack.lists.returned import IN_YUAN as TEN_THOUSAND_YUAN
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Line

from .document import Cell, Row


def text(words, url: str | None = "") -> Cell:
    return Cell(str(words) if words else numbers.NOTHING, url=url or "")


def count(value: Decimal | int | None, url: str | None = "") -> Cell:
    return Cell(numbers.number(value), value, 0, url=url or "")


def year(value: int | None) -> Cell:
    """Never grouped, and no number to be added up."""
    return Cell(str(value) if value else numbers.NOTHING)


def dated(at: int | None, day: date | None) -> Cell:
    """The day where it is known, else the year."""
    return Cell(when(at, day) or numbers.NOTHING, day)


def money(value: Decimal | None, url: str | None = "") -> Cell:
    """In 10,000 yuan."""
    return Cell(numbers.money(value), value, 2, unit=str(TEN_THOUSAND_YUAN), url=url or "")


def of_indicator(indicator: Indicator, words: str, number, decimals, url: str = "") -> Cell:
    unit = "" if indicator.is_percent else str(indicator.unit)
    return Cell(words, number, decimals, indicator.is_percent, unit, url)


def private_money(value: Decimal | None, hides: bool) -> Cell:
    """An amount of one enterprise in a column of 10,000 yuan; left out where such are hidden."""
    return Cell(numbers.NOTHING) if hides else Cell(numbers.number(value), value)


def value(line: Line) -> Cell:
    """The value of a line, which opens what is behind it; else how many rows are known."""
    url = wording.open_url(line)
    if line.value is None and line.actual.known:
        return Cell(wording.known_text(line.actual.known), url=url or "")
    words = wording.value_text(line.indicator, line.value)
    return of_indicator(line.indicator, words, line.value, line.indicator.decimals, url or "")


def previous(line: Line) -> Cell:
    before = line.previous.value
    words = wording.value_text(line.indicator, before)
    return of_indicator(line.indicator, words, before, line.indicator.decimals)


def change(line: Line, *, running: bool = False) -> Cell:
    """Percentages differ by percentage points, so the value is none to be written with a %.

    What is counted so far in a running year, and sums of returns that are not all in, are not
    measured by a whole year.
    """
    if not line.actual.complete or (running and line.indicator.kind == Kind.FLOW):
        return Cell(numbers.NOTHING)
    words = wording.change_text(line)
    return Cell(words, line.change, line.indicator.decimals, unit=str(line.indicator.unit))


def target(line: Line) -> Cell:
    aim = line.aim.value if line.aim else None
    return of_indicator(line.indicator, wording.target_text(line.aim, line.indicator), aim, None)


def attainment(line: Line) -> Cell:
    """In percent of the target."""
    share = line.judgement.attainment
    return Cell(line.judgement.percent, None if share is None else share * 100, 0, percent=True)


def status(line: Line) -> Cell:
    return Cell(wording.status_text(line), status=line.judgement.status.value)


def row(*cells: Cell, kind: str = "", key: str = "") -> Row:
    return Row(tuple(cells), kind, key)


def group(name) -> Row:
    """A heading over the rows that follow."""
    return Row((Cell(str(name)),), "group")


def named(line: Line) -> str:
    """The name of the indicator with its unit."""
    return f"{line.indicator.name}{unit_behind(wording.unit_text(line.indicator))}"


def unit_behind(unit: str) -> str:
    """A unit behind the name that it belongs to; empty where there is none."""
    return punctuation.brackets(unit) if unit else ""
