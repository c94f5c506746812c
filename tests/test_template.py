"""Workbooks that are sent out, opened as a spreadsheet program would and read back."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from tests.sheet_files import (
    HEADS,
    csv,
    members,
    openpyxl,
    row_of,
    table_of,
    values,
    with_cells,
    xlsx,
)
from zonetrack.imports.reading import HIDDEN_SHEET, open_file
from zonetrack.imports.template import Finding, Noted, TemplateColumn, annotated, template

COLUMNS = [
    TemplateColumn("企业名称", "The whole name", sample="某某锂业有限公司"),
    TemplateColumn("统一社会信用代码", kind="text", sample="91630000000000000X"),
    TemplateColumn("营业收入（万元）", "Of the whole year", kind="number", sample=12.5),
    TemplateColumn("级别", choices=["国家级", "省级"], sample="省级"),
    TemplateColumn("行业", choices=[f"行业{n}" for n in range(500)]),
    TemplateColumn("认定日期", kind="date", sample=date(2014, 5, 1)),
    TemplateColumn("上年", kind="shown"),
]
GIVEN = [["甲公司", "0012", Noted(None, "2013: 10.5"), None, None, date(2013, 2, 3), 10.5]]


def made(columns=COLUMNS, rows=GIVEN, **more):
    told = {"version": "yearly-2014-1", "title": "2014年度数据", "notes": ["Fill in.", "Send."]}
    return template(columns, rows, **(told | more))


def opened(content):
    return openpyxl.load_workbook(BytesIO(content))


def test_the_version_is_found_again_and_its_sheet_is_not_shown():
    book = open_file("a.xlsx", made())
    assert book.version == "yearly-2014-1"
    assert len(book.sheets) == 1 and not book.sheets[0].hidden
    assert opened(made())[HIDDEN_SHEET].sheet_state == "veryHidden"
    assert open_file("a.xlsx", xlsx()).version is None


def test_a_template_is_read_without_its_title_notes_and_example():
    table = table_of(made())
    assert table.head_rows == (4,)
    assert [(row.number, row.why) for row in table.skipped] == [(5, "example")]
    assert values(table) == [
        ["甲公司", "0012", None, None, None, date(2013, 2, 3), Decimal("10.5")]
    ]
    assert table.rows[0].number == 6
    assert table.year == 2014


def test_a_template_without_rows_is_read_as_empty():
    assert table_of(made(rows=[])).rows == []


def test_choices_are_drop_downs_however_many_there_are():
    workbook = opened(made())
    rules = {
        str(rule.sqref).split(":")[0]: rule.formula1
        for rule in workbook.worksheets[0].data_validations.dataValidation
    }
    assert rules == {"D6": "zonetrack!$E$1:$E$2", "E6": "zonetrack!$F$1:$F$500"}
    hidden = workbook[HIDDEN_SHEET]
    assert [hidden["E1"].value, hidden["E2"].value, hidden["F500"].value] == [
        "国家级",
        "省级",
        "行业499",
    ]


def test_help_and_earlier_values_stand_in_comments():
    sheet = opened(made()).worksheets[0]
    assert sheet["A4"].comment.text == "The whole name"
    assert sheet["C6"].comment.text == "2013: 10.5"
    assert sheet["B4"].comment is None


def test_the_page_is_a4_across_with_heads_that_stay():
    sheet = opened(made()).worksheets[0]
    assert sheet.freeze_panes == "B5"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.column_dimensions["A"].width > 16


def test_codes_are_typed_as_texts():
    sheet = opened(made()).worksheets[0]
    assert sheet["B6"].number_format == "@" and sheet["B6"].value == "0012"
    assert sheet["F6"].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+1", "-1", "http://x", "=cmd|'/C calc'!A0"])
def test_no_cell_is_ever_a_formula(text):
    columns = [TemplateColumn(text, text, [text], sample=text), TemplateColumn("b", sample=text)]
    content = made(columns, [[text, text]], title=text, notes=[text])
    for name, part in members(content).items():
        if name.startswith("xl/worksheets/sheet"):
            assert b"<f>" not in part and b"hyperlink" not in part
    assert opened(content).worksheets[0]["A5"].value == text


# A file given back


def findings():
    return [
        Finding(2, 1, "Not a number."),
        Finding(2, None, "Not known."),
        Finding(3, 2, "Unusual.", is_error=False),
    ]


@pytest.mark.parametrize("content", [xlsx(), csv(encoding="gb18030")])
def test_a_file_comes_back_with_what_is_wrong(content):
    book = open_file("a", content)
    sheet = opened(annotated(book, table_of(content), findings())).active
    assert [cell.value for cell in sheet[1]] == [*HEADS, "Errors of the import"]
    assert sheet["D2"].value == "Not a number.\nNot known."
    assert sheet["D3"].value == "Unusual."
    assert sheet["B2"].fill.start_color.rgb == "FFFFC7CE"
    assert sheet["C3"].fill.start_color.rgb == "FFFFEB9C"
    assert sheet["A2"].fill.fill_type is None


def test_what_comes_back_reads_the_same():
    rows = [
        ["统计表"],
        ["企业名称", "研发投入", None, "认定日期"],
        [None, "2013年", "2014年", None],
        ["甲", Decimal("1.5"), "1,2", date(2014, 5, 1)],
        ["乙", -3, 0, None],
    ]
    content = xlsx(rows, merged=["A1:D1", "B2:C2", "A2:A3", "D2:D3"])
    before = table_of(content)
    again = annotated(open_file("a", content), before, [Finding(4, 1, "x")])
    after = table_of(again)
    assert [line.cells[:4] for line in after.rows] == values(before)
    assert after.heads[:4] == before.heads
    assert after.head_rows == before.head_rows


def test_errors_of_an_earlier_time_are_replaced():
    content = xlsx()
    first = annotated(open_file("a", content), table_of(content), findings())
    second = annotated(open_file("a", first), table_of(first), [Finding(3, 0, "Now this.")])
    sheet = opened(second).active
    assert [cell.value for cell in sheet["D"]] == ["Errors of the import", None, "Now this."]
    assert sheet.max_column == 4


def test_formulas_come_back_as_values_and_errors_as_texts():
    cells = row_of(1, *HEADS) + row_of(
        2, "甲", '<c r="{r}"><f>1+1</f><v>2</v></c>', '<c r="{r}" t="e"><v>#REF!</v></c>'
    )
    content = with_cells(cells)
    sheet = opened(annotated(open_file("a", content), table_of(content), [])).active
    assert [cell.value for cell in sheet[2]][:3] == ["甲", 2, "#REF!"]
    assert sheet["C2"].data_type in ("s", "e", "inlineStr")
