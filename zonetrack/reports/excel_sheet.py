"""One section of a report on one sheet: its tables, then its charts with their numbers, its text.

Tables come first, so that the head of the first can stay in sight while one scrolls.
"""

from datetime import date
from decimal import Decimal
from math import ceil

from django.conf import settings
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_range

from zonetrack.addresses import on_the_site

from .document import (
    AnnualReport,
    Cell,
    Items,
    Paragraph,
    Picture,
    Row,
    Section,
    Table,
)
from .excel_charts import CHART_ROWS, chart_of
from .excel_look import DATE, Looks, clean, number_format, number_of, width_of

NARROW, WIDE, TEXT_WIDTH = 9, 44, 90
LINE_HEIGHT = 15
MOST_LINKS = 60_000  # of a sheet
TIP = 255
FIRST_SAFE_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900


class SheetWriter:
    """Writes downwards; `row` is the next free one."""

    def __init__(self, book, sheet, looks: Looks, report: AnnualReport, *, back_to: str):
        self.book, self.sheet, self.looks, self.report = book, sheet, looks, report
        self.back_to, self.row, self.widths, self.links = back_to, 0, {}, 0
        self.head_row, self.tables = 0, 0
        self.texts_on_purpose: list[tuple] = []  # areas with years and codes

    def write(self, title: str, section: Section) -> None:
        tables, pictures, texts = sorted_out(section)
        self.text(title, "heading", height=24)
        back = "internal:'" + self.back_to.replace("'", "''") + "'!A1"
        self.sheet.write_url(self.row, 0, back, self.looks.get("link"), _("Back to the cover"))
        self.row += 1
        for table in tables:
            self.table(table)
        for picture in pictures:
            self.picture(picture)
        for words, look in texts:
            self.wrapped(words, look)
        self.set_up()

    # Texts

    def text(self, words: str, look: str, height: float | None = None) -> None:
        self.sheet.write_string(self.row, 0, clean(words), self.looks.get(look))
        if height:
            self.sheet.set_row(self.row, height)
        self.row += 1

    def wrapped(self, words: str, look: str) -> None:
        """Over as many columns as a page is wide; rows are as high as the lines need."""
        for line in words.splitlines() or [""]:
            last = self.last_text_column()
            style = self.looks.get(look)
            if last:
                self.sheet.merge_range(self.row, 0, self.row, last, "", style)
            self.sheet.write_string(self.row, 0, clean(line), style)
            lines = ceil(max(width_of(line), 1) * 1.15 / self.text_width(last))
            self.sheet.set_row(self.row, LINE_HEIGHT * max(lines, 1) + 2)
            self.row += 1

    def last_text_column(self) -> int:
        """The last of the columns that together are as wide as a line of text may be."""
        last = 0
        while self.text_width(last) < TEXT_WIDTH and last < 9:
            last += 1
        return last

    def text_width(self, last: int) -> float:
        return sum(self.widths.get(at, NARROW) for at in range(last + 1))

    # Tables

    def table(self, table: Table) -> None:
        self.row += 1
        self.text(table.caption, "caption")
        if not table.rows:
            self.text(table.empty or _("Nothing to show."), "note")
            return
        self.measure(table)
        self.head_row, self.tables = self.row, self.tables + 1
        for at, column in enumerate(table.columns):
            words = f"{column.name}\n{column.unit}" if column.unit else column.name
            look = "head-number" if column.numeric else "head-text" if at else "head"
            self.sheet.write_string(self.row, at, clean(words), self.looks.get(look))
        if any(
            column.unit or width_of(column.name) > self.widths[at]
            for at, column in enumerate(table.columns)
        ):
            self.sheet.set_row(self.row, LINE_HEIGHT * 2 + 4)
        self.row += 1
        first = self.row
        for row in table.rows:
            self.table_row(row, table)
        area = (first, 0, self.row - 1, len(table.columns) - 1)
        self.texts_on_purpose.append(area)
        for note in table.notes:
            self.wrapped(note, "note")

    def table_row(self, row: Row, table: Table) -> None:
        if row.kind == "group":
            look = self.looks.get("group")
            self.sheet.write_string(self.row, 0, clean(row.cells[0].text), look)
            for at in range(1, len(table.columns)):
                self.sheet.write_blank(self.row, at, None, look)
            self.row += 1
            return
        name = row.cells[0].text if row.cells else ""
        for at, (cell, column) in enumerate(zip(row.cells, table.columns, strict=False)):
            unit = cell.unit
            named = bool(unit) and (unit in name or unit in column.unit or unit in column.name)
            self.cell(at, cell, right=column.numeric, named=named, bold=row.kind == "total")
        self.row += 1

    def cell(self, at: int, cell: Cell, *, right: bool, named: bool, bold: bool) -> None:
        """A value where there is one, linked to what is behind it."""
        value, sheet = cell.value, self.sheet
        link = bool(cell.url) and self.links < MOST_LINKS and bool(settings.SITE_ADDRESS)
        style = {"right": right, "bold": bold, "link": link, "first": at == 0}
        if isinstance(value, bool) or value is None:
            look, write, given = self.looks.cell(**style), sheet.write_string, clean(cell.text)
        elif isinstance(value, int | Decimal):
            look = self.looks.cell(number=number_format(cell, named=named), **style)
            write, given = sheet.write_number, number_of(cell)
        elif isinstance(value, date) and value >= FIRST_SAFE_DAY:
            look = self.looks.cell(number=DATE, **style)
            write, given = sheet.write_datetime, value
        else:
            look, write, given = self.looks.cell(**style), sheet.write_string, clean(cell.text)
        if link:
            self.links += 1
            url = on_the_site(cell.url) if cell.url.startswith("/") else cell.url
            # Writes a text; the value then takes its place and keeps the link.
            sheet.write_url(self.row, at, url, look, clean(cell.text)[:TIP] or "–")
        write(self.row, at, given, look)

    def measure(self, table: Table) -> None:
        """Columns as wide as what stands in them, within reason."""
        for at, column in enumerate(table.columns):
            texts = [row.cells[at].text for row in table.rows if at < len(row.cells)]
            if at == 0:
                # A heading over rows may reach over the other columns.
                texts = [row.cells[0].text for row in table.rows if row.kind != "group"]
            head = width_of(column.name)
            body = max((width_of(text) for text in texts[:400]), default=0)
            # A number can be written longer than the text, with its unit.
            spare = 6 if column.numeric else 2
            wanted = min(max(NARROW, min(head, 16), body + spare), WIDE)
            self.widths[at] = max(self.widths.get(at, 0), wanted)

    # Charts

    def picture(self, picture: Picture) -> None:
        self.row += 1
        self.text(picture.title, "caption")
        if picture.subtitle:
            self.text(picture.subtitle, "note")
        heads = ["", *(series.name for series in picture.series)]
        first = self.row
        for at, head in enumerate(heads):
            look = self.looks.get("head-number" if at else "head")
            self.sheet.write_string(self.row, at, clean(head), look)
            self.widths[at] = max(self.widths.get(at, 0), NARROW, min(width_of(head), 24) + 2)
        self.row += 1
        for at, label in enumerate(picture.labels):
            self.sheet.write_string(self.row, 0, clean(label), self.looks.cell())
            self.widths[0] = max(self.widths.get(0, 0), min(width_of(label) + 2, WIDE))
            for column, series in enumerate(picture.series, 1):
                value = series.values[at]
                if value is not None:
                    cell = Cell("", value, None)
                    look = self.looks.cell(number=number_format(cell, named=True))
                    self.sheet.write_number(self.row, column, number_of(cell), look)
            self.row += 1
        self.texts_on_purpose.append((first, 0, self.row - 1, 0))
        if picture.labels and picture.series:
            self.row += 1
            chart = chart_of(self.book, self.sheet.get_name(), picture, first)
            said = {"description": clean(picture.alt)[:2000], "object_position": 1}
            self.sheet.insert_chart(self.row, 0, chart, said)
            self.row += CHART_ROWS
        for words in filter(None, [*picture.notes, source_of(picture)]):
            self.wrapped(words, "note")

    # The page

    def set_up(self) -> None:
        sheet = self.sheet
        for at, width in self.widths.items():
            sheet.set_column(at, at, width)
        if not self.widths:
            sheet.set_column(0, self.last_text_column(), NARROW)
        if self.texts_on_purpose:
            areas = " ".join(xl_range(*area) for area in self.texts_on_purpose)
            sheet.ignore_errors({"number_stored_as_text": areas})
        if self.tables == 1:
            sheet.freeze_panes(self.head_row + 1, 1)
            sheet.repeat_rows(self.head_row)
        elif self.tables:
            # The head of one table says nothing of the others.
            sheet.freeze_panes(1, 1)
            sheet.repeat_rows(0)
        sheet.set_paper(9)
        if sum(self.widths.values()) > 110:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        sheet.hide_gridlines(2)
        title = header_text(f"{self.report.place_name} · {self.report.title}")
        sheet.set_header(f"&L{title}&R{header_text(self.report.state, 60)}")
        sheet.set_footer("&C" + _("Page %(n)s of %(all)s") % {"n": "&P", "all": "&N"})


def sorted_out(section: Section) -> tuple[list[Table], list[Picture], list[tuple[str, str]]]:
    """Tables, pictures, and texts with their look, of a section and those within it."""
    tables, pictures, texts = [], [], []
    for each in (section, *section.sections):
        if each is not section and any(isinstance(b, Paragraph | Items) for b in each.blocks):
            texts.append((each.title, "caption"))
        for block in each.blocks:
            if isinstance(block, Table):
                tables.append(block)
            elif isinstance(block, Picture):
                pictures.append(block)
            elif isinstance(block, Items):
                texts += [(f"• {text}", "text") for text in block.texts]
            else:
                look = block.kind if block.kind in ("lead", "note") else "text"
                texts.append((block.text, look))
                if block.author:
                    texts.append((block.author, "note"))
    return tables, pictures, texts


def source_of(picture: Picture) -> str:
    return _("Source:") + " " + picture.source if picture.source else ""


def header_text(text: str, most: int = 110) -> str:
    """Within a header, & begins an order; all of it holds at most 255 signs."""
    return clean(text)[:most].replace("&", "&&")
