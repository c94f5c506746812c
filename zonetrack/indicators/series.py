"""From facts to values: what each indicator was, by place and year.

Every source is asked once for all indicators that read it, so the number of queries depends on
the sources alone: not on indicators, records, enterprises or years.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from zonetrack.sums import reading
from zonetrack.sums.facts import names
from zonetrack.sums.reading import ALL_PARKS

from .calendar import FAR_YEAR
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
    """The facts of some indicators by place and year, read from the database once.

    Read are the parks asked for; or, where `zones` are given, these as wholes; or, where the
    parks are None, all of them as one. Yearly sums are read wherever they are complete, else the
    registers are counted by park.
    """

    def __init__(
        self, indicators: Iterable[Indicator], ask: Ask, zones: frozenset[int] | None = None
    ):
        self.ask = ask
        self._rows: dict = {}
        self._read: dict[Facts, ByParkAndYear] = {}
        self._sums: dict[Facts, ByParkAndYear] = {}
        self._sums_end = FAR_YEAR  # from when on what changes with the day is counted by park
        wanted = {facts for indicator in indicators for facts in facts_of(indicator)}
        self._take_sums(wanted & names().keys(), zones)
        for facts in wanted - self._sums.keys():
            self._by_park(facts)

    def _take_sums(self, known: set[Facts], zones: frozenset[int] | None) -> None:
        """What the yearly sums hold; for the years in which the day decides, counted by park."""
        if not known:
            return
        if zones is not None:
            stored = reading.by_zone(zones, self.ask)
        elif self.ask.park_ids is None:
            stored = reading.of_nation(self.ask)
        else:
            stored = reading.by_park(self.ask)
        if stored is None:
            return
        found = {facts: stored.of(facts) for facts in known}
        by_day = [facts for facts in known if is_by_day(facts.source)]
        if by_day and stored.first_live <= self.ask.last:
            now = replace(self.ask, first=max(self.ask.first, stored.first_live))
            rows = {source: source(now) for source in {facts.source for facts in by_day}}
            self._read = {facts: facts.read(rows[facts.source], now) for facts in by_day}
        if zones is None and self.ask.park_ids is not None:
            self._read = {facts: sums | self._read.get(facts, {}) for facts, sums in found.items()}
        self._sums, self._sums_end = found, stored.first_live

    def _is_summed(self, facts: Facts, year: int) -> bool:
        live = is_by_day(facts.source) and year >= self._sums_end
        return facts in self._sums and not live

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
        return value_of(indicator, lambda facts: self._sum(facts, parks, year))

    def value_of_zone(
        self, indicator: Indicator, zone: int, park_ids: Iterable[int], year: int
    ) -> Value:
        """The value of one of the `zones`, which consists of these parks in the year."""
        parks = list(park_ids)
        return value_of(
            indicator,
            lambda facts: (
                self._sums[facts].get((zone, year))
                if self._is_summed(facts, year)
                else self._sum(facts, parks, year)
            ),
        )

    def value_everywhere(self, indicator: Indicator, year: int) -> Value:
        """The value over all parks, each once."""
        return value_of(
            indicator,
            lambda facts: (
                self._sums[facts].get((ALL_PARKS, year))
                if self._is_summed(facts, year)
                else self._sum(
                    facts, {park for park, at in self._by_park(facts) if at == year}, year
                )
            ),
        )

    def _by_park(self, facts: Facts) -> ByParkAndYear:
        if facts not in self._read:
            self._read[facts] = facts.read(self.rows(facts.source), self.ask)
        return self._read[facts]

    def _sum(self, facts: Facts, parks: Iterable[int], year: int) -> Number | None:
        """The sum over the parks that have a value; None where none has."""
        by_park = self._by_park(facts)
        found = [by_park[park, year] for park in parks if (park, year) in by_park]
        return sum(found) if found else None


def value_of(indicator: Indicator, amount: Callable[[Facts], Number | None]) -> Value:
    """A value made of its facts. Parts are summed before they are divided."""
    returns = {
        name: None if facts is None else int(amount(facts) or 0)
        for name, facts in indicator.basis.of_returns.items()
    }
    if indicator.numerator is not None:
        above, below = amount(indicator.numerator.facts), amount(indicator.denominator.facts)
        return Value(divide(above, below, indicator.scale), above, below, **returns)
    if indicator.counts is None:
        return Value(None)
    return Value(amount(indicator.counts.facts), **returns)


def facts_of(indicator: Indicator) -> list[Facts]:
    wanted = [part.facts for part in indicator.parts.values()]
    return wanted + [facts for facts in indicator.basis.of_returns.values() if facts]


def divide(above: Number | None, below: Number | None, scale: int) -> Decimal | None:
    """Parts are summed first and divided last; a missing part or a zero below gives None."""
    if above is None or not below:
        return None
    return Decimal(above) * scale / Decimal(below)
