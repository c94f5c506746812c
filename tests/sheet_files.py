"""Files for the tests of reading: workbooks of each kind from rows, and their members by hand."""

from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from zonetrack.imports.reading import find_table, normal, open_file

openpyxl = pytest.importorskip("openpyxl", reason="needs openpyxl: install requirements-dev.txt")

KNOWN = set(
    map(
        normal,
        ["企业名称", "统一社会信用代码", "营业收入", "研发投入", "从业人员", "专利申请", "认定日期"]
        + ["专利申请/发明", "备注", "Enterprise", "Operating revenue", "Employees", "Credit code"],
    )
)
HEADS = ["企业名称", "营业收入（万元）", "从业人员"]
ROWS = [HEADS, ["昆仑公司", 10.5, 3], ["青海湖公司", 20, 4]]


def table_of(content, sheet=None, name="file", **options):
    return find_table(open_file(name, content, **options), sheet, KNOWN.__contains__)


def values(table):
    """The cells of all lines, without columns that have no head."""
    return [[line.cells[head.column] for head in table.heads] for line in table.rows]


def xlsx(*sheets, merged=(), change=None):
    """A workbook of sheets, each a list of rows; `change` may alter the first one by openpyxl."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for number, rows in enumerate(sheets or [ROWS], 1):
        sheet = workbook.create_sheet(f"Sheet{number}")
        for row in rows:
            sheet.append(row)
    for area in merged:
        workbook.worksheets[0].merge_cells(area)
    if change:
        change(workbook.worksheets[0])
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def members(content):
    with ZipFile(BytesIO(content)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(parts):
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def with_members(replaced, content=None):
    """A workbook with members put in place of its own, or beside them."""
    return zipped(members(content or xlsx()) | replaced)


SHEET = "xl/worksheets/sheet1.xml"


def with_cells(cells, before="", after=""):
    """A workbook whose first sheet has the rows of XML that are given."""
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns='
        f'"http://schemas.openxmlformats.org/spreadsheetml/2006/main">{before}'
        f"<sheetData>{cells}</sheetData>{after}</worksheet>"
    )
    return with_members({SHEET: xml})


def row_of(number, *cells):
    """XML of a row; a cell is a text, a number or XML of its own with {r} for its address."""
    written = []
    for letter, cell in zip("ABCDEFGHIJ", cells, strict=False):
        place = f"{letter}{number}"
        if isinstance(cell, str) and cell.startswith("<"):
            written.append(cell.replace("{r}", place))
        elif isinstance(cell, str):
            written.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>')
        else:
            written.append(f'<c r="{place}"><v>{cell}</v></c>')
    return f'<row r="{number}">{"".join(written)}</row>'


ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">'
)


def ods(rows=None, *, styles="", attributes="", inner="", **more):
    """A workbook of one sheet; a row may be XML."""
    written = "".join(map(_ods_row, ROWS if rows is None else rows))
    content = (
        f"{ODS_HEAD}<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="Data"{attributes}>{inner}{written}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content,
        "META-INF/manifest.xml": "<manifest/>",
    }
    return zipped(parts | more)


def _ods_row(row):
    if isinstance(row, str):
        return row
    return f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>"


def ods_cell(cell):
    if isinstance(cell, str) and cell.startswith("<"):
        return cell
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, int | float):
        kind = f'office:value-type="float" office:value="{cell}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def csv(rows=None, encoding="utf-8", separator=",", end="\r\n"):
    lines = [separator.join(map(str, row)) for row in rows or ROWS]
    return (end.join(lines) + end).encode(encoding)
