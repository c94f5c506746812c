"""The completeness board: who has reported what, what is missing and overdue."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from enterprises.models import State
from tests.factories import make_enterprise, make_park, make_return, make_user, make_year, make_zone
from zonetrack import entering
from zonetrack.access import roles
from zonetrack.access.grants import grant
from zonetrack.entering import Entry

pytestmark = pytest.mark.django_db


def sign_in(client, role=roles.MANAGER, **place):
    user = make_user(role, **place)
    client.force_login(user)
    return user


def address(zone, year=2014, **query):
    return reverse("board", args=[zone.key, year], query=query or None)


def lines_of(client, zone, **query):
    return client.get(address(zone, **query)).context["lines"]


def test_the_board_lists_every_enterprise_with_its_state(client, zone, park):
    sign_in(client, zone=zone)
    filed = make_return(make_enterprise(park, name_en="Alpha"), state=State.SUBMITTED)
    missing = make_enterprise(park, name_en="Beta")
    first, second = lines_of(client, zone)
    assert (first.row.name, first.state_words, first.overdue) == ("Alpha", "Submitted", False)
    assert (second.row.name, second.state_words, second.overdue) == ("Beta", "No return yet", True)
    assert first.url == reverse("entry-form", args=[filed.pk])
    assert second.url == reverse("entry-begin", args=[missing.pk, 2014])


def test_nothing_is_overdue_before_the_due_day(client, zone, park):
    today = localdate()
    make_year(zone, today.year - 1, due_on=today)
    make_enterprise(park)
    sign_in(client, zone=zone)
    page = client.get(address(zone, today.year - 1))
    assert not page.context["late"] and not page.context["lines"][0].overdue


def test_parks_are_added_up(client, zone, park):
    other = make_park(zone)
    make_return(make_enterprise(park), state=State.APPROVED)
    make_return(make_enterprise(park), state=State.DRAFT)
    make_enterprise(other)
    sign_in(client, zone=zone)
    totals = client.get(address(zone)).context["totals"]
    assert [(row["expected"], row["overdue"]) for row in totals] == [(2, 1), (1, 1), (3, 2)]
    assert totals[-1]["counts"] == [1, 0, 0, 1, 0, 1]


def test_the_board_says_who_last_changed_a_figure_and_when(client, zone, park):
    author = make_user(first_name="Li", last_name="Na")
    filing = make_return(make_enterprise(park), state=State.DRAFT)
    entering.enter([Entry(filing, {"filed": 3})], by=author)
    sign_in(client, zone=zone)
    [line] = lines_of(client, zone)
    assert line.changed.by == str(author)
    assert line.changed.at == filing.patents.history.latest().history_date


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"state": "draft"}, ["Draft"]),
        ({"state": "missing"}, ["Nothing"]),
        ({"overdue": "1"}, ["Draft", "Nothing"]),
        ({"state": "approved", "overdue": "1"}, []),
        ({"state": "nonsense"}, ["Draft", "Nothing", "Ready"]),
        ({"park": "no-such", "page": "x", "format": "pdf"}, ["Draft", "Nothing", "Ready"]),
        ({"park": "a\0", "state": "\0", "page": "9" * 30}, ["Draft", "Nothing", "Ready"]),
    ],
)
def test_the_board_is_narrowed_down(client, zone, park, query, names):
    make_return(make_enterprise(park, name_en="Draft"), state=State.DRAFT)
    make_return(make_enterprise(park, name_en="Ready"), state=State.APPROVED)
    make_enterprise(park, name_en="Nothing")
    sign_in(client, zone=zone)
    assert sorted(line.row.name for line in lines_of(client, zone, **query)) == names


def test_the_board_is_narrowed_down_to_a_park(client, zone, park):
    make_enterprise(park)
    there = make_enterprise(other := make_park(zone))
    sign_in(client, zone=zone)
    [line] = lines_of(client, zone, park=other.key)
    assert line.row.enterprise == there.pk


def test_what_is_chosen_is_exported_whole(client, zone, park):
    for n in range(3):
        make_return(make_enterprise(park, name_en=f"E{n}"), state=State.DRAFT)
    make_enterprise(park, name_en="E3")
    sign_in(client, zone=zone)
    response = client.get(address(zone, state="draft", format="csv"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(StringIO(text))
    assert head[:4] == ["Park", "Enterprise", "State", "Overdue"]
    assert [row[:4] for row in rows] == [[park.name, f"E{n}", "Draft", "Yes"] for n in range(3)]
    xlsx = client.get(address(zone, format="xlsx"))
    assert b"".join(xlsx.streaming_content).startswith(b"PK")


def test_the_board_takes_the_same_queries_for_many_enterprises(client, zone, park):
    sign_in(client, zone=zone)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(address(zone))
        return len(captured)

    make_return(make_enterprise(park), state=State.DRAFT, employees=3)
    queries()  # what is read only once has been read
    few = queries()
    for _n in range(8):
        make_return(make_enterprise(park), state=State.DRAFT, employees=3)
        make_enterprise(park)
    assert queries() == few


# Who may


def test_data_entry_sees_its_own_park_only(client, zone, park):
    mine = make_enterprise(park)
    make_enterprise(make_park(zone))
    sign_in(client, roles.STAFF, park=park)
    [line] = lines_of(client, zone)
    assert line.row.enterprise == mine.pk


@pytest.mark.parametrize("role", [roles.READER, roles.OFFICER])
def test_readers_and_officers_have_no_board(client, zone, role):
    sign_in(client, role, zone=zone)
    assert client.get(address(zone), follow=True).status_code == 403


def test_another_zones_board_is_not_found(client, zone, park):
    sign_in(client, zone=make_zone())
    assert client.get(address(zone)).status_code == 404


def test_who_enters_elsewhere_and_reads_here_has_no_board_here(client, zone, park):
    grant(sign_in(client, roles.STAFF, park=make_park()), roles.READER, zone=zone)
    assert client.get(address(zone)).status_code == 404


@pytest.mark.parametrize("year", [0, 1900, 2999, 99999999])
def test_a_year_that_cannot_be_has_no_board(client, zone, park, year):
    sign_in(client, zone=zone)
    assert client.get(address(zone, year)).status_code == 404
