"""One page for leaders: a headline, eight indicators, two charts, what needs attention.

Everything is taken from the report; what does not fit is shortened and found there.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from zonetrack import catalog, numbers, punctuation

from .document import AnnualReport, Cell, Paragraph, Picture, Row, Table, blocks_of
from .marks import mark
from .pdf import document_data, kept_file, picture_data
from .phrases import plain
from .widths import length
from .widths import short as cut

TILES, PICTURES, FINDINGS, FEWEST = 8, 2, 5, 3
FIRST_PICTURES = ("patents-filed", "rd-expenditure")
TABLE = "indicators"
NAME, VALUE, CHANGE, TARGET = 0, 1, 3, 4  # columns of that table
FOOTNOTE = re.compile(r"\s*\[\d+\]")
SENTENCE = re.compile(r"(?<=[.。])\s*(?=[A-Z\u2e80-\U0003ffff])")
# Ems that a text may take: the place, the title, the headline, and what stands in tile and column.
PLACE, TITLE, HEADLINE, LABEL, SMALL, CAPTION, FINDING = 74, 38, 108, 18, 12, 44, 54


def brief(report: AnnualReport) -> bytes:
    with override(report.language):
        return kept_file("brief", given(report), report.made_on)


def given(report: AnnualReport) -> dict:
    columns = 1 + PICTURES - len(pictures(report))  # that the findings have for themselves
    state = f"{report.state} · {date_format(report.made_on, 'DATE_FORMAT')}"
    return document_data(short(report.title, TITLE)) | {
        "place": short(report.place_name, PLACE),
        "day": [report.made_on.year, report.made_on.month, report.made_on.day],
        "standing": short(state, PLACE),
        "headline": short(headline(report), HEADLINE),
        "tiles": [tile(report, row) for row in headline_rows(report)],
        "pictures": [chart(picture) for picture in pictures(report)],
        "findings": [short(text, FINDING * columns) for text in findings(report)],
        "words": {
            "gap": "；" if report.is_chinese else "; ",
            "indicators": _("Main indicators"),
            "findings": _("Needs attention") if missed(report) else _("Findings"),
            "more": _("More in the report."),
        },
    }


def headline(report: AnnualReport) -> str:
    """What the report says first."""
    leads = (each.text for each in blocks_of(report, Paragraph) if each.kind == "lead")
    return next(leads, report.state)


# The indicators of the report's table


def rows(report: AnnualReport) -> list[Row]:
    tables = [table for table in blocks_of(report, Table) if table.key == TABLE]
    return [row for table in tables for row in table.rows if not row.kind and len(row.cells) > 4]


def headline_rows(report: AnnualReport) -> list[Row]:
    """The headline indicators that the table has, filled up with the others in its order."""
    there = {row.key or row.cells[NAME].text: row for row in rows(report)}
    chosen = [there.pop(key) for key in catalog.HEADLINES if key in there]
    return [*chosen, *there.values()][:TILES]


def tile(report: AnnualReport, row: Row) -> dict:
    status = status_of(row)
    words = short(status.text, LABEL / 2)
    return {
        "name": short(name_of(row), LABEL),
        "value": short(row.cells[VALUE].text, SMALL),
        "change": short(said(row.cells[CHANGE]), LABEL),
        "target": short(said(row.cells[TARGET]), LABEL - 2 - length(words)),
        "status": words,
        "state": asdict(mark(status.status)),
    }


def status_of(row: Row) -> Cell:
    return next((cell for cell in row.cells if cell.status), Cell(""))


def said(cell: Cell) -> str:
    return "" if cell.text == numbers.NOTHING else cell.text


# Charts and findings


def pictures(report: AnnualReport) -> list[Picture]:
    """Two, the most telling ones first."""
    there = {picture.key: picture for picture in blocks_of(report, Picture)}
    chosen = [there.pop(key) for key in FIRST_PICTURES if key in there]
    return [*chosen, *there.values()][:PICTURES]


def chart(picture: Picture) -> dict:
    return picture_data(picture) | {"title": short(picture.title, CAPTION)}


def missed(report: AnnualReport) -> list[Row]:
    return [row for row in rows(report) if mark(status_of(row).status).tone in ("bad", "watch")]


def findings(report: AnnualReport) -> list[str]:
    """What is behind its target; after that, or without any, what the summary says."""
    behind = [shortfall(row) for row in missed(report)][:FINDINGS]
    least = FEWEST if pictures(report) else FINDINGS
    return [*behind, *sentences(report)][: max(least, len(behind))]


def shortfall(row: Row) -> str:
    parts = [row.cells[VALUE].text, said(row.cells[TARGET]), status_of(row).text]
    text = punctuation.phrases(part for part in parts if part)
    return f"{punctuation.colon(name_of(row))}{text}"


def name_of(row: Row) -> str:
    """Without the marks of notes, which stand below the table."""
    return FOOTNOTE.sub("", row.cells[NAME].text)


def sentences(report: AnnualReport) -> Iterator[str]:
    for block in blocks_of(report, Paragraph):
        if not block.kind and not block.author:
            yield from SENTENCE.split(block.text)


def short(text, ems: float) -> str:
    return cut(plain(text), ems)
