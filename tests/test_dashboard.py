"""The dashboard of a zone and of a park: what it shows, to whom, and what every number opens."""

import re
from datetime import date
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from enterprises.models import Institution, KeyMark
from rd_centers.models import StageEvent
from zonetrack import catalog
from zonetrack.access import roles
from zonetrack.projects.models import (
    Achievement,
    Application,
    Cooperation,
    CooperationPartner,
    Milestone,
    Program,
    ProgramCategory,
)

from .factories import (
    make_center,
    make_enterprise,
    make_field,
    make_park,
    make_project,
    make_published,
    make_return,
    make_target,
    make_title,
    make_user,
    make_year,
    make_zone,
)

pytestmark = pytest.mark.django_db
YEAR = 2014
COMPLETE = (
    "enterprises_complete_from",
    "centers_complete_from",
    "titles_complete_from",
    "projects_complete_from",
    "cooperation_complete_from",
    "achievements_complete_from",
)


def make_full_zone(*, parks=2, enterprises=2, **fields):
    """A zone whose registers are complete, with something in every panel of its dashboard."""
    zone = make_zone(**dict.fromkeys(COMPLETE, 2010), **fields)
    field = make_field()
    program = Program.objects.get_or_create(
        key="123", defaults={"name_en": "“123” program", "level": "provincial"}
    )[0]
    category = ProgramCategory.objects.get_or_create(
        program=program, key="joint", defaults={"name_en": "Joint research"}
    )[0]
    university = Institution.objects.create(name_en="Qinghai University", kind="university")
    for _park in range(parks):
        park = make_park(zone)
        for n in range(enterprises):
            enterprise = make_enterprise(park)
            fill(park, enterprise, field, category, university, late=n == 0)
    make_target(zone, "tech-centers-new", YEAR, 3)
    make_year(zone, YEAR, closed=True)
    return zone


def fill(park, enterprise, field, category, university, *, late):
    for year in (YEAR - 1, YEAR):
        make_return(
            enterprise,
            year,
            employees=200,
            revenue=5000,
            rd_expenditure=150,
            rd_personnel=20,
            new_product_sales=800,
            contract_turnover=40,
            filed=7,
            filed_inventions=3,
            granted=4,
            granted_inventions=1,
            in_force=30,
            in_force_inventions=9,
        )
    make_center(park, field=field, host=enterprise)
    coming = make_center(park, recognized=None, field=field)
    StageEvent.objects.create(center=coming, stage=StageEvent.Stage.BUILDING, year=YEAR)
    make_title(enterprise=enterprise)
    project = make_project(park, is_key=True, serial=enterprise.pk, enterprise=enterprise)
    Milestone.objects.create(
        project=project,
        name_en="Trial production",
        planned_on=date(YEAR, 10, 18),
        done_on=None if late else date(YEAR, 10, 1),
    )
    Application.objects.create(
        category=category, park=park, applied_year=YEAR, status="won", won_year=YEAR
    )
    Application.objects.create(category=category, park=park, applied_year=YEAR, status="declined")
    agreement = Cooperation.objects.create(
        name_en="Agreement", kind="development", park=park, signed_year=YEAR
    )
    CooperationPartner.objects.create(cooperation=agreement, institution=university)
    Achievement.objects.create(name_en="Cathode material", field=field, park=park, year=YEAR)
    KeyMark.objects.create(enterprise=enterprise, park=park, year=YEAR)


def sign_in(client, role=roles.READER, **place):
    user = make_user(role, **place)
    client.force_login(user)
    return user


def address(zone, year=YEAR):
    return f"/zones/{zone.key}/{year}/"


