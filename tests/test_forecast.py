from decimal import Decimal
from fractions import Fraction

import pytest

from zonetrack.targets.forecast import forecast

HALF = Fraction(1, 2)
STRAIGHT = [(2008, 10), (2009, 12), (2010, 14), (2011, 16), (2012, 18)]
# Mean year 2010 (Sxx 10), mean 6, slope (−2·4 − 1·7 + 1·6 + 2·8) ÷ 10 = 0.7: 8.1 in 2013.
# Residuals −0.6, 1.7, −1, −0.7, 0.6: squares 5.1, s² = 5.1 ÷ 3 = 1.7.
# Reach: t 1.638 · √1.7 · √(1 + 1/5 + 9/10) = 1.638 · √3.57 = 3.0949.
BUMPY = [(2008, 4), (2009, 7), (2010, 5), (2011, 6), (2012, 8)]


def test_a_straight_line_goes_on_without_a_range():
    found = forecast(STRAIGHT, None, HALF)
    assert (found.year, found.value, found.low, found.high) == (2013, 20, 20, 20)
    assert (found.method, found.years) == ("linear_trend", 5)


def test_the_range_comes_from_the_residuals():
    found = forecast(BUMPY, None, HALF)
    assert round(found.value, 4) == Decimal("8.1000")
    assert round(found.low, 4) == Decimal("5.0051")
    assert round(found.high, 4) == Decimal("11.1949")


def test_what_is_counted_already_is_the_least():
    found = forecast(BUMPY, 6, HALF)
    assert (round(found.value, 1), found.low, found.method) == (Decimal("8.1"), 6, "linear_trend")


def test_more_counted_than_the_trend_says_is_said():
    found = forecast(BUMPY, 10, HALF)
    assert (found.value, found.low, found.method) == (10, 10, "counted_so_far")
    assert round(found.high, 4) == Decimal("11.1949")
    assert forecast(BUMPY, 20, HALF).high == 20


def test_a_falling_trend_ends_at_zero():
    falling = [(2008, 9), (2009, 6), (2010, 4), (2011, 1), (2012, 0)]
    found = forecast(falling, None, HALF, year=2014)
    assert (found.value, found.low) == (0, 0)


def test_what_was_negative_before_may_be_so_again():
    below = [(year, value - 20) for year, value in STRAIGHT]
    assert forecast(below, None, HALF, year=2012).value == -2


def test_years_not_reported_are_left_out_and_not_read_as_zero():
    gap = [*STRAIGHT[:2], (2010, None), *STRAIGHT[3:], (2013, Decimal(20))]
    assert forecast(gap, None, HALF) == forecast(STRAIGHT, None, HALF, year=2014)


@pytest.mark.parametrize(
    ("history", "share"),
    [
        ([], HALF),
        (STRAIGHT[:4], HALF),
        ([*STRAIGHT[:4], (2012, None)], HALF),
        (STRAIGHT, 1),
    ],
)
def test_no_forecast_from_fewer_than_five_years_or_when_the_year_is_over(history, share):
    assert forecast(history, 3, share) is None


def test_the_range_narrows_with_more_years():
    long = [(2000 + n, Decimal(n % 2)) for n in range(40)]
    wide, narrow = forecast(long[:6], None, HALF), forecast(long, None, HALF)
    assert narrow.high - narrow.value < wide.high - wide.value
