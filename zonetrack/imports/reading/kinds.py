"""What a file is, by its content. Names lie: a page of the web may be called figures.xls."""

import re

from django.utils.translation import gettext as _

from zonetrack import punctuation

from .values import Limits, Unusable

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_EXCEL = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")  # sheets before Excel 5

# The first bytes of what people choose by mistake, or on purpose.
KNOWN = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3", "SQLite"),
)
MARKUP = re.compile(
    rb"\s*<(?:!doctype|!--|\?xml|html|head|body|table|meta|svg|script|!\[|xml)", re.I
)


def how_to_save() -> str:
    return _("Open it in WPS or Excel, save it as .xlsx, and choose the new file.")


def not_a_table(kind: str) -> Unusable:
    sentence = _("This is not a spreadsheet but a file of the kind %(kind)s.") % {"kind": kind}
    return Unusable(punctuation.joined([sentence, how_to_save()]))


def kind_of(content: bytes, limits: Limits) -> str:
    """ "zip", "ole" or "text". Raises Unusable for what is none of them."""
    if len(content) > limits.bytes:
        raise Unusable(
            _(
                "The file has %(found)s MB; at most %(most)s MB are read. Divide it, or remove "
                "pictures from it."
            )
            % {
                "found": f"{len(content) / 2**20:,.1f}",
                "most": limits.bytes // 2**20,
            }
        )
    if not content.strip(b"\x00 \t\r\n"):
        raise Unusable(_("The file is empty."))
    if content.startswith(ZIP):
        return "zip"
    if content.startswith(OLE):
        return "ole"
    _refuse_others(content)
    return "text"


def _refuse_others(content: bytes):
    if content.startswith(b"PK"):
        raise damaged()
    for start, kind in KNOWN:
        if content.startswith(start):
            raise not_a_table(kind)
    head = content[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if MARKUP.match(head):
        raise not_a_table("SVG" if b"<svg" in head.lower() else "HTML/XML")
    if content[:2] in OLD_EXCEL and content[2:4] in (b"\x04\x00", b"\x06\x00", b"\x08\x00"):
        raise Unusable(
            punctuation.joined([_("This is a workbook of a very old Excel."), how_to_save()])
        )


def damaged() -> Unusable:
    sentence = _("The file is damaged or was not copied completely.")
    return Unusable(punctuation.joined([sentence, how_to_save()]))
