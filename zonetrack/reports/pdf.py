"""A report as PDF, and charts as pictures for other files: data for the templates of typst.

Texts are handed over as data and never as markup. Files are tagged (PDF/UA-1) and made to be kept
(PDF/A-2a); see docs/decisions.md.
"""

import logging
import re
from dataclasses import asdict
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from zonetrack import numbers, punctuation

from . import phrases
from .document import (
    AnnualReport,
    Block,
    Items,
    Paragraph,
    Picture,
    Row,
    Section,
    Table,
    annex_heading,
    heading,
)
from .marks import mark
from .phrases import lines_of, numbered, plain, running, written_by
from .typesetting import Unset, typeset, typeset_apart
from .widths import fitted, short

STANDARDS = ["ua-1", "a-2a"]
PPI = 200
MANY = 8  # an annex with a table of more columns lies on its side
WIDTH, WIDTH_ACROSS = 459, 728  # of tables, in points
SIZES = (9, 8.5, 8, 7.5, 7)  # of their letters
HEAD = 28  # ems of either half of the running head
ON_A_PAGE = 150  # letters of a cell; a row with a longer one may go over to the next page
MOST_ROWS = 3000  # of a table: each takes some 170 kB of memory while the file is made
UNBROKEN = 18  # longer words may be broken anywhere
LONG = re.compile(rf"[^\s\u2e80-\U0003ffff\u200b]{{{UNBROKEN + 1},}}")

logger = logging.getLogger(__name__)


def pdf(report: AnnualReport, *, base: str = "") -> bytes:
    """`base` is the address of the site (`https://…`); without it cells are no links."""
    with override(report.language):
        return kept_file("report", given(report, base), report.made_on)


def png(picture: Picture, language: str) -> bytes:
    """A chart with its key, at 200 points an inch, for files that take pictures only."""
    with override(language):
        data = document_data(picture.title) | {"picture": picture_data(picture)}
    return typeset("picture", data, timestamp=noon(date(2000, 1, 1)), format="png", ppi=PPI)


def kept_file(template: str, data: dict, day: date) -> bytes:
    """A tagged file to be kept; a plain one that says so if a character is in no font."""
    how = {"timestamp": noon(day), "format": "pdf"}
    try:
        return typeset_apart(template, data, **how, pdf_standards=STANDARDS)
    except Unset as error:
        if "could not be displayed" not in str(error):
            raise
        logger.warning("A report was set without PDF/UA and PDF/A: %s", error)
        remark = _("Some rare characters are missing in the fonts of this file.")
        return typeset_apart(template, data | {"remark": remark}, **how)


def noon(day: date) -> int:
    """The moment that a file names as the one it was made at."""
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


# The report as data of its template


def given(report: AnnualReport, base: str) -> dict:
    words = {
        "contents": phrases.contents(),
        "figure": phrases.figure(),
        "table": phrases.table(),
        "page": phrases.page("{page}", "{pages}"),
        "nothing": phrases.nothing(),
    }
    return document_data(report.title) | {
        "place": plain(report.place_name),
        "shown_place": broken(report.place_name),
        "shown_title": broken(report.title),
        "head": [short(plain(report.place_name), HEAD), short(plain(running(report)), HEAD)],
        "day": [report.made_on.year, report.made_on.month, report.made_on.day],
        "standing": broken(report.state),
        "keywords": [str(report.year), plain(report.state)],
        "words": words,
        "facts": [[plain(name), broken(text)] for name, text in report.facts],
        "sections": [
            section_data(report, section, base, at) for at, section in enumerate(report.sections, 1)
        ],
        "annexes": [
            annex_data(report, annex, base, at) for at, annex in enumerate(report.annexes, 1)
        ],
    }


def document_data(title: str) -> dict:
    return {
        "title": plain(title),
        "place": "",
        "chinese": punctuation.chinese(),
        "day": [2000, 1, 1],
        "keywords": [],
        "remark": "",
        "words": {},
    }


