"""Workbooks of LibreOffice and OpenOffice, read in one pass.

Cells and rows are written once with the number of their repetitions, so that a few bytes may stand
for millions of cells; nothing is repeated here that has no value or lies outside the limits.
"""

from datetime import date, datetime

from django.utils.translation import gettext as _

from .archive import Archive, locked, walk, with_links, with_macros
from .kinds import damaged
from .values import NOT_CALCULATED, ErrorCell, Grid, Limits, Unusable, check_size, number, text

OUTSIDE = ("'file:", "file:", "http:", "https:")
LINKS = {"table-source", "cell-range-source", "dde-source", "dde-link"}
CELL = {"table-cell", "covered-table-cell"}
MOST_SHEETS = 250
MOST_CELLS = 4_000_000


class Ods:
    kind = "ods"

    def __init__(self, archive: Archive, limits: Limits):
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise locked()
        if any(name.startswith(("Basic/", "Scripts/")) for name in archive.names):
            raise with_macros()
        self.limits = limits
        self.reader = _Reader(limits)
        walk(archive.read("content.xml"), self.reader.start, self.reader.end, self.reader.text)
        if not self.reader.sheets:
            raise Unusable(_("The workbook has no sheet with cells."))
        self.names, self.hidden = list(self.reader.sheets), self.reader.hidden

    def extent(self, name: str) -> int:
        return self.reader.extents[name][0]

    def grid(self, name: str) -> Grid:
        check_size(*self.reader.extents[name], name, self.limits)
        return self.reader.sheets[name]


class _Reader:
    def __init__(self, limits: Limits):
        self.limits = limits
        self.sheets: dict[str, Grid] = {}
        self.extents: dict[str, tuple[int, int]] = {}  # last row and column, counted from 1
        self.hidden: set[str] = set()
        self.hidden_styles: set[str] = set()
        self.style = self.name = ""
        self.grid = None
        self.row = self.column = self.kept = 0
        self.attributes: dict[str, str] | None = None  # of the cell that is open
        self.words: list[str] = []
        self.notes = 0  # open comments, whose text is not the cell's

    def start(self, name: str, attributes: dict[str, str]):
        if name in LINKS:
            raise with_links()
        if name == "table":
            self._start_sheet(attributes)
        elif self.grid is None:
            self._style(name, attributes)
        elif name == "table-column":
            self._columns(attributes)
        elif name == "table-row":
            self.column, self.cells = 0, []
            self.times = _repeated(attributes, "number-rows-repeated")
            self.is_hidden = attributes.get("visibility", "visible") != "visible"
        elif name in CELL:
            self.attributes, self.words = attributes, []
        elif name == "annotation":
            self.notes += 1
        else:
            self._start_text(name, attributes)

    def _style(self, name: str, attributes: dict[str, str]):
        if name == "style":
            self.style = attributes.get("name", "")
        elif name == "table-properties" and attributes.get("display") == "false":
            self.hidden_styles.add(self.style)

    def _start_text(self, name: str, attributes: dict[str, str]):
        if self.attributes is None or self.notes:
            return
        if name == "p" and self.words:
            self.words.append("\n")
        elif name == "s":
            self.words.append(" " * min(_repeated(attributes, "c"), 1000))
        elif name in ("tab", "line-break"):
            self.words.append(" ")

    def text(self, piece: str):
        if self.attributes is not None and not self.notes:
            self.words.append(piece)

    def end(self, name: str):
        if name == "annotation":
            self.notes = max(0, self.notes - 1)
        elif self.grid is None:
            return
        elif name in CELL and self.attributes is not None:
            self._end_cell(self.attributes)
            self.attributes = None
        elif name == "table-row":
            self._end_row()
        elif name == "table":
            self.grid = None

    def _start_sheet(self, attributes):
        name = attributes.get("name", "")
        if self.grid is not None or name in self.sheets or len(self.sheets) >= MOST_SHEETS:
            raise damaged()
        if name.lower().startswith(OUTSIDE):
            raise with_links()
        self.name, self.row, self.columns = name, 0, 0
        self.grid = self.sheets[name] = Grid([])
        self.extents[name] = (0, 0)
        if attributes.get("style-name") in self.hidden_styles:
            self.hidden.add(name)

    def _columns(self, attributes):
        times = _repeated(attributes, "number-columns-repeated")
        if attributes.get("visibility", "visible") != "visible":
            last = min(self.columns + times, self.limits.columns)
            self.grid.hidden_columns.extend(range(self.columns, last))
        self.columns += times

    def _end_cell(self, attributes):
        times = _repeated(attributes, "number-columns-repeated")
        read = _value(attributes, "".join(self.words))
        if read is not None:
            self.cells.append((self.column, times, read, "formula" in attributes))
        down = _repeated(attributes, "number-rows-spanned")
        across = _repeated(attributes, "number-columns-spanned")
        if (down > 1 or across > 1) and len(self.grid.merged) < 20_000:
            first = self.row, self.column
            self.grid.merged.append((*first, first[0] + down - 1, first[1] + across - 1))
        self.column += times

    def _end_row(self):
        first, self.row = self.row, self.row + self.times
        if self.is_hidden and self.cells:
            self.grid.hidden_rows.extend(range(first, min(self.row, first + self.limits.rows)))
        if not self.cells:
            return
        last_row, last_column = self.extents[self.name]
        width = max(column + times for column, times, _read, _formula in self.cells)
        self.extents[self.name] = self.row, max(last_column, width)
        self.kept += width * self.times
        if width > self.limits.columns or self.row > self.limits.rows + 50:
            return  # refused when the sheet is asked for
        if self.kept > MOST_CELLS:
            raise damaged()
        self.grid.rows.extend([] for _row in range(first - len(self.grid.rows)))
        for row in range(first, self.row):
            cells = [None] * width
            for column, times, read, is_formula in self.cells:
                cells[column : column + times] = [read] * times
                if is_formula and not isinstance(read, ErrorCell):
                    self.grid.formulas.update((row, column + n) for n in range(times))
            self.grid.rows.append(cells)


def _repeated(attributes: dict[str, str], name: str) -> int:
    written = attributes.get(name, "1")
    if not (written.isascii() and written.isdecimal() and len(written) <= 8):
        raise damaged()
    return max(1, int(written))


def _value(attributes: dict[str, str], words: str):
    shown = text(words)
    if "formula" in attributes:
        error = _error(attributes, shown)
        if error:
            return error
    kind = attributes.get("value-type")
    try:
        if kind in ("float", "percentage", "currency"):
            return number(float(attributes["value"]))
        if kind == "boolean":
            return attributes["boolean-value"] == "true"
        if kind == "date":
            written = attributes["date-value"]
            read = datetime if "T" in written else date
            return read.fromisoformat(written)
    except (KeyError, ValueError):
        return shown
    return shown


def _error(attributes: dict[str, str], shown: str | None) -> ErrorCell | None:
    """What a formula shows instead of a result."""
    if "://" in attributes["formula"] or "file:" in attributes["formula"]:
        raise with_links()
    if attributes.get("value-type") is None and shown is None:
        return ErrorCell(NOT_CALCULATED)
    if shown and shown.startswith(("#", "Err:")):
        return ErrorCell(f"#{shown.removeprefix('#')[:19]}")
    return None
