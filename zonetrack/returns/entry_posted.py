"""What somebody typed into the table of a zone: read, compared, stored, and what was refused."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError
from django.utils.translation import gettext as _

from enterprises.models import Return, State
from enterprises.reporting import Reporting
from zonetrack import entering, numbers, punctuation, writing
from zonetrack.channels import Channel, through
from zonetrack.checking import Number
from zonetrack.entering import Entry
from zonetrack.lists.returned import MEASURES
from zonetrack.typed_fields import stored_as

from . import entry_once as once
from .entry_cells import FIELDS, Unusable, converts, read, written
from .entry_conflicts import last_saved
from .entry_rows import Known, known_of

CELL = re.compile(r"([a-z_]{1,40})-([0-9]{1,18})")
WHOLE = re.compile(r"[0-9]{1,9}")
LABELS = {measure.name: measure.label for measure in MEASURES}
LONGEST_TYPED = 200
ATTEMPTS = 5


Table = Callable[[], Iterable[Reporting]]


@dataclass
class Typed:
    """What was typed in one line. `opened` is None where the form has lost its number.

    `shown` is what stood there when the line was opened; `over` the number of another state that
    is knowingly saved over; `version` what the form had of both.
    """

    version: str
    opened: int | None
    shown: dict[str, str]
    texts: dict[str, str]
    over: int | None = None
    figures: dict[str, Number | None] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> int | None:
        """The number of the state over which is saved."""
        return self.opened if self.opened is None or self.over is None else self.over

    def read(self) -> None:
        for name, text in self.texts.items():
            try:
                self.figures[name] = read(name, text)
            except Unusable as refusal:
                self.errors[name] = str(refusal)


@dataclass(frozen=True)
class Refusal:
    """Why a line was not stored; `compared` are (figure, when opened, stored now, typed)."""

    row: Reporting
    sentence: str
    compared: list[tuple[str, str, str, str]]
    number: int | None  # of what is stored now; None where it cannot be saved over


@dataclass
class Outcome:
    """What has become of the lines, by enterprise. `strangers` were lines of no such table.

    `told`: why nothing at all was stored; empty where it was tried.
    """

    typed: dict[int, Typed] = field(default_factory=dict)
    stored: set[int] = field(default_factory=set)
    figures: int = 0
    taken_back: int = 0
    refused: list[Refusal] = field(default_factory=list)
    strangers: int = 0
    converted: list[str] = field(default_factory=list)
    told: str = ""

    @property
    def unreadable(self) -> int:
        return sum(bool(typed.errors) for typed in self.typed.values())

    @property
    def is_complete(self) -> bool:
        return not (self.refused or self.unreadable or self.strangers)

    def add_stored(self, row: Reporting, before: Known) -> None:
        line = self.typed[row.enterprise]
        changed = [n for n, value in line.figures.items() if value != before.figures.get(n)]
        self.stored.add(row.enterprise)
        self.figures += len(changed)
        self.taken_back += bool(changed) and row.state == State.SUBMITTED
        for name in changed:
            if converts(name, line.texts[name]):
                sentence = stored_as(LABELS[name], line.texts[name], line.figures[name])
                self.converted.append(punctuation.colon(row.name) + sentence)


def typed_lines(posted: Mapping[str, str]) -> dict[int, Typed]:
    """The lines in which something was typed; cells that are as they were shown are left out."""
    cells = defaultdict(dict)
    for name, text in posted.items():
        found = CELL.fullmatch(name)
        if found and found[1] in FIELDS:
            cells[int(found[2])][found[1]] = text.replace("\0", "�")[:LONGEST_TYPED].strip()
    lines = {}
    for key, texts in cells.items():
        version = posted.get(f"row-{key}", "")
        opened, shown = opened_line(version)
        texts = {name: text for name, text in texts.items() if text != shown.get(name, "")}
        over = posted.get(f"over-{key}", "")
        if texts:
            over = int(over) if WHOLE.fullmatch(over) else None
            lines[key] = Typed(version, opened, shown, texts, over)
    return lines


def opened_line(version: str) -> tuple[int | None, dict[str, str]]:
    """The number a line was opened with, and the figures that stood in it; see `version_text`."""
    opened, *figures = version.split(";")
    if not WHOLE.fullmatch(opened):
        return None, {}
    return int(opened), dict(figure.split("=", 1) for figure in figures if "=" in figure)


def store(request, year: int, table: Table) -> Outcome:
    """Store each line that can be; `table` answers the lines there are, anew for each attempt."""
    typed = typed_lines(request.POST)
    for line in typed.values():
        line.read()
    for attempt in range(ATTEMPTS):
        rows = {row.enterprise: row for row in table() if row.enterprise in typed}
        before = known_of(rows.values())
        try:
            with through(Channel.GRID):
                refused = store_once(request, typed, rows, year)
            break
        except IntegrityError:
            # Somebody began one of the returns at the same moment; it is there the next time.
            if attempt == ATTEMPTS - 1:
                raise
    outcome = Outcome(typed, strangers=len(typed.keys() - rows.keys()))
    for key, row in rows.items():
        if key not in refused and not typed[key].errors:
            outcome.add_stored(row, before[key])
    outcome.refused = refusals(refused, typed, rows)
    return outcome


@writing.together()
def store_once(request, typed: dict[int, Typed], rows: dict[int, Reporting], year: int) -> dict:
    """Answers why lines were refused, by enterprise: a sentence, or what `entering` says."""
    # Locked first, so that the same form, sent at the same moment, waits.
    filings = writing.locked(Return, [row.filing for row in rows.values() if row.filing])
    form = request.POST.get("form", "")
    strict = not once.is_taken(request, form)
    refused, entries = {}, []
    for key, row in sorted(rows.items()):
        line = typed[key]
        if sentence := why_lost(line, row):
            refused[key] = sentence
        elif not line.errors:
            filing = filings.get(row.filing) or new_return(row, year)
            entries.append(Entry(filing, line.figures, line.base, strict=strict))
    for one in entering.enter(entries, by=request.user):
        refused[one.entry.filing.enterprise_id] = one.why
    once.take(request, form)
    return refused


def why_lost(line: Typed, row: Reporting) -> str:
    if line.base is None:
        return _(
            "This line came without its number. Compare it with what is stored and save again."
        )
    if row.filing is None and line.base:
        return _("This return has been deleted since you opened the page.")
    return ""


def new_return(row: Reporting, year: int) -> Return:
    return Return(enterprise_id=row.enterprise, park_id=row.park, year=year)


def refusals(refused: Mapping, typed: Mapping, rows: Mapping) -> list[Refusal]:
    """What is told of each line that was refused, in the order of the table."""
    now = known_of([rows[key] for key in refused])
    return [
        Refusal(
            row=row,
            sentence=sentence_of(refused[key], row),
            compared=compared(typed[key], now[key]),
            number=now[key].opened if isinstance(refused[key], writing.Conflict) else None,
        )
        for key, row in rows.items()
        if key in refused
    ]


def sentence_of(why, row: Reporting) -> str:
    saved = last_saved(Return(pk=row.filing)) if isinstance(why, writing.Conflict) else None
    return saved.sentence if saved else str(why)


def compared(line: Typed, now: Known) -> list[tuple[str, str, str, str]]:
    """The figures in which opened, stored and typed state differ: all three in words."""
    rows = []
    for name, label in LABELS.items():
        old, theirs = line.shown.get(name, ""), written(now.figures.get(name))
        if name in line.texts or (name in line.shown and old != theirs):
            yours = line.texts.get(name, old)
            rows.append((str(label), *(text or numbers.NOTHING for text in (old, theirs, yours))))
    return rows
