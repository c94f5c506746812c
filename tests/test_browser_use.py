"""Using the pages in a browser: charts, keyboard, language, theme, print, forms of the admin."""

import re

import pytest
from django.utils import timezone

pytestmark = pytest.mark.browser

INDICATOR = "/zones/example/indicators/patents-in-force/"
WITH_CHARTS = ["/zones/example/", INDICATOR, "/zones/example/parks/"]

# Of one chart: how many values are drawn, and how many its table has.
VALUES = """(plot) => {
  const drawn = new Set(), rows = [...plot.closest("figure").querySelectorAll("tbody tr")];
  plot.querySelector(".canvas").data
    .filter((trace) => trace.meta && ["actual", "provisional"].includes(trace.meta.role))
    .forEach((trace) => (trace.orientation === "h" ? trace.x : trace.y).forEach(
      (value, at) => { if (value !== null) drawn.add(at); }));
  return [drawn.size, rows.filter((row) => row.cells[1].textContent.trim() !== "–").length];
}"""

FOCUSED = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect();
  const style = getComputedStyle(here);
  return { name: here.textContent.trim().slice(0, 40) || here.name,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 };
}"""


@pytest.mark.parametrize("address", WITH_CHARTS)
def test_charts_are_drawn_and_their_tables_have_the_same_values(visit, address):
    visitor = visit("reader")
    page = visitor.open(address)
    visitor.draw_all()
    plots = page.locator(".plot").all()
    assert plots
    for plot in plots:
        assert plot.locator(".canvas svg.main-svg").first.is_visible()
        drawn, written = plot.evaluate(VALUES)
        assert drawn == written > 0
    assert page.locator(".modebar").count() == 0
    assert page.get_by_role("button", name="Share").count() == 0
    assert visitor.complaints == []


@pytest.mark.parametrize("address", WITH_CHARTS)
def test_charts_stand_there_without_script(visit, address):
    page = visit("reader", java_script_enabled=False).open(address)
    plots = page.locator(".plot").all()
    assert plots
    for plot in plots:
        assert plot.locator("svg.drawing").is_visible()
        assert plot.locator("svg.drawing text").count() > 0
    assert page.locator("[data-download]:visible").count() == 0


def test_charts_are_saved_as_pictures(visit):
    visitor = visit("reader")
    page = visitor.open(INDICATOR)
    visitor.draw_all()
    starts = {"png": b"\x89PNG", "svg": b"<svg"}
    for form, start in starts.items():
        with page.expect_download() as waiting:
            page.locator(f"[data-download={form}]").first.click()
        assert waiting.value.suggested_filename.endswith(f".{form}")
        assert waiting.value.path().read_bytes().startswith(start)
    assert visitor.complaints == []


def test_the_keyboard_reaches_everything_in_sight(visit):
    page = visit("reader").open("/zones/example/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["name"] == "Skip to main content"
    stops = []
    for _stop in range(45):
        stops.append(page.evaluate(FOCUSED))
        page.keyboard.press("Tab")
    assert [stop["name"] for stop in stops if not (stop["outlined"] and stop["inside"])] == []
    page.reload()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("address", ["/zones/example/", "/admin/"])
def test_menus_open_and_close_by_keyboard(visit, address):
    page = visit("manager").open(address)
    menu = page.locator("details[data-theme-menu]")
    summary = menu.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Automatic"
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert summary.evaluate("box => box === document.activeElement")


def test_the_menu_of_a_small_screen_opens_by_keyboard(visit):
    page = visit("reader", viewport={"width": 390, "height": 800}).open("/zones/example/")
    link = page.locator("nav.nav").get_by_role("link", name="Patents")
    assert not link.is_visible()
    page.locator("nav.nav summary").focus()
    page.keyboard.press("Enter")
    link.wait_for()


def test_the_language_changes_in_place_and_is_remembered(visit):
    page = visit("reader").open("/patents/?q=a&page_size=50")
    page.get_by_role("button", name="中文").click()
    page.wait_for_selector("html[lang=zh-Hans]")
    assert page.url.endswith("/patents/?q=a&page_size=50")
    page.goto("/zones/")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("html[lang=en]")


def test_the_theme_is_remembered(visit):
    page = visit("reader").open("/zones/example/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.locator("details[data-theme-menu] summary").click()
    page.get_by_role("button", name="Dark").click()
    dark = page.evaluate(ground)
    assert dark != light
    page.goto("/patents/")
    assert page.evaluate(ground) == dark
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("address", ["/zones/example/", INDICATOR])
def test_print_shows_the_content_only(visit, address):
    visitor = visit("reader")
    page = visitor.open(address)
    visitor.draw_all()
    page.emulate_media(media="print")
    for box in (".masthead", ".nav", ".foot", ".scope", ".chart-tools"):
        assert page.locator(f"{box}:visible").count() == 0
    for plot in page.locator(".plot").all():
        assert plot.locator("svg.drawing").is_visible()
        assert not plot.locator("svg.main-svg").first.is_visible()
    assert page.locator("main table:visible").count() > 0


def new_bodies(page, year):
    """The number of new R&D bodies that the dashboard of the year shows."""
    page.goto(f"/zones/example/{year}/")
    rows = page.locator("table.progress tr", has=page.locator("a[href*='/rd-bodies-new/']"))
    return int(re.match(r"\d+", rows.locator("td").first.inner_text())[0])


def test_a_center_entered_in_the_admin_is_counted(visit):
    year = timezone.localdate().year
    visitor = visit("manager")
    page = visitor.page
    before = new_bodies(page, year)
    visitor.open("/admin/rd_centers/center/add/")
    page.get_by_label("Name in English").fill("Center entered in a browser")
    page.get_by_label("Kind").select_option(index=1)
    page.get_by_label("Lead park").select_option(label="Example Materials Park")
    chosen = page.locator("#select2-id_host-container")
    chosen.click()
    page.locator(".select2-search__field").fill("example")
    page.locator(".select2-results__option", has_text="Example").first.click()
    assert "Example" in chosen.inner_text()
    page.locator("[name=recognitions-0-level]").select_option("provincial")
    page.locator("[name=recognitions-0-year]").fill(str(year))
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".messagelist .success", has_text="Center entered in a browser").wait_for()
    assert visitor.complaints == []
    assert new_bodies(page, year) == before + 1
