"""Every figure, whatever its data: what must hold of it."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import plotly.graph_objects as go
import pytest
from django.utils.translation import override

from zonetrack.chart_data import ChartData, Forecast, shared_maximum, value_axis
from zonetrack.charts import comparison_chart, yearly_chart
from zonetrack.figure_look import BARS, COLORS, LINES
from zonetrack.figures import bars_against_target, compare_bars, small_multiples, stock_line

TOKENS = Path(__file__).parent.parent / "static/css/tokens.css"


def make_data(**changes):
    return replace(
        ChartData(
            years=[2010, 2011, 2012, 2013, 2014],
            actual=[64, None, 0, 97, None],
            target=[None, 85, 95, 120, 140],
            previous=[52, 64, 81, None, 97],
            provisional=[False, False, False, True, False],
            forecast=[None, None, None, Forecast(126, 115, 137), Forecast(143, 121, 165)],
            unit="patents",
            title="97 filed so far",
            subtitle="Applications per year",
            part_year="to 30 Sep",
        ),
        **changes,
    )


def draw_rows(data, **_options):
    about = {"unit": data.unit, "title": data.title, "subtitle": data.subtitle}
    about |= {"money": data.money, "whole": data.whole}
    return compare_bars([str(year) for year in data.years], data.actual, data.previous, **about)


KINDS = [bars_against_target, stock_line, draw_rows]
DATA = [
    make_data(),
    make_data(target=(), previous=(), provisional=(), forecast=(), part_year=""),
    make_data(actual=[None] * 5, provisional=()),
    make_data(actual=[0] * 5, target=(), previous=(), forecast=()),
    make_data(actual=[Decimal("-3.5"), 2, None, Decimal("0.25"), 1], whole=False, decimals=2),
    make_data(actual=[1_234_567, None, 0, 98_765_432, 5]),
    make_data(actual=[38_000, None, 0, 48_600, 68_000], money=True, unit="10,000 yuan"),
    ChartData(years=[2013], actual=[3], title="One year", unit="centers"),
    ChartData(years=[], actual=[], title="No year", unit="centers"),
]
every_figure = pytest.mark.parametrize("draw", KINDS)
all_data = pytest.mark.parametrize("data", DATA, ids=range(len(DATA)))


def roles(figure):
    return {trace["meta"]["role"]: trace for trace in figure["data"]}


def value_axis_of(figure):
    sideways = figure["layout"]["yaxis"].get("automargin")
    return figure["layout"]["xaxis" if sideways else "yaxis"]


@every_figure
@all_data
def test_plotly_accepts_the_figure_and_json_keeps_it(draw, data):
    figure = draw(data)
    go.Figure(figure)
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure


@every_figure
@all_data
def test_title_and_unit_stand_on_the_figure(draw, data):
    layout = draw(data)["layout"]
    assert layout["title"]["text"] == data.title
    assert layout["meta"]["unit"] in layout["title"]["subtitle"]["text"]


@every_figure
@all_data
def test_at_most_five_grid_lines_from_zero_and_everything_within(draw, data):
    axis = value_axis_of(draw(data))
    assert len(axis["tickvals"]) <= 5 + any(tick < 0 for tick in axis["tickvals"])
    assert 0 in axis["tickvals"]
    assert axis["range"][0] <= axis["tickvals"][0]
    assert axis["tickvals"][-1] <= axis["range"][1]


@pytest.mark.parametrize("top", range(1, 200))
def test_whole_things_are_counted_in_whole_steps(top):
    ticks = value_axis(ChartData(years=[1], actual=[top]), None)["tickvals"]
    assert all(float(tick).is_integer() for tick in ticks)
    assert len(ticks) >= 2


@pytest.mark.parametrize("draw", [bars_against_target, stock_line])
def test_what_is_not_reported_is_a_gap_and_zero_is_zero(draw):
    figure = draw(make_data(provisional=()))
    actual = roles(figure)["actual"]
    assert actual["y"] == [64, None, 0, 97, None]
    assert actual["text"] == ["64", "", "0", "97", ""]
    assert actual["hovertext"][1] == ""


def test_a_row_without_a_report_says_so():
    figure = compare_bars(["A", "B"], [3, None], [2, 5])
    assert roles(figure)["actual"]["x"] == [3, None]
    assert roles(figure)["label"]["text"] == [" 3", " –"]


def test_a_provisional_value_is_drawn_once_and_striped():
    parts = roles(bars_against_target(make_data()))
    assert parts["actual"]["y"][3] is None
    assert parts["provisional"]["y"] == [None, None, None, 97, None]
    assert parts["provisional"]["marker"]["pattern"]["shape"] == "\\"


def without_color(value):
    if isinstance(value, dict):
        return {
            key: without_color(inner)
            for key, inner in value.items()
            if "color" not in key and key not in ("meta", "hoverinfo", "hovertemplate")
        }
    return value


@pytest.mark.parametrize("marks", [BARS, LINES], ids=["bars", "lines"])
def test_series_differ_without_color(marks):
    looks = [without_color(look) for look in marks.values()]
    assert all(looks.count(look) == 1 for look in looks)


def test_colors_are_the_tokens_of_the_style_sheet():
    tokens = dict(re.findall(r"--([\w-]+): (#\w+)", TOKENS.read_text()))
    own = {"actual", "on-actual", "previous", "casing", "grid"}
    for role, color in COLORS.items():
        token = tokens[f"c-{role}" if role in own else role]
        assert color == (token if len(token) == 7 else "#" + "".join(c * 2 for c in token[1:]))
    assert len(set(COLORS.values())) == len(COLORS)


def test_the_part_of_a_year_is_marked_under_its_bar():
    notes = bars_against_target(make_data())["layout"]["annotations"]
    (mark,) = [note for note in notes if note.get("name") == "part-year"]
    assert (mark["x"], mark["text"]) == (3, "to 30 Sep")


def test_several_places_share_one_scale():
    charts = [make_data(actual=[n] * 5, target=(), previous=(), forecast=()) for n in (3, 40, 7)]
    axes = [figure["layout"]["yaxis"] for figure in small_multiples(charts)]
    assert shared_maximum(charts) == 40
    assert axes[0] == axes[1] == axes[2]


@pytest.mark.parametrize(
    ("language", "unit", "text"),
    [("en", "CNY million", "486"), ("zh-hans", "亿元", "4.86")],
)
def test_long_amounts_are_shortened_as_the_language_does(language, unit, text):
    data = ChartData(years=[2013], actual=[48_600], money=True, unit="10,000 yuan")
    with override(language):
        figure = bars_against_target(data)
    assert figure["layout"]["meta"]["unit"] == unit
    assert figure["data"][0]["text"] == [text]


def test_names_that_people_typed_are_no_markup():
    figure = compare_bars(["<b>A</b>"], [1])
    assert "<b>" not in json.dumps(figure)


def test_the_table_has_every_value_in_full():
    chart = yearly_chart("filed", make_data(actual=[12_345, None, 0, 97, None]))
    assert chart.rows[0] == ["2010", "12,345", "–", "52", "–"]
    assert chart.rows[1][1] == "–"
    assert chart.rows[2][1] == "0"
    assert chart.rows[3][0] == "2013 (to 30 Sep) (provisional)"
    assert [role for role, _words in chart.key] == [
        "actual",
        "provisional",
        "previous",
        "forecast",
        "target",
    ]


def test_a_comparison_names_both_years():
    data = ChartData(years=["East", "West"], actual=[3, None], previous=[2, 0], unit="patents")
    chart = comparison_chart("parks", data, now="2013", before="2012")
    assert chart.columns == ["", "2013 (patents)", "2012 (patents)"]
    assert chart.rows == [["East", "3", "2"], ["West", "–", "0"]]


def test_a_chart_without_any_value_is_empty():
    assert yearly_chart("x", ChartData(years=[2013], actual=[None])).empty
    assert not yearly_chart("x", ChartData(years=[2013], actual=[0])).empty


@pytest.mark.parametrize(
    ("value", "label_hangs_from", "number_stands"),
    [(405, "top", "top center"), (390, "bottom", "bottom center")],
)
def test_a_target_s_label_keeps_clear_of_the_number_beside_it(
    value, label_hangs_from, number_stands
):
    figure = stock_line(ChartData(years=[2024, 2025], actual=[300, value], target=[None, 400]))
    [note] = figure["layout"]["annotations"]
    [points] = [trace for trace in figure["data"] if trace.get("text") == ["300", str(value)]]
    assert note["yanchor"] == label_hangs_from
    assert points["textposition"][1] == number_stands
