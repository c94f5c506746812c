"""An import as its page shows it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import units
from .columns import NOT_READ
from .models import Import
from .registers import BY_KEY, Register
from .told import LEVELS, STATUSES, Level, Status

# Shapes and colors of templatetags.states.
LOOKS = {
    Status.NEW: "submitted",
    Status.CHANGED: "draft",
    Status.UNCHANGED: "no_target",
    Status.ERROR: "late",
}
WARNINGS = "warnings"
TABS = (
    ("all", gettext_lazy("All rows")),
    (Status.ERROR, gettext_lazy("Errors")),
    (WARNINGS, gettext_lazy("Warnings")),
    (Status.NEW, gettext_lazy("New rows")),
    (Status.CHANGED, gettext_lazy("Changed rows")),
    (Status.UNCHANGED, gettext_lazy("Unchanged rows")),
)
WHY_SKIPPED = {
    "empty": gettext_lazy("empty"),
    "total": gettext_lazy("total"),
    "note": gettext_lazy("note"),
    "example": gettext_lazy("example"),
    "head": gettext_lazy("heads again"),
    "unit": gettext_lazy("units"),
}


@dataclass(frozen=True)
class ShownProblem:
    level: str
    sentence: str
    hint: str
    head: str
    letter: str
    value: str

    @property
    def look(self) -> str:
        return "late" if self.level == Level.ERROR else "soon"

    @property
    def words(self) -> str:
        return str(LEVELS[Level(self.level)])

    @property
    def place(self) -> str:
        if not self.head:
            return _("the row as a whole")
        return f"{self.letter} · {self.head}" if self.letter else self.head


@dataclass(frozen=True)
class ShownRow:
    number: int
    title: str
    status: str
    changes: list
    problems: list[ShownProblem]

    @property
    def look(self) -> str:
        return LOOKS[Status(self.status)]

    @property
    def words(self) -> str:
        return str(STATUSES[Status(self.status)])


def shown_row(told: dict, register: Register) -> ShownRow:
    return ShownRow(
        told["n"],
        told["t"],
        told["s"],
        [register.shown_change(*change) for change in told.get("c", [])],
        [ShownProblem(*one) for one in told.get("p", [])],
    )


def rows_of(row: Import, tab: str) -> list[dict]:
    """What is stored of the rows of a tab."""
    rows = row.result.get("rows", [])
    if tab == WARNINGS:
        return [one for one in rows if any(said[0] == Level.WARNING for said in one.get("p", []))]
    return [one for one in rows if tab in ("all", one["s"])]


def tabs_of(row: Import, current: str) -> list[dict]:
    counts = row.counts | {"all": len(row.result.get("rows", []))}
    return [
        {
            "key": str(key),
            "label": label,
            "count": counts.get(str(key), 0),
            "current": str(key) == current,
        }
        for key, label in TABS
        if counts.get(str(key)) or key == "all"
    ]


def columns_of(row: Import) -> list[dict]:
    """The columns of the file with what they are read as."""
    labels = {field.key: str(field.label) for field in BY_KEY[row.register].fields}
    samples = row.reading.get("first_rows", [])
    return [
        head
        | {
            "label": labels.get(head["field"], ""),
            "is_read": head["field"] != NOT_READ,
            "samples": [line[place] for line in samples if place < len(line)],
        }
        for place, head in enumerate(row.reading.get("heads", []), 1)
    ]


def field_options(row: Import) -> list[tuple[str, str]]:
    fields = [(field.key, str(field.label)) for field in BY_KEY[row.register].fields]
    return [(NOT_READ, _("Do not read this column")), *fields]


def unit_options() -> list[tuple[str, str]]:
    return [(key, str(words)) for key, (words, _size) in units.MONEY.items()]


def skipped_of(row: Import) -> list[tuple[int, str, str]]:
    return [
        (number, str(WHY_SKIPPED.get(why, why)), text)
        for number, why, text in row.reading.get("skipped", [])
        if why != "empty"
    ]
