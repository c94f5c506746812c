"""The page of one enterprise: what it reports, and every record that names it."""

from django.db.models import Count, F
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from enterprises.models import Enterprise, EnterpriseName, KeyMark, Location, Return, Title
from enterprises.standing import standing
from patents.models import Patent
from rd_centers.models import Center
from zonetrack import numbers, punctuation
from zonetrack.access.scope import request_scope
from zonetrack.lists import cells, record
from zonetrack.lists.cells import Cell
from zonetrack.lists.record import Panel, Table
from zonetrack.lists.returned import MEASURES
from zonetrack.projects.models import Achievement, Cooperation
from zonetrack.return_checks import patent_counts

YEARS_SHOWN = 8
ROWS_SHOWN = 10
PARTS = [(EnterpriseName, "enterprise"), (Location, "enterprise"), (KeyMark, "enterprise")]


@record.kept(Enterprise, PARTS, drafts=True)
def enterprise(request, pk):
    scope = request_scope(request)
    rows = Enterprise.objects.select_related("field", "parent", "successor")
    row = scope.get_or_404(rows, pk=pk)
    today = localdate()
    places = list(scope.limit(row.locations.select_related("park__home_zone")))
    filed = returns_of(scope, row)
    page = record.Page(
        record=row,
        title=row.name,
        sub=Cell(row.other_name, lang=row.other_language) if row.other_name else None,
        tags=tags(scope, row, today),
        crumbs=crumbs(places),
        warnings=warnings(row),
        links=[(_("Sheet to sign"), reverse("enterprise-sheet", args=[row.pk]))],
        main=[
            figures_panel(filed),
            patents_panel(scope, row, filed),
            projects_panel(scope, row),
            applications_panel(scope, row),
            latest_patents_panel(scope, row),
        ],
        side=[
            Panel("facts", _("Facts"), facts=facts(scope, row, places)),
            names_panel(row),
            centers_panel(scope, row),
            titles_panel(scope, row, today),
            achievements_panel(scope, row),
            cooperation_panel(scope, row),
            Panel("note", _("Note"), text=row.note),
        ],
    )
    return record.show(request, page, parts=PARTS)


def crumbs(places):
    address = reverse("enterprise-list")
    parks = [(place.park.name, f"{address}?park={place.park.key}") for place in places[:1]]
    return [(_("Enterprises"), address), *parks]


def tags(scope, row, today):
    held = Title.objects.filter(enterprise=row).select_related("kind")
    names = [title.kind.name for title in scope.limit(held) if standing(title, today)[0] != "ended"]
    years = key_years(scope, row)
    key = [(_("Key enterprise %(years)s") % {"years": punctuation.listed(years)}, True)]
    return [*(key if years else []), *((name, False) for name in dict.fromkeys(names))]


def key_years(scope, row) -> list[int]:
    return list(scope.limit(row.key_marks.order_by("year")).values_list("year", flat=True))


def warnings(row):
    if not row.uncertain_name:
        return []
    return [_("The name is uncertain: its reading in the source could not be confirmed.")]


def facts(scope, row, places):
    code = row.credit_code or ""
    return [
        *[fact for place in places for fact in location_facts(scope, place)],
        (_("Unified social credit code"), cells.text(code, sub=row.no_code_reason)),
        (_("Technology field"), cells.text(row.field)),
        (pgettext("enterprise", "Registered"), cells.dated(row.registered_year, row.registered_on)),
        *ties(scope, row),
        *[(_("Daughter company"), linked(one)) for one in scope.limit(row.daughters.all())[:20]],
        *[(_("Predecessor"), linked(one)) for one in scope.limit(row.predecessors.all())[:20]],
    ]


def ties(scope, row):
    """Its end and the enterprises it hangs together with, where there are any."""
    found = []
    if row.closed_year:
        closed = cells.dated(row.closed_year, row.closed_on)
        found.append((pgettext("enterprise", "Closed"), closed))
    if row.parent:
        found.append((_("Parent company"), record.linked(scope, row.parent, "enterprise")))
    if row.successor:
        found.append((_("Successor"), record.linked(scope, row.successor, "enterprise")))
    return found


