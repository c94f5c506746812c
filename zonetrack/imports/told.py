"""What is told of an import: of a row, of a column, of the whole file."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Status(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ERROR = "error"


STATUSES = {
    Status.NEW: pgettext_lazy("row of a file", "New"),
    Status.CHANGED: pgettext_lazy("row of a file", "Changed"),
    Status.UNCHANGED: pgettext_lazy("row of a file", "Unchanged"),
    Status.ERROR: pgettext_lazy("row of a file", "Error"),
}
LEVELS = {Level.ERROR: _("Error"), Level.WARNING: _("Warning")}


class Wrong(Exception):
    """A value that cannot be taken: what is wrong, and what to do. `field`: where it stands."""

    def __init__(self, sentence, hint="", field: str = ""):
        self.sentence, self.hint, self.field = str(sentence), str(hint), field
        super().__init__(self.sentence)


@dataclass
class Problem:
    """`head`, `letter` and `value` as they stand in the file; empty for a row as a whole."""

    level: Level
    sentence: str
    hint: str = ""
    head: str = ""
    letter: str = ""
    value: str = ""

    def stored(self) -> list[str]:
        return [str(self.level), self.sentence, self.hint, self.head, self.letter, self.value]


# A label with what was before and what comes, in words; or the key of a field with its values, see
# `Register.shown_change`. A list, as it is kept so and there may be hundreds of thousands.
Change = list[Any]


@dataclass
class RowPlan:
    """What becomes of one row. `token` says what it was worked out from: it differs as soon as
    somebody has changed the record. `work` is what is stored once the plan is confirmed."""

    number: int
    title: str = ""
    status: Status = Status.UNCHANGED
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    token: str = ""
    work: Any = None
    park_ids: set[int] = field(default_factory=set)
    told: dict | None = None  # what the dry run has said of the row, if that still holds
    kept: Any = None  # what `Register.resumed` needs beside the changes

    @classmethod
    def resumed(cls, told: dict) -> "RowPlan":
        """As the dry run has told it, yet without its work."""
        problems = [Problem(*one) for one in told.get("p", ())]
        return cls(told["n"], told["t"], Status(told["s"]), problems=problems, told=told)

    @property
    def fails(self) -> bool:
        return bool(self.problems) and any(one.level == Level.ERROR for one in self.problems)

    @property
    def warns(self) -> bool:
        return bool(self.problems) and any(one.level == Level.WARNING for one in self.problems)

    @property
    def has_told_warning(self) -> bool:
        said = self.told.get("p", ()) if self.told and not self.fails else ()
        return any(one[0] == Level.WARNING for one in said)

    @property
    def moves(self) -> bool:
        return self.status in (Status.NEW, Status.CHANGED)

    def settle(self) -> None:
        """A row with an error is not stored."""
        if self.fails:
            self.status, self.work = Status.ERROR, None

    def stored(self) -> dict:
        """As it is kept with the import. Short names: there may be thousands."""
        if self.told is not None and not self.fails:
            return self.told
        told = {"n": self.number, "t": self.title, "s": str(self.status)}
        if self.changes and self.moves:
            told["c"] = self.changes
        if self.problems:
            told["p"] = [problem.stored() for problem in self.problems]
        if self.moves:
            told["v"] = self.token
        if self.moves and self.kept is not None:
            told["w"] = self.kept
        return told


@dataclass
class Plan:
    """What would become of a file: rows, and what is told of it as a whole."""

    rows: list[RowPlan]
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    skipped: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def fails(self) -> bool:
        return any(one.level == Level.ERROR for one in self.problems)

    def counts(self) -> dict[str, int]:
        found = {str(status): 0 for status in Status}
        for row in self.rows:
            found[str(row.status)] += 1
        found["warnings"] = sum(row.warns or row.has_told_warning for row in self.rows)
        found["skipped"] = sum(why != "empty" for _number, why, _text in self.skipped)
        return found

    def park_ids(self) -> set[int]:
        """Of all rows, as whoever sees the import sees those that change nothing, too."""
        return set().union(*(row.park_ids for row in self.rows), set())


def errors_of(rows: Iterable[RowPlan]) -> int:
    return sum(row.status == Status.ERROR for row in rows)
