"""What is known that a number of a text can be held against: lines and published figures.

Values come from the scorecard and the registers as they are; here they are only put beside each
other, in the unit in which the text counts.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zonetrack import numbers
from zonetrack.indicators.declaration import Indicator
from zonetrack.published.indicators import HUNDRED_MILLION
from zonetrack.published.models import PublishedFigure
from zonetrack.targets import wording
from zonetrack.targets.scorecard import PUBLISHED, Line

from .reading import Claim, Unit

Link = tuple[str, str]


@dataclass(frozen=True)
class Known:
    """One number of ours. `value` is in the unit of claims, `text` as pages write it.

    `firm`: another number than this is wrong. `exactly`: only the same number agrees, whatever
    the text says of “at least” and such. `open_above`: rows of a register that is not
    complete, so that more may exist. `is_change`: a difference to the year before.
    """

    what: str
    role: str
    place: str
    year: int | None
    value: Decimal
    text: str
    links: tuple[Link, ...] = ()
    note: str = ""
    firm: bool = True
    exactly: bool = False
    open_above: bool = False
    is_change: bool = False
    is_target: bool = False
    direction: str = "up"


def unit_of(indicator: Indicator) -> Unit:
    """The unit in which a text would say a value of the indicator."""
    if indicator.is_percent:
        return Unit.PERCENT
    if indicator.money or in_hundred_millions(indicator):
        return Unit.MONEY
    return Unit.RANK if indicator.key == "mofcom-rank" else Unit.THINGS


def in_hundred_millions(indicator: Indicator) -> bool:
    return str(indicator.unit) == str(HUNDRED_MILLION)


def speaks_of(claim: Claim, indicator: Indicator) -> bool:
    """Whether the claim's unit can be said of the indicator at all."""
    own = unit_of(indicator)
    if claim.unit == Unit.POINTS:
        return own == Unit.PERCENT
    if claim.unit == Unit.PERCENT:
        # A value in percent rises by percentage points.
        return claim.of_target or bool(claim.turn) != (own == Unit.PERCENT)
    return claim.unit == own


def of_line(claim: Claim, line: Line) -> list[Known]:
    """What a line knows that the claim can mean, the likeliest first."""
    indicator = line.indicator
    if claim.of_target:
        return of_target(line)
    if claim.gap:
        return gap(line)
    if claim.unit == Unit.PERCENT and not indicator.is_percent:
        return growth(line)
    if claim.unit == Unit.POINTS:
        return change(line)
    values = [*actuals(line), *parts_of_year(line)]
    planned = [*target(line, firm=claim.aimed), *plans(line)]
    if claim.turn:
        before = loosely(line, line.previous.value, line.year - 1)
        return [*change(line), *(replace(one, firm=False) for one in values), *before]
    return [*planned, *values] if claim.aimed else [*values, *planned]


def amount(indicator: Indicator, value: Decimal) -> Decimal:
    """In the unit of claims: money in 10,000 yuan."""
    return Decimal(value) * 10_000 if in_hundred_millions(indicator) else Decimal(value)


def told(line: Line, role: str, value, text: str, links=(), **more) -> Known:
    links = tuple((label, url) for label, url in links if url)
    year = more.pop("year", line.year)
    return Known(
        what=str(line.indicator.name),
        role=role,
        place=line.place.name,
        year=year,
        value=value if more.pop("as_it_is", False) else amount(line.indicator, value),
        text=text,
        links=links or ((_("The indicator"), wording.indicator_url(line)),),
        **more,
    )


def actuals(line: Line) -> list[Known]:
    """The value shown, published figures beside it, and rows known of an incomplete register."""
    indicator, found = line.indicator, []
    rows = (_("The records"), wording.records_url(line) if line.actual.known else None)
    if line.value is not None and line.actual.origin == PUBLISHED:
        figure = line.actual.published[0]
        role = wording.origin_text(line)  # published, and how much of it is itemized
        found.append(of_figure(line, figure, role, firm=True, further=rows))
    elif line.value is not None:
        opened = (_("What is behind it"), wording.open_url(line))
        text, note = as_shown(indicator, line.value), wording.origin_text(line)
        found.append(told(line, _("value"), line.value, text, [opened], note=note))
    for figure in line.actual.published:
        if figure.value != line.value:
            found.append(of_figure(line, figure, _("published figure"), firm=False))
    if line.actual.known:
        found.append(
            told(
                line,
                _("records known"),
                Decimal(line.actual.known),
                with_unit(indicator, line.actual.known),
                [rows],
                note=_("The register is not declared complete for this year."),
                open_above=True,
                firm=line.value is None,
            )
        )
    return found


