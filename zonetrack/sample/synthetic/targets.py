"""Targets of a generated zone, set by what the year before had brought."""

from dataclasses import dataclass
from datetime import datetime, time

from django.utils.timezone import make_aware

from zonetrack.targets.models import Target, TargetRevision

from .made import made
from .zone import Making

TARGET_YEARS = 5
REASONS = (
    "The program supports fewer projects this year / 该工程本年度支持项目减少",
    "Two applications were moved to the next year / 两项申报推迟至下一年度",
)
BATCHES = "months:6=0.34,12=1"


@dataclass(frozen=True)
class Aim:
    """A target a year: `factor` on last year's value, rounded to `step`, at least `least`."""

    indicator: str
    factor: float = 1.0
    step: float = 1
    least: float = 3
    pace: str = "linear"
    level: bool = False  # of a stock or ratio: with last year's level as its baseline


AIMS = (
    Aim("titles-new", 1.0, pace=BATCHES, least=4),
    Aim("patents-filed", 1.08, 5, 20),
    Aim("patents-granted", 1.05, 5, 10),
    Aim("patents-in-force", 1.12, 5, 20, level=True),
    Aim("rd-expenditure", 1.1, 100, 100, pace="year_end"),
    Aim("rd-intensity-revenue", 1.03, 0.1, 0.1, level=True, pace="year_end"),
    Aim("high-tech-enterprises-held", 1.15, 1, 4, level=True),
    Aim("cooperation-signed", 1.5, 1, 4),
    Aim("achievements", 1.0, 1, 3),
)


@dataclass
class Set:
    """A target with everything it was ever set to."""

    target: Target
    revisions: list[TargetRevision]


def make_targets(making: Making) -> list[Set]:
    span = making.span
    years = range(max(span.first + 1, span.running - TARGET_YEARS), span.running + 1)
    sets = []
    for year in years:
        sets += [of_aim(making, aim, year) for aim in AIMS]
        sets.append(of_zone(making, "tech-centers-new", year, technology_centers(making), BATCHES))
        sets.append(of_zone(making, "key-projects-on-schedule", year, 90, "linear"))
        sets += of_parks(making, year)
        sets.append(of_program(making, year, revised=year >= span.last))
    return [*sets, of_plan_period(making)]


def technology_centers(making: Making) -> int:
    """At least 3 a year; more in a larger zone. The same every year, as standing targets are."""
    span = making.span
    years = range(span.first, span.last + 1)
    mean = sum(making.total("tech-centers-new", year) for year in years) / len(years)
    return max(round(mean), 3)


def of_aim(making: Making, aim: Aim, year: int) -> Set:
    before = value_of(making, aim.indicator, year - 1)
    value = max(round(before * aim.factor / aim.step) * aim.step, aim.least)
    fields = {}
    if aim.level:
        fields = {"baseline": round(before, 4), "baseline_year": year - 1}
    return of_zone(making, aim.indicator, year, round(value, 2), aim.pace, **fields)


def value_of(making: Making, indicator: str, year: int) -> float:
    if indicator != "rd-intensity-revenue":
        return making.total(indicator, year)
    revenue = making.total("revenue", year)
    return 100 * making.total("rd-expenditure", year) / revenue if revenue else 0


def of_zone(making: Making, indicator: str, year: int, value, pace: str, **fields) -> Set:
    return with_first(
        made(
            Target,
            zone=making.zone,
            indicator=indicator,
            year=year,
            value=value,
            pace=pace,
            **fields,
        )
    )


def of_parks(making: Making, year: int) -> list[Set]:
    """R&D bodies have their targets in the parks; the zone's is their sum."""
    share = max(round(making.total("rd-bodies-new", year - 1) / len(making.parks)), 1)
    return [
        with_first(
            made(
                Target,
                park=park,
                indicator="rd-bodies-new",
                year=year,
                value=share + place % 2,
                pace=BATCHES,
            )
        )
        for place, park in enumerate(making.parks)
    ]


def of_program(making: Making, year: int, *, revised: bool) -> Set:
    """A target that was lowered in the year, for the last two years."""
    original = max(round(making.total("program-applications-won", year - 1) * 1.3) + 2, 5)
    if not revised:
        return of_zone(making, "program-applications-won", year, original, "year_end")
    value = max(original - 2, 1)
    made = of_zone(making, "program-applications-won", year, value, "year_end")
    made.revisions = [
        revision(made.target, 0, original, "", datetime(year, 1, 20)),
        revision(made.target, 1, value, REASONS[year % 2], datetime(year, 7, 1)),
    ]
    return made


def of_plan_period(making: Making) -> Set:
    """R&D bodies held at the end of the five-year plan that the running year lies in."""
    span = making.span
    final = -(-span.running // 5) * 5
    baseline = sum(making.total("rd-bodies-new", year) for year in range(span.first - 9, span.last))
    return of_zone(
        making,
        "rd-bodies-held",
        final,
        round(baseline * 1.5),
        "linear",
        baseline=baseline,
        baseline_year=span.last - 1,
        note_en=f"By the end of {final}, from the level at the end of {span.last - 1}.",
        note_zh=f"到{final}年底，以{span.last - 1}年底为基期。",
    )


def with_first(target: Target) -> Set:
    at = datetime.combine(datetime(target.year, 1, 20), time(9))
    return Set(target, [revision(target, 0, target.value, "", at)])


def revision(target: Target, number: int, value, reason: str, at: datetime) -> TargetRevision:
    return made(
        TargetRevision,
        target=target,
        number=number,
        value=value,
        baseline=target.baseline,
        reason=reason,
        at=make_aware(at),
    )
