"""How a line is told to people: the words and addresses of every page, report and export.

Nothing is compared or added up here: `scorecard` and `progress` have done that. None is "–".
"""

from decimal import Decimal
from functools import cached_property
from math import floor

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zonetrack import numbers, punctuation
from zonetrack.addresses import address_of, rows_behind
from zonetrack.indicators.declaration import Indicator, Kind, Number
from zonetrack.published.models import PublishedFigure

from .progress import Cause, Status
from .scorecard import PUBLISHED, RETURNS, Actual, Aim, Line

SMALL = 20  # targets below it are spoken in things first, in percent second
PROVISIONAL = "&provisional=1"  # in addresses: figures that are not approved are counted along
HEADROOM = Decimal("1.15")  # a bullet graph is wider than its longest mark by this factor

# Numbers


def value_text(indicator: Indicator, value: Number | None) -> str:
    """`1,234`, `45.5%`, `CNY 74.6 million`."""
    return _written(indicator, value, indicator.decimals)


def exact_text(indicator: Indicator, value: Number | None) -> str:
    """As `value_text`, but as exact as the value is: what somebody has set is not rounded."""
    return _written(indicator, value, None)


def unit_text(indicator: Indicator) -> str:
    """The unit to be written beside `value_text`; empty where that already contains it."""
    return "" if indicator.money or indicator.is_percent else str(indicator.unit)


def _written(indicator: Indicator, value: Number | None, decimals: int | None) -> str:
    if indicator.money:
        return numbers.money(value)
    if indicator.is_percent:
        return numbers.percent(value, decimals)
    return numbers.number(value, decimals)


# Targets


def target_text(aim: Aim | None, indicator: Indicator) -> str:
    """`at least 3`; the objective in words where there is no number."""
    if aim is None:
        return numbers.NOTHING
    if aim.value is None:
        return aim.text or numbers.NOTHING
    return _limit_text(aim, indicator, aim.value)


def _limit_text(aim: Aim, indicator: Indicator, value: Number) -> str:
    words = {"value": exact_text(indicator, value)}
    if aim.direction == "up":
        return _("at least %(value)s") % words
    if aim.direction == "down":
        return _("at most %(value)s") % words
    if aim.tolerance:
        words["tolerance"] = exact_text(indicator, aim.tolerance)
        return _("keep %(value)s ± %(tolerance)s") % words
    return _("keep %(value)s") % words


def target_notes(line: Line) -> list[str]:
    """What must be said beside a target: derived, revised, or at odds with the parks' targets."""
    aim, notes = line.aim, []
    if aim is None:
        return notes
    if aim.derived:
        notes.append(_("derived from the parks’ targets"))
    if aim.original is not None:
        notes.append(_revision_text(line))
    if aim.parks_sum is not None:
        words = {"sum": exact_text(line.indicator, aim.parks_sum)}
        notes.append(_("the parks’ targets add up to %(sum)s") % words)
    return notes


def _revision_text(line: Line) -> str:
    words = {"original": _limit_text(line.aim, line.indicator, line.aim.original)}
    if line.original is None or line.original.attainment is None:
        return _("revised, originally %(original)s") % words
    words |= {"before": line.original.percent, "now": line.judgement.percent}
    return (
        _("revised, originally %(original)s: %(before)s of that, %(now)s of the new target") % words
    )


# How it stands


def status_text(line: Line) -> str:
    status, cause = line.judgement.status, line.judgement.cause
    if status == Status.NO_TARGET and line.aim and line.aim.value is None:
        return _("Objective in words")
    if status == Status.NOT_DUE:
        return _cause_text(cause)
    return {
        Status.NO_TARGET: _("No target"),
        Status.NOT_REPORTED: _("Not reported"),
        Status.ON_PACE: _("On pace"),
        Status.BEHIND: _("Behind"),
        Status.ACHIEVED: _("Target met"),
        Status.MISSED: _("Target missed"),
    }[status]


