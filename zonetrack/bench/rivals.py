"""The questions of a zone's dashboard asked of other products, in the same loop as our page.

`superset=http://user:password@host:8088/DATABASE` asks for chart data (a dataset of its own for
each question, its cache passed over); `datasette=http://host:8001/DATABASE` asks over JSON. Either
serves the data of a run with --keep, of the same seed and size, under the name DATABASE.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from http.cookiejar import CookieJar
from time import perf_counter
from urllib.parse import quote, unquote, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from django.test import override_settings

from enterprises.places import zone_place
from zonetrack import catalog
from zonetrack.access.models import User
from zonetrack.access.scope import scope_of
from zonetrack.dashboards.zone_page import BACK
from zonetrack.indicators.declaration import Ask
from zonetrack.indicators.series import Readings

from .dashboards import counted_from_registers, zone_address
from .setting import ADMINISTRATOR, ZONE, Filled, Setting
from .table import Row, written
from .timing import Timing, in_turns, seconds_of

SECONDS = 120  # that a rival may take for one answer
MOST_ROWS = 50_000
# A function that Django brings to SQLite, and what others write for it.
YEAR = re.compile(r"django_date_extract\('year', ([^()]+)\)")


def rows(setting: Setting, against: dict[str, str]) -> list[Row]:
    """A row for each rival and way of our page, of the largest size."""
    if not against:
        return []
    size, filled = list(setting.filled.items())[-1]
    asked = questions(filled, setting)
    rivals = {name: RIVALS[name](url, asked) for name, url in against.items()}
    address = zone_address(setting)
    works = {
        "page": partial(wall, filled, address, kept=True),
        "page anew": partial(wall, filled, address, kept=False),
    }
    works |= {
        name: partial(seconds_of, rival.answer, perf_counter) for name, rival in rivals.items()
    }
    times = in_turns(works, setting.times)
    return [
        row(name, way, times, size, len(asked), rivals[name].least if way == "page" else None)
        for name in rivals
        for way in ("page", "page anew")
    ]


def row(name: str, way: str, times: dict[str, Timing], size: str, asked: int, least) -> Row:
    ratio = times[name].over(times[way])
    return Row(
        f"{name}, {asked} questions",
        f"÷ {way}",
        {size: f"{times[name].median * 1000:.0f} / {times[way].median * 1000:.0f}"},
        written(ratio),
        f"at least {least}" if least else "",
        ok=None if least is None else ratio >= least,
        noisy=times[name].noisy or times[way].noisy,
    )


def wall(filled: Filled, address: str, *, kept: bool) -> float:
    """Our whole page by the clock on the wall, as the rivals' answers are measured."""
    with filled.scratch.use(), override_settings(KEEP_PARTS=kept):
        return seconds_of(partial(filled.get, address), perf_counter)


# The questions


def questions(filled: Filled, setting: Setting) -> list[str]:
    """What the page counts, as statements over the registers: answers to all its indicators."""
    found = []

    def note(execute, sql, params, many, context):
        found.append(with_values(sql, params or ()))
        return execute(sql, params, many, context)

    with filled.scratch.use() as connection, counted_from_registers():
        place = zone_place(scope_of(User.objects.get(username=ADMINISTRATOR)), ZONE)
        ask = Ask(place.all_park_ids, setting.year - BACK - 1, setting.year, setting.today, False)
        with connection.execute_wrapper(note):
            Readings(catalog.INDICATORS, ask)
    return found


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


# Those who answer


@dataclass
class Web:
    """Requests to one server, with cookies and headers that stay."""

    base: str
    headers: dict[str, str] = field(default_factory=dict)
    opener: OpenerDirector = field(
        default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar()))
    )

    def json(self, path: str, body: dict | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        headers = self.headers | ({"Content-Type": "application/json"} if data else {})
        request = Request(f"{self.base}{path}", data, headers)  # noqa: S310
        with self.opener.open(request, timeout=SECONDS) as answer:
            return json.load(answer)


def split(url: str) -> tuple[str, str, str, str]:
    """Where the server is, who signs in with which password, and the name of the database."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.path.strip("/"):
        raise ValueError(f"{url} is not like http://host:port/database")
    base = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return base, user, password, unquote(parts.path.strip("/"))


class Datasette:
    least = 2

    def __init__(self, url: str, asked: list[str]):
        base, _user, _password, database = split(url)
        self.web = Web(base)
        self.paths = [
            f"/{quote(database)}.json?" + urlencode({"sql": sql, "_shape": "array"})
            for sql in asked
        ]

    def answer(self) -> None:
        for path in self.paths:
            self.web.json(path)


class Superset:
    """Chart data, as its dashboards ask for it; `force` passes its cache over."""

    least = 20

    def __init__(self, url: str, asked: list[str]):
        base, user, password, database = split(url)
        self.web = Web(base)
        who = {"username": user, "password": password, "provider": "db", "refresh": False}
        token = self.web.json("/api/v1/security/login", who)["access_token"]
        self.web.headers = {"Authorization": f"Bearer {token}", "Referer": base}
        self.web.headers["X-CSRFToken"] = self.web.json("/api/v1/security/csrf_token/")["result"]
        self.database = self.find("database", "database_name", database)
        if self.database is None:
            raise ValueError(f"Superset knows no database called {database}")
        self.bodies = [self.body(number, sql) for number, sql in enumerate(asked, start=1)]

    def find(self, kind: str, column: str, value: str) -> int | None:
        asked = quote(f"(filters:!((col:{column},opr:eq,value:'{value}')))")
        found = self.web.json(f"/api/v1/{kind}/?q={asked}")["result"]
        return found[0]["id"] if found else None

    def body(self, number: int, sql: str) -> dict:
        """What asks for all rows of one question; its dataset is made where there is none."""
        name = f"zonetrack_bench_{number}"
        dataset = self.find("dataset", "table_name", name)
        if dataset is None:
            new = {"database": self.database, "table_name": name, "sql": sql}
            dataset = self.web.json("/api/v1/dataset/", new)["id"]
        columns = self.web.json(f"/api/v1/dataset/{dataset}")["result"]["columns"]
        query = {"columns": [one["column_name"] for one in columns], "row_limit": MOST_ROWS}
        return {
            "datasource": {"id": dataset, "type": "table"},
            "force": True,
            "queries": [query],
            "result_format": "json",
            "result_type": "full",
        }

    def answer(self) -> None:
        for body in self.bodies:
            self.web.json("/api/v1/chart/data", body)


RIVALS: dict[str, Callable] = {"superset": Superset, "datasette": Datasette}


def read(given: list[str]) -> dict[str, str]:
    """NAME=URL of each option; ValueError says what is wrong."""
    found = {}
    for one in given:
        name, _equals, url = one.partition("=")
        if name not in RIVALS:
            raise ValueError(f"“{name}” is none of {', '.join(RIVALS)}")
        split(url)
        found[name] = url
    return found
