"""A workbook, written while it is sent: memory does not grow with the number of rows.

An XLSX file is a zip of small XML files. Texts stand in their cells marked as texts, so that none
is a formula.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from unicodedata import east_asian_width
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.timezone import is_aware, localtime

Cell = str | int | Decimal | float | date | bool | None
Row = Iterable[Cell]

ROWS_PER_PIECE = 200  # of what is sent
MOST_ROWS = 1_048_576  # of an Excel sheet, with its head
MOST_BYTES = 1_500_000_000  # of a sheet before packing; the older zip format ends at 2 GiB
MOST_SIGNS = 32_767  # of an Excel cell
ROWS_TO_MEASURE = 50


@dataclass(frozen=True)
class Sheet:
    name: str
    heads: Iterable[str]
    rows: Iterable[Row]


_HEADER, _DATE, _MOMENT = 1, 2, 3  # places in cellXfs below
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_OF_EXCEL = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# Of one sign, which is looked for much faster than a choice of patterns.
_UNUSUAL = re.compile(f"[_&<>\r{_NOT_IN_XML.pattern[1:]}").search
_DAY_ZERO = date(1899, 12, 30).toordinal()
_FIRST_SAFE_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900


def workbook(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED, compresslevel=3) as archive:
        written: list[_Part] = []
        for part in _parts(sheets, written):
            with archive.open(f"xl/worksheets/sheet{len(written)}.xml", "w") as file:
                for text in part.xml():
                    file.write(text.encode())
                    yield pipe.take()
        for name, text in _frame(written):
            with archive.open(name, "w") as file:
                file.write(text.encode())
    yield pipe.take()


class _Pipe:
    """What the zip file has written and nobody has sent yet."""

    def __init__(self):
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self):
        pass

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


@dataclass
class _Part:
    """One sheet as Excel can hold it; a longer table goes on in the next."""

    name: str
    heads: list[str]
    rows: Iterator[Row]
    widths: list[int]
    last_row: int = 1
    full: bool = False

    @property
    def area(self) -> str:
        return f"$A$1:${_column(len(self.heads))}${self.last_row}"

    def xml(self) -> Iterator[str]:
        columns = [_column(place) for place in range(1, len(self.heads) + 1)]
        yield _start(self.widths) + _row(1, columns, self.heads, f' s="{_HEADER}"')
        size = 0
        while not self.full and (batch := list(islice(self.rows, self._room()))):
            lines = [_row(self.last_row + n, columns, row) for n, row in enumerate(batch, 1)]
            self.last_row += len(lines)
            text = "".join(lines)
            size += len(text)
            self.full = self.last_row >= MOST_ROWS or size >= MOST_BYTES
            yield text
        yield _end(self.area.replace("$", ""))

    def _room(self) -> int:
        return min(ROWS_PER_PIECE, MOST_ROWS - self.last_row)


def _parts(sheets: Iterable[Sheet], written: list[_Part]) -> Iterator[_Part]:
    for sheet in sheets:
        heads, rows = [str(head) for head in sheet.heads], iter(sheet.rows)
        measured = [tuple(row) for row in islice(rows, ROWS_TO_MEASURE)]
        rows, widths = chain(measured, rows), _widths(heads, measured)
        while True:
            taken = {part.name.lower() for part in written}
            part = _Part(_sheet_name(str(sheet.name), taken), heads, rows, widths)
            written.append(part)
            yield part
            following = list(islice(rows, 1)) if part.full else []
            if not following:
                break
            rows = chain(following, rows)


def _sheet_name(name: str, taken: set[str]) -> str:
    """Without the signs Excel refuses, at most 31 long, unlike the others."""
    name = _NOT_IN_XML.sub("", re.sub(r"[\[\]:*?/\\\t\r\n]+", " ", name)).strip(" '") or "Sheet"
    candidate, count = name[:31], 1
    while candidate.lower() in taken | {"history"}:
        count += 1
        tail = f" ({count})"
        candidate = name[: 31 - len(tail)] + tail
    return candidate


def _widths(heads: list[str], rows: list[tuple]) -> list[int]:
    """Wide enough for the head and the first rows; Chinese signs take two places."""
    columns = zip(heads, *rows, strict=True)
    return [min(60, max(8, *(_places(value) for value in column)) + 2) for column in columns]


def _places(value: Cell) -> int:
    text = "" if value is None else str(value)
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text[:60])


def _column(place: int) -> str:
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _row(number: int, columns: list[str], row: Row, style: str = "") -> str:
    """The most frequent kinds are written here: a call for each cell would take a third longer."""
    cells = []
    for column, value in zip(columns, row, strict=True):
        kind = type(value)
        if kind is str:
            if _UNUSUAL(value) or len(value) > MOST_SIGNS:
                value = _writable(value)
            cells.append(
                f'<c r="{column}{number}" t="inlineStr"{style}>'
                f'<is><t xml:space="preserve">{value}</t></is></c>'
            )
        elif kind is int:
            cells.append(f'<c r="{column}{number}"><v>{value}</v></c>')
        elif kind is Decimal:
            text = str(value)
            if "E" in text:  # an exponent, which not every reader takes
                text = f"{value:f}"
            cells.append(f'<c r="{column}{number}"><v>{text}</v></c>')
        elif value is not None:
            cells.append(_WRITERS.get(kind, _other_cell)(f"{column}{number}", value, style))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _text_cell(place: str, text: str, style: str) -> str:
    if _UNUSUAL(text) or len(text) > MOST_SIGNS:
        text = _writable(text)
    return f'<c r="{place}" t="inlineStr"{style}><is><t xml:space="preserve">{text}</t></is></c>'


def _writable(text: str) -> str:
    text = _NOT_IN_XML.sub("", text[:MOST_SIGNS].replace("\r\n", "\n").replace("\r", "\n"))
    return escape(_ESCAPE_OF_EXCEL.sub("_x005F_", text))


def _number_cell(place: str, value: int | float, style: str) -> str:
    return f'<c r="{place}"><v>{value}</v></c>'


def _decimal_cell(place: str, value: Decimal, style: str) -> str:
    return f'<c r="{place}"><v>{value:f}</v></c>'


def _truth_cell(place: str, value: bool, style: str) -> str:
    return f'<c r="{place}" t="b"><v>{value:d}</v></c>'


def _date_cell(place: str, value: date, style: str) -> str:
    if value < _FIRST_SAFE_DAY:
        return _text_cell(place, value.isoformat(), style)
    return f'<c r="{place}" s="{_DATE}"><v>{value.toordinal() - _DAY_ZERO}</v></c>'


def _moment_cell(place: str, value: datetime, style: str) -> str:
    value = local_moment(value)
    if value.date() < _FIRST_SAFE_DAY:
        return _text_cell(place, value.isoformat(" "), style)
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    days = value.toordinal() - _DAY_ZERO + seconds / 86400
    return f'<c r="{place}" s="{_MOMENT}"><v>{days}</v></c>'


def _other_cell(place: str, value, style: str) -> str:
    """A choice, which is a kind of text or number, or a text translated late."""
    kinds = (kind for kind in type(value).__mro__ if kind in _WRITERS)
    write = _WRITERS.get(next(kinds, None))
    return write(place, value, style) if write else _text_cell(place, str(value), style)


# By kind, since asking a value for its kind seven times would take most of the time.
_WRITERS = {
    str: _text_cell,
    int: _number_cell,
    float: _number_cell,
    Decimal: _decimal_cell,
    bool: _truth_cell,
    date: _date_cell,
    datetime: _moment_cell,
}


def local_moment(moment: datetime) -> datetime:
    return localtime(moment).replace(tzinfo=None) if is_aware(moment) else moment


def _start(widths: list[int]) -> str:
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, width in enumerate(widths, 1)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>"
    )


def _end(area: str) -> str:
    return (
        f'</sheetData><autoFilter ref="{area}"/>'
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter></headerFooter>"
        "</worksheet>"
    )


def _frame(parts: list[_Part]) -> Iterator[tuple[str, str]]:
    """The files that say which sheets there are; written last, when their number is known."""
    numbers = range(1, len(parts) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in numbers
    )
    links = "".join(_link(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    yield "xl/styles.xml", _STYLES
    yield "xl/workbook.xml", _book(parts)
    links += _link(len(parts) + 1, "styles", "styles.xml")
    yield "xl/_rels/workbook.xml.rels", _links(links)
    yield "_rels/.rels", _links(_link(1, "officeDocument", "xl/workbook.xml"))
    yield (
        "[Content_Types].xml",
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{kinds}</Types>',
    )


def _book(parts: list[_Part]) -> str:
    sheets = "".join(
        f'<sheet name="{_attribute(part.name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, part in enumerate(parts, 1)
    )
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n}" hidden="1">'
        f"{_quoted(part.name)}!{part.area}</definedName>"
        for n, part in enumerate(parts)
    )
    heads = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">'
        f"{_quoted(part.name)}!$1:$1</definedName>"
        for n, part in enumerate(parts)
    )
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>{sheets}</sheets>'
        f"<definedNames>{filters}{heads}</definedNames></workbook>"
    )


def _links(links: str) -> str:
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_DOCUMENT}/{kind}" Target="{target}"/>'


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})


def _quoted(name: str) -> str:
    return escape("'" + name.replace("'", "''") + "'")
