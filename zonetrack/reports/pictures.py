"""The charts of a report: the same figures as on the pages, with their numbers beside."""

from collections.abc import Sequence
from datetime import date

from zonetrack.chart_data import ChartData
from zonetrack.charts import Chart, comparison_chart, row_heading, yearly_chart
from zonetrack.dashboards.line_charts import line_data, sources
from zonetrack.figures import bars_against_target, stock_line
from zonetrack.indicators.declaration import Kind
from zonetrack.targets.scorecard import Line

from .document import Picture, Series


def over_years(lines: list[Line], *, today: date) -> Picture | None:
    """One indicator in one place, year by year; None where no value is known."""
    data = line_data(lines, today=today)
    if data.empty:
        return None
    indicator = lines[-1].indicator
    flow = indicator.kind == Kind.FLOW
    draw = bars_against_target if flow else stock_line
    chart = yearly_chart(f"report-{indicator.key}", data, draw, source=sources(lines))
    expected = [each and each.value for each in data.forecast]
    return picture(
        indicator.key,
        "bars" if flow else "line",
        chart,
        data,
        [row_heading(data, at) for at in range(len(data.years))],
        {"actual": data.actual, "target": data.target, "forecast": expected},
    )


def over_places(lines: list[Line], names: Sequence[str], year: int) -> Picture | None:
    """One indicator in several places, this year over the year before; None where none is known."""
    indicator = lines[0].indicator
    before = [line.previous.value for line in lines]
    data = ChartData(
        years=names,
        actual=[line.value for line in lines],
        previous=before if any(value is not None for value in before) else (),
        unit=str(indicator.unit),
        title=str(indicator.name),
        subtitle=str(year),
        whole=indicator.whole,
        decimals=indicator.decimals,
        money=indicator.money,
    )
    if data.empty:
        return None
    now, last = str(year), str(year - 1)
    chart = comparison_chart(f"report-places-{indicator.key}", data, now=now, before=last)
    values = {"actual": data.actual, "previous": data.previous}
    return picture(f"places-{indicator.key}", "rows", chart, data, names, values)


def picture(key: str, form: str, chart: Chart, data: ChartData, labels, values: dict) -> Picture:
    """`values` by role, in the order of the chart's own table; empty ones are left out."""
    there = {role: each for role, each in values.items() if any(v is not None for v in each)}
    return Picture(
        key=key,
        form=form,
        title=chart.title,
        subtitle=chart.subtitle,
        alt=chart.label,
        svg=str(chart.svg),
        labels=tuple(map(str, labels)),
        series=tuple(
            Series(role, name, tuple(numbers))
            for (role, numbers), name in zip(there.items(), chart.columns[1:], strict=True)
        ),
        unit=str(data.unit),
        marks=tuple((role, str(words)) for role, words in chart.key),
        source=chart.source,
        notes=tuple(map(str, chart.notes)),
    )
