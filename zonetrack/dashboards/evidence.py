"""Where the number of one year comes from: everything known of it, and which of it is shown."""

from dataclasses import dataclass
from datetime import date

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from zonetrack import numbers
from zonetrack.indicators.declaration import Kind, Part
from zonetrack.published.models import PublishedFigure
from zonetrack.targets import wording
from zonetrack.targets.scorecard import PUBLISHED, REGISTER, RETURNS, Line, rows_behind


@dataclass(frozen=True)
class Evidence:
    """One thing known of a number. `watch` is a difference or a gap that must be seen."""

    text: str
    url: str | None = None
    notes: tuple[str, ...] = ()
    watch: str = ""
    shown: bool = False  # whether this is the number that is shown


def evidence(line: Line, today: date) -> list[Evidence]:
    """Records first, then published figures; what can never be the year's number stands apart."""
    found = [*own_evidence(line), *published_evidence(line)]
    return found + ([single_records(line, today)] if line.indicator.check else [])


def own_evidence(line: Line) -> list[Evidence]:
    if line.indicator.published_only:
        return []
    if line.indicator.kind == Kind.RATIO:
        return ratio_evidence(line)
    if line.indicator.basis.is_returns:
        return [returns_evidence(line)]
    return [register_evidence(line)]


def ratio_evidence(line: Line) -> list[Evidence]:
    """Both parts of a ratio; each opens the rows that add up to it."""
    actual = line.actual
    values = {"numerator": actual.numerator, "denominator": actual.denominator}
    parts = [
        Evidence(
            _("%(part)s: %(value)s") % {"part": part.name, "value": part_text(part, values[name])},
            wording.records_url(line, name) if values[name] is not None else None,
        )
        for name, part in line.indicator.parts.items()
    ]
    note = wording.returns_text(line) if line.indicator.basis.is_returns else register_note(line)
    quotient = wording.value_text(line.indicator, own_value(line))
    whole = _("%(above)s divided by %(below)s: %(value)s") % {
        "above": line.indicator.numerator.name,
        "below": line.indicator.denominator.name,
        "value": quotient,
    }
    shown = actual.origin in (REGISTER, RETURNS)
    return [*parts, Evidence(whole, notes=tuple(filter(None, [note])), shown=shown)]


def part_text(part: Part, value) -> str:
    return numbers.money(value) if part.money else numbers.with_unit(value, part.unit)


def own_value(line: Line):
    """What registers or returns say, shown or not."""
    return line.actual.records if line.actual.origin == PUBLISHED else line.value


def returns_evidence(line: Line) -> Evidence:
    value = own_value(line)
    waiting = bool(line.actual.unapproved)
    if value is None and not line.actual.expected:
        return Evidence(_("No return of an enterprise is expected for this year."))
    words = {"value": wording.value_text(line.indicator, value)}
    text = (
        _("Sum of all returns, approved or not: %(value)s")
        if line.actual.provisional
        else _("Sum of approved returns: %(value)s")
    )
    return Evidence(
        text % words,
        wording.records_url(line) if value is not None else None,
        notes=() if waiting else tuple(filter(None, [wording.returns_text(line)])),
        watch=wording.returns_text(line) if waiting else "",
        shown=line.actual.origin == RETURNS,
    )


def register_evidence(line: Line) -> Evidence:
    """The rows of a register: a number where it is complete, else as many as are known."""
    known = line.actual.known if line.actual.origin != REGISTER else line.value
    words = {"value": numbers.number(known)}
    complete = line.actual.origin == REGISTER or line.actual.known is None
    text = _("In the register: %(value)s") if complete else _("In the register: %(value)s known")
    return Evidence(
        text % words,
        wording.records_url(line) if known else None,
        notes=(register_note(line),),
        shown=line.actual.origin == REGISTER,
    )


def register_note(line: Line) -> str:
    """Whether the register is declared complete for the year."""
    years = [line.place.zone.complete_from(name) for name in line.indicator.basis.registers]
    if years and all(year is not None and year <= line.year for year in years):
        return _("The register is complete from %(year)d on.") % {"year": max(years)}
    return _("The register is not declared complete for this year, so its rows are not judged.")


def published_evidence(line: Line) -> list[Evidence]:
    return [
        Evidence(
            _("Published: %(value)s") % {"value": wording.exact_text(line.indicator, figure.value)},
            figure.get_absolute_url(),
            notes=figure_notes(figure),
            watch=difference(line, figure),
            shown=line.actual.origin == PUBLISHED and at == 0,
        )
        for at, figure in enumerate(line.actual.published)
    ]


def figure_notes(figure: PublishedFigure) -> tuple[str, ...]:
    certain = figure.certainty == PublishedFigure.Certainty.PUBLISHED
    certainty = "" if certain else str(figure.get_certainty_display())
    return tuple(filter(None, [str(figure.source), certainty, figure.note]))


def difference(line: Line, figure: PublishedFigure) -> str:
    """How far a published figure lies from complete records, or from those known."""
    own = own_value(line)
    if own is None or (line.actual.known is not None and line.actual.origin == PUBLISHED):
        return itemized(line)
    gap = figure.value - own
    if not gap:
        return ""
    words = {"gap": wording.exact_text(line.indicator, abs(gap))}
    return (
        _("%(gap)s more than the records") if gap > 0 else _("%(gap)s fewer than the records")
    ) % words


def itemized(line: Line) -> str:
    if not line.actual.known or line.actual.origin != PUBLISHED:
        return ""
    words = {
        "known": numbers.number(line.actual.known),
        "value": wording.value_text(line.indicator, line.value),
    }
    return _("%(known)s of %(value)s are itemized by records") % words


def single_records(line: Line, today: date) -> Evidence:
    """The register that checks reported counts, with the difference.

    No zone declares such a register complete, so without a row nothing is known: never 0.
    """
    rows = rows_behind(line.indicator, line.place, line.year, today=today, part="check")
    n = rows.count()
    name = line.indicator.check.name
    if not n:
        return Evidence(_("%(register)s: none known") % {"register": name})
    text = _("%(register)s: %(n)s") % {"register": name, "n": numbers.number(n)}
    return Evidence(text, wording.records_url(line, "check"), watch=check_text(own_value(line), n))


def check_text(reported, n: int) -> str:
    if reported is None or reported == n:
        return ""
    words = {"n": numbers.number(abs(reported - n))}
    return (
        _("%(n)s fewer than reported") if n < reported else _("%(n)s more than reported")
    ) % words


def apart(line: Line) -> list[Evidence]:
    """Figures that are never the year's number: of a part of the year, derived, planned."""
    parts = [
        Evidence(
            _("%(value)s to the end of %(month)s")
            % {
                "value": wording.exact_text(line.indicator, figure.value),
                "month": MONTHS.get(figure.month, ""),
            },
            figure.get_absolute_url(),
            notes=figure_notes(figure),
        )
        for figure in line.actual.parts_of_year
    ]
    others = [
        Evidence(
            wording.exact_text(line.indicator, figure.value),
            figure.get_absolute_url(),
            notes=figure_notes(figure),
        )
        for figure in line.actual.planned
    ]
    return parts + others
