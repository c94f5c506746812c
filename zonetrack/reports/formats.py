"""The forms in which a report leaves the house, and how its files are called.

Each format is made from the report alone, but for the data package, which holds the records
behind it. The writers are loaded when the first file is asked for: they are large.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zonetrack.addresses import on_the_site

from .document import AnnualReport, Table, blocks_of
from .facts import Facts

MOST_BYTES = 180  # of a file's name: file systems take 255, and the browser may add a number
UNSAFE = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|\u200e\u200f\u202a-\u202e\u2066-\u2069]+')

Make = Callable[[AnnualReport, Facts], bytes]


@dataclass(frozen=True)
class Format:
    """`label` is what people call it; `name` the words of the file's name behind the year's."""

    label: Any
    extension: str
    content_type: str
    make: Make
    name: Any = gettext_lazy("%(place)s annual report %(year)d")


def make_pdf(report: AnnualReport, facts: Facts) -> bytes:
    from .pdf import pdf

    return pdf(report, base=on_the_site(""))


def make_brief(report: AnnualReport, facts: Facts) -> bytes:
    from .brief import brief

    return brief(report)


def make_word(report: AnnualReport, facts: Facts) -> bytes:
    from .word import word

    return word(report, style="ordinary")


def make_formal_word(report: AnnualReport, facts: Facts) -> bytes:
    from .word import word

    return word(report, style="formal")


def make_excel(report: AnnualReport, facts: Facts) -> bytes:
    from .excel import excel

    return excel(report)


def make_csv(report: AnnualReport, facts: Facts) -> bytes:
    from .csv_json import indicator_csv

    return indicator_csv(report)


def make_json(report: AnnualReport, facts: Facts) -> bytes:
    from .csv_json import json_file

    return json_file(report)


def make_package(report: AnnualReport, facts: Facts) -> bytes:
    from .package import package

    return package(report, facts)


PDF, CSV = "application/pdf", "text/csv; charset=utf-8"
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX, XLSX = f"{OFFICE}.wordprocessingml.document", f"{OFFICE}.spreadsheetml.sheet"
BRIEF = gettext_lazy("%(place)s annual brief %(year)d")
FORMAL = gettext_lazy("%(place)s annual report %(year)d (official format)")
INDICATORS = gettext_lazy("%(place)s indicators %(year)d")
DATA = gettext_lazy("%(place)s data %(year)d")

FORMATS = {
    "pdf": Format("PDF", "pdf", PDF, make_pdf),
    "docx": Format("Word", "docx", DOCX, make_word),
    "docx-formal": Format(
        gettext_lazy("Word, official format"), "docx", DOCX, make_formal_word, FORMAL
    ),
    "xlsx": Format("Excel", "xlsx", XLSX, make_excel),
    "brief": Format(gettext_lazy("One-page brief"), "pdf", PDF, make_brief, BRIEF),
    "csv": Format("CSV", "csv", CSV, make_csv, INDICATORS),
    "json": Format("JSON", "json", "application/json", make_json),
    "zip": Format(gettext_lazy("Data package"), "zip", "application/zip", make_package, DATA),
}


def made(key: str, report: AnnualReport, facts: Facts) -> bytes:
    """The file's content, in the language of the report."""
    with translation.override(report.language):
        return FORMATS[key].make(report, facts)


def file_name(report: AnnualReport, chosen: Format | str) -> str:
    """In the language of the report, without signs that a file system refuses."""
    found = FORMATS[chosen] if isinstance(chosen, str) else chosen
    return named(report, found.name, found.extension)


def table_file_name(report: AnnualReport, table: Table) -> str:
    """Of one table of the report as CSV."""
    words = f"%(place)s {table.caption.replace('%', '%%')} %(year)d"
    return named(report, words, "csv")


def named(report: AnnualReport, words, extension: str) -> str:
    with translation.override(report.language):
        whole = str(words)
        if report.edition:
            whole = _("%(name)s, edition %(n)d") % {"name": whole, "n": report.edition}
        rest = whole % {"place": "", "year": report.year}
        place = shortened(report.place_name, MOST_BYTES - len(rest.encode()))
        name = whole % {"place": place, "year": report.year}
    name = re.sub(r"\s+", " ", UNSAFE.sub("_", shortened(name, MOST_BYTES))).strip(" .")
    return f"{name}.{extension}"


def shortened(text: str, most: int) -> str:
    """As much of a text as has room in so many bytes, at least a few signs."""
    return text.encode("utf-8", "replace")[: max(most, 24)].decode("utf-8", "ignore")


def table_of(report: AnnualReport, key: str) -> Table | None:
    return next((table for table in blocks_of(report, Table) if table.key == key), None)
