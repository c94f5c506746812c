"""Targets with every revision of them."""

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from zonetrack import punctuation
from zonetrack.access.scope import request_scope
from zonetrack.lists import cells, indicators, listing, record
from zonetrack.lists.cells import Cell
from zonetrack.lists.listing import Column, Listing, Question
from zonetrack.lists.record import Panel, Table

from .filters import TargetFilters
from .models import Target, TargetRevision


def target_list(request):
    return listing.show(request, TARGETS)


def with_place(rows, question: Question):
    return rows.select_related("zone", "park").annotate(revised=Count("revisions"))


def aim(row) -> str:
    """The number with its unit and direction, or the objective in words."""
    if row.value is None:
        return row.text
    value = indicators.written(row.indicator, row.value)
    if row.direction == row.Direction.KEEP:
        return value
    return punctuation.joined([row.get_direction_display(), value])


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
        listing.column("year", _("Year"), "year", num=True),
        Column("aim", _("Target"), cell=lambda row: cells.text(aim(row), sub=sub_of(row))),
        listing.choice("direction", _("Direction"), "direction"),
        listing.exported("value", _("Target"), "value"),
        listing.exported("unit", _("Unit"), lambda row: indicators.unit_of(row.indicator)),
        listing.exported("text_en", _("Objective in English"), "text_en"),
        listing.exported("text_zh", _("Objective in Chinese"), "text_zh"),
        Column(
            "baseline",
            _("Baseline"),
            lambda row: row.baseline,
            cell=lambda row: cells.number(row.baseline),
            sort=("baseline",),
            num=True,
        ),
        listing.exported("baseline_year", _("Baseline year"), "baseline_year"),
        Column(
            "revised",
            _("Revisions"),
            revisions_of,
            cell=lambda row: cells.number(revisions_of(row)),
            num=True,
        ),
        listing.exported("note_en", _("Note in English"), "note_en"),
        listing.exported("note_zh", _("Note in Chinese"), "note_zh"),
    ]


def sub_of(row) -> str:
    return row.text if row.value is not None else ""


def revisions_of(row) -> int:
    """The original is no revision."""
    return max(row.revised - 1, 0)


TARGETS = Listing(
    name="target-list",
    title=gettext_lazy("Targets"),
    model=Target,
    filters=TargetFilters,
    columns=columns,
    rows=with_place,
    order="-year",
    empty=gettext_lazy("Targets of zones and parks stand here. The zone manager sets them."),
)


def authors_of(pk: int) -> list[tuple]:
    """The names under which revisions are told; no stamp tells of a new name of an account."""
    names = ("username", "first_name", "last_name")
    rows = TargetRevision.objects.filter(target=pk).order_by("pk")
    return list(rows.values_list(*(f"author__{name}" for name in names)))


@record.kept(Target, also=authors_of)
def target(request, pk):
    scope = request_scope(request)
    rows = Target.objects.select_related("zone", "park__home_zone")
    row = scope.get_or_404(rows, pk=pk)
    page = record.Page(
        record=row,
        title=punctuation.dated(indicators.name_of(row.indicator), row.year),
        sub=Cell(row.place.name),
        crumbs=[(_("Targets"), reverse("target-list"))],
        main=[
            revisions_panel(row),
            Panel("note", _("Note"), text=row.note),
        ],
        side=[Panel("facts", _("Facts"), facts=facts(scope, row))],
    )
    return record.show(request, page)


def facts(scope, row):
    return [
        (
            _("Indicator"),
            indicators.cell(row.indicator, row.zone or record.zone_of(scope, row.park)),
        ),
        *record.facts_of_place(scope, row.zone, row.park),
        (_("Year"), Cell(str(row.year))),
        (_("Target"), cells.text(aim(row))),
        (_("Objective in words"), cells.text(row.text)),
        (_("Direction"), Cell(str(row.get_direction_display()))),
        (_("Pace within the year"), Cell(pace_of(row))),
        (_("Baseline"), Cell(indicators.written(row.indicator, row.baseline))),
        (_("Baseline year"), cells.text(row.baseline_year)),
        *tolerance_fact(row),
    ]


def tolerance_fact(row):
    if row.direction != Target.Direction.KEEP:
        return []
    return [(_("Tolerance"), Cell(indicators.written(row.indicator, row.tolerance)))]


def pace_of(row) -> str:
    if row.pace == "linear":
        return _("Even over the year")
    if row.pace == "year_end":
        return _("At the end of the year")
    return _("By month: %(shares)s") % {"shares": row.pace.removeprefix("months:")}


def revisions_panel(row):
    """Original and revisions side by side; the last one stands."""
    revisions = list(row.revisions.select_related("author"))
    lines = [
        [
            Cell(revision_name(one, last=one is revisions[-1])),
            Cell(indicators.written(row.indicator, one.value), num=True),
            Cell(indicators.written(row.indicator, one.baseline), num=True),
            cells.text(one.reason, long=True),
            cells.text(one.author),
            Cell(date_format(localtime(one.at), "SHORT_DATE_FORMAT")),
        ]
        for one in revisions
    ]
    heads = [_("Version"), _("Target"), _("Baseline"), _("Reason"), _("By"), _("On")]
    return Panel(
        "revisions",
        _("Original and revisions"),
        table=Table(heads, lines),
        empty=_("The target stands as it was first set."),
    )


def revision_name(revision, *, last: bool) -> str:
    if revision.number == 0:
        name = pgettext("target", "Original")
    else:
        name = _("Revision %(number)d") % {"number": revision.number}
    return _("%(version)s, in force") % {"version": name} if last else name
