"""The sections and annexes, one block after the other."""

from collections.abc import Iterator
from io import BytesIO

from docx.shared import Twips

from .. import phrases
from ..document import (
    AnnualReport,
    Block,
    Items,
    Paragraph,
    Picture,
    Section,
    Table,
    annex_heading,
    heading,
)
from ..pdf import png
from ..phrases import lines_of, numbered, plain, written_by
from ..widths import fitted
from .front import put
from .looks import Look
from .page import new_part, text_width
from .styles import MUTED
from .tables import table_xml
from .xml import bookmark, field, paragraph, run

KEEP = "<w:keepNext/>"
MANY = 8  # an annex with a table of more columns lies on its side
SHARE = 0.92  # of the width for a chart


class Writer:
    """Writes into a document and counts tables and figures on the way."""

    def __init__(self, document, report: AnnualReport, look: Look):
        self.document, self.report, self.look = document, report, look
        self.width = text_width(False)
        self.tables = self.figures = self.headings = 0

    def write(self) -> None:
        if not (self.report.sections or self.report.annexes):
            self.put(paragraph(run(phrases.nothing()), "BodyText"))
        for level, title, section in self.parts(self.report.sections):
            self.section(level, title, section)
        before = False
        for annex in self.report.annexes:
            across = self.lies(annex)
            turned, before = across != before, across
            if turned:
                new_part(self.document, self.look, across=across)
                self.width = text_width(across)
            for level, title, section in self.annex_parts(annex):
                self.section(level, title, section, on_new_page=level == 1 and not turned)

    # Headings

    def entries(self) -> list[tuple[int, str, str]]:
        """The lines of the contents: level, bookmark, words."""
        every = list(self.parts(self.report.sections))
        for annex in self.report.annexes:
            every += self.annex_parts(annex)
        return [
            (level, name_of(at), plain(title)) for at, (level, title, _s) in enumerate(every, 1)
        ]

    def parts(self, sections, *above: int) -> Iterator[tuple[int, str, Section]]:
        """Each section with its level and its numbered heading, in reading order."""
        for n, section in enumerate(sections, 1):
            at = (*above, n)
            yield len(at), numbered(self.report, heading(self.report, *at), section.title), section
            yield from self.parts(section.sections, *at)

    def annex_parts(self, annex: Section) -> Iterator[tuple[int, str, Section]]:
        """Parts of an annex have no numbers."""
        at = self.report.annexes.index(annex) + 1
        yield 1, numbered(self.report, annex_heading(self.report, at), annex.title), annex
        for part in annex.sections:
            yield 2, part.title, part

    def section(self, level: int, title: str, section: Section, *, on_new_page=False) -> None:
        self.headings += 1
        words = bookmark(name_of(self.headings), self.headings, run(plain(title)))
        more = "<w:pageBreakBefore/>" if on_new_page else ""
        self.put(paragraph(words, f"Heading{min(level, 3)}", more))
        for block in section.blocks:
            self.block(block)

    # Blocks

    def block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            self.paragraph(block)
        elif isinstance(block, Items):
            self.put(*(paragraph(run(plain(text)), "ListBullet") for text in block.texts))
        elif isinstance(block, Table):
            self.table(block)
        else:
            self.picture(block)

    def paragraph(self, block: Paragraph) -> None:
        style = "Added" if block.author else {"lead": "Lead", "note": "Small"}.get(block.kind)
        self.put(*(paragraph(run(line), style or "BodyText") for line in lines_of(block)))
        if block.author:
            words = run(written_by(block), color=MUTED, size=self.look.small)
            self.put(paragraph(words, "Added"))

    def table(self, table: Table) -> None:
        self.tables += 1
        label = self.label(
            phrases.table(), "表" if self.report.is_chinese else "Table", self.tables
        )
        self.put(paragraph(label + run(plain(table.caption)), "Caption", KEEP))
        if table.rows:
            self.put(table_xml(table, self.look, self.width))
        else:
            self.put(paragraph(run(plain(table.empty), color=MUTED), "Small"))
        self.small(*table.notes)
        if table.rows and not table.notes:
            self.put(paragraph("", "Gap"))

    def picture(self, picture: Picture) -> None:
        self.figures += 1
        place = self.document.add_paragraph()
        place.style = "Cell"
        place.paragraph_format.keep_with_next = True
        image = BytesIO(png(picture, self.report.language))
        shape = place.add_run().add_picture(image, width=Twips(round(self.width * SHARE)))
        told = shape._inline.docPr
        told.set("id", str(1000 + self.figures))
        told.set("name", f"{phrases.figure()} {self.figures}")
        told.set("descr", plain(picture.alt or picture.title))
        counter = "图" if self.report.is_chinese else "Figure"
        label = self.label(phrases.figure(), counter, self.figures)
        self.put(paragraph(label + run(plain(picture.title)), "Caption"))
        self.small(picture.subtitle, picture.source, *picture.notes)

    def label(self, word: str, counter: str, number: int) -> str:
        """`Table 1`, `表1`, counted by Word where somebody adds another one."""
        blank, gap = ("", "　") if self.report.is_chinese else (" ", "  ")
        return run(f"{word}{blank}") + field(f"SEQ {counter} \\* ARABIC", str(number)) + run(gap)

    def small(self, *texts: str) -> None:
        self.put(*(paragraph(run(plain(text)), "Small") for text in texts if text))

    def lies(self, annex: Section) -> bool:
        tables = [block for block in annex.blocks if isinstance(block, Table)]
        sizes = self.look.table[:3]
        return any(
            len(table.columns) > MANY
            or fitted(table, text_width(False) / 20, sizes)[0] == sizes[-1]
            for table in tables
        )

    def put(self, *pieces: str) -> None:
        put(self.document, list(pieces))


def name_of(heading_number: int) -> str:
    """The bookmark of a heading, as Word names them."""
    return f"_Toc{heading_number:06d}"
