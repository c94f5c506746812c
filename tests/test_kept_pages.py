"""Whole pages that are kept within their frame: for whom, and until what changes."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from enterprises.models import ZonePark
from tests import factories as make
from zonetrack import writing
from zonetrack.access import roles
from zonetrack.access.grants import grant
from zonetrack.keeping import pages as kept_pages
from zonetrack.keeping import parts as keeping
from zonetrack.reports import views
from zonetrack.reports.models import OwnText
from zonetrack.targets.revising import keep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keeping")]
YEAR = 2014
MOST_QUERIES = 8  # of a page that is kept, with renewing the session
PAGES = ["indicators", "indicator", "compare-parks", "report"]


@pytest.fixture
def zone():
    return make.make_zone(**dict.fromkeys(("centers_complete_from", "titles_complete_from"), 2010))


@pytest.fixture
def park(zone):
    park = make.make_park(zone, name_en="Dongchuan", name_zh="东川园")
    make.make_center(park, recognized=YEAR)
    make.make_target(zone, "tech-centers-new", YEAR, 3)
    return park


def signed_in(role=roles.READER, **place):
    client = Client()
    client.force_login(make.make_user(role, **place))
    return client


def address(name, zone, **query):
    key = ["tech-centers-new"] if name == "indicator" else []
    asked = "&".join(f"{word}={value}" for word, value in ({"year": YEAR} | query).items())
    return f"{reverse(name, args=[zone.key, *key])}?{asked}"


def text(client, path, **headers):
    page = client.get(path, headers=headers)
    assert page.status_code == 200
    return page.content.decode()


def without_reader(page):
    """A page without form tokens and the reader's name."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    page = re.sub(r"(</span>) \S+</summary>", r"\1</summary>", page)
    return re.sub(r"\s+", " ", page)


# Kept


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", [roles.READER, roles.MANAGER])
def test_a_kept_page_is_the_page(zone, park, settings, made, name, role):
    client, other, path = *(signed_in(role, zone=zone) for _n in range(2)), address(name, zone)
    new, kept = text(client, path), text(other, path)
    assert len(made) == 1
    settings.KEEP_PARTS = False
    plain = text(client, path)
    assert without_reader(new) == without_reader(kept) == without_reader(plain)


@pytest.mark.parametrize("name", PAGES)
def test_a_kept_page_asks_little(zone, park, name):
    first, client = signed_in(zone=zone), signed_in(zone=zone)
    text(first, address(name, zone))
    with CaptureQueriesContext(connection) as queries:
        text(client, address(name, zone))
    assert len(queries) <= MOST_QUERIES + (name == "indicator")


def test_each_language_year_choice_day_and_edition_has_its_own(zone, park, made, monkeypatch):
    client, path = signed_in(zone=zone), address("report", zone)
    whole = text(client, path)
    assert whole != text(client, path, **{"accept-language": "zh-hans"})
    assert "东川园" in text(client, address("report", zone, lang="zh-hans"))
    text(client, address("report", zone, year=2013))
    assert "Dongchuan" in text(client, address("report", zone, park=park.key))
    text(client, address("report", zone, hide_single_money=1))
    text(client, address("report", zone, short=1))
    assert len(made) == 7
    monkeypatch.setattr(kept_pages, "localdate", lambda: date(2030, 1, 1))
    text(client, path)
    assert len(made) == 8
    monkeypatch.setattr(keeping, "edition", lambda: "another")
    text(client, path)
    assert len(made) == 9


def test_a_remark_about_one_address_stands_on_no_other(zone, park):
    client = signed_in(zone=zone)
    assert "needs a year" in text(client, address("indicators", zone, year="soon"))
    assert "needs a year" not in text(client, address("indicators", zone))


def test_files_refusals_and_endless_addresses_are_not_kept(zone, park, monkeypatch):
    kept = []

    def note(name, *given):
        if name.startswith("part:page:"):
            kept.append(given)

    monkeypatch.setattr(keeping.store, "set", note, raising=False)
    client = signed_in(zone=zone)
    for path in (
        address("indicators", zone, format="csv"),
        address("report", zone, format="json"),
        address("indicators", zone, x="y" * kept_pages.LONGEST_ADDRESS),
    ):
        assert client.get(path).status_code == 200
    assert client.get(address("indicators", make.make_zone())).status_code == 404
    assert not kept
    text(client, address("indicators", zone))
    [(part, seconds)] = kept
    assert seconds == 24 * 3600
    assert isinstance(part["content"], bytes)


