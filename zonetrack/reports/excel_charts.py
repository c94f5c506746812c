"""Charts that Excel draws itself from the numbers beside them, in the colors of the pages."""

from zonetrack.figure_look import COLORS

from .document import Picture, Series
from .excel_look import clean

CHART_ROWS = 17  # of a sheet, that a chart covers
WIDTH, HEIGHT, HEIGHT_OF_A_ROW = 640, 320, 26
MOST_HEIGHT = 340
TARGET = {"color": COLORS["ink"], "width": 2, "dash_type": "dash"}
FILLS = {"actual": COLORS["actual"], "previous": COLORS["previous"]}


def chart_of(book, sheet: str, picture: Picture, head: int):
    """`head` is the row of the heads above the numbers, counted from 0."""
    if picture.form == "line":
        chart = book.add_chart({"type": "line"})
    elif picture.form == "rows":
        chart = book.add_chart({"type": "bar"})
    else:
        chart = book.add_chart({"type": "column"})
    line = None
    for at, series in enumerate(picture.series, 1):
        places = references(sheet, picture, head, at)
        if series.role == "target" and picture.form == "bars":
            line = line or book.add_chart({"type": "line"})
            line.add_series(places | {"line": TARGET, "marker": {"type": "none"}})
        else:
            chart.add_series(places | look_of(series, picture.form))
    if line is not None:
        chart.combine(line)
    dress(chart, picture)
    return chart


def references(sheet: str, picture: Picture, head: int, at: int) -> dict:
    first, last = head + 1, head + len(picture.labels)
    return {
        "name": [sheet, head, at],
        "categories": [sheet, first, 0, last, 0],
        "values": [sheet, first, at, last, at],
    }


def look_of(series: Series, form: str) -> dict:
    if series.role == "target":
        return {"line": TARGET, "marker": {"type": "none"}}
    color = FILLS.get(series.role, COLORS["actual"])
    if form == "line":
        dash = {"dash_type": "round_dot"} if series.role == "forecast" else {}
        fill = "#FFFFFF" if series.role == "forecast" else color
        mark = {"type": "circle", "size": 7, "fill": {"color": fill}, "border": {"color": color}}
        return {"line": {"color": color, "width": 2.25} | dash, "marker": mark}
    if series.role == "forecast":
        dashed = {"color": color, "width": 1.25, "dash_type": "dash"}
        return {"fill": {"none": True}, "border": dashed, "gap": 50}
    return {"fill": {"color": color}, "border": {"none": True}, "gap": 50}


def dress(chart, picture: Picture) -> None:
    """Title, axes, key; gaps where nothing is reported."""
    chart.set_title(
        {"name": clean(picture.title)[:250], "name_font": {"size": 12}, "overlay": False}
    )
    grid = {"visible": True, "line": {"color": COLORS["grid"]}}
    numbers = {"major_gridlines": grid, "line": {"none": True}, "num_format": "#,##0.##"}
    whole = all(v is None or v == int(v) for series in picture.series for v in series.values)
    numbers["num_format"] = "#,##0" if whole else "General"
    if picture.unit:
        numbers |= {"name": clean(picture.unit)[:250], "name_font": {"bold": False, "size": 9}}
    names = {"line": {"color": COLORS["edge"]}}
    if picture.form == "rows":
        # The first place stands at the top, as in the report.
        chart.set_y_axis(names | {"reverse": True})
        chart.set_x_axis(numbers | {"label_position": "next_to"})
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(numbers)
    chart.show_blanks_as("gap")
    if len(picture.series) > 1:
        chart.set_legend({"position": "bottom"})
    else:
        chart.set_legend({"none": True})
    height = HEIGHT
    if picture.form == "rows":
        height = min(90 + HEIGHT_OF_A_ROW * len(picture.labels), MOST_HEIGHT)
    chart.set_size({"width": WIDTH, "height": height})
