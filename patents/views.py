"""The register of single patents."""

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from zonetrack import punctuation
from zonetrack.access.scope import request_scope
from zonetrack.lists import cells, listing, record
from zonetrack.lists.cells import Cell
from zonetrack.lists.listing import Column, Listing, Question
from zonetrack.lists.record import Panel

from . import application_numbers
from .filters import PatentFilters
from .models import Patent, PatentHolder


def patent_list(request):
    return listing.show(request, PATENTS)


def with_holders(rows, question: Question):
    holders = PatentHolder.objects.select_related("enterprise").order_by("order")
    return rows.select_related("park").prefetch_related(Prefetch("holders", holders))


def holders_of(row) -> str:
    return punctuation.clauses(row.holders.all())


def standing(row) -> tuple[str, str]:
    if row.ended_year:
        return "ended", punctuation.dated(row.get_end_reason_display(), row.ended_year)
    if row.granted_year:
        return "done", pgettext("patent", "In force")
    return "submitted", pgettext("patent", "Pending")


def columns(question: Question) -> list[Column]:
    return [
        Column(
            "number",
            _("Application number"),
            lambda row: row.application_no,
            cell=lambda row: Cell(row.application_no, url=row.get_absolute_url()),
            sort=("application_no",),
        ),
        Column("title", _("Title"), cell=lambda row: cells.text(row.title, long=True)),
        listing.exported("title_en", _("Title in English"), "title_en"),
        listing.exported("title_zh", _("Title in Chinese"), "title_zh"),
        listing.choice("type", _("Type"), "type"),
        Column("holders", _("Holders"), holders_of, cell=lambda row: cells.text(holders_of(row))),
        listing.record("park", _("Park"), "park"),
        listing.dated("filed", pgettext("patent", "Filed"), "filed_year", "filed_on"),
        listing.dated("granted", pgettext("patent", "Granted"), "granted_year", "granted_on"),
        Column(
            "state",
            pgettext("patent", "State"),
            lambda row: standing(row)[1],
            cell=lambda row: cells.status(*standing(row)),
        ),
        listing.exported("ended", pgettext("patent", "Ended in"), "ended_year"),
        listing.record_number(),
    ]


PATENTS = Listing(
    name="patent-list",
    title=gettext_lazy("Patents"),
    model=Patent,
    filters=PatentFilters,
    columns=columns,
    rows=with_holders,
    order="-filed",
    empty=gettext_lazy(
        "The register of single patents stands here. Yearly counts stand in the returns."
    ),
)


PARTS = [(PatentHolder, "patent")]


@record.kept(Patent, PARTS)
def patent(request, pk):
    scope = request_scope(request)
    row = scope.get_or_404(Patent.objects.select_related("park__home_zone"), pk=pk)
    other = row.title_en if row.title == row.title_zh else row.title_zh
    page = record.Page(
        record=row,
        title=row.title or row.application_no,
        sub=Cell(other, lang=other_language(row)) if other and other != row.title else None,
        tags=[(str(row.get_type_display()), False)],
        crumbs=[
            (_("Patents"), reverse("patent-list")),
            (row.park.name, f"{reverse('patent-list')}?park={row.park.key}"),
        ],
        warnings=warnings(row),
        main=[
            Panel("facts", _("Facts"), facts=facts(scope, row)),
            Panel("note", _("Note"), text=row.note),
        ],
        side=[holders_panel(scope, row)],
    )
    return record.show(request, page, parts=PARTS)


def other_language(row) -> str:
    return "en" if row.title == row.title_zh else "zh-Hans"


def warnings(row) -> list[str]:
    """What the application number itself tells; genuine numbers may differ, so it only warns."""
    if row.type == Patent.Type.PCT:
        return []
    try:
        number = application_numbers.parse(row.application_no)
    except application_numbers.FormatError:
        return [_("The application number is not of the form 201710601862.3.")]
    said = []
    if not number.has_valid_check:
        said.append(
            _("The check character of the application number does not match: %(check)s expected.")
            % {"check": application_numbers.check_character(number.digits)}
        )
    if number.year != row.filed_year:
        said.append(
            _("The application number was given in %(year)d, not in the year of filing.")
            % {"year": number.year}
        )
    return said


def facts(scope, row):
    return [
        (_("Application number"), Cell(row.application_no)),
        (_("Type"), Cell(str(row.get_type_display()))),
        (pgettext("patent", "State"), cells.status(*standing(row))),
        (pgettext("patent", "Filed"), cells.dated(row.filed_year, row.filed_on)),
        (pgettext("patent", "Granted"), cells.dated(row.granted_year, row.granted_on)),
        (pgettext("patent", "Ended"), cells.dated(row.ended_year, row.ended_on)),
        *record.place_facts(scope, row.park),
    ]


def holders_panel(scope, row):
    items = [
        record.linked(scope, one.enterprise, "enterprise")
        if one.enterprise
        else Cell(one.outside_name, sub=_("outside the parks"))
        for one in row.holders.select_related("enterprise").order_by("order")
    ]
    note = _("The first holder decides where the patent is counted.") if len(items) > 1 else ""
    return Panel(
        "holders", _("Holders"), items=items, note=note, empty=_("No holder has been entered.")
    )
