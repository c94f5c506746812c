"""The lists in full, each as long as `records.MOST` allows."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.reporting import state_words
from zonetrack import catalog, numbers
from zonetrack.addresses import address_of
from zonetrack.published.models import PublishedFigure
from zonetrack.targets import wording

from .. import cells, records
from ..document import Block, Paragraph, Row, Section, Table
from ..facts import Facts
from ..records import Found
from .bodies import body_columns, body_row, way_columns, way_row
from .frame import listing, private_notes, section, words
from .projects import (
    achievement_columns,
    achievement_row,
    application_columns,
    application_row,
    cooperation_columns,
    cooperation_row,
    project_columns,
    project_row,
)
from .titles import title_columns, title_row


def annex(key: str, title, lists: Iterable[Table | None], found: Found) -> Section | None:
    lists = [each for each in lists if each is not None]
    return section(f"annex-{key}", title, [*too_long(found), *lists]) if lists else None


def too_long(found: Found) -> list[Block]:
    if not found.more:
        return []
    text = ngettext(
        "The list holds %(shown)d rows; %(n)d more stands on the site.",
        "The list holds %(shown)d rows; %(n)d more stand on the site.",
        found.more,
    )
    return [Paragraph(text % {"shown": len(found.rows), "n": found.more}, "note")]


def bodies(facts: Facts) -> Section | None:
    found, title = facts.records.bodies_held, _("R&D bodies recognized")
    rows = listing("bodies-held", title, body_columns(), found, lambda row: body_row(row, facts))
    return annex("bodies", title, [rows], found)


def on_the_way(facts: Facts) -> Section | None:
    found, title = facts.records.on_the_way, _("R&D bodies on the way to recognition")
    rows = listing(
        "bodies-on-the-way", title, way_columns(), found, lambda row: way_row(row, facts)
    )
    return annex("on-the-way", title, [rows], found)


def titles(facts: Facts) -> Section | None:
    found, title = facts.records.titles_held, _("Titles held")
    rows = listing("titles-held", title, title_columns(), found, title_row)
    return annex("titles", title, [rows], found)


def projects(facts: Facts) -> Section | None:
    found, title = facts.records.key_projects, _("Key industrial projects")
    rows = listing(
        "key-projects",
        title,
        project_columns(),
        found,
        lambda row: project_row(row, facts),
        notes=private_notes(facts),
    )
    return annex("projects", title, [rows], found)


def applications(facts: Facts) -> Section | None:
    found, title = facts.records.applications, _("Applications to programs")
    rows = listing(
        "applications",
        title,
        application_columns(),
        found,
        lambda row: application_row(row, facts),
        notes=private_notes(facts),
    )
    return annex("applications", title, [rows], found)


def cooperation(facts: Facts) -> Section | None:
    found = facts.records.cooperation_in_force
    title = _("Cooperation agreements in force")
    rows = listing(
        "cooperation-in-force",
        title,
        cooperation_columns(),
        found,
        lambda row: cooperation_row(row, facts),
        notes=private_notes(facts),
    )
    return annex("cooperation", title, [rows], found)


def achievements(facts: Facts) -> Section | None:
    found, title = facts.records.achievements, _("Achievements")
    rows = listing("achievements", title, achievement_columns(), found, achievement_row)
    return annex("achievements", title, [rows], found)


def published(facts: Facts) -> Section | None:
    found, title = facts.records.published, _("Published figures")
    columns = [
        words(_("Indicator"), 2.4),
        words(_("Zone or park"), 2),
        words(_("Value"), 1),
        words(_("Unit"), 1),
        words(_("Period"), 1.2),
        words(_("Certainty"), 1.4),
        words(_("Source"), 3),
        words(_("Note"), 3),
    ]
    rows = listing("published-figures", title, columns, found, published_row)
    return annex("published", title, [rows], found)


def published_row(figure: PublishedFigure) -> Row:
    indicator = catalog.BY_KEY.get(figure.indicator)
    value = cells.text(numbers.number(figure.value), figure.get_absolute_url())
    if indicator is not None:
        words = wording.exact_text(indicator, figure.value)
        value = cells.of_indicator(indicator, words, figure.value, None, figure.get_absolute_url())
    return cells.row(
        cells.text(indicator.name if indicator else figure.indicator),
        cells.text(figure.place.name),
        value,
        cells.text(indicator.unit if indicator else ""),
        cells.text(figure.get_period_display()),
        cells.text(figure.get_certainty_display()),
        cells.text(figure.source, figure.source.address),
        cells.text(figure.note),
    )


def returns(facts: Facts) -> Section | None:
    """Enterprises whose return for the year is not approved."""
    missing = facts.records.returns_missing
    found = Found(missing[: records.MOST], len(missing))
    title = _("Returns missing or not approved")
    names = {place.park.pk: place.name for place in facts.parks or [facts.place] if place.park}
    columns = [words(_("Enterprise"), 3), words(_("Park"), 2), words(_("State"), 1.4)]

    def row(one) -> Row:
        return cells.row(
            cells.text(one.name, address_of("enterprise", str(one.enterprise))),
            cells.text(names.get(one.park, "")),
            cells.text(state_words(one.state)),
        )

    rows = listing("returns-missing", title, columns, found, row)
    return annex("returns", title, [rows], found)


ANNEXES = (
    bodies,
    on_the_way,
    titles,
    projects,
    applications,
    cooperation,
    achievements,
    published,
    returns,
)
