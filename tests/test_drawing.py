"""The drawing of a figure: the same picture as Plotly's, without script."""

from xml.etree import ElementTree

import pytest

from tests.test_figures import DATA, KINDS, make_data
from zonetrack.chart_data import ChartData
from zonetrack.drawing import draw_svg
from zonetrack.figures import bars_against_target, compare_bars, stock_line

SVG = "{http://www.w3.org/2000/svg}"


def draw(figure, width=600, **words):
    words = {"title": "Filed", "description": "In words"} | words
    return ElementTree.fromstring(draw_svg(figure, width, **words))


def texts(picture):
    return ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", DATA, ids=range(len(DATA)))
@pytest.mark.parametrize("width", [150, 600])
def test_every_figure_is_well_formed_and_without_styles(kind, data, width):
    picture = draw(kind(data), width)
    assert picture.find(f"{SVG}title").text == "Filed"
    assert picture.find(f"{SVG}desc").text == "In words"
    for part in picture.iter():
        assert "style" not in part.attrib
        assert not [name for name in part.attrib if name.startswith("on")]
        assert "nan" not in " ".join(part.attrib.values()).split()


def test_every_value_target_and_year_is_written():
    figure = bars_against_target(make_data(previous=()))
    written = texts(draw(figure))
    for text in ("64", "0", "97", "126", "143", "2010", "2014", "to 30 Sep", "100"):
        assert text in written


def test_there_is_one_bar_for_every_reported_value():
    figure = bars_against_target(make_data(target=(), forecast=(), previous=(), provisional=()))
    bars = [b for b in draw(figure).iter(f"{SVG}rect") if b.get("class") == "fill-actual"]
    assert len(bars) == 3
    heights = [float(bar.get("height")) for bar in bars]
    assert heights[1] == 0
    assert heights[0] / heights[2] == pytest.approx(64 / 97, abs=0.01)


def test_a_gap_parts_the_line():
    figure = stock_line(make_data(target=(), previous=(), forecast=(), provisional=()))
    (line,) = [p for p in draw(figure).iter(f"{SVG}path") if p.get("class") == "stroke-actual"]
    assert line.get("d").count("M") == 2


def test_words_are_escaped():
    figure = compare_bars(["A <b> & C"], [1], title="<i>")
    svg = draw_svg(figure, 600, title="<script>", description='"&"')
    assert "<script" not in svg
    assert "<b>" not in svg
    assert "A <b> & C" in texts(ElementTree.fromstring(svg))


def test_years_that_would_touch_are_left_out_and_the_last_one_stays():
    data = ChartData(years=list(range(1999, 2014)), actual=[5] * 15)
    written = texts(draw(bars_against_target(data), 300))
    assert "2013" in written
    assert "2012" not in written


def test_patterns_of_two_drawings_do_not_share_a_name():
    first, second = (draw(bars_against_target(make_data(title=title))) for title in "AB")
    names = [p.get("id") for picture in (first, second) for p in picture.iter(f"{SVG}pattern")]
    assert len(names) == 4
    assert len(set(names)) == 4
