"""Pages: size, margins, grid, what stands in head and foot, parts that lie on their side."""

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Mm

from .. import phrases
from ..document import AnnualReport
from ..widths import short
from .looks import FOOT, GRID, MARGINS, PAGE, Look
from .styles import EDGE
from .xml import element, field, paragraph, run, tab, twips

HALF = 24  # ems of either half of the head


def set_page(section, look: Look, *, across: bool = False) -> None:
    """A page on its side is the upright one turned, so its margins turn with it."""
    top, right, bottom, left = MARGINS
    if across:
        top, right, bottom, left = right, top, left, bottom
    wide, high = reversed(PAGE) if across else PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(wide), Mm(high)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.header_distance = Mm(min(20, top - 10))
    section.footer_distance = Mm(min(FOOT, bottom - 10))
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)
    if look.grid:
        lines, characters = GRID
        section._sectPr.append(
            element(
                f'<w:docGrid w:type="linesAndChars" w:linePitch="{lines}"'
                f' w:charSpace="{characters}"/>'
            )
        )


def text_width(across: bool) -> int:
    """In twips, between the margins."""
    top, right, bottom, left = MARGINS
    return twips(PAGE[1] - top - bottom if across else PAGE[0] - left - right)


def new_part(document, look: Look, *, across: bool):
    """A part of the file that begins on a new page; head and foot go on."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    set_page(section, look, across=across)
    return section


def set_head_and_foot(section, report: AnnualReport, look: Look) -> None:
    """Nothing on the cover."""
    section.different_first_page_header_footer = True
    if look.grid:
        fill(section.footer, paragraph(dashed(), "Footer", side("right")))
        fill(section.even_page_footer, paragraph(dashed(), "Footer", side("left")))
        return
    place, running = phrases.plain(report.place_name), phrases.plain(phrases.running(report))
    words = run(short(place, HALF)) + tab() + run(short(running, HALF))
    fill(section.header, paragraph(words, "Header", head_line(text_width(False))))
    number = phrases.page("{page}", "{pages}")
    before, between, after = parts(number, "{page}", "{pages}")
    foot = run(before) + field("PAGE", "1") + run(between) + field("NUMPAGES", "1") + run(after)
    fill(section.footer, paragraph(foot, "Footer", '<w:jc w:val="center"/>'))


def parts(text: str, *marks: str) -> list[str]:
    """What stands before, between and behind the marks."""
    for mark in marks[1:]:
        text = text.replace(mark, marks[0])
    return text.split(marks[0])


def dashed() -> str:
    """`— 1 —`"""
    return run("— ") + field("PAGE", "1") + run(" —")


def side(where: str) -> str:
    """At the outer edge, one character in."""
    return f'<w:ind w:{where}Chars="100" w:{where}="280"/><w:jc w:val="{where}"/>'


def head_line(width: int) -> str:
    border = f'<w:bottom w:val="single" w:sz="4" w:space="4" w:color="{EDGE}"/>'
    return f'<w:pBdr>{border}</w:pBdr><w:tabs><w:tab w:val="right" w:pos="{width}"/></w:tabs>'


def fill(place, xml: str) -> None:
    """Puts a paragraph into a head or foot in place of the empty one."""
    place.is_linked_to_previous = False
    for each in list(place._element):
        place._element.remove(each)
    place._element.append(element(xml))
