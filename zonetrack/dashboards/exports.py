"""Progress lines as CSV, XLSX and JSON, and a chart as a drawing: what the page shows, to keep.

One table of columns serves all three; JSON takes their keys, the others their heads. Numbers are
exact, in the unit of the indicator; None stays empty: not reported.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from textwrap import wrap
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zonetrack import tabular
from zonetrack.charts import Chart
from zonetrack.figure_look import COLORS
from zonetrack.indicators.declaration import Indicator
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Line

TABLES = ("csv", "xlsx", "json")
SIX_PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class Column:
    key: str
    head: Any
    read: Callable[[Line], Any]


def number(value) -> Decimal | int | None:
    """A number without digits that mean nothing: whole ones whole, others to six places."""
    if value is None:
        return None
    value = Decimal(str(value)) if not isinstance(value, Decimal) else value
    if value == value.to_integral_value():
        return int(value)
    return value.quantize(SIX_PLACES, ROUND_HALF_UP).normalize()


def of_actual(name: str):
    return lambda line: number(getattr(line.actual, name))


def of_aim(name: str):
    return lambda line: number(getattr(line.aim, name)) if line.aim else None


def of_judgement(name: str):
    return lambda line: number(getattr(line.judgement, name))


def published_value(line: Line):
    return number(line.actual.published[0].value) if line.actual.published else None


def published_source(line: Line):
    return str(line.actual.published[0].source) if line.actual.published else None


def original_attainment(line: Line):
    return number(line.original.attainment) if line.original else None


def objective(line: Line):
    return line.aim.text or None if line.aim else None


COLUMNS = (
    Column("indicator", gettext_lazy("Indicator key"), lambda line: line.indicator.key),
    Column("name", gettext_lazy("Indicator"), lambda line: str(line.indicator.name)),
    Column("place", gettext_lazy("Zone or park"), lambda line: line.place.name),
    Column("year", gettext_lazy("Year"), lambda line: line.year),
    Column("value", gettext_lazy("Value"), lambda line: number(line.value)),
    Column("unit", gettext_lazy("Unit"), lambda line: str(line.indicator.unit)),
    Column("origin", gettext_lazy("Origin"), lambda line: line.actual.origin),
    Column("remarks", gettext_lazy("Remarks"), lambda line: wording.origin_text(line) or None),
    Column("complete", gettext_lazy("Complete"), lambda line: line.actual.complete),
    Column("known", gettext_lazy("Known records"), of_actual("known")),
    Column("approved", gettext_lazy("Returns approved"), of_actual("reported")),
    Column("expected_returns", gettext_lazy("Returns expected"), of_actual("expected")),
    Column("waiting", gettext_lazy("Returns waiting for approval"), of_actual("waiting")),
    Column("drafts", gettext_lazy("Returns in draft"), of_actual("drafts")),
    Column("missing", gettext_lazy("Returns missing"), of_actual("missing")),
    Column("provisional", gettext_lazy("Provisional"), lambda line: line.actual.provisional),
    Column("numerator", gettext_lazy("Numerator"), of_actual("numerator")),
    Column("denominator", gettext_lazy("Denominator"), of_actual("denominator")),
    Column("published", gettext_lazy("Published"), published_value),
    Column("source", gettext_lazy("Source"), published_source),
    Column("difference", gettext_lazy("Published less records"), of_actual("difference")),
    Column("change", gettext_lazy("Change on the year before"), lambda line: number(line.change)),
    Column("direction", gettext_lazy("Direction"), lambda line: line.aim and line.aim.direction),
    Column("target", gettext_lazy("Target"), of_aim("value")),
    Column("objective", gettext_lazy("Objective in words"), objective),
    Column("baseline", gettext_lazy("Baseline"), of_aim("baseline")),
    Column("original_target", gettext_lazy("Original target"), of_aim("original")),
    Column("status", gettext_lazy("Status key"), lambda line: line.judgement.status.value),
    Column("status_text", gettext_lazy("Status"), wording.status_text),
    Column("attainment", gettext_lazy("Share of the target"), of_judgement("attainment")),
    Column(
        "original_attainment", gettext_lazy("Share of the original target"), original_attainment
    ),
    Column("distance", gettext_lazy("Share of the way"), of_judgement("distance")),
    Column("remaining", gettext_lazy("Remaining"), of_judgement("remaining")),
    Column("expected", gettext_lazy("Expected by now"), of_judgement("expected")),
)


def lines_response(chosen: str, filename: str, title: str, lines: Iterable[Line]):
    """The lines in one of TABLES."""
    lines = list(lines)
    if any(line.provisional for line in lines):
        title = _("%(title)s (including provisional figures)") % {"title": title}
    if chosen == "json":
        return json_response(filename, title, lines)
    heads = [str(column.head) for column in COLUMNS]
    rows = [[column.read(line) for column in COLUMNS] for line in lines]
    if chosen == "csv":
        return tabular.csv_response(f"{filename}.csv", heads, rows)
    about = [(_("Page"), title), (_("Written at"), localtime().replace(microsecond=0))]
    sheets = [
        tabular.Sheet(title, heads, rows),
        tabular.Sheet(_("Notes"), [_("About this file"), ""], about),
    ]
    return tabular.xlsx_response(f"{filename}.xlsx", sheets)


def json_response(filename: str, title: str, lines: list[Line]) -> JsonResponse:
    content = content_of(title, lines)
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    return attached(response, f"{filename}.json")


def content_of(title: str, lines: list[Line]) -> dict:
    indicators = {line.indicator.key: line.indicator for line in lines}
    return {
        "title": title,
        "provisional": any(line.provisional for line in lines),
        "indicators": [about(indicator) for indicator in indicators.values()],
        "lines": [content_of_line(line) for line in lines],
    }


def content_of_line(line: Line) -> dict:
    return {column.key: plain(column.read(line)) for column in COLUMNS}


def about(indicator: Indicator) -> dict:
    return {
        "key": indicator.key,
        "name": str(indicator.name),
        "unit": str(indicator.unit),
        "kind": indicator.kind.value,
        "definition": str(indicator.definition),
    }


def plain(value):
    """As JSON knows it: a decimal is a number, not a text."""
    return float(value) if isinstance(value, Decimal) else value


def attached(response, filename: str):
    response["Content-Disposition"] = content_disposition_header(True, filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response


# The drawing

TITLE_SIZE, SIDE, WIDE_SIGN = 18, 16, "\u2e80"


def drawing_response(filename: str, chart: Chart) -> HttpResponse:
    """The chart as SVG with its title, subtitle and source, on white."""
    return attached(
        HttpResponse(drawing(chart), content_type="image/svg+xml; charset=utf-8"),
        f"{filename}.svg",
    )


def drawing(chart: Chart) -> str:
    """The server's own drawing with the words that stand around it on the page."""
    width, height = 840, chart.figure["layout"]["height"]
    heading, y = [], 12
    for text, size, weight in ((chart.title, TITLE_SIZE, 600), (chart.subtitle, 13, 400)):
        for part in folded(text, width // size):
            y += round(size * 1.35)
            heading.append(words(part, y, size, weight))
    if chart.key:
        y += 24
        heading += key_marks(chart.key, y)
    foot = folded(chart.source, 2 * width // 13)
    below = y + 12 + height
    tail = [words(part, below + 16 * n, 12, 400) for n, part in enumerate(foot, 1)]
    picture = chart.svg.replace("<svg ", f'<svg x="{SIDE}" y="{y + 8}" ', 1)
    size = f'width="{width + 2 * SIDE}" height="{below + 16 * len(foot) + 12}"'
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    inside = "".join([ground, *heading, picture, *tail])
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{inside}</svg>'


# How the marks of a key look.
FILLED, OUTLINED, LINE = 'fill="{}"', 'fill="none" stroke="{}" stroke-width="1.5"', "line"
MARKS = {
    "actual": (FILLED, "actual"),
    "previous": (FILLED, "previous"),
    "provisional": (OUTLINED, "actual"),
    "forecast": (OUTLINED, "actual"),
    "target": (LINE, "ink"),
}


def key_marks(key, y: int) -> list[str]:
    """The key in one row: a mark and its words."""
    drawn, x = [], SIDE
    for role, name in key:
        form, color = MARKS[role.removesuffix("-point")]
        high, top, form = (3, y - 6, FILLED) if form is LINE else (10, y - 10, form)
        look = form.format(COLORS[color])
        drawn.append(f'<rect x="{x}" y="{top}" width="18" height="{high}" {look}/>')
        drawn.append(words(name, y, 12, 400, x + 24))
        x += 44 + round(sum(12 if sign > WIDE_SIGN else 7 for sign in name))
    return drawn


def folded(text: str, ems: int) -> list[str]:
    """Lines of a text; a Chinese sign is as wide as two letters."""
    if any(sign > WIDE_SIGN for sign in text):
        return [text[at : at + ems] for at in range(0, len(text), ems)]
    return wrap(text, round(ems * 1.75))


def words(text: str, y: int, size: int, weight: int, x: int = SIDE) -> str:
    font = f'font-family="Noto Sans, Noto Sans SC, sans-serif" font-size="{size}"'
    look = f'{font} font-weight="{weight}" fill="#14212a"'
    return f'<text x="{x}" y="{y}" {look}>{escape(text)}</text>'
