"""What officials write themselves: a text for each section of a year’s report."""

from dataclasses import replace

from django.utils.translation import gettext as _

from enterprises.places import Place

from .document import AnnualReport, Paragraph, Section
from .models import OwnText

REMARKS = "remarks"  # the section that holds what belongs to no other


def texts_of(place: Place, year: int) -> dict[str, OwnText]:
    """By the key of the section."""
    of_place = {"park": place.park} if place.park else {"zone": place.zone}
    return {row.section: row for row in OwnText.objects.filter(year=year, **of_place)}


def added(report: AnnualReport, texts: dict[str, OwnText]) -> AnnualReport:
    """The report with each text at the end of its section, and what has none as remarks."""
    sections = [with_text(section, texts.get(section.key)) for section in report.sections]
    there = {section.key for section in report.sections}
    left = [text for key, text in sorted(texts.items()) if key not in there and text.text.strip()]
    if left:
        blocks = tuple(block for text in left for block in paragraphs(text))
        sections.append(Section(REMARKS, _("Remarks"), blocks))
    return replace(report, sections=tuple(sections))


def with_text(section: Section, text: OwnText | None) -> Section:
    if text is None:
        return section
    return replace(section, blocks=(*section.blocks, *paragraphs(text)))


def paragraphs(text: OwnText) -> list[Paragraph]:
    """The lines that are not blank as one paragraph; none where all are."""
    lines = (line.strip() for line in text.text.splitlines())
    words = "\n".join(line for line in lines if line)
    return [Paragraph(words, author=str(text.place))] if words else []
