"""A file that has been opened: what it is and which sheets it has."""

from dataclasses import dataclass
from functools import cache

from .archive import Archive
from .kinds import kind_of
from .notices import days_from_1904
from .ods import Ods
from .text import decode, read_rows, separator_of
from .values import LIMITS, Grid, Limits, Value
from .xls import Xls
from .xlsx import Xlsx

# The hidden sheet of a template workbook; its first cell holds the template's version.
HIDDEN_SHEET = "zonetrack"


@dataclass(frozen=True)
class SheetInfo:
    name: str
    hidden: bool
    rows: int  # down to the last one with content


class _Text:
    """A text file as a workbook of one sheet."""

    kind = "csv"
    hidden = frozenset()

    def __init__(self, name: str, content: bytes, limits: Limits):
        decoded, self.encoding = decode(content)
        self.delimiter, decoded = separator_of(decoded)
        self._grid = read_rows(decoded, self.delimiter, limits)
        self.names = [name]

    def extent(self, _name: str) -> int:
        return len(self._grid.rows)

    def grid(self, _name: str) -> Grid:
        return self._grid


class Book:
    """`kind` is xlsx, xls, ods or csv; `encoding` and `delimiter` are None but for csv.

    `version` is the hidden version of our template workbook; None for any other file.
    """

    def __init__(self, name: str, source):
        self.name = name
        self.kind: str = source.kind
        self.encoding: str | None = getattr(source, "encoding", None)
        self.delimiter: str | None = getattr(source, "delimiter", None)
        self.notices: list[str] = []
        self.from_1904: bool = getattr(source, "from_1904", False)
        if self.from_1904:
            self.notices.append(days_from_1904())
        self.grid = cache(source.grid)
        names = [name for name in source.names if name != HIDDEN_SHEET]
        self.sheets = [SheetInfo(n, n in source.hidden, source.extent(n)) for n in names]
        self.version: str | None = None
        if len(names) < len(source.names):
            rows = source.grid(HIDDEN_SHEET).rows
            self.version = str(rows[0][0]) if rows and rows[0] and rows[0][0] else None

    def rows(self, sheet: str) -> list[list[Value]]:
        """The cells of a sheet from A1 on. Raises Unusable if it is too large."""
        return self.grid(sheet).rows


def open_file(name: str, content: bytes, limits: Limits = LIMITS) -> Book:
    """Raises Unusable. The name is only shown; what the file is, its content says."""
    kind = kind_of(content, limits)
    if kind == "ole":
        return Book(name, Xls(content, limits))
    if kind == "text":
        return Book(name, _Text(name, content, limits))
    archive = Archive(content, limits)
    if archive.kind == "ods":
        return Book(name, Ods(archive, limits))
    return Book(name, Xlsx(content, archive, limits))
