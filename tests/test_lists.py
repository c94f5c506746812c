"""Every list of the registers: filters, order, pages, and what it costs."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_script_prefix, reverse, set_script_prefix

from enterprises.models import EnterpriseName, KeyMark
from tests import factories as make
from zonetrack.access import roles
from zonetrack.addresses import address_of_record
from zonetrack.lists import filtering, listing, paging
from zonetrack.projects.models import (
    Achievement,
    Application,
    Cooperation,
    Milestone,
    Program,
    ProgramCategory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_history")]


def make_achievement(park, n=0):
    return Achievement.objects.create(name_en=f"Achievement {n}", park=park, year=2014)


def make_cooperation(park, n=0, **fields):
    values = {"name_en": f"Agreement {n}", "kind": "development", "signed_year": 2014}
    return Cooperation.objects.create(park=park, **values | fields)


def make_program(n=0):
    program = Program.objects.create(key=f"program-{n}", name_en=f"Program {n}", level="city")
    ProgramCategory.objects.create(program=program, key="one", name_en="Category one", quota=10)
    return program


def make_application(park, n=0):
    category = ProgramCategory.objects.first() or make_program().categories.first()
    return Application.objects.create(category=category, park=park, applied_year=2014)


# How to fill each list, one row a call.
ROWS = {
    "enterprise-list": lambda park, n: make.make_return(
        make.make_enterprise(park), rd_expenditure=n, filed=n
    ),
    "center-list": lambda park, n: make.make_center(park, host=make.make_enterprise(park)),
    "title-list": lambda park, n: make.make_title(park),
    "patent-list": lambda park, n: make.make_patent(park),
    "project-list": lambda park, n: Milestone.objects.create(
        project=make.make_project(park), name_en="Step", planned_on="2014-06-30"
    ),
    "program-list": lambda park, n: make_program(n),
    "application-list": make_application,
    "cooperation-list": make_cooperation,
    "achievement-list": make_achievement,
    "return-list": lambda park, n: make.make_return(park=park, revenue=n, in_force=n),
    "target-list": lambda park, n: make.make_target(park, year=1950 + n),
    "published-list": lambda park, n: make.make_published(park, value=n),
}
LISTS = pytest.mark.parametrize("name", ROWS)


def reader_of(zone):
    client = Client()
    client.force_login(make.make_user(roles.READER, zone=zone))
    return client


def keys(response) -> list[int]:
    return response.context["page_obj"].keys


def names(response) -> list[str]:
    return [row[0].text for row in response.context["rows"]]


@LISTS
def test_an_empty_list_says_what_will_stand_there(name):
    page = reader_of(make.make_zone()).get(reverse(name))
    assert page.status_code == 200
    assert str(page.context["listing"].empty) in unescape(page.content.decode())


@LISTS
def test_the_number_of_queries_does_not_depend_on_the_rows(name, django_assert_max_num_queries):
    zone = make.make_zone()
    park, client = make.make_park(zone), reader_of(zone)
    counts = []
    for wanted in (range(20), range(20, 80)):
        for n in wanted:
            ROWS[name](park, n)
        client.get(reverse(name))
        with django_assert_max_num_queries(12) as queries:
            page = client.get(reverse(name), {"size": 250})
        assert len(page.context["rows"]) == wanted.stop
        counts.append(len(queries))
    assert counts[0] == counts[1]


@LISTS
def test_every_column_that_offers_an_order_can_be_ordered_by(name):
    zone = make.make_zone()
    park, client = make.make_park(zone), reader_of(zone)
    made = [ROWS[name](park, n) for n in range(3)]
    heads = [head for head in client.get(reverse(name)).context["columns"] if "sort_url" in head]
    assert heads
    for head in heads:
        page = client.get(reverse(name) + head["sort_url"])
        assert not page.context["question"].remarks
        assert len(keys(page)) == len(made)
        [marked] = [one for one in page.context["columns"] if "sorted" in one]
        assert marked["title"] == head["title"]


@LISTS
def test_every_filter_has_a_label_and_takes_what_it_offers(name):
    zone = make.make_zone()
    ROWS[name](make.make_park(zone), 0)
    client = reader_of(zone)
    form = client.get(reverse(name)).context["form"]
    for field in form:
        assert field.name == "enterprise" or field.label or field.field.choices
        for key, _words in getattr(field.field, "choices", [])[:3]:
            page = client.get(reverse(name), {field.name: key})
            assert not page.context["question"].remarks
            assert len(page.context["chips"]) == (1 if key else 0)


def test_pages_of_a_list_never_overlap():
    zone = make.make_zone()
    park, client = make.make_park(zone), reader_of(zone)
    made = {make.make_enterprise(park, name_en="Same name").pk for _n in range(60)}
    address = reverse("enterprise-list")
    first, second, third = (
        keys(client.get(address, {"size": 25, "page": page})) for page in (1, 2, 3)
    )
    assert [len(first), len(second), len(third)] == [25, 25, 10]
    assert {*first, *second, *third} == made


def test_more_rows_than_are_counted_are_said_to_be_more(monkeypatch):
    monkeypatch.setattr(paging, "MOST_COUNTED", 30)
    zone = make.make_zone()
    park, client = make.make_park(zone), reader_of(zone)
    for n in range(31):
        make_achievement(park, n)
    page = client.get(reverse("achievement-list"), {"size": 25})
    assert "more than 30 records" in page.content.decode()
    last = client.get(reverse("achievement-list"), {"size": 25, "page": 2})
    assert len(keys(last)) == 6
    assert "31 records" in last.content.decode()


def test_what_is_not_reported_stands_last_whichever_way_the_list_is_ordered():
    zone = make.make_zone()
    park, client = make.make_park(zone), reader_of(zone)
    make.make_return(make.make_enterprise(park, name_en="Silent"), state="draft")
    make.make_return(make.make_enterprise(park, name_en="Small"), rd_expenditure=0)
    make.make_return(make.make_enterprise(park, name_en="Large"), rd_expenditure=90)
    address = reverse("enterprise-list")
    assert names(client.get(address, {"sort": "rd"})) == ["Small", "Large", "Silent"]
    assert names(client.get(address, {"sort": "-rd"})) == ["Large", "Small", "Silent"]


def test_the_order_is_told_to_screen_readers_and_a_second_click_turns_it():
    zone = make.make_zone()
    make_achievement(make.make_park(zone))
    page = reader_of(zone).get(reverse("achievement-list"), {"sort": "name"}).content.decode()
    assert 'aria-sort="ascending"><a href="?sort=-name"' in page


@pytest.mark.parametrize(
    "text",
    ["Pulead", "pulead", " Pulead ", "Ｐｕｌｅａｄ", "先行", "91630000710402", "Old Battery"],
)
def test_an_enterprise_is_found_by_every_name_and_by_its_code(text):
    zone = make.make_zone()
    park = make.make_park(zone)
    made = make.make_enterprise(
        park, name_en="Taifeng Pulead", name_zh="泰丰先行", credit_code="916300007104023456"
    )
    EnterpriseName.objects.create(enterprise=made, name="Old Battery Works")
    make.make_enterprise(park)
    assert keys(reader_of(zone).get(reverse("enterprise-list"), {"q": text})) == [made.pk]


def test_brackets_of_either_width_are_found():
    zone = make.make_zone()
    made = make.make_enterprise(make.make_park(zone), name_zh="青海（集团）公司")
    for text in ("青海(集团)", "青海（集团）"):
        assert keys(reader_of(zone).get(reverse("enterprise-list"), {"q": text})) == [made.pk]


def test_key_enterprises_are_those_marked_in_the_year():
    zone = make.make_zone()
    park = make.make_park(zone)
    marked, _other = make.make_enterprise(park), make.make_enterprise(park)
    KeyMark.objects.create(enterprise=marked, park=park, year=2013)
    client = reader_of(zone)
    assert keys(client.get("/enterprises/?key_year=2013")) == [marked.pk]
    assert keys(client.get("/enterprises/?key_year=2014")) == []


def test_several_values_of_a_filter_are_chips_that_go_one_by_one():
    zone = make.make_zone()
    first, second, third = (make.make_park(zone) for _n in range(3))
    for park in (first, second, third):
        make_achievement(park)
    client = reader_of(zone)
    page = client.get(reverse("achievement-list"), {"park": [first.key, second.key]})
    assert len(keys(page)) == 2
    assert [chip["label"] for chip in page.context["chips"]] == [
        f"Park: {first.name}",
        f"Park: {second.name}",
    ]
    fewer = client.get(reverse("achievement-list") + page.context["chips"][0]["url"])
    assert [chip["label"] for chip in fewer.context["chips"]] == [f"Park: {second.name}"]


def test_the_zone_is_asked_for_only_where_there_are_several():
    zone = make.make_zone()
    address = reverse("achievement-list")
    assert 'name="zone"' not in reader_of(zone).get(address).content.decode()
    client, other = Client(), make.make_zone()
    client.force_login(make.make_user("administrator"))
    made = make_achievement(make.make_park(other))
    make_achievement(make.make_park(zone))
    page = client.get(address, {"zone": other.key})
    assert 'name="zone"' in page.content.decode()
    assert keys(page) == [made.pk]


def test_beyond_200_parks_a_text_takes_the_place_of_the_choice(monkeypatch):
    monkeypatch.setattr(filtering, "MOST_OPTIONS", 2)
    zone = make.make_zone()
    for name in ("Dongchuan", "Nanchuan", "Ganhe"):
        make_achievement(make.make_park(zone, key=name.lower(), name_en=f"{name} park"))
    client = reader_of(zone)
    page = client.get(reverse("achievement-list"), {"park": "chuan"})
    assert 'type="search" name="park"' in page.content.decode()
    assert len(keys(page)) == 2
    assert len(keys(client.get(reverse("achievement-list"), {"park": "ganhe"}))) == 1


@pytest.mark.parametrize("most", [2, 500])
def test_what_is_found_is_the_same_whether_it_is_more_than_is_looked_up_or_less(monkeypatch, most):
    monkeypatch.setattr(filtering, "MOST_LOOKED_UP", most)
    monkeypatch.setattr(filtering, "MOST_OPTIONS", 1)
    client = Client()
    client.force_login(make.make_user("administrator"))
    wanted, other = make.make_zone(name_en="Wanted zone"), make.make_zone(name_en="Other zone")
    parks = [make.make_park(wanted, name_en=f"Alpha {n}") for n in range(3)]
    named = [make.make_enterprise(park, name_en=f"Beta {n}") for n, park in enumerate(parks)]
    renamed = make.make_enterprise(parks[0], name_en="New")
    EnterpriseName.objects.create(enterprise=renamed, name="Beta works")
    elsewhere = make.make_enterprise(make.make_park(other, name_en="Gamma"), name_en="Beta 9")

    def found(**query):
        page = client.get(reverse("enterprise-list"), query)
        assert page.context["page_obj"].exact
        assert page.context["page_obj"].total == len(keys(page))
        return set(keys(page))

    here = {one.pk for one in [*named, renamed]}
    assert found(q="beta") == here | {elsewhere.pk}
    assert found(q="beta", park="alpha") == found(q="beta", zone="wanted") == here
    assert found(park="alpha 1") == {named[1].pk}
    assert found(q="beta", park="delta") == found(q="delta") == set()


def test_no_select_has_more_than_200_options():
    zone = make.make_zone()
    for _n in range(205):
        make.make_park(zone)
    page = reader_of(zone).get(reverse("achievement-list")).content.decode()
    assert len(re.findall("<option|type=.checkbox", page)) <= 200


def test_a_patent_is_found_however_its_number_is_written():
    zone = make.make_zone()
    made = make.make_patent(make.make_park(zone), application_no="201710601862.3")
    make.make_patent(made.park)
    for text in (
        "201710601862.3",
        "ZL 2017 1 0601862.3",
        "ＺＬ２０１７１０６０１８６２．３",
        "0601862",
    ):
        assert keys(reader_of(zone).get(reverse("patent-list"), {"q": text})) == [made.pk]


def test_titles_that_lapse_within_a_year_are_found(monkeypatch):
    monkeypatch.setattr(listing, "localdate", lambda: date(2015, 2, 28))
    zone = make.make_zone()
    park = make.make_park(zone)
    soon = make.make_title(park, expires_on=date(2016, 2, 28), expires_year=2016)
    later = make.make_title(park, expires_on=date(2016, 2, 29), expires_year=2016)
    ended = make.make_title(park, expires_on=date(2015, 2, 27), expires_year=2015)
    client = reader_of(zone)

    def found(state):
        return set(keys(client.get(reverse("title-list"), {"state": state})))

    assert found("due") == {soon.pk}
    assert found("held") == {soon.pk, later.pk}
    assert found("ended") == {ended.pk}


def test_the_page_of_a_list_stays_the_same_in_the_other_language():
    zone = make.make_zone()
    made = make.make_enterprise(make.make_park(zone), name_en="Asia Silicon", name_zh="亚洲硅业")
    client = reader_of(zone)
    page = client.get("/enterprises/", headers={"accept-language": "zh-hans"})
    [first] = [row[0] for row in page.context["rows"]]
    assert (first.text, first.sub, first.sub_lang) == ("亚洲硅业", "Asia Silicon", "en")
    assert keys(page) == [made.pk]


@pytest.mark.parametrize(
    ("role", "offered"), [(roles.READER, False), (roles.STAFF, True), (roles.MANAGER, True)]
)
def test_only_those_who_enter_records_are_offered_to_add_one(role, offered):
    zone = make.make_zone()
    client = Client()
    client.force_login(make.make_user(role, zone=zone))
    assert bool(client.get("/enterprises/").context["add_url"]) is offered


def test_the_address_of_a_record_is_the_one_that_django_reverses():
    before = get_script_prefix()
    try:
        for prefix in ("/", "/app0/"):
            set_script_prefix(prefix)
            assert address_of_record("center", 102) == reverse("center", args=[102])
    finally:
        set_script_prefix(before)
    for nobody in (None, -5):
        with pytest.raises(NoReverseMatch):
            address_of_record("center", nobody)
