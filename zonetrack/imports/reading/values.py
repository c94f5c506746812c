"""What a cell may hold, how much is read, and how a file is refused."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zonetrack.punctuation import listed
from zonetrack.typed_dates import EPOCH_1900, EPOCH_1904, SERIALS

MEBIBYTE = 2**20
CELLS_NAMED = 10  # in one notice
# Signs that do not show at the ends of a text.
BLANKS = " \t\r\n\f\v\u00a0\u2007\u2009\u202f\u3000\ufeff\u200b\u200e\u200f\u2060"


class Unusable(Exception):
    """A file or sheet is refused as a whole; `sentence` tells the person why and what to do."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = str(sentence)


@dataclass(frozen=True)
class Limits:
    bytes: int = 10 * MEBIBYTE
    rows: int = 5_000  # of a sheet
    unpacked: int = 100 * MEBIBYTE
    columns: int = 60
    members: int = 2_000  # of the archive that a workbook is


LIMITS = Limits()
COMMAND_LINE = Limits(100 * MEBIBYTE, 100_000, 1_000 * MEBIBYTE, 250, 10_000)

# Why a cell holds nothing that can be used, and what to do.
NOT_CALCULATED = "not_calculated"
NOT_FINITE = "not_finite"
SENTENCES = {
    NOT_CALCULATED: gettext_lazy(
        "The file does not hold the result of this formula. Open it in WPS or Excel, save it, "
        "and choose it again."
    ),
    NOT_FINITE: gettext_lazy("This is not a number."),
}


@dataclass(frozen=True)
class ErrorCell:
    """A cell without a usable value. `code` is what the spreadsheet shows, such as #REF!, or a
    key of SENTENCES."""

    code: str

    def __str__(self):
        return "" if self.code in SENTENCES else self.code

    @property
    def sentence(self) -> str:
        if self.code in SENTENCES:
            return str(SENTENCES[self.code])
        return _(
            "The cell shows the error %(code)s. Put it right in the spreadsheet, save the file, "
            "and choose it again."
        ) % {"code": self.code}


Value = str | Decimal | int | date | datetime | bool | ErrorCell | None
Place = tuple[int, int]  # row and column, counted from 0
Area = tuple[int, int, int, int]  # first row, first column, last row, last column


@dataclass
class Grid:
    """The cells of one sheet, with what is to be told of them. Rows may differ in length."""

    rows: list[list[Value]]
    merged: list[Area] = field(default_factory=list)
    formulas: set[Place] = field(default_factory=set)  # of which the stored result is read
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


def text(written: str) -> str | None:
    """Without blanks around it; None where nothing is left."""
    if "\r" in written:
        written = written.replace("\r\n", "\n").replace("\r", "\n")
    return written.strip(BLANKS) or None


def number(read: float) -> Decimal | int | ErrorCell:
    """As a spreadsheet shows it: 15 digits, so that 0.1 + 0.2 is 0.3."""
    if read.is_integer() and abs(read) < 1e15:
        return int(read)
    return Decimal(f"{read:.15g}") if math.isfinite(read) else ErrorCell(NOT_FINITE)


# What is made of calamine's values; the others are ours already. A time of the day is nowhere asked
# for.
READERS = {float: number, str: text, time: str, timedelta: str}


def values(row: list) -> list[Value]:
    """Ours from calamine's."""
    return [READERS.get(type(cell), as_it_is)(cell) for cell in row]


def as_it_is(cell):
    return cell


def from_1900(cell: Value) -> Value:
    """A plain number that stands for a day counted from 1904, as counted from 1900."""
    is_day = isinstance(cell, int | Decimal) and not isinstance(cell, bool) and cell in SERIALS
    return cell + (EPOCH_1904 - EPOCH_1900).days if is_day else cell


def letter(column: int) -> str:
    """The name of a column that is counted from 0: 0 is A, 26 is AA."""
    name = ""
    while column >= 0:
        column, place = divmod(column, 26)
        name = chr(ord("A") + place) + name
        column -= 1
    return name


def address(place: Place) -> str:
    return f"{letter(place[1])}{place[0] + 1}"


def some(named: Iterable[str]) -> str:
    """The first few of many, and that there are more."""
    named = list(named)
    told = listed(named[:CELLS_NAMED])
    return f"{told} … ({len(named)})" if len(named) > CELLS_NAMED else told


def check_size(last_row: int, last_column: int, sheet: str, limits: Limits):
    """Refuse a sheet with content below or beside the limits; both counted from 1."""
    # Titles above a table and notes below it are not rows of it.
    if last_row > limits.rows + 50:
        raise Unusable(
            _(
                "The sheet “%(sheet)s” reaches down to row %(found)s; at most %(most)s rows are "
                "read. Delete what is not needed below the table, or divide the file."
            )
            % {"sheet": sheet, "found": f"{last_row:,}", "most": f"{limits.rows:,}"}
        )
    if last_column > limits.columns:
        raise Unusable(
            _(
                "The sheet “%(sheet)s” reaches to column %(letter)s (%(found)s columns); at most "
                "%(most)s columns are read. Delete the columns that are not needed."
            )
            % {
                "sheet": sheet,
                "letter": letter(last_column - 1),
                "found": f"{last_column:,}",
                "most": limits.columns,
            }
        )