def linked(enterprise):
    return cells.name(enterprise, url=enterprise.get_absolute_url())


def location_facts(scope, place):
    words, cell = record.park_fact(scope, place.park)
    years = (
        numbers.year_range(place.from_year, place.to_year)
        if place.to_year
        else (_("since %(year)d") % {"year": place.from_year})
    )
    silent = "" if place.reports else _("files no yearly returns")
    return [
        (words, Cell(cell.text, url=cell.url, sub=" · ".join(filter(None, [years, silent])))),
        record.zone_fact(record.zone_of(scope, place.park)),
    ]


def names_panel(row):
    items = [
        Cell(name.name, sub=" · ".join(filter(None, [name.get_kind_display(), until(name)])))
        for name in row.names.all()
    ]
    return Panel("names", _("Also written"), items=items)


def until(name) -> str:
    return _("until %(year)d") % {"year": name.until_year} if name.until_year else ""


# What it reports


def returns_of(scope, row) -> list[Return]:
    rows = row.returns.select_related("figures", "patents").order_by("-year")
    return list(reversed(scope.limit(rows)[:YEARS_SHOWN]))


def figures_panel(filed):
    rows = [
        [Cell(measure.head), *(cells.number(measure.of(one)) for one in filed)]
        for measure in MEASURES
        if any(measure.of(one) is not None for one in filed)
    ]
    states = [
        Cell(str(one.get_state_display()), url=one.get_absolute_url(), num=True) for one in filed
    ]
    table = Table(
        [_("Figure"), *(one.year for one in filed)], [*rows, [Cell(_("Return")), *states]]
    )
    return Panel(
        "figures",
        _("Figures by year"),
        table=table if filed else None,
        note=_("– is not reported. Figures count once their return is approved.") if filed else "",
        empty=_("No yearly return has been filed yet."),
    )


COMPARED = (
    ("filed", gettext_lazy("Patents filed")),
    ("granted", gettext_lazy("Patents granted")),
    ("in_force", gettext_lazy("Patents in force")),
)


def patents_panel(scope, row, filed):
    """Patents as reported beside the register of single patents, for years that have both."""
    registered = registered_patents(scope, row, [one.year for one in filed])
    lines = []
    for one in reversed(filed if registered else []):
        for name, label in COMPARED:
            reported = getattr(getattr(one, "patents", None), name, None)
            known = registered[one.year][name]
            if reported is not None and (reported or known):
                lines.append(compared(one.year, label, reported, known))
    heads = [_("Year"), _("Count"), _("Reported"), _("In the register"), _("Difference")]
    return Panel(
        "reconciled",
        _("Patents reported and in the register"),
        table=Table(heads, lines),
        note=_("The reported count leads; the register of single patents is its check.")
        if lines
        else "",
    )


def compared(year, label, reported, registered):
    difference = registered - reported
    word = _("Equal") if not difference else numbers.signed(difference)
    return [
        Cell(str(year)),
        Cell(str(label)),
        cells.number(reported),
        cells.number(registered),
        Cell(word, num=True),
    ]


def registered_patents(scope, row, years) -> dict[int, dict[str, int]]:
    """What the register counts for each year, of patents of which it is the first holder; empty
    where the register has none."""
    if not years:
        return {}
    events = own_patents(scope, row).values_list("type", "filed_year", "granted_year", "ended_year")
    groups = list(events.annotate(n=Count("*")))
    return {year: patent_counts(groups, year) for year in years} if groups else {}


def own_patents(scope, row):
    firsts = Patent.objects.filter(holders__enterprise=row, holders__order=1).order_by()
    return scope.limit(firsts)


# What names it


