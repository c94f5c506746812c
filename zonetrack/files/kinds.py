"""What a file is, told from its content alone. Its name is never believed.

Kept are six kinds: documents as they are printed (pdf, ofd), scans (jpg, png) and Office files
without macros (docx, xlsx). What could also be read as something else is refused.
"""

import re
import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from django.utils.translation import gettext_lazy as _

KINDS = ("pdf", "jpg", "png", "docx", "xlsx", "ofd")
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ofd": "application/ofd",
}
MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 5_000
LONGEST_LIST = 1024 * 1024  # bytes of the list of parts inside an Office file

SENTENCES = {
    "empty": _("The file is empty."),
    "unknown": _(
        "Kept are PDF, JPG, PNG, DOCX, XLSX and OFD files. By its content this is none of them, "
        "whatever its name says."
    ),
    "old_office": _(
        "This is a file of an old Office version. Save it as DOCX, XLSX or PDF and choose that."
    ),
    "damaged": _("The file is damaged or was not sent whole. Open it, save it again and retry."),
    "encrypted": _("The file is protected by a password. Save it without the protection."),
    "macros": _("The file holds macros. Save it as DOCX, XLSX or PDF without macros."),
    "bomb": _("Unpacked, the file would be larger than 100 MB."),
    "two_kinds": _(
        "The file can be read as two kinds of file at once. Print or scan it to PDF again."
    ),
}

PNG = b"\x89PNG\r\n\x1a\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Office files, and new ones with a password
ZIP, ZIP_END, LONGEST_ZIP_END = b"PK\x03\x04", b"PK\x05\x06", 65_557
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
PDF_PASSWORD = re.compile(rb"/Encrypt(?:\s+\d+\s+\d+\s+R|\s*<<)")
PAGE = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php)", re.IGNORECASE)
PDF_HEAD = 1024  # readers look for the mark of a PDF this far into a file
MAIN_PARTS = {
    "docx": b"wordprocessingml.document.main+xml",
    "xlsx": b"spreadsheetml.sheet.main+xml",
}


# What reading an archive that is damaged, by chance or on purpose, ends in.
DAMAGE = (
    BadZipFile,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)


class Refused(Exception):
    """`reason` is a key of SENTENCES; `sentence` is for the person who chose the file."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.reason])


def kind_of(content: bytes) -> str | None:
    """One of KINDS, or None for everything that is not kept."""
    try:
        return examine(content)
    except Refused:
        return None


def examine(content: bytes) -> str:
    """One of KINDS. Raises Refused, which says why a file is not kept."""
    if not content:
        raise Refused("empty")
    if content.startswith(b"%PDF-"):
        return pdf(content)
    if content.startswith(b"\xff\xd8\xff"):
        return image(content, "jpg", ends_with=b"\xff\xd9")
    if content.startswith(PNG):
        return image(content, "png", ends_with=b"IEND\xae\x42\x60\x82")
    if content.startswith(ZIP):
        return package(content)
    if content.startswith(OLE):
        raise Refused("encrypted" if ENCRYPTED_PACKAGE in content else "old_office")
    raise Refused("unknown")


def pdf(content: bytes) -> str:
    if b"%%EOF" not in content[-LONGEST_ZIP_END:] or b"obj" not in content:
        raise Refused("damaged")
    if ends_as_zip(content) or PAGE.search(content, 0, PDF_HEAD):
        raise Refused("two_kinds")
    if PDF_PASSWORD.search(content):
        raise Refused("encrypted")
    return "pdf"


def image(content: bytes, kind: str, *, ends_with: bytes) -> str:
    """Cameras may write something after the end of a picture; a page or an archive is refused."""
    if ends_with not in content:
        raise Refused("damaged")
    if ends_as_zip(content) or b"%PDF-" in content[:PDF_HEAD] or PAGE.search(content):
        raise Refused("two_kinds")
    return kind


def ends_as_zip(content: bytes) -> bool:
    return ZIP_END in content[-LONGEST_ZIP_END:]


def package(content: bytes) -> str:
    """Kind of a file that is an archive of parts. Only its list of parts is ever unpacked."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            return kind_of_package(archive)
    except DAMAGE as failure:
        raise Refused("damaged") from failure


def kind_of_package(archive: ZipFile) -> str:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refused("encrypted")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused("bomb")
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise Refused("damaged")
    if len(set(names)) < len(names) or any(leaves_the_archive(name) for name in names):
        raise Refused("damaged")
    if not parts or min(part.header_offset for part in parts):
        raise Refused("two_kinds")
    if "[Content_Types].xml" in names:
        return office(names, beginning(archive, "[Content_Types].xml"))
    if "OFD.xml" in names:
        return ofd(names, beginning(archive, "OFD.xml"))
    raise Refused("unknown")


def leaves_the_archive(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def beginning(archive: ZipFile, name: str) -> bytes:
    """A part, read no further than it may be long, whatever the archive says of its length."""
    with archive.open(name) as part:
        content = part.read(LONGEST_LIST + 1)
    if len(content) > LONGEST_LIST:
        raise Refused("bomb")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused("damaged")
    return content


def office(names: list[str], listed: bytes) -> str:
    lower = [name.lower() for name in names]
    if b"macroenabled" in listed.lower() or any(
        name.endswith("vbaproject.bin") or "/activex/" in name for name in lower
    ):
        raise Refused("macros")
    found = [kind for kind, main in MAIN_PARTS.items() if main in listed]
    if len(found) != 1:
        raise Refused("two_kinds" if found else "unknown")
    return found[0]


def ofd(names: list[str], root: bytes) -> str:
    if "Encryptions.xml" in names:
        raise Refused("encrypted")
    if b"ofdspec.org" not in root and b"<ofd:OFD" not in root:
        raise Refused("unknown")
    return "ofd"
