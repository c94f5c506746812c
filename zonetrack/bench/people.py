"""People at the pages: requests of many at once from one thread, with time to think between.

Without a library, so that the driver itself takes little of the processor it measures.
"""

import asyncio
import gzip
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from time import perf_counter
from urllib.parse import urlencode

from .serving import HOST

PATIENCE = 120  # seconds until somebody gives up
OPENED = re.compile(r'name="opened" value="([0-9]+)"')
PAGE, SAVE, EXPORT = "page", "save", "export"


@dataclass(frozen=True)
class Asked:
    """One request: what kind, how long, and how it ended; no status where no answer came."""

    kind: str
    seconds: float
    status: int | None
    at: float  # perf_counter at the end


@dataclass
class Saved:
    """What one save was to store, and what the person was told: stored, changed meanwhile, or
    neither."""

    filing: int
    value: int
    status: int | None


@dataclass
class Notes:
    asked: list[Asked] = field(default_factory=list)
    saved: list[Saved] = field(default_factory=list)


@dataclass
class Person:
    """Somebody who is signed in, by cookies. `pages`: what they look at; `filing`: the return
    they enter."""

    cookies: dict[str, str]
    pages: list[str]
    exports: list[str] = field(default_factory=list)
    filing: int | None = None


# Every value is stored once, so that the ledger can tell saves apart.
values = count(1_000)


async def fetch(port: int, person: Person, path: str, form: dict | None = None):
    """Status and body of an answer; raises OSError or EOFError where there is none."""
    cookies = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    head = [
        f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
        f"Host: {HOST}:{port}",
        f"Cookie: {cookies}",
        "Accept-Encoding: gzip",
        "Accept-Language: en",
        "Connection: close",
    ]
    body = b""
    if form is not None:
        body = urlencode(form).encode()
        head += [
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            f"Referer: http://{HOST}:{port}{path}",
        ]
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        answer = await reader.read(-1)
    finally:
        writer.close()
    first, _end, content = answer.partition(b"\r\n\r\n")
    if not first:
        raise EOFError
    lines = first.decode("latin-1").split("\r\n")
    for line in lines[1:]:
        name, _colon, value = line.partition(":")
        if name.lower() == "set-cookie":
            cookie, _equals, rest = value.strip().partition("=")
            person.cookies[cookie] = rest.partition(";")[0]
    return int(lines[0].split(" ")[1]), content


@dataclass
class Crowd:
    """Many people at one server until a moment; `think` seconds on average between requests."""

    port: int
    think: float
    until: float
    rng: Random
    notes: Notes = field(default_factory=Notes)

    async def ask(self, person: Person, path: str, kind: str = PAGE, form: dict | None = None):
        """The answer, noted; None where there was none."""
        began = perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await fetch(self.port, person, path, form)
        except (OSError, EOFError, ValueError, TimeoutError):
            answer = None
        end = perf_counter()
        self.notes.asked.append(Asked(kind, end - began, answer and answer[0], end))
        return answer

    async def pause(self) -> bool:
        """Think; whether there is time left."""
        await asyncio.sleep(self.rng.uniform(0.5, 1.5) * self.think)
        return perf_counter() < self.until

    async def browse(self, person: Person) -> None:
        while await self.pause():
            await self.ask(person, self.rng.choice(person.pages))

    async def export(self, person: Person) -> None:
        """One file after the other, without thinking."""
        for path in repeated(person.exports):
            if perf_counter() >= self.until:
                return
            await self.ask(person, path, EXPORT)

    async def enter(self, person: Person) -> None:
        """Open the form of a return, type a figure, save it, look at what came of it."""
        path = f"/admin/yearly/return/{person.filing}/"
        while await self.pause():
            opened = await self.ask(person, path)
            if opened is None or opened[0] != 200:
                continue
            found = OPENED.search(gzip.decompress(opened[1]).decode())
            await self.pause()
            value = next(values)
            form = {
                "csrfmiddlewaretoken": person.cookies["csrftoken"],
                "opened": found[1] if found else "",
                "do": "save",
                "employees": value,
            }
            answer = await self.ask(person, path, SAVE, form)
            self.notes.saved.append(Saved(person.filing, value, answer and answer[0]))
            if answer and answer[0] == 302:
                await self.ask(person, path)


def repeated(paths: list[str]) -> Iterator[str]:
    while True:
        yield from paths


def gather(
    port: int, people: list[tuple[str, Person]], *, think: float, seconds: float, seed: int = 1
) -> Notes:
    """Let people do what they do (the name of a method of `Crowd`), all at once."""

    async def together() -> Notes:
        crowd = Crowd(port, think, perf_counter() + seconds, Random(seed))
        works: list[Callable[[Person], Awaitable]] = [getattr(crowd, name) for name, _p in people]
        async with asyncio.TaskGroup() as group:
            for work, (_name, person) in zip(works, people, strict=True):
                group.create_task(work(person))
        return crowd.notes

    return asyncio.run(together())
