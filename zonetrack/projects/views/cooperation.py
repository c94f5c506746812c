"""Research cooperation of enterprises with universities, institutes and firms elsewhere."""

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from zonetrack import numbers, punctuation
from zonetrack.access.scope import request_scope
from zonetrack.lists import cells, listing, record
from zonetrack.lists.cells import Cell
from zonetrack.lists.listing import Column, Listing, Question
from zonetrack.lists.record import Panel
from zonetrack.projects.filters import CooperationFilters
from zonetrack.projects.models import Cooperation, CooperationPartner


def cooperation_list(request):
    return listing.show(request, COOPERATION)


def with_partners(rows, question: Question):
    return rows.select_related("park", "enterprise", "field").prefetch_related("partners")


def partners_of(row) -> str:
    return punctuation.clauses(one.name for one in row.partners.all())


def standing(row, today) -> tuple[str, str]:
    if row.ended_year and row.ended_year < today.year:
        return "ended", pgettext("cooperation", "Ended")
    return "done", pgettext("cooperation", "In force")


def columns(question: Question) -> list[Column]:
    return [
        Column(
            "name",
            _("Agreement"),
            cell=lambda row: cells.name(row, url=row.get_absolute_url()),
            sort=listing.by_name(),
        ),
        *listing.both_names("name", _("Agreement")),
        listing.choice("kind", _("Kind"), "kind"),
        listing.record("enterprise", _("Enterprise"), "enterprise"),
        Column(
            "partners", _("Partners"), partners_of, cell=lambda row: cells.text(partners_of(row))
        ),
        listing.record("park", _("Park"), "park"),
        listing.record("field", _("Technology field"), "field"),
        listing.dated("signed", _("Signed"), "signed_year", "signed_on"),
        listing.dated("ends", _("Ends"), "ended_year", "ended_on"),
        listing.figure(
            "amount", _("Contract amount"), "amount", unit=pgettext("unit", "10,000 yuan")
        ),
        listing.exported("contract", _("Registered contract number"), "contract_no"),
        listing.record_number(),
    ]


COOPERATION = Listing(
    name="cooperation-list",
    title=gettext_lazy("Research cooperation"),
    model=Cooperation,
    filters=CooperationFilters,
    columns=columns,
    rows=with_partners,
    order="-signed",
    empty=gettext_lazy("Agreements with universities, institutes and firms stand here."),
)


PARTS = [(CooperationPartner, "cooperation")]


@record.kept(Cooperation, PARTS)
def cooperation(request, pk):
    scope = request_scope(request)
    rows = Cooperation.objects.select_related("park__home_zone", "enterprise", "field")
    row = scope.get_or_404(rows.prefetch_related("partners"), pk=pk)
    listed = reverse("cooperation-list")
    partners = [Cell(one.name, sub=str(one.get_kind_display())) for one in row.partners.all()]
    page = record.Page(
        record=row,
        title=row.name,
        sub=Cell(row.other_name, lang=row.other_language) if row.other_name else None,
        crumbs=[
            (_("Research cooperation"), listed),
            (row.park.name, f"{listed}?park={row.park.key}"),
        ],
        main=[
            Panel("facts", _("Facts"), facts=facts(scope, row)),
            Panel("note", _("Note"), text=row.note),
        ],
        side=[
            Panel(
                "partners", _("Partners"), items=partners, empty=_("No partner has been entered.")
            )
        ],
    )
    return record.show(request, page, parts=PARTS)


def facts(scope, row):
    return [
        (_("State"), cells.status(*standing(row, localdate()))),
        (_("Kind"), Cell(str(row.get_kind_display()))),
        (_("Enterprise"), record.linked(scope, row.enterprise, "enterprise")),
        *record.place_facts(scope, row.park),
        (_("Technology field"), cells.name(row.field)),
        (_("Signed"), cells.dated(row.signed_year, row.signed_on)),
        (_("Ends"), cells.dated(row.ended_year, row.ended_on)),
        (_("Contract amount"), Cell(numbers.money(row.amount))),
        (_("Registered contract number"), cells.text(row.contract_no)),
    ]
