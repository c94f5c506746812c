"""The dashboards of a zone and of a park: time, queries, and the same questions in bare SQL."""

from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

from django.db import connection
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.test import override_settings
from django.urls import reverse

from enterprises.models import Park
from zonetrack.indicators import series

from .setting import ADMINISTRATOR as ADMIN
from .setting import BROWSER, MANAGER, ZONE, Filled, Setting
from .table import Row, held
from .timing import growth, in_turns

MOST_GROWTH, MOST_QUERIES = 1.25, 15
MOST_OVER_SQL, MOST_KEPT_OVER_SQL = 5, 3
MOST_KEPT, MOST_UNCHANGED, MOST_ALL_ZONES = 0.35, 0.15, 2


def rows(setting: Setting) -> list[Row]:
    zone, park = zone_address(setting), park_address(setting)
    return [
        time_row(setting, "zone dashboard", zone),
        queries_row(setting, "zone dashboard", zone),
        *[
            row
            for size in setting.sizes
            for row in over_sql_rows(setting, "zone dashboard", zone, size)
        ],
        *kept_rows(setting, "zone dashboard", zone),
        time_row(setting, "park dashboard", park),
        queries_row(setting, "park dashboard", park),
        *([all_zones_row(setting, zone)] if len(setting.filled) > 1 else []),
    ]


def zone_address(setting: Setting) -> str:
    return reverse("dashboard", args=[ZONE, setting.year])


def park_address(setting: Setting) -> str:
    park = setting.anywhere(lambda: Park.objects.filter(home_zone__key=ZONE).first())
    return reverse("park", args=[ZONE, setting.year, park.key])


def time_row(setting: Setting, what: str, address: str) -> Row:
    times = setting.in_turns(address)
    return held(
        what,
        "ms",
        growth(times),
        MOST_GROWTH,
        values={size: time.words for size, time in times.items()},
        noisy=any(time.noisy for time in times.values()),
    )


def queries_row(setting: Setting, what: str, address: str) -> Row:
    counts = {size: len(one.statements(address)) for size, one in setting.filled.items()}
    same = len(set(counts.values())) == 1
    return Row(
        what,
        "queries",
        {size: str(n) for size, n in counts.items()},
        "same" if same else "differ",
        f"{MOST_QUERIES}, same",
        ok=same and max(counts.values()) <= MOST_QUERIES,
    )


def over_sql_rows(setting: Setting, what: str, address: str, size: str) -> list[Row]:
    """The page against the questions it answers, asked of the registers by the driver alone:
    with its figures made anew, and with those that are kept until something changes."""
    filled = setting.filled[size]
    with filled.scratch.use(), counted_from_registers():
        run = bare(filled.statements(address))
    times = in_turns(
        {
            "anew": partial(filled.seconds, address),
            "kept": partial(seconds_kept, filled, address),
            "sql": partial(filled.seconds_of, run),
        },
        setting.times,
    )
    sql = times["sql"]
    limits = {"anew": MOST_OVER_SQL, "kept": MOST_KEPT_OVER_SQL}
    return [
        held(
            what,
            f"{way} ÷ bare SQL",
            times[way].over(sql),
            limit,
            values={size: f"{times[way].median * 1000:.1f} / {sql.median * 1000:.1f}"},
            noisy=times[way].noisy or sql.noisy,
        )
        for way, limit in limits.items()
    ]


@contextmanager
def counted_from_registers():
    """As if no yearly sums were stored."""
    with patch.object(series.reading, "by_park", return_value=None):
        yield


# What is kept


def seconds_kept(filled: Filled, address: str, who: str = MANAGER) -> float:
    """The time of a page whose figures have been kept."""
    with override_settings(KEEP_PARTS=True):
        return filled.seconds(address, who)


def seconds_unchanged(filled: Filled, address: str) -> float:
    """The time of the answer that nothing has changed."""
    with filled.scratch.use():
        etag = filled.get(address).headers["ETag"]

    def ask():
        answer = filled.clients[MANAGER].get(address, headers=BROWSER | {"if-none-match": etag})
        if answer.status_code != 304:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    return filled.seconds_of(ask)


def kept_rows(setting: Setting, what: str, address: str) -> list[Row]:
    """Against the page made anew: with kept figures, and without any page at all."""
    size, filled = list(setting.filled.items())[-1]
    times = in_turns(
        {
            "page": partial(filled.seconds, address),
            "kept": partial(seconds_kept, filled, address),
            "304": partial(seconds_unchanged, filled, address),
        },
        setting.times,
    )
    limits = {"kept": MOST_KEPT, "304": MOST_UNCHANGED}
    return [
        held(
            what,
            f"{way} ÷ page",
            times[way].over(times["page"]),
            limit,
            values={size: f"{times[way].median * 1000:.1f} / {times['page'].median * 1000:.1f}"},
            noisy=times[way].noisy or times["page"].noisy,
        )
        for way, limit in limits.items()
    ]


# All zones


def all_zones_row(setting: Setting, address: str) -> Row:
    """The overview of all zones against the page of one, both made anew by an administrator."""
    size, filled = list(setting.filled.items())[-1]
    times = in_turns(
        {
            "all": partial(
                filled.seconds, f"{reverse('zone-list')}?year={setting.year}", who=ADMIN
            ),
            "one": partial(filled.seconds, address, who=ADMIN),
        },
        setting.times,
    )
    return held(
        "all zones",
        "÷ one zone",
        times["all"].over(times["one"]) if filled.counts.get("Zone", 0) > 1 else None,
        MOST_ALL_ZONES,
        values={size: f"{times['all'].median * 1000:.1f} / {times['one'].median * 1000:.1f}"},
        noisy=any(time.noisy for time in times.values()),
    )


def bare(statements: list[tuple[str, tuple]]) -> Callable[[], None]:
    """Runs the statements by sqlite3 or psycopg2 alone and reads all their rows."""
    connection.ensure_connection()
    driver = connection.connection
    if connection.vendor == "sqlite":
        # Django writes %s for every parameter, sqlite3 reads question marks.
        written = SQLiteCursorWrapper.convert_query
        statements = [(written(None, sql, param_names=None), ps) for sql, ps in statements]

    def run():
        cursor = driver.cursor()
        for sql, parameters in statements:
            cursor.execute(sql, parameters)
            if cursor.description:
                cursor.fetchall()
        cursor.close()

    return run
