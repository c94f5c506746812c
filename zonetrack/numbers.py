"""How numbers are written, in both languages.

None is "not reported" and is written "–"; 0 is zero. Years and codes are never grouped: they do not
pass through `number`.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language, gettext

NOTHING = "–"
MINUS = "−"
FEWEST_FOR_PERCENT = 20  # below it one more or less would read as a leap

Number = Decimal | int | float


def number(value: Number | None, decimals: int | None = None) -> str:
    """`−1,234.5`; without `decimals` as exact as the value is."""
    if value is None:
        return NOTHING
    value = _rounded(value, decimals)
    return (MINUS if value < 0 else "") + f"{abs(value):,f}"


def percent(value: Number | None, decimals: int | None = 1) -> str:
    """`value` is in percent already: 45.5 is written `45.5%`."""
    return NOTHING if value is None else number(value, decimals) + "%"


def signed(value: Number | None, decimals: int | None = None) -> str:
    if value is None:
        return NOTHING
    return ("+" if _rounded(value, decimals) > 0 else "") + number(value, decimals)


def with_unit(value: Number | None, unit: str, decimals: int | None = None) -> str:
    """`100 patents`, `100件`, `45%`; a unit given in the page's language."""
    unit = str(unit)
    if value is None or not unit:
        return number(value, decimals)
    space = "" if _chinese() or unit[0] in "%‰" else " "
    return number(value, decimals) + space + unit


def money(value: Number | None) -> str:
    """An amount in units of 10 000 yuan: `CNY 74.6 million`, `7,460万元`, `1.23亿元`."""
    if value is None:
        return NOTHING
    # Each language has its own steps, so this is more than a translation.
    return _money_in_chinese(_exact(value)) if _chinese() else _money_in_english(_exact(value))


def year_range(first: int, last: int | None = None) -> str:
    """`2013–2015`, `2013—2015年`; one year stands alone."""
    years = str(first) if last in (None, first) else f"{first}{'—' if _chinese() else '–'}{last}"
    return years + "年" if _chinese() else years


@dataclass(frozen=True)
class Change:
    """From one value to the next; `share` is in percent and None where it would mislead."""

    difference: Decimal | None
    share: Decimal | None
    points: bool
    decimals: int | None

    def __str__(self) -> str:
        text = signed(self.difference, self.decimals)
        if self.difference is None:
            return text
        if self.points:
            return gettext("%(change)s percentage points") % {"change": text}
        if self.share is None:
            return text
        in_percent = signed(self.share, 1) + "%"
        return f"{text}（{in_percent}）" if _chinese() else f"{text} ({in_percent})"


def change(
    now: Number | None,
    before: Number | None,
    *,
    points: bool = False,
    decimals: int | None = None,
) -> Change:
    """How `before` became `now`: the difference, and in percent only from 20 on.

    `points` is for values that are percentages themselves: they differ by percentage points.
    """
    if now is None or before is None:
        return Change(None, None, points, decimals)
    difference = _exact(now) - _exact(before)
    speaking = not points and before >= FEWEST_FOR_PERCENT
    share = difference / _exact(before) * 100 if speaking else None
    return Change(difference, share, points, decimals)


def _money_in_english(value: Decimal) -> str:
    millions = value / 100
    if abs(millions) < Decimal("0.01"):
        return f"CNY {number(value * 10_000, 0)}"
    decimals = next((n for least, n in ((100, 0), (1, 1)) if abs(millions) >= least), 2)
    return f"CNY {number(millions, decimals)} million"


def _money_in_chinese(value: Decimal) -> str:
    if abs(value) >= 10_000:
        return f"{number(value / 10_000, 2)}亿元"
    if 0 < abs(value) < Decimal("0.01"):
        return f"{number(value * 10_000, 0)}元"
    return f"{number(_without_zeros(_rounded(value, 2)))}万元"


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _exact(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _rounded(value: Number, decimals: int | None) -> Decimal:
    """Rounded half up, as people do; never a negative zero."""
    value = _exact(value)
    if decimals is None:
        return _without_zeros(value)
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


def _without_zeros(value: Decimal) -> Decimal:
    """1.50 as 1.5 and 100 as 100, not as 1E+2."""
    whole = value.to_integral_value()
    return whole + 0 if value == whole else value.normalize()
