"""The dashboards of a zone and of a park: time, queries, and the same questions in bare SQL."""

from collections.abc import Callable
from functools import partial

from django.db import connection
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.urls import reverse

from enterprises.models import Park

from .setting import ZONE, Setting
from .table import Row, held
from .timing import growth, in_turns

MOST_GROWTH, MOST_OVER_SQL, MOST_QUERIES = 1.25, 5, 20


def rows(setting: Setting) -> list[Row]:
    zone, park = zone_address(setting), park_address(setting)
    return [
        time_row(setting, "zone dashboard", zone),
        queries_row(setting, "zone dashboard", zone),
        *(over_sql_row(setting, "zone dashboard", zone, size) for size in setting.sizes),
        time_row(setting, "park dashboard", park),
        queries_row(setting, "park dashboard", park),
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


def over_sql_row(setting: Setting, what: str, address: str, size: str) -> Row:
    """The page against its own statements, sent again through the database's driver alone."""
    filled = setting.filled[size]
    with filled.scratch.use():
        run = bare(filled.statements(address))
    times = in_turns(
        {
            "page": partial(filled.seconds, address),
            "sql": partial(filled.seconds_of, run),
        },
        setting.times,
    )
    page, sql = times["page"], times["sql"]
    return held(
        what,
        "÷ bare SQL",
        page.over(sql),
        MOST_OVER_SQL,
        values={size: f"{page.median * 1000:.1f} / {sql.median * 1000:.1f}"},
        noisy=page.noisy or sql.noisy,
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
