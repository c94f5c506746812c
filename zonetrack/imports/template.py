"""Workbooks that are sent out: the template to fill in, and a file given back with its errors.

No cell is a formula, whatever it holds. The hidden sheet has the version of the template in its
first cell and the choices of the drop-down lists beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from unicodedata import east_asian_width

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.exceptions import OverlappingRange

from .reading import HIDDEN_SHEET, LIMITS, Book, Table, Value

A4 = 9
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
# Formats of a column's cells; codes and names are texts, so that no digit of them is lost.
FORMATS = {
    "text": {"num_format": "@"},
    "number": {"num_format": "General"},
    "whole": {"num_format": "#,##0"},
    "year": {"num_format": "0"},
    "date": {"num_format": "yyyy-mm-dd"},
    "shown": {"font_color": "#595959", "bg_color": "#EDEDED"},
}
HEAD = {
    "bold": True,
    "text_wrap": True,
    "valign": "vcenter",
    "align": "center",
    "border": 1,
    "bg_color": "#DCE6F1",
}
NARROWEST, WIDEST = 8, 40


@dataclass(frozen=True)
class TemplateColumn:
    """`kind` is a key of FORMATS; "shown" is for values that are given, in grey. `sample` is what
    stands in the example row."""

    head: str
    help: str = ""
    choices: Sequence[str] | None = None
    width: int | None = None  # in signs; None: as wide as head and sample ask for
    kind: str = "text"
    sample: Value = None


@dataclass(frozen=True)
class Noted:
    """A cell with a comment, such as last year's value."""

    value: Value
    note: str


@dataclass(frozen=True)
class Finding:
    """What is wrong with a row, counted as the spreadsheet does, or with one cell of it."""

    row: int
    column: int | None  # counted from 0; None: the whole row
    sentence: str
    is_error: bool = True  # otherwise a warning


