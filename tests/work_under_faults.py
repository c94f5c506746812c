"""People who save record after record while something fails, and what must hold afterwards."""

import http.client
import threading
import time
from collections import Counter
from contextlib import contextmanager
from itertools import count

from tests.admin_forms import Fields
from tests.clusters import until
from tests.served import ANSWER_SECONDS, Served, Visitor

WRITERS = 3
SAVES = 2  # acknowledged ones that each writer waits for, before and after the fault
LIST, ADD = "/admin/enterprises/institution/", "/admin/enterprises/institution/add/"
ROWS = "SELECT name_en FROM enterprises_institution"
ENTRIES = "SELECT name_en FROM enterprises_historicalinstitution WHERE history_type = '+'"
numbers = count(1)


class Ledger:
    """What was sent, and what of it the site said it had saved."""

    def __init__(self):
        self.lock = threading.Lock()
        self.sent: set[str] = set()
        self.saved: list[str] = []

    def send(self) -> str:
        with self.lock:
            name = f"Institute {next(numbers):06}"
            self.sent.add(name)
        return name

    def acknowledge(self, name: str) -> None:
        with self.lock:
            self.saved.append(name)

    def mistakes(self, ask) -> list[str]:
        """Records lost, doubled or without their history; `ask` answers a statement's rows."""
        rows = Counter(name for (name,) in ask(ROWS) if name in self.sent)
        entries = Counter(name for (name,) in ask(ENTRIES) if name in self.sent)
        lost = [f"lost: {name}" for name in self.saved if name not in rows]
        doubled = [f"doubled: {name}" for name, n in rows.items() if n > 1]
        return lost + doubled + ([] if rows == entries else ["history differs"])


class Writer(threading.Thread):
    """Somebody who adds record after record and is not put off by errors."""

    def __init__(self, url: str, ledger: Ledger, over: threading.Event):
        super().__init__(daemon=True)
        self.person = Visitor(url).sign_in("admin")
        self.ledger, self.over = ledger, over
        self.statuses: Counter = Counter()
        self.saved = 0

    def run(self):
        while not self.over.is_set():
            try:
                self.add(self.ledger.send())
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)

    def add(self, name: str):
        page = self.person.get(ADD)
        self.statuses[page.status] += 1
        if page.status != 200:
            time.sleep(0.05)
            return
        form = Fields()
        form.feed(page.text)
        values = form.values | {"name_en": name, "name_zh": name, "kind": "institute"}
        answer = self.person.post_form(ADD, values)
        self.statuses[answer.status] += 1
        if answer.status == 200 and answer.url.split("?")[0].endswith(LIST):
            self.ledger.acknowledge(name)
            self.saved += 1


@contextmanager
def people_at_work(server: Served, ask):
    """Writers while the block runs; everything they were told must hold at its end."""
    ledger, over = Ledger(), threading.Event()
    writers = [Writer(server.url, ledger, over) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        yield writers
    finally:
        over.set()
        for writer in writers:
            writer.join(ANSWER_SECONDS * 2)
    assert ledger.saved
    assert not ledger.mistakes(ask)
    refused = {status for writer in writers for status in writer.statuses} - {200, 502, 503}
    assert not refused, f"answers {refused}:\n{failures(server.log)}"


def failures(log: str) -> str:
    """The end of the first failure that the server wrote down."""
    _before, _word, after = log.partition("Traceback")
    return after[-6000:] if len(after) < 6000 else after[:6000]


def everybody_saves(writers: list[Writer]) -> None:
    """Returns when each of them has saved some more."""
    before = [writer.saved for writer in writers]
    until(
        lambda: all(w.saved >= n + SAVES for w, n in zip(writers, before, strict=True)),
        "everybody saves again",
        patience=120,
    )
