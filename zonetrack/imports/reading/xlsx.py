"""Workbooks of Excel and WPS.

calamine reads the values. It makes room for the whole area of a sheet at once, leaves errors of
cells out and does not tell formulas from values; so the sheet is looked through beforehand.
"""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .archive import Archive, walk, with_links, with_macros
from .calamine import Workbook
from .kinds import damaged
from .values import NOT_CALCULATED, ErrorCell, Grid, Limits, Place, Unusable, check_size

NAME = rb"(?:[^<>\s/!?]*:)?"
ATTRIBUTES = rb"""((?:\s+[\w:.-]+\s*=\s*(?:"[^"<>&]*"|'[^'<>&]*'))*)"""
# Whatever a reader of XML could take for a row or a cell, and those written without tricks.
LOOSE = re.compile(rb"<" + NAME + rb"(?:row|c)[\s/>]")
TAG = re.compile(rb"<" + NAME + rb"(row|c)(?=[\s/>])" + ATTRIBUTES + rb"\s*(/?)>")
ROW = re.compile(rb"<" + NAME + rb"row(?=[\s/>])" + ATTRIBUTES)
ADDRESS = rb'r="([A-Z]{1,3})([1-9][0-9]{0,6})"'
OTHERS = rb'(?: [a-qs-z]+="[^"<>&]*")*'
FILLED = re.compile(rb"<c " + ADDRESS + OTHERS + rb">(?!</c>)")
EMPTY = re.compile(rb"<c " + ADDRESS + OTHERS + rb"(?:/>|></c>)")
UNUSUAL = [start + end for start in (b"<c", b":c") for end in (b"\t", b"\n", b"\r", b"/", b">")]
UNUSUAL.append(b":c ")
WITH_FORMULA = re.compile(rb"<c " + ADDRESS + rb"(" + OTHERS + rb")>(?=\s*<" + NAME + rb"f[\s/>])")
WITH_ERROR = re.compile(rb"<c " + ADDRESS + rb"(" + OTHERS + rb'? t="e"' + OTHERS + rb")>")
REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,3})([1-9][0-9]{0,6})["']""")
HAS_REFERENCE = re.compile(rb"""(?:^|\s)r\s*=""")
HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
IS_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
IS_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")
CLOSED = re.compile(rb"\s*</" + NAME + rb"c\s*>")
FORMULA = re.compile(rb"\s*<" + NAME + rb"f(?=[\s/>])[^>]*?(?:/>|>([^<]*)</" + NAME + rb"f\s*>)")
RESULT = re.compile(rb"\s*<" + NAME + rb"v(?=[\s/>])[^>]*?(?:/>|>([^<]*)<)")
COLUMNS = re.compile(rb"<" + NAME + rb"col\s([^<>]*)>")
ATTRIBUTE = re.compile(rb"""\b(min|max)\s*=\s*["']([0-9]{1,5})["']""")
COUNT = re.compile(rb"[0-9]{1,7}")
# A program called by a formula (DDE), or a workbook elsewhere.
OUTSIDE = re.compile(r"\|'|\[[^\]]*\.xl|\[[0-9]+\]|://|\\\\", re.IGNORECASE)
MOST_MERGED = 20_000
MOST_TEXTS = 2_000_000
MOST_SHEETS = 250
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


@dataclass
class Look:
    """What a sheet holds besides its values. Places are counted from 0, extents from 1."""

    last_row: int = 0
    last_column: int = 0
    cells: int = 0
    formulas: set[Place] = field(default_factory=set)
    errors: dict[Place, ErrorCell] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


