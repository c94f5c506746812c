import random
from decimal import Decimal

import pytest

from zonetrack.indicators.counting import ended_by_year, held_by_year, new_by_year

YEARS = range(2008, 2016)


def random_rows(seed):
    """Rows of three parks that begin before, within and after the years asked for."""
    draw = random.Random(seed)
    for _ in range(200):
        start = draw.randint(2000, 2020)
        end = draw.choice([None, start, start + draw.randint(0, 12)])
        yield draw.choice("ABC"), start, end, draw.randint(1, 4)


def slowly(rows, counts):
    """By asking every row about every park and year."""
    answers = {
        (key, year): sum(
            n for park, start, end, n in rows if park == key and counts(start, end, year)
        )
        for key in "ABC"
        for year in YEARS
    }
    return {place: n for place, n in answers.items() if n}


def is_new(start, end, year):
    return start == year


def is_ended(start, end, year):
    return end == year


def is_held(start, end, year):
    return start <= year and (end is None or end > year)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(
    ("count", "obviously"),
    [(new_by_year, is_new), (ended_by_year, is_ended), (held_by_year, is_held)],
)
def test_counting_agrees_with_the_obvious_way(seed, count, obviously):
    rows = list(random_rows(seed))
    assert count(iter(rows), YEARS[0], YEARS[-1]) == slowly(rows, obviously)


@pytest.mark.parametrize("seed", range(10))
def test_held_is_what_was_held_before_and_new_less_ended(seed):
    rows = list(random_rows(seed))
    first, last = YEARS[0], YEARS[-1]
    new, ended = new_by_year(rows, first, last), ended_by_year(rows, first, last)
    held = held_by_year(rows, first - 1, last)
    for key in "ABC":
        for year in YEARS:
            before = held.get((key, year - 1), 0)
            change = new.get((key, year), 0) - ended.get((key, year), 0)
            assert held.get((key, year), 0) == before + change


def test_what_ends_in_its_first_year_is_new_and_ended_but_never_held():
    rows = [("A", 2010, 2010, 1)]
    assert new_by_year(rows, 2009, 2011) == {("A", 2010): 1}
    assert ended_by_year(rows, 2009, 2011) == {("A", 2010): 1}
    assert held_by_year(rows, 2009, 2011) == {}


def test_amounts_can_be_counted_too():
    rows = [("A", 2009, None, Decimal("2.5")), ("A", 2010, None, Decimal("0.5"))]
    assert held_by_year(rows, 2010, 2010) == {("A", 2010): Decimal(3)}


def test_nothing_gives_nothing():
    assert new_by_year([], 2009, 2011) == ended_by_year([], 2009, 2011) == {}
    assert held_by_year([("A", 2012, None, 1)], 2009, 2011) == {}
