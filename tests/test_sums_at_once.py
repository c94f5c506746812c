"""Several people write in one park at the same moment, and its sums are right afterwards."""

import os
from contextlib import suppress
from datetime import date
from functools import partial
from random import Random
from threading import Barrier, BrokenBarrierError

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import localdate

from enterprises.models import Return, State, Title, YearlyFigures
from tests.at_once import at_once
from tests.factories import make_enterprise, make_park, make_return, make_title, make_zone
from zonetrack import workflow, writing
from zonetrack.sums import checking
from zonetrack.sums.models import ZoneCounter

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_connections")]

WRITERS = 4
ROUNDS = int(os.environ.get("ZONETRACK_ROUNDS", "6"))


def wrong():
    return checking.check(localdate()).wrong


def counted():
    return ZoneCounter.objects.order_by("pk").values_list("pk", "n")


def add(pk, more):
    """One person's edit of one return."""
    with writing.together():
        row = writing.locked(YearlyFigures, [pk])[pk]
        row.employees += more
        writing.save(row)


def award(pk, year):
    title = Title.objects.get(pk=pk)
    title.awarded_year = year
    writing.save(title)


def test_sums_are_right_after_each_round_of_simultaneous_edits():
    """Without the lock each counts what it sees, and the last one's sum misses the others'."""
    park, chance, bad = make_park(), Random(5), 0
    filings = [make_return(make_enterprise(park), 2014, employees=10) for _ in range(WRITERS)]
    titles = [make_title(park) for _ in range(WRITERS)]
    call_command("check_sums", repair=True, verbosity=0)
    before = dict(counted())
    for _ in range(ROUNDS):
        works = [partial(add, filing.pk, chance.randint(1, 9)) for filing in filings]
        if chance.random() < 0.5:
            year = chance.randint(2010, 2016)
            works[:2] = [partial(award, title.pk, year) for title in titles[:2]]
        answers = at_once(*works)
        assert [one for one in answers if isinstance(one, Exception)] == []
        bad += bool(wrong())
    assert bad == 0
    zone = park.home_zone_id
    assert dict(counted())[zone] >= before[zone] + ROUNDS * WRITERS


def test_whoever_reads_a_park_of_another_zone_is_told_by_both():
    """Two home zones, and one zone that reads a park of each: its sums are right, too."""
    from enterprises.models import ZonePark

    parks, reader = [make_park(), make_park()], make_zone()
    for park in parks:
        ZonePark.objects.create(zone=reader, park=park, from_year=2000)
    filings = [make_return(make_enterprise(park), 2014, employees=10) for park in parks]
    call_command("check_sums", repair=True, verbosity=0)
    for _ in range(5):
        answers = at_once(*(partial(add, filing.pk, 1) for filing in filings))
        assert answers == [None, None]
        assert wrong() == []


def test_two_who_save_in_different_order_do_not_wait_for_each_other_for_ever():
    zones = [make_zone(), make_zone()]
    titles = [make_title(make_park(zone)) for zone in zones]
    call_command("check_sums", repair=True, verbosity=0)

    def save_all(order, year):
        for _ in range(5):
            with writing.together():
                for title in writing.locked(Title, [title.pk for title in order]).values():
                    title.awarded_year, title.awarded_on = year, None
                    writing.save(title)
            for title in order:
                award(title.pk, year - 1)

    answers = at_once(partial(save_all, titles, 2012), partial(save_all, [*reversed(titles)], 2013))
    assert answers == [None, None]
    assert wrong() == []


@pytest.mark.postgresql
def test_writers_of_different_zones_do_not_wait_for_each_other():
    here, there = make_title(), make_title()
    call_command("check_sums", repair=True, verbosity=0)
    with writing.together():
        here.awarded_year = 2012
        writing.save(here)
        [answer] = at_once(partial(award, there.pk, date(2013, 1, 1).year))
        assert answer is None
        assert connection.in_atomic_block
    assert wrong() == []


def test_two_who_approve_many_in_different_order_do_not_wait_for_each_other_for_ever():
    """Each takes all locks before the first step; else each would hold what the other wants."""
    mine, yours = zones = [make_park(make_zone()) for _ in range(2)]
    filings = {
        park: [
            make_return(make_enterprise(park), 2014, state=State.SUBMITTED, employees=9)
            for _ in range(2)
        ]
        for park in zones
    }
    both_are_inside = Barrier(2)

    def approve(order):
        steps = []

        def step(filing, found):
            workflow.approve(filing, by=None, found=found)
            steps.append(filing)
            if len(steps) == 1:
                with suppress(BrokenBarrierError):
                    both_are_inside.wait(timeout=1)

        workflow.one_by_one([filings[park].pop() for park in order], step)

    assert at_once(partial(approve, [mine, yours]), partial(approve, [yours, mine])) == [None, None]
    assert set(Return.objects.values_list("state", flat=True)) == {State.APPROVED}


def test_people_save_while_the_sums_are_checked(monkeypatch):
    """The check sees the registers and the sums of the moment at which it began."""
    title = make_title(make_park())
    call_command("check_sums", repair=True, verbosity=0)
    last_step, answers = checking.wrong_nation, []

    def after_a_save(now):
        answers.extend(at_once(partial(award, title.pk, 2010)))
        return last_step(now)

    monkeypatch.setattr(checking, "wrong_nation", after_a_save)
    assert wrong() == []
    assert answers == [None]
    monkeypatch.undo()
    assert Title.objects.get(pk=title.pk).awarded_year == 2010
    assert wrong() == []