def annex_data(report: AnnualReport, annex: Section, base: str, at: int) -> dict:
    """An annex with a wide table lies on its side. Its parts have no numbers."""
    across = any(isinstance(block, Table) and is_wide(block) for block in annex.blocks)
    width = WIDTH_ACROSS if across else WIDTH
    return {
        "across": across,
        "title": broken(numbered(report, annex_heading(report, at), annex.title)),
        "blocks": [block_data(block, base, width) for block in annex.blocks],
        "sections": [
            {
                "title": broken(each.title),
                "blocks": [block_data(block, base, width) for block in each.blocks],
                "sections": [],
            }
            for each in annex.sections
        ],
    }


def is_wide(table: Table) -> bool:
    return fitted(table, WIDTH, SIZES[:3])[0] == SIZES[2] or len(table.columns) > MANY


def section_data(report: AnnualReport, section: Section, base: str, *at: int) -> dict:
    """`at` is the place of the section among its neighbors and those above it, from 1."""
    return {
        "title": broken(numbered(report, heading(report, *at), section.title)),
        "blocks": [block_data(block, base, WIDTH) for block in section.blocks],
        "sections": [
            section_data(report, each, base, *at, n) for n, each in enumerate(section.sections, 1)
        ],
    }


def block_data(block: Block, base: str, width: float) -> dict:
    kind = {"is": type(block).__name__}
    if isinstance(block, Paragraph):
        return (
            kind
            | {"kind": block.kind, "author": broken(written_by(block))}
            | {"lines": [broken(line) for line in lines_of(block)]}
        )
    if isinstance(block, Items):
        return kind | {"texts": [broken(text) for text in block.texts]}
    if isinstance(block, Picture):
        return kind | picture_data(block)
    return kind | table_data(block, base, width)


def picture_data(picture: Picture) -> dict:
    return {
        "svg": picture.svg,
        "alt": plain(picture.alt or picture.title),
        "title": broken(picture.title),
        "subtitle": broken(picture.subtitle),
        "marks": [[role, broken(name)] for role, name in picture.marks],
        "small": [broken(text) for text in (picture.source, *picture.notes) if text],
    }


def table_data(table: Table, base: str, width: float) -> dict:
    rows = [row_data(row, len(table.columns), base) for row in table.rows[:MOST_ROWS]]
    size, shares = fitted(table, width, SIZES)
    return {
        "caption": broken(table.caption),
        "size": size,
        "columns": [
            {
                "name": broken(column.name),
                "unit": broken(column.unit),
                "numeric": column.numeric,
                "wide": round(wide, 4),
            }
            for column, wide in zip(table.columns, shares, strict=True)
        ],
        "rows": rows,
        "whole": all(len(cell.text) < ON_A_PAGE for row in table.rows for cell in row.cells),
        "notes": [broken(note) for note in (*left_out(table), *table.notes)],
        "empty": broken(table.empty),
    }


def left_out(table: Table) -> list[str]:
    """What is said where a table is too long for paper."""
    if len(table.rows) <= MOST_ROWS:
        return []
    words = {"n": numbers.number(MOST_ROWS), "all": numbers.number(len(table.rows))}
    return [_("The first %(n)s of %(all)s rows. The Excel file has all of them.") % words]


def row_data(row: Row, width: int, base: str) -> dict:
    """A row that is shorter than its table is filled up."""
    cells = [cell_data(cell, base) for cell in row.cells]
    if row.kind != "group":
        cells += [{"text": ""}] * (width - len(cells))
    return {"kind": row.kind, "cells": cells}


def cell_data(cell, base: str) -> dict:
    data = {"text": broken(cell.text)}
    if base and cell.url:
        data["url"] = base.rstrip("/") + cell.url
    if cell.status:
        data["state"] = asdict(mark(cell.status))
    return data


def broken(text) -> str:
    """Very long words may be broken anywhere, so that they stay inside their cell."""
    return LONG.sub(lambda found: "\u200b".join(found[0]), plain(text))