# The draft of a report, for its page and its files


@pytest.fixture
def drafted(monkeypatch):
    """Of which places and in which languages a report was made anew."""
    calls, make_anew = [], views.draft

    def note(place, year, **options):
        calls.append((place.key, get_language()))
        return make_anew(place, year, **options)

    monkeypatch.setattr(views, "draft", note)
    return calls


def as_json(client, zone, **query):
    return client.get(address("report", zone, format="json", **query)).content.decode()


def test_a_report_is_drafted_once_for_all_its_forms(zone, park, drafted, settings):
    first, second = signed_in(zone=zone), signed_in(roles.MANAGER, zone=zone)
    text(first, address("report", zone))
    kept = as_json(second, zone)
    text(second, address("report", zone))
    assert len(drafted) == 1
    settings.KEEP_PARTS = False
    assert as_json(second, zone) == kept


def test_each_choice_has_a_draft_of_its_own(zone, park, drafted):
    client = signed_in(zone=zone)
    whole = as_json(client, zone)
    for choice in ({"year": 2013}, {"lang": "zh-hans"}, {"park": park.key}, {"short": 1}):
        assert as_json(client, zone, **choice) != whole
    as_json(client, zone, hide_single_money=1)
    assert len(drafted) == 6
    assert drafted[2] == (drafted[0][0], "zh-hans")


def test_who_sees_a_part_gets_no_draft_of_the_whole(zone, park, drafted):
    make.make_center(make.make_park(zone, name_en="Nanchuan"), recognized=YEAR)
    manager, of_park = signed_in(roles.MANAGER, zone=zone), signed_in(park=park)
    assert "Nanchuan" in as_json(manager, zone)
    as_json(manager, zone, park=park.key)
    assert "Nanchuan" not in as_json(of_park, zone)
    assert len(drafted) == 3


def test_a_change_is_in_the_very_next_file(zone, park, drafted):
    client = signed_in(zone=zone)
    before = as_json(client, zone)
    writing.save(make.make_center(park, recognized=YEAR))
    assert as_json(client, zone) != before
    writing.save(OwnText(zone=zone, year=YEAR, section="summary", text_en="A good year."))
    assert "A good year." in as_json(client, zone)
    assert len(drafted) == 3


# For whom


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_another_reader_stands_in_it(zone, park, made, name, settings):
    first, second = signed_in(roles.MANAGER, zone=zone), Client()
    user = make.make_user(roles.MANAGER, zone=zone)
    second.force_login(user)
    first.cookies["theme"] = "dark"
    other = text(first, address(name, zone))
    settings.BANNER = "Maintenance on Friday"
    own = text(second, address(name, zone))
    assert len(made) == 1
    [name_of_other] = re.findall(r"</span> (\S+)</summary>", other)
    assert name_of_other not in own
    assert user.username in own
    tokens = re.compile(r'name="csrfmiddlewaretoken" value="([^"]*)"')
    assert not set(tokens.findall(other)) & set(tokens.findall(own))
    assert "Maintenance on Friday" in own
    assert 'id="dark-tokens" media="screen"' in other
    assert 'id="dark-tokens" media="screen"' not in own


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_made_with_anything_of_the_reader(zone, park, name, monkeypatch):
    contexts, write = [], kept_pages.render_to_string

    def note(template, context):
        contexts.append(context)
        return write(template, context)

    monkeypatch.setattr(kept_pages, "render_to_string", note)
    text(signed_in(roles.MANAGER, zone=zone), address(name, zone))
    [context] = contexts
    assert not {"request", "scope", "user", "perms", "csrf_token", "messages"} & set(context)


