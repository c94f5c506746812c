"""Achievements of research and development, by field."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from zonetrack.access.scope import request_scope
from zonetrack.lists import cells, listing, record
from zonetrack.lists.cells import Cell
from zonetrack.lists.listing import Column, Listing, Question
from zonetrack.lists.record import Panel
from zonetrack.projects.filters import AchievementFilters
from zonetrack.projects.models import Achievement


def achievement_list(request):
    return listing.show(request, ACHIEVEMENTS)


def with_enterprise(rows, question: Question):
    return rows.select_related("park", "enterprise", "field")


def columns(question: Question) -> list[Column]:
    return [
        Column(
            "name",
            _("Achievement"),
            cell=lambda row: cells.name(row, url=row.get_absolute_url()),
            sort=listing.by_name(),
        ),
        *listing.both_names("name", _("Achievement")),
        listing.record("field", _("Technology field"), "field"),
        listing.record("enterprise", _("Enterprise"), "enterprise"),
        listing.record("park", _("Park"), "park"),
        listing.dated("year", pgettext("achievement", "Year"), "year", "on"),
        listing.record_number(),
    ]


ACHIEVEMENTS = Listing(
    name="achievement-list",
    title=gettext_lazy("Achievements"),
    model=Achievement,
    filters=AchievementFilters,
    columns=columns,
    rows=with_enterprise,
    order="-year",
    empty=gettext_lazy("Results of research and development stand here."),
)


@record.kept(Achievement)
def achievement(request, pk):
    scope = request_scope(request)
    rows = Achievement.objects.select_related("park__home_zone", "enterprise", "field")
    row = scope.get_or_404(rows, pk=pk)
    listed = reverse("achievement-list")
    facts = [
        (pgettext("achievement", "Year"), cells.dated(row.year, row.on)),
        (_("Technology field"), cells.name(row.field)),
        (_("Enterprise"), record.linked(scope, row.enterprise, "enterprise")),
        *record.place_facts(scope, row.park),
    ]
    page = record.Page(
        record=row,
        title=row.name,
        sub=Cell(row.other_name, lang=row.other_language) if row.other_name else None,
        crumbs=[(_("Achievements"), listed), (row.park.name, f"{listed}?park={row.park.key}")],
        main=[
            Panel("facts", _("Facts"), facts=facts),
            Panel("note", _("Note"), text=row.note),
        ],
    )
    return record.show(request, page)