class Xlsx:
    """A workbook; `names` are its sheets in order, `hidden` those among them that do not show."""

    kind = "xlsx"

    def __init__(self, content: bytes, archive: Archive, limits: Limits):
        self.limits = limits
        _refuse_what_runs(archive)
        # Whether it asks to be calculated when it is opened, and counts days from 1904.
        self.calculates = self.from_1904 = False
        paths = self._paths(archive)
        _check_texts(archive.read("xl/sharedStrings.xml"))
        self.workbook = Workbook(content)
        self.looks = {}
        for name in self.workbook.names:
            path = paths.get(name)
            if path is None or path not in archive.names:
                raise damaged()
            self.looks[name] = self._look(name, archive.read(path))
        self.names, self.hidden = self.workbook.names, self.workbook.hidden

    def _paths(self, archive: Archive) -> dict[str, str]:
        """The member of each sheet. Whatever calamine could understand otherwise is refused."""
        targets, sheets, settings = [], [], {}

        def relation(name, attributes):
            if name == "Relationship":
                targets.append((attributes.get("Id"), attributes.get("Target", "")))

        def part(name, attributes):
            if name == "sheet":
                sheets.append((attributes.get("name"), attributes.get("id")))
            elif name == "externalReference":
                raise with_links()
            elif name in ("calcPr", "workbookPr"):
                settings.update(attributes)

        walk(archive.read("xl/_rels/workbook.xml.rels"), relation, strict=True)
        walk(archive.read("xl/workbook.xml"), part, strict=True)
        self.calculates = settings.get("fullCalcOnLoad") in ("1", "true")
        self.from_1904 = settings.get("date1904") in ("1", "true")
        places, members = dict(sheets), dict(targets)
        is_clear = len(places) == len(sheets) and len(members) == len(targets)
        if not is_clear or len(sheets) > MOST_SHEETS:
            raise damaged()
        return {name: _member(members.get(key, "")) for name, key in sheets}

    def _look(self, name: str, xml: bytes) -> Look:
        # Cells with a look but without a value are many in real files, but not any number.
        if xml.count(b"<c ") + xml.count(b"<c>") > 4 * self.limits.rows * self.limits.columns:
            raise Unusable(
                _(
                    "The sheet “%(sheet)s” has too many cells. Copy the table alone into a new "
                    "workbook, and choose that file."
                )
                % {"sheet": name}
            )
        return look_through(xml, self.calculates, self.limits.rows)

    def extent(self, name: str) -> int:
        return self.looks[name].last_row

    def grid(self, name: str) -> Grid:
        look = self.looks[name]
        check_size(look.last_row, look.last_column, name, self.limits)
        grid = self.workbook.grid(name)
        grid.formulas = look.formulas
        grid.hidden_rows, grid.hidden_columns = look.hidden_rows, look.hidden_columns
        return with_errors(grid, look.errors)


