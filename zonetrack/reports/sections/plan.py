"""What is planned for the next year: targets, centers, key enterprises, programs, projects."""

from dataclasses import replace

from django.utils.translation import gettext as _

from rd_centers.models import Center
from zonetrack import punctuation
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Line

from .. import cells
from ..document import Paragraph, Row, Section, Table
from ..facts import Facts
from ..narrative import say
from ..records import partners_of
from .frame import SHOWN, filled, listing, paragraph, section, table, words

PROJECTS, WON = "key-industrial-projects", "program-applications-won"


def plan(facts: Facts) -> Section | None:
    following = facts.year + 1
    bodies, marks = facts.records.planned_next, facts.records.key_marks_next
    known = [
        *targets(facts),
        paragraph(
            [say().planned_bodies([each.name for each in bodies], bodies.n, following)]
            if bodies
            else []
        ),
        listing(
            "plan-bodies",
            _("R&D bodies planned for %(year)d") % {"year": following},
            planned_columns(),
            bodies,
            planned_row,
            most=SHOWN,
        ),
        paragraph(
            [say().planned_firms([mark.enterprise.name for mark in marks], marks.n, following)]
            if marks
            else []
        ),
        listing(
            "plan-enterprises",
            _("Key enterprises of %(year)d") % {"year": following},
            [words(_("Enterprise"), 3), words(_("Park"), 2), words(_("Technology field"), 2)],
            marks,
            firm_row,
            most=SHOWN,
        )
        if marks.n > 6
        else None,
        projects(facts),
        programs(facts),
    ]
    title = _("Plan for %(year)d") % {"year": following}
    return section("plan", title, known)


def planned_columns() -> list:
    return [
        words(_("Center or lab"), 3),
        words(_("Kind"), 2),
        words(_("Technology field"), 1.6),
        words(_("Lead enterprise"), 2),
        words(_("Partners"), 2),
        words(_("Park"), 1.6),
    ]


def planned_row(body: Center) -> Row:
    return cells.row(
        cells.text(body.name, body.get_absolute_url()),
        cells.text(body.kind.name),
        cells.text(body.field),
        cells.text(body.host),
        cells.text(punctuation.listed(partners_of(body))),
        cells.text(body.park.name),
    )


def firm_row(mark) -> Row:
    return cells.row(
        cells.text(mark.enterprise.name, mark.enterprise.get_absolute_url()),
        cells.text(mark.park.name),
        cells.text(mark.enterprise.field),
    )


def targets(facts: Facts) -> list[Paragraph | Table]:
    lines = [line for line in facts.next_lines if line.aim is not None]
    if not lines:
        return []
    with_number = sum(line.aim.value is not None for line in lines)
    year, park = facts.year + 1, bool(facts.place.park)
    columns, rows = filled(
        [
            words(_("Indicator"), 2.4),
            words(_("Target"), 1.2),
            words(_("Objective in words"), 3),
            words(_("In %(year)d") % {"year": facts.year}, 1.2),
        ],
        [target_row(facts, line) for line in lines],
    )
    return [
        paragraph([say().aims(with_number, len(lines) - with_number, year, park=park)], "lead"),
        table(
            "plan-targets",
            _("Targets for %(year)d") % {"year": year},
            columns,
            rows,
            notes=tuple(dict.fromkeys(note for line in lines for note in notes_of(line))),
        ),
    ]


def target_row(facts: Facts, line: Line) -> Row:
    url = line.aim.target.get_absolute_url() if line.aim.target else ""
    has_number = line.aim.value is not None
    return cells.row(
        cells.text(cells.named(line), wording.indicator_url(line)),
        cells.target(line) if has_number else cells.text(""),
        cells.text(line.aim.text, url),
        cells.value(facts.line(line.indicator.key)),
    )


def notes_of(line: Line) -> list[str]:
    """What must be said beside a target: how it came about, and what its own note says."""
    own = [line.aim.target.note] if line.aim.target and line.aim.target.note else []
    # A plan does not tell how far it has come since.
    planned = wording.target_notes(replace(line, original=None))
    return [punctuation.colon(line.indicator.name) + note for note in [*planned, *own]]


def projects(facts: Facts) -> Paragraph | None:
    """Key projects of the next year: as published, and those that go on."""
    following = facts.line(PROJECTS, facts.year + 1)
    sentences = []
    for figure in following.actual.planned[:1]:
        n = wording.exact_text(following.indicator, figure.value)
        known = following.actual.known
        sentences.append(say().planned_projects(n, known, following.year))
    going_on = sum(
        each.completed_year is None or each.completed_year > facts.year
        for each in facts.records.key_projects
    )
    if going_on and not facts.records.key_projects.more:
        sentences.append(say().going_on(going_on, following.year))
    return paragraph(sentences)


def programs(facts: Facts) -> Paragraph | None:
    """Programs of the next year, where the zone takes part in any or wants to."""
    wanted = facts.line(WON, facts.year + 1).aim is not None
    if not (wanted or facts.records.applications):
        return None
    by_program: dict[str, list] = {}
    for each in facts.records.categories:
        by_program.setdefault(each.program.name, []).append((each.name, each.quota))
    return paragraph(say().planned_program(name, them) for name, them in by_program.items())
