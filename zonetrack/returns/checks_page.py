"""What the checks find in all returns of a zone's year; form and import run the same list."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.models import Return
from zonetrack import tabular, workflow
from zonetrack.access.scope import Scope, request_scope
from zonetrack.addresses import entry_form_of
from zonetrack.checking import LEVELS, Finding, Level
from zonetrack.lists.returned import MEASURES
from zonetrack.return_checks import facts_of_returns, findings

from .yearly_places import parks_entered, refuse_other_years, zone_or_404
from .years_page import shown_inside

A_PAGE = 100
HEADS = {measure.name: measure.label for measure in MEASURES}
LOOKS = {Level.ERROR: "late", Level.WARNING: "soon"}


@dataclass(frozen=True)
class Found:
    """A finding in a return; `reason` is what was said of it, empty where nothing was."""

    filing: Return
    finding: Finding
    reason: str

    @property
    def url(self) -> str:
        return entry_form_of(self.filing.pk)

    @property
    def look(self) -> str:
        return LOOKS[self.finding.level]

    @property
    def words(self) -> str:
        return str(LEVELS[self.finding.level])

    @property
    def figure(self) -> str:
        return str(HEADS[self.finding.fields[0]])


def checks(request, zone, year):
    told = told_for(request, zone, year)
    if request.GET.get("format") in ("csv", "xlsx"):
        name = f"{told['zone'].key}-{year}-checks"
        return exported(request.GET["format"], name, told["title"], told["found"])
    return shown_inside(request, "returns/checks.html", told | {"query": ""})


def told_for(request, zone: str, year: int) -> dict:
    """What page and API tell of the checks of a zone's year."""
    scope = request_scope(request)
    zone = zone_or_404(scope, zone)
    refuse_other_years(year, timezone.localdate())
    found = list(found_in(scope, zone, year))
    errors = sum(one.finding.level == Level.ERROR for one in found)
    return {
        "title": _("Checks of %(year)d: %(zone)s") % {"year": year, "zone": zone.name},
        "zone": zone,
        "year": year,
        "found": found,
        "errors": errors,
        "warnings": len(found) - errors,
        "unexplained": sum(not one.reason for one in found) - errors,
        "page_obj": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
    }


def found_in(scope: Scope, zone, year: int) -> Iterator[Found]:
    """Findings in the returns of the parks the person enters for, by park and enterprise."""
    rows = Return.objects.filter(year=year, park__in=parks_entered(scope, [zone]))
    facts = facts_of_returns(rows, scope.limit)
    ordered = rows.order_by("park__order", "park", "enterprise__name_zh", "enterprise__name_en")
    shown = ordered.select_related("enterprise", "park").prefetch_related("explanations")
    for filing in shown:
        listed = findings(facts[filing.pk]) if filing.pk in facts else []
        told = workflow.explained(filing, listed)
        for finding in listed:
            reason = told[finding.check.key].reason if finding.check.key in told else ""
            yield Found(filing, finding, reason)


def exported(kind: str, name: str, title: str, found: list[Found]):
    heads = [
        _("Enterprise"), _("Park"), _("Figure"), _("Check"), _("What was found"), _("Reason"),
    ]  # fmt: skip
    rows = (
        [
            one.filing.enterprise.name,
            one.filing.park.name,
            one.figure,
            one.words,
            one.finding.sentence,
            one.reason or None,
        ]
        for one in found
    )
    if kind == "csv":
        return tabular.csv_response(f"{name}.csv", heads, rows)
    return tabular.xlsx_response(f"{name}.xlsx", [tabular.Sheet(title, heads, rows)])
