"""What an indicator is. Each app declares its own beside the models it counts.

Facts come from *sources*: functions that answer an Ask with grouped rows from one query. Many
indicators may read the same source; `series` asks it once and hands each its part.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any

from zonetrack.indicators import counting

Number = int | Decimal
ByParkAndYear = dict[tuple[int, int], Number]
Where = Callable[[Any], bool]


class Kind(StrEnum):
    FLOW = "flow"  # counted over the year
    STOCK = "stock"  # level on 31 December
    RATIO = "ratio"  # two sums divided


@dataclass(frozen=True)
class Ask:
    """The question put to a source: which parks (None: all), which years, on which day."""

    park_ids: frozenset[int] | None
    first: int
    last: int
    today: date
    provisional: bool = False  # count returns that are not approved yet, too

    def limits(self, path: str = "park") -> dict:
        """The filter that keeps a query to the parks asked for."""
        return {} if self.park_ids is None else {f"{path}__in": self.park_ids}

    def day_of(self, year: int) -> date:
        """The day on which a year is looked at: its last one, or today while it runs."""
        return min(date(year, 12, 31), max(self.today, date(year, 1, 1)))


def by_day(source):
    """Mark a source whose answer depends on the day, in the year that runs and in those to come."""
    source.by_day = True
    return source


def is_by_day(source) -> bool:
    return getattr(source, "by_day", False)


@dataclass(frozen=True)
class Facts:
    """One measure of a source: values by park and year. A pair that is absent counts nothing."""

    source: Callable[[Ask], list]
    read: Callable[[list, Ask], ByParkAndYear]

    def __call__(self, ask: Ask) -> ByParkAndYear:
        return self.read(self.source(ask), ask)


def new(source, where: Where | None = None) -> Facts:
    """How many spans of the source begin in the year. Spans: rows with park, start, end, n."""
    return Facts(
        source, lambda rows, ask: counting.new_by_year(_spans(rows, where), ask.first, ask.last)
    )


def held(source, where: Where | None = None) -> Facts:
    """How many spans of the source stand on 31 December."""
    return Facts(
        source, lambda rows, ask: counting.held_by_year(_spans(rows, where), ask.first, ask.last)
    )


def total(source, column: str, where: Where | None = None) -> Facts:
    """The sum of a column over the source's rows with park and year; blanks are left out."""

    wanted = attrgetter("park", "year", column)

    def read(rows, _ask):
        sums: ByParkAndYear = {}
        for park, year, value in map(wanted, _chosen(rows, where)):
            if value:
                sums[park, year] = sums.get((park, year), 0) + value
            elif value is not None:
                sums.setdefault((park, year), value)
        return sums

    return Facts(source, read)


def _chosen(rows: Iterable, where: Where | None) -> Iterable:
    return rows if where is None else (row for row in rows if where(row))


def _spans(rows: Iterable, where: Where | None):
    return ((row.park, row.start, row.end, row.n) for row in _chosen(rows, where))


@dataclass(frozen=True)
class Basis:
    """What must be there before a number is complete.

    `registers`: names of registers that the zone must have declared complete.
    `reported` and `expected`: returns approved that hold such figures, and returns that must be
    there. `approved` counts also those that hold none. Of those not approved, `waiting` are handed
    in and `drafts` begun or sent back; the rest is missing.
    `unapproved`: returns counted although they are not approved, where that was asked for.
    """

    registers: tuple[str, ...] = ()
    reported: Facts | None = None
    expected: Facts | None = None
    approved: Facts | None = None
    waiting: Facts | None = None
    drafts: Facts | None = None
    unapproved: Facts | None = None

    @cached_property
    def of_returns(self) -> dict[str, Facts | None]:
        """The facts that count returns, by the names they have in a Value."""
        names = ("reported", "expected", "approved", "waiting", "drafts", "unapproved")
        return {name: getattr(self, name) for name in names}

    @property
    def is_returns(self) -> bool:
        return self.expected is not None


PUBLISHED_ONLY = Basis()


@dataclass(frozen=True)
class Part:
    """A count or sum that opens: its facts, and the rows behind one value.

    `rows(ask)` is the queryset behind the value of one year (ask.first = ask.last);
    `page` the list that shows it; `column` what is added up, None for a count of the rows.
    `facts` are None for rows that only check a number and are never shown as one.
    """

    facts: Facts | None
    rows: Callable[[Ask], Any]
    page: str
    column: str | None = None
    name: Any = ""
    unit: Any = ""
    money: bool = False  # in 10,000 yuan


@dataclass(frozen=True)
class Indicator:
    key: str  # kept for ever: it stands in targets, addresses and exports
    name: Any
    unit: Any
    kind: Kind
    definition: Any
    topic: str
    basis: Basis = PUBLISHED_ONLY
    counts: Part | None = None  # of a flow or stock; None if only ever published
    numerator: Part | None = None  # of a ratio
    denominator: Part | None = None
    check: Part | None = None  # rows of another register, held against the number
    scale: int = 1  # 100 for a percentage, 10_000 for "per 10 000"
    decimals: int = 0
    direction: str = "up"  # which way is better
    money: bool = False

    @property
    def whole(self) -> bool:
        """Whether the unit is whole things, so that expectations are rounded down."""
        return self.decimals == 0 and not self.money

    @property
    def published_only(self) -> bool:
        return self.counts is None and self.numerator is None

    @property
    def is_percent(self) -> bool:
        return self.scale == 100

    @property
    def openable(self) -> dict[str, Part]:
        """Everything whose rows can be opened: the parts, and what checks them."""
        return self.parts | ({"check": self.check} if self.check else {})

    @property
    def parts(self) -> dict[str, Part]:
        """What the number is made of: the count itself, or both parts of a ratio."""
        named = {"": self.counts, "numerator": self.numerator, "denominator": self.denominator}
        return {name: part for name, part in named.items() if part is not None}


class Topic(StrEnum):
    """The groups in which indicators are shown, in reading order."""

    BODIES = "bodies"
    TITLES = "titles"
    PATENTS = "patents"
    INPUT = "input"
    PROJECTS = "projects"
    ENTERPRISES = "enterprises"
    ECONOMY = "economy"
