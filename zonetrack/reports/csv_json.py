"""A report as tables of values: the indicators or one of its lists as CSV, everything as JSON."""

import csv
import json
from io import StringIO

from django.utils import translation

from zonetrack.dashboards.exports import COLUMNS
from zonetrack.tabular import csv_cell, safe_text, truths

from .document import AnnualReport, Cell, Column, Table
from .keeping import plain

FORMAT = "zonetrack-annual-report"
VERSION = 1


def indicator_csv(report: AnnualReport) -> bytes:
    """The indicators with all their columns, heads in the language of the report."""
    with translation.override(report.language):
        heads = [str(column.head) for column in COLUMNS]
        rows = [[line.get(column.key) for column in COLUMNS] for line in report.lines]
        return csv_bytes(heads, rows)


def table_csv(report: AnnualReport, table: Table) -> bytes:
    """One table of the report: numbers and days as such, all else as it is written."""
    heads = [head_of(column) for column in table.columns]
    rows = [row for row in table.rows if row.kind != "group"]
    with translation.override(report.language):
        return csv_bytes(heads, [[value_of(cell) for cell in row.cells] for row in rows])


def head_of(column: Column) -> str:
    return f"{column.name} ({column.unit})" if column.unit else column.name


def value_of(cell: Cell):
    """What a program reads: empty where nothing is reported."""
    if cell.value is not None:
        return cell.value
    return None if cell.text == "–" else cell.text


def csv_bytes(heads: list[str], rows, truth: dict[bool, str] | None = None) -> bytes:
    truth, buffer = truth or truths(), StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([safe_text(head) for head in heads])
    writer.writerows([csv_cell(value, truth) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")


def json_file(report: AnnualReport) -> bytes:
    """The whole report as `keeping.plain` tells it; `keeping.restored` reads it back."""
    content = {"format": FORMAT, "version": VERSION, "report": plain(report)}
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False)
    # A text can hold half of a pair of signs, which no file can.
    return text.encode("utf-8", "replace") + b"\n"
