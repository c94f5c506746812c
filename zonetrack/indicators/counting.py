"""Dates into yearly facts.

A row says: `n` things of `key` began in `start_year` and ended in `end_year` (None: still there),
with `end_year` never before `start_year`. Answers are keyed by (key, year); the absent count 0.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable

Row = tuple[Hashable, int, int | None, int]
Facts = dict[tuple[Hashable, int], int]


def new_by_year(rows: Iterable[Row], first: int, last: int) -> Facts:
    """How many began in each of the years `first` to `last`."""
    counts: Facts = defaultdict(int)
    for key, start, _end, n in rows:
        if first <= start <= last:
            counts[key, start] += n
    return _without_zeros(counts)


def ended_by_year(rows: Iterable[Row], first: int, last: int) -> Facts:
    """How many ended in each of the years `first` to `last`."""
    counts: Facts = defaultdict(int)
    for key, _start, end, n in rows:
        if end is not None and first <= end <= last:
            counts[key, end] += n
    return _without_zeros(counts)


def held_by_year(rows: Iterable[Row], first: int, last: int) -> Facts:
    """How many were there on 31 December of each of the years `first` to `last`.

    Whatever ended in a year is no longer there at its end.
    """
    changes = _changes(rows, first, last)
    held: Facts = {}
    for key, by_year in changes.items():
        level = 0
        for year in range(first, last + 1):
            level += by_year.get(year, 0)
            held[key, year] = level
    return _without_zeros(held)


def _changes(rows: Iterable[Row], first: int, last: int) -> dict[Hashable, dict[int, int]]:
    """By key and year what is added and taken away; all that is older stands in the first year."""
    changes: dict[Hashable, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for key, start, end, n in rows:
        if start > last or (end is not None and end <= first):
            continue
        changes[key][max(start, first)] += n
        if end is not None and end <= last:
            changes[key][end] -= n
    return changes


def _without_zeros(counts: Facts) -> Facts:
    return {place: n for place, n in counts.items() if n}
