"""Spans over calendar years, counted by the database.

For what can be one body or project with several overlapping spans, counting rows is wrong:
distinct things standing in each year must be counted, which one query does for all years.
"""

from django.db import connections
from django.db.models import QuerySet

from .declaration import Ask

FAR_YEAR = 9999

# The spans are worked out once, not once for every year of the calendar.
SQL = """
WITH RECURSIVE calendar(year) AS (
    SELECT {first} UNION ALL SELECT year + 1 FROM calendar WHERE year < {last}
), span AS MATERIALIZED ({spans})
SELECT calendar.year, {columns}
FROM span
JOIN calendar ON calendar.year BETWEEN span.start_year AND span.end_year
GROUP BY calendar.year, {groups}
"""


def by_year(spans: QuerySet, ask: Ask, *, groups: list[str], measures: list[str]) -> list[tuple]:
    """Rows (year, *groups, *measures) for each year in which a span begins, stands or ends.

    `spans` are values with `start_year` and `end_year` (FAR_YEAR while open) and the columns
    that groups and measures name as `span.…`. Measures are SQL aggregates written by the
    caller, never text from a request; they may read `calendar.year`.
    """
    sql, params = spans.order_by().query.sql_with_params()
    text = SQL.format(
        first=int(ask.first),
        last=int(ask.last),
        columns=", ".join([*groups, *measures]),
        groups=", ".join(groups),
        spans=sql,
    )
    with connections[spans.db].cursor() as cursor:
        cursor.execute(text, params)
        return cursor.fetchall()


def distinct(column: str, condition: str) -> str:
    """The aggregate that counts distinct values of a column where a condition holds."""
    return f"COUNT(DISTINCT CASE WHEN {condition} THEN span.{column} END)"
