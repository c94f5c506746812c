"""Programs of support with their categories, and the applications made to them."""

from django.db.models import Count, OuterRef, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from zonetrack import punctuation
from zonetrack.access.scope import request_scope
from zonetrack.lists import cells, listing, record
from zonetrack.lists.cells import Cell
from zonetrack.lists.listing import Column, Listing, Question
from zonetrack.lists.record import Panel, Table
from zonetrack.projects.filters import ApplicationFilters, ProgramFilters
from zonetrack.projects.models import Application, Program, ProgramCategory
from zonetrack.records import period

ROWS_SHOWN = 50


def program_list(request):
    return listing.show(request, PROGRAMS)


def with_counts(rows, question: Question):
    return rows.select_related("authority").annotate(
        quota=Subquery(quotas()), applications=Subquery(applications_to(question.scope))
    )


def quotas():
    rows = ProgramCategory.objects.filter(program=OuterRef("pk")).order_by()
    return rows.values("program").annotate(n=Sum("quota")).values("n")


def applications_to(scope):
    """How many applications in scope each program has."""
    rows = scope.limit(Application.objects.filter(category__program=OuterRef("pk"))).order_by()
    return rows.values("category__program").annotate(n=Count("*")).values("n")


def years_of(row) -> str:
    return period(row.from_year, row.to_year) if row.from_year else ""


def program_columns(question: Question) -> list[Column]:
    return [
        Column(
            "name",
            _("Program"),
            cell=lambda row: cells.name(row, url=row.get_absolute_url()),
            sort=listing.by_name(),
        ),
        *listing.both_names("name", _("Program")),
        listing.choice("level", _("Level"), "level"),
        listing.record("authority", _("Run by"), "authority"),
        listing.column("years", _("Years"), years_of, sort=("from_year", "to_year")),
        listing.figure("quota", _("Projects in the program"), lambda row: row.quota),
        listing.figure("applications", _("Applications"), lambda row: row.applications),
    ]


PROGRAMS = Listing(
    name="program-list",
    title=gettext_lazy("Programs"),
    model=Program,
    filters=ProgramFilters,
    columns=program_columns,
    rows=with_counts,
    order="name",
    empty=gettext_lazy("Programs of science and technology support stand here."),
)


PARTS = [(ProgramCategory, "program")]


@record.kept(Program, PARTS)
def program(request, pk):
    scope = request_scope(request)
    row = scope.get_or_404(Program.objects.select_related("authority"), pk=pk)
    page = record.Page(
        record=row,
        title=row.name,
        sub=Cell(row.other_name, lang=row.other_language) if row.other_name else None,
        crumbs=[(_("Programs"), reverse("program-list"))],
        main=[categories_panel(scope, row), applications_panel(scope, row)],
        side=[
            Panel("facts", _("Facts"), facts=facts(row)),
            Panel("note", _("Note"), text=row.note),
        ],
    )
    return record.show(request, page, parts=PARTS)


def facts(row):
    return [
        (_("Level"), Cell(str(row.get_level_display()))),
        (_("Run by"), cells.name(row.authority)),
        (_("Years"), cells.text(years_of(row))),
    ]


def categories_panel(scope, row):
    counts = Application.objects.filter(category__program=row).order_by()
    counted = dict(
        scope.limit(counts).values("category").annotate(n=Count("*")).values_list("category", "n")
    )
    won = dict(
        scope.limit(counts.filter(status=Application.Status.WON))
        .values("category")
        .annotate(n=Count("*"))
        .values_list("category", "n")
    )
    lines = [
        [
            cells.name(one),
            cells.number(one.quota),
            cells.number(counted.get(one.pk)),
            cells.number(won.get(one.pk)),
        ]
        for one in row.categories.all()
    ]
    heads = [_("Category"), _("Projects in the program"), _("Applications known"), _("Won")]
    return Panel(
        "categories",
        _("Categories"),
        table=Table(heads, lines),
        empty=_("No categories have been entered."),
    )


def applications_panel(scope, row):
    rows = Application.objects.filter(category__program=row).select_related(
        "category", "enterprise", "park"
    )
    lines = [
        [
            cells.text(application_title(one), sub=one.category.name),
            cells.text(one.enterprise),
            cells.text(one.park.name),
            cells.dated(one.applied_year, one.applied_on),
            status_cell(one),
            cells.number(one.funding),
        ]
        for one in scope.limit(rows.order_by("-applied_year", "pk"))[:ROWS_SHOWN]
    ]
    heads = [
        _("Application"),
        _("Enterprise"),
        _("Park"),
        _("Applied"),
        _("Status"),
        _("Support granted (10,000 yuan)"),
    ]
    return Panel(
        "applications",
        _("Applications"),
        table=Table(heads, lines),
        empty=_("No applications are known in your zones and parks."),
        more=(_("All applications"), f"{reverse('application-list')}?program={row.pk}"),
    )


def application_title(row) -> str:
    return row.title or row.category.name


def status_cell(row):
    words = str(row.get_status_display())
    if row.status == Application.Status.WON:
        return cells.status("done", punctuation.dated(words, row.won_year, row.won_on))
    if row.status == Application.Status.DECLINED:
        return cells.status("ended", words)
    return cells.status("submitted", words)


# Applications


def application_list(request):
    return listing.show(request, APPLICATIONS)


def with_program(rows, question: Question):
    return rows.select_related("category__program", "enterprise", "park")


def application_columns(question: Question) -> list[Column]:
    return [
        Column(
            "title",
            _("Application"),
            cell=lambda row: cells.text(application_title(row), url=row.get_absolute_url()),
        ),
        listing.exported("title_en", _("Title in English"), "title_en"),
        listing.exported("title_zh", _("Title in Chinese"), "title_zh"),
        listing.record("program", _("Program"), "category__program"),
        listing.record("category", _("Category"), "category"),
        listing.record("enterprise", _("Enterprise"), "enterprise"),
        listing.record("park", _("Park"), "park"),
        listing.dated("applied", _("Applied"), "applied_year", "applied_on"),
        Column(
            "status",
            _("Status"),
            lambda row: str(row.get_status_display()),
            cell=status_cell,
            sort=("status",),
        ),
        listing.exported("won", _("Won in"), "won_year"),
        listing.figure(
            "funding", _("Support granted"), "funding", unit=pgettext("unit", "10,000 yuan")
        ),
        listing.record_number(),
    ]


APPLICATIONS = Listing(
    name="application-list",
    title=gettext_lazy("Applications to programs"),
    model=Application,
    filters=ApplicationFilters,
    columns=application_columns,
    rows=with_program,
    order="-applied",
    empty=gettext_lazy("Applications of the parks' enterprises to programs stand here."),
)
