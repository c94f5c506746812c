"""The completeness board of a zone's year: who has reported what, what is missing and overdue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from django.core.paginator import Paginator
from django.db.models import Max, Value
from django.http import QueryDict
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from enterprises.models import Park, Return, YearlyFigures
from enterprises.reporting import MISSING, STATES, Reporting, reporting, state_words, tally
from patents.models import PatentCounts
from zonetrack import changes, tabular
from zonetrack.access.models import User
from zonetrack.access.scope import request_scope
from zonetrack.admin_base import when
from zonetrack.numbers import NOTHING
from zonetrack.templatetags.states import filled, state_mark
from zonetrack.years.models import ReportingYear, usual_due_day

from .yearly_places import (
    form_of,
    may_manage,
    parks_entered,
    refuse_other_years,
    zone_or_404,
)
from .years_page import COUNTED, shown_inside, state_heads

A_PAGE = 100
# Histories that tell when something of a return was changed, with their link to it.
HISTORIES = (
    (Return.history.model, "id"),
    (YearlyFigures.history.model, "filing"),
    (PatentCounts.history.model, "filing"),
)


@dataclass(frozen=True)
class Asked:
    """What the board is narrowed down to; what cannot be used is left out."""

    park: Park | None = None
    state: str = ""
    overdue: bool = False

    def takes(self, row: Reporting, late: bool) -> bool:
        if self.park and row.park != self.park.pk:
            return False
        if self.state and row.state != self.state:
            return False
        return not self.overdue or (late and row.is_outstanding)

    def query(self) -> str:
        data = QueryDict(mutable=True)
        for name, value in (
            ("park", self.park and self.park.key),
            ("state", self.state),
            ("overdue", "1" if self.overdue else ""),
        ):
            if value:
                data[name] = value
        return data.urlencode()


def asked_of(data: QueryDict, parks: Iterable[Park]) -> Asked:
    by_key = {park.key: park for park in parks}
    state = data.get("state", "")
    return Asked(
        park=by_key.get(data.get("park", "")),
        state=state if state in STATES else "",
        overdue=data.get("overdue") == "1",
    )


@dataclass(frozen=True)
class Changed:
    """The last change of a return or of its figures."""

    at: datetime
    by: str


@dataclass(frozen=True)
class Shown:
    """A line of the board."""

    row: Reporting
    park: Park
    year: int
    late: bool
    changed: Changed | None

    @property
    def state_words(self) -> str:
        return state_words(self.row.state)

    @property
    def overdue(self) -> bool:
        return self.late and self.row.is_outstanding

    @property
    def url(self) -> str:
        """The form in which the figures are entered."""
        return form_of(self.row, self.year)

    @property
    def html(self) -> SafeString:
        """The row of the table, written here because a page has a hundred of them."""
        state, late, changed = state_mark(self.row.state, self.state_words), "", NOTHING
        if self.overdue:
            late = filled(" {}\n", state_mark("late", _("Overdue")))
        if self.changed:
            changed = f"{when(self.changed.at)} · {self.changed.by}"
        name, park = self.row.name, self.park.name
        return filled(ROW, self.url, name, park, state, late, changed)


ROW = """<tr><th scope="row"><a href="{}">{}</a></th><td>{}</td>
    <td>{}
{}</td>
    <td>{}</td></tr>"""


def board(request, zone, year):
    found = found_for(request, zone, year)
    if request.GET.get("format") in ("csv", "xlsx"):
        name = f"{found['zone'].key}-{year}-board"
        return exported(
            request.GET["format"], name, found["title"], lines_of(found, found["chosen"])
        )
    context = found | {
        "manages": may_manage(request_scope(request), found["zone"]),
        "heads": state_heads(),
        "states": [(state, state_words(state)) for state in COUNTED],
        "lines": lines_of(found, list(found["page_obj"])),
    }
    return shown_inside(request, "returns/board.html", context)


def found_for(request, zone: str, year: int) -> dict:
    """What board and API tell of a zone's year; `chosen` are all rows that were asked for."""
    scope, today = request_scope(request), timezone.localdate()
    zone = zone_or_404(scope, zone)
    refuse_other_years(year, today)
    opened = ReportingYear.objects.filter(zone=zone, year=year).first()
    due = opened.due if opened else usual_due_day(year)
    parks = parks_entered(scope, [zone])
    rows = reporting(year, [park.pk for park in parks])
    asked, late = asked_of(request.GET, parks), today > due
    chosen = in_order([row for row in rows if asked.takes(row, late)], parks)
    return {
        "title": _("Who has reported for %(year)d: %(zone)s") % {"year": year, "zone": zone.name},
        "zone": zone,
        "year": year,
        "opened": opened,
        "due": due,
        "late": late,
        "parks": parks,
        "asked": asked,
        "query": asked.query(),
        "totals": totals(rows, parks, late),
        "missing": sum(row.state == MISSING for row in rows),
        "chosen": chosen,
        "page_obj": Paginator(chosen, A_PAGE).get_page(request.GET.get("page")),
    }


