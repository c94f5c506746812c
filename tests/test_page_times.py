"""How long requests take, added up over processes and days."""

from datetime import date

import pytest
from django.db import DatabaseError, connection

from zonetrack.health import times
from zonetrack.health.models import PageTimes
from zonetrack.health.times import LIMITS, Tally, by_address, keep, keep_pending, note

DAY = date(2014, 5, 1)


@pytest.fixture
def pending(monkeypatch):
    found = {}
    monkeypatch.setattr(times, "_pending", found)
    return found


def make_tally(*milliseconds, queries=0, failed=False):
    tally = Tally()
    for one in milliseconds:
        tally.note(one, queries, failed)
    return tally


def test_the_middle_and_the_worst_are_told_by_steps():
    tally = make_tally(3, 30, 30, 30, 900)
    assert tally.within(0.5) == 40
    assert tally.within(0.2) == 5
    assert tally.within(1) == 900
    assert tally.slowest == 900


def test_what_is_slower_than_every_step_is_told_itself():
    assert make_tally(3, LIMITS[-1] + 5).within(1) == LIMITS[-1] + 5


def test_requests_are_counted_by_address(pending):
    note("GET home", 12.5, 3, False)
    note("GET home", 2, 4, True)
    assert (pending["GET home"].count, pending["GET home"].failures) == (2, 1)
    assert (pending["GET home"].queries, pending["GET home"].slowest) == (7, 12.5)


@pytest.mark.django_db
def test_the_counts_of_several_processes_add_up():
    keep({"GET home": make_tally(10, 20, queries=2), "GET search": make_tally(50)}, DAY)
    keep({"GET home": make_tally(400, queries=9, failed=True)}, DAY)
    keep({"GET home": make_tally(10)}, date(2014, 5, 2))
    assert PageTimes.objects.count() == 3
    first = PageTimes.objects.get(day=DAY, name="GET home")
    assert (first.count, first.failures, first.queries, first.slowest) == (3, 1, 13, 400)
    both = by_address(PageTimes.objects.all())["GET home"]
    assert (both.count, both.within(0.5), both.within(1)) == (4, 10, 400)


@pytest.mark.django_db
def test_a_row_that_another_process_makes_at_the_same_moment_is_added_to():
    made = []

    def another_first(execute, sql, *given):
        if sql.startswith("INSERT") and not made:
            made.append(sql)
            keep({"GET home": make_tally(10, 20)}, DAY)
        return execute(sql, *given)

    with connection.execute_wrapper(another_first):
        keep({"GET home": make_tally(400)}, DAY)
    [row] = PageTimes.objects.all()
    assert (row.count, row.slowest) == (3, 400)


@pytest.mark.django_db
def test_days_long_past_are_removed():
    keep({"GET home": make_tally(10)}, date(2014, 4, 1))
    keep({"GET home": make_tally(10)}, DAY)
    assert [row.day for row in PageTimes.objects.all()] == [date(2014, 4, 1), DAY]
    keep({"GET home": make_tally(10)}, date(2014, 5, 2))
    assert [row.day for row in PageTimes.objects.order_by("day")] == [DAY, date(2014, 5, 2)]


@pytest.mark.django_db
def test_rows_of_another_version_are_begun_anew():
    PageTimes.objects.create(day=DAY, name="GET home", count=7, steps=[7])
    assert by_address(PageTimes.objects.all()) == {}
    keep({"GET home": make_tally(10)}, DAY)
    assert by_address(PageTimes.objects.all())["GET home"].count == 1


def test_what_could_not_be_kept_is_kept_later(pending, monkeypatch):
    def fail(tallies, day):
        raise DatabaseError

    note("GET home", 10, 1, False)
    with monkeypatch.context() as patch:
        patch.setattr(times, "keep", fail)
        with pytest.raises(DatabaseError):
            keep_pending(DAY)
    assert pending["GET home"].count == 1
    kept = []
    monkeypatch.setattr(times, "keep", lambda tallies, day: kept.append((tallies, day)))
    keep_pending(DAY)
    assert pending == {}
    assert [(list(tallies), day) for tallies, day in kept] == [(["GET home"], DAY)]


def test_a_process_keeps_its_counts_when_they_are_due(pending, monkeypatch, settings):
    begun = []
    monkeypatch.setattr(times, "Thread", lambda **given: begun.append(given) or FakeThread())
    settings.PAGE_TIMES_SECONDS = 60
    monkeypatch.setattr(times, "_due", float("-inf"))
    note("GET home", 10, 1, False)
    note("GET home", 10, 1, False)
    assert [given["target"] for given in begun] == [times.keep_in_background]


class FakeThread:
    def start(self):
        pass
