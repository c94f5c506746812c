"""Whatever stands in the query string of a list, the answer is a page with a sentence about it."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.test_lists import ROWS
from zonetrack.access import roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_history")]

ODD = {
    "nul": "a\0b",
    "wrong_type": "abc",
    "list": "[1, 2]",
    "roman": "Ⅻ",
    "huge": "9" * 40,
    "enormous": "9" * 5000,
    "just_too_large": str(2**63),
    "negative": "-1",
    "not_a_number": "NaN",
    "exponent": "1E+999999999",
    "bidi": "\u202e2014",
    "beyond_the_first_plane": "𠮷" * 20,
    "replaced": "\ufffd",
    "sql": "1' OR '1'='1",
    "like": "%_%",
    "markup": "<script>alert(1)</script>",
    "template": "{{ 7*7 }}{% debug %}",
    "path": "../../etc/passwd",
    "regular_expression": "(a+)+$" * 20,
    "long": "x" * 20_000,
    "blank": "   ",
}


@pytest.fixture
def client():
    zone = make.make_zone()
    park = make.make_park(zone)
    for fill in ROWS.values():
        fill(park, 1)
    client = Client()
    client.force_login(make.make_user(roles.READER, zone=zone))
    return client


@pytest.mark.parametrize("name", ROWS)
def test_odd_values_of_every_filter_give_a_page(client, name):
    address = reverse(name)
    filters = list(client.get(address).context["form"].fields)
    for kind, value in ODD.items():
        page = client.get(address, dict.fromkeys(filters, value))
        assert page.status_code == 200, kind
        question = page.context["question"]
        assert set(question.data) <= {"q"}, kind
        assert len(question.remarks) == (
            0 if kind == "blank" else len(filters) - len(question.data)
        )
        assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("parameter", ["sort", "size", "page", "format", "behind", "place", "park"])
def test_odd_values_of_what_every_list_has_give_the_usual_list(client, parameter):
    usual = client.get("/enterprises/").context["page_obj"].keys
    for kind, value in ODD.items():
        page = client.get("/enterprises/", {parameter: value})
        assert page.status_code == 200, kind
        assert page.context["page_obj"].keys == usual, kind
        assert parameter not in page.context["question"].data


def test_what_is_left_out_is_named_and_the_rest_stays(client):
    page = client.get("/enterprises/", {"park": "elsewhere", "q": "Enterprise"})
    assert page.context["question"].remarks == [
        "The filter “Park” was left out: its value cannot be used here."
    ]
    assert 'role="alert"' in page.content.decode()
    assert [chip["label"] for chip in page.context["chips"]] == [
        "Name or credit code: “Enterprise”"
    ]


@pytest.mark.parametrize("page", ["0", "-1", "9e99", "two", "1.5"])
def test_a_page_that_cannot_be_is_the_first(client, page):
    answer = client.get("/enterprises/", {"page": page})
    assert answer.context["page_obj"].number == 1
    assert "There is no such page" in answer.content.decode()


@pytest.mark.parametrize("page", ["999", "９９９９９９９９９９９９"])
def test_a_page_beyond_the_last_is_the_last(client, page):
    answer = client.get("/enterprises/", {"page": page})
    assert answer.context["rows"]
    assert "There are only 1 pages" in answer.content.decode()


@pytest.mark.parametrize(
    "sort",
    ["user__password", "pk", "park__home_zone__version", "name;drop", "--name", "?", "name,pk"],
)
def test_a_list_is_ordered_only_by_its_columns(client, sort):
    answer = client.get("/enterprises/", {"sort": sort})
    assert answer.context["question"].remarks
    assert answer.context["question"].sort == "name"


@pytest.mark.parametrize(
    "query", ["park=%ff%fe", "q=%c3%28", "%ff=1", "q=%ed%a0%80", "a[]=1&&&=", "sort"]
)
def test_what_is_no_text_is_no_error(client, query):
    assert client.get(f"/enterprises/?{query}").status_code == 200


def test_unknown_parameters_are_ignored(client):
    query = "&".join(f"unknown{n}=1" for n in range(900))
    answer = client.get(f"/enterprises/?{query}")
    assert answer.context["question"].remarks == []
    assert "unknown" not in answer.context["csv_url"]


def test_the_same_value_many_times_counts_once(client):
    answer = client.get("/enterprises/?" + "&".join(["q=Enterprise"] * 900))
    assert answer.context["csv_url"] == "?q=Enterprise&format=csv"


@pytest.mark.parametrize(
    "query",
    [
        {"behind": "no-such-indicator"},
        {"behind": "rd-bodies-held"},
        {"behind": "rd-bodies-held", "place": "zone:elsewhere", "year": "2014"},
        {"behind": "rd-bodies-held", "place": "zone:a\0", "year": "2014"},
        {"behind": "rd-bodies-held", "place": "planet:earth", "year": "2014"},
        {"behind": "industrial-output", "place": "zone:x", "year": "2014"},
        {"behind": "rd-bodies-held", "place": "zone:x", "year": "20144"},
        {"behind": "rd-bodies-held", "place": "zone:x", "part": "whole", "year": "2014"},
    ],
)
def test_a_number_that_is_not_there_opens_the_whole_list(client, query):
    answer = client.get("/rd-centers/", query)
    assert answer.status_code == 200
    assert len(answer.context["question"].remarks) == 1
    assert answer.context["page_obj"].total == 1
    assert not answer.context["chips"]


@pytest.mark.parametrize(
    "text", ["", " ", "a", "\0", "%", "' OR 1=1", "𠮷", "x" * 5000, "{{7}}", "(((", "\\"]
)
def test_search_answers_whatever_is_asked(client, text):
    assert client.get("/search/", {"q": text}).status_code == 200
    assert client.get("/search/?q=%ff%fe").status_code == 200
