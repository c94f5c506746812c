"""Where a year is heading: a straight line through the past years, with its 80% range."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from numbers import Rational

FEWEST_YEARS = 5

# The 0.90 quantiles of Student's t for 1, 2, 3, … degrees of freedom, which leave 10% on either
# side. Source: NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2. Beyond 30 the
# value of 30 is used, which makes the range a little too wide rather than too narrow.
_T_90_IN_THOUSANDTHS = [
    *(3078, 1886, 1638, 1533, 1476, 1440, 1415, 1397, 1383, 1372),
    *(1363, 1356, 1350, 1345, 1341, 1337, 1333, 1330, 1328, 1325),
    *(1323, 1321, 1319, 1318, 1316, 1315, 1314, 1313, 1311, 1310),
]


@dataclass(frozen=True)
class Forecast:
    """`method` is `linear_trend`, or `counted_so_far` where more is counted than the trend says."""

    year: int
    value: Decimal
    low: Decimal
    high: Decimal
    method: str
    years: int


def forecast(
    history: Iterable[tuple[int, Decimal | None]],
    actual_so_far: Decimal | int | None,
    share_of_year: Decimal | Rational | float,
    *,
    year: int | None = None,
) -> Forecast | None:
    """The value at the end of `year` (default: the one after the last known), or None.

    `history` holds past years only; those not reported are left out, and fewer than five known
    years give no forecast, nor does a year that is over. `actual_so_far` is given for a flow alone:
    what is counted cannot be uncounted, so nothing is forecast below it. Where no past value is
    negative, the forecast is not either.

    The trend is fitted by least squares. The range is the prediction interval of one new value,
    value ± t · s · sqrt(1 + 1/n + (x − mean)² / Sxx), with s from the residuals and n − 2 degrees
    of freedom.
    """
    known = sorted((past, Decimal(value)) for past, value in history if value is not None)
    if len(known) < FEWEST_YEARS or share_of_year >= 1:
        return None
    year = known[-1][0] + 1 if year is None else year
    value, margin = _trend(known, year)
    least = _least(known, actual_so_far)
    counted = least is not None and actual_so_far is not None and value < actual_so_far
    return Forecast(
        year=year,
        value=_at_least(least, value),
        low=_at_least(least, value - margin),
        high=_at_least(least, value + margin),
        method="counted_so_far" if counted else "linear_trend",
        years=len(known),
    )


def _trend(known: list[tuple[int, Decimal]], year: int) -> tuple[Decimal, Decimal]:
    """The line's value in `year`, and how far the 80% range reaches to either side."""
    n = len(known)
    mean_x = Decimal(sum(x for x, _ in known)) / n
    mean_y = sum(y for _, y in known) / n
    sxx = sum((x - mean_x) ** 2 for x, _ in known)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in known) / sxx
    squares = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in known)
    spread = (squares / (n - 2)).sqrt()
    reach = (1 + Decimal(1) / n + (year - mean_x) ** 2 / sxx).sqrt()
    return mean_y + slope * (year - mean_x), _t(n - 2) * spread * reach


def _t(freedom: int) -> Decimal:
    return Decimal(_T_90_IN_THOUSANDTHS[min(freedom, 30) - 1]) / 1000


def _least(known: list[tuple[int, Decimal]], actual_so_far: Decimal | int | None) -> Decimal | None:
    if actual_so_far is not None:
        return Decimal(actual_so_far)
    return Decimal(0) if all(value >= 0 for _, value in known) else None


def _at_least(least: Decimal | None, value: Decimal) -> Decimal:
    return value if least is None else max(least, value)
