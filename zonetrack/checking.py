"""What a check of a yearly return is, and the kinds that several figures share.

An error says that two figures cannot both be right. A warning asks about what is unusual. A check
looks at the facts of one return only, so forms, imports, pages and commands can all run it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from statistics import quantiles
from typing import Any, NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from zonetrack import numbers

Number = Decimal | int
Figures = Mapping[str, Number | None]

YEARS_COMPARED = 5
FEWEST_COMPARED = 20  # below it one more or less would read as a leap
# A count leaves the range of earlier years by at least so many, however small they were.
LEAST_MARGIN = 5
SLIPS = (10, 100, 1_000, 10_000)
# How near to 10, 100 … times a figure is "about".
NEAR, LEAST_OF_A_SLIP = (Decimal("0.75"), Decimal("1.34")), 100
# The park: its approved returns of the last years. With fewer enterprises nothing is told, so that
# nobody reads another's figure out of the range.
PARK_YEARS, FEWEST_OF_PARK = 3, 5
# The middle half of the park is widened by its own spread to this power, at least threefold;
# where it begins at zero, its upper end tenfold.
WIDENED, LEAST_WIDENED, WIDENED_FROM_ZERO = 1.5, 3.0, 10
# Shares of very few people say nothing.
FEWEST_PEOPLE = 20


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


LEVELS = {Level.ERROR: _("Must fix"), Level.WARNING: _("Please confirm")}


@dataclass(frozen=True)
class Facts:
    """The figures of one return, by name, and what they are held against."""

    year: int
    now: Figures
    # Figures of the enterprise's earlier years, those that may be seen.
    earlier: Mapping[int, Figures] = field(default_factory=dict)
    # What the register of single records counts; None where it holds nothing of the enterprise.
    register: Figures | None = None
    # The usual range of ratios in the park, by their key; see `Ratio`.
    park: Mapping[str, "Usual"] = field(default_factory=dict)

    def of(self, name: str) -> Number | None:
        return self.now.get(name)

    def last(self, name: str) -> Number | None:
        """The figure of the year before."""
        return self.earlier.get(self.year - 1, {}).get(name)

    def before(self, name: str) -> list[Number]:
        """What was reported in the last five years, oldest first."""
        return self.known_before.get(name, [])

    @cached_property
    def known_before(self) -> dict[str, list[Number]]:
        """Gathered once: many checks ask, and an import runs them on thousands of returns."""
        found = {}
        for year in range(self.year - YEARS_COMPARED, self.year):
            for name, value in self.earlier.get(year, {}).items():
                if value is not None:
                    found.setdefault(name, []).append(value)
        return found

    @cached_property
    def moved(self) -> dict[str, Number | None]:
        """Figures of now, by name, that last year's does not bear out, with last year's: it is
        missing, or differs by more than half. The others can be neither slip nor leap nor outside
        the range of the earlier years, as last year's is among them."""
        last = self.earlier.get(self.year - 1, {})
        return {
            name: before
            for name, now in self.now.items()
            if now is not None
            and ((before := last.get(name)) is None or abs(now - before) * 2 > before)
        }

    @cached_property
    def slips(self) -> dict[str, int]:
        """Figures that look like a slip of the unit against last year; see `slip`."""
        slips = {name: slip(self.now[name], last) for name, last in self.moved.items()}
        return {name: times for name, times in slips.items() if times}


def slip(now: Number | None, last: Number | None) -> int:
    """10, 100, 1,000 or 10,000 where `now` is about so many times `last`; −10 … where it is about
    such a part of it; else 0."""
    if not now or not last or min(now, last) < 0 or max(now, last) < LEAST_OF_A_SLIP:
        return 0
    ratio = Decimal(max(now, last)) / Decimal(min(now, last))
    least, most = NEAR
    times = next((times for times in SLIPS if least <= ratio / times <= most), 0)
    return times if now > last else -times


class Hit(NamedTuple):
    """The values for the sentence; the figures concerned where the check itself names more; which
    check it is where several share one test."""

    values: dict[str, Any]
    fields: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Check:
    """`fields`: the figures it is about; it is shown at the first. `kind` tells checks apart that
    share one test, which finds at most one of them."""

    key: str
    level: Level
    fields: tuple[str, ...]
    sentence: Any
    test: Callable[[Facts], Hit | None]
    kind: str = ""


