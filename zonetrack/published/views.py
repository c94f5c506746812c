"""Figures that somebody published, with their source and what the records itemize of them."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from enterprises.places import find_place
from zonetrack import catalog, numbers
from zonetrack.access.scope import request_scope
from zonetrack.evidence.models import Attachment
from zonetrack.evidence.panel import evidence_panel, who_added
from zonetrack.lists import behind, cells, indicators, listing, record
from zonetrack.lists.cells import Cell
from zonetrack.lists.listing import Column, Listing, Question
from zonetrack.lists.record import Panel

from .filters import PublishedFilters
from .models import PublishedFigure

ROWS_SHOWN = 20


def published_list(request):
    return listing.show(request, PUBLISHED)


def with_source(rows, question: Question):
    return rows.select_related("zone", "park", "source")


def period_of(row) -> str:
    if row.period == PublishedFigure.Period.PART:
        return _("%(year)d, January to month %(month)d") % {"year": row.year, "month": row.month}
    if row.period == PublishedFigure.Period.YEAR_END:
        return _("end of %(year)d") % {"year": row.year}
    return str(row.year)


def columns(question: Question) -> list[Column]:
    return [
        Column(
            "indicator",
            _("Indicator"),
            lambda row: indicators.name_of(row.indicator),
            cell=lambda row: Cell(indicators.name_of(row.indicator), url=row.get_absolute_url()),
            sort=("indicator",),
        ),
        listing.exported("key", _("Key of the indicator"), "indicator"),
        listing.place(),
        Column(
            "period", _("Period"), cell=lambda row: Cell(period_of(row)), sort=("year", "month")
        ),
        listing.exported("year", _("Year"), "year"),
        listing.exported("kind", _("Period"), lambda row: str(row.get_period_display())),
        listing.exported("month", _("Up to month"), "month"),
        Column(
            "value",
            _("Value"),
            lambda row: row.value,
            cell=lambda row: Cell(indicators.written(row.indicator, row.value), num=True),
            num=True,
        ),
        listing.exported("unit", _("Unit"), lambda row: indicators.unit_of(row.indicator)),
        listing.choice("certainty", _("Certainty"), "certainty"),
        Column(
            "source",
            _("Source"),
            lambda row: str(row.source),
            cell=lambda row: cells.text(row.source, long=True),
        ),
        listing.exported("address", _("Address of the source"), "source__address"),
        listing.exported("note_en", _("Note in English"), "note_en"),
        listing.exported("note_zh", _("Note in Chinese"), "note_zh"),
    ]


PUBLISHED = Listing(
    name="published-list",
    title=gettext_lazy("Published figures"),
    model=PublishedFigure,
    filters=PublishedFilters,
    columns=columns,
    rows=with_source,
    order="-period",
    empty=gettext_lazy("Figures that somebody published, with their sources, stand here."),
)


PARTS = [(Attachment, "published_figure")]


@record.kept(PublishedFigure, PARTS, also=lambda pk: who_added(published_figure=pk))
def published(request, pk):
    scope = request_scope(request)
    rows = PublishedFigure.objects.select_related("zone", "park__home_zone", "source")
    row = scope.get_or_404(rows, pk=pk)
    page = record.Page(
        record=row,
        title=_("%(indicator)s, %(period)s")
        % {"indicator": indicators.name_of(row.indicator), "period": period_of(row)},
        sub=Cell(row.place.name),
        crumbs=[(_("Published figures"), reverse("published-list"))],
        main=[
            Panel("facts", _("Figure"), facts=facts(scope, row)),
            evidence_panel(row),
            Panel("note", _("Note"), text=row.note),
            *itemized_panel(scope, row),
        ],
        side=[Panel("source", _("Source"), facts=source_facts(row.source))],
    )
    return record.show(request, page, parts=PARTS)


def facts(scope, row):
    return [
        (
            _("Indicator"),
            indicators.cell(row.indicator, row.zone or record.zone_of(scope, row.park)),
        ),
        *record.facts_of_place(scope, row.zone, row.park),
        (_("Period"), Cell(period_of(row))),
        (_("Value"), Cell(indicators.written(row.indicator, row.value))),
        (_("Certainty"), Cell(str(row.get_certainty_display()), sub=shown_as(row))),
    ]


def shown_as(row) -> str:
    """Whether the figure may stand as an actual."""
    if row.certainty not in PublishedFigure.ACTUALS:
        return _("Never shown as an actual value.")
    if row.certainty == PublishedFigure.Certainty.AMBIGUOUS:
        return _("What exactly it counts is not certain; see the note.")
    return ""


def source_facts(source):
    other = source.title_en if str(source) == source.title_zh else source.title_zh
    address = source.address
    return [
        (_("Title"), cells.text(source, sub=other if other != str(source) else "")),
        (_("Address"), cells.text(address, url=address, outside=True)),
        (_("Published on"), cells.dated(None, source.published_on)),
        (_("Grade"), cells.text(source.get_grade_display())),
        (_("Note"), cells.text(source.note)),
    ]


def itemized_panel(scope, row) -> list[Panel]:
    """How much of the figure the records itemize, and which records these are."""
    indicator = catalog.BY_KEY.get(row.indicator)
    key = f"park:{row.park.key}" if row.park else f"zone:{row.zone.key}"
    place = find_place(scope, key)
    if indicator is None or indicator.counts is None or place is None:
        return []
    part = indicator.counts
    number = behind.behind(indicator, part, place, row.year, localdate())
    links = [one.name for one in number.rows.model._meta.fields if one.is_relation]
    rows = scope.limit(number.rows.select_related(*links))
    known = number.amount(rows)
    more = f"{reverse(part.page)}?{urlencode(behind.query_of(row.indicator, place, row.year))}"
    said = _("The records itemize %(known)s of %(value)s.") % {
        "known": numbers.number(known),
        "value": indicators.written(row.indicator, row.value),
    }
    items = [Cell(str(one), url=one.get_absolute_url()) for one in rows[:ROWS_SHOWN]]
    return [
        Panel(
            "itemized",
            pgettext("published figure", "Itemized"),
            text=said,
            items=items,
            more=(_("These records as a list"), more) if items else None,
        )
    ]
