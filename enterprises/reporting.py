"""Who reports for a year and how far each return has come: board, list of years and reminders."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from zonetrack.records import in_reader_language
from zonetrack.years.models import ReportingYear

from .models import Return, State
from .opening import expected

MISSING = "missing"  # in place of a state: there is no return yet
HANDED_IN = (State.SUBMITTED, State.APPROVED)
STATES = (MISSING, *State.values)


@dataclass(frozen=True)
class Reporting:
    """One enterprise that reports for a year. `filing`: its return's key, None without one."""

    enterprise: int
    name_en: str
    name_zh: str
    park: int
    filing: int | None
    state: str

    @property
    def name(self) -> str:
        return in_reader_language(self.name_en, self.name_zh)

    @property
    def status(self) -> str:
        """The state of the return; one that does not exist has not been started."""
        return State.NOT_STARTED if self.state == MISSING else self.state

    @property
    def is_outstanding(self) -> bool:
        """Whether it still has to be handed in."""
        return self.state not in HANDED_IN


def reporting(year: int, park_ids: Iterable[int]) -> list[Reporting]:
    """The enterprises of some parks that report for a year, by name; two queries.

    A return counts in the park it was made for. One that was prepared for an enterprise which is
    not expected any more, and never begun, is left out.
    """
    parks = list(park_ids)
    there = expected(year).filter(park__in=parks).order_by("from_year", "pk")
    anywhere = Return.objects.filter(year=year, enterprise=OuterRef("enterprise"))
    wanted = list(
        there.values_list(
            "enterprise", "enterprise__name_en", "enterprise__name_zh", "park", Exists(anywhere)
        )
    )
    awaited = {enterprise for enterprise, *_rest in wanted}
    returns = Return.objects.filter(year=year, park__in=parks).order_by()
    found = {
        row.enterprise: row
        for row in (
            Reporting(*values)
            for values in returns.values_list(
                "enterprise",
                "enterprise__name_en",
                "enterprise__name_zh",
                "park",
                "pk",
                "state",
            )
        )
        if row.state != State.NOT_STARTED or row.enterprise in awaited
    }
    for enterprise, english, chinese, park, has_return in wanted:
        if not has_return:
            found[enterprise] = Reporting(enterprise, english, chinese, park, None, MISSING)
    return sorted(found.values(), key=lambda row: (row.name, row.enterprise))


def reporting_years(
    rows: Iterable[ReportingYear], home: Mapping[int, int]
) -> Iterator[tuple[ReportingYear, list[Reporting]]]:
    """Each year of a zone with who reports for it in the zone's own parks.

    `home`: the zones of the parks that are asked for, by key.
    """
    rows = list(rows)
    found = defaultdict(list)
    for year in {row.year for row in rows}:
        for one in reporting(year, home):
            found[year, home[one.park]].append(one)
    for row in rows:
        yield row, found[row.year, row.zone_id]


def state_words(state: str) -> str:
    """One of STATES in words."""
    return _("No return yet") if state == MISSING else str(State(state).label)


def tally(rows: Iterable[Reporting]) -> Counter:
    """How many there are in each state."""
    return Counter(row.state for row in rows)