def lines_of(found: dict, rows: list[Reporting]) -> list[Shown]:
    return shown_rows(rows, found["parks"], found["year"], found["late"])


def in_order(rows: list[Reporting], parks: list[Park]) -> list[Reporting]:
    """By park, and within it by name."""
    place = {park.pk: at for at, park in enumerate(parks)}
    return sorted(rows, key=lambda row: place[row.park])


def totals(rows: list[Reporting], parks: list[Park], late: bool) -> list[dict]:
    """One line for each park in which somebody reports, and the sum of several as the last."""
    by_park = {park.pk: [row for row in rows if row.park == park.pk] for park in parks}
    lines = [
        total(park.name, by_park[park.pk], late) | {"key": park.key}
        for park in parks
        if by_park[park.pk]
    ]
    return [*lines, total(_("Together"), rows, late)] if len(lines) > 1 else lines


def total(name: str, rows: list[Reporting], late: bool) -> dict:
    counts = tally(rows)
    return {
        "name": name,
        "expected": len(rows),
        "counts": [counts[state] for state in COUNTED],
        "overdue": sum(row.is_outstanding for row in rows) if late else 0,
    }


def shown_rows(rows: list[Reporting], parks: list[Park], year: int, late: bool) -> list[Shown]:
    by_key = {park.pk: park for park in parks}
    changed = last_changes([row.filing for row in rows if row.filing])
    return [Shown(row, by_key[row.park], year, late, changed.get(row.filing)) for row in rows]


def last_changes(filings: list[int]) -> dict[int, Changed]:
    """When each return or one of its figures was last changed, and by whom; two queries."""
    several = []
    for place, (model, link) in enumerate(HISTORIES):
        rows = model.objects.filter(**{f"{link}__in": filings}).order_by()
        last = rows.values(link).annotate(last=Max("history_id")).values("last")
        entries = model.objects.filter(history_id__in=last).order_by()
        several.append(entries.values_list(Value(place), link, "history_date", "history_user"))
    first, *others = several
    found: dict[int, tuple[datetime, int | None]] = {}
    for _place, filing, at, user in sorted(first.union(*others, all=True), key=itemgetter(0)):
        if filing not in found or at > found[filing][0]:
            found[filing] = at, user
    people = User.objects.in_bulk({user for _at, user in found.values() if user})
    return {
        filing: Changed(at, changes.named(people.get(user))) for filing, (at, user) in found.items()
    }


def exported(chosen: str, name: str, title: str, lines: list[Shown]):
    heads = [
        _("Park"),
        _("Enterprise"),
        _("State"),
        _("Overdue"),
        _("Last change"),
        _("Changed by"),
    ]
    rows = (
        [
            line.park.name,
            line.row.name,
            line.state_words,
            line.overdue,
            line.changed and line.changed.at,
            line.changed and line.changed.by,
        ]
        for line in lines
    )
    if chosen == "csv":
        return tabular.csv_response(f"{name}.csv", heads, rows)
    return tabular.xlsx_response(f"{name}.xlsx", [tabular.Sheet(title, heads, rows)])
