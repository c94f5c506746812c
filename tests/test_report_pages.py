"""The pages of reports: what they show, to whom, and what they make of bad addresses."""

import re
from html import unescape

import pytest
from django.utils import translation

from tests.factories import make_enterprise, make_return, make_user, make_zone
from tests.reporting import HOSTILE, TODAY, YEAR, make_world
from zonetrack.access import roles
from zonetrack.dashboards import asking
from zonetrack.reports import formats, single_pages
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Scorecards

pytestmark = pytest.mark.django_db

PAGE = f"/reports/north/?year={YEAR}"
NONSENSE = ["abc", "2014\0", "99999999999999999999", "２０１４", "x" * 3000]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    for module in (asking, single_pages):
        monkeypatch.setattr(module, "localdate", lambda: TODAY)


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def reader(client, world):
    client.force_login(make_user(roles.READER, zone=world.zone))
    return client


def text_of(response) -> str:
    assert response.status_code == 200
    return unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def paper(response) -> str:
    assert response.status_code == 200
    return response.content.decode().split('<article class="paper', 1)[1]


def test_a_reader_gets_the_report_of_the_zone(reader):
    page = reader.get(PAGE)
    text = text_of(page)
    assert "North zone" in text
    assert "Before you issue it" in text
    assert "2014 is closed." in text
    assert 'href="?year=2014&amp;format=pdf' in page.content.decode().replace("lang=en&amp;", "")
    assert paper(page).count("<h3") >= 2


def test_numbers_are_those_of_the_dashboard_and_open_what_is_behind_them(reader, world):
    from enterprises.places import zone_place
    from zonetrack import catalog
    from zonetrack.access.scope import scope_of

    place = zone_place(scope_of(make_user("administrator")), "north")
    cards = Scorecards(catalog.INDICATORS, place, YEAR, YEAR, today=TODAY)
    shown = paper(reader.get(PAGE))
    for key in ("patents-filed", "rd-expenditure", "rd-personnel", "titles-held"):
        line = cards.line(catalog.BY_KEY[key], YEAR)
        value = wording.value_text(line.indicator, line.value)
        url = wording.open_url(line).replace("&", "&amp;")
        assert f'<a href="{url}">{value}</a>' in shown, key


@pytest.mark.parametrize(("lang", "html_lang"), [("en", "en"), ("zh-hans", "zh-Hans")])
def test_the_report_has_a_language_of_its_own(reader, lang, html_lang):
    page = reader.get(f"{PAGE}&lang={lang}")
    assert f'<article class="paper report" lang="{html_lang}">' in page.content.decode()
    assert ("北区" in paper(page)) == (lang == "zh-hans")
    assert '<html lang="en">' in page.content.decode()


def test_a_person_with_one_park_gets_the_parks_report(client, world):
    client.force_login(make_user(roles.READER, park=world.first))
    page = client.get(PAGE)
    text = paper(page)
    assert "First park" in text
    assert "Gamma" not in text  # of the second park
    remarked = text_of(client.get(f"{PAGE}&park=second"))
    assert "There is no such park here" in remarked


def test_other_zones_are_not_found(reader):
    assert reader.get("/reports/south/").status_code == 404
    assert reader.get("/reports/south/?format=csv").status_code == 404
    assert reader.get("/reports/nowhere/").status_code == 404
    assert reader.get("/reports/south/parks/far/").status_code == 404
    assert reader.get("/reports/?zone=south").status_code == 404


def test_nobody_sees_reports_without_signing_in(client, world):
    for address in ("/reports/", PAGE, f"{PAGE}&format=csv"):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("value", NONSENSE)
def test_bad_input_is_named_and_the_report_shown(reader, value):
    names = ["year", "park", "lang", "format", "short", "hide_single_money"]
    page = reader.get("/reports/north/", dict.fromkeys(names, value))
    remarks = page.content.decode().split('role="alert">')[1].split("</div>")[0]
    assert remarks.count("<p>") == len(names)
    assert "North zone" in paper(page)


def test_a_table_that_does_not_exist_is_named(reader):
    text = text_of(reader.get(f"{PAGE}&format=csv&table=\0"))
    assert "There is no such table in this report." in text


def test_years_of_which_nothing_is_known_have_a_report(reader):
    assert "Nothing is known for 1950." in text_of(reader.get("/reports/north/?year=1950"))
    assert "2025 is not over yet." in text_of(reader.get("/reports/north/?year=2025"))


def test_a_zone_without_anything_has_a_report(client):
    zone = make_zone()
    client.force_login(make_user(roles.READER, zone=zone))
    assert "Nothing is known" in text_of(client.get(f"/reports/{zone.key}/"))


