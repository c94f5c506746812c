"""A report as a workbook: a sheet for each section, values in typed cells, charts to be edited.

Nothing is worked out by the workbook: no cell holds a formula, and a text stays a text.
"""

import re
from datetime import datetime
from io import BytesIO

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _

from .document import AnnualReport, annex_heading, heading
from .excel_look import Looks, clean, width_of
from .excel_sheet import SheetWriter

MOST_NAME = 31  # signs of a sheet's name
REFUSED = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]+")
COVER_WIDTHS = (22, 78)


def excel(report: AnnualReport) -> bytes:
    """The same report gives the same bytes."""
    content = BytesIO()
    # Addresses and what looks like a formula stay the texts they are.
    given = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with translation.override(report.language), xlsxwriter.Workbook(content, given) as book:
        book.set_properties(properties(report))
        looks = Looks(book)
        parts = list(parts_of(report))
        names = sheet_names([_("Cover"), *(name for name, _title, _section in parts)])
        sheets = [book.add_worksheet(name) for name in names]
        cover(sheets[0], report, looks, parts, names)
        for sheet, (_name, title, section) in zip(sheets[1:], parts, strict=True):
            writer = SheetWriter(book, sheet, looks, report, back_to=names[0])
            writer.write(title, section)
    return content.getvalue()


def properties(report: AnnualReport) -> dict:
    made_on = report.made_on
    return {
        "title": clean(f"{report.place_name} {report.title}")[:255],
        "subject": clean(report.place_name)[:255],
        "comments": clean(report.state)[:255],
        # XlsxWriter would take the present moment.
        "created": datetime(made_on.year, made_on.month, made_on.day),
    }


def parts_of(report: AnnualReport):
    """The words of a sheet's name, its heading, and the section it shows."""
    for at, section in enumerate(report.sections, 1):
        space = "" if report.is_chinese else " "
        yield f"{at} {section.title}", f"{heading(report, at)}{space}{section.title}", section
    for at, section in enumerate(report.annexes, 1):
        before = annex_heading(report, at)
        yield f"{before} {section.title}", f"{before} {section.title}", section


def sheet_names(wanted: list[str]) -> list[str]:
    """Such as Excel takes, all different, also where capitals do not count."""
    found: list[str] = []
    for words in wanted:
        words = REFUSED.sub(" ", words).strip(" '") or "-"
        name, count = words[:MOST_NAME].strip(" '"), 1
        while name.lower() in {each.lower() for each in found} | {"history"}:
            count += 1
            tail = f" ({count})"
            name = words[: MOST_NAME - len(tail)] + tail
        found.append(name)
    return found


def cover(sheet, report: AnnualReport, looks: Looks, parts, names: list[str]) -> None:
    """What the report is, and which sheet holds what."""
    for at, width in enumerate(COVER_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.hide_gridlines(2)
    sheet.merge_range(1, 0, 1, 1, "", looks.get("place"))
    sheet.write_string(1, 0, clean(report.place_name), looks.get("place"))
    sheet.set_row(1, 22 * (1 + int(width_of(report.place_name) * 1.4) // sum(COVER_WIDTHS)))
    sheet.write_string(2, 0, clean(report.title), looks.get("title"))
    sheet.set_row(2, 30)
    sheet.write_string(3, 0, clean(report.state), looks.get("note"))
    row = 5
    for name, text in report.facts:
        sheet.write_string(row, 0, clean(name), looks.get("name"))
        sheet.write_string(row, 1, clean(text), looks.get("text"))
        row += 1
    row += 1
    sheet.write_string(row, 0, _("Contents"), looks.get("heading"))
    for (_name, title, _section), name in zip(parts, names[1:], strict=True):
        row += 1
        address = "internal:'" + name.replace("'", "''") + "'!A1"
        sheet.write_url(row, 0, address, looks.get("link"), clean(title)[:255])
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.7, right=0.7, top=0.8, bottom=0.8)
    sheet.activate()
