"""Centers, labs and other R&D bodies."""

from django.db.models import Min, OuterRef, Subquery
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from zonetrack import numbers, punctuation
from zonetrack.access.scope import request_scope
from zonetrack.evidence.models import Attachment
from zonetrack.evidence.panel import evidence_of_parts_panel, who_added
from zonetrack.lists import cells, listing, record
from zonetrack.lists.cells import Cell
from zonetrack.lists.listing import Column, Listing, Question
from zonetrack.lists.record import Panel, Table

from .filters import CenterFilters
from .models import Center, CenterHost, CenterPartner, Recognition, StageEvent
from .standing import level_of, order, since, standing

PARTS = [
    (Recognition, "center"),
    (StageEvent, "center"),
    (CenterHost, "center"),
    (CenterPartner, "center"),
    (Attachment, "recognition__center"),
]


def center_list(request):
    return listing.show(request, CENTERS)


def with_life(rows, question: Question):
    return rows.select_related("kind", "park", "host", "field").prefetch_related(
        "recognitions", "stages"
    )


def first_year():
    """The year of the first recognition, to order by."""
    counted = Recognition.objects.counted().filter(center=OuterRef("pk")).order_by()
    return Subquery(counted.values("center").annotate(first=Min("year")).values("first"))


def columns(question: Question) -> list[Column]:
    today = question.today
    return [
        Column(
            "name",
            _("Center or lab"),
            cell=lambda row: cells.name(row, url=row.get_absolute_url()),
            sort=listing.by_name(),
        ),
        *listing.both_names("name", _("Center or lab")),
        listing.record("kind", _("Kind"), "kind"),
        Column(
            "level",
            _("Level"),
            lambda row: level_of(row, today),
            cell=lambda row: cells.text(level_of(row, today)),
        ),
        listing.record("park", _("Lead park"), "park"),
        listing.record("host", _("Lead enterprise"), "host"),
        listing.exported("host_code", _("Unified social credit code"), "host__credit_code"),
        listing.record("field", _("Technology field"), "field"),
        Column(
            "state",
            pgettext("center", "State"),
            lambda row: standing(row, today)[1],
            cell=lambda row: cells.status(*standing(row, today)),
        ),
        Column(
            "since",
            _("First recognized"),
            since,
            cell=lambda row: cells.year(since(row)),
            sort=lambda: (first_year(),),
            num=True,
        ),
        listing.record_number(),
    ]


CENTERS = Listing(
    name="center-list",
    title=gettext_lazy("R&D centers and labs"),
    model=Center,
    filters=CenterFilters,
    columns=columns,
    rows=with_life,
    order="name",
    empty=gettext_lazy("Centers, labs and other R&D bodies of the parks stand here."),
    via={Recognition: "center", StageEvent: "center"},
)


def told_elsewhere(pk: int) -> tuple:
    """What its page shows of accounts, and of a body in parks that the reader may not see."""
    bodies = Center.objects.filter(absorbed=pk).order_by("pk")
    return who_added(recognition__center=pk), list(bodies.values_list("name_en", "name_zh"))


@record.kept(Center, PARTS, also=told_elsewhere)
def center(request, pk):
    scope, today = request_scope(request), localdate()
    rows = Center.objects.select_related(
        "kind", "park__home_zone", "host", "field", "merged_into"
    ).prefetch_related("recognitions__authority", "stages")
    row = scope.get_or_404(rows, pk=pk)
    listed = reverse("center-list")
    page = record.Page(
        record=row,
        title=row.name,
        sub=Cell(row.other_name, lang=row.other_language) if row.other_name else None,
        tags=[(row.kind.name, False), *((one, True) for one in [level_of(row, today)] if one)],
        crumbs=[(listing_title(), listed), (row.park.name, f"{listed}?park={row.park.key}")],
        main=[
            recognitions_panel(row),
            evidence_of_parts_panel(recognition__center=row),
            life_panel(row),
        ],
        side=[
            Panel("facts", _("Facts"), facts=facts(scope, row, today)),
            hosts_panel(scope, row),
            partners_panel(row),
            Panel("note", _("Note"), text=row.note),
        ],
    )
    return record.show(request, page, parts=PARTS)


def listing_title():
    return _("R&D centers and labs")


def facts(scope, row, today):
    absorbed = scope.limit(row.absorbed.all())
    return [
        (pgettext("center", "State"), cells.status(*standing(row, today))),
        (_("Kind"), cells.name(row.kind)),
        (_("Family"), Cell(str(row.kind.get_family_display()))),
        (_("Highest level"), cells.text(level_of(row, today))),
        (_("First recognized"), cells.text(since(row))),
        *record.place_facts(scope, row.park),
        (_("Lead enterprise"), record.linked(scope, row.host, "enterprise")),
        (_("Technology field"), cells.name(row.field)),
        *merger_facts(scope, row),
        *[
            (_("Absorbed"), cells.name(one, url=one.get_absolute_url(), sub=str(one.merged_year)))
            for one in absorbed
        ],
    ]


def merger_facts(scope, row):
    if not row.merged_into:
        return []
    return [
        (
            _("Merged into"),
            record.linked(scope, row.merged_into, "center", sub=str(row.merged_year)),
        )
    ]


def recognitions_panel(row):
    lines = [
        [
            Cell(str(one.get_level_display())),
            cells.name(one.authority),
            cells.text(one.batch),
            cells.text(one.document_no),
            cells.dated(one.year, one.on),
            ended_cell(one),
        ]
        for one in row.recognitions.all()
    ]
    heads = [
        _("Level"),
        _("Recognized by"),
        _("Batch"),
        _("Document number"),
        _("Recognized"),
        _("Ended"),
    ]
    return Panel(
        "recognitions",
        _("Recognitions"),
        table=Table(heads, lines),
        empty=_("Not recognized at any level yet."),
    )


def ended_cell(one):
    if not one.ended_year:
        return cells.status("done", _("Stands"))
    words = punctuation.dated(one.get_end_reason_display(), one.ended_year, one.ended_on)
    return cells.status("ended", words)


def life_panel(row):
    """Stages and recognitions in the order they came."""
    events = [
        ((*order(one), 0), Cell(str(one.get_stage_display()), sub=told(one.year, one.on, one.note)))
        for one in row.stages.all()
    ]
    events += [
        (
            (one.year, 9, 0),
            Cell(
                _("Recognized: %(level)s") % {"level": one.get_level_display()},
                sub=told(one.year, one.on, one.note),
            ),
        )
        for one in row.recognitions.all()
    ]
    events.sort(key=lambda event: event[0])
    return Panel("life", _("Stages"), items=[cell for _key, cell in events])


def told(year, day, note) -> str:
    return " · ".join(filter(None, [cells.when(year, day), note]))


def hosts_panel(scope, row):
    rows = row.hosts.select_related("enterprise")
    items = [record.linked(scope, one.enterprise, "enterprise", sub=years_of(one)) for one in rows]
    return Panel("hosts", _("Also run by"), items=items)


def years_of(host) -> str:
    if host.from_year is None:
        return ""
    if host.to_year is None:
        return _("since %(year)d") % {"year": host.from_year}
    return numbers.year_range(host.from_year, host.to_year)


def partners_panel(row):
    rows = row.partnerships.select_related("institution").order_by("institution__name_zh", "pk")
    items = [
        Cell(one.institution.name, sub=str(one.institution.get_kind_display())) for one in rows
    ]
    return Panel("partners", _("Partner institutions"), items=items)
