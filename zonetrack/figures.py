"""Figures: plain chart data in, a Plotly figure as a plain dictionary out.

One notation everywhere: solid is actual, striped is provisional, hatched with an outline is a
forecast, a stepped line is a target, lighter and wider behind is the year before. No two of them
differ by color alone. None is a gap and never becomes 0.

Colors are written in their light form; `layout.meta.roles` says which role each color plays, so
that the page can recolor a figure for its theme and the drawing can name its classes.
"""

from collections.abc import Sequence
from html import escape
from math import ceil
from textwrap import wrap

from django.utils.translation import gettext as _

from zonetrack import punctuation
from zonetrack.chart_data import (
    ChartData,
    Forecast,
    Number,
    known,
    scaled,
    shared_maximum,
    value_axis,
)
from zonetrack.figure_look import BARS, COLORS, FONT, HEIGHTS, LAYOUT, LINES, MARGIN, WHISKER
from zonetrack.numbers import number, with_unit

__all__ = [
    "ChartData",
    "Forecast",
    "bars_against_target",
    "compare_bars",
    "small_multiples",
    "stock_line",
]

FOOT = 24  # pixels a bar needs to hold its value at its foot


# The figures


def bars_against_target(data: ChartData, *, y_max: Number | None = None) -> dict:
    """Yearly bars against a stepped target line; a whisker shows a forecast's likely range."""
    data, y_max = scaled(data, y_max)
    axis = value_axis(data, y_max)
    traces = [forecast_bars(data)] if any(data.forecast) else []
    if known(data.previous):
        traces.append(previous_bars(data))
    traces.append(actual_bars(data, axis))
    if any(data.provisional):
        traces.append(provisional_bars(data))
    if known(data.target):
        traces += target_lines(*stepped(data.target))
    return figure(data, traces, axis, notes=[*provisional_labels(data), *forecast_labels(data)])


def stock_line(data: ChartData, *, y_max: Number | None = None) -> dict:
    """A level at the end of each year: a line through labelled points; targets are short ticks."""
    data, y_max = scaled(data, y_max)
    axis = value_axis(data, y_max)
    traces = [line_before(data)] if known(data.previous) else []
    if known(data.target):
        traces += target_lines(*ticks_at_years(data.target))
    if any(data.forecast):
        traces.append(forecast_points(data))
    traces.append(points(data, axis))
    if any(data.provisional):
        traces.append(hollow_points(data))
    return figure(data, traces, axis, notes=target_label(data))


def compare_bars(
    names: Sequence[str],
    actual: Sequence[Number | None],
    previous: Sequence[Number | None] = (),
    **about,
) -> dict:
    """Parks or zones in rows: this year over the year before, thicker and lighter behind.

    `about` are further fields of ChartData.
    """
    data, _top = scaled(ChartData(years=names, actual=actual, previous=previous, **about), None)
    traces = [row_bars(data.previous, 0.72, "previous", data)] if known(data.previous) else []
    traces += [row_bars(data.actual, 0.36, "actual", data), row_labels(data)]
    drawn = figure(data, traces, value_axis(data, None))
    return lay_on_side(drawn, [wrapped(str(name)) for name in names])


def small_multiples(charts: Sequence[ChartData], draw=bars_against_target) -> list[dict]:
    """The same figure for several places, all on one scale."""
    top = shared_maximum(charts)
    return [draw(data, y_max=top) for data in charts]


# Numbers as they are written


def plain(values) -> list:
    """Numbers as JSON knows them; None stays None."""
    return [
        value if value is None or isinstance(value, int) else round(float(value), 6)
        for value in values
    ]


def label(value: Number | None, data: ChartData) -> str:
    return number(value, data.decimals)


def labels(values, data: ChartData) -> list[str]:
    """The numbers beside the marks; nothing at a gap."""
    return ["" if value is None else label(value, data) for value in values]


def hover(years, values, data: ChartData, words: str) -> list[str]:
    """Year, series and value with its unit, as the mark says it on being pointed at."""
    texts = [with_unit(value, data.unit, data.decimals) for value in values]
    return [
        "" if value is None else f"{literal(year)}<br>{punctuation.colon(words)}{literal(text)}"
        for year, value, text in zip(years, values, texts, strict=True)
    ]


def literal(text) -> str:
    """Plotly reads a little HTML in texts; names that people typed are no HTML."""
    return escape(str(text), quote=False)


# The parts