def projects_panel(scope, row):
    rows = scope.limit(row.projects.order_by(F("begun_year").desc(nulls_last=True), "pk"))
    lines = [
        [
            cells.name(one, url=one.get_absolute_url()),
            Cell(str(one.get_stage_display())),
            cells.dated(one.begun_year, one.begun_on),
            cells.dated(one.completed_year, one.completed_on),
        ]
        for one in rows[:ROWS_SHOWN]
    ]
    heads = [_("Project"), _("Stage"), _("Begun"), _("Completed or stopped")]
    return Panel(
        "projects", _("Projects"), table=Table(heads, lines), more=all_of("project-list", row)
    )


def applications_panel(scope, row):
    rows = row.applications.select_related("category__program").order_by("-applied_year", "pk")
    lines = [
        [
            cells.text(one.title or one.category.name, url=one.get_absolute_url()),
            cells.text(one.category.program.name, sub=one.category.name),
            cells.dated(one.applied_year, one.applied_on),
            Cell(str(one.get_status_display())),
        ]
        for one in scope.limit(rows)[:ROWS_SHOWN]
    ]
    heads = [_("Application"), _("Program"), _("Applied"), _("Status")]
    return Panel(
        "applications",
        _("Applications to programs"),
        table=Table(heads, lines),
        more=all_of("application-list", row),
    )


def latest_patents_panel(scope, row):
    rows = Patent.objects.filter(holders__enterprise=row).order_by("-filed_year", "application_no")
    lines = [
        [
            cells.text(one.title or one.application_no, url=one.get_absolute_url()),
            Cell(one.application_no),
            Cell(str(one.get_type_display())),
            cells.dated(one.filed_year, one.filed_on),
            cells.dated(one.granted_year, one.granted_on),
        ]
        for one in scope.limit(rows)[:ROWS_SHOWN]
    ]
    heads = [_("Patent"), _("Application number"), _("Type"), _("Filed"), _("Granted")]
    return Panel(
        "patents", _("Latest patents"), table=Table(heads, lines), more=all_of("patent-list", row)
    )


def all_of(view, row):
    return _("All of this enterprise"), f"{reverse(view)}?enterprise={row.pk}"


def centers_panel(scope, row):
    led = scope.limit(row.led_centers.select_related("kind"))
    shared = scope.limit(Center.objects.filter(hosts__enterprise=row).select_related("kind"))
    items = [center_cell(one, _("leads")) for one in led[:ROWS_SHOWN]]
    items += [center_cell(one, _("takes part")) for one in shared[:ROWS_SHOWN]]
    return Panel("centers", _("R&D centers and labs"), items=items)


def center_cell(center, part):
    return Cell(center.name, url=center.get_absolute_url(), sub=f"{center.kind.name} · {part}")


def titles_panel(scope, row, today):
    rows = scope.limit(row.titles.select_related("kind").order_by("-awarded_year", "pk"))
    items = [
        Cell(
            one.kind.name,
            url=one.get_absolute_url(),
            sub=" · ".join(
                filter(
                    None,
                    [one.kind.get_level_display(), one.batch, one.years, standing(one, today)[1]],
                )
            ),
        )
        for one in rows[:ROWS_SHOWN]
    ]
    return Panel(
        "titles", _("Titles"), items=items, more=all_of("title-list", row) if items else None
    )


def achievements_panel(scope, row):
    rows = scope.limit(Achievement.objects.filter(enterprise=row))
    items = [
        Cell(one.name, url=one.get_absolute_url(), sub=cells.when(one.year, one.on))
        for one in rows[:ROWS_SHOWN]
    ]
    return Panel("achievements", _("Achievements"), items=items)


def cooperation_panel(scope, row):
    rows = scope.limit(Cooperation.objects.filter(enterprise=row)).prefetch_related("partners")
    items = [
        Cell(
            one.name,
            url=one.get_absolute_url(),
            sub=" · ".join(
                [*(partner.name for partner in one.partners.all()), str(one.signed_year)]
            ),
        )
        for one in rows[:ROWS_SHOWN]
    ]
    return Panel("cooperation", _("Research cooperation"), items=items)