def _cause_text(cause: Cause | None) -> str:
    return {
        Cause.WAITING: _("Waiting for figures"),
        Cause.NOT_BEGUN: _("Year not begun"),
        Cause.YEAR_END: _("Judged at the year’s end"),
    }.get(cause) or _("Not due yet")


def remaining_text(line: Line) -> str:
    """`1 short of 3 (66%)`; empty where there is nothing to say."""
    remaining = line.judgement.remaining
    if remaining is None or line.aim is None or line.aim.value is None or line.value is None:
        return ""
    indicator, aim = line.indicator, line.aim
    if aim.direction == "up":
        return _short_text(line) if remaining else _reached_text(line)
    words = {"n": _gap(indicator, remaining), "target": exact_text(indicator, aim.value)}
    if aim.direction == "down":
        text = _("%(n)s above the limit of %(target)s") if remaining else _("within %(target)s")
        return text % words
    return (_("%(n)s off %(target)s") if remaining else _("%(target)s kept")) % words


def _short_text(line: Line) -> str:
    words = _amounts(line, line.judgement.remaining)
    if line.indicator.is_percent or line.judgement.attainment is None:
        return _("%(n)s short of %(target)s") % words
    if line.indicator.whole and line.aim.value < SMALL:
        return _("%(n)s short of %(target)s (%(percent)s)") % words
    return _("%(percent)s of %(target)s, %(n)s short") % words


def _reached_text(line: Line) -> str:
    above = line.value - line.aim.value
    words = _amounts(line, above)
    if line.indicator.is_percent or line.judgement.attainment is None:
        return (_("%(n)s above %(target)s") if above else _("exactly %(target)s")) % words
    if line.indicator.whole and line.aim.value < SMALL:
        if not above:
            return _("%(target)s of %(target)s (%(percent)s)") % words
        return _("%(n)s above %(target)s (%(percent)s)") % words
    return _("%(percent)s of %(target)s") % words


def _amounts(line: Line, n: Decimal) -> dict[str, str]:
    return {
        "n": _gap(line.indicator, n),
        "target": exact_text(line.indicator, line.aim.value),
        "percent": line.judgement.percent,
    }


def _gap(indicator: Indicator, n: Decimal) -> str:
    """A difference between two values: percentages differ by percentage points."""
    if not indicator.is_percent:
        return exact_text(indicator, n) if indicator.whole else value_text(indicator, n)
    words = {"change": numbers.number(n, indicator.decimals)}
    return _("%(change)s percentage points") % words


def expected_text(line: Line) -> str:
    """What is expected by now; whole things are rounded down, as they are judged."""
    expected = line.judgement.expected
    if expected is not None and line.indicator.whole:
        expected = Decimal(floor(expected))
    return value_text(line.indicator, expected)


# Against the year before


def change_text(line: Line) -> str:
    """`+1`, `+12 (+13.6%)`, `+1.5 percentage points`."""
    indicator = line.indicator
    change = numbers.change(
        line.value,
        line.previous.value,
        points=indicator.is_percent,
        decimals=indicator.decimals,
    )
    if not indicator.money or change.difference is None:
        return str(change)
    words = {"change": ("+" if change.difference > 0 else "") + numbers.money(change.difference)}
    if change.share is None:
        return words["change"]
    words["percent"] = numbers.signed(change.share, 1) + "%"
    return _("%(change)s (%(percent)s)") % words


def previous_text(line: Line) -> str:
    """`100 in all of 2013`, `313 at the end of 2013`; empty where it is not reported."""
    if line.previous.value is None:
        return ""
    words = {"value": value_text(line.indicator, line.previous.value), "year": line.year - 1}
    if line.indicator.kind == Kind.FLOW:
        return _("%(value)s in all of %(year)d") % words
    return _("%(value)s at the end of %(year)d") % words


# Where a number comes from


def origin_text(line: Line) -> str:
    """What must be said beside a number; empty for a complete register or all returns."""
    return listed(origin_notes(line))


def listed(notes: list[str]) -> str:
    return punctuation.clauses(notes)


