"""A report as a workbook: read back with another library, and compared with the report."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.reporting import HOSTILE, TODAY, YEAR, make_world
from tests.test_report_document import make_report
from zonetrack.reports.document import Cell, Column, Picture, Row, Section, Series, Table
from zonetrack.reports.excel import excel, sheet_names
from zonetrack.reports.excel_look import number_format, number_of

openpyxl = pytest.importorskip("openpyxl")


def opened(content: bytes):
    return openpyxl.load_workbook(BytesIO(content))


def cells_of(sheet) -> list:
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def found(sheet, text):
    return next(cell for cell in cells_of(sheet) if cell.value == text)


def report_with(*blocks, **more):
    return make_report(sections=(Section("one", "One", blocks),), **more)


def table_of(*rows, columns=None, **more):
    columns = columns or (Column("Name"), Column("Number", numeric=True))
    return Table("list", "List", columns, tuple(Row(cells) for cells in rows), **more)


def test_the_same_report_gives_the_same_bytes():
    assert excel(make_report()) == excel(make_report())


def test_values_are_typed_and_written_as_in_the_report():
    rows = [
        (Cell("Money"), Cell("1,234.50", Decimal("1234.5"), 2, unit="10,000 yuan")),
        (Cell("Share"), Cell("45.5%", Decimal("45.5"), 1, percent=True)),
        (Cell("Target"), Cell("at least 3", Decimal(3))),
        (Cell("Change"), Cell("+5 (+23%)", Decimal(5), 0, unit="patents")),
        (Cell("Points"), Cell("+2.3 percentage points", Decimal("2.3"), 1, unit="%")),
        (Cell("Day"), Cell("2014-05-01", date(2014, 5, 1))),
        (Cell("Nothing"), Cell("–")),
        (Cell("Zero"), Cell("0", 0, 0)),
    ]
    sheet = opened(excel(report_with(table_of(*rows)))).worksheets[1]
    beside = {cell.value: sheet.cell(cell.row, 2) for cell in cells_of(sheet) if cell.column == 1}
    read = {name: (cell.value, cell.number_format) for name, cell in beside.items()}
    assert read["Money"] == (1234.5, '#,##0.00" (10,000 yuan)"')
    assert read["Share"] == (0.455, "#,##0.0%")
    assert read["Target"] == (3, '"at least "#,##0')
    assert read["Change"] == (5, '+#,##0" patents";-#,##0" patents";#,##0" patents"')
    assert read["Points"][0] == 2.3
    assert "percentage points" in read["Points"][1]
    assert beside["Day"].value.date() == date(2014, 5, 1)
    assert read["Nothing"][0] == "–"
    assert read["Zero"] == (0, "#,##0")


def test_a_unit_that_a_head_names_is_not_repeated():
    cell = Cell("3", 3, 0, unit="patents")
    assert number_format(cell, named=True) == "#,##0"
    assert number_of(Cell("1.5", Decimal("1.50"))) == 1.5


def test_sheets_are_ready_to_be_read_and_printed():
    sheet = opened(excel(report_with(table_of((Cell("A"), Cell("1", 1)))))).worksheets[1]
    head = found(sheet, "Name").row
    assert sheet.freeze_panes == f"B{head + 1}"
    assert sheet.print_title_rows == f"${head}:${head}"
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.fitToHeight == 0
    assert "&P" in sheet.oddFooter.center.text
    assert "Somewhere" in sheet.oddHeader.left.text
    assert sheet.column_dimensions["A"].width >= 9


def test_numbers_lead_to_what_is_behind_them():
    sheet = opened(
        excel(report_with(table_of((Cell("A"), Cell("1", 1, url="/x/?a=1&b=2")))))
    ).worksheets[1]
    assert found(sheet, 1).hyperlink.target.endswith("/x/?a=1&b=2")


def test_charts_can_be_edited():
    charts = [
        Picture(form, form, "Title & <b>", "", "told", "<svg/>", ("2013", "2014"),
                (Series("actual", "Actual", (None, Decimal("1.5"))),
                 Series(other, "Other", (2, 3)), Series("forecast", "Expected", (None, 4))))
        for form, other in (("bars", "target"), ("line", "target"), ("rows", "previous"))
    ]  # fmt: skip
    content = excel(report_with(*charts))
    with ZipFile(BytesIO(content)) as file:
        names = [name for name in file.namelist() if re.search(r"charts/chart\d", name)]
        texts = [file.read(name).decode() for name in sorted(names)]
        drawing = file.read("xl/drawings/drawing1.xml").decode()
    assert len(texts) == 3
    kinds = [set(re.findall(r"<c:(bar|line)Chart>", text)) for text in texts]
    assert kinds == [{"bar", "line"}, {"line"}, {"bar"}]
    assert all("One'!$B$" in text and 'dispBlanksAs val="zero"' not in text for text in texts)
    assert "prstDash" in texts[0]
    assert 'descr="told"' in drawing
    sheet = opened(content).worksheets[1]
    assert found(sheet, 1.5).row > found(sheet, "2013").row


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_becomes_a_formula_an_address_or_a_broken_file(name):
    hostile = report_with(
        table_of((Cell(name, url="/x/"), Cell(name)), notes=(name,), empty=name),
        title=name,
        place_name=name,
        state=name,
        facts=((name, name),),
    )
    content = excel(hostile)
    with ZipFile(BytesIO(content)) as file:
        sheets = [file.read(one).decode() for one in file.namelist() if "worksheets/sheet" in one]
    assert not any("<f>" in text for text in sheets)
    book = opened(content)
    values = [cell.value for sheet in book for cell in cells_of(sheet)]
    assert name in values
    assert all(cell.data_type != "f" for sheet in book for cell in cells_of(sheet))


def test_sheet_names_are_such_as_excel_takes():
    names = sheet_names(["a/b:c", "A b c", "", "History", "名" * 40, "名" * 40, "'x'", "'" * 40])
    assert len({name.lower() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    assert not any(name.startswith("'") or name.endswith("'") for name in names)
    assert "history" not in [name.lower() for name in names]


@pytest.mark.parametrize("rows", [0, 3000])
def test_tables_without_and_with_many_rows(rows):
    table = table_of(*[(Cell(f"Row {n}"), Cell(str(n), n)) for n in range(rows)], empty="None.")
    book = opened(excel(report_with(table)))
    values = [cell.value for cell in cells_of(book.worksheets[1])]
    assert ("None." in values) == (rows == 0)
    assert ("Row 2999" in values) == (rows == 3000)


def test_an_empty_report_is_a_workbook():
    assert len(opened(excel(make_report(sections=(), facts=()))).worksheets) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_value_of_the_reports_tables_stands_in_the_workbook(language):
    from django.utils import translation

    from enterprises.places import Place, zone_links
    from zonetrack.reports.annual import annual_report
    from zonetrack.reports.document import blocks_of

    zone = make_world().zone
    with translation.override(language):
        report = annual_report(Place(zone, tuple(zone_links("north"))), YEAR, today=TODAY)
    book = opened(excel(report))
    assert len(book.worksheets) == 1 + len(report.sections) + len(report.annexes)
    values = {cell.value for sheet in book for cell in cells_of(sheet)}
    wanted = [
        cell
        for table in blocks_of(report, Table)
        for row in table.rows
        for cell in row.cells
        if isinstance(cell.value, int | Decimal)
    ]
    assert len(wanted) > 50
    assert [cell for cell in wanted if number_of(cell) not in values] == []
