"""What a report is made of: the lines and records of one place and year, read once."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from enterprises.places import Place
from zonetrack import catalog
from zonetrack.dashboards import panels
from zonetrack.dashboards.headline import coverage_line
from zonetrack.indicators.declaration import Ask
from zonetrack.targets.scorecard import Line, Scorecards, rows_behind

from .hiding import Hiding
from .records import Records

BACK = 9  # years before the report's that charts reach back


@dataclass(frozen=True)
class Options:
    """What the person who asks for a report chooses.

    `annexes`: lists of records are appended. `hide_single_money`: amounts that fewer than three
    enterprises make up are left out, and the notes say so.
    """

    annexes: bool = True
    hide_single_money: bool = False


@dataclass
class Facts:
    """`place` is in the reader's scope; all records of its parks may then be shown."""

    place: Place
    year: int
    today: date
    options: Options = field(default_factory=Options)

    @cached_property
    def cards(self) -> Scorecards:
        """Lines up to the next year, whose targets the report announces."""
        return Scorecards(
            catalog.INDICATORS, self.place, self.year - BACK, self.year + 1, today=self.today
        )

    @cached_property
    def hiding(self) -> Hiding | None:
        """What is left out; None where nothing is."""
        if not self.options.hide_single_money:
            return None
        return Hiding(self.place, self.year - BACK - 1, self.year + 1)

    @cached_property
    def lines(self) -> list[Line]:
        return [self.line(indicator.key) for indicator in catalog.INDICATORS]

    @cached_property
    def next_lines(self) -> list[Line]:
        return [self.line(indicator.key, self.year + 1) for indicator in catalog.INDICATORS]

    def line(self, key: str, year: int | None = None, place: Place | None = None) -> Line:
        """One indicator by its key, without the amounts that are to be hidden."""
        line = self.cards.line(catalog.BY_KEY[key], year or self.year, place)
        return self.hiding.applied(line) if self.hiding else line

    def track(self, key: str) -> list[Line]:
        """One indicator, year by year to the report's own."""
        return [self.line(key, year) for year in range(self.cards.first, self.year + 1)]

    def of_topic(self, topic: str) -> list[Line]:
        """The lines of a topic that have anything to show."""
        return [line for line in self.lines if line.indicator.topic == topic and line.has_anything]

    def some(self, *keys: str) -> list[Line]:
        """Those of some indicators of which a value or rows are known."""
        lines = [self.line(key) for key in keys]
        return [line for line in lines if line.value is not None or line.actual.known]

    def rows(self, key: str, year: int | None = None) -> QuerySet:
        """The rows that an indicator counts."""
        year = year or self.year
        return rows_behind(catalog.BY_KEY[key], self.place, year, today=self.today)

    @cached_property
    def records(self) -> Records:
        return Records(self)

    @cached_property
    def day(self) -> date:
        """The day on which the year is looked at: its last one, or today while it runs."""
        return Ask(None, self.year, self.year, self.today).day_of(self.year)

    def declared_complete(self, register: str) -> bool:
        since = self.place.zone.complete_from(register)
        return since is not None and since <= self.year <= self.today.year

    @cached_property
    def park_ids(self) -> frozenset[int]:
        return self.place.park_ids(self.year)

    @cached_property
    def parks(self) -> list[Place]:
        """The parks of a zone in the year; none where the report is of a park itself."""
        return [] if self.place.park else self.place.park_places(self.year)

    @cached_property
    def tables(self) -> dict[int, list[panels.Row]]:
        """The small grouped tables of the dashboard."""
        return panels.small_tables(self.place, self.year, self.today)

    @cached_property
    def coverage(self) -> Line | None:
        """A line that rests on returns: it knows how many are in."""
        return coverage_line(self.lines)

    @property
    def running(self) -> bool:
        return self.year == self.today.year

    @property
    def hides(self) -> bool:
        return self.options.hide_single_money