def origin_notes(line: Line) -> list[str]:
    actual, indicator = line.actual, line.indicator
    if actual.origin == PUBLISHED:
        return _published_notes(line)
    notes = []
    if actual.value is None and actual.known:
        notes.append(known_text(actual.known))
    if actual.origin == RETURNS and actual.provisional:
        notes.append(_("provisional"))
    if actual.origin == RETURNS and (actual.unapproved or actual.bare):
        notes.append(returns_text(line))
    if actual.difference:
        notes.append(
            _("published %(published)s, records %(records)s")
            % {
                "published": exact_text(indicator, actual.published[0].value),
                "records": value_text(indicator, actual.value),
            }
        )
    if actual.value is None:
        notes += _unfit_notes(line)
    return notes


def known_text(n: int) -> str:
    """Rows known of a register that is not declared complete."""
    return _("%(n)s known") % {"n": numbers.number(n)}


def returns_text(line: Line) -> str:
    """`27 of 31 enterprises approved, 3 waiting, 1 missing`; empty where no return is expected."""
    actual = line.actual
    if not actual.expected:
        return ""
    words = {"n": actual.reported or 0, "all": actual.expected}
    told = [_("%(n)d of %(all)d enterprises approved") % words]
    if actual.bare:
        told.append(_("%(n)d of them without these figures") % {"n": actual.bare})
    return punctuation.phrases([*told, *outstanding(actual)])


def outstanding(actual: Actual) -> list[str]:
    """`3 waiting`, `1 in draft`, `1 missing`: how far the returns are that are not approved."""
    told = (
        (actual.waiting, pgettext("returns", "%(n)d waiting")),
        (actual.drafts, pgettext("returns", "%(n)d in draft")),
        (actual.missing, pgettext("returns", "%(n)d missing")),
    )
    return [words % {"n": n} for n, words in told if n]


def _published_notes(line: Line) -> list[str]:
    actual, figure = line.actual, line.actual.published[0]
    ambiguous = figure.certainty == PublishedFigure.Certainty.AMBIGUOUS
    notes = [_("published, meaning ambiguous") if ambiguous else _("published")]
    words = {"value": value_text(line.indicator, actual.value)}
    if line.indicator.basis.is_returns and actual.expected:
        notes.append(returns_text(line))
    elif actual.known is not None and not line.indicator.published_only:
        words["n"] = numbers.number(actual.known)
        itemized = _("%(n)s of %(value)s itemized") if actual.known else _("none itemized")
        notes.append(itemized % words)
    return notes


def _unfit_notes(line: Line) -> list[str]:
    """Figures that are never an actual: part of a year, planned, derived."""
    notes = []
    for figure in line.actual.parts_of_year:
        words = {
            "value": exact_text(line.indicator, figure.value),
            "month": MONTHS.get(figure.month, ""),
        }
        notes.append(_("%(value)s published to the end of %(month)s") % words)
    for figure in line.actual.planned:
        words = {"value": exact_text(line.indicator, figure.value)}
        plan = figure.certainty == PublishedFigure.Certainty.PLAN
        notes.append((_("%(value)s planned") if plan else _("%(value)s derived")) % words)
    return notes


# Addresses


def open_url(line: Line, part: str = "") -> str | None:
    """The page behind a number: its rows, both parts of a ratio, or the published figure.

    With a part ("numerator", "denominator") the rows of this part of a ratio.
    """
    if part:
        return records_url(line, part)
    if line.actual.origin == PUBLISHED:
        return line.actual.published[0].get_absolute_url()
    if line.value is None and not line.actual.known:
        return None
    if line.indicator.kind == Kind.RATIO:
        return indicator_url(line)
    return records_url(line)


def records_url(line: Line, part: str = "") -> str | None:
    """The list of the rows that a number counts or adds up; None if no register is behind it."""
    behind = line.indicator.openable.get(part)
    if behind is None:
        return None
    address = rows_behind(behind.page, line.indicator.key, line.place.key, line.year)
    more = PROVISIONAL if line.provisional and line.indicator.basis.is_returns else ""
    return f"{address}&part={part}{more}" if part else f"{address}{more}"


