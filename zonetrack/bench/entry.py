"""The table in which the yearly figures of a zone are entered, 100 enterprises a page."""

from django.urls import reverse

from .setting import ZONE, Setting
from .table import Row, held

MOST_MS, MOST_QUERIES = 300, 20


def rows(setting: Setting) -> list[Row]:
    """All figures of this year, whose returns nobody has begun, beside those of last year."""
    address = f"{reverse('entry-table', args=[ZONE, setting.today.year])}?figures=all"
    times = setting.in_turns(address)
    counts = {size: len(one.statements(address)) for size, one in setting.filled.items()}
    return [
        held(
            "table of yearly figures",
            "page, ms",
            max(time.median for time in times.values()) * 1000,
            MOST_MS,
            values={size: time.words for size, time in times.items()},
            noisy=any(time.noisy for time in times.values()),
        ),
        held(
            "table of yearly figures",
            "queries",
            max(counts.values()),
            MOST_QUERIES,
            values={size: str(n) for size, n in counts.items()},
        ),
    ]
