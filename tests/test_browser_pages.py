"""Every kind of page in a browser, in both languages: barriers, complaints, other hosts, width."""

import pytest
from django.utils import timezone

from tests.browsing import LANGUAGES

pytestmark = pytest.mark.browser

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)

FIGURES = [
    "/zones/",
    "/zones/compare/",
    "/zones/xining-etdz/2012/",
    "/zones/xining-etdz/2012/parks/dongchuan/",
    "/zones/xining-etdz/indicators/patents-filed/?year=2012",
    "/zones/example/",
    "/zones/example/{last_year}/",
    "/zones/example/{last_year}/parks/example-materials/",
    "/zones/example/indicators/",
    "/zones/example/indicators/patents-in-force/",
    "/zones/example/parks/",
    "/how-we-compute/",
    "/help/",
    "/search/?q=example",
    "/search/?q=nothing-has-this-name",
    "/password/",
]
REGISTERS = [
    "/enterprises/",
    "/rd-centers/",
    "/patents/",
    "/titles/",
    "/projects/",
    "/programs/",
    "/cooperation/",
    "/achievements/",
    "/returns/",
    "/targets/",
    "/published-figures/",
]
ENTRY = [
    "/admin/",
    "/admin/rd_centers/center/",
    "/admin/rd_centers/center/add/",
    "/admin/enterprises/return/add/",
    "/admin/enterprises/title/add/",
    "/admin/targets/target/add/",
    "/admin/yearly/",
    "/admin/yearly/example/{last_year}/board/",
    "/admin/yearly/example/{last_year}/checks/",
    "/changes/",
    "/admin/yearly/example/{last_year}/reopen/",
    "/zones/example/{last_year}/?provisional=1",
]
ADMINISTRATION = [
    "/admin/status/",
    "/admin/access/user/",
    "/admin/access/user/add/",
    "/admin/access/user/1/change/",
    "/admin/auth/group/1/change/",
    "/admin/projects/program/add/",
]
DARK = [
    "/zones/example/{last_year}/",
    "/zones/example/indicators/patents-in-force/",
    "/enterprises/",
    "/how-we-compute/",
    "/admin/rd_centers/center/add/",
]


@pytest.fixture
def years():
    # The demo makes its data up to today.
    return {"last_year": timezone.localdate().year - 1}


@in_both_languages
def test_sign_in(visit, language):
    visitor = visit(language=language)
    visitor.open("/zones/")
    assert visitor.page.locator("[name=password]").is_visible()
    assert visitor.faults() == []


@in_both_languages
@pytest.mark.parametrize("address", FIGURES)
def test_pages_of_figures(visit, language, address, years):
    visitor = visit("reader", language)
    visitor.open(address.format(**years))
    assert visitor.faults() == []


@in_both_languages
@pytest.mark.parametrize("address", REGISTERS)
def test_lists_and_records(visit, language, address):
    reader = "reader" if address == "/published-figures/" else "manager"
    visitor = visit(reader, language)
    visitor.open(address)
    found = visitor.faults()
    visitor.open(visitor.first_record())
    assert found + visitor.faults() == []


@in_both_languages
@pytest.mark.parametrize(
    ("name", "address"),
    [("manager", address) for address in ENTRY]
    + [("admin", address) for address in ADMINISTRATION],
)
def test_pages_of_the_admin(visit, language, name, address, years):
    visitor = visit(name, language)
    visitor.open(address.format(**years))
    assert visitor.faults() == []


@in_both_languages
def test_form_and_history_of_a_record_in_the_admin(visit, language):
    visitor = visit("manager", language)
    visitor.open("/admin/rd_centers/center/")
    visitor.page.locator("#result_list tbody th a").first.click()
    visitor.page.locator("[name=name_en]").wait_for()
    found = visitor.faults()
    visitor.page.locator(".historylink").click()
    visitor.page.wait_for_url("**/history/**")
    assert found + visitor.faults() == []


@in_both_languages
def test_an_address_without_a_page(visit, language):
    visitor = visit("reader", language)
    visitor.open("/zones/nowhere/", status=404)
    assert visitor.faults() == []


@pytest.mark.parametrize("address", DARK)
def test_contrast_in_the_dark(visit, address, years):
    visitor = visit("manager", color_scheme="dark")
    visitor.open(address.format(**years))
    ground = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(map(int, ground[4:-1].split(","))) < 150
    visitor.draw_all()
    assert visitor.complaints + visitor.barriers() == []


def test_the_checks_find_what_they_look_for(visit):
    visitor = visit()
    visitor.open("/sign-in/")
    visitor.page.evaluate("""() => {
      document.querySelector("main").style.minWidth = "1500px";
      Object.assign(document.querySelector("h1").style, { width: "20px", whiteSpace: "nowrap" });
      document.querySelector("label").remove();
      document.body.append(Object.assign(new Image(), { src: "https://elsewhere.example/a.png" }));
    }""")
    found = "\n".join(visitor.faults())
    for fault in (
        "label: #id_username",
        "image-alt",
        "1440: scrolls sideways",
        "h1. “Sign in”",
        "Security Policy",
    ):
        assert fault in found
    assert "1920: scrolls sideways" not in found
