"""Technology projects, the zone's key industrial projects among them."""

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from zonetrack import numbers
from zonetrack.access.scope import request_scope
from zonetrack.evidence.models import Attachment
from zonetrack.evidence.panel import evidence_panel, who_added
from zonetrack.lists import cells, listing, record
from zonetrack.lists.cells import Cell
from zonetrack.lists.listing import Column, Listing, Question
from zonetrack.lists.record import Panel, Table
from zonetrack.projects.filters import ProjectFilters
from zonetrack.projects.models import Milestone, Project


def project_list(request):
    return listing.show(request, PROJECTS)


def with_milestones(rows, question: Question):
    return rows.select_related("park", "enterprise", "field").prefetch_related("milestones")


def late_milestones(row, today) -> list[Milestone]:
    """Milestones due by the evening of the day and not done by then."""
    return [
        one
        for one in row.milestones.all()
        if one.planned_on <= today and not (one.done_on and one.done_on <= today)
    ]


def standing(row, today) -> tuple[str, str]:
    """How it stands against its milestones; late ones come before everything else."""
    if row.stage == Project.Stage.STOPPED:
        return "ended", str(row.get_stage_display())
    if late := late_milestones(row, today):
        return "late", days_late(min(one.planned_on for one in late), today)
    if row.stage == Project.Stage.COMPLETED:
        return "done", str(row.get_stage_display())
    if row.milestones.all():
        return "on_schedule", _("On schedule")
    return "no_target", _("No milestones")


def days_late(planned_on, day) -> str:
    days = (day - planned_on).days
    return ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}


def columns(question: Question) -> list[Column]:
    today, yuan = question.today, pgettext("unit", "10,000 yuan")

    def name_cell(row):
        tags = ((_("Key project"), True),) if row.is_key else ()
        return cells.name(row, url=row.get_absolute_url(), tags=tags)

    return [
        Column("name", _("Project"), cell=name_cell, sort=listing.by_name()),
        *listing.both_names("name", _("Project")),
        listing.column("serial", _("Number"), "serial", num=True),
        listing.exported("key", _("Key industrial project"), "is_key"),
        listing.record("enterprise", _("Enterprise"), "enterprise"),
        listing.record("park", _("Park"), "park"),
        listing.record("field", _("Technology field"), "field"),
        listing.choice("stage", _("Stage"), "stage"),
        listing.dated("begun", pgettext("project", "Begun"), "begun_year", "begun_on"),
        listing.exported("completed", _("Completed or stopped in"), "completed_year"),
        listing.figure("budget", _("Budget"), "budget", unit=yuan),
        listing.figure("spent", _("Spent so far"), "spent", unit=yuan),
        listing.figure("progress", _("Progress"), "progress", unit="%", summed=False),
        Column(
            "state",
            _("Milestones"),
            lambda row: standing(row, today)[1],
            cell=lambda row: cells.status(*standing(row, today)),
        ),
        listing.record_number(),
    ]


PROJECTS = Listing(
    name="project-list",
    title=gettext_lazy("Projects"),
    model=Project,
    filters=ProjectFilters,
    columns=columns,
    rows=with_milestones,
    order="serial",
    empty=gettext_lazy("Technology projects with their milestones stand here."),
    via={Milestone: "project"},
)


PARTS = [(Milestone, "project"), (Attachment, "project")]


@record.kept(Project, PARTS, also=lambda pk: who_added(project=pk))
def project(request, pk):
    scope, today = request_scope(request), localdate()
    rows = Project.objects.select_related("park__home_zone", "enterprise", "field")
    row = scope.get_or_404(rows.prefetch_related("milestones"), pk=pk)
    listed = reverse("project-list")
    page = record.Page(
        record=row,
        title=row.name,
        sub=Cell(row.other_name, lang=row.other_language) if row.other_name else None,
        tags=[(_("Key industrial project"), True)] if row.is_key else [],
        crumbs=[(_("Projects"), listed), (row.park.name, f"{listed}?park={row.park.key}")],
        main=[
            milestones_panel(row, today),
            evidence_panel(row),
            Panel("note", _("Note"), text=row.note),
        ],
        side=[Panel("facts", _("Facts"), facts=facts(scope, row, today))],
    )
    return record.show(request, page, parts=PARTS)


def facts(scope, row, today):
    return [
        (_("State"), cells.status(*standing(row, today))),
        (_("Stage"), Cell(str(row.get_stage_display()))),
        (_("Number in the list of key projects"), cells.text(row.serial)),
        (_("Enterprise"), record.linked(scope, row.enterprise, "enterprise")),
        *record.place_facts(scope, row.park),
        (_("Technology field"), cells.name(row.field)),
        (pgettext("project", "Begun"), cells.dated(row.begun_year, row.begun_on)),
        (_("Completed or stopped"), cells.dated(row.completed_year, row.completed_on)),
        (_("Budget"), Cell(numbers.money(row.budget))),
        (_("Spent so far"), Cell(numbers.money(row.spent), sub=share_spent(row))),
        (_("Progress"), Cell(numbers.percent(row.progress, 0))),
    ]


def share_spent(row) -> str:
    if not row.budget or row.spent is None:
        return ""
    return _("%(share)s of the budget") % {
        "share": numbers.percent(row.spent * 100 / row.budget, 0)
    }


def milestones_panel(row, today):
    lines = [
        [
            cells.name(one),
            cells.dated(None, one.planned_on),
            cells.dated(None, one.done_on),
            milestone_cell(one, today),
        ]
        for one in row.milestones.all()
    ]
    heads = [_("Milestone"), _("Planned for"), _("Done on"), _("State")]
    return Panel(
        "milestones",
        _("Milestones"),
        table=Table(heads, lines),
        empty=_("No milestones have been entered."),
    )


def milestone_cell(one, today):
    if one.done_on is None:
        if one.planned_on <= today:
            return cells.status("late", days_late(one.planned_on, today))
        return cells.status("not_due", _("Not due yet"))
    if one.done_on > one.planned_on:
        late = days_late(one.planned_on, one.done_on)
        return cells.status("done", _("Done, %(late)s") % {"late": late})
    return cells.status("done", _("Done on time"))