def indicator_url(line: Line) -> str:
    """The indicator's page, at the line's year and park."""
    address = address_of("indicator", line.place.zone.key, line.indicator.key)
    park = f"&park={line.place.park.key}" if line.place.park else ""
    return f"{address}?year={line.year}{park}{PROVISIONAL if line.provisional else ''}"


# All of it, for templates


class Shown:
    """A line in words, each put together only where a page asks for it.

    `url` opens what is behind the value, `records_url` what `origin` tells of: the records that
    itemize a published figure, or those known of an incomplete register.
    `running`: the year is not over, so that what is counted so far has no change to tell.
    """

    def __init__(self, line: Line, *, running: bool = False):
        self.line, self.running = line, running

    @cached_property
    def name(self) -> str:
        return str(self.line.indicator.name)

    @cached_property
    def value(self) -> str:
        return value_text(self.line.indicator, self.line.value)

    @cached_property
    def unit(self) -> str:
        return unit_text(self.line.indicator)

    @cached_property
    def origin(self) -> str:
        return listed(self.origin_notes)

    @cached_property
    def origin_notes(self) -> list[str]:
        return origin_notes(self.line)

    @cached_property
    def url(self) -> str | None:
        return None if self.line.value is None else open_url(self.line)

    @cached_property
    def records_url(self) -> str | None:
        itemized = self.line.value is None or self.published
        return records_url(self.line) if itemized and self.line.actual.known else None

    @cached_property
    def indicator_url(self) -> str:
        return indicator_url(self.line)

    @cached_property
    def target(self) -> str:
        return target_text(self.line.aim, self.line.indicator)

    @cached_property
    def target_notes(self) -> list[str]:
        return target_notes(self.line)

    @cached_property
    def remaining(self) -> str:
        return remaining_text(self.line)

    @property
    def percent(self) -> str:
        return self.line.judgement.percent

    @cached_property
    def expected(self) -> str:
        return expected_text(self.line)

    @property
    def status(self) -> str:
        return self.line.judgement.status.value

    @cached_property
    def status_text(self) -> str:
        return status_text(self.line)

    @cached_property
    def change(self) -> str:
        if self.running and self.line.indicator.kind == Kind.FLOW:
            return self.previous or numbers.NOTHING
        return change_text(self.line)

    @cached_property
    def previous(self) -> str:
        return previous_text(self.line)

    @cached_property
    def bullet(self) -> dict[str, float | None]:
        return bullet(self.line)

    @cached_property
    def label(self) -> str:
        return spoken(self.line)

    @property
    def published(self) -> bool:
        return self.line.actual.origin == PUBLISHED

    @property
    def source(self) -> str:
        return str(self.line.actual.published[0].source) if self.published else ""


def shown(line: Line, *, running: bool = False) -> Shown:
    return Shown(line, running=running)


def bullet(line: Line) -> dict[str, float | None]:
    """Where the marks of a bullet graph stand, in percent of its width; None leaves one out."""
    marks = {
        "actual": line.value,
        "expected": line.judgement.expected,
        "target": line.aim.value if line.aim else None,
    }
    if line.indicator.direction == "down" and marks["target"] is None:
        return dict.fromkeys(marks)  # a bar that is better when short says nothing by itself
    known = [value for value in marks.values() if value is not None]
    top = Decimal(max(known, default=0)) * HEADROOM
    if line.indicator.is_percent:
        top = max(top, Decimal(100)) if top <= 100 * HEADROOM else top
    if top <= 0:
        return dict.fromkeys(marks)
    return {
        name: None if value is None else round(float(max(value, 0) / top * 100), 1)
        for name, value in marks.items()
    }


def spoken(line: Line) -> str:
    """A bullet graph in words."""
    indicator = line.indicator
    parts = [numbers.with_unit(line.value, unit_text(indicator), indicator.decimals)]
    if indicator.money or indicator.is_percent:
        parts = [value_text(indicator, line.value)]
    if line.judgement.expected is not None:
        parts.append(_("expected by now: %(value)s") % {"value": expected_text(line)})
    parts.append(_("target: %(value)s") % {"value": target_text(line.aim, indicator)})
    return listed(parts)