def template(
    columns: Sequence[TemplateColumn],
    rows: Iterable[Sequence[Value | Noted]] = (),
    *,
    version: str,
    title: str,
    notes: Sequence[str] = (),
) -> bytes:
    """A workbook to fill in: title, notes, heads, an example that reading skips, and `rows`."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as workbook:
        workbook.set_properties({"title": title})
        sheet = workbook.add_worksheet(_("Data"))
        lists = _add_lists(workbook, version, columns)
        sheet.write_string(0, 0, title, workbook.add_format({"bold": True, "font_size": 14}))
        for number, note in enumerate(notes, 1):
            sheet.write_string(number, 0, note, workbook.add_format({"font_color": "#595959"}))
        head = len(notes) + 1
        formats = {kind: workbook.add_format(look) for kind, look in FORMATS.items()}
        _write_heads(workbook, sheet, columns, head, formats)
        _write_example(workbook, sheet, columns, head + 1)
        for number, row in enumerate(rows, head + 2):
            for place, cell in enumerate(row):
                _write(sheet, number, place, cell, formats[columns[place].kind])
        for place, area in lists.items():
            sheet.data_validation(head + 2, place, head + LIMITS.rows, place, _drop_down(area))
        _set_page(sheet, title, head)
    return content.getvalue()


def _add_lists(workbook, version: str, columns: Sequence[TemplateColumn]) -> dict[int, str]:
    """The area of the hidden sheet that holds the choices of each column that has some."""
    sheet = workbook.add_worksheet(HIDDEN_SHEET)
    sheet.very_hidden()
    sheet.write_string(0, 0, version)
    areas = {}
    for place, column in enumerate(columns):
        for row, choice in enumerate(column.choices or ()):
            sheet.write_string(row, place + 1, str(choice))
        if column.choices:
            first = xlsxwriter.utility.xl_rowcol_to_cell(0, place + 1, True, True)
            last = xlsxwriter.utility.xl_rowcol_to_cell(
                len(column.choices) - 1, place + 1, True, True
            )
            areas[place] = f"={HIDDEN_SHEET}!{first}:{last}"
    return areas


def _drop_down(area: str) -> dict:
    return {
        "validate": "list",
        "source": area,
        # Other words stay possible: the import says which of them it does not know.
        "error_type": "warning",
        "error_title": _("Not in the list")[:32],
        "error_message": _("This is none of the choices. Keep it all the same?")[:255],
    }


def _write_heads(workbook, sheet, columns: Sequence[TemplateColumn], row: int, formats: dict):
    look = workbook.add_format(HEAD)
    for place, column in enumerate(columns):
        widest = max(_width(column.head), _width(str(column.sample or ""))) + 2
        width = column.width or min(max(widest, NARROWEST), WIDEST)
        sheet.set_column(place, place, width, formats[column.kind])
        sheet.write_string(row, place, column.head, look)
        if column.help:
            sheet.write_comment(row, place, column.help, {"x_scale": 2})


def _write_example(workbook, sheet, columns: Sequence[TemplateColumn], row: int):
    """Marked in its first cell, by which reading knows it."""
    for place, column in enumerate(columns):
        look = {**FORMATS[column.kind], "italic": True, "font_color": "#7F7F7F"}
        sample = column.sample
        if place == 0:
            sample = _("Example: %(sample)s") % {"sample": "" if sample is None else sample}
        _write(sheet, row, place, sample, workbook.add_format(look))


def _set_page(sheet, title: str, head: int):
    sheet.freeze_panes(head + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.set_footer("&C&P / &N")


def annotated(book: Book, table: Table, findings: Iterable[Finding]) -> bytes:
    """The rows of the sheet that was read, with colored cells and a last column that says what is
    wrong. Values stand in place of formulas."""
    content = BytesIO()
    by_row: dict[int, list[Finding]] = {}
    for finding in findings:
        by_row.setdefault(finding.row, []).append(finding)
    rows = book.rows(table.sheet)
    told = _("Errors of the import")
    width = _width_without(told, rows, table)
    with xlsxwriter.Workbook(content, OPTIONS) as workbook:
        sheet = workbook.add_worksheet()
        looks = _Looks(workbook)
        _merge(sheet, book, table)
        for number, row in enumerate(rows, 1):
            found = by_row.get(number, [])
            is_head = number in table.head_rows
            for place, value in enumerate(row[:width]):
                mine = [finding for finding in found if finding.column == place]
                _write(sheet, number - 1, place, value, looks.of(value, mine, is_head))
            if found:
                sentences = "\n".join(dict.fromkeys(finding.sentence for finding in found))
                sheet.write_string(number - 1, width, sentences[:32_000], looks.of("", found))
        sheet.write_string(table.head_rows[-1] - 1, width, told, looks.of("", [], True))
        for head in table.heads:
            sheet.set_column(head.column, head.column, min(max(_width(head.text), 10) + 2, 30))
        sheet.set_column(width, width, 60)
        _set_page(sheet, table.title, table.head_rows[-1] - 1)
    return content.getvalue()


class _Looks:
    """The formats of an annotated sheet, each made once."""

    def __init__(self, workbook):
        self.workbook = workbook
        self.made = {}

    def of(self, value: Value, findings: Sequence[Finding], is_head: bool = False):
        is_wrong = any(finding.is_error for finding in findings)
        color = "#FFC7CE" if is_wrong else "#FFEB9C" if findings else None
        key = isinstance(value, date), color, is_head
        if key not in self.made:
            look = dict(HEAD) if is_head else {"text_wrap": bool(color), "valign": "top"}
            look |= {"bg_color": color} if color else {}
            look |= {"num_format": "yyyy-mm-dd"} if isinstance(value, date) else {}
            self.made[key] = self.workbook.add_format(look)
        return self.made[key]


def _width_without(told: str, rows: list[list[Value]], table: Table) -> int:
    """How many columns the sheet has, without the errors of an earlier time."""
    width = max(map(len, rows), default=0)
    earlier = [head.column for head in table.heads if head.text == told]
    return earlier[0] if earlier and earlier[0] == width - 1 else width


def _merge(sheet, book: Book, table: Table):
    for top, left, bottom, right in book.grid(table.sheet).merged:
        try:
            sheet.merge_range(top, left, bottom, right, "")
        except OverlappingRange:
            continue


def _write(sheet, row: int, column: int, cell: Value | Noted, look):
    if isinstance(cell, Noted):
        sheet.write_comment(row, column, cell.note)
        cell = cell.value
    if cell is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, look)
    elif isinstance(cell, int | float | Decimal) and abs(cell) < 10**15:
        sheet.write_number(row, column, cell, look)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, look)
    else:
        sheet.write_string(row, column, str(cell), look)


def _width(text: str) -> int:
    """In signs; Chinese ones are two wide."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
