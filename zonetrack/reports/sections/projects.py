"""Projects and programs, research cooperation, and achievements."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zonetrack import punctuation
from zonetrack.dashboards import panels
from zonetrack.projects.models import Application, Cooperation, Project
from zonetrack.projects.views.programs import application_title
from zonetrack.records import in_reader_language

from .. import cells
from ..document import Paragraph, Row, Section, Table
from ..facts import Facts
from ..narrative import say
from ..records import partners_of
from .frame import SHOWN, figures, listing, paragraph, private_notes, section, table, told, words

PROJECTS = (
    "key-industrial-projects",
    "key-projects-on-schedule",
    "projects-begun",
    "program-applications-won",
)
COOPERATION = ("cooperation-signed", "cooperation-in-force")


def projects(facts: Facts) -> Section | None:
    known = [
        told(facts, *PROJECTS),
        delayed(facts),
        late_table(facts),
        *programs(facts),
    ]
    return section("projects", _("Projects and programs"), known)


# Key projects


def late(facts: Facts) -> list[Project]:
    return [each for each in facts.records.key_projects if each.overdue_since is not None]


def milestone(project: Project) -> str:
    return in_reader_language(project.milestone_en or "", project.milestone_zh or "")


def days_late(project: Project, facts: Facts) -> int:
    return (facts.day - project.overdue_since).days


def delayed(facts: Facts) -> Paragraph | None:
    told = [(each.name, milestone(each), days_late(each, facts)) for each in late(facts)]
    return paragraph([say().delayed(told, len(told))]) if told else None


def late_table(facts: Facts) -> Table | None:
    rows = late(facts)
    if not rows:
        return None
    return table(
        "projects-late",
        _("Key projects with an overdue milestone"),
        [
            words(_("Number"), 0.7),
            words(_("Project"), 3),
            words(_("Enterprise"), 2),
            words(_("Park"), 1.6),
            words(_("Milestone"), 1.6),
            words(_("Planned for"), 1),
            figures(_("Days late")),
        ],
        [
            cells.row(
                cells.year(each.serial),
                cells.text(each.name, each.get_absolute_url()),
                cells.text(each.enterprise),
                cells.text(each.park.name),
                cells.text(milestone(each)),
                cells.dated(None, each.overdue_since),
                cells.count(days_late(each, facts)),
            )
            for each in rows[:SHOWN]
        ],
    )


def project_columns() -> list:
    yuan = cells.TEN_THOUSAND_YUAN
    return [
        words(_("Number"), 0.7),
        words(_("Project"), 3),
        words(_("Enterprise"), 2),
        words(_("Park"), 1.6),
        words(_("Technology field"), 1.4),
        words(pgettext("project", "Begun"), 1),
        words(_("Completed or stopped"), 1),
        words(_("State"), 1.2),
        figures(_("Budget"), yuan, 1.2),
    ]


def project_row(project: Project, facts: Facts) -> Row:
    """As it stood at the year's end, or stands today while the year runs."""
    over = project.completed_year is not None and project.completed_year <= facts.year
    if project.overdue_since is not None:
        state = _("Delayed")
    else:
        state = project.get_stage_display() if over else _("On schedule")
    return cells.row(
        cells.year(project.serial),
        cells.text(project.name, project.get_absolute_url()),
        cells.text(project.enterprise),
        cells.text(project.park.name),
        cells.text(project.field),
        cells.dated(project.begun_year, project.begun_on),
        cells.dated(project.completed_year, project.completed_on) if over else cells.text(""),
        cells.text(state),
        cells.private_money(project.budget, facts.hides),
    )


# Programs


def programs(facts: Facts) -> list[Paragraph | Table | None]:
    groups = panels.programs(facts.tables[panels.PROGRAM], facts.place, facts.year)
    groups = [group for group in groups if group.counts[0].n]
    if not groups:
        return []
    n, _review, won, declined = (sum(each.counts[at].n for each in groups) for at in range(4))
    quotas = {str(category.pk): category.quota for category in facts.records.categories}
    rows, program = [], None
    for group in groups:
        if group.note != program:
            program = group.note
            rows.append(cells.group(program))
        counts = (cells.count(tally.n, tally.url) for tally in group.counts)
        quota = cells.count(quotas.get(group.key))
        rows.append(cells.row(cells.text(group.name, group.url), *counts, quota))
    return [
        paragraph([say().applied(n, won, declined, n - won - declined, facts.year)]),
        table(
            "programs",
            _("Applications to programs made in %(year)d") % {"year": facts.year},
            [
                words(_("Category"), 3),
                figures(_("Applications")),
                figures(pgettext("application", "In review")),
                figures(pgettext("application", "Won")),
                figures(pgettext("application", "Declined")),
                figures(_("Projects in the program")),
            ],
            rows,
        ),
    ]