@dataclass(frozen=True)
class Finding:
    check: Check
    fields: tuple[str, ...]
    values: Mapping[str, Any]
    figures: Figures = field(default_factory=dict)  # what `fields` are now

    @property
    def level(self) -> Level:
        return self.check.level

    @property
    def sentence(self) -> str:
        shown = {name: numbers.number(value) for name, value in self.values.items()}
        return str(self.check.sentence) % shown


Tests = Mapping[Callable[[Facts], Hit | None], Mapping[str, Check]]


def by_test(checks: Iterable[Check]) -> Tests:
    """The checks by their test and kind, so that each test is made once."""
    found = {}
    for check in checks:
        found.setdefault(check.test, {})[check.kind] = check
    return found


def run(tests: Tests, facts: Facts) -> list[Finding]:
    """What the checks find, errors first."""
    found = [
        finding_of(checks[hit.kind], hit, facts)
        for test, checks in tests.items()
        if (hit := test(facts))
    ]
    if len(found) > 1:
        found.sort(key=lambda finding: finding.level != Level.ERROR)
    return found


def finding_of(check: Check, hit: Hit, facts: Facts) -> Finding:
    fields = hit.fields or check.fields
    return Finding(check, fields, hit.values, {name: facts.of(name) for name in fields})


# Errors


def never_above(part: str, whole: str, sentence) -> Check:
    def test(facts: Facts) -> Hit | None:
        return above(facts, part, whole)

    return Check(f"{part}-above-{whole}", Level.ERROR, (part, whole), sentence, test)


def above(facts: Facts, part: str, whole: str) -> Hit | None:
    small, large = facts.now.get(part), facts.now.get(whole)
    if small is None or large is None or small <= large:
        return None
    return Hit({"part": small, "whole": large})


# Warnings: one figure against the enterprise's own earlier years. At most one is given.


def vanished(facts: Facts, name: str) -> bool:
    """Whether zero follows a figure that was not small."""
    return facts.of(name) == 0 and (facts.last(name) or 0) >= FEWEST_COMPARED


def usual_range(facts: Facts, name: str, least: int) -> tuple[Decimal, Decimal] | None:
    """Smallest and largest of the last five years, widened by half; None with fewer than two."""
    values = facts.before(name)
    if len(values) < 2:
        return None
    low, high = Decimal(min(values)), Decimal(max(values))
    return max(Decimal(0), low - max(low / 2, least)), high + max(high / 2, least)


def outside(facts: Facts, name: str, least: int) -> Hit | None:
    now, usual = facts.of(name), usual_range(facts, name, least)
    if now is None or usual is None or usual[0] <= now <= usual[1]:
        return None
    return Hit({"now": now, "low": usual[0], "high": usual[1]})


def leapt(facts: Facts, name: str) -> bool:
    """Whether a figure is more than half above or below last year's, where that is 20 or more."""
    now, last = facts.of(name), facts.last(name)
    if now is None or last is None or last < FEWEST_COMPARED:
        return False
    return abs(now - last) * 2 > last


def own_years(name: str, *, shifted=(), least: int = LEAST_MARGIN) -> tuple[Check, ...]:
    """`shifted`: figures in the same unit; where several slip alike, `unit_slips` says it once.
    `least`: the smallest margin around the earlier years, 0 for amounts of money."""

    def test(facts: Facts) -> Hit | None:
        if name not in facts.moved or not facts.earlier:
            return None
        return against_own_years(facts, name, shifted, least)

    return tuple(
        Check(f"{name}-{kind}", Level.WARNING, (name,), sentence, test, kind)
        for kind, sentence in OWN_YEARS.items()
    )


def against_own_years(facts: Facts, name: str, shifted, least: int) -> Hit | None:
    """The most telling of the kinds of OWN_YEARS."""
    now, last = facts.of(name), facts.last(name)
    if times := facts.slips.get(name, 0):
        if len(slipped(facts, shifted, times)) > 1:
            return None
        kind = "times" if times > 0 else "fraction"
        return Hit({"now": now, "last": last, "times": abs(times)}, kind=kind)
    if vanished(facts, name):
        return Hit({"last": last}, kind="zero")
    if hit := outside(facts, name, least):
        return hit._replace(kind="range")
    if leapt(facts, name):
        return Hit({"now": now, "last": last}, kind="change")
    return None


