"""Figures of yearly returns as they are entered, by form, by the table of a park or by import.

A return and its parts are opened and saved as one: their versions together are the return's
`opened` number. Whatever is refused is told entry by entry; the others are stored.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass

from django.utils.translation import gettext as _

from enterprises.models import Return, ReturnPart, State, YearlyFigures
from patents.models import PatentCounts
from zonetrack import bulk, writing
from zonetrack.checking import Number
from zonetrack.years.closing import ClosedYear, closed_among

PARTS: tuple[type[ReturnPart], ...] = (YearlyFigures, PatentCounts)
NAMES_OF = {part: frozenset(part.FIGURES) for part in PARTS}
PART_OF = {name: part for part in PARTS for name in part.FIGURES}


@dataclass
class Entry:
    """What is entered for one return.

    `filing` may be new. `figures` holds only those that were entered, None where one is not
    reported any more. `opened` is the number the person had open; None is not compared. `row` is
    the row of the file it came from. `strict`: an outdated number is a conflict also where the
    figures equal what is stored, as of a second form; not where the same form is sent again.
    """

    filing: Return
    figures: Mapping[str, Number | None]
    opened: int | None = None
    row: int | None = None
    strict: bool = False


class Approved(Exception):
    """An approved return is changed only after it has been sent back."""

    def __init__(self):
        super().__init__(_("This return is approved. Its reviewer has to send it back first."))


@dataclass(frozen=True)
class Refused:
    """An entry that was not stored, and why: Approved, ClosedYear or writing.Conflict."""

    entry: Entry
    why: Exception


@dataclass
class Stored:
    """Returns with their parts, locked until the transaction ends."""

    returns: dict[int, Return]
    parts: dict[type[ReturnPart], dict[int, ReturnPart]]

    def opened(self, pk: int) -> int:
        rows = [self.returns[pk], *(parts[pk] for parts in self.parts.values() if pk in parts)]
        return sum(row.version for row in rows)

    def figure(self, pk: int | None, name: str) -> Number | None:
        return getattr(self.parts[PART_OF[name]].get(pk), name, None)

    def figures(self, pk: int | None) -> dict[str, Number | None]:
        """What is stored of a return; none of one that is new."""
        return figures_of(parts[pk] for parts in self.parts.values() if pk in parts)


def figures_of(parts: Iterable[ReturnPart]) -> dict[str, Number | None]:
    return {name: getattr(part, name) for part in parts for name in part.FIGURES}


def parts_of(filing: Return) -> list[ReturnPart]:
    """The parts of a stored return, which were read with it."""
    parts = (getattr(filing, name, None) for name in ("figures", "patents"))
    return [part for part in parts if part is not None]


def opened_number(filing: Return) -> int:
    """The number of a return as it is read now, its parts read with it; grows with every change."""
    return filing.version + sum(part.version for part in parts_of(filing))


def locked(keys: Iterable[int]) -> Stored:
    keys = list(keys)
    returns = writing.locked(Return, keys)
    # The zones of a part are those of its return, and locked with it.
    return Stored(returns, {part: writing.rows_locked(part, keys) for part in PARTS})


@writing.together()
def enter(
    entries: list[Entry], *, by, reason: str = "", stored: Stored | None = None
) -> list[Refused]:
    """Store what was entered, each return with its figures and history; tell what was refused.
    `stored`: the returns, where the caller has locked them.

    Figures equal to what is stored change nothing, so the same form or file sent twice is one
    change and no conflict. Entering begins a return, and takes back one that waits for approval.
    """
    stored = stored or locked(entry.filing.id for entry in entries if entry.filing.id)
    told = [(entry, changes_of(entry, stored)) for entry in entries]
    wanted = [
        (entry, figures)
        for entry, figures in told
        if figures or not entry.filing.id or entry.strict
    ]
    closed = closed_among({(entry.filing.park_id, entry.filing.year) for entry, _f in wanted})
    refused = {
        id(entry): why for entry, _f in wanted if (why := why_refused(entry, stored, closed))
    }
    good = [
        (entry, figures)
        for entry, figures in wanted
        if id(entry) not in refused and (figures or not entry.filing.id)
    ]
    begin([entry for entry, _figures in good], stored, by, reason)
    for part, names in NAMES_OF.items():
        rows = [
            part_of(part, entry, own, stored)
            for entry, figures in good
            if (own := {name: figures[name] for name in figures.keys() & names})
        ]
        writing.save_many(rows, by=by, reason=reason, before=stored.parts[part])
    return [Refused(entry, refused[id(entry)]) for entry, _f in wanted if id(entry) in refused]


def changes_of(entry: Entry, stored: Stored) -> dict[str, Number | None]:
    """The figures entered that differ from what is stored."""
    known = stored.figures(entry.filing.id) if entry.filing.id else {}
    return {name: v for name, v in entry.figures.items() if differ(known.get(name), v)}


def differ(old: Number | None, new: Number | None) -> bool:
    """As `!=`, with which a decimal number takes its time where the other one is None."""
    return old != new if old is not None and new is not None else old is not new


def why_refused(entry: Entry, stored: Stored, closed: Mapping) -> Exception | None:
    filing = entry.filing
    if zone := closed.get((filing.park_id, filing.year)):
        return ClosedYear(zone.name, filing.year)
    if filing.id is None:
        return None
    if filing.id not in stored.returns:
        return writing.Conflict(None)
    if stored.returns[filing.id].state == State.APPROVED:
        return Approved()
    if entry.opened is not None and entry.opened != stored.opened(filing.id):
        return writing.Conflict(stored.returns[filing.id])
    return None


def begin(entries: list[Entry], stored: Stored, by, reason: str) -> None:
    """Returns that were not begun, or wait for approval, become drafts."""
    moved = []
    for entry in entries:
        known = stored.returns.get(entry.filing.id)
        if known:
            entry.filing = copy(known)
        if entry.filing.state in (State.NOT_STARTED, State.SUBMITTED):
            entry.filing.state = State.DRAFT
        entry.filing.source_row = entry.row
        if known is None or entry.filing.state != known.state:
            moved.append(entry.filing)
    writing.save_many(moved, by=by, reason=reason, before=stored.returns)


def part_of(part, entry: Entry, figures: Mapping, stored: Stored) -> ReturnPart:
    """The part with those figures of it that were entered."""
    filing = entry.filing
    known = stored.parts[part].get(filing.id)
    row = copy(known) if known else bulk.record(part, filing_id=filing.id)
    row.__dict__.update(figures)
    row.follow_return(filing)
    row.source_row = entry.row
    return row