def application_columns() -> list:
    return [
        words(_("Application"), 3),
        words(_("Program"), 2),
        words(_("Category"), 2),
        words(_("Enterprise"), 2),
        words(_("Park"), 1.6),
        words(_("Applied"), 1),
        words(_("Status"), 1),
        figures(_("Support granted"), cells.TEN_THOUSAND_YUAN, 1.2),
    ]


def application_row(row: Application, facts: Facts) -> Row:
    return cells.row(
        cells.text(application_title(row), row.get_absolute_url()),
        cells.text(row.category.program.name),
        cells.text(row.category.name),
        cells.text(row.enterprise),
        cells.text(row.park.name),
        cells.dated(row.applied_year, row.applied_on),
        cells.text(row.get_status_display()),
        cells.private_money(row.funding, facts.hides),
    )


# Cooperation


def cooperation(facts: Facts) -> Section | None:
    signed = facts.records.cooperation
    partners = list(dict.fromkeys(name for row in signed for name in partners_of(row)))
    known = [
        told(facts, *COOPERATION),
        paragraph([say().with_partners(partners, len(partners))] if partners else []),
        by_partner(facts),
        listing(
            "cooperation-signed",
            _("Cooperation agreements signed in %(year)d") % {"year": facts.year},
            cooperation_columns(),
            signed,
            lambda row: cooperation_row(row, facts),
            most=SHOWN,
            notes=private_notes(facts),
        ),
    ]
    return section("cooperation", _("Cooperation"), known)


def by_partner(facts: Facts) -> Table | None:
    groups = panels.partners(facts.tables[panels.PARTNER], facts.place, facts.year)
    if not groups:
        return None
    return table(
        "cooperation-by-partner",
        _("Agreements signed, by kind of partner"),
        [words(_("Partners"), 3), figures(facts.year - 1), figures(facts.year)],
        [
            cells.row(
                cells.text(group.name), *(cells.count(one.n, one.url) for one in group.counts)
            )
            for group in groups
        ],
        notes=(_("An agreement with partners of several kinds stands in each of their rows."),),
    )


def cooperation_columns() -> list:
    return [
        words(_("Agreement"), 3),
        words(_("Kind"), 1.4),
        words(_("Enterprise"), 2),
        words(_("Partners"), 2),
        words(_("Park"), 1.6),
        words(_("Signed"), 1),
        words(_("Ends"), 1),
        figures(_("Contract amount"), cells.TEN_THOUSAND_YUAN, 1.2),
    ]


def cooperation_row(row: Cooperation, facts: Facts) -> Row:
    return cells.row(
        cells.text(row.name, row.get_absolute_url()),
        cells.text(row.get_kind_display()),
        cells.text(row.enterprise),
        cells.text(punctuation.listed(partners_of(row))),
        cells.text(row.park.name),
        cells.dated(row.signed_year, row.signed_on),
        cells.dated(row.ended_year, row.ended_on),
        cells.private_money(row.amount, facts.hides),
    )


# Achievements


def achievements(facts: Facts) -> Section | None:
    found = facts.records.achievements
    fields = list(dict.fromkeys(row.field.name for row in found if row.field))
    names = [row.name for row in found]
    known = [
        told(facts, "achievements"),
        paragraph([say().in_fields(fields, len(fields))] if fields else []),
        paragraph([say().results(names, found.n)] if names and not fields else []),
        listing(
            "achievements-by-field",
            _("Achievements of %(year)d by field") % {"year": facts.year},
            achievement_columns(),
            found,
            achievement_row,
            most=SHOWN,
        ),
    ]
    return section("achievements", _("Achievements"), known)


def achievement_columns() -> list:
    return [
        words(_("Technology field"), 2),
        words(_("Achievement"), 3),
        words(_("Enterprise"), 2),
        words(_("Park"), 1.6),
        words(_("Date"), 1),
    ]


def achievement_row(row) -> Row:
    return cells.row(
        cells.text(row.field),
        cells.text(row.name, row.get_absolute_url()),
        cells.text(row.enterprise),
        cells.text(row.park.name),
        cells.dated(row.year, row.on),
    )