def as_shown(indicator: Indicator, value) -> str:
    """A value with its unit, rounded as on all pages."""
    if in_hundred_millions(indicator):
        return numbers.money(amount(indicator, value))
    if unit := wording.unit_text(indicator):
        return numbers.with_unit(value, unit, indicator.decimals)
    return wording.value_text(indicator, value)


def with_unit(indicator: Indicator, value) -> str:
    """A value with its unit, as exact as it is."""
    if in_hundred_millions(indicator):
        return numbers.money(amount(indicator, value))
    if wording.unit_text(indicator):
        return numbers.with_unit(value, wording.unit_text(indicator))
    return wording.exact_text(indicator, value)


def of_figure(
    line: Line, figure: PublishedFigure, role: str, *, firm: bool, further: Link | None = None
) -> Known:
    return told(
        line,
        role,
        figure.value,
        with_unit(line.indicator, figure.value),
        [(_("The published figure"), figure.get_absolute_url()), further or ("", None)],
        note=str(figure.source),
        firm=firm,
    )


def parts_of_year(line: Line) -> list[Known]:
    return [
        of_figure(
            line,
            figure,
            _("published to the end of %(month)s") % {"month": MONTHS.get(figure.month, "")},
            firm=False,
        )
        for figure in line.actual.parts_of_year
    ]


def plans(line: Line) -> list[Known]:
    """Figures published as a plan, or derived."""
    planned = PublishedFigure.Certainty.PLAN
    return [
        of_figure(
            line,
            figure,
            pgettext("figure", "published plan")
            if figure.certainty == planned
            else pgettext("figure", "derived"),
            firm=figure.certainty == planned and line.value is None,
        )
        for figure in line.actual.planned
    ]


def target(line: Line, *, firm: bool) -> list[Known]:
    if line.aim is None or line.aim.value is None:
        return []
    own = line.aim.target
    return [
        told(
            line,
            _("target"),
            line.aim.value,
            wording.target_text(line.aim, line.indicator),
            [(_("The target"), own.get_absolute_url() if own else None)],
            note=wording.listed(wording.target_notes(line)) or (own.note if own else ""),
            firm=firm,
            is_target=True,
            direction=line.aim.direction,
        )
    ]


def of_target(line: Line) -> list[Known]:
    """The share of the target as pages show it, and as exact as it is."""
    attained = line.judgement.attainment
    if attained is None:
        return []
    shown = line.judgement.percent.rstrip("%")
    shares = [Decimal(shown)] if shown.isdecimal() else []
    note = wording.remaining_text(line)
    return [
        told(
            line,
            _("share of the target"),
            share,
            line.judgement.percent,
            note=note,
            as_it_is=True,
        )
        for share in [*shares, attained.scaleb(2)]
    ]


def gap(line: Line) -> list[Known]:
    """What is still missing to the target."""
    if not line.judgement.remaining:
        return []
    text = wording.remaining_text(line)
    return [told(line, _("distance to the target"), line.judgement.remaining, text, firm=False)]


def growth(line: Line) -> list[Known]:
    share = numbers.change(line.value, line.previous.value).share
    if share is None:
        return []
    text = wording.change_text(line)
    role = _("change on the year")
    return [told(line, role, share, text, is_change=True, as_it_is=True)]


def change(line: Line) -> list[Known]:
    if line.change is None:
        return []
    role = _("change on the year")
    return [told(line, role, line.change, wording.change_text(line), is_change=True)]


def loosely(line: Line, value, year: int) -> list[Known]:
    """The value of the year before, which a sentence about a change may name."""
    if value is None:
        return []
    text = as_shown(line.indicator, value)
    return [told(line, _("value"), value, text, year=year, firm=False)]
