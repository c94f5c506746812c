"""What the form of one return shows: its figures beside earlier years, checks, records known."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.utils.translation import gettext as _

from enterprises.models import Return, State, Title
from enterprises.reporting import Reporting, reporting
from rd_centers.models import Center, CenterHost
from zonetrack import entering, numbers, workflow
from zonetrack.access.scope import Scope
from zonetrack.addresses import address_of
from zonetrack.checking import Facts, Finding
from zonetrack.lists.cells import Cell
from zonetrack.lists.returned import GROUPS, MEASURES, Measure
from zonetrack.projects.models import Project
from zonetrack.return_checks import facts_of, findings
from zonetrack.years.closing import ClosedYear
from zonetrack.years.models import ReportingYear, usual_due_day

from . import entry_cells
from .entry_conflicts import Differing, Saved, last_saved, last_sent_back
from .entry_lines import Asked, Line
from .entry_sent import Sent
from .yearly_places import form_of

BY_NAME = {measure.name: measure for measure in MEASURES}
NEIGHBORS_SHOWN = 8
RETURNS = Return.objects.select_related("enterprise", "park__home_zone", "figures", "patents")


@dataclass
class Sheet:
    """The whole form. `conflict`: figures in which what was sent is not what is stored.

    `is_kept`: what was sent comes back as it was, and is not compared with what is stored yet.
    """

    scope: Scope
    filing: Return
    today: date
    sent: Sent = field(default_factory=Sent)
    conflict: list[Differing] | None = None
    told: str = ""
    no_comment: bool = False  # sent back without one
    is_kept: bool = False

    def __post_init__(self):
        zone, year = self.filing.park.home_zone, self.filing.year
        self.reporting_year = ReportingYear.objects.filter(zone=zone, year=year).first()
        self.saved: Saved | None = None
        self.facts: Facts | None = None
        if self.filing.pk:
            self.saved = last_saved(self.filing, reader=self.scope.user)
            self.facts = facts_of(self.filing, self.scope.limit)
        self.asked = self.all_asked()
        self.lines = {name: self.line(measure) for name, measure in BY_NAME.items()}

    # What may be done

    @property
    def is_closed(self) -> bool:
        return self.reporting_year is not None and self.reporting_year.is_closed

    @cached_property
    def locked(self) -> str:
        """Why nothing can be entered; empty where something can."""
        if self.is_closed:
            return str(ClosedYear(self.filing.park.home_zone.name, self.filing.year))
        return str(entering.Approved()) if self.filing.state == State.APPROVED else ""

    @property
    def decides(self) -> bool:
        return not self.is_closed and workflow.may_decide(self.scope, self.filing.park_id)

    @property
    def may_submit(self) -> bool:
        return not self.locked and self.filing.state != State.SUBMITTED

    @property
    def may_approve(self) -> bool:
        return self.decides and self.filing.state == State.SUBMITTED

    @property
    def may_send_back(self) -> bool:
        return self.decides and self.filing.state in (State.SUBMITTED, State.APPROVED)

    # What it shows

    @property
    def opened(self) -> int:
        """The number of what is stored; 0 where nothing is yet."""
        return entering.opened_number(self.filing) if self.filing.pk else 0

    @property
    def opened_by_sender(self) -> int | str:
        """Stays as it was until the sender has seen a conflict and decided about it."""
        if self.conflict is None and not self.is_kept:
            return self.opened
        return "" if self.sent.opened is None else self.sent.opened

    @cached_property
    def asked_before(self):
        """What was asked the last time, for who looks whether it has been mended."""
        return last_sent_back(self.filing) if self.filing.state == State.SUBMITTED else None

    @property
    def due(self) -> date:
        row = self.reporting_year
        return row.due if row else usual_due_day(self.filing.year)

    @property
    def is_late(self) -> bool:
        return self.today > self.due and self.filing.state not in (State.SUBMITTED, State.APPROVED)

    @property
    def years(self) -> list[int]:
        return [self.filing.year - 2, self.filing.year - 1]

    @property
    def groups(self) -> list[tuple[Any, list[Line]]]:
        return [
            (GROUPS[key], [self.lines[measure.name] for measure in measures])
            for key, measures in groupby(MEASURES, key=attrgetter("group"))
        ]

    @cached_property
    def open_asked(self) -> list[Asked]:
        return [one for one in self.asked if one.is_open]

    @cached_property
    def errors(self) -> int:
        return sum(one.is_error for one in self.asked)

    @property
    def to_confirm(self) -> int:
        return len(self.open_asked) - self.errors

    @property
    def filled(self) -> int:
        return sum(bool(line.was) for line in self.lines.values())

    @property
    def unread(self) -> list[Line]:
        return [line for line in self.lines.values() if line.error]

    def all_asked(self) -> list[Asked]:
        """What the checks find in the stored figures."""
        if self.facts is None:
            return []
        found = findings(self.facts)
        known = workflow.explained(self.filing, found) if found else {}
        return [self.one_asked(finding, known.get(finding.check.key)) for finding in found]

    def one_asked(self, finding: Finding, known) -> Asked:
        typed = self.sent.reasons.get(finding.check.key)
        reason = typed if typed is not None else known.reason if known else ""
        return Asked(finding, reason, is_explained=known is not None)

    def line(self, measure: Measure) -> Line:
        now, name = measure.of(self.filing), measure.name
        earlier = [self.facts.earlier.get(year, {}) if self.facts else {} for year in self.years]
        values = [figures.get(name) for figures in earlier]
        return Line(
            measure,
            earlier=[numbers.number(value) for value in values],
            text=self.text_of(name, now),
            was=entry_cells.written(now),
            shown=numbers.number(now),
            change=str(numbers.change(self.sent.figures.get(name, now), values[-1])),
            error=self.sent.errors.get(name, ""),
            asked=[one for one in self.asked if one.finding.fields[0] == name],
            is_locked=bool(self.locked),
        )

    def text_of(self, name: str, now) -> str:
        """What was typed; what is stored, where nothing was typed or the sender had left it."""
        if name not in self.sent.typed or any(
            one.name == name and one.kept for one in self.conflict or []
        ):
            return entry_cells.written(now)
        return self.sent.typed[name]

    @property
    def differing(self) -> list[tuple[Measure, Differing]]:
        return [(BY_NAME[one.name], one) for one in self.conflict or []]

    @property
    def records(self) -> list[tuple[Any, Cell]]:
        return records_of(self.scope, self.filing, self.facts)


# What the registers hold of the enterprise


def records_of(scope: Scope, filing: Return, facts: Facts | None) -> list[tuple[Any, Cell]]:
    """Counts of single records in the year or at its end, each with its list."""
    own, year = filing.enterprise_id, filing.year
    beside = CenterHost.objects.filter(enterprise=own).order_by().values("center")
    led = Q(host=own) | Q(pk__in=beside)
    bodies = Center.objects.held_at_end_of(year).filter(led)
    titles = Title.objects.held_at_end_of(year).filter(enterprise=own)
    projects = Project.objects.running_in(year).filter(enterprise=own)
    n = counts(map(scope.limit, (bodies, titles, projects)))
    return [
        *patent_records(filing, facts),
        (_("R&D bodies at the end of the year"), counted(n[0], "center-list", own)),
        (_("Titles at the end of the year"), counted(n[1], "title-list", own)),
        (_("Projects in the year"), counted(n[2], "project-list", own)),
    ]


def patent_records(filing: Return, facts: Facts | None) -> list[tuple[Any, Cell]]:
    known = facts.register if facts else None
    if known is None:
        return [(_("Patents"), Cell(_("none in the register")))]
    year = filing.year
    kinds = {"filed": f"&year={year}", "granted": f"&granted_year={year}", "in_force": ""}
    return [
        (
            BY_NAME[name].label,
            Cell(
                numbers.number(known[name]),
                url=f"{address_of('patent-list')}?enterprise={filing.enterprise_id}{query}",
                sub=_("of which inventions: %(n)s")
                % {"n": numbers.number(known[f"{name}_inventions"])},
            ),
        )
        for name, query in kinds.items()
    ]


def counts(several: Iterable[QuerySet]) -> list[int]:
    """How many rows each of several queries has, in one."""
    first, *others = (
        rows.order_by().values(place=Value(place)).annotate(n=Count("pk"))
        for place, rows in enumerate(several)
    )
    found = {row["place"]: row["n"] for row in first.union(*others, all=True)}
    return [found[place] for place in range(len(others) + 1)]


def counted(n: int, view: str, enterprise: int) -> Cell:
    return Cell(numbers.number(n), url=f"{address_of(view)}?enterprise={enterprise}" if n else "")


# The other enterprises of the park


@dataclass(frozen=True)
class Neighbor:
    row: Reporting
    year: int
    is_current: bool

    @property
    def url(self) -> str:
        return form_of(self.row, self.year)


def neighbors(filing: Return) -> tuple[list[Neighbor], list[Neighbor]]:
    """All who report for the park and year, by name; and some of them around the return."""
    rows = [
        Neighbor(row, filing.year, row.enterprise == filing.enterprise_id)
        for row in reporting(filing.year, [filing.park_id])
    ]
    here = next((n for n, one in enumerate(rows) if one.is_current), 0)
    first = max(0, min(here - NEIGHBORS_SHOWN // 2, len(rows) - NEIGHBORS_SHOWN))
    return rows, rows[first : first + NEIGHBORS_SHOWN]


def next_open(rows: Iterable[Neighbor]) -> Neighbor | None:
    """The next one after the return that still has to be handed in, begun again at the first."""
    rows = list(rows)
    here = next((n for n, one in enumerate(rows) if one.is_current), -1)
    ahead = rows[here + 1 :] + rows[: max(here, 0)]
    return next((one for one in ahead if one.row.is_outstanding), None)
