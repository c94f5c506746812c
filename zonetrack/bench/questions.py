"""What a zone's dashboard asks of the registers, as statements that other products can run."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from enterprises.places import zone_place
from zonetrack.access.models import User
from zonetrack.access.scope import scope_of
from zonetrack.dashboards.zone_page import told_of

from .dashboards import counted_from_registers
from .setting import ADMINISTRATOR, ZONE, Filled, Setting

# A function that Django brings to SQLite, and what others write for it.
YEAR = re.compile(r"django_date_extract\('year', ([^()]+)\)")


@dataclass(frozen=True)
class Question:
    """A statement with its values written into it, and how many rows answer it."""

    sql: str
    rows: int


def questions(filled: Filled, setting: Setting) -> list[Question]:
    """All that the page says of the zone, counted from the registers.

    Who asks, what they may see and which parks the zone has is not asked of others.
    """
    found = []

    def note(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        columns = context["cursor"].description
        if columns:
            found.append(named(with_values(sql, params or ()), len(columns)))
        return answer

    with filled.scratch.use() as connection, counted_from_registers():
        place = zone_place(scope_of(User.objects.get(username=ADMINISTRATOR)), ZONE)
        with connection.execute_wrapper(note):
            told_of(place, setting.year, setting.today)
        return [Question(sql, counted(connection, sql)) for sql in found]


def named(sql: str, columns: int) -> str:
    """The statement with a name of its own for each column, which some products demand."""
    names = ", ".join(f"c{number}" for number in range(1, columns + 1))
    return f"WITH answer({names}) AS (\n{sql}\n) SELECT {names} FROM answer"


def counted(connection, sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return len(cursor.fetchall())


def with_values(sql: str, values) -> str:
    """The statement with its values written into it, as both databases read them."""
    parts = sql.strip().split("%s")
    filled = "".join(part + literal(value) for part, value in zip(parts, values, strict=False))
    return YEAR.sub(r"CAST(strftime('%Y', \1) AS INTEGER)", (filled + parts[-1]).replace("%%", "%"))


def literal(value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return f"ARRAY[{', '.join(map(literal, value))}]"
    text = value.isoformat() if isinstance(value, date) else str(value)
    return "'" + text.replace("'", "''") + "'"