@pytest.mark.parametrize("name", PAGES)
def test_other_rights_have_another_page(zone, park, made, name):
    other = make.make_park(zone, name_en="Nanchuan")
    make.make_center(other, recognized=YEAR)
    two_zones = make.make_user(roles.READER, zone=zone)
    grant(two_zones, roles.READER, zone=make.make_zone())
    of_two = Client()
    of_two.force_login(two_zones)
    clients = [
        signed_in(roles.MANAGER, zone=zone),
        signed_in(roles.OFFICER, zone=zone),
        signed_in(zone=zone),
        signed_in("administrator"),
        of_two,
        signed_in(roles.STAFF, park=park),
    ]
    pages = [text(client, address(name, zone)) for client in clients]
    assert len(made) == len(clients)
    assert "Nanchuan" in pages[0]
    assert "Nanchuan" not in pages[-1]


def test_what_only_some_may_do_is_offered_only_to_them(zone, park):
    officer, reader = signed_in(roles.OFFICER, zone=zone), signed_in(zone=zone)
    assert reverse("publish", args=[zone.key]) in text(officer, address("report", zone))
    assert reverse("publish", args=[zone.key]) not in text(reader, address("report", zone))
    manager = signed_in(roles.MANAGER, zone=zone)
    assert "Including provisional" in text(manager, address("indicators", zone))
    assert "Including provisional" not in text(reader, address("indicators", zone))


def test_who_loses_the_right_gets_no_kept_page(zone, park):
    user = make.make_user(roles.READER, zone=zone)
    client = Client()
    client.force_login(user)
    text(client, address("report", zone))
    user.memberships.all().delete()
    assert client.get(address("report", zone)).status_code == 404


# After a change


@pytest.mark.parametrize("name", PAGES)
def test_a_saved_record_is_on_the_very_next_page(zone, park, made, name):
    client, path = signed_in(zone=zone), address(name, zone)
    before = without_reader(text(client, path))
    writing.save(make.make_center(park, recognized=YEAR))
    after = without_reader(text(client, path))
    assert len(made) == 2
    assert before != after


@pytest.mark.parametrize("name", PAGES)
def test_a_new_name_of_zone_and_park_is_on_the_very_next_page(zone, park, name):
    client, path = signed_in(zone=zone), address(name, zone)
    text(client, path)
    zone.name_en, park.name_en = "Renamed zone", "Renamed park"
    writing.save(zone)
    writing.save(park)
    page = text(client, path)
    assert "Renamed zone" in page
    assert "Renamed park" in page
    assert "Dongchuan" not in page


def test_a_change_elsewhere_makes_no_new_page(zone, park, made):
    client = signed_in(zone=zone)
    text(client, address("report", zone))
    writing.save(make.make_center(make.make_park()))
    text(client, address("report", zone))
    assert len(made) == 1


def test_a_guest_park_is_looked_at_in_its_home_zone_too(zone, park, made):
    guest = make.make_park()
    ZonePark.objects.create(zone=zone, park=guest, from_year=2010)
    client = signed_in(zone=zone)
    text(client, address("compare-parks", zone))
    writing.save(make.make_center(guest, recognized=YEAR))
    text(client, address("compare-parks", zone))
    assert len(made) == 2


def test_an_own_text_is_on_the_very_next_report(zone, park):
    client, path = signed_in(zone=zone), address("report", zone)
    text(client, path)
    writing.save(OwnText(zone=zone, year=YEAR, section="summary", text_en="A good year."))
    assert "A good year." in text(client, path)


def test_a_new_name_of_who_revised_a_target_is_on_the_very_next_page(zone, park):
    author = make.make_user(roles.MANAGER, zone=zone)
    target = make.make_target(zone, "tech-centers-new", YEAR + 1, 5)
    for value in (5, 6):
        target.value = value
        keep(target, reason="more", author=author, at=timezone.now())
    client, path = signed_in(zone=zone), address("indicator", zone, year=YEAR + 1)
    text(client, path)
    author.first_name, author.last_name = "Li", "Ming"
    author.save()
    assert "Li Ming" in text(client, path)


def test_a_file_that_could_not_be_made_is_tried_again(zone, park, monkeypatch):
    def fail(*_given):
        raise views.NotMade("Not now.")

    client, path = signed_in(zone=zone), address("report", zone, format="xlsx")
    with monkeypatch.context() as failing:
        failing.setattr(views, "report_file", fail)
        page = client.get(path)
    assert "Not now." in page.content.decode() and "ETag" not in page.headers
    assert "attachment" in client.get(path)["Content-Disposition"]