class Links(HTMLParser):
    """Links of a page with their text."""

    def __init__(self, page):
        super().__init__()
        self.found, self._href = [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self._href, self._text = dict(attrs).get("href"), []

    def handle_data(self, data):
        if self._href is not None:
            self._text.append(data)

    def handle_endtag(self, tag):
        if tag == "a" and self._href is not None:
            self.found.append((self._href, "".join(self._text).strip()))
            self._href = None


def links(response):
    return Links(response.content.decode()).found


# What is shown


def test_the_dashboard_of_a_year_shows_every_panel(client):
    zone = make_full_zone()
    sign_in(client, zone=zone)
    page = client.get(address(zone)).content.decode()
    for words in (
        "Innovation overview 2014",
        "4 of 4 enterprises approved",
        "The year is closed.",
        "The one target of the year was met.",
        "New technology centers: 4 in 2014, 1 above 3 (133%)",
        "New materials",
        "Trial production",
        "Joint research",
        "University",
        "Achievements by field",
        "Key enterprises 2014",
        "Titles held at the end of 2014",
        "Whole zone",
        "Park not stated",
        "All indicators 2014",
    ):
        assert words in page, words
    assert page.count('class="kpi"') == len(catalog.HEADLINES)


def test_a_missed_target_needs_attention_and_opens_its_records(client):
    zone = make_full_zone(parks=1)
    make_target(zone, "titles-new", YEAR, 5)
    sign_in(client, zone=zone)
    response = client.get(address(zone))
    page = response.content.decode()
    assert "None of the 2 targets of the year was met." in page
    [item] = [each for each in response.context["attention"] if "Titles awarded" in each.text]
    assert item.text == "Titles awarded: 3 short of 5 (40%)"
    assert "behind=titles-new" in item.url


def test_returns_missing_after_the_due_day_need_attention(client):
    zone = make_full_zone()
    make_enterprise(make_park(zone))
    sign_in(client, zone=zone)
    response = client.get(address(zone))
    texts = [each.text for each in response.context["attention"]]
    assert "1 return for 2014 is missing or not approved" in texts
    assert "4 of 5 enterprises approved, 1 missing" in response.content.decode()


def test_titles_that_lapse_within_a_year_need_attention_now_but_not_in_old_years(client):
    zone = make_full_zone()
    today = localdate()
    make_title(make_park(zone), expires_on=today, expires_year=today.year)
    sign_in(client, zone=zone)
    texts = [
        [item.text for item in client.get(address(zone, year)).context["attention"]]
        for year in (today.year, YEAR)
    ]
    assert "1 title lapses or falls due for review within 12 months" in texts[0]
    assert not [text for text in texts[1] if "lapse" in text]


def test_at_most_five_things_need_attention(client):
    zone = make_full_zone()
    for key in ("titles-new", "rd-bodies-new", "patents-filed", "achievements", "projects-begun"):
        make_target(zone, key, YEAR, 1000)
    sign_in(client, zone=zone)
    texts = [item.text for item in client.get(address(zone)).context["attention"]]
    assert len(texts) == 5
    assert "2 key projects have an overdue milestone" in texts


def test_published_figures_are_marked_with_source_and_what_is_itemized(client):
    zone = make_zone()
    park = make_park(zone)
    for _n in range(3):
        make_title(park)
    figure = make_published(zone, "titles-new", YEAR, 14)
    sign_in(client, zone=zone)
    response = client.get(address(zone))
    page = response.content.decode()
    assert "published; 3 of 14 itemized" in page
    assert str(figure.source) in page
    assert (f"/published-figures/{figure.pk}/", "14") in links(response)


def test_an_incomplete_register_shows_what_is_known_and_never_zero(client):
    zone = make_zone()
    make_center(make_park(zone))
    make_target(zone, "tech-centers-new", YEAR, 3)
    sign_in(client, zone=zone)
    response = client.get(address(zone))
    shown = response.context["shown"]["tech_centers_new"]
    assert (shown.value, shown.origin, shown.status) == ("–", "1 known", "not_reported")
    assert "The figures for the one target of 2014 are not reported." in response.content.decode()


def test_a_revised_target_stands_beside_the_original(client):
    zone = make_full_zone()
    target = make_target(zone, "titles-new", YEAR, 4)
    for number, value in enumerate((8, 4)):
        target.revisions.create(number=number, value=value, at="2014-01-01T00:00Z")
    sign_in(client, zone=zone)
    page = client.get(address(zone)).content.decode()
    assert "revised, originally at least 8: 50% of that, 100% of the new target" in page


def test_targets_of_all_parks_stand_for_the_zone_marked_as_derived(client):
    zone = make_full_zone()
    parks = zone.home_parks.filter(is_unstated=False)
    for park in parks:
        make_target(park, "titles-new", YEAR, 1)
    sign_in(client, zone=zone)
    page = client.get(address(zone)).content.decode()
    assert "derived from the parks’ targets" in page


def test_targets_of_parks_that_disagree_with_the_zone_are_told(client):
    zone = make_full_zone()
    for park in zone.home_parks.filter(is_unstated=False):
        make_target(park, "tech-centers-new", YEAR, 1)
    sign_in(client, zone=zone)
    assert "the parks’ targets add up to 2" in client.get(address(zone)).content.decode()


def test_the_running_year_says_how_far_its_figures_go(client):
    zone = make_full_zone()
    sign_in(client, zone=zone)
    today = localdate()
    response = client.get(address(zone, today.year))
    assert response.status_code == 200
    assert "Figures to " in response.content.decode()


def test_a_year_without_anything_says_what_to_do_next(client):
    zone = make_zone()
    make_park(zone)
    sign_in(client, roles.MANAGER, zone=zone)
    response = client.get(address(zone, 1990))
    page = response.content.decode()
    assert "Nothing is known of" in page and "plotly" not in page
    assert (f"/zones/{zone.key}/", "Latest year") in links(response)
    assert ("/admin/", "Enter data") in links(response)


def test_a_plan_for_a_coming_year_is_shown_before_it_begins(client):
    zone = make_zone()
    coming = localdate().year + 2
    make_target(zone, "tech-centers-new", coming, 3)
    sign_in(client, zone=zone)
    page = client.get(address(zone, coming)).content.decode()
    assert "The year has not begun: targets only." in page


@pytest.mark.parametrize("year", ["0", "1948", "2199", "99999999999999999999", "9" * 5000])
def test_absurd_years_are_not_found(client, year):
    zone = make_zone()
    sign_in(client, zone=zone)
    assert client.get(f"/zones/{zone.key}/{year}/").status_code == 404


# One park


def test_the_page_of_a_park_counts_the_park_alone(client):
    zone = make_full_zone()
    park = zone.home_parks.filter(is_unstated=False).first()
    sign_in(client, park=park)
    response = client.get(f"/zones/{zone.key}/{YEAR}/parks/{park.key}/")
    assert response.context["shown"]["tech_centers_new"].value == "2"
    page = response.content.decode()
    assert f"{park.name} 2014" in page
    assert "Whole zone" not in page and "All parks" not in page


def test_a_part_is_never_judged_against_the_target_of_the_zone(client):
    zone = make_full_zone()
    park = zone.home_parks.filter(is_unstated=False).first()
    sign_in(client, zone=zone)
    response = client.get(f"/zones/{zone.key}/{YEAR}/parks/{park.key}/")
    assert response.context["shown"]["tech_centers_new"].status == "no_target"


# Who sees what


def test_strangers_are_asked_to_sign_in(client):
    zone = make_full_zone()
    park = zone.home_parks.first()
    for url in (address(zone), f"/zones/{zone.key}/{YEAR}/parks/{park.key}/"):
        response = client.get(url)
        assert (response.status_code, response.url) == (302, f"/sign-in/?next={url}")


def test_another_zone_is_not_found(client):
    mine, other = make_full_zone(), make_full_zone()
    sign_in(client, zone=mine)
    park = other.home_parks.first()
    for url in (address(other), f"/zones/{other.key}/{YEAR}/parks/{park.key}/"):
        assert client.get(url).status_code == 404
    # The park exists, but in the other zone.
    assert client.get(f"/zones/{mine.key}/{YEAR}/parks/{park.key}/").status_code == 404


def test_who_sees_only_a_park_is_led_to_it_and_sees_no_totals_of_the_zone(client):
    zone = make_full_zone()
    park, other = zone.home_parks.filter(is_unstated=False)
    sign_in(client, roles.STAFF, park=park)
    url = f"/zones/{zone.key}/{YEAR}/parks/{park.key}/"
    assert client.get(address(zone)).url == url
    page = client.get(url).content.decode()
    assert other.name not in page and f"zone%3A{zone.key}" not in page
    assert client.get(f"/zones/{zone.key}/{YEAR}/parks/{other.key}/").status_code == 404


# What numbers open


def test_every_number_opens_as_many_rows_as_it_says(client):
    zone = make_full_zone()
    sign_in(client, zone=zone)
    opened = set()
    for url, text in sorted(set(links(client.get(address(zone))))):
        number = re.match(r"[0-9][0-9,]*(?=$|\s)", text)
        # Boxes with the number of a project open the project itself.
        if not number or url.startswith(("/zones/", "#")) or re.search(r"/[0-9]+/$", url):
            continue
        check_rows(client, url, int(number[0].replace(",", "")))
        opened.add(parse_qs(urlsplit(url).query).get("behind", [url])[0])
    assert len(opened) > 25


def check_rows(client, url, number):
    response = client.get(url)
    assert response.status_code == 200, url
    foot = response.context["foot"]
    found = (
        [cell.text for cell in foot]
        if foot
        else [str(response.context["page_obj"].paginator.count)]
    )
    assert f"{number:,}" in found or str(number) in found, (url, number, found)


def test_every_line_opens_a_page(client):
    zone = make_full_zone()
    make_published(zone, "industrial-output", YEAR, 100)
    sign_in(client, zone=zone)
    shown = client.get(address(zone)).context["shown"].values()
    urls = {url for one in shown for url in (one.url, one.records_url) if url}
    assert len(urls) > 40
    for one in shown:
        assert one.url or one.line.value is None, one.name
    for url in urls:
        assert client.get(url).status_code == 200, url


# What a page costs


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.get(url)
    assert response.status_code == 200
    return len(asked)


UNSUMMED = 22  # questions of a dashboard without yearly sums, two of them in vain, for sums


def test_a_bigger_zone_asks_as_many_questions(client):
    small, big = make_full_zone(), make_full_zone(parks=5, enterprises=6)
    sign_in(client, zone=small)
    of_small = queries(client, address(small))
    sign_in(client, zone=big)
    of_big = queries(client, address(big))
    # Where no yearly sums are stored each source is asked.
    assert of_small == of_big <= UNSUMMED


def test_an_administrator_asks_no_more(client):
    zone = make_full_zone()
    make_zone()
    sign_in(client, "administrator")
    assert queries(client, address(zone)) <= UNSUMMED + 1
    park = zone.home_parks.first()
    assert queries(client, f"/zones/{zone.key}/{YEAR}/parks/{park.key}/") <= UNSUMMED + 1


def test_the_page_is_small(client):
    zone = make_full_zone()
    sign_in(client, zone=zone)
    packed = client.get(address(zone), headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < 20_000
