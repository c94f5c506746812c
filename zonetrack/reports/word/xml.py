"""Pieces of a Word document as text, which is many times faster than building it cell by cell."""

from html import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

NAMESPACES = nsdecls("w")
TWIPS = 1440 / 25.4  # in a millimeter


def twips(millimeters: float) -> int:
    return round(millimeters * TWIPS)


def element(xml: str):
    """A piece as the library holds it; its outermost tag is given the namespaces."""
    name, rest = xml[1:].split(">", 1)[0], xml.split(">", 1)[1]
    closed = name.endswith("/")
    return parse_xml(f"<{name.rstrip('/')} {NAMESPACES}{'/' if closed else ''}>{rest}")


def run(text: str, *, bold: bool = False, color: str = "", size: float = 0) -> str:
    """Words in one look; `size` in points."""
    look = "<w:b/>" if bold else ""
    look += f'<w:color w:val="{color}"/>' if color else ""
    look += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else ""
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def tab() -> str:
    return "<w:r><w:tab/></w:r>"


def field(code: str, result: str = "", *, color: str = "") -> str:
    """A field with what it shows until it is worked out anew."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run(result, color=color)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def paragraph(inside: str, style: str, more: str = "") -> str:
    """`style` is the id of a style; `more` are further properties, in the order Word wants."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inside}</w:p>'


def bookmark(name: str, number: int, inside: str) -> str:
    start = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
    end = f'<w:bookmarkEnd w:id="{number}"/>'
    return start + inside + end
