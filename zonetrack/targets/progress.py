"""How an actual stands against its target: the only place where the two are compared.

Pure: no clock, no database. The golden table `progress_cases.csv` beside this file holds the rules.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor

NOTHING = "–"
KINDS = ("flow", "stock", "ratio")
DIRECTIONS = ("up", "down", "keep")


class Status(StrEnum):
    NO_TARGET = "no_target"
    NOT_DUE = "not_due"
    NOT_REPORTED = "not_reported"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    ACHIEVED = "achieved"
    MISSED = "missed"


class Cause(StrEnum):
    """Why nothing is due yet."""

    WAITING = "waiting"  # figures are still to come
    NOT_BEGUN = "not_begun"  # the year has not begun
    YEAR_END = "year_end"  # judged at the year's end only


@dataclass(frozen=True)
class Judgement:
    """None means "nothing": there is no such number here, which is never the same as 0.

    `attainment` and `distance` are shares (0.875, not 87.5), `remaining` and `expected` are in the
    indicator's unit, `percent` is the label of the attainment, `cause` is set for `not_due` only.
    """

    status: Status
    attainment: Decimal | None = None
    distance: Decimal | None = None
    remaining: Decimal | None = None
    expected: Decimal | None = None
    percent: str = NOTHING
    cause: Cause | None = None


def assess(
    *,
    kind: str,
    direction: str,
    actual: Decimal | int | None,
    target: Decimal | int | None,
    baseline: Decimal | int | None,
    year: int,
    today: date,
    due: date,
    pace: str,
    tolerance: Decimal | int = 0,
    whole: bool = False,
    complete: bool = True,
) -> Judgement:
    """Judge `actual` against `target` on the evening of `today`; `due` is the last day in time."""
    _check_choice("kind", kind, KINDS)
    _check_choice("direction", direction, DIRECTIONS)
    share = share_of_year(pace, year, today)
    target, actual, baseline = _decimal(target), _decimal(actual), _decimal(baseline)
    if target is None or (kind == "flow" and direction == "up" and target == 0):
        return Judgement(Status.NO_TARGET)
    case = _Case(
        flow=kind == "flow",
        direction=direction,
        actual=actual,
        target=target,
        baseline=baseline,
        begun=today >= date(year, 1, 1),
        over=today > date(year, 12, 31),
        late=today > due,
        at_year_end=pace == "year_end",
        share=share,
        tolerance=_decimal(tolerance),
        whole=whole,
        complete=complete,
    )
    return _judge(case)


@dataclass(frozen=True)
class _Case:
    flow: bool
    direction: str
    actual: Decimal | None
    target: Decimal
    baseline: Decimal | None
    begun: bool
    over: bool
    late: bool
    at_year_end: bool
    share: Fraction
    tolerance: Decimal
    whole: bool
    complete: bool


def _judge(case: _Case) -> Judgement:
    expected = _expected(case)
    status = _status(case, expected)
    cause = reason_not_due(case) if status == Status.NOT_DUE else None
    if case.actual is None:
        return Judgement(status, expected=_as_decimal(expected), cause=cause)
    attainment = _attainment(case)
    return Judgement(
        status=status,
        attainment=attainment,
        distance=_distance(case),
        remaining=_remaining(case),
        expected=_as_decimal(expected),
        percent=percent_label(attainment, case.actual, _reached(case)),
        cause=cause,
    )


def _status(case: _Case, expected: Fraction | None) -> Status:
    """The first line that applies."""
    if case.actual is None:
        return _unknown(case)
    if not case.begun:
        return Status.NOT_DUE
    proven = case.direction == "up" and _reached(case)
    if not case.complete and not proven:
        return _unknown(case)
    if case.over:
        return Status.ACHIEVED if _reached(case) else Status.MISSED
    return _status_within_the_year(case, expected)


def _status_within_the_year(case: _Case, expected: Fraction | None) -> Status:
    reached = _reached(case)
    if case.direction == "keep":
        return _pace_status(reached)
    if case.direction == "up" and reached:
        # What was counted stays counted; a level can still fall.
        return Status.ACHIEVED if case.flow else Status.ON_PACE
    if case.direction == "down" and case.flow and not reached:
        return Status.MISSED
    if case.at_year_end or expected is None:
        return Status.ON_PACE if case.direction == "down" and reached else Status.NOT_DUE
    if case.direction == "up":
        return _pace_status(case.actual >= (floor(expected) if case.whole else expected))
    within = case.actual <= expected
    return _pace_status(within if case.flow else within or reached)


def _unknown(case: _Case) -> Status:
    return Status.NOT_REPORTED if case.late else Status.NOT_DUE


def _pace_status(kept: bool) -> Status:
    return Status.ON_PACE if kept else Status.BEHIND


def reason_not_due(case: _Case) -> Cause:
    """Which of the three causes a `not_due` has; pages word it by this."""
    if not case.begun:
        return Cause.NOT_BEGUN
    if case.actual is None or not case.complete:
        return Cause.WAITING
    return Cause.YEAR_END


def _reached(case: _Case) -> bool:
    if case.direction == "up":
        return case.actual >= case.target
    if case.direction == "down":
        return case.actual <= case.target
    return abs(case.actual - case.target) <= case.tolerance


def _expected(case: _Case) -> Fraction | None:
    """Exact, so that a day on which the expectation is a whole number is judged by that number."""
    if case.flow:
        return Fraction(case.target) * case.share
    if case.baseline is None:
        return None
    start = Fraction(case.baseline)
    return start + (Fraction(case.target) - start) * case.share


def _attainment(case: _Case) -> Decimal | None:
    if case.direction != "up" or case.target <= 0:
        return None
    return case.actual / case.target


def _distance(case: _Case) -> Decimal | None:
    """The part of the way from the baseline to the target; negative when the level moved away."""
    if case.flow or case.direction == "keep" or case.baseline in (None, case.target):
        return None
    return (case.actual - case.baseline) / (case.target - case.baseline)


def _remaining(case: _Case) -> Decimal:
    """What is still missing, above the ceiling, or outside the tolerance."""
    gap = case.target - case.actual
    if case.direction == "down":
        gap = -gap
    elif case.direction == "keep":
        gap = abs(gap) - case.tolerance
    return max(gap, Decimal(0))


def percent_label(attainment: Decimal | None, actual: Decimal | None, reached: bool) -> str:
    """Whole percent, rounded down; 100% only when reached, 0% only for an actual of zero."""
    if attainment is None:
        return NOTHING
    percent = floor(attainment * 100)
    if percent == 0 and actual != 0:
        percent = 1
    if percent >= 100 and not reached:
        percent = 99
    return f"{percent}%"


# Pace: how a target falls due within its year.

_STEP = re.compile(r"([0-9]{1,2})=([01](?:\.[0-9]{1,6})?)")


def share_of_year(pace: str, year: int, today: date) -> Fraction:
    """The share of a year's target that is due on the evening of `today`, from 0 to 1."""
    steps = _steps(pace)
    if today < date(year, 1, 1):
        return Fraction(0)
    if today >= date(year, 12, 31):
        return Fraction(1)
    if pace == "linear":
        return Fraction(today.timetuple().tm_yday, date(year, 12, 31).timetuple().tm_yday)
    tomorrow = today + timedelta(days=1)
    return max((share for month, share in steps if tomorrow.month > month), default=Fraction(0))


