"""What waits for a person: on the page to begin from and on the front page of the admin."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enterprises.models import State
from tests.factories import make_enterprise, make_park, make_return, make_user, make_zone
from zonetrack import workflow
from zonetrack.access import roles
from zonetrack.access.grants import grant
from zonetrack.access.scope import scope_of
from zonetrack.notices import MOST_SHOWN, work_of

pytestmark = pytest.mark.django_db

NOW = datetime(2015, 2, 3, 10, tzinfo=UTC)


@pytest.fixture
def park():
    return make_park(make_zone())


def make_state(park, state, **fields):
    filing = make_return(make_enterprise(park), 2014, state=state, employees=40)
    for name, value in fields.items():
        setattr(filing, name, value)
    filing.save()
    return filing


def make_sent_back(park, by):
    filing = make_state(park, State.DRAFT)
    workflow.submit(filing, by=by, at=NOW)
    workflow.send_back(filing, by=None, comment="Employees of which day?")
    return filing


def test_the_author_is_told_on_the_home_page_and_in_the_admin(client, park):
    staff = make_user(roles.STAFF, park=park)
    filing = make_sent_back(park, staff)
    client.force_login(staff)
    page = client.get("/", follow=True).content.decode()
    assert "1 return was sent back to you." in page
    assert f'href="{reverse("admin:index")}">Your work' in page
    grant(staff, roles.READER, zone=make_park(make_zone()).home_zone)
    for url in ("/", reverse("admin:index")):
        page = client.get(url).content.decode()
        assert "1 return was sent back to you." in page
        assert "Employees of which day?" in page
        assert f'href="{reverse("entry-form", args=[filing.pk])}"' in page


def test_only_the_own_work_is_told(park):
    staff, other = make_user(roles.STAFF, park=park), make_user(roles.STAFF, park=park)
    make_sent_back(park, other)
    own = make_sent_back(park, staff)
    nobodys = make_state(park, State.RETURNED)
    make_state(make_park(), State.RETURNED)
    make_state(park, State.SUBMITTED)
    work = work_of(scope_of(staff))
    assert work.returned == [own, nobodys] and work.all_returned == 2
    assert work.all_waiting == 0


def test_who_decides_sees_what_waits_and_how_many(client, park):
    manager = make_user(roles.MANAGER, zone=park.home_zone)
    for _number in range(MOST_SHOWN + 2):
        make_state(park, State.SUBMITTED)
    make_state(make_park(), State.SUBMITTED)
    work = work_of(scope_of(manager))
    assert (len(work.waiting), work.all_waiting) == (MOST_SHOWN, MOST_SHOWN + 2)
    client.force_login(manager)
    page = client.get(reverse("admin:index")).content.decode()
    assert "7 returns wait for your approval" in page
    assert client.get(reverse("admin:enterprises_return_changelist"), {
        "state__exact": "submitted"
    }).status_code == 200  # fmt: skip


@pytest.mark.parametrize("role", [roles.READER, roles.OFFICER])
def test_readers_have_no_work_and_cost_no_query(park, role):
    make_state(park, State.SUBMITTED)
    scope = scope_of(make_user(role, zone=park.home_zone))
    with CaptureQueriesContext(connection) as queries:
        assert not work_of(scope)
    assert len(queries) == 0


def test_work_costs_one_query(park):
    manager = make_user(roles.MANAGER, zone=park.home_zone)
    for _number in range(3):
        make_sent_back(park, manager)
        make_state(park, State.SUBMITTED)
    scope = scope_of(manager)
    assert scope.links
    with CaptureQueriesContext(connection) as queries:
        work = work_of(scope)
        assert [str(filing) for filing in [*work.returned, *work.waiting]]
    assert (work.all_returned, work.all_waiting, len(queries)) == (3, 3, 1)
