"""Amounts of money that would show a single enterprise's, left out of what leaves the zone.

A sum of fewer than three enterprises is hidden. Whoever knows the zone's total could work out a
single hidden park, or one of two with an enterprise each: therefore the next smallest amounts are
hidden too, until three enterprises stand behind what is hidden. Totals of the zone stay.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Sum

from enterprises.indicators import REVENUE_AND_NEW_PRODUCTS, REVENUE_AND_RD
from enterprises.models import YearlyFigures, ZonePark
from enterprises.places import Place
from zonetrack.indicators.declaration import Indicator, Kind
from zonetrack.targets.progress import NOTHING
from zonetrack.targets.scorecard import PUBLISHED, Actual, Line

FEWEST = 3  # enterprises behind an amount that may be shown
COLUMNS = ("rd_expenditure", "contract_turnover")
PAIRS = {
    "rd-intensity-revenue": REVENUE_AND_RD,
    "new-product-share": REVENUE_AND_NEW_PRODUCTS,
}


@dataclass(frozen=True)
class Behind:
    """One park's part of an amount: what it comes to and how many enterprises reported it."""

    park: int
    n: int
    amount: Decimal


@dataclass
class Hiding:
    """What is hidden in a place and its parks, in some years."""

    place: Place
    first: int
    last: int

    @cached_property
    def behind(self) -> dict[tuple[str, int], list[Behind]]:
        """By measure and year: each park with an amount. One query."""
        # All of the zone, so that its report and those of its parks hide the same.
        parks = ZonePark.objects.filter(zone=self.place.zone).values("park")
        counts = {f"n_{name}": Count(name) for name in COLUMNS}
        counts |= {f"sum_{name}": Sum(name) for name in COLUMNS}
        counts |= {
            f"n_{key}".replace("-", "_"): Count("pk", filter=both) for key, both in PAIRS.items()
        }
        rows = (
            YearlyFigures.objects.filter(
                park__in=parks, year__range=(self.first, self.last), approved=True
            )
            .order_by()
            .values("park", "year")
            .annotate(**counts)
        )
        found: dict[tuple[str, int], list[Behind]] = {}
        for row in rows:
            for name in (*COLUMNS, *(key.replace("-", "_") for key in PAIRS)):
                if n := row[f"n_{name}"]:
                    amount = row.get(f"sum_{name}") or Decimal(0)
                    one = Behind(row["park"], n, amount)
                    found.setdefault((name, row["year"]), []).append(one)
        return found

    def hides(self, indicator: Indicator, year: int, place: Place) -> bool:
        """Whether the sum that returns make up in a place and year is left out."""
        name = measure(indicator)
        if name is None:
            return False
        parts = self.behind.get((name, year), [])
        if not place.park:
            inside = place.park_ids(year)
            return 0 < sum(one.n for one in parts if one.park in inside) < FEWEST
        return place.park.pk in hidden(parts)

    def applied(self, line: Line) -> Line:
        """The line without the amounts that are to be hidden."""
        actual = self.without(line.indicator, line.year, line.place, line.actual)
        previous = self.without(line.indicator, line.year - 1, line.place, line.previous)
        if actual is line.actual and previous is line.previous:
            return line
        if actual is line.actual or actual.value is not None:
            return replace(line, actual=actual, previous=previous)
        # How it stands may be said; how much of a known target is reached would tell the amount.
        silent = {"attainment": None, "remaining": None, "distance": None, "percent": NOTHING}
        return replace(
            line,
            actual=actual,
            previous=previous,
            judgement=replace(line.judgement, **silent),
            original=line.original and replace(line.original, **silent),
        )

    def without(self, indicator: Indicator, year: int, place: Place, actual: Actual) -> Actual:
        if not self.hides(indicator, year, place):
            return actual
        if indicator.kind == Kind.RATIO:
            return replace(actual, numerator=None, denominator=None)
        if actual.origin == PUBLISHED:
            return replace(actual, records=None)
        if actual.value is None:
            return actual
        return replace(actual, value=None, origin=None, published=(), records=None)


def measure(indicator: Indicator) -> str | None:
    """What `Hiding.behind` knows an indicator by; None where no enterprise's money is in it."""
    if indicator.key in PAIRS:
        return indicator.key.replace("-", "_")
    if indicator.money and indicator.counts is not None:
        return indicator.counts.column
    return None


def hidden(parts: list[Behind]) -> set[int]:
    """The parks whose amount is hidden, of all that have one."""
    gone = [one for one in parts if one.n < FEWEST]
    left = sorted((one for one in parts if one.n >= FEWEST), key=lambda one: (one.amount, one.park))
    while gone and left and (len(gone) == 1 or sum(one.n for one in gone) < FEWEST):
        gone.append(left.pop(0))
    return {one.park for one in gone}
