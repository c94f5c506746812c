"""The table in which staff enter the yearly figures of a zone: enterprises down, figures across."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Park, State, Zone
from enterprises.reporting import MISSING, Reporting, reporting, state_words, tally
from zonetrack import workflow
from zonetrack.access.scope import Scope, request_scope
from zonetrack.punctuation import joined
from zonetrack.years.closing import closed_among

from . import entry_once as once
from .entry_actions import ACTIONS, Asked, Done, act, explained_words, words_of
from .entry_answers import draft_key, frame, not_the_opener
from .entry_posted import Outcome, store, typed_lines
from .entry_rows import GROUPS, LONGEST_SEARCH, Line, Wanted, lines
from .yearly_places import form_of, parks_entered, refuse_other_years, zone_or_404

LINES_A_PAGE = 100
CONFLICT = 409
MOST_TOLD = 10


@dataclass
class Table:
    """The table as one person sees it. `wanted` and `page_number` come from the address."""

    scope: Scope
    zone: Zone
    year: int
    wanted: Wanted
    page_number: str
    parks: dict[int, Park]  # of the zone, in which the person enters figures

    def rows(self) -> list[Reporting]:
        """Every enterprise that reports, as it is stored at this moment."""
        return reporting(self.year, self.parks)

    @cached_property
    def all_rows(self) -> list[Reporting]:
        return self.rows()

    @cached_property
    def page(self) -> Page:
        rows = [row for row in self.all_rows if self.wanted.takes(row, self.parks)]
        return Paginator(rows, LINES_A_PAGE).get_page(self.page_number)

    @cached_property
    def is_closed(self) -> bool:
        return bool(closed_among({(park, self.year) for park in self.parks}))

    @cached_property
    def lines(self) -> list[Line]:
        return lines(
            self.scope,
            list(self.page),
            self.parks,
            self.wanted.measures,
            year=self.year,
            closed=self.is_closed,
        )

    def anew(self) -> "Table":
        """The same table as it is stored now."""
        return replace(self)

    @property
    def may_decide(self) -> bool:
        return any(workflow.may_decide(self.scope, park) for park in self.parks)


def show(request, zone, year):
    """The table; what is posted to it is stored line by line, then the action is taken."""
    scope = request_scope(request)
    refuse_other_years(year, timezone.localdate())
    zone = zone_or_404(scope, zone)
    parks = {park.pk: park for park in parks_entered(scope, [zone])}
    table = Table(scope, zone, year, *asked(request), parks)
    if request.method == "POST":
        return take(request, table)
    return page_of(request, table)


def asked(request) -> tuple[Wanted, str]:
    """What the address asks for; what it does not understand is told and left out."""
    known = {"figures": GROUPS, "state": (MISSING, *State.values)}
    given = {name: request.GET.get(name, "") for name in ("figures", "park", "state")}
    for name, choices in known.items():
        if given[name] and given[name] not in choices:
            messages.warning(request, _("The address of the table was not understood."))
            given[name] = ""
    wanted = Wanted(
        figures=given["figures"] or "rd",
        park=given["park"],
        state=given["state"],
        name=request.GET.get("q", "")[:LONGEST_SEARCH].replace("\0", "").strip(),
    )
    return wanted, request.GET.get("page", "")


# Storing


def take(request, table: Table):
    if told := not_the_opener(request):
        return page_of(request, table, Outcome(typed_lines(request.POST), told=told))
    action = request.POST.get("do", "")
    # An action is about what one has seen: the page as it was before.
    on_page = {row.enterprise for row in table.page} if action in ACTIONS else set()
    outcome = store(request, table.year, table.rows)
    tell(request, outcome)
    if not outcome.is_complete:
        if action in ACTIONS:
            messages.warning(request, _("First settle what could not be saved."))
        return page_of(request, table.anew(), outcome)
    if action in ACTIONS:
        rows = [row for row in table.rows() if row.enterprise in on_page]
        asked = Asked(table.scope, request.POST, timezone.now(), outcome.stored)
        done = act(action, rows, asked)
        say = messages.success if done.count else messages.warning
        words = [words_of(action, done.count), explained_words(action, done, table.scope)]
        say(request, joined(filter(None, words)))
        if done.open:
            return page_of(request, table.anew(), done=done)
    return HttpResponseRedirect(request.get_full_path())


def tell(request, outcome: Outcome) -> None:
    if outcome.figures:
        words = ngettext("%(n)d figure saved.", "%(n)d figures saved.", outcome.figures)
        messages.success(request, words % {"n": outcome.figures})
    if outcome.taken_back:
        words = ngettext(
            "%(n)d return that was submitted is a draft again.",
            "%(n)d returns that were submitted are drafts again.",
            outcome.taken_back,
        )
        messages.info(request, words % {"n": outcome.taken_back})
    for sentence in outcome.converted[:MOST_TOLD]:
        messages.info(request, sentence)
    if outcome.strangers:
        words = ngettext(
            "%(n)d line does not belong to this table, or no longer: nothing of it was saved.",
            "%(n)d lines do not belong to this table, or no longer: nothing of them was saved.",
            outcome.strangers,
        )
        messages.error(request, words % {"n": outcome.strangers})


# The page


def page_of(request, table: Table, outcome: Outcome | None = None, done: Done | None = None):
    if outcome:
        put_back(table.lines, outcome)
    wanted = table.wanted
    query = {"figures": wanted.figures, "park": wanted.park, "state": wanted.state}
    query |= {"q": wanted.name}
    context = {
        **frame(request),
        "title": _("Yearly figures %(year)d: %(zone)s")
        % {"year": table.year, "zone": table.zone.name},
        "table": table,
        "last_year": table.year - 1,
        "counted": counted(table.all_rows),
        "groups": [(key, words) for key, (words, _measures) in GROUPS.items()],
        "states": [(state, state_words(state)) for state in (*State, MISSING)],
        "query": urlencode({name: value for name, value in query.items() if value}),
        "page_obj": table.page,
        "told": outcome.told if outcome else "",
        "refused": outcome.refused if outcome else [],
        "unreadable": outcome.unreadable if outcome else 0,
        "still_open": [(row, form_of(row, table.year), told) for row, told in done.open]
        if done
        else [],
        "asks_reasons": done.asks if done else False,
        "form_token": once.token(),
        "draft_key": draft_key(request, "table", f"{table.zone.key}:{table.year}"),
    }
    hindered = outcome and (outcome.told or outcome.refused or outcome.strangers)
    status = CONFLICT if hindered else 200
    return TemplateResponse(request, "returns/entry_table.html", context, status=status)


def put_back(lines: list[Line], outcome: Outcome) -> None:
    """What was typed and not stored stands in its cells again, over the state it was typed over."""
    refused = {refusal.row.enterprise for refusal in outcome.refused}
    for line in lines:
        typed = outcome.typed.get(line.row.enterprise)
        is_left = outcome.told or line.row.enterprise in refused
        if typed is None or not (typed.errors or is_left):
            continue
        if typed.opened is not None:
            line.version = typed.version
        for cell in line.cells:
            cell.shown = typed.texts.get(cell.name, cell.shown)
            cell.error = typed.errors.get(cell.name, "")


def counted(rows: list[Reporting]) -> str:
    """`27 of 31 entered, 3 submitted, 5 approved, 4 missing`."""
    found = tally(rows)
    missing = found[MISSING] + found[State.NOT_STARTED]
    return _(
        "%(entered)d of %(all)d entered, %(submitted)d submitted, %(approved)d approved, "
        "%(missing)d missing"
    ) % {
        "all": len(rows),
        "entered": len(rows) - missing,
        "submitted": found[State.SUBMITTED],
        "approved": found[State.APPROVED],
        "missing": missing,
    }
