"""A spreadsheet as it circulates: title, merged heads, two units, notes; and its twin as CSV."""

import csv
from dataclasses import dataclass, replace
from io import BytesIO, StringIO

import pytest

openpyxl = pytest.importorskip("openpyxl", reason="needs openpyxl: install requirements-dev.txt")

TITLE = "{year}年度{park}企业研发和专利情况统计表"
FIRST_HEADS = (
    "序号", "单位名称", "统一社会信用代码", "研发投入", None, "营业收入（万元）",
    "人员（人）", None, "专利申请", None,
)  # fmt: skip
SECOND_HEADS = (
    None, None, None, "研发经费支出", "其中：政府资金", None, "从业人员", "研发人员", "申请数",
    "其中：发明",
)  # fmt: skip
MERGED = ("A1:J1", "D3:E3", "G3:H3", "I3:J3", "A3:A4", "B3:B4", "C3:C4", "F3:F4")
FIRST_ROW = 5


@dataclass(frozen=True)
class Told:
    """What the sheet says of one enterprise; money for R&D in 1,000 yuan, revenue in 10,000."""

    name: str
    code: str
    rd: object
    government: object
    revenue: object
    employees: object
    staff: object
    filed: object
    inventions: object

    def cells(self, number: int) -> list:
        return [
            number, self.name, self.code, self.rd, self.government, self.revenue, self.employees,
            self.staff, self.filed, self.inventions,
        ]  # fmt: skip


def spoiled(rows: list[Told]) -> list[Told]:
    """The same rows with three errors in the 2nd, 4th and 6th."""
    rows = list(rows)
    rows[1] = replace(rows[1], name=f"{rows[1].name}（筹）", code="")
    rows[3] = replace(rows[3], revenue="约3.2万")
    rows[5] = replace(rows[5], employees="12.5")
    return rows


def sheet_rows(park: str, year: int, rows: list[Told]) -> list[list]:
    table = [one.cells(number) for number, one in enumerate(rows, start=1)]
    total = ["合计", None, None, sum(one.rd for one in rows), *[None] * 6]
    return [
        [TITLE.format(park=park, year=year)],
        [f"填报单位：{park}管委会", *[None] * 8, "单位：千元"],
        list(FIRST_HEADS),
        list(SECOND_HEADS),
        *table,
        total,
        ["注：研发经费支出按内部支出口径填报。"],
        ["填表人：李娜", None, None, None, "审核人："],
    ]


def messy_workbook(park: str, year: int, rows: list[Told]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "研发统计"
    for row in sheet_rows(park, year, rows):
        sheet.append(row)
    for place in MERGED:
        sheet.merge_cells(place)
    book.create_sheet("说明").append(["本表由园区汇总。"])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def messy_csv(park: str, year: int, rows: list[Told]) -> bytes:
    """The twin in GBK, as "save as CSV" writes it: merged cells keep their first one only."""
    text = StringIO(newline="")
    lines = sheet_rows(park, year, rows)
    csv.writer(text, lineterminator="\r\n").writerows(
        [["" if cell is None else cell for cell in row] for row in lines]
    )
    return text.getvalue().encode("gbk")
