"""The archive that an .xlsx or .ods file is, looked through before anything of it is used."""

import re
import zlib
from collections.abc import Callable
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from django.utils.translation import gettext as _

from .kinds import damaged, not_a_table
from .values import Limits, Unusable

ENCRYPTED = 0x1  # flag of a member
DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
READ_AS = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
BAD_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00-\x1f\\]")


class Archive:
    """The members of a file by name, all of them checked. Raises Unusable."""

    def __init__(self, content: bytes, limits: Limits):
        try:
            self.zip = ZipFile(BytesIO(content))
        except (BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
            raise damaged() from None
        self.names = self.zip.namelist()
        self._check_sizes(limits)
        for info in self.zip.infolist():
            _check_markup(info.filename, self._start_of(info))

    def _check_sizes(self, limits: Limits):
        members = self.zip.infolist()
        if len(members) > limits.members:
            raise Unusable(
                _("The workbook consists of %(found)s parts; at most %(most)s are read.")
                % {"found": f"{len(members):,}", "most": f"{limits.members:,}"}
            )
        unpacked = sum(info.file_size for info in members)
        if unpacked > limits.unpacked:
            raise Unusable(
                _(
                    "The workbook has %(found)s MB when unpacked; at most %(most)s MB are read. "
                    "Divide the file."
                )
                % {"found": f"{unpacked / 2**20:,.0f}", "most": limits.unpacked // 2**20}
            )
        lowered = [name.lower() for name in self.names]
        if len(set(lowered)) != len(lowered) or any(map(BAD_NAME.search, self.names)):
            raise damaged()
        if any(info.flag_bits & ENCRYPTED for info in members):
            raise locked()
        if any(info.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for info in members):
            raise damaged()

    def _start_of(self, info) -> bytes:
        """All of a text, the beginning of anything else."""
        try:
            with self.zip.open(info) as member:
                start = member.read(4096)
                if b"<" in start.replace(b"\x00", b"")[:8]:
                    return start + member.read()
                return b""
        except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
            raise damaged() from None

    def read(self, name: str) -> bytes:
        """Empty if there is no such member."""
        if name not in self.names:
            return b""
        try:
            return self.zip.read(name)
        except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
            raise damaged() from None

    @property
    def kind(self) -> str:
        """ "xlsx" or "ods". Raises Unusable for other things packed the same way."""
        if "xl/workbook.xml" in self.names:
            return "xlsx"
        if "xl/workbook.bin" in self.names:
            raise not_a_table("XLSB")
        mimetype = self.read("mimetype").strip()
        if "content.xml" in self.names and b"spreadsheet" in mimetype:
            return "ods"
        for name, kind in (("word/document.xml", "DOCX"), ("ppt/presentation.xml", "PPTX")):
            if name in self.names:
                raise not_a_table(kind)
        raise not_a_table("OFD" if "OFD.xml" in self.names else "ZIP")


def _check_markup(name: str, start: bytes):
    # A text in UTF-16 shows the same letters once its zero bytes are gone.
    if DECLARED.search(start.replace(b"\x00", b"")):
        raise Unusable(
            _(
                "The workbook holds a document type declaration (DOCTYPE), which spreadsheets "
                "never need and which can do harm. It is not read."
            )
        )
    read_by_us = name.startswith(("xl/", "_rels/", "content.xml", "META-INF/"))
    if read_by_us and start:
        encoding = ENCODING.match(start.removeprefix(b"\xef\xbb\xbf"))
        if b"\x00" in start[:200] or encoding and encoding[1].lower() not in READ_AS:
            raise damaged()


def locked() -> Unusable:
    return Unusable(
        _(
            "The workbook is protected by a password. Open it, take the password off, save it, "
            "and choose the new file."
        )
    )


def with_macros() -> Unusable:
    return Unusable(
        _(
            "The workbook holds macros, which are not read for safety. Save it as .xlsx without "
            "macros, and choose the new file."
        )
    )


def with_links() -> Unusable:
    return Unusable(
        _(
            "The workbook is linked with other files. Break the links (Data, Edit links), or copy "
            "the table as values into a new workbook, and choose that file."
        )
    )


def walk(
    xml: bytes,
    start: Callable,
    end: Callable | None = None,
    text: Callable | None = None,
    strict: bool = False,
):
    """Call `start(name, attributes)`, `end(name)` and `text(piece)`, with names without prefixes.

    Nothing is kept, so that depth and size of the document do not matter. Raises Unusable; where
    it is strict also if attributes of one element differ only in their prefixes.
    """

    def started(name: str, attributes: dict[str, str]):
        keys = [key for key in attributes if not key.startswith("xmlns")]
        bare = {key.rpartition(":")[2]: attributes[key] for key in keys}
        if strict and len(bare) < len(keys):
            raise damaged()
        start(name.rpartition(":")[2], bare)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = started
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise damaged() from None
