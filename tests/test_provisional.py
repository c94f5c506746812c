"""Figures that are not approved: counted only where somebody who enters them asks for it."""

import csv
import json
from io import StringIO

import pytest
from django.urls import reverse

from enterprises.models import State
from tests.factories import (
    make_enterprise,
    make_park,
    make_published,
    make_return,
    make_user,
    make_zone,
)
from zonetrack.access import roles
from zonetrack.access.grants import grant

pytestmark = pytest.mark.django_db

ON = {"provisional": "1"}


@pytest.fixture
def zone():
    """Of six enterprises two are approved, two waiting, one is in draft and one missing."""
    zone = make_zone(key="north")
    park = make_park(zone, key="first")
    other = make_park(zone, key="second")
    make_return(make_enterprise(park), filed=7)
    make_return(make_enterprise(other), filed=2)
    make_return(make_enterprise(park), filed=10, state=State.SUBMITTED)
    make_return(make_enterprise(park), filed=20, state=State.SUBMITTED)
    make_return(make_enterprise(park), filed=40, state=State.DRAFT)
    make_enterprise(park)
    return zone


def sign_in(client, role=roles.MANAGER, **place):
    user = make_user(role, **place)
    client.force_login(user)
    return user


def dashboard(zone, **query):
    return reverse("dashboard", args=[zone.key, 2014], query=query or None)


def page_of(client, address) -> str:
    return client.get(address).content.decode()


def filed_on(client, address) -> tuple[str, str]:
    """The value of “patents filed” on a dashboard, and what stands beside it."""
    shown = client.get(address).context["shown"]["patents_filed"]
    return shown.value, shown.origin


# What stands beside the number


def test_beside_the_number_stands_how_many_are_waiting_in_draft_and_missing(client, zone):
    sign_in(client, roles.READER, zone=zone)
    told = "2 of 6 enterprises approved, 2 waiting, 1 in draft, 1 missing"
    assert filed_on(client, dashboard(zone)) == ("9", told)
    page = client.get(dashboard(zone))
    assert f"Returns: {told}." in page.context["about"]
    assert "2 waiting, 1 in draft, 1 missing" in page.content.decode()


def test_a_return_that_was_sent_back_is_in_draft_again(client):
    zone = make_zone()
    make_return(make_enterprise(park := make_park(zone)), filed=1)
    make_return(make_enterprise(park), filed=1, state=State.RETURNED)
    make_return(make_enterprise(park), state=State.NOT_STARTED)
    sign_in(client, zone=zone)
    assert filed_on(client, dashboard(zone)) == (
        "1",
        "1 of 3 enterprises approved, 1 in draft, 1 missing",
    )


def test_an_approved_return_without_the_figures_is_told_as_approved(client):
    zone = make_zone()
    make_return(make_enterprise(park := make_park(zone)), filed=1)
    make_return(make_enterprise(park), employees=3)
    make_enterprise(park)
    sign_in(client, zone=zone)
    assert filed_on(client, dashboard(zone)) == (
        "1",
        "2 of 3 enterprises approved, 1 of them without these figures, 1 missing",
    )


# The switch


def test_with_the_switch_all_returns_count_and_are_marked(client, zone):
    sign_in(client, zone=zone)
    value, origin = filed_on(client, dashboard(zone, **ON))
    assert value == "79"
    assert origin == "provisional; 2 of 6 enterprises approved, 2 waiting, 1 in draft, 1 missing"
    page = page_of(client, dashboard(zone, **ON))
    assert "Including provisional figures." in page


def test_without_the_switch_nothing_is_marked(client, zone):
    sign_in(client, zone=zone)
    page = page_of(client, dashboard(zone))
    assert "Including provisional figures." not in page
    assert dashboard(zone, **ON) in page  # the link that turns it on


def test_links_keep_the_switch_and_one_turns_it_off(client, zone):
    sign_in(client, zone=zone)
    page = page_of(client, dashboard(zone, **ON)).replace("&amp;", "&")
    park = reverse("park", args=[zone.key, 2014, "first"])
    for address in (
        f'href="{park}?provisional=1"',
        f'href="{reverse("dashboard", args=[zone.key, 2013])}?provisional=1"',
        f'{reverse("indicator", args=[zone.key, "patents-filed"])}?year=2014&provisional=1"',
        "behind=patents-filed&place=zone%3Anorth&year=2014&provisional=1",
        f'{reverse("indicators", args=[zone.key])}?year=2014&provisional=1"',
        f'{reverse("compare-parks", args=[zone.key])}?year=2014&provisional=1"',
    ):
        assert address in page, address
    assert f'href="{dashboard(zone)}">Approved only' in page


def test_what_is_behind_a_provisional_number_adds_up_to_it(client, zone):
    sign_in(client, zone=zone)
    shown = client.get(dashboard(zone, **ON)).context["shown"]["patents_filed"]
    rows = client.get(shown.url).context
    assert rows["page_obj"].total == 5 and "79" in str(rows["foot"])
    approved = client.get(shown.url.replace("&provisional=1", "")).context
    assert approved["page_obj"].total == 2


def test_a_provisional_number_is_never_judged(client, zone):
    sign_in(client, zone=zone)
    line = client.get(dashboard(zone, **ON)).context["shown"]["patents_filed"].line
    assert line.actual.provisional and not line.actual.complete


