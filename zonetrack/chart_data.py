"""What a chart shows, as plain numbers and words; and what follows from the numbers alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import floor, log10

from django.utils.translation import get_language

from zonetrack.numbers import number

Number = int | float | Decimal


@dataclass(frozen=True)
class Forecast:
    """An expected value with its likely range; anything with these three attributes will do."""

    value: Number
    low: Number | None = None
    high: Number | None = None


@dataclass(frozen=True)
class ChartData:
    """What one chart shows, year by year. None means not reported; a series left out is empty.

    `unit` says what a value of 1 is, `money` that it is 10 000 yuan, `whole` that things are
    counted. `provisional` marks years whose value may still change. `part_year` ("to 30 Sep") says
    how far the last reported year goes when it is not over. `size` is "s", "" or "l", the height.
    """

    years: Sequence[int | str]
    actual: Sequence[Number | None]
    target: Sequence[Number | None] = ()
    previous: Sequence[Number | None] = ()
    provisional: Sequence[bool] = ()
    forecast: Sequence[Forecast | None] = ()
    unit: str = ""
    title: str = ""
    subtitle: str = ""
    notes: Sequence[str] = ()
    part_year: str = ""
    whole: bool = True
    decimals: int = 0
    money: bool = False
    size: str = ""

    @property
    def caption(self) -> str:
        """The subtitle with the unit in it."""
        unit = str(self.unit)
        if not unit or unit in self.subtitle:
            return self.subtitle
        return f"{self.subtitle} · {unit}" if self.subtitle else unit

    @property
    def empty(self) -> bool:
        return all(value is None for value in self.actual)


# Numbers and axes


def known(values) -> list:
    return [value for value in values if value is not None]


def everything(data: ChartData) -> list:
    """All values that the axis must hold, likely ranges included."""
    expected = [
        value for item in data.forecast if item for value in (item.value, item.low, item.high)
    ]
    return known([*data.actual, *data.target, *data.previous, *expected])


def shared_maximum(charts: Sequence[ChartData]) -> Number | None:
    """For charts on one scale; before values are scaled."""
    return max((value for data in charts for value in everything(data)), default=None)


def scales(data: ChartData) -> list[tuple[int, str]]:
    """Factors by which long numbers are shortened, as each language counts."""
    chinese = (get_language() or "").startswith("zh")
    if data.money:
        return [(10_000, "亿元")] if chinese else [(100, "CNY million"), (100_000, "CNY billion")]
    if str(data.unit) == "%":
        return []
    if chinese:
        return [(10_000, f"万{data.unit}"), (100_000_000, f"亿{data.unit}")]
    return [(1000, f"thousand {data.unit}".strip()), (1_000_000, f"million {data.unit}".strip())]


def scaled(data: ChartData, y_max: Number | None) -> tuple[ChartData, Number | None]:
    """Values of 10 000 and more in a bigger unit, so that they fit and are grasped at a glance."""
    top = max(map(abs, [*everything(data), *known([y_max])]), default=0)
    fitting = [pair for pair in scales(data) if top >= pair[0]] if top >= 10_000 else []
    if not fitting:
        return data, y_max
    factor, unit = next((pair for pair in fitting if top / pair[0] < 10_000), fitting[-1])

    def part(value):
        return None if value is None else Decimal(str(value)) / factor

    return replace(
        data,
        actual=[part(value) for value in data.actual],
        target=[part(value) for value in data.target],
        previous=[part(value) for value in data.previous],
        forecast=[
            item and Forecast(part(item.value), part(item.low), part(item.high))
            for item in data.forecast
        ],
        unit=unit,
        whole=False,
        decimals=0 if top / factor >= 100 else 1 if top / factor >= 10 else 2,
    ), part(y_max)


def value_axis(data: ChartData, y_max: Number | None) -> dict:
    """From zero, with at most five lines, and whole steps for whole things."""
    values = [float(value) for value in [*everything(data), *known([y_max])]]
    low, high = min([0.0, *values]), max([0.0, *values]) or 1.0
    step = even_step((high - low) / 4, whole=data.whole)
    first, last = floor(low / step), floor(high * 1.08 / step)
    while last - first > 4:
        step = even_step(step * 1.01, whole=data.whole)
        first, last = floor(low / step), floor(high * 1.08 / step)
    ticks = [round(number * step, 6) for number in range(first, last + 1)]
    decimals = 0 if float(step).is_integer() else max(0, -floor(log10(step)))
    return {
        "tickvals": ticks,
        "ticktext": [number(tick, decimals) for tick in ticks],
        "range": [min(ticks[0], low * 1.15), high * 1.12],
    }


def even_step(least: float, *, whole: bool) -> float:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is not below `least`."""
    power = 10.0 ** floor(log10(least))
    step = next(n * power for n in (1, 2, 5, 10) if n * power >= least * 0.999999)
    return max(1, int(step)) if whole else step
