"""Lines of one indicator as a chart: what is drawn, and what its title says."""

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from zonetrack.chart_data import ChartData
from zonetrack.chart_data import Forecast as Drawn
from zonetrack.charts import Chart, yearly_chart
from zonetrack.figures import bars_against_target, stock_line
from zonetrack.indicators.declaration import Kind
from zonetrack.targets import wording
from zonetrack.targets.forecast import forecast
from zonetrack.targets.progress import share_of_year
from zonetrack.targets.scorecard import Line

FEWEST_SHOWN = 5


def line_chart(
    id: str,
    lines: list[Line],
    *,
    today: date,
    title: str = "",
    size: str = "",
    csv_url: str = "",
) -> Chart:
    """Bars for what is counted over the year, a line for levels and ratios."""
    data = line_data(lines, today=today, title=title, size=size)
    draw = bars_against_target if lines[-1].indicator.kind == Kind.FLOW else stock_line
    return yearly_chart(id, data, draw, source=sources(lines), csv_url=csv_url)


def line_data(lines: list[Line], *, today: date, title: str = "", size: str = "") -> ChartData:
    """`lines` are of one indicator and place, by year; without a title the finding is it."""
    lines = without_blank_start(lines)
    last = lines[-1]
    indicator = last.indicator
    running = last.year == today.year and last.value is not None
    return ChartData(
        years=[line.year for line in lines],
        actual=[line.value for line in lines],
        target=[line.aim.value if line.aim else None for line in lines],
        provisional=[is_provisional(line) for line in lines],
        forecast=forecasts(lines, today) if last.year == today.year else (),
        unit=str(indicator.unit),
        title=title or title_of(last),
        subtitle=subtitle(last),
        part_year=_("to %(day)s") % {"day": formats.date_format(today, "MONTH_DAY_FORMAT")}
        if running
        else "",
        whole=indicator.whole,
        decimals=indicator.decimals,
        money=indicator.money,
        size=size,
    )


def is_provisional(line: Line) -> bool:
    """Whether the value may still change."""
    return line.value is not None and (line.actual.provisional or not line.actual.complete)


def without_blank_start(lines: list[Line]) -> list[Line]:
    """From the first year of which anything is known; at least the last few."""
    start = next(
        (at for at, line in enumerate(lines) if line.value is not None or line.aim), len(lines)
    )
    return lines[min(start, max(len(lines) - FEWEST_SHOWN, 0)) :]


def forecasts(lines: list[Line], today: date) -> list[Drawn | None]:
    """Only of the running year, and only from five past years on."""
    *past, last = lines
    if last.indicator.kind != Kind.FLOW and last.value is not None:
        # A trend through past levels says less than the level that is there.
        return []
    found = forecast(
        [(line.year, line.value) for line in past if line.actual.complete],
        last.value if last.indicator.kind == Kind.FLOW else None,
        share_of_year("linear", last.year, today),
        year=last.year,
    )
    if found is None:
        return []
    return [*(None for _line in past), Drawn(found.value, found.low, found.high)]


def title_of(line: Line) -> str:
    """The indicator and what its last year shows."""
    words = {
        "indicator": line.indicator.name,
        "year": line.year,
        "value": wording.value_text(line.indicator, line.value),
        "remaining": wording.remaining_text(line),
        "change": wording.change_text(line),
    }
    if line.value is None:
        return _("%(indicator)s: not reported for %(year)d") % words
    if words["remaining"]:
        return _("%(indicator)s: %(value)s in %(year)d, %(remaining)s") % words
    if line.change:
        return _("%(indicator)s: %(value)s in %(year)d, %(change)s on the year before") % words
    return _("%(indicator)s: %(value)s in %(year)d") % words


def subtitle(line: Line) -> str:
    words = {"place": line.place.name}
    if line.provisional:
        words["place"] = _("%(place)s, including provisional figures") % words
    if line.indicator.kind == Kind.FLOW:
        return _("By year, %(place)s") % words
    return _("At the end of each year, %(place)s") % words


def sources(lines: list[Line]) -> str:
    """The sources of published figures in the chart, each once."""
    named = [str(line.actual.published[0].source) for line in lines if published(line)]
    return wording.listed(list(dict.fromkeys(named)))


def published(line: Line) -> bool:
    return line.actual.origin == "published"
