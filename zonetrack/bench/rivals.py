"""The questions of a zone's dashboard asked of other products, in the same loop as our page.

`superset=http://user:password@host:8088/DATABASE` asks for chart data (a dataset of its own for
each question, its cache passed over); `datasette=http://host:8001/DATABASE` asks over JSON. Either
serves the data of a run with --keep, of the same seed and size, under the name DATABASE. All of
them, and our page, are asked over HTTP on this machine.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha1
from http.cookiejar import CookieJar
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from django.conf import settings
from django.db import transaction

from enterprises.models import Zone
from zonetrack.sums import counters

from .dashboards import zone_address
from .questions import Question, questions
from .serving import HOST, serving
from .setting import BROWSER, MANAGER, ZONE, Filled, Setting
from .table import Row, written
from .timing import Timing, in_turns, seconds_of

SECONDS = 120  # that a rival may take for one answer
MOST_ROWS = 50_000
# How many questions are under way at a time. Browsers have up to six.
WAYS = {"one by one": 1, "six at once": 6}
PAGE, CHANGED = "page", "page after a change"


class Unusable(Exception):
    """A rival that cannot be asked; the words say why."""


def rows(setting: Setting, against: dict[str, str]) -> list[Row]:
    """Rows for each rival, of the largest size: against our page, and against our page made anew
    after a change. A rival that cannot be asked has a row that says so."""
    if not against:
        return []
    size, filled = list(setting.filled.items())[-1]
    asked = questions(filled, setting)
    vendor = filled.scratch.connection.vendor
    rivals: dict[str, Rival] = {}
    refused = []
    for name, url in against.items():
        try:
            rivals[name] = RIVALS[name](url, asked, vendor)
        except Unusable as error:
            refused.append(Row(name, "not asked", ok=False, note=str(error)))
    try:
        return refused + (compared(setting, filled, size, rivals) if rivals else [])
    except Unusable as error:
        return [*refused, Row("rivals", "broken off", ok=False, note=str(error))]


def compared(setting: Setting, filled: Filled, size: str, rivals: dict[str, "Rival"]) -> list[Row]:
    with pages(filled, zone_address(setting)) as works:
        for name, rival in rivals.items():
            for way, at_once in WAYS.items():
                work = partial(rival.answer, at_once)
                works[name, way] = partial(seconds_of, work, perf_counter)
        times = in_turns(works, setting.times)
    found = []
    for name, rival in rivals.items():
        for way in WAYS:
            what = f"{name}, {len(rival.requests)} questions {way}"
            theirs = times[name, way]
            found.append(row(what, PAGE, theirs, times[PAGE], size, rival.least))
            found.append(row(what, CHANGED, theirs, times[CHANGED], size, None))
    return found


def row(what: str, page: str, theirs: Timing, ours: Timing, size: str, least: int | None) -> Row:
    ratio = theirs.over(ours)
    return Row(
        what,
        f"÷ {page}",
        {size: f"{theirs.median * 1000:.0f} / {ours.median * 1000:.0f}"},
        written(ratio),
        f"at least {least}" if least else "",
        ok=None if least is None else ratio >= least,
        noisy=theirs.noisy or ours.noisy,
    )


# Those who answer


@dataclass
class Web:
    """Requests to one server, with cookies and headers that stay."""

    base: str
    headers: dict[str, str] = field(default_factory=dict)
    opener: OpenerDirector = field(
        default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar()))
    )

    def bytes(self, path: str, body: dict | None = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        headers = self.headers | ({"Content-Type": "application/json"} if data else {})
        request = Request(f"{self.base}{path}", data, headers)  # noqa: S310
        where = f"{self.base}{urlsplit(path).path}"
        try:
            with self.opener.open(request, timeout=SECONDS) as answer:
                if answer.url != request.full_url:
                    raise Unusable(f"{where} leads to {answer.url}")
                return answer.read()
        except HTTPError as error:
            said = " ".join(error.read().decode(errors="replace").split())[:300]
            raise Unusable(f"{where} answered {error.code}: {said}") from error
        except (URLError, OSError) as error:
            raise Unusable(f"{where} does not answer: {error}") from error

    def json(self, path: str, body: dict | None = None):
        return json.loads(self.bytes(path, body))


@contextmanager
def pages(filled: Filled, address: str) -> Iterator[dict]:
    """Our page under gunicorn: as it is usually read, and as the first one reads it after a
    change. One process, because each has to be told of a change; one reader needs no more."""
    with filled.scratch.use():
        zone = Zone.objects.get(key=ZONE).pk
    session = filled.clients[MANAGER].cookies[settings.SESSION_COOKIE_NAME]
    # The server has its own connections; this one must hold no lock meanwhile.
    filled.scratch.connection.close()
    with (
        TemporaryDirectory(prefix="zonetrack-rivals-") as folder,
        serving(filled.scratch, Path(folder), workers=1) as server,
    ):
        web = Web(f"http://{HOST}:{server.port}")
        # The name it has without encryption.
        web.headers = BROWSER | {"Cookie": f"sessionid={session.value}"}
        ask = partial(web.bytes, address)

        def usual() -> float:
            ask()
            return seconds_of(ask, perf_counter)

        def changed() -> float:
            with filled.scratch.use(), transaction.atomic():
                counters.touch([zone])
            return seconds_of(ask, perf_counter)

        yield {PAGE: usual, CHANGED: changed}


def split(url: str) -> tuple[str, str, str, str]:
    """Where the server is, who signs in with which password, and the name of the database."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.path.strip("/"):
        raise ValueError(f"{url} is not like http://host:port/database")
    base = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return base, user, password, unquote(parts.path.strip("/"))


