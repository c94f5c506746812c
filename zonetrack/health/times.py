"""How long requests take, by address and day: added up in each process, kept once a minute.

A process keeps its counts for a minute and then adds them to the table in a thread of its own,
so that no request waits for it. What a process has not yet added when it ends is lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from threading import Lock, Thread
from time import monotonic

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections, transaction
from django.utils.timezone import localdate

from .models import PageTimes

# Milliseconds; the last step is whatever took longer.
LIMITS = (
    5, 10, 15, 25, 40, 60, 100, 150, 250, 400, 600, 1000, 1500, 2500, 4000, 6000, 10_000, 20_000,
)  # fmt: skip
DAYS = 30


def no_steps() -> list[int]:
    return [0] * (len(LIMITS) + 1)


@dataclass
class Tally:
    """Requests for one address: how many, how many failed, statements of all, and their times."""

    count: int = 0
    failures: int = 0
    queries: int = 0
    slowest: float = 0  # milliseconds
    steps: list[int] = field(default_factory=no_steps)

    def note(self, milliseconds: float, queries: int, failed: bool) -> None:
        self.count += 1
        self.failures += failed
        self.queries += queries
        self.slowest = max(self.slowest, milliseconds)
        self.steps[step_of(milliseconds)] += 1

    def add(self, other: "Tally | PageTimes") -> None:
        self.count += other.count
        self.failures += other.failures
        self.queries += other.queries
        self.slowest = max(self.slowest, other.slowest)
        self.steps = [a + b for a, b in zip(self.steps, other.steps, strict=True)]

    def within(self, share: float) -> float:
        """So many milliseconds at most took this share of the requests."""
        reached = accumulate(self.steps)
        step = next(n for n, number in enumerate(reached) if number >= share * self.count)
        return min((*LIMITS, self.slowest)[step], self.slowest)


def step_of(milliseconds: float) -> int:
    return next((n for n, limit in enumerate(LIMITS) if milliseconds <= limit), len(LIMITS))


# Of this process, since they were last kept.
_pending: dict[str, Tally] = {}
_lock = Lock()
_due = monotonic() + settings.PAGE_TIMES_SECONDS


def note(name: str, milliseconds: float, queries: int, failed: bool) -> None:
    """Count a request; `name`: method and name of the address."""
    global _due
    with _lock:
        _pending.setdefault(name, Tally()).note(milliseconds, queries, failed)
        now = monotonic()
        if not settings.PAGE_TIMES_SECONDS or now < _due:
            return
        _due = now + settings.PAGE_TIMES_SECONDS
    Thread(target=keep_in_background, daemon=True).start()


def keep_in_background() -> None:
    try:
        keep_pending(localdate())
    except (DatabaseError, InterfaceError):
        pass  # It is tried again in a minute.
    finally:
        connections.close_all()


def keep_pending(day: date) -> None:
    """Add what this process has counted to the table; where that fails it stays pending."""
    with _lock:
        taken = dict(_pending)
        _pending.clear()
    try:
        keep(taken, day)
    except (DatabaseError, InterfaceError):
        with _lock:
            for name, tally in taken.items():
                _pending.setdefault(name, Tally()).add(tally)
        raise


def keep(tallies: dict[str, Tally], day: date) -> None:
    """Add to the rows of a day; the first new row of a day also removes what is too old."""
    every = PageTimes.objects.using(DEFAULT_DB_ALIAS)
    with transaction.atomic(using=DEFAULT_DB_ALIAS):
        rows = every.filter(day=day, name__in=tallies)
        new = tallies.keys() - set(rows.values_list("name", flat=True))
        # Another process may be about to make the same rows; in one order, nobody waits in a ring.
        empty = [PageTimes(day=day, name=name) for name in sorted(new)]
        every.bulk_create(empty, ignore_conflicts=True)
        known = list(rows.select_for_update().order_by("pk"))
        for row in known:
            total = Tally()
            total.add(tallies[row.name])
            if is_readable(row):
                total.add(row)
            for column in COLUMNS:
                setattr(row, column, getattr(total, column))
        every.bulk_update(known, COLUMNS)
        if new:
            every.filter(day__lt=day - timedelta(days=DAYS)).delete()


COLUMNS = ("count", "failures", "queries", "slowest", "steps")


def by_address(rows: Iterable[PageTimes]) -> dict[str, Tally]:
    """Rows of several days added up."""
    found: dict[str, Tally] = {}
    for row in rows:
        if is_readable(row):
            found.setdefault(row.name, Tally()).add(row)
    return found


def is_readable(row: PageTimes) -> bool:
    """Not new, and not of a version with other limits."""
    return len(row.steps) == len(LIMITS) + 1
