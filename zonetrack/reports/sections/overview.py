"""What a report says first: the year in sentences, and all indicators in one table."""

from django.utils.translation import gettext as _

from zonetrack import catalog
from zonetrack.dashboards import headline
from zonetrack.targets import wording

from .. import cells, narrative, pictures
from ..document import Row, Section, Table
from ..facts import Facts
from .frame import figures, paragraph, section, table, words

DRAWN = ("patents-filed", "rd-expenditure")  # in the overview


def summary(facts: Facts) -> Section:
    """How far the figures go, how the targets stand, and the headline indicators."""
    known = [line for key in catalog.HEADLINES if (line := facts.line(key)).value is not None]
    return section(
        "summary",
        _("Summary"),
        [
            paragraph(headline.headline(facts.lines, facts.year, facts.today), "lead"),
            paragraph(narrative.told(line, running=facts.running) for line in known),
            paragraph(headline.about(facts.lines[0], facts.today, facts.coverage), "note"),
            *(pictures.over_years(facts.track(key), today=facts.today) for key in DRAWN),
        ],
    )


def indicators(facts: Facts) -> Section:
    return section("indicators", _("Indicators"), [indicator_table(facts)])


def indicator_table(facts: Facts) -> Table:
    """All indicators of which anything is known, by topic."""
    return table(
        "indicators",
        _("Indicators of %(year)d") % {"year": facts.year},
        [
            words(_("Indicator"), 3),
            figures(facts.year),
            figures(facts.year - 1),
            figures(_("Change"), wide=1.6),
            figures(_("Target"), wide=1.3),
            words(_("Result"), 2.2),
            figures(_("Share of the target")),
        ],
        [row for topic, name in catalog.TOPICS.items() for row in topic_rows(facts, topic, name)],
        empty=_("No figures are known for this year."),
    )


def topic_rows(facts: Facts, topic: str, name) -> list[Row]:
    lines = facts.of_topic(topic)
    return [cells.group(name), *map(indicator_row, lines)] if lines else []


def indicator_row(line) -> Row:
    unit = wording.unit_text(line.indicator)
    name = f"{line.indicator.name}{cells.unit_behind(unit)}"
    return cells.row(
        cells.text(name, wording.indicator_url(line)),
        cells.value(line),
        cells.previous(line),
        cells.change(line),
        cells.target(line),
        cells.status(line),
        cells.attainment(line),
    )
