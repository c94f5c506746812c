"""What must be known to read the figures: definitions, completeness, published beside records."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zonetrack import catalog, punctuation
from zonetrack.dashboards import panels
from zonetrack.indicators.declaration import Indicator
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Line

from .. import cells
from ..document import Section, Table
from ..facts import Facts
from .frame import figures, paragraph, section, table, words


def notes(facts: Facts) -> Section:
    return section(
        "notes",
        _("Data notes"),
        [
            paragraph(rules(facts)),
            registers(facts),
            returns(facts),
            published_beside(facts),
            definitions(facts),
        ],
    )


def rules(facts: Facts) -> list[str]:
    """How figures come about, as far as the report shows any that the sentence is about."""
    origins = {line.actual.origin for line in facts.lines}
    sentences = [_("“–” stands for what is not reported; 0 is zero.")]
    if any(line.value is None and line.actual.known for line in facts.lines):
        sentences.append(known_rule())
    if "published" in origins:
        sentences.append(
            _("A published figure stands where neither a complete register nor all returns do.")
        )
    if facts.running:
        sentences.append(
            _("The year is not over: its counts are not compared with those of a whole year.")
        )
    if facts.hides:
        sentences.append(
            _(
                "Amounts that fewer than three enterprises make up, and those of single "
                "enterprises, contracts and projects, are left out. Where a zone’s total would "
                "tell a park’s amount, the next smallest is left out too."
            )
        )
    return sentences


def known_rule() -> str:
    return _("“Known” counts what is entered in a register that is not declared complete.")


def register_names() -> dict[str, str]:
    return {
        "enterprises": _("Enterprises"),
        "centers": _("R&D centers and labs"),
        "titles": _("Titles"),
        "projects": _("Projects and programs"),
        "cooperation": _("Cooperation"),
        "achievements": _("Achievements"),
    }


def registers(facts: Facts) -> Table:
    zone, rows = facts.place.zone, []
    for key, name in register_names().items():
        since = zone.complete_from(key)
        state = _("Complete") if facts.declared_complete(key) else _("Not declared complete")
        rows.append(cells.row(cells.text(name), cells.text(state), cells.year(since)))
    return table(
        "registers",
        _("Completeness of the registers in %(year)d") % {"year": facts.year},
        [
            words(pgettext("records", "Register"), 3),
            words(_("State"), 2),
            words(_("Complete from"), 1),
        ],
        rows,
    )


def returns(facts: Facts) -> Table | None:
    """How far the returns are, by park."""
    if facts.coverage is None:
        return None
    key = facts.coverage.indicator.key
    places = facts.parks or [facts.place]
    lines = [facts.line(key, place=place) for place in places]
    rows = [returns_row(line, line.place.name) for line in lines if line.actual.expected]
    if facts.parks:
        rows.append(returns_row(facts.coverage, _("Whole zone"), "total"))
    return table(
        "returns",
        _("Yearly returns of %(year)d") % {"year": facts.year},
        [
            words(_("Park"), 3),
            figures(_("Expected")),
            figures(pgettext("return", "Approved")),
            figures(_("Waiting for approval")),
            figures(_("In draft")),
            figures(_("Missing")),
        ],
        rows,
    )


def returns_row(line: Line, name: str, kind: str = ""):
    actual = line.actual
    url = panels.list_url("return-list", line.place, year=line.year)
    counts = (actual.reported or 0, actual.waiting, actual.drafts, actual.missing)
    return cells.row(
        cells.text(name), cells.count(actual.expected, url), *map(cells.count, counts), kind=kind
    )


def published_beside(facts: Facts) -> Table | None:
    """Figures that were published, with what the records say."""
    rows = [
        cells.row(
            cells.text(line.indicator.name, wording.indicator_url(line)),
            exact(line.indicator, figure.value, figure.get_absolute_url()),
            beside(line),
            exact(line.indicator, line.actual.difference),
            cells.text(figure.source),
        )
        for line in facts.lines
        for figure in line.actual.published
    ]
    if not rows:
        return None
    return table(
        "published-beside-records",
        _("Published figures beside the records"),
        [
            words(_("Indicator"), 2.4),
            figures(pgettext("figure", "Published")),
            figures(_("Records"), wide=1.2),
            figures(_("Difference")),
            words(_("Source"), 3),
        ],
        rows,
    )


def exact(indicator: Indicator, value, url: str = ""):
    """What somebody has published is not rounded."""
    words = wording.exact_text(indicator, value)
    return cells.of_indicator(indicator, words, value, None, url)


def beside(line: Line):
    """What registers or returns say, however far they go."""
    actual = line.actual
    if actual.origin != "published":
        return cells.value(line)
    url = wording.records_url(line) or ""
    if actual.known:
        return cells.text(wording.known_text(actual.known), url)
    return cells.of_indicator(
        line.indicator,
        wording.value_text(line.indicator, actual.records),
        actual.records,
        line.indicator.decimals,
        url if actual.records is not None else "",
    )


def definitions(facts: Facts) -> Table:
    """Of the indicators that the report shows."""
    planned = {line.indicator.key for line in facts.next_lines if line.aim is not None}
    shown = {line.indicator.key for line in facts.lines if line.has_anything} | planned
    return table(
        "definitions",
        _("Definitions"),
        [
            words(_("Indicator"), 2),
            words(_("Unit"), 1),
            words(_("Definition"), 5),
            words(_("Counted from"), 2),
        ],
        [
            cells.row(
                cells.text(each.name),
                cells.text(each.unit),
                cells.text(each.definition),
                cells.text(counted_from(each)),
            )
            for each in catalog.INDICATORS
            if each.key in shown
        ],
        empty=_("No indicator has figures or a target."),
    )


def counted_from(indicator: Indicator) -> str:
    if indicator.basis.is_returns:
        return _("Yearly returns")
    if indicator.published_only:
        return _("published figures only")
    names = register_names()
    return punctuation.listed(names[name] for name in indicator.basis.registers)
