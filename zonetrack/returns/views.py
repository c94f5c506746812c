"""Yearly returns of the enterprises: figures and patent counts, with their state."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Return, YearlyFigures
from patents.models import PatentCounts
from zonetrack import numbers, workflow
from zonetrack.access.scope import request_scope
from zonetrack.addresses import entry_form_of
from zonetrack.checking import LEVELS, Level
from zonetrack.evidence.models import Attachment
from zonetrack.evidence.panel import evidence_panel, who_added
from zonetrack.lists import cells, listing, record
from zonetrack.lists.cells import Cell
from zonetrack.lists.listing import Column, Listing, Question
from zonetrack.lists.record import Panel, Table
from zonetrack.lists.returned import MEASURES
from zonetrack.return_checks import facts_of_returns, findings

from .filters import ReturnFilters

PARTS = [(YearlyFigures, "filing"), (PatentCounts, "filing"), (Attachment, "filing")]
# Shape and color of a finding, a key of partials/_status.html.
LEVEL_STATES = {Level.ERROR: "late", Level.WARNING: "soon"}


def return_list(request):
    return listing.show(request, RETURNS)


def with_parts(rows, question: Question):
    return rows.select_related("enterprise", "park", "figures", "patents")


def columns(question: Question) -> list[Column]:
    return [
        Column(
            "enterprise",
            _("Enterprise"),
            cell=lambda row: cells.name(row.enterprise, url=row.get_absolute_url()),
            sort=listing.by_name("enterprise__"),
        ),
        *listing.both_names("enterprise", _("Enterprise"), "enterprise"),
        listing.exported("credit_code", _("Unified social credit code"), "enterprise__credit_code"),
        listing.record("park", _("Park"), "park"),
        listing.column("year", _("Year"), "year", num=True),
        Column(
            "state",
            _("State"),
            lambda row: listing.chosen_words(row, "state"),
            cell=lambda row: cells.status(row.state, listing.chosen_words(row, "state")),
            sort=("state",),
        ),
        *(
            listing.figure(measure.name, measure.label, measure.path, unit=measure.unit)
            for measure in MEASURES
        ),
        listing.record_number(),
    ]


RETURNS = Listing(
    name="return-list",
    title=gettext_lazy("Yearly returns"),
    model=Return,
    filters=ReturnFilters,
    columns=columns,
    rows=with_parts,
    order="-year",
    empty=gettext_lazy("What the enterprises report for each year stands here."),
    via={YearlyFigures: "pk", PatentCounts: "pk"},
    drafts=True,
)


@record.kept(Return, PARTS, also=lambda pk: who_added(filing=pk), drafts=True)
def yearly_return(request, pk):
    scope = request_scope(request)
    rows = Return.objects.select_related("enterprise", "park__home_zone", "figures", "patents")
    row = scope.get_or_404(rows, pk=pk)
    listed = reverse("return-list")
    enterprise = record.linked(scope, row.enterprise, "enterprise")
    page = record.Page(
        record=row,
        title=_("%(enterprise)s, return for %(year)d")
        % {"enterprise": row.enterprise.name, "year": row.year},
        crumbs=[(_("Yearly returns"), listed), (str(row.year), f"{listed}?year={row.year}")],
        links=[(_("Sheet to sign"), sheet_of(row))] if enterprise.url else [],
        main=[
            figures_panel(row, previous_of(scope, row)),
            checks_panel(scope, row),
            evidence_panel(row),
        ],
        side=[
            Panel("facts", _("Facts"), facts=facts(scope, row, enterprise)),
            Panel("comment", _("Comment of the reviewer"), text=row.comment),
            Panel("years", _("Other years"), items=other_years(scope, row)),
        ],
    )
    return record.show(request, page, parts=PARTS)


def previous_of(scope, row) -> Return | None:
    rows = Return.objects.filter(enterprise=row.enterprise_id, year=row.year - 1)
    return scope.limit(rows.select_related("figures", "patents")).first()


def sheet_of(row) -> str:
    return f"{reverse('enterprise-sheet', args=[row.enterprise_id])}?year={row.year}"


def facts(scope, row, enterprise: Cell):
    return [
        (_("Enterprise"), enterprise),
        *record.place_facts(scope, row.park),
        (_("Year"), Cell(str(row.year))),
        (_("State"), cells.status(row.state, row.get_state_display())),
        *work_fact(scope, row),
    ]


def work_fact(scope, row):
    """For those who enter or decide: where that is done."""
    if not workflow.may_enter(scope, row.park_id):
        return []
    return [(_("Work on the return"), Cell(_("Open the form"), url=entry_form_of(row.pk)))]


def figures_panel(row, previous):
    lines = [
        [
            Cell(measure.head),
            cells.number(measure.of(row)),
            cells.number(measure.of(previous)),
            Cell(str(numbers.change(measure.of(row), measure.of(previous))), num=True),
        ]
        for measure in MEASURES
    ]
    heads = [_("Figure"), row.year, row.year - 1, _("Change")]
    return Panel(
        "figures",
        _("Figures and patent counts"),
        table=Table(heads, lines),
        note=_("– is not reported. Figures count once their return is approved."),
    )


def checks_panel(scope, row):
    """What the checks find, with the reasons given; not shown where they find nothing."""
    facts = facts_of_returns(Return.objects.filter(pk=row.pk), scope.limit)
    heads = {measure.name: measure.head for measure in MEASURES}
    found = [finding for one in facts.values() for finding in findings(one)]
    reasons = workflow.explained(row, found) if found else {}
    lines = [
        [
            Cell(heads[finding.fields[0]]),
            cells.status(LEVEL_STATES[finding.level], LEVELS[finding.level]),
            Cell(finding.sentence, long=True),
            cells.text(reasons.get(finding.check.key), long=True),
        ]
        for finding in found
    ]
    heads = [_("Figure"), _("Check"), _("What was found"), _("Reason given")]
    return Panel("checks", _("Checks"), table=Table(heads, lines))


def other_years(scope, row):
    rows = Return.objects.filter(enterprise=row.enterprise_id).exclude(pk=row.pk)
    return [
        Cell(str(one.year), url=one.get_absolute_url(), sub=str(one.get_state_display()))
        for one in scope.limit(rows.order_by("-year"))[:20]
    ]
