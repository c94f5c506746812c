"""Workbooks of Excel 97 to 2003.

Such a file is a small file system (compound file) that holds one stream of records. calamine reads
the values; the records are walked through beforehand for what it does not tell or is not to meet.
"""

import struct
from itertools import islice

from django.utils.translation import gettext as _

from zonetrack import punctuation

from .archive import locked, with_links, with_macros
from .calamine import Workbook
from .kinds import damaged, how_to_save
from .values import NOT_CALCULATED, ErrorCell, Limits, Unusable, check_size
from .xlsx import Look, with_errors

END_OF_CHAIN = 0xFFFFFFFC  # and everything above
BOF, EOF, BOUND_SHEET, FILE_PASS, SUP_BOOK = 0x809, 0x0A, 0x85, 0x2F, 0x1AE
FORMULA, BOOL_ERR, ROW, COLUMN_INFO, DIMENSIONS = 0x06, 0x205, 0x208, 0x7D, 0x200
MULTIPLE, DATE_MODE = 0xBD, 0x22
CELLS = {FORMULA, BOOL_ERR, MULTIPLE, 0x203, 0x204, 0xFD, 0x27E, 0xD6}
CALCULATE_ON_LOAD = 0x2
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
INSIDE = (b"\x01\x04", b"\x01\x3a")  # this workbook itself, functions that come with Excel
MOST_SHEETS = 250
MOST_AREA = 1_000_000


class Compound:
    """The streams of a compound file. Raises Unusable where a chain leads nowhere or in circles."""

    def __init__(self, content: bytes):
        self.content = content
        try:
            self._read()
        except (struct.error, IndexError, OverflowError, ValueError):
            raise damaged() from None

    def _read(self):
        head = self.content[:512]
        self.size = 1 << struct.unpack_from("<H", head, 30)[0]
        self.small_size = 1 << struct.unpack_from("<H", head, 32)[0]
        if self.size not in (512, 4096) or self.small_size != 64:
            raise damaged()
        directory, self.cutoff = struct.unpack_from("<I4xI", head, 48)
        small, _n, more, _m = struct.unpack_from("<4I", head, 60)
        sectors = list(struct.unpack_from("<109I", head, 76))
        tables = len(self.content) // self.size
        while more < END_OF_CHAIN and len(sectors) <= tables + 109:
            numbers = struct.unpack(f"<{self.size // 4}I", self._sector(more))
            sectors.extend(numbers[:-1])
            more = numbers[-1]
        wanted = [number for number in sectors if number < END_OF_CHAIN][: tables + 1]
        self.table = self._numbers(b"".join(map(self._sector, wanted)))
        self.small_table = self._numbers(self._chain(small))
        entries = self._chain(directory)
        self.entries = {}
        for start in range(0, len(entries) - 127, 128):
            entry = entries[start : start + 128]
            length = struct.unpack_from("<H", entry, 64)[0]
            name = entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<2I", entry, 116)
            if entry[66]:
                self.entries.setdefault(name, (entry[66], first, size))
        root = next((e for e in self.entries.values() if e[0] == 5), (5, END_OF_CHAIN, 0))
        self.small_stream = self._chain(root[1])

    def _numbers(self, table: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        return self.content[start : start + self.size]

    def _chain(self, first: int) -> bytes:
        return b"".join(map(self._sector, self._follow(first, self.table)))

    def _follow(self, first: int, table) -> list[int]:
        numbers, number = [], first
        while number < END_OF_CHAIN:
            if len(numbers) > len(table) or number >= len(table):
                raise damaged()
            numbers.append(number)
            number = table[number]
        return numbers

    def stream(self, name: str) -> bytes | None:
        entry = self.entries.get(name)
        if entry is None or entry[0] != 2:
            return None
        _kind, first, size = entry
        if size >= self.cutoff:
            return self._chain(first)[:size]
        pieces = self._follow(first, self.small_table)
        found = (self.small_stream[64 * n : 64 * n + 64] for n in pieces)
        return b"".join(found)[:size]


class Xls:
    kind = "xls"

    def __init__(self, content: bytes, limits: Limits):
        self.limits = limits
        compound = Compound(content)
        if "EncryptedPackage" in compound.entries:
            raise locked()
        if any(name.lower() in ("_vba_project_cur", "_vba_project") for name in compound.entries):
            raise with_macros()
        stream = compound.stream("Workbook") or compound.stream("Book")
        if stream is None:
            sentence = _("This is a document, but not a spreadsheet of Excel.")
            raise Unusable(punctuation.joined([sentence, how_to_save()]))
        try:
            self.looks = look_through(stream)
            self.from_1904 = (DATE_MODE, b"\x01\x00") in records(stream, 0)
        except (struct.error, IndexError):
            raise damaged() from None
        for name, look in self.looks.items():
            # calamine reads all sheets at once, and makes room for the whole area of each.
            if look.last_row * look.last_column > MOST_AREA:
                check_size(look.last_row, look.last_column, name, limits)
        self.workbook = Workbook(content)
        if not set(self.workbook.names) <= set(self.looks):
            raise damaged()
        self.names, self.hidden = self.workbook.names, self.workbook.hidden

    def extent(self, name: str) -> int:
        return self.looks[name].last_row

    def grid(self, name: str):
        look = self.looks[name]
        check_size(look.last_row, look.last_column, name, self.limits)
        grid = self.workbook.grid(name)
        grid.formulas = look.formulas
        grid.hidden_rows, grid.hidden_columns = look.hidden_rows, look.hidden_columns
        return with_errors(grid, look.errors)


def records(stream: bytes, start: int):
    """Kind and content of each record up to the end of the sheet, charts inside it left out.

    Raises Unusable where it does not end, or claims to have room for more than a sheet can hold.
    """
    depth = 0
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, start)
        content = stream[start + 4 : start + 4 + length]
        start += 4 + length
        depth += (kind == BOF) - (kind == EOF)
        if kind == DIMENSIONS:
            _check_extent(content)
        if depth <= 1:
            yield kind, content
        if depth == 0:
            return
    raise damaged()


