"""What a report is made of: the lines and records of one place and year, read once."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from enterprises.places import Place
from zonetrack import catalog
from zonetrack.dashboards import panels
from zonetrack.dashboards.headline import coverage_line
from zonetrack.targets.scorecard import Line, Scorecards

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
    def lines(self) -> list[Line]:
        return self.cards.scorecard(self.year)

    @cached_property
    def next_lines(self) -> list[Line]:
        return self.cards.scorecard(self.year + 1)

    def line(self, key: str, year: int | None = None, place: Place | None = None) -> Line:
        """One indicator by its key."""
        return self.cards.line(catalog.BY_KEY[key], year or self.year, place)

    def track(self, key: str) -> list[Line]:
        """One indicator, year by year to the report's own."""
        lines = self.cards.track_record(catalog.BY_KEY[key])
        return [line for line in lines if line.year <= self.year]

    def of_topic(self, topic: str) -> list[Line]:
        """The lines of a topic that have anything to show."""
        return [line for line in self.lines if line.indicator.topic == topic and line.has_anything]

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
