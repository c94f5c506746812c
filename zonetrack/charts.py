"""One chart of a page: figure, drawing, key, table, downloads, as partials/_chart.html shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from django.utils.translation import gettext as _

from zonetrack import punctuation
from zonetrack.chart_data import ChartData, known
from zonetrack.drawing import draw_svg
from zonetrack.figures import bars_against_target, compare_bars, final_values, label, stock_line

WIDTHS = {"s": 380, "": 560, "l": 840}
SPOKEN = 8  # more values than this are left to the table


@dataclass(frozen=True)
class Chart:
    """`id` is unique on the page; `key` pairs roles and words; a row begins with its heading."""

    id: str
    figure: dict
    svg: str
    label: str
    key: Sequence[tuple[str, str]] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = ()
    source: str = ""
    csv_url: str = ""
    size: str = ""
    empty: bool = False

    @property
    def title(self) -> str:
        return unescape(self.figure["layout"]["title"]["text"])

    @property
    def subtitle(self) -> str:
        return unescape(self.figure["layout"]["title"]["subtitle"]["text"])

    @property
    def figure_id(self) -> str:
        return f"{self.id}-figure"


def yearly_chart(
    id: str,
    data: ChartData,
    draw=bars_against_target,
    *,
    y_max=None,
    source: str = "",
    csv_url: str = "",
    width: int = 0,
) -> Chart:
    """Years of one indicator in one place; `draw` is bars_against_target or stock_line.

    `y_max` puts several charts on one scale (chart_data.shared_maximum). `width` is that of the
    drawing where the page has less or more room than usual: 240 for five in a row.
    """
    columns, rows = yearly_table(data)
    key = yearly_key(data, points=draw is stock_line)
    return chart(id, draw(data, y_max=y_max), data, columns, rows, key, source, csv_url, width)


def comparison_chart(
    id: str,
    data: ChartData,
    *,
    now: str,
    before: str = "",
    source: str = "",
    csv_url: str = "",
) -> Chart:
    """Places in rows (`data.years` are their names): `now` and `before` name the two years."""
    about = {name: getattr(data, name) for name in ("unit", "title", "subtitle", "decimals")}
    about |= {"whole": data.whole, "money": data.money}
    drawn = compare_bars(data.years, data.actual, data.previous, **about)
    columns, rows = table(data, "", {now: data.actual, before: data.previous})
    key = [("actual", now), ("previous", before)] if known(data.previous) else []
    return chart(id, drawn, data, columns, rows, key, source, csv_url)


def chart(id, drawn, data: ChartData, columns, rows, key, source, csv_url, width=0) -> Chart:
    words = spoken(data, columns, rows)
    return Chart(
        id=id,
        figure=drawn,
        svg=draw_svg(drawn, width or WIDTHS[data.size], title=data.title, description=words),
        label=words,
        key=key,
        columns=columns,
        rows=rows,
        notes=data.notes,
        source=source,
        csv_url=csv_url,
        size=data.size,
        empty=data.empty,
    )


def yearly_key(data: ChartData, *, points: bool) -> list[tuple[str, str]]:
    """Which marks the chart has; none when it has only one. Names end in "-point" for lines."""
    present = [
        ("actual", _("Actual"), known(final_values(data))),
        ("provisional", _("Provisional"), any(data.provisional)),
        ("previous", _("Year before"), known(data.previous)),
        ("forecast", _("Forecast, with likely range"), any(data.forecast)),
        ("target", _("Target"), known(data.target)),
    ]
    form = "-point" if points else ""
    key = [
        (role if role == "target" else role + form, words)
        for role, words, there in present
        if there
    ]
    return key if len(key) > 1 else []


def yearly_table(data: ChartData) -> tuple[list[str], list[list[str]]]:
    forecast = [item and item.value for item in data.forecast]
    return table(
        data,
        _("Year"),
        {
            _("Actual"): data.actual,
            _("Target"): data.target,
            _("Year before"): data.previous,
            _("Forecast"): forecast,
        },
    )


def table(data: ChartData, heading: str, series: dict) -> tuple[list[str], list[list[str]]]:
    """The chart's numbers in full, not shortened; series without a value are left out."""
    shown = {words: values for words, values in series.items() if known(values)}
    rows = [
        [row_heading(data, at), *(label(values[at], data) for values in shown.values())]
        for at in range(len(data.years))
    ]
    unit = punctuation.brackets(data.unit) if data.unit else ""
    return [heading, *(f"{words}{unit}" for words in shown)], rows


def row_heading(data: ChartData, at: int) -> str:
    reported = [n for n, value in enumerate(data.actual) if value is not None]
    marks = [str(data.part_year)] if data.part_year and reported and at == reported[-1] else []
    if any(data.provisional) and data.provisional[at]:
        marks.append(_("provisional"))
    return "".join([str(data.years[at]), *map(punctuation.brackets, marks)])


def spoken(data: ChartData, columns: list[str], rows: list[list[str]]) -> str:
    """What stands for the picture when it cannot be seen."""
    if len(rows) > SPOKEN:
        return _("%(title)s. The table has every value.") % {"title": data.title}
    series = [
        punctuation.colon(column) + punctuation.listed(f"{row[0]} {row[at]}" for row in rows)
        for at, column in enumerate(columns[1:], start=1)
    ]
    return punctuation.statements([data.title, *series])