def test_a_writer_that_fails_leaves_a_sentence_and_a_trace(reader, monkeypatch, caplog):
    class Panic(BaseException):
        pass

    def fails(report, facts):
        raise Panic("beyond repair")

    broken = formats.Format("JSON", "json", "application/json", fails)
    monkeypatch.setitem(formats.FORMATS, "json", broken)
    page = reader.get(f"{PAGE}&format=json")
    assert "The file (JSON) could not be made" in text_of(page)
    assert "Content-Disposition" not in page
    assert "beyond repair" in caplog.text


def test_names_never_become_markup(client):
    world = make_world(HOSTILE)
    client.force_login(make_user(roles.READER, zone=world.zone))
    shown = client.get(PAGE).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "喆堃镕𠮷公司" in shown


def test_choosing_leads_on_where_there_is_one_zone(reader):
    assert reader.get("/reports/")["Location"] == "/reports/north/"


def test_who_has_several_zones_chooses_one(client, world):
    client.force_login(make_user("administrator"))
    page = client.get("/reports/").content.decode()
    assert "/reports/north/" in page
    assert "/reports/south/" in page


def test_what_is_missing_is_said_before_the_report_is_issued(client, world):
    make_return(world.enterprises[0], 2012, state="draft", filed=1)
    make_return(world.enterprises[1], 2012, filed=1)
    client.force_login(make_user("administrator"))
    text = text_of(client.get("/reports/north/?year=2012"))
    assert "2012 is not closed: figures can still change." in text
    assert "No targets are set." in text
    assert "Not declared complete: Cooperation, Achievements" in text
    published = text_of(client.get(PAGE))
    assert "1 published figure differs from the records." in published


# Single pages


def test_a_park_has_a_page_of_its_own(client, world):
    client.force_login(make_user(roles.READER, park=world.first))
    page = client.get(f"/reports/north/parks/first/?year={YEAR}")
    assert "First park 2014" in text_of(page)
    assert "Indicators of 2014" in text_of(page)
    assert client.get(f"/reports/north/parks/second/?year={YEAR}").status_code == 404


def test_the_page_of_a_park_leaves_out_what_its_report_does(reader, world):
    whole = reader.get(f"/reports/north/?year={YEAR}&park=first&hide_single_money=1&lang=en")
    url = f"/reports/north/parks/first/?year={YEAR}&lang=en"
    assert f"{url}&hide_single_money=1" in unescape(whole.content.decode())
    shown, hidden = reader.get(url), reader.get(f"{url}&hide_single_money=1")
    note = "Amounts that fewer than three enterprises make up are left out."
    assert note not in text_of(shown) and note in text_of(hidden)


def test_an_enterprise_has_a_sheet_to_sign(reader, world):
    enterprise = world.enterprises[1]
    with translation.override("en"):
        text = text_of(reader.get(f"/reports/sheets/{enterprise.pk}/?year={YEAR}"))
    for words in ("Beta", "Filled in by", "Checked by", "Stamp", "R&D expenditure", "2012", "200"):
        assert words in text
    page = reader.get(enterprise.get_absolute_url()).content.decode()
    assert f"/reports/sheets/{enterprise.pk}/" in page
    filed = enterprise.returns.get(year=YEAR)
    shown = reader.get(filed.get_absolute_url()).content.decode()
    assert f"/reports/sheets/{enterprise.pk}/?year={YEAR}" in shown


def test_another_zones_enterprise_has_no_sheet(reader, world):
    assert reader.get(f"/reports/sheets/{world.stranger.pk}/").status_code == 404


def test_a_sheet_shows_only_what_its_reader_may_see(client, world):
    """An enterprise that moved: the years in the other park belong to the other park's readers."""
    mover = make_enterprise(world.first, name_en="Mover")
    mover.locations.create(park=world.second, from_year=2014)
    make_return(mover, 2013, park=world.first, employees=4321)
    make_return(mover, 2014, park=world.second, employees=8765)
    client.force_login(make_user(roles.READER, park=world.second))
    text = text_of(client.get(f"/reports/sheets/{mover.pk}/?year=2014"))
    assert "8,765" in text
    assert "4,321" not in text


@pytest.mark.parametrize("value", NONSENSE)
def test_a_sheet_of_a_year_that_is_none_says_so(reader, world, value):
    page = reader.get(f"/reports/sheets/{world.enterprises[0].pk}/", {"year": value})
    assert 'role="alert"' in page.content.decode()
    park = reader.get("/reports/north/parks/first/", {"year": value, "lang": value})
    assert 'role="alert"' in park.content.decode()