def _check_extent(content: bytes):
    looks = "<2I2H" if len(content) >= 12 else "<4H"
    top, bottom, left, right = struct.unpack_from(looks, content)
    if top > bottom or left > right or bottom > 65_536 or right > 256:
        raise damaged()


def look_through(stream: bytes) -> dict[str, Look]:
    sheets = {}
    is_old = stream[4:6] == b"\x00\x05"  # Excel 5 and 95
    for kind, content in records(stream, 0):
        if kind == FILE_PASS:
            raise locked()
        if kind == SUP_BOOK and content[2:4] not in INSIDE:
            raise with_links()
        if kind == BOUND_SHEET:
            start, _state, sort = struct.unpack_from("<IBB", content)
            if sort in (1, 6):
                raise with_macros()
            if sort == 0:
                sheets[_name(content[6:], is_old)] = start
    if len(sheets) > MOST_SHEETS:
        raise damaged()
    return {name: _look_at_sheet(stream, start) for name, start in sheets.items()}


def _name(written: bytes, is_old: bool) -> str:
    length = written[0]
    if is_old:
        return written[1 : 1 + length].decode("gb18030", "replace")
    if written[1] & 1:
        return written[2 : 2 + 2 * length].decode("utf-16-le", "replace")
    return written[2 : 2 + length].decode("latin-1")


def _look_at_sheet(stream: bytes, start: int) -> Look:
    found = Look()
    for kind, content in records(stream, start):
        if kind in CELLS:
            row, column = struct.unpack_from("<2H", content)
            last = struct.unpack_from("<H", content, len(content) - 2)[0]
            found.cells += 1
            found.last_row = max(found.last_row, row + 1)
            found.last_column = max(found.last_column, (last if kind == MULTIPLE else column) + 1)
            if kind == FORMULA:
                _look_at_formula(found, (row, column), content)
            elif kind == BOOL_ERR and content[7]:
                found.errors[row, column] = ErrorCell(ERRORS.get(content[6], "#VALUE!"))
        elif kind == ROW and content[12] & 0x20:
            found.hidden_rows.append(struct.unpack_from("<H", content)[0])
        elif kind == COLUMN_INFO and content[8] & 1:
            first, last = struct.unpack_from("<2H", content)
            found.hidden_columns.extend(islice(range(first, last + 1), 256))
    return found


def _look_at_formula(found: Look, place, content: bytes):
    result, flags = content[6:14], struct.unpack_from("<H", content, 14)[0]
    if result[6:] == b"\xff\xff" and result[0] == 2:
        found.errors[place] = ErrorCell(ERRORS.get(result[2], "#VALUE!"))
    elif flags & CALCULATE_ON_LOAD and result == bytes(8):
        found.errors[place] = ErrorCell(NOT_CALCULATED)
    else:
        found.formulas.add(place)
