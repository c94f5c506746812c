"""What the rules of both languages go by: how a line changed, how it stands, what belongs to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zonetrack import numbers
from zonetrack.indicators.declaration import Kind
from zonetrack.targets.progress import Cause, Status
from zonetrack.targets.scorecard import RETURNS, Line
from zonetrack.targets.wording import SMALL

MOST_NAMES = 6
# Told in brackets behind what they are part of.
PARTS = {
    "patents-filed-inventions": "patents-filed",
    "patents-granted-inventions": "patents-granted",
    "patents-in-force-inventions": "patents-in-force",
    "rd-bodies-provincial-held": "rd-bodies-held",
    "rd-bodies-national-held": "rd-bodies-held",
    "tech-centers-new": "rd-bodies-new",
    "tech-centers-held": "rd-bodies-held",
    "labs-held": "rd-bodies-held",
    **{
        f"titles-{when}-{level}": f"titles-{when}"
        for when in ("new", "held")
        for level in ("national", "provincial", "city")
    },
}


@dataclass(frozen=True)
class Told:
    """A line to be told, with those of its parts."""

    line: Line
    parts: tuple[Line, ...] = ()


def amount_known(line: Line) -> bool:
    return line.value is not None or bool(line.actual.known)


def gathered(lines: Iterable[Line], *, in_order: bool = False) -> list[Told]:
    """Lines that say something; levels of a year's end last, unless the order is to be kept.

    A part goes with its whole, unless it has a target or source of its own to be told.
    """
    lines = [line for line in lines if amount_known(line)]
    wholes = {line.indicator.key: line for line in lines}
    parts: dict[str, list[Line]] = {}
    for line in lines:
        whole = wholes.get(PARTS.get(line.indicator.key, ""))
        if whole is not None and belongs(line, whole):
            parts.setdefault(whole.indicator.key, []).append(line)
    inside = {line.indicator.key for some in parts.values() for line in some}
    told = [
        Told(line, worth_telling(line, parts.get(line.indicator.key, [])))
        for line in lines
        if line.indicator.key not in inside
    ]
    if in_order:
        return told
    return sorted(told, key=lambda each: each.line.indicator.kind == Kind.STOCK)


def worth_telling(whole: Line, parts: list[Line]) -> tuple[Line, ...]:
    """Of several parts those that are there; a single one is told even where it is none."""
    if not counted_in(whole):
        return ()
    return tuple(parts if len(parts) == 1 else (line for line in parts if line.value != 0))


def is_all(each: Told) -> bool:
    """Whether its only part is the whole."""
    return len(each.parts) == 1 and counted_in(each.parts[0]) == counted_in(each.line)


def counted_in(line: Line):
    """The value, or the rows known of it."""
    return line.actual.known if line.value is None else line.value


def belongs(part: Line, whole: Line) -> bool:
    known = (part.value is None) == (whole.value is None)
    return known and part.aim is None and part.actual.origin == whole.actual.origin


def is_running(line: Line, today: date) -> bool:
    return line.year == today.year


def change_of(line: Line) -> numbers.Change:
    """`share` is set only where a percentage tells more than the difference."""
    indicator = line.indicator
    return numbers.change(
        line.value,
        line.previous.value,
        points=indicator.is_percent,
        decimals=indicator.decimals,
    )


def rounded_share(change: numbers.Change) -> str:
    """`25%`, `13.6%`, without a sign."""
    return numbers.percent(abs(round(change.share, 1)), None)


def is_comparable(line: Line) -> bool:
    """Whether both years are whole: an incomplete sum is neither measured nor judged."""
    return (
        line.change is not None
        and line.actual.complete
        and (line.previous.complete or line.previous.origin != RETURNS)
    )


def returns_so_far(line: Line) -> tuple[int, int] | None:
    """How many of how many returns an incomplete sum rests on."""
    actual = line.actual
    if actual.origin != RETURNS or actual.complete or not actual.expected:
        return None
    return (actual.reported or 0) - (actual.bare or 0), actual.expected


def has_aim(line: Line) -> bool:
    """Whether it can be said how it stands against a target with a number."""
    judgement = line.judgement
    return (
        line.value is not None
        and line.aim is not None
        and line.aim.value is not None
        and judgement.status not in (Status.NO_TARGET, Status.NOT_REPORTED)
        and judgement.cause != Cause.WAITING
        and judgement.remaining is not None
    )


def in_things(line: Line) -> bool:
    """Whether its target is so small that a percentage would say less than the things."""
    return line.indicator.whole and line.aim.value < SMALL


def by_gap(line: Line) -> bool:
    """Whether only the distance to the target tells something, not a share of it."""
    return line.indicator.is_percent or line.judgement.attainment is None


def first_of(names: Iterable[str]) -> list[str]:
    """The names that are told; the others are only counted."""
    names = list(names)
    return names if len(names) <= MOST_NAMES else names[:MOST_NAMES]
