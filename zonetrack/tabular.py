"""Rows out as CSV and XLSX, for lists and reports alike.

Both are streamed row by row, so that memory does not grow with the table. A cell is a text, number,
date, truth value or None, which stays empty: not reported.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import chain, islice

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from zonetrack.turns import in_turns
from zonetrack.xlsx import ROWS_PER_PIECE, Cell, Row, Sheet, local_moment, workbook

__all__ = [
    "Cell",
    "Row",
    "Sheet",
    "csv_cell",
    "csv_response",
    "safe_text",
    "truths",
    "xlsx_response",
]


FORMULA_STARTS = tuple("=+-@\t\r\n\0＝＋－＠")


def csv_response(filename: str, heads: Iterable[str], rows: Iterable[Row]):
    return _response(filename, "text/csv; charset=utf-8", _csv(heads, rows, truths()))


def xlsx_response(filename: str, sheets: Iterable[Sheet]):
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _response(filename, kind, workbook(sheets))


def _response(filename: str, content_type: str, content: Iterator[bytes]):
    response = StreamingHttpResponse(in_turns(content), content_type=content_type)
    name = re.sub(r'[\x00-\x1f\x7f"*/:<>?\\|]+', "_", filename)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


# CSV


def _csv(heads: Iterable[str], rows: Iterable[Row], truth: dict[bool, str]) -> Iterator[bytes]:
    yield "\ufeff".encode()  # without it Excel and WPS do not recognize UTF-8
    lines = chain([heads], rows)
    while batch := list(islice(lines, ROWS_PER_PIECE)):
        buffer = StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerows([csv_cell(value, truth) for value in row] for row in batch)
        yield buffer.getvalue().encode("utf-8", "replace")


def truths() -> dict[bool, str]:
    """How yes and no are written, in the active language."""
    return {True: gettext("Yes"), False: gettext("No")}


def csv_cell(value: Cell, truth: dict[bool, str]):
    # Called for every cell of a long file, so the most frequent kinds stand first.
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, bool):
        return truth[value]
    if value is None or isinstance(value, (int, float)):  # noqa: UP038
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return local_moment(value).isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else safe_text(str(value))


def safe_text(text: str) -> str:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text