def series(looks: dict, role: str, values, words: str, data: ChartData, **more) -> dict:
    return {
        **looks[role],
        "x": list(range(len(data.years))),
        "y": plain(values),
        "hovertext": hover(data.years, values, data, words),
        **more,
    }


def actual_bars(data: ChartData, axis: dict) -> dict:
    values = final_values(data)
    more = {"text": labels(values, data), "textposition": label_places(values, axis, data)}
    return series(BARS, "actual", values, _("Actual"), data, **more)


def final_values(data: ChartData) -> list:
    drafts = data.provisional or [False] * len(data.actual)
    return [None if draft else v for v, draft in zip(data.actual, drafts, strict=True)]


def draft_values(data: ChartData) -> list:
    return [v if draft else None for v, draft in zip(data.actual, data.provisional, strict=True)]


def label_places(values, axis: dict, data: ChartData) -> list[str]:
    """At the foot of the bar; above it where it is too short. Without a target all stand alike."""
    low, high = axis["range"]
    room = HEIGHTS[data.size] - MARGIN["t"] - MARGIN["b"] - (18 if data.part_year else 0)
    short = [v is not None and float(v) / (high - low) * room < FOOT for v in values]
    alike = any(short) and not known(data.target)
    return ["outside" if alike or is_short else "inside" for is_short in short]


def provisional_bars(data: ChartData) -> dict:
    return series(BARS, "provisional", draft_values(data), _("Provisional"), data)


def provisional_labels(data: ChartData) -> list[dict]:
    """At the foot on a solid ground: on stripes a number is hard to read."""
    ground = {"bgcolor": COLORS["actual"], "borderpad": 1}
    drafts = draft_values(data) if data.provisional else []
    return [
        note(at, 0, label(value, data), "on-actual", yanchor="bottom", yshift=3, **ground)
        for at, value in enumerate(drafts)
        if value is not None
    ]


def previous_bars(data: ChartData) -> dict:
    return series(BARS, "previous", data.previous, _("Year before"), data)


def forecast_bars(data: ChartData) -> dict:
    values = [item and item.value for item in data.forecast]
    return series(BARS, "forecast", values, _("Forecast"), data, error_y=whiskers(data))


def whiskers(data: ChartData) -> dict:
    ranges = [
        (item.high - item.value, item.value - item.low)
        if item and None not in (item.low, item.high)
        else (None, None)
        for item in data.forecast
    ]
    ups, downs = [up for up, down in ranges], [down for up, down in ranges]
    return {**WHISKER, "array": plain(ups), "arrayminus": plain(downs)}


def forecast_labels(data: ChartData) -> list[dict]:
    return [
        note(at, top(item), label(item.value, data), "ink", yanchor="bottom", yshift=2)
        for at, item in enumerate(data.forecast)
        if item
    ]


def top(item: Forecast) -> Number:
    return item.value if item.high is None else item.high


def stepped(values) -> tuple[list, list]:
    """A step as wide as the year for every target; a gap where there is none."""
    xs, ys = [], []
    for at, value in enumerate(values):
        xs += [at - 0.5, at + 0.5] if value is not None else [None]
        ys += [value, value] if value is not None else [None]
    return xs, ys


def ticks_at_years(values) -> tuple[list, list]:
    xs, ys = [], []
    for at, value in enumerate(values):
        if value is not None:
            xs += [round(at - 0.36, 2), round(at + 0.36, 2), None]
            ys += [value, value, None]
    return xs, ys


def target_lines(xs: list, ys: list) -> list[dict]:
    return [{**LINES[role], "x": xs, "y": plain(ys)} for role in ("casing", "target")]


def target_label(data: ChartData) -> list[dict]:
    last = last_target(data)
    if last is None:
        return []
    value = data.target[last]
    words = _("Target %(value)s") % {"value": label(value, data)}
    # Away from the point and its number.
    place = {"yanchor": "top"} if reaches(data, last) else {"yanchor": "bottom", "yshift": 1}
    return [note(last + 0.36, value, words, "ink", xanchor="right", **place)]


def last_target(data: ChartData) -> int | None:
    return max((at for at, value in enumerate(data.target) if value is not None), default=None)


def reaches(data: ChartData, at: int) -> bool:
    """Whether the point stands on or above the tick of its target."""
    pair = data.actual[at], data.target[at]
    return None not in pair and pair[0] >= pair[1]


def points(data: ChartData, axis: dict) -> dict:
    places = [point_place(data, at, axis) for at in range(len(data.actual))]
    more = {"text": labels(data.actual, data), "textposition": places}
    return series(LINES, "actual", data.actual, _("Actual"), data, **more)


