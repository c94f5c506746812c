"""A report as a Word file that an office can go on working with."""

from dataclasses import dataclass

from django.utils.translation import override
from docx import Document

from ..document import AnnualReport
from . import front, packing, page
from .body import Writer
from .looks import look
from .styles import compatible, set_styles


@dataclass(frozen=True)
class RedHead:
    """The head of an official document: who issues it, and its number (西开发〔2013〕5号)."""

    issuer: str
    number: str


def word(report: AnnualReport, style: str = "ordinary", red_head: RedHead | None = None) -> bytes:
    """`style`: "ordinary", or "formal" after GB/T 9704-2012. A red head only where one is given.

    Raises KeyError for a style that is not known.
    """
    chosen = look(style, report.is_chinese)
    with override(report.language):
        document = Document()
        set_styles(document, chosen)
        compatible(document.settings.element, chosen)
        first = document.sections[0]
        page.set_page(first, chosen)
        page.set_head_and_foot(first, report, chosen)
        front.put(document, front.cover(report, chosen, red_head))
        writer = Writer(document, report, chosen)
        front.put(document, front.contents(writer.entries(), chosen))
        writer.write()
        packing.describe(document, report)
        return packing.packed(document)
