"""From facts to values: what each indicator was, by place and year.

Every source is asked once for all indicators that read it, so the number of queries depends on
the sources alone: not on indicators, records, enterprises or years.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from zonetrack.sums import reading
from zonetrack.sums.facts import names

from .declaration import Ask, ByParkAndYear, Facts, Indicator, Number, is_by_day


@dataclass(frozen=True)
class Value:
    """One indicator in one place and year, as the records have it.

    `value` is None where nothing is reported or a denominator is 0. Of `expected` returns
    `approved` are approved and `reported` of these hold such figures; `waiting` are handed in,
    `drafts` are begun; `unapproved` of them are counted along (None: not a matter of returns).
    """

    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    reported: int | None = None
    expected: int | None = None
    approved: int | None = None
    waiting: int | None = None
    drafts: int | None = None
    unapproved: int | None = None


class Readings:
    """The facts of some indicators by park and year, read from the database once."""

    def __init__(self, indicators: Iterable[Indicator], ask: Ask):
        self.ask = ask
        self._rows: dict = {}
        wanted = {facts for indicator in indicators for facts in facts_of(indicator)}
        self._read: dict[Facts, ByParkAndYear] = self._summed(wanted)
        for facts in wanted:
            self._by_park(facts)

    def _summed(self, wanted: set[Facts]) -> dict[Facts, ByParkAndYear]:
        """What the yearly sums hold of it; for the years in which the day decides, counted now."""
        known = wanted & names().keys()
        stored = reading.by_park(self.ask) if known else None
        if stored is None:
            return {}
        found = {facts: stored.of(facts) for facts in known}
        by_day = [facts for facts in known if is_by_day(facts.source)]
        if by_day and stored.first_live <= self.ask.last:
            now = replace(self.ask, first=max(self.ask.first, stored.first_live))
            rows = {source: source(now) for source in {facts.source for facts in by_day}}
            for facts in by_day:
                found[facts] |= facts.read(rows[facts.source], now)
        return found

    def rows(self, source) -> list:
        """The grouped rows of a source, for what a page shows beside the indicators."""
        if source not in self._rows:
            self._rows[source] = source(self.ask)
        return self._rows[source]

    def rows_in(self, source, year: int) -> list:
        """The grouped rows of one year alone, where the others are known from the yearly sums."""
        if source in self._rows:
            return [row for row in self._rows[source] if row.year == year]
        return source(replace(self.ask, first=year, last=year))

    def value(self, indicator: Indicator, park_ids: Iterable[int], year: int) -> Value:
        """The value over some parks in one year."""
        parks = list(park_ids)
        returns = {
            name: self._count(facts, parks, year)
            for name, facts in indicator.basis.of_returns.items()
        }
        if indicator.numerator is not None:
            above = self._sum(indicator.numerator.facts, parks, year)
            below = self._sum(indicator.denominator.facts, parks, year)
            return Value(divide(above, below, indicator.scale), above, below, **returns)
        if indicator.counts is None:
            return Value(None)
        return Value(self._sum(indicator.counts.facts, parks, year), **returns)

    def _by_park(self, facts: Facts) -> ByParkAndYear:
        if facts not in self._read:
            self._read[facts] = facts.read(self.rows(facts.source), self.ask)
        return self._read[facts]

    def _sum(self, facts: Facts, parks: list[int], year: int) -> Number | None:
        """The sum over the parks that have a value; None where none has."""
        by_park = self._by_park(facts)
        found = [by_park[park, year] for park in parks if (park, year) in by_park]
        return sum(found) if found else None

    def _count(self, facts: Facts | None, parks: list[int], year: int) -> int | None:
        return None if facts is None else int(self._sum(facts, parks, year) or 0)


def facts_of(indicator: Indicator) -> list[Facts]:
    wanted = [part.facts for part in indicator.parts.values()]
    return wanted + [facts for facts in indicator.basis.of_returns.values() if facts]


def divide(above: Number | None, below: Number | None, scale: int) -> Decimal | None:
    """Parts are summed first and divided last; a missing part or a zero below gives None."""
    if above is None or not below:
        return None
    return Decimal(above) * scale / Decimal(below)