OWN_YEARS = {
    "times": _(
        "%(now)s is about %(times)s times last year's %(last)s. Check the unit and the decimal "
        "point."
    ),
    "fraction": _(
        "%(now)s is about 1/%(times)s of last year's %(last)s. Check the unit and the decimal "
        "point."
    ),
    "zero": _("0 is reported, after %(last)s last year. Leave it empty if it is not known."),
    "range": _(
        "%(now)s lies outside %(low)s to %(high)s, the range of the last five years widened by "
        "half."
    ),
    "change": _("%(now)s after %(last)s last year is a change by more than half."),
}


def slipped(facts: Facts, names: Iterable[str], times: int) -> tuple[str, ...]:
    return tuple(name for name in names if facts.slips.get(name) == times)


def unit_slips(key: str, names: tuple[str, ...]) -> tuple[Check, ...]:
    """Several figures of one unit that are all shifted alike against last year."""

    def together(direction: int):
        def test(facts: Facts) -> Hit | None:
            for times in SLIPS if facts.slips else ():
                found = slipped(facts, names, direction * times)
                if len(found) > 1:
                    return Hit({"count": len(found), "times": times}, found)
            return None

        return test

    kinds = {"times": together(1), "fraction": together(-1)}
    return tuple(
        Check(f"{key}-{kind}", Level.WARNING, names, UNIT_SLIPS[kind], test)
        for kind, test in kinds.items()
    )


UNIT_SLIPS = {
    "times": _(
        "%(count)s figures are all about %(times)s times last year's. They seem to be in another "
        "unit."
    ),
    "fraction": _(
        "%(count)s figures are all about 1/%(times)s of last year's. They seem to be in another "
        "unit."
    ),
}


# Warnings: one enterprise beside the others of its park. Compared are ratios, as enterprises
# differ in size.


@dataclass(frozen=True)
class Ratio:
    """`part` of an enterprise divided by its `whole`, in units of `scale` (100: percent)."""

    key: str
    part: str
    whole: str
    scale: int = 1

    def of(self, figures: Figures) -> Decimal | None:
        if not self.is_in(figures):
            return None
        return Decimal(figures[self.part]) * self.scale / Decimal(figures[self.whole])

    def is_in(self, figures: Figures) -> bool:
        return figures.get(self.part) is not None and bool(figures.get(self.whole))


@dataclass(frozen=True)
class Usual:
    """What is usual in a park, with rounded ends; found in so many enterprises."""

    low: Decimal
    high: Decimal
    enterprises: int

    def side(self, value: Decimal) -> int:
        """−1 below, 1 above, 0 inside."""
        return (value > self.high) - (value < self.low)


def usual(values: Iterable[Decimal], enterprises: int) -> Usual | None:
    """The range of the middle half, widened and rounded outward; None with too few."""
    found = sorted(map(float, values))
    if enterprises < FEWEST_OF_PARK or len(found) < FEWEST_OF_PARK:
        return None
    first, _median, third = quantiles(found, n=4, method="inclusive")
    if first <= 0:
        low, high = 0.0, third * WIDENED_FROM_ZERO
    else:
        times = max((third / first) ** WIDENED, LEAST_WIDENED)
        low, high = first / times, third * times
    if not high:
        return None
    return Usual(rounded(low, ROUND_FLOOR), rounded(high, ROUND_CEILING), enterprises)


def rounded(value: float, direction: str) -> Decimal:
    """To two digits: enough to judge by, too coarse to work out one enterprise's figure."""
    number = Decimal(repr(value))
    if not number:
        return Decimal(0)
    return number.quantize(Decimal(1).scaleb(number.adjusted() - 1), direction) + 0


def beside_park(ratio: Ratio, sentence, *, people: str) -> Check:
    """Quiet where the enterprise was as far off last year, which somebody has explained; where a
    unit slipped, which is told already; and below a number of `people`."""

    def test(facts: Facts) -> Hit | None:
        range_ = facts.park.get(ratio.key)
        if range_ is None or (facts.of(people) or 0) < FEWEST_PEOPLE:
            return None
        now = ratio.of(facts.now)
        if now is None:
            return None
        side = range_.side(now)
        if not side or {ratio.part, ratio.whole} & facts.slips.keys():
            return None
        last = ratio.of(facts.earlier.get(facts.year - 1, {}))
        if last is not None and range_.side(last) == side:
            return None
        values = {"low": range_.low, "high": range_.high, "enterprises": range_.enterprises}
        shown = now.quantize(Decimal("0.1")) if now >= 1 else rounded(float(now), ROUND_FLOOR)
        return Hit(values | {"now": shown})

    return Check(f"{ratio.key}-park", Level.WARNING, (ratio.part, ratio.whole), sentence, test)
