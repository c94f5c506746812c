"""Far pages of long lists: every row once, in order, in both directions, without counting them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories as make
from tests.test_lists import ROWS, keys, reader_of
from zonetrack.lists import paging

pytestmark = pytest.mark.django_db

MADE = 130
ADDRESS = reverse("patent-list")


@pytest.fixture(autouse=True)
def few_are_counted(monkeypatch):
    monkeypatch.setattr(paging, "MOST_COUNTED", 50)


@pytest.fixture
def park():
    return make.make_park()


@pytest.fixture
def patents(park):
    """Some filed in the same year, some never granted."""
    return [
        make.make_patent(
            park, filed_year=2000 + n % 7, granted_year=2010 + n % 3 if n % 4 else None
        )
        for n in range(MADE)
    ]


def link(page, words):
    return next((url for text, url in page.context["page_links"] if text == words), None)


def walk(client, address, words):
    """The keys of all pages from an address on, page by page."""
    found = []
    while address:
        page = client.get(address)
        assert page.status_code == 200
        assert not page.context["question"].remarks
        found.append(keys(page))
        following = link(page, words)
        address = following and ADDRESS + following
    return found


@pytest.mark.parametrize("sort", ["filed", "-filed", "granted", "-granted", "number", "park"])
def test_turning_on_and_back_meets_every_row_once_and_in_order(park, patents, sort):
    client = reader_of(park.home_zone)
    wanted = keys(client.get(ADDRESS, {"sort": sort, "size": 250}))
    forward = walk(client, f"{ADDRESS}?sort={sort}&size=25", "Next")
    assert sum(forward, []) == wanted
    back = walk(client, f"{ADDRESS}?sort={sort}&size=25&page=last", "Previous")
    # Turning back ends on the numbered first page, which is full and may repeat some rows.
    assert back[-1] == wanted[:25]
    assert list(dict.fromkeys(sum(reversed(back), []))) == wanted
    assert sum(reversed(back[:-1]), []) == wanted[-25 * (len(back) - 1) :]


@pytest.mark.parametrize("name", ROWS)
def test_every_order_of_every_list_can_be_turned_on(name, park):
    for n in range(7):
        ROWS[name](park, n)
    client = reader_of(park.home_zone)
    heads = [one for one in client.get(reverse(name)).context["columns"] if "sort_url" in one]
    for head in heads:
        for sort in (head["sort_url"], head["sort_url"].replace("sort=", "sort=-")):
            if "--" in sort:
                continue
            wanted = keys(client.get(reverse(name) + sort))
            rest = keys(client.get(f"{reverse(name)}{sort}&after={wanted[2]}"))
            assert rest == wanted[3:], head["title"]


def test_far_pages_say_what_is_known_and_link_both_ways(park, patents):
    client = reader_of(park.home_zone)
    first = client.get(ADDRESS, {"size": 25})
    assert [text for text, _url in first.context["page_links"]] == [1, 2, None, "Next", "Last"]
    second = client.get(ADDRESS, {"size": 25, "page": 2})
    third = client.get(ADDRESS + link(second, "Next"))
    assert "after=" in link(second, "Next")
    assert "25 of more than 50" in third.content.decode()
    last = client.get(ADDRESS + link(third, "Last"))
    assert "The last 25 of more than 50" in last.content.decode()
    assert link(last, "Next") is None
    assert link(last, "Previous")


def test_a_number_beyond_those_counted_leads_to_the_last_that_has_one(park, patents):
    page = reader_of(park.home_zone).get(ADDRESS, {"size": 25, "page": "4"})
    assert page.context["page_obj"].number == 2
    [remark] = page.context["question"].remarks
    assert "Only the first 2 pages" in remark


@pytest.mark.parametrize("position", ["0", "-1", "x", "9" * 40, "٣", "999999999", "1\0", ""])
def test_a_row_that_is_not_there_leads_to_the_first_page(park, patents, position):
    client = reader_of(park.home_zone)
    for name in paging.POSITIONS:
        page = client.get(ADDRESS, {name: position, "size": 25})
        assert page.status_code == 200
        assert keys(page) == keys(client.get(ADDRESS, {"size": 25}))
        assert len(page.context["question"].remarks) == (1 if position else 0)


@pytest.mark.parametrize("year", ["", "2003"])
def test_behind_the_last_row_stands_the_last_page(park, patents, year):
    """As the row after a page is removed before somebody turns on; counted to the end or not."""
    client = reader_of(park.home_zone)
    asked = {"size": 25, "year": year}
    last = client.get(ADDRESS, asked | {"page": "last"})
    page = client.get(ADDRESS, asked | {"after": keys(last)[-1]})
    assert page.status_code == 200
    assert keys(page) == keys(last)
    assert "the last page is shown" in page.content.decode()


def test_a_row_of_another_scope_is_no_position(park, patents):
    foreign = make.make_patent(make.make_park())
    page = reader_of(park.home_zone).get(ADDRESS, {"after": foreign.pk})
    assert len(page.context["question"].remarks) == 1


def test_filters_and_order_begin_anew_and_go_along(park, patents):
    client = reader_of(park.home_zone)
    page = client.get(ADDRESS, {"size": 25, "sort": "filed", "after": patents[0].pk})
    for head in page.context["columns"]:
        assert "after=" not in head.get("sort_url", "")
    assert "after" not in page.context["csv_url"]
    assert "sort=filed" in link(page, "Next")
    assert ("after", str(patents[0].pk)) not in page.context["hidden"]


def test_no_page_skips_rows_by_counting_beyond_the_limit(park, patents):
    client = reader_of(park.home_zone)
    for query in ({"page": "last"}, {"after": patents[3].pk}, {"before": patents[9].pk}):
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS, {"size": 25} | query)
        assert not [one for one in queries if "OFFSET" in one["sql"]]


def test_the_list_behind_a_number_is_counted_to_its_end(park):
    for _n in range(60):
        make.make_title(park, awarded_year=2010)
    asked = {"behind": "titles-held", "place": f"zone:{park.home_zone.key}", "year": "2014"}
    page = reader_of(park.home_zone).get(reverse("title-list"), asked)
    assert page.context["question"].behind is not None
    assert (page.context["page_obj"].total, page.context["page_obj"].exact) == (60, True)
    assert "60 records" in page.content.decode()


def test_an_export_takes_all_rows_from_every_page(park, patents):
    client = reader_of(park.home_zone)
    page = client.get(ADDRESS, {"size": 25, "after": patents[3].pk})
    text = b"".join(client.get(ADDRESS + page.context["csv_url"]).streaming_content).decode()
    assert len(text.strip().splitlines()) == 1 + MADE


def test_the_api_turns_on_by_the_same_keys(park, patents):
    client, address, found = reader_of(park.home_zone), "/api/v1/patents/?size=25", []
    while address:
        answer = client.get(address).json()
        found += [row["id"] for row in answer["rows"]]
        address = answer["next"]
    assert found == keys(client.get(ADDRESS, {"size": 250}))
    assert (answer["page"], answer["count"], answer["count_is_exact"]) == (None, 50, False)
    back = client.get(answer["previous"]).json()
    assert back["rows"][-1]["id"] == found[found.index(answer["rows"][0]["id"]) - 1]


def test_administrators_beyond_200_zones_are_offered_a_text(monkeypatch):
    monkeypatch.setattr("zonetrack.lists.filtering.MOST_OPTIONS", 2)
    parks = [make.make_park(make.make_zone()) for _n in range(3)]
    made = [make.make_patent(park) for park in parks]
    client = Client()
    client.force_login(make.make_user("administrator"))
    page = client.get(ADDRESS).content.decode()
    assert 'type="search" name="zone"' in page
    assert 'type="search" name="park"' in page
    assert keys(client.get(ADDRESS, {"zone": parks[1].home_zone.key})) == [made[1].pk]


@pytest.mark.parametrize("name", ROWS)
def test_few_rows_are_sorted_alone_in_the_same_order(name, park, monkeypatch):
    for n in range(7):
        ROWS[name](park, n)
    client = reader_of(park.home_zone)
    heads = [one for one in client.get(reverse(name)).context["columns"] if "sort_url" in one]
    for head in heads:
        for turn in ("sort=", "sort=-"):
            address = reverse(name) + head["sort_url"].replace("sort=-", "sort=")
            address = address.replace("sort=", turn)
            monkeypatch.setattr(paging, "is_narrow", lambda rows: False)
            wanted = keys(client.get(address))
            monkeypatch.setattr(paging, "is_narrow", lambda rows: True)
            assert keys(client.get(address)) == wanted, address


@pytest.mark.parametrize("number", [1, 2, 5])
def test_each_page_of_few_rows_is_the_same(number, park, monkeypatch):
    for n in range(45):
        make.make_patent(park, filed_year=2000 + n % 7)
    client, asked = reader_of(park.home_zone), {"size": 25, "page": number}
    pages = []
    for narrow in (False, True):
        monkeypatch.setattr(paging, "is_narrow", lambda rows, narrow=narrow: narrow)
        page = client.get(ADDRESS, asked).context["page_obj"]
        pages.append((page.keys, page.number, page.total, page.exact, page.more, page.fewer))
    assert pages[0] == pages[1]


def test_only_the_order_of_all_rows_walks_its_index(park):
    patents = make.make_patent(park)._meta.model.objects.order_by("-filed_year", "pk")
    on_postgresql = connection.vendor == "postgresql"
    assert paging.is_narrow(patents.filter(park=park)) == on_postgresql
    assert not paging.is_narrow(patents)
