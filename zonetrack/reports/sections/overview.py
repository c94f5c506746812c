"""What a report says first: the year in sentences, and all indicators in one table."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zonetrack import catalog
from zonetrack.dashboards import headline
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Line

from .. import cells
from ..document import Row, Section, Table
from ..facts import Facts
from ..narrative import say
from .frame import figures, money_notes, paragraph, section, table, words
from .notes import known_rule


def summary(facts: Facts) -> Section:
    """How far the figures go, how the targets stand, and the headline indicators."""
    known = facts.some(*catalog.HEADLINES)
    known += [line for line in others(facts, known) if line.value is not None]
    if not known:
        lead = [_("No figures are known for this year.")]
        if any(line.aim for line in facts.lines):
            lead += headline.headline(facts.lines, facts.year, facts.today)
        return section("summary", _("Summary"), [paragraph(lead, "lead"), reach(facts)])
    return section(
        "summary",
        _("Summary"),
        [
            paragraph(headline.headline(facts.lines, facts.year, facts.today), "lead"),
            paragraph(say().told(known[: len(catalog.HEADLINES)], facts.today, in_order=True)),
            paragraph(known_note(facts.lines), "note"),
            reach(facts),
        ],
    )


def known_note(lines: list[Line]) -> list[str]:
    """Said once for the whole report, as every section tells of known rows."""
    if not any(line.value is None and line.actual.known for line in lines):
        return []
    return [known_rule()]


def others(facts: Facts, known: list[Line]) -> list[Line]:
    """What stands in for headlines of which nothing is known."""
    return [line for line in facts.lines if line not in known]


def reach(facts: Facts):
    """How far the figures go."""
    about = headline.about(facts.lines[0], facts.today, facts.coverage)
    return paragraph(about, "note")


def indicators(facts: Facts) -> Section:
    return section("indicators", _("Indicators"), [indicator_table(facts)])


def indicator_table(facts: Facts) -> Table:
    """All indicators of which anything is known, by topic, with numbered notes."""
    notes = Notes(facts.lines)
    return table(
        "indicators",
        _("Indicators of %(year)d") % {"year": facts.year},
        [
            words(_("Indicator"), 3),
            figures(facts.year),
            figures(facts.year - 1),
            figures(pgettext("figure", "Change"), wide=1.6),
            figures(_("Target"), wide=1.3),
            words(_("Result"), 2.2),
            figures(_("Share of the target")),
        ],
        [
            row
            for topic, name in catalog.TOPICS.items()
            for row in topic_rows(facts.of_topic(topic), name, notes, facts.running)
        ],
        empty=_("No figures are known for this year."),
        notes=(*notes.texts, *money_notes(facts, catalog.BY_KEY)),
    )


class Notes:
    """What must be said beside values and targets, each text once with a number."""

    def __init__(self, lines: Iterable[Line]):
        self.numbers: dict[str, int] = {}
        for line in lines:
            if line.has_anything:
                for text in self.of(line):
                    self.numbers.setdefault(text, len(self.numbers) + 1)

    @staticmethod
    def of(line: Line) -> list[str]:
        """At most two: where the value comes from, and how the target came about."""
        known = wording.known_text(line.actual.known) if line.actual.known else ""
        origin = [note for note in wording.origin_notes(line) if note != known]
        target = wording.target_notes(line)
        return [
            *([wording.listed(origin)] if origin else []),
            *([_("Target: %(note)s") % {"note": wording.listed(target)}] if target else []),
        ]

    def marks(self, line: Line) -> str:
        """`[1][3]`"""
        return "".join(f"[{self.numbers[text]}]" for text in self.of(line))

    @property
    def texts(self) -> list[str]:
        return [f"[{number}] {text}" for text, number in self.numbers.items()]


def topic_rows(lines: list[Line], name, notes: Notes, running: bool) -> list[Row]:
    rows = [indicator_row(line, notes, running) for line in lines]
    return [cells.group(name), *rows] if rows else []


def indicator_row(line: Line, notes: Notes, running: bool) -> Row:
    marks = notes.marks(line)
    name = f"{cells.named(line)}{' ' if marks else ''}{marks}"
    return cells.row(
        cells.text(name, wording.indicator_url(line)),
        cells.value(line),
        cells.previous(line),
        cells.change(line, running=running),
        cells.target(line),
        cells.status(line),
        cells.attainment(line),
        key=line.indicator.key,
    )