def with_errors(grid: Grid, errors: dict[Place, ErrorCell]) -> Grid:
    for (row, column), error in errors.items():
        while len(grid.rows) <= row:
            grid.rows.append([])
        cells = grid.rows[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = error
    return grid


def _member(target: str) -> str:
    target = target.removeprefix("/")
    return target if target.startswith("xl/") else f"xl/{target}"


def _check_texts(xml: bytes):
    """calamine makes room for as many texts as the head of their list claims."""
    head = re.search(rb"<" + NAME + rb"sst\b[^<>]*>", xml)
    claimed = re.findall(rb"""[cC]ount\s*=\s*["']([^"']*)""", head[0]) if head else []
    if xml.count(b"<si") > MOST_TEXTS or not all(map(COUNT.fullmatch, claimed)):
        raise damaged()


def _refuse_what_runs(archive: Archive):
    lowered = [name.lower() for name in archive.names]
    types = archive.read("[Content_Types].xml").lower()
    if any("vbaproject" in name or "/macrosheets/" in name for name in lowered):
        raise with_macros()
    if b"macroenabled" in types or b"macrosheet" in types or b"vbaproject" in types:
        raise with_macros()
    if any("/externallinks/" in name for name in lowered) or b"externallink" in types:
        raise with_links()
    for name in archive.names:
        if name.endswith(".rels") and b"externallink" in archive.read(name).lower():
            raise with_links()
    defined = re.findall(
        rb"<" + NAME + rb"definedName\b[^>]*>([^<]*)<", archive.read("xl/workbook.xml")
    )
    if any(OUTSIDE.search(name.decode("utf-8", "replace")) for name in defined):
        raise with_links()


def look_through(xml: bytes, calculates: bool, most_rows: int) -> Look:
    """Raises Unusable where the rows and cells are not written as spreadsheets write them.

    What lies far below `most_rows` may be left out: such a sheet is refused anyway.
    """
    if xml.count(b"mergeCell") > 2 * MOST_MERGED:  # with their ends
        raise Unusable(_("The sheet has more than %(most)s merged cells.") % {"most": MOST_MERGED})
    found = Look()
    filled = [] if any(sign in xml for sign in UNUSUAL) else FILLED.findall(xml)
    others = xml.count(b"<c ") - len(filled)
    if filled and (not others or len(EMPTY.findall(xml)) == others):
        _look_at_all(found, filled, xml, calculates)
    else:
        _look_one_by_one(found, xml, calculates, 2 * most_rows)
    found.hidden_columns = _hidden_columns(xml)
    return found


def _look_at_all(found: Look, filled: list[tuple], xml: bytes, calculates: bool):
    """Every cell tells its address as nearly all programs write it: seen in a few strokes."""
    found.cells = len(filled)
    found.last_row = max(map(int, {row for _column, row in filled}))
    found.last_column = max(map(_number, {column for column, _row in filled})) + 1
    if found.last_row > LAST_ROW or found.last_column > LAST_COLUMN:
        raise damaged()
    has_formulas = b"<f" in xml or b":f" in xml
    for special, is_there in ((WITH_FORMULA, has_formulas), (WITH_ERROR, b't="e"' in xml)):
        for cell in special.finditer(xml) if is_there else ():
            place = int(cell[2]) - 1, _number(cell[1])
            _look_at_cell(found, place, cell[3], xml, cell.end(), calculates)
    if b"hidden" in xml:
        rows = ((REFERENCE.search(row), HIDDEN.search(row)) for row in ROW.findall(xml))
        found.hidden_rows = [int(place[2]) - 1 for place, hidden in rows if place and hidden]


def _look_one_by_one(found: Look, xml: bytes, calculates: bool, enough: int):
    """Cells without an address follow the one before."""
    tags, row, column = 0, -1, -1
    for tag in TAG.finditer(xml):
        tags += 1
        kind, attributes, closed = tag.groups()
        address = _address(attributes)
        if kind == b"row":
            row, column = address[0] if address else row + 1, -1
            if HIDDEN.search(attributes):
                found.hidden_rows.append(row)
            if found.last_row > enough:
                return
            continue
        place = address or (row, column + 1)
        column = place[1]
        if not 0 <= place[0] < LAST_ROW or not 0 <= column < LAST_COLUMN:
            raise damaged()
        if not closed and not CLOSED.match(xml, tag.end()):
            found.cells += 1
            found.last_row = max(found.last_row, place[0] + 1)
            found.last_column = max(found.last_column, column + 1)
            _look_at_cell(found, place, attributes, xml, tag.end(), calculates)
    if tags != len(LOOSE.findall(xml)):
        raise damaged()


def _address(attributes: bytes) -> Place | None:
    """Row and column, the column -1 for a row's; None where there is none. Raises Unusable."""
    found = REFERENCE.search(attributes)
    if found:
        return int(found[2]) - 1, _number(found[1])
    if HAS_REFERENCE.search(attributes):
        raise damaged()
    return None


def _look_at_cell(found: Look, place: Place, attributes, xml: bytes, end: int, calculates: bool):
    formula = FORMULA.match(xml, end)
    if formula:
        if OUTSIDE.search((formula[1] or b"").decode("utf-8", "replace")):
            raise with_links()
        end = formula.end()
        found.formulas.add(place)
    is_error = IS_ERROR.search(attributes)
    if not (formula or is_error):
        return
    result = RESULT.match(xml, end)
    stored = (result and result[1]) or b""
    if is_error:
        found.errors[place] = ErrorCell(stored.decode("utf-8", "replace")[:20] or "#VALUE!")
    elif not stored and not IS_TEXT.search(attributes) or calculates and stored in (b"0", b"0.0"):
        # Programs that cannot calculate write no result, or zero, and leave it to Excel.
        found.errors[place] = ErrorCell(NOT_CALCULATED)
    else:
        return
    found.formulas.discard(place)


def _number(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1


def _hidden_columns(xml: bytes) -> list[int]:
    found = []
    for attributes in COLUMNS.findall(xml[: max(xml.find(b"sheetData"), 0)]):
        edges = {name: int(value) for name, value in ATTRIBUTE.findall(attributes)}
        if HIDDEN.search(attributes) and len(edges) == 2:
            last = min(edges[b"max"], LAST_COLUMN)
            found.extend(range(edges[b"min"] - 1, last))
    return found[:LAST_COLUMN]
