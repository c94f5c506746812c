"""What stands before the report: cover, a red head where one is asked for, contents."""

from html import escape

from django.utils.translation import gettext as _

from .. import phrases
from ..document import AnnualReport
from ..phrases import plain
from .looks import TITLE, Look
from .page import text_width
from .styles import MUTED, RED
from .xml import element, paragraph, run

BREAK = '<w:p><w:pPr><w:pStyle w:val="Normal"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>'
MARK = 40  # points of the issuer's mark, at most
INDEX = 'TOC \\o "1-2" \\h \\z \\u'


def cover(report: AnnualReport, look: Look, red_head) -> list[str]:
    """Title, place, state and the facts of the cover, which are a table without lines."""
    center = '<w:jc w:val="center"/>'
    pieces = head_in_red(red_head) if red_head else [paragraph("", "Cover")] * 5
    place, state = plain(report.place_name), plain(report.state)
    pieces += [
        paragraph(run(place), "Cover", center),
        paragraph(run(plain(report.title)), "Title", center),
        paragraph(run(state, color=MUTED), "Cover", f'<w:spacing w:after="480"/>{center}'),
        *(fact(name, text) for name, text in report.facts),
        BREAK,
    ]
    return pieces


def fact(name: str, text: str) -> str:
    place = '<w:ind w:left="3600" w:hanging="2400"/>'
    tabs = '<w:tabs><w:tab w:val="left" w:pos="3600"/></w:tabs>'
    words = run(plain(name), color=MUTED) + "<w:r><w:tab/></w:r>" + run(plain(text))
    return paragraph(words, "Cover", f'{tabs}<w:spacing w:after="60"/>{place}')


def head_in_red(red_head) -> list[str]:
    """The issuer's mark on one line and the number of the document, over a red line."""
    issuer = plain(red_head.issuer)
    size = min(MARK, int(text_width(False) / 20 / max(1, len(issuer))))
    mark = (
        f'<w:r><w:rPr><w:rFonts w:eastAsia="{TITLE}"/><w:color w:val="{RED}"/>'
        f'<w:sz w:val="{size * 2}"/></w:rPr><w:t>{escape(issuer)}</w:t></w:r>'
    )
    line = f'<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="11" w:color="{RED}"/></w:pBdr>'
    center = '<w:jc w:val="center"/>'
    return [
        paragraph(mark, "Cover", f'<w:spacing w:before="1400" w:after="900"/>{center}'),
        paragraph(run(plain(red_head.number)), "Cover", line + center),
        paragraph("", "Cover"),
        paragraph("", "Cover"),
    ]


def contents(entries: list[tuple[int, str, str]], look: Look) -> list[str]:
    """The field with its lines already in it; page numbers come when Word updates it.

    An entry is its level, its bookmark and its words.
    """
    lines = [entry(*each) for each in entries]
    hint = run(_("Page numbers appear when this list is updated (F9)."), color=MUTED, size=9)
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {INDEX} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    return [
        paragraph(run(phrases.contents()), "TOCHeading"),
        paragraph(begin + hint, "Small"),
        *lines,
        paragraph(end, "Normal"),
        BREAK,
    ]


def entry(level: int, name: str, words: str) -> str:
    link = f'<w:hyperlink w:anchor="{name}" w:history="1">{run(plain(words))}</w:hyperlink>'
    return paragraph(link, f"TOC{min(level, 2)}")


def put(document, pieces: list[str]) -> None:
    """Before the properties of the last part, which must stay last."""
    for piece in pieces:
        document.element.body.insert_element_before(element(piece), "w:sectPr")
