"""Reports in a browser: barriers and widths in both languages, dark, and in print."""

import re

import pytest
from django.utils import timezone

from tests.browsing import LANGUAGES

pytestmark = pytest.mark.browser


@pytest.fixture
def pages(visit):
    """Addresses by what they show, of the demo's example zone."""
    year = timezone.localdate().year - 1
    person = visit("reader")
    person.open("/enterprises/?zone=example")
    number = person.first_record().split("/")[2]
    return {
        "report": f"/reports/example/?year={year}&short=1",
        "park": f"/reports/example/parks/example-materials/?year={year}",
        "sheet": f"/reports/sheets/{number}/?year={year}",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_have_no_barriers_and_fit_every_width(visit, pages, language):
    person = visit("reader", language)
    for address in [*pages.values(), f"{pages['report']}&lang=zh-hans", "/reports/"]:
        person.open(address)
        assert person.faults() == [], address


def test_reports_can_be_read_in_the_dark(visit, pages):
    person = visit("reader", color_scheme="dark")
    for address in pages.values():
        person.open(address)
        assert person.barriers() == [], address


def test_a_report_prints_what_it_shows(visit, pages):
    page = visit("reader").open(pages["report"])
    titles = page.locator("article.report h3").all_inner_texts()
    page.emulate_media(media="print")
    assert page.locator("article.report h3").all_inner_texts() == titles
    for hidden in ("aside", ".masthead", "nav.nav", ".page-head"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.evaluate("getComputedStyle(document.querySelector('.report thead')).display") == (
        "table-header-group"
    )
    assert page.locator("article.report svg.drawing").first.is_visible()


@pytest.mark.parametrize("name", ["park", "sheet"])
def test_single_pages_print_on_one_page(visit, pages, name):
    page = visit("reader").open(pages[name])
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1


def test_the_options_make_another_report(visit, pages):
    page = visit("reader").open(pages["report"])
    page.locator("[name=lang]").select_option("zh-hans")
    page.locator("[name=short]").uncheck()
    page.locator("aside form button").click()
    assert page.locator("article.report").first.get_attribute("lang") == "zh-Hans"
    assert page.locator("html").get_attribute("lang") == "en"
    with page.expect_download() as waiting:
        page.locator("aside a[href*='format=csv']").click()
    assert waiting.value.suggested_filename.endswith(".csv")
