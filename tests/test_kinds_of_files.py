"""What a file is by its content, and what of its name is kept."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from zonetrack.files import kinds, names
from zonetrack.files.kinds import Refused, examine, kind_of

PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00 picture \xff\xd9"
PNG = kinds.PNG + b"\x00\x00\x00\x0dIHDR....\x00\x00\x00\x00IEND\xae\x42\x60\x82"
WORD = '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{}"/></Types>'
DOCX_TYPES = WORD.format("wordprocessingml.document.main+xml")
XLSX_TYPES = WORD.format("spreadsheetml.sheet.main+xml")
OFD_ROOT = '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" DocType="OFD"/>'


def packed(**parts):
    """An archive; `types` is the list of parts of an Office file, other names stand for parts."""
    named = {"types": "[Content_Types].xml", "ofd": "OFD.xml", "vba": "word/vbaProject.bin"}
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(named.get(name, name), content)
    return buffer.getvalue()


DOCX, XLSX, OFD = packed(types=DOCX_TYPES), packed(types=XLSX_TYPES), packed(ofd=OFD_ROOT)


def with_password(archive: bytes) -> bytes:
    """The same archive with the mark of encryption set in both its heads."""
    content = bytearray(archive)
    content[6] |= 1
    content[archive.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (JPG, "jpg"),
        (PNG, "png"),
        (DOCX, "docx"),
        (XLSX, "xlsx"),
        (OFD, "ofd"),
        (JPG + b"what a camera adds", "jpg"),
    ],
)
def test_each_kind_is_known_by_its_content(content, kind):
    assert examine(content) == kind_of(content) == kind


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\x00" * 100, "unknown"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "unknown"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "unknown"),
        (b"MZ\x90\x00 program", "unknown"),
        (b"\x7fELF program", "unknown"),
        (b"GIF89a", "unknown"),
        (b"<html>%PDF-1.4 obj %%EOF", "unknown"),
        (b"%PDF-1.4 cut short", "damaged"),
        (JPG[:-2], "damaged"),
        (PNG[:20], "damaged"),
        (DOCX[:-30], "damaged"),
        (b"PK\x03\x04", "damaged"),
        (kinds.OLE + b"\0" * 600, "old_office"),
        (kinds.OLE + kinds.ENCRYPTED_PACKAGE, "encrypted"),
        (PDF.replace(b"/Root", b"/Encrypt 5 0 R /Root"), "encrypted"),
        (with_password(DOCX), "encrypted"),
        (packed(ofd=OFD_ROOT, **{"Encryptions.xml": ""}), "encrypted"),
        (packed(types=DOCX_TYPES, vba="Sub AutoOpen()"), "macros"),
        (packed(types=XLSX_TYPES.replace("main+", "macroEnabled.main+")), "macros"),
        (packed(types=DOCX_TYPES, **{"word/activeX/activeX1.xml": ""}), "macros"),
        (packed(types=DOCX_TYPES + XLSX_TYPES), "two_kinds"),
        (b"MZ program" + DOCX, "unknown"),
        (PDF + DOCX, "two_kinds"),
        (JPG + DOCX, "two_kinds"),
        (PNG + b"<script>alert(1)</script>", "two_kinds"),
        (JPG + b"<?php system($_GET[0]);", "two_kinds"),
        (JPG[:20] + PDF + JPG[20:], "two_kinds"),
        (b"%PDF-1.4\n<html><script>obj</script> %%EOF", "two_kinds"),
        (packed(types="<Types/>"), "unknown"),
        (packed(**{"readme.txt": "an archive"}), "unknown"),
        (packed(ofd="<other/>"), "unknown"),
        (packed(types=DOCX_TYPES, **{"../../etc/passwd": ""}), "damaged"),
        (packed(types=DOCX_TYPES, **{"/etc/passwd": ""}), "damaged"),
        (packed(types="<!DOCTYPE Types []>" + DOCX_TYPES), "damaged"),
    ],
)
def test_what_is_not_kept_is_refused_with_its_reason(content, reason):
    with pytest.raises(Refused) as refusal:
        examine(content)
    assert refusal.value.reason == reason
    assert refusal.value.sentence.endswith(".")
    assert kind_of(content) is None


def test_an_archive_that_unpacks_to_more_than_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(kinds, "MOST_UNPACKED", 1000)
    bomb = packed(types=DOCX_TYPES, **{"word/media.bin": b"\0" * 2000})
    with pytest.raises(Refused, match="bomb"):
        examine(bomb)


def test_an_archive_of_too_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(kinds, "MOST_PARTS", 2)
    with pytest.raises(Refused, match="bomb"):
        examine(packed(types=DOCX_TYPES, a="", b=""))


def test_a_list_of_parts_that_lies_about_its_length_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(kinds, "LONGEST_LIST", 50)
    with pytest.raises(Refused, match="bomb"):
        examine(DOCX)


@pytest.mark.parametrize("place", range(0, len(DOCX), 7))
def test_a_damaged_archive_never_fails_otherwise(place):
    content = bytearray(DOCX)
    content[place] ^= 0xFF
    assert kind_of(bytes(content)) in (None, "docx")


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("certificate.pdf", "pdf", "certificate.pdf"),
        ("认定证书 2014.PDF", "pdf", "认定证书 2014.pdf"),
        ("photo.JPEG", "jpg", "photo.jpeg"),
        ("photo.png", "jpg", "photo.jpg"),
        ("scan", "png", "scan.png"),
        ("setup.exe", "pdf", "setup.pdf"),
        ("page.html", "docx", "page.docx"),
        ("国科发〔2014〕12号.关于认定", "pdf", "国科发〔2014〕12号.关于认定.pdf"),
        ("../../etc/passwd", "pdf", "passwd.pdf"),
        ("C:\\temp\\..\\a.pdf", "pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "pdf", "a Set-Cookie_ x=1.pdf"),
        ("a\u202efdp.exe", "pdf", "afdp.pdf"),
        ("a\x00b.pdf", "pdf", "ab.pdf"),
        ("\ud800.pdf", "pdf", "pdf.pdf"),
        ('"quoted"; filename=x.pdf', "pdf", "_quoted_; filename=x.pdf"),
        ("..", "pdf", "file.pdf"),
        ("", "ofd", "file.ofd"),
        (".htaccess", "pdf", "htaccess.pdf"),
        ("con.pdf", "pdf", "_con.pdf"),
    ],
)
def test_names_are_cleaned_and_end_as_their_content(name, kind, expected):
    assert names.clean_name(name, kind) == expected


@pytest.mark.parametrize("letter", ["a", "证", "𠀀"])
def test_long_names_are_shortened_so_that_every_disk_takes_them(letter):
    name = names.clean_name(letter * 400 + ".pdf", "pdf")
    assert len(name.encode()) <= names.LONGEST
    assert name.endswith(letter + ".pdf")