def point_place(data: ChartData, at: int, axis: dict) -> str:
    """Away from the tick of a target. Else under a rising line and the last point; above a
    falling line and near the ground."""
    value, after = data.actual[at], data.actual[at + 1] if at + 1 < len(data.actual) else None
    low, high = axis["range"]
    if value is None or (float(value) - low) / (high - low) < 0.15:
        return "top center"
    rising = after is not None and after > value
    if known(data.target) and reaches(data, at):
        return "top left" if rising else "top center"
    if after is None:
        return "bottom center"
    return "bottom right" if rising else "top center"


def hollow_points(data: ChartData) -> dict:
    return series(LINES, "provisional", draft_values(data), _("Provisional"), data)


def line_before(data: ChartData) -> dict:
    return series(LINES, "previous", data.previous, _("Year before"), data)


def forecast_points(data: ChartData) -> dict:
    values = [item and item.value for item in data.forecast]
    more = {"text": labels(values, data), "error_y": whiskers(data)}
    return series(LINES, "forecast", values, _("Forecast"), data, **more)


def row_bars(values, width: float, role: str, data: ChartData) -> dict:
    words = _("Actual") if role == "actual" else _("Year before")
    bars = series(BARS, role, values, words, data, width=width, orientation="h")
    return {**bars, "x": bars["y"], "y": bars["x"]}


def row_labels(data: ChartData) -> dict:
    """The value behind the longer of the two bars; a dash where nothing is reported."""
    before = data.previous or [None] * len(data.actual)
    ends = [max(known(pair), default=0) for pair in zip(data.actual, before, strict=True)]
    texts = [f" {label(value, data)}" for value in data.actual]
    return {**LINES["label"], "text": texts, "x": plain(ends), "y": list(range(len(ends)))}


def note(x, y, text: str, color: str, **more) -> dict:
    at = {"x": x, "y": plain([y])[0], "showarrow": False}
    return {**at, "text": text, "font": {"color": COLORS[color]}, **more}


def part_year_note(data: ChartData) -> list[dict]:
    """Under the year, so that nobody compares nine months with twelve unawares."""
    reported = [at for at, value in enumerate(data.actual) if value is not None]
    if not data.part_year or not reported:
        return []
    words = note(reported[-1], 0, literal(data.part_year), "ink-2", yanchor="top", yshift=-22)
    return [{**words, "yref": "paper", "name": "part-year"}]


# The whole


def figure(data: ChartData, traces: list[dict], axis: dict, *, notes: Sequence[dict] = ()) -> dict:
    count = len(data.years)
    years = {"tickvals": list(range(count)), "ticktext": [literal(year) for year in data.years]}
    layout = {
        **LAYOUT,
        "title": {"text": literal(data.title), "subtitle": {"text": literal(data.caption)}},
        "height": HEIGHTS[data.size],
        "margin": {**MARGIN, "b": MARGIN["b"] + (18 if data.part_year else 0)},
        "xaxis": {**LAYOUT["xaxis"], **years, "range": [-0.5, max(count, 1) - 0.5]},
        "yaxis": {**LAYOUT["yaxis"], **axis},
        "annotations": [*notes, *part_year_note(data)],
        "meta": {"roles": {color: role for role, color in COLORS.items()}, "unit": str(data.unit)},
    }
    return {"data": traces, "layout": layout}


def lay_on_side(drawn: dict, names: list[str]) -> dict:
    """Rows from the top down, values along the foot, as much height as the rows need."""
    layout = drawn["layout"]
    lines = [line for name in names for line in name.split("<br>")]
    rows = {**layout["xaxis"], "ticktext": names, "range": [len(names) - 0.5, -0.5]}
    left = 12 + ceil(max(map(ems, lines), default=0) * FONT)
    return {
        **drawn,
        "layout": {
            **layout,
            "xaxis": layout["yaxis"],
            "yaxis": {**rows, "automargin": True},
            "height": max(120, 46 + 38 * len(names), 46 + 19 * len(lines)),
            "margin": {"l": left, "r": 52, "t": 6, "b": 28},
        },
    }


def ems(text: str) -> float:
    """The width of a text in ems: a Chinese character takes one, a Latin letter about a half."""
    return sum(1.0 if char > "\u2e80" else 0.57 for char in text)


def wrapped(text: str) -> str:
    if any(char > "\u2e80" for char in text):
        lines = [text[at : at + 9] for at in range(0, len(text), 9)]
    else:
        lines = wrap(text, 20) or [text]
    return "<br>".join(map(literal, lines))