def test_what_is_all_approved_is_not_provisional(client):
    zone = make_zone()
    make_return(make_enterprise(make_park(zone)), filed=3)
    sign_in(client, zone=zone)
    assert filed_on(client, dashboard(zone, **ON)) == ("3", "")


def test_drafts_of_everybody_stand_before_a_published_figure(client):
    zone = make_zone()
    make_return(make_enterprise(make_park(zone)), filed=3, state=State.DRAFT)
    make_published(zone, value=100)
    sign_in(client, zone=zone)
    assert filed_on(client, dashboard(zone))[0] == "100"
    assert filed_on(client, dashboard(zone, **ON))[0] == "3"


def test_the_page_of_a_park_and_of_an_indicator_have_the_switch(client, zone):
    sign_in(client, zone=zone)
    park = reverse("park", args=[zone.key, 2014, "first"], query=ON)
    assert filed_on(client, park)[0] == "77"
    page = client.get(
        reverse("indicator", args=[zone.key, "patents-filed"], query={"year": 2014} | ON)
    )
    assert page.context["shown"].value == "79"
    text = page.content.decode()
    assert "Sum of all returns, approved or not: 79" in text
    assert "including provisional figures" in page.context["chart"].subtitle
    every = page_of(client, reverse("indicators", args=[zone.key], query={"year": 2014} | ON))
    compared = page_of(client, reverse("compare-parks", args=[zone.key], query={"year": 2014} | ON))
    for page in (every, compared):
        assert "Including provisional figures." in page and ">79</a>" in page
        assert "provisional; 2 of 6" in page


def test_values_that_are_provisional_are_striped(client, zone):
    sign_in(client, zone=zone)
    page = client.get(reverse("indicator", args=[zone.key, "patents-filed"], query=ON))
    striped = [
        trace
        for trace in page.context["chart"].figure["data"]
        if trace.get("meta", {}).get("role") == "provisional"
    ]
    assert striped and 79 in striped[0]["y"]


# Files


def file_of(client, zone, chosen, **query):
    address = reverse("indicators", args=[zone.key])
    return client.get(address, {"year": 2014, "format": chosen} | query)


def test_files_are_marked_in_name_title_and_rows(client, zone):
    sign_in(client, zone=zone)
    table = file_of(client, zone, "csv", **ON)
    assert 'filename="north-indicators-2014-provisional.csv"' in table["Content-Disposition"]
    text = b"".join(table.streaming_content).decode("utf-8-sig")
    rows = {row["Indicator key"]: row for row in csv.DictReader(StringIO(text))}
    row = rows["patents-filed"]
    assert (row["Value"], row["Provisional"], row["Returns approved"]) == ("79", "Yes", "2")
    assert (row["Returns waiting for approval"], row["Returns in draft"]) == ("2", "1")
    assert "provisional" in row["Remarks"]
    content = json.loads(file_of(client, zone, "json", **ON).content)
    assert content["provisional"] is True
    assert content["title"].endswith("(including provisional figures)")
    xlsx = file_of(client, zone, "xlsx", **ON)
    assert "-provisional.xlsx" in xlsx["Content-Disposition"]


def test_files_of_approved_figures_are_not_marked(client, zone):
    sign_in(client, zone=zone)
    answer = file_of(client, zone, "json")
    content = json.loads(answer.content)
    assert "provisional" not in answer["Content-Disposition"]
    assert content["provisional"] is False and "provisional" not in content["title"]
    [line] = [line for line in content["lines"] if line["indicator"] == "patents-filed"]
    assert (line["value"], line["provisional"]) == (9, False)


# Who may


@pytest.mark.parametrize("role", [roles.READER, roles.OFFICER])
def test_readers_see_approved_figures_whatever_the_address_says(client, zone, role):
    sign_in(client, role, zone=zone)
    page = client.get(dashboard(zone, **ON))
    assert page.status_code == 200
    assert page.context["shown"]["patents_filed"].value == "9"
    assert not page.context["switch"]
    assert "only who enters them here sees others" in page.content.decode()
    content = json.loads(file_of(client, zone, "json", **ON).content)
    assert content["provisional"] is False


def test_the_rows_behind_a_number_heed_the_role_too(client, zone):
    sign_in(client, roles.READER, zone=zone)
    query = {"behind": "patents-filed", "place": "zone:north", "year": 2014} | ON
    assert client.get(reverse("return-list", query=query)).context["page_obj"].total == 2


def test_who_enters_for_one_park_has_the_switch_there_and_not_for_the_zone(client, zone):
    user = sign_in(client, roles.STAFF, park=zone.home_parks.get(key="first"))
    park = reverse("park", args=[zone.key, 2014, "first"], query=ON)
    assert filed_on(client, park)[0] == "77"
    grant(user, roles.READER, zone=zone)
    assert filed_on(client, dashboard(zone, **ON))[0] == "9"
    second = reverse("park", args=[zone.key, 2014, "second"], query=ON)
    assert not client.get(second).context["switch"]


def test_an_administrator_has_the_switch_everywhere(client, zone):
    sign_in(client, "administrator")
    assert filed_on(client, dashboard(zone, **ON))[0] == "79"


@pytest.mark.parametrize("value", ["0", "yes", "\0", "9" * 400, "1\0"])
def test_another_value_of_the_switch_leaves_it_off(client, zone, value):
    sign_in(client, zone=zone)
    assert filed_on(client, dashboard(zone, provisional=value))[0] == "9"