def check_pace(text: str) -> None:
    """Raise ValueError with a sentence unless `text` is a pace."""
    _steps(text)


def _steps(pace: str) -> list[tuple[int, Fraction]]:
    """`months:6=0.5,12=1` as (month, share due at its end); the two named paces have no steps."""
    if pace in ("linear", "year_end"):
        return []
    name, _, text = pace.partition(":")
    if name != "months":
        raise ValueError(f"Unknown pace {pace!r}: use linear, year_end or months:6=0.5,12=1.")
    steps = [_step(part.strip()) for part in text.split(",")]
    _check_order(steps)
    return steps


def _step(text: str) -> tuple[int, Fraction]:
    match = _STEP.fullmatch(text)
    if not match:
        raise ValueError(f"Cannot read the pace step {text!r}: write month=share, as in 6=0.5.")
    month, share = int(match[1]), Fraction(match[2])
    if not 1 <= month <= 12:
        raise ValueError(f"There is no month {month}: months go from 1 to 12.")
    if share > 1:
        raise ValueError(f"The share {match[2]} is more than 1, the whole target.")
    return month, share


def _check_order(steps: list[tuple[int, Fraction]]) -> None:
    for (month, share), (next_month, next_share) in zip(steps, steps[1:], strict=False):
        if next_month <= month:
            raise ValueError(f"Month {next_month} must come after month {month}.")
        if next_share < share:
            raise ValueError(f"The share of month {next_month} is smaller than the one before it.")
    if steps[-1][0] == 12 and steps[-1][1] != 1:
        raise ValueError("At the end of month 12 the whole target is due: write 12=1.")


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"Unknown {name} {value!r}: use one of {', '.join(choices)}.")


def _decimal(value: Decimal | int | None) -> Decimal | None:
    return value if value is None or isinstance(value, Decimal) else Decimal(str(value))


def _as_decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)
