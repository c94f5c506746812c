"""Opening a zone's year prepares the returns that are expected."""

from datetime import UTC, date, datetime

import pytest

from enterprises import opening
from enterprises.models import Location, Return, State
from enterprises.opening import NotOpen, NotYet, Prepared
from enterprises.reporting import MISSING, reporting, tally
from tests.factories import make_enterprise, make_park, make_return, make_user, make_year
from zonetrack.years.closing import ClosedYear

pytestmark = pytest.mark.django_db

AT, TODAY = datetime(2015, 1, 5, 9, tzinfo=UTC), date(2015, 1, 5)


def open_year(row, by=None, today=TODAY):
    return opening.open_year(row, by=by, at=AT, today=today)


def test_opening_prepares_a_return_for_each_enterprise_that_reports(zone, park):
    user, row = make_user(), make_year(zone)
    expected = make_enterprise(park)
    make_enterprise(park, reports=False)
    make_enterprise(park, from_year=2015)
    make_enterprise(make_park())
    assert open_year(row, user) == Prepared(new=1, there=0)
    [filing] = Return.objects.all()
    assert (filing.enterprise, filing.park, filing.year) == (expected, park, 2014)
    assert filing.state == State.NOT_STARTED
    assert filing.history.get().history_user == user
    row.refresh_from_db()
    assert (row.opened_at, row.opened_by) == (AT, user)


def test_who_left_within_the_year_is_not_expected(zone, park):
    enterprise = make_enterprise(park)
    Location.objects.filter(enterprise=enterprise).update(to_year=2014)
    assert open_year(make_year(zone)) == Prepared(new=0, there=0)


def test_opening_again_makes_nothing_twice_and_keeps_what_was_entered(zone, park):
    row, begun = make_year(zone), make_return(make_enterprise(park), state=State.DRAFT, employees=4)
    make_enterprise(park)
    assert open_year(row) == Prepared(new=1, there=1)
    assert open_year(row) == Prepared(new=0, there=2)
    begun.refresh_from_db()
    assert (begun.state, begun.version) == (State.DRAFT, 1)
    row.refresh_from_db()
    assert row.version == 2


def test_an_enterprise_that_came_later_gets_its_return(zone, park):
    row = make_year(zone)
    open_year(row)
    row.refresh_from_db()
    late = make_enterprise(park)
    assert opening.prepare(row, by=None) == Prepared(new=1, there=0)
    assert Return.objects.get().enterprise == late


def test_whoever_has_a_return_in_another_park_keeps_it(zone, park):
    enterprise, other = make_enterprise(park), make_park(zone)
    filing = make_return(enterprise, park=other)
    assert open_year(make_year(zone)) == Prepared(new=0, there=1)
    assert Return.objects.get() == filing


def test_a_year_does_not_open_before_its_day(zone, park):
    make_enterprise(park)
    row = make_year(zone, opens_on=date(2015, 1, 6))
    with pytest.raises(NotYet, match="2014 opens on"):
        open_year(row)
    assert not Return.objects.exists()
    row.refresh_from_db()
    assert row.opened_at is None


def test_a_closed_year_is_not_opened(zone, park):
    make_enterprise(park)
    with pytest.raises(ClosedYear):
        open_year(make_year(zone, closed=True))
    assert not Return.objects.exists()


def test_nothing_is_prepared_for_a_year_that_was_never_opened(zone, park):
    make_enterprise(park)
    with pytest.raises(NotOpen):
        opening.prepare(make_year(zone), by=None)


# Who reports


def states(park, year=2014):
    return dict(tally(reporting(year, [park.pk])))


def test_every_enterprise_that_reports_is_listed_with_its_state(park):
    for state in (State.APPROVED, State.SUBMITTED, State.DRAFT):
        make_return(make_enterprise(park), state=state)
    make_enterprise(park)
    make_enterprise(park, reports=False)
    assert states(park) == {"approved": 1, "submitted": 1, "draft": 1, MISSING: 1}


def test_a_return_counts_in_the_park_it_was_made_for(zone, park):
    other = make_park(zone)
    make_return(make_enterprise(park), park=other, state=State.DRAFT)
    assert (states(park), states(other)) == ({}, {"draft": 1})


def test_a_prepared_return_is_not_awaited_from_who_left(park):
    enterprise = make_enterprise(park)
    make_return(enterprise, state=State.NOT_STARTED)
    assert states(park) == {"not_started": 1}
    Location.objects.filter(enterprise=enterprise).update(to_year=2014)
    assert states(park) == {}
