"""A closed year is refused by every door, and nothing of it changes by a side entrance."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Event

import pytest
from django.db import connection, transaction

from enterprises import opening
from enterprises.models import Location, Return, State, YearlyFigures, ZonePark
from patents.models import PatentCounts
from rd_centers.models import Recognition
from tests.admin_forms import change_url, list_url, url_of
from tests.factories import (
    make_center,
    make_enterprise,
    make_park,
    make_return,
    make_user,
    make_year,
    make_zone,
)
from zonetrack import entering, workflow, writing
from zonetrack.access import roles
from zonetrack.channels import Channel, through
from zonetrack.entering import Entry
from zonetrack.years.closing import ClosedYear

pytestmark = pytest.mark.django_db

NOW = datetime(2015, 5, 1, tzinfo=UTC)
MODELS = (Return, YearlyFigures, PatentCounts)


def everything() -> list:
    """All that is kept of returns, their history included."""
    rows = [list(model.objects.order_by("pk").values()) for model in MODELS]
    return rows + [model.history.count() for model in MODELS]


def make_closed(park, state, **figures):
    filing = make_return(make_enterprise(park), state=state, employees=40, filed=2, **figures)
    make_year(park.home_zone, closed=True)
    return filing


def enter(filing, **figures):
    """As the form, the table of the park and the import do."""
    [refused] = entering.enter([Entry(filing, figures)], by=None)
    raise refused.why


def change(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    writing.save(row)


def change_many(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    writing.save_many([row])


DOORS = {
    "entering": (State.DRAFT, lambda filing: enter(filing, employees=41)),
    "clearing": (State.DRAFT, lambda filing: enter(filing, filed=None)),
    "submitting": (State.DRAFT, lambda filing: workflow.submit(filing, by=None, at=NOW)),
    "approving": (State.SUBMITTED, lambda filing: workflow.approve(filing, by=None)),
    "sending back": (
        State.APPROVED,
        lambda filing: workflow.send_back(filing, by=None, comment="Which day?"),
    ),
    "saving a state": (State.DRAFT, lambda filing: change(filing, state=State.APPROVED)),
    "saving a figure": (State.DRAFT, lambda filing: change(filing.figures, employees=41)),
    "saving many": (State.DRAFT, lambda filing: change_many(filing.patents, filed=3)),
    "deleting": (State.DRAFT, writing.delete),
    "deleting figures": (State.DRAFT, lambda filing: writing.delete(filing.figures)),
    "moving to another park": (
        State.DRAFT,
        lambda filing: change(filing, park=make_park(filing.park.home_zone)),
    ),
    "moving to another zone": (State.DRAFT, lambda filing: change(filing, park=make_park())),
    "moving to another year": (State.DRAFT, lambda filing: change(filing, year=2013)),
    "a new return": (
        State.DRAFT,
        lambda filing: writing.save(
            Return(enterprise=make_enterprise(filing.park), park=filing.park, year=2014)
        ),
    ),
    "preparing returns": (
        State.DRAFT,
        lambda filing: opening.prepare(filing.park.home_zone.years.get(), by=None),
    ),
}


@pytest.mark.parametrize("channel", [Channel.PAGE, Channel.ACTION, Channel.IMPORT, Channel.COMMAND])
@pytest.mark.parametrize("door", DOORS)
def test_every_door_is_refused_and_nothing_changes(park, door, channel):
    state, step = DOORS[door]
    filing = make_closed(park, state)
    before = everything()
    with through(channel), pytest.raises(ClosedYear, match="2014 is closed"):
        step(filing)
    assert everything() == before


@pytest.mark.parametrize("door", DOORS)
def test_the_same_steps_are_taken_while_the_year_is_open(park, door):
    state, step = DOORS[door]
    filing = make_return(make_enterprise(park), state=state, employees=40, filed=2)
    make_year(park.home_zone, opened_at=NOW)
    make_enterprise(park)
    before = everything()
    try:
        step(filing)
    except ValueError:
        assert door in ("entering", "clearing")  # nothing was refused
    assert everything() != before


def test_a_return_is_not_moved_into_a_closed_year_from_an_open_one(park):
    filing = make_return(make_enterprise(park), 2015, state=State.DRAFT)
    make_year(park.home_zone, closed=True)
    with pytest.raises(ClosedYear):
        change(filing, year=2014)


def test_a_return_is_not_moved_into_a_zone_that_has_closed_the_year(park):
    filing = make_return(make_enterprise(), state=State.DRAFT)
    make_year(park.home_zone, closed=True)
    with pytest.raises(ClosedYear):
        change(filing, park=park)


def test_the_zone_that_owns_the_park_decides(zone):
    park = make_park(other := make_zone())
    ZonePark.objects.create(zone=zone, park=park, from_year=2005)
    make_year(zone, closed=True)
    filing = make_return(make_enterprise(park), state=State.DRAFT, employees=1)
    assert entering.enter([Entry(filing, {"employees": 2})], by=None) == []
    make_year(other, closed=True)
    [refused] = entering.enter([Entry(filing, {"employees": 3})], by=None)
    assert isinstance(refused.why, ClosedYear)


def test_a_location_is_not_moved_out_of_the_year_it_began_in(park):
    enterprise = make_enterprise(park, from_year=2014)
    make_year(park.home_zone, closed=True)
    with pytest.raises(ClosedYear):
        change(Location.objects.get(enterprise=enterprise), park=make_park(park.home_zone))


def test_of_two_steps_the_later_is_refused_and_nothing_comes_back(park):
    """Deleted while the form was open: what was typed does not bring the return back."""
    filing = make_return(make_enterprise(park), state=State.DRAFT, employees=40)
    writing.delete(Return.objects.get(pk=filing.pk))
    [refused] = entering.enter([Entry(filing, {"employees": 41})], by=None)
    assert isinstance(refused.why, writing.Conflict)
    assert not Return.objects.exists() and not YearlyFigures.objects.exists()


def test_a_reopened_year_takes_figures_again(park):
    filing = make_closed(park, State.DRAFT)
    row = park.home_zone.years.get()
    row.reopen()
    writing.save(row, reason="Two came late")
    assert entering.enter([Entry(filing, {"employees": 41})], by=None) == []


@pytest.mark.usefixtures("own_connections")
@pytest.mark.django_db(transaction=True)
def test_a_year_is_closed_once_those_who_are_entering_have_finished():
    park = make_park()
    filing = make_return(make_enterprise(park), state=State.DRAFT, employees=40)
    row, events = make_year(park.home_zone), []
    entered, closing = Event(), Event()

    def enter_slowly():
        try:
            with transaction.atomic():
                entering.enter([Entry(filing, {"employees": 41})], by=None)
                entered.set()
                closing.wait(5)
                time.sleep(0.3)
                events.append("entered")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(enter_slowly)
        assert entered.wait(5)
        closing.set()
        opening.close_year(row, by=None, at=NOW, version=1)
        events.append("closed")
        done.result()
    assert events == ["entered", "closed"]
    assert YearlyFigures.objects.get().employees == 41


# A body recognized in a closed year


def test_what_was_recognized_in_a_closed_year_is_revoked_in_an_open_one(park):
    center = make_center(park, recognized=2014)
    make_year(park.home_zone, closed=True)
    recognition = center.recognitions.get()
    change(recognition, ended_year=2015, end_reason=Recognition.EndReason.REVOKED)
    assert center.recognitions.get().ended_year == 2015


@pytest.mark.parametrize("values", [{"ended_year": 2014}, {"year": 2013}, {"level": "national"}])
def test_its_recognition_is_not_changed_in_the_closed_year(park, values):
    center = make_center(park, recognized=2014)
    make_year(park.home_zone, closed=True)
    with pytest.raises(ClosedYear):
        change(center.recognitions.get(), **values)
    with pytest.raises(ClosedYear):
        writing.delete(center)


# In the admin


def test_the_admin_deletes_nothing_of_a_closed_year(client, zone, park):
    filing = make_closed(park, State.DRAFT)
    client.force_login(make_user(roles.MANAGER, zone=zone))
    before = everything()
    one = client.post(url_of(Return, "delete", filing.pk), {"post": "yes"}, follow=True)
    many = client.post(
        list_url(Return),
        {"action": "delete_selected", "_selected_action": [filing.pk], "post": "yes"},
        follow=True,
    )
    for page in (one, many):
        assert "2014 is closed" in page.content.decode()
    assert everything() == before


def test_the_admin_reopens_nothing_for_whoever_may_not(client, park):
    make_closed(park, State.DRAFT)
    row = park.home_zone.years.get()
    client.force_login(make_user(roles.STAFF, park=park))
    client.post(change_url(row), {"version": row.version, "reason": "x"})
    row.refresh_from_db()
    assert row.is_closed and row.due == date(2015, 3, 31)
