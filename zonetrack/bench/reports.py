"""Reports and exports: what writing the files costs, and that it leaves room for the pages."""

import csv
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from functools import partial
from io import StringIO
from itertools import takewhile
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter, process_time

from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from enterprises.places import Place, zone_links
from zonetrack.reports.annual import annual_report
from zonetrack.reports.facts import Facts
from zonetrack.reports.formats import FORMATS, made
from zonetrack.sample.example import make_example, plan_of

from . import streaming
from .scratch import SqliteFiles
from .setting import ZONE, Setting
from .streaming import WRITERS, lines
from .table import Row, held
from .timing import USUAL_SECONDS, additions, in_turns, seconds_of

MOST_MS = {"pdf": 500, "docx": 500, "xlsx": 300}  # of CPU
ROWS, MOST_TIMES = 100_000, {"csv": 3, "xlsx": 4}  # times what csv.writer takes
FEW_ROWS, MOST_GROWTH_MIB = 10_000, 16
EXPORTS_AT_ONCE = 4
# Exports take turns: a page shares the interpreter with one of them, and waits for it a little.
MOST_SLOWER = 1.5 * 2


def rows(setting: Setting) -> list[Row]:
    return [*reports(setting), *exports(setting), *growth(setting), at_once(setting)]


# Reports


def reports(setting: Setting) -> list[Row]:
    """The files of the small example zone, once everything is loaded, in CPU time."""
    loops, taken = [seconds_of(additions, process_time)], {}
    with example(setting.today) as facts:
        report = annual_report(facts.place, facts.year, today=facts.today)
        for key in MOST_MS:
            write = partial(made, key, report, facts)
            write()
            taken[key] = median(seconds_of(write, process_time) for _ in range(setting.times))
            loops.append(seconds_of(additions, process_time))
    # So many times slower than usual is this machine, now; the limits are for a usual one.
    slow = median(loops) / USUAL_SECONDS
    return [
        held(
            "reports",
            f"{FORMATS[key].label} of the example zone, CPU ms on a usual machine",
            seconds * 1000 / slow,
            MOST_MS[key],
            note=f"{seconds * 1000:.0f} ms here, {slow:.1f} times as slow",
        )
        for key, seconds in taken.items()
    ]


@contextmanager
def example(today: date) -> Iterator[Facts]:
    """The last whole year of the small example zone, in a database of its own."""
    with TemporaryDirectory(prefix="zonetrack-bench-") as folder:
        scratch = SqliteFiles(Path(folder)).create("example")
        with scratch.use(), closing(scratch.connection):
            call_command("migrate", verbosity=0, run_syncdb=True)
            make_example(plan_of("small"), today=today)
            links = tuple(zone_links(ZONE))
            yield Facts(Place(links[0].zone, links), today.year - 1, today)


# Exports


def plainly(given: Iterable[tuple]) -> None:
    """What Python itself needs."""
    writer = csv.writer(StringIO(newline=""))
    writer.writerows(given)


def exports(setting: Setting) -> list[Row]:
    """Rows in memory through csv.writer and through the writers of lists, in turns."""
    given = list(lines(ROWS))
    works = {"plain": partial(plainly, given)}
    works |= {key: partial(write, given) for key, write in WRITERS.items()}
    timed = {key: partial(seconds_of, work, process_time) for key, work in works.items()}
    times = in_turns(timed, setting.times)
    return [
        held(
            "exports",
            f"{ROWS:,} rows as {key.upper()}, times csv.writer",
            times[key].over(times["plain"]),
            most,
            noisy=times[key].noisy,
            note=f"{times[key].median:.2f} s against {times['plain'].median:.2f} s",
        )
        for key, most in MOST_TIMES.items()
    ]


def growth(setting: Setting) -> list[Row]:
    """How much more memory many rows take than few, each in a process of its own."""
    if not Path("/proc/self/status").exists():
        return []
    found = []
    for key in WRITERS:
        few, many = (memory_of(key, count) for count in (FEW_ROWS, setting.export_rows))
        found.append(
            held(
                "exports",
                f"{key.upper()}, memory from {FEW_ROWS:,} to {setting.export_rows:,} rows, MiB",
                max(many - few, 0),
                MOST_GROWTH_MIB,
                note=f"{many:.0f} MiB with Django itself",
            )
        )
    return found


def memory_of(key: str, count: int) -> float:
    order = [sys.executable, "-m", streaming.__name__, key, str(count)]
    told = subprocess.run(order, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)  # noqa: S603
    return float(told.stdout)


def at_once(setting: Setting) -> Row:
    """A page while exports run in other threads of the same process, by the clock on the wall."""
    filled = next(iter(setting.filled.values()))
    address = reverse("dashboard", args=[ZONE, setting.year])
    page = partial(filled.get, address)
    with filled.scratch.use():
        page()
        alone = median(seconds_of(page, perf_counter) for _ in range(setting.times))
        with running(EXPORTS_AT_ONCE):
            beside = median(seconds_of(page, perf_counter) for _ in range(setting.times))
    return held(
        "exports",
        f"dashboard while {EXPORTS_AT_ONCE} exports run, times alone",
        beside / alone,
        MOST_SLOWER,
        note=f"{beside * 1000:.0f} ms against {alone * 1000:.0f} ms",
    )


@contextmanager
def running(count: int) -> Iterator[None]:
    """So many exports, begun again and again until the end."""
    over = Event()

    def export() -> None:
        while not over.is_set():
            WRITERS["xlsx"](takewhile(lambda row: not over.is_set(), lines(ROWS)))

    threads = [Thread(target=export, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
