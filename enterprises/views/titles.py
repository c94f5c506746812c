"""Titles: what enterprises and parks were awarded."""

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from enterprises.filters import TitleFilters
from enterprises.models import Title, TitleKind
from enterprises.standing import standing
from zonetrack.access.scope import request_scope
from zonetrack.evidence.models import Attachment
from zonetrack.evidence.panel import evidence_panel, who_added
from zonetrack.lists import cells, listing, record
from zonetrack.lists.listing import Column, Listing, Question


def title_list(request):
    return listing.show(request, TITLES)


def with_holder(rows, question: Question):
    return rows.select_related("kind__authority", "enterprise", "park")


def kind_cell(row):
    return cells.name(row.kind, url=row.get_absolute_url())


def columns(question: Question) -> list[Column]:
    def standing_cell(row):
        return cells.status(*standing(row, question.today))

    return [
        Column("kind", pgettext("title", "Title"), cell=kind_cell, sort=listing.by_name("kind__")),
        *listing.both_names("kind", pgettext("title", "Title"), "kind"),
        Column(
            "holder",
            _("Holder"),
            cell=lambda row: cells.name(row.holder),
            sort=listing.by_name("enterprise__"),
        ),
        *listing.both_names("holder", _("Holder"), "holder"),
        listing.exported("credit_code", _("Unified social credit code"), "enterprise__credit_code"),
        listing.choice("level", _("Level"), "level", "kind"),
        listing.record("park", _("Park"), "park"),
        listing.dated("awarded", pgettext("title", "Awarded"), "awarded_year", "awarded_on"),
        listing.column("batch", _("Batch"), "batch"),
        listing.dated("expires", _("Valid until"), "expires_year", "expires_on"),
        Column(
            "state",
            pgettext("title", "State"),
            lambda row: standing(row, question.today)[1],
            cell=standing_cell,
        ),
        listing.exported("authority", _("Awarded by"), lambda row: str(row.kind.authority or "")),
        listing.exported("document", _("Document number"), "document_no"),
        listing.exported("review", _("Review due on"), "review_due_on"),
        listing.exported("ended", _("Ended early in"), "ended_year"),
        listing.record_number(),
    ]


TITLES = Listing(
    name="title-list",
    title=gettext_lazy("Titles"),
    model=Title,
    filters=TitleFilters,
    columns=columns,
    rows=with_holder,
    order="-awarded",
    empty=gettext_lazy("Titles awarded to enterprises and parks stand here."),
)


PARTS = [(Attachment, "title")]


@record.kept(Title, PARTS, also=lambda pk: who_added(title=pk))
def title(request, pk):
    scope = request_scope(request)
    rows = Title.objects.select_related("kind__authority", "enterprise", "park__home_zone")
    row = scope.get_or_404(rows, pk=pk)
    kind = row.kind
    page = record.Page(
        record=row,
        title=kind.name,
        sub=cells.Cell(kind.other_name, lang=kind.other_language) if kind.other_name else None,
        crumbs=[(_("Titles"), reverse("title-list")), (row.park.name, parks_titles(row.park))],
        main=[
            record.Panel("facts", _("Facts"), facts=facts(scope, row, localdate())),
            evidence_panel(row),
        ],
        side=[
            record.Panel("kind", _("About this title"), facts=kind_facts(kind)),
            record.Panel("note", _("Note"), text=row.note),
            record.Panel(
                "others",
                _("Other titles of the holder"),
                items=[
                    cells.Cell(other.kind.name, url=other.get_absolute_url(), sub=other.years)
                    for other in others_of(scope, row)
                ],
            ),
        ],
    )
    return record.show(request, page, parts=PARTS)


def parks_titles(park) -> str:
    return f"{reverse('title-list')}?park={park.key}"


def facts(scope, row, today):
    holder = row.enterprise
    return [
        (
            _("Holder"),
            record.linked(scope, holder, "enterprise")
            if holder
            else record.park_fact(scope, row.park)[1],
        ),
        *record.place_facts(scope, row.park),
        (pgettext("title", "State"), cells.status(*standing(row, today))),
        (pgettext("title", "Awarded"), cells.dated(row.awarded_year, row.awarded_on)),
        (_("Valid until"), cells.dated(row.expires_year, row.expires_on)),
        (_("Review due on"), cells.dated(None, row.review_due_on)),
        (_("Ended early"), cells.dated(row.ended_year, row.ended_on)),
        (_("Why it ended early"), cells.text(row.get_end_reason_display())),
        (_("Batch"), cells.text(row.batch)),
        (_("Document number"), cells.text(row.document_no)),
        (_("Subject"), cells.text(row.subject)),
    ]


def kind_facts(kind):
    return [
        (_("Level"), cells.text(kind.get_level_display())),
        (_("Awarded by"), cells.name(kind.authority)),
        (_("Held by"), cells.text(TitleKind.Holder(kind.held_by).label)),
        (_("Valid for (years)"), cells.text(kind.validity_years)),
        (_("Reviewed every (years)"), cells.text(kind.review_years)),
    ]


def others_of(scope, row):
    same = (
        {"enterprise": row.enterprise} if row.enterprise else {"park": row.park, "enterprise": None}
    )
    rows = Title.objects.filter(**same).exclude(pk=row.pk).select_related("kind")
    return scope.limit(rows)[:20]
