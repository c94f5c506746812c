"""The page of all changes, and what an entry of the history knows."""

import pytest
from django.urls import reverse

from enterprises.models import Enterprise, State
from tests.factories import (
    PASSWORD,
    make_center,
    make_enterprise,
    make_park,
    make_return,
    make_title,
    make_user,
    make_zone,
)
from zonetrack import changes, entering, journal, writing
from zonetrack.access import roles
from zonetrack.access.scope import scope_of
from zonetrack.channels import Channel, through
from zonetrack.journal import Asked

pytestmark = pytest.mark.django_db


def make_world():
    """A zone with two parks, and another zone; each park has one title that somebody changed."""
    zone, other = make_zone(), make_zone()
    parks = [make_park(zone), make_park(zone), make_park(other)]
    author = make_user(username="li-na")
    titles = []
    for number, park in enumerate(parks):
        title = make_title(park, awarded_year=2014, document_no="old")
        title.document_no = f"paper-{number}"
        with through(Channel.ADMIN):
            titles.append(writing.save(title, by=author, reason="Typing error"))
    return zone, parks, author


def said(user, **asked):
    entries, _more = journal.found(scope_of(user), Asked(**asked), 0, 1000)
    return {change.new for entry in entries for change in entry.changes if entry.kind == "~"}


@pytest.mark.parametrize(
    ("role", "papers"),
    [
        (roles.STAFF, {"paper-0"}),
        (roles.MANAGER, {"paper-0", "paper-1"}),
        (roles.OFFICER, {"paper-0", "paper-1"}),
        (roles.READER, set()),
    ],
)
def test_changes_are_told_within_the_scope(role, papers):
    zone, parks, _author = make_world()
    place = {"park": parks[0]} if role == roles.STAFF else {"zone": zone}
    assert said(make_user(role, **place), kind="enterprises.title") == papers


def test_what_was_deleted_with_its_parts_is_told(client):
    firm = make_enterprise(make_park(), name_zh="甲公司")
    writing.save(firm.locations.get(), by=None)
    writing.delete(firm, by=None, reason="Entered twice")
    client.force_login(make_user("administrator"))
    page = client.get(reverse("all-changes"))
    assert page.status_code == 200 and "Location: deleted (" in page.content.decode()


def test_changes_are_found_by_person_year_kind_and_door():
    _zone, parks, _author = make_world()
    admin = make_user("administrator")
    assert said(admin) >= {"paper-0", "paper-1", "paper-2"}
    assert said(admin, who="LI-N") >= {"paper-0"}
    assert said(admin, who="somebody") == set()
    assert said(admin, year=2014) >= {"paper-0"}
    assert said(admin, year=2013) == set()
    assert said(admin, kind="enterprises.title") >= {"paper-0"}
    assert said(admin, kind="patents.patent") == set()
    assert said(admin, channel="admin") >= {"paper-0"}
    assert said(admin, channel="grid") == set()


def test_an_entry_tells_who_from_what_to_what_why_and_through_which_door():
    filing = make_return(make_enterprise(), 2014, state=State.DRAFT, employees=40)
    user = make_user(first_name="Na", last_name="Li")
    with through(Channel.GRID):
        entering.enter([entering.Entry(filing, {"employees": 44}, row=12)], by=user, reason="New")
    [entry] = [
        entry
        for entry in journal.found(scope_of(make_user("administrator")), Asked(), 0, 100)[0]
        if entry.kind == "~" and "figures" in entry.subject
    ]
    [change] = entry.changes
    assert (entry.by, change.label, change.old, change.new) == ("Na Li", "Employees", "40", "44")
    assert (entry.reason, entry.through) == ("New", "Table of the park, row 12")
    assert entry.url == filing.get_absolute_url()


def test_changes_that_tell_nothing_do_not_hide_the_older_ones(client, monkeypatch):
    monkeypatch.setattr("zonetrack.journal_page.SHOWN", 2)
    title = make_title(make_park(), document_no="old")
    title.document_no = "new"
    writing.save(title, by=None)
    for _time in range(2):
        writing.save(title, by=None)
    client.force_login(make_user("administrator"))
    address, asked = reverse("all-changes"), {"kind": "enterprises.title"}
    newest = client.get(address, asked)
    assert (newest.context["entries"], newest.context["older"]) == ([], 2)
    assert "page=2" in newest.content.decode()
    older = client.get(address, asked | {"page": 2})
    assert ([entry.kind for entry in older.context["entries"]], older.context["older"]) == (
        ["~", "+"],
        None,
    )


def test_who_is_linked_in_another_park_is_not_named():
    park = make_park()
    firm = make_enterprise(park)
    for successor in (make_enterprise(name_en="Far works"), make_enterprise(park, name_en="Near")):
        firm.successor = successor
        writing.save(firm, by=None)
    own, all_of_it = ("enterprise outside your parks", "Near"), ("Far works", "Near")
    for user, told in [
        (make_user(roles.MANAGER, zone=park.home_zone), own),
        (make_user("administrator"), all_of_it),
    ]:
        kind = {"kind": "enterprises.enterprise"}
        assert said(user, **kind) == set(told)
        page = changes.entries(Enterprise, firm.pk, limit=scope_of(user).limit)
        assert [one.new for entry in page for one in entry.changes][:2] == [told[1], told[0]]


def test_a_deleted_record_stays_in_the_history():
    park = make_park()
    center = make_center(park)
    manager = make_user(roles.MANAGER, zone=park.home_zone)
    writing.delete(center, by=manager, reason="Entered twice")
    entries, _more = journal.found(scope_of(manager), Asked(kind="rd_centers.center"), 0, 10)
    assert [(entry.kind, entry.reason) for entry in entries][0] == ("-", "Entered twice")


def test_the_page_shows_changes_and_refuses_readers(client):
    zone, _parks, _author = make_world()
    client.login(username=make_user(roles.MANAGER, zone=zone).username, password=PASSWORD)
    page = client.get(reverse("all-changes"), {"who": "li-na", "year": "2014"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "paper-1" in text and "paper-2" not in text and "Typing error" in text
    client.login(username=make_user(roles.READER, zone=zone).username, password=PASSWORD)
    assert client.get(reverse("all-changes")).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        {"year": "9" * 40},
        {"year": "twenty"},
        {"who": "a\0b"},
        {"kind": "auth.user"},
        {"page": "0"},
        {"page": "99999999999999999999"},
        {"first": "2014-13-45"},
        {"source": str(2**63)},
        {"channel": "<script>"},
    ],
)
def test_what_cannot_be_read_is_told_beside_its_field(client, query):
    client.force_login(make_user("administrator"))
    assert client.get(reverse("all-changes"), query).status_code == 200


def test_officers_read_the_changes_of_a_record_and_readers_do_not(client):
    _zone, parks, _author = make_world()
    title = make_title(parks[0])
    for role, shown in [(roles.OFFICER, True), (roles.READER, False)]:
        client.force_login(make_user(role, zone=parks[0].home_zone))
        page = client.get(title.get_absolute_url())
        assert (
            "No change has been recorded" in page.content.decode()
            or "Entered" in page.content.decode()
        ) is shown