class Rival:
    """A server that can be asked all questions. `vendor`: the kind of database they are for."""

    least: int

    def __init__(self, url: str, asked: list[Question], vendor: str):
        base, user, password, database = split(url)
        self.web = Web(base)
        self.sign_in(user, password)
        if self.serves(database) != vendor:
            raise Unusable(f"{database} there is {self.serves(database)}, not {vendor}")
        self.requests = [self.request(database, question.sql) for question in asked]
        for number, (request, question) in enumerate(zip(self.requests, asked, strict=True), 1):
            if (there := self.rows(request)) != question.rows:
                raise Unusable(
                    f"question {number} has {question.rows} rows here and {there} there; "
                    "the same data must be served, and all rows be answered"
                )

    def answer(self, at_once: int = 1) -> None:
        """Have all questions answered, so many at a time."""
        if at_once == 1:
            for request in self.requests:
                self.rows(request)
            return
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(self.rows, self.requests))

    def sign_in(self, user: str, password: str) -> None:
        """Nothing, where nobody has to sign in."""

    def serves(self, database: str) -> str:
        """The kind of database it is; Unusable where there is none of this name."""
        raise NotImplementedError

    def request(self, database: str, sql: str):
        """What `rows` takes to ask a question."""
        raise NotImplementedError

    def rows(self, request) -> int:
        """Ask a question; how many rows were answered."""
        raise NotImplementedError


class Datasette(Rival):
    least = 2

    def serves(self, database: str) -> str:
        self.web.json(f"/{quote(database)}.json")
        return "sqlite"

    def request(self, database: str, sql: str) -> str:
        return f"/{quote(database)}.json?" + urlencode({"sql": sql, "_shape": "array"})

    def rows(self, request: str) -> int:
        return len(self.web.json(request))


class Superset(Rival):
    """Chart data, as its dashboards ask for it; `force` passes its cache over."""

    least = 20

    def sign_in(self, user: str, password: str) -> None:
        who = {"username": user, "password": password, "provider": "db", "refresh": False}
        token = self.web.json("/api/v1/security/login", who)["access_token"]
        self.web.headers = {"Authorization": f"Bearer {token}", "Referer": self.web.base}
        self.web.headers["X-CSRFToken"] = self.web.json("/api/v1/security/csrf_token/")["result"]

    def find(self, kind: str, column: str, value: str) -> dict | None:
        asked = quote(f"(filters:!((col:{column},opr:eq,value:'{value}')))")
        found = self.web.json(f"/api/v1/{kind}/?q={asked}")["result"]
        return found[0] if found else None

    def database(self, name: str) -> dict:
        if found := self.find("database", "database_name", name):
            return found
        raise Unusable(f"Superset knows no database called {name}")

    def serves(self, database: str) -> str:
        return self.database(database)["backend"]

    def request(self, database: str, sql: str) -> dict:
        """What asks for all rows of one question; its dataset is made where there is none."""
        key = self.database(database)["id"]
        name = f"zonetrack_bench_{key}_{sha1(sql.encode(), usedforsecurity=False).hexdigest()}"
        if dataset := self.find("dataset", "table_name", name):
            number = dataset["id"]
        else:
            new = {"database": key, "table_name": name, "sql": sql}
            number = self.web.json("/api/v1/dataset/", new)["id"]
        columns = self.web.json(f"/api/v1/dataset/{number}")["result"]["columns"]
        query = {"columns": [one["column_name"] for one in columns], "row_limit": MOST_ROWS}
        return {
            "datasource": {"id": number, "type": "table"},
            "force": True,
            "queries": [query],
            "result_format": "json",
            "result_type": "full",
        }

    def rows(self, request: dict) -> int:
        return self.web.json("/api/v1/chart/data", request)["result"][0]["rowcount"]


RIVALS: dict[str, Callable[..., Rival]] = {"superset": Superset, "datasette": Datasette}


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
