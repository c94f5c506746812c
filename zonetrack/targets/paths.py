"""The path of a plan-period target: from its baseline to its final year, in equal steps.

Pure, as `progress`; what is judged within the final year is judged there.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Step:
    """`due` is the level on the path on 31 December; `gap` how far the actual lies above it."""

    year: int
    due: Decimal
    actual: Decimal | None = None

    @property
    def gap(self) -> Decimal | None:
        return None if self.actual is None else self.actual - self.due


def path(
    *,
    baseline: Decimal,
    baseline_year: int,
    target: Decimal,
    year: int,
    actuals: dict[int, Decimal | None],
) -> list[Step]:
    """One step for each year, the baseline's included; empty unless it lies before `year`."""
    years = year - baseline_year
    if years <= 0:
        return []
    return [
        Step(
            baseline_year + n,
            baseline + (target - baseline) * n / years,
            actuals.get(baseline_year + n),
        )
        for n in range(years + 1)
    ]
