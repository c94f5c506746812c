"""Files that are broken, mean or something else: refused with a sentence, and without harm."""

import multiprocessing
import random
import resource
import struct
import time
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest

from tests.odd_values import FORMULAS
from tests.sheet_files import (
    HEADS,
    ODS_HEAD,
    ROWS,
    SHEET,
    csv,
    members,
    ods,
    row_of,
    table_of,
    values,
    with_cells,
    with_members,
    xlsx,
    zipped,
)
from zonetrack.imports.reading import LIMITS, ErrorCell, Unusable, open_file

OLD_EXCEL = (Path(__file__).parent / "files" / "excel-97.xls").read_bytes()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DATA = row_of(1, *HEADS) + row_of(2, "甲", 1, 2)


def refused(content, **options):
    with pytest.raises(Unusable) as refusal:
        table_of(content, **options)
    assert refusal.value.sentence and "Traceback" not in refusal.value.sentence
    return refusal.value.sentence


# Something else


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "EXE"),
        (b"\x7fELF\x02\x01\x01", "ELF"),
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"{\\rtf1\\ansi}", "RTF"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>", "HTML"),
        ("<html>".encode("utf-16"), "HTML"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "SVG"),
        (b'<?xml version="1.0"?><Workbook/>', "XML"),
        (b"\x09\x08\x08\x00\x00\x05\x10\x00", "old"),
        (OLE + b"\x00" * 600, "damaged"),
        (OLD_EXCEL[:2000], "damaged"),
        (OLD_EXCEL[:400], "damaged"),
        (b"PK\x03\x04" + b"\x00" * 100, "damaged"),
        (b"PK\x05\x06" + b"\x00" * 18, "damaged"),
        (xlsx()[:-40], "damaged"),
        (xlsx()[:2000], "damaged"),
        (zipped({"a.txt": "x"}), "ZIP"),
        (zipped({"word/document.xml": "<w/>"}), "DOCX"),
        (zipped({"ppt/presentation.xml": "<p/>"}), "PPTX"),
        (zipped({"OFD.xml": "<o/>"}), "OFD"),
        (zipped({"xl/workbook.bin": "x"}), "XLSB"),
        (zipped({"inner.xlsx": xlsx()}), "ZIP"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_with_its_kind(content, word):
    sentence = refused(content, name="figures.xlsx")
    assert word in sentence
    assert word == "empty" or "WPS" in sentence


def test_the_name_of_a_file_says_nothing():
    assert open_file("a.xlsx", OLD_EXCEL).kind == "xls"
    assert open_file("a.xls", xlsx()).kind == "xlsx"
    assert open_file("../../etc/passwd\x00", csv()).kind == "csv"


def compound(name):
    """A compound file with one empty stream."""
    entry = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 2 * len(name) + 2, 2, 1)
    root = "R".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 4, 5, 1)
    directory = b"".join(
        e.ljust(116, b"\0") + struct.pack("<3I", 2**32 - 2, 0, 0) for e in (root, entry)
    )
    head = OLE + b"\0" * 16 + struct.pack("<5H", 62, 3, 0xFFFE, 9, 6) + b"\0" * 10
    head += struct.pack("<I", 1) + struct.pack("<I4xI", 0, 4096)
    head += struct.pack("<4I", 2**32 - 2, 0, 2**32 - 2, 0) + struct.pack("<I", 1)
    head = head.ljust(512, b"\xff")
    table = struct.pack("<2I", 2**32 - 2, 2**32 - 3).ljust(512, b"\xff")
    return head + directory.ljust(512, b"\0") + table


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("EncryptedPackage", "password"),
        ("WordDocument", "not a spreadsheet"),
        ("_VBA_PROJECT", "macros"),
    ],
)
def test_other_documents_of_office_are_told_apart(name, word):
    assert word in refused(compound(name))


def test_a_workbook_locked_by_a_password_is_refused():
    start = OLD_EXCEL.index(struct.pack("<HH", 0x42, 2))  # the code page, a record of two bytes
    locked = OLD_EXCEL[:start] + struct.pack("<H", 0x2F) + OLD_EXCEL[start + 2 :]
    assert "password" in refused(locked)
    manifest = {"META-INF/manifest.xml": "<manifest><encryption-data/></manifest>"}
    assert "password" in refused(ods(**manifest))


# What runs, and what reaches outside


@pytest.mark.parametrize(
    "replaced",
    [
        {"xl/vbaProject.bin": b"\x00"},
        {"xl/VBAPROJECT.BIN": b"\x00"},
        {"xl/macrosheets/sheet1.xml": b"<m/>"},
        {
            "[Content_Types].xml": members(xlsx())["[Content_Types].xml"].replace(
                b"sheet.main+xml", b"sheet.macroEnabled.main+xml"
            )
        },
    ],
)
def test_macros_are_refused(replaced):
    assert "macros" in refused(with_members(replaced))


def test_macros_of_libreoffice_are_refused():
    assert "macros" in refused(ods(**{"Basic/Standard/Module1.xml": "<m/>"}))


@pytest.mark.parametrize(
    "content",
    [
        with_members({"xl/externalLinks/externalLink1.xml": b"<e/>"}),
        with_members(
            {
                "xl/workbook.xml": members(xlsx())["xl/workbook.xml"].replace(
                    b"</sheets>",
                    b'</sheets><externalReferences><externalReference r:id="rId9"/>'
                    b"</externalReferences>",
                )
            }
        ),
        with_members(
            {
                "xl/workbook.xml": members(xlsx())["xl/workbook.xml"].replace(
                    b"</sheets>",
                    b"</sheets><definedNames><definedName name='x'>[1]Sheet1!$A$1"
                    b"</definedName></definedNames>",
                )
            }
        ),
        with_cells(row_of(1, *HEADS) + row_of(2, '<c r="{r}"><f>[1]S!A1</f><v>1</v></c>')),
        with_cells(
            row_of(1, *HEADS) + row_of(2, "<c r=\"{r}\"><f>cmd|'/C calc'!A0</f><v>1</v></c>")
        ),
        with_cells(
            row_of(1, *HEADS) + row_of(2, '<c r="{r}"><f>WEBSERVICE("http://x")</f><v>1</v></c>')
        ),
        ods([HEADS, '<table:table-source xlink:href="http://x/"/>']),
        ods([HEADS], attributes="", inner="<table:dde-source/>"),
        ods([HEADS, ["甲", "<table:table-cell table:formula=\"of:=['file:///x'#A.A1]\"/>", 1]]),
    ],
)
def test_links_to_other_files_are_refused(content):
    assert "linked" in refused(content)


@pytest.mark.parametrize("text", [text for text in FORMULAS if text.isprintable()])
def test_texts_that_look_like_formulas_are_only_texts(text):
    cells = row_of(1, *HEADS) + row_of(2, text, 1, 2)
    assert values(table_of(with_cells(cells)))[0][0] == text


# XML


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "declared", [BOMB, XXE, '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">', "<!doctype x>"]
)
@pytest.mark.parametrize(
    "member",
    [SHEET, "xl/workbook.xml", "xl/styles.xml", "docProps/core.xml", "_rels/.rels", "xl/other.xml"],
)
def test_a_document_type_anywhere_is_refused(declared, member):
    parts = members(xlsx())
    part = parts.get(member, b"<x/>")
    declaration, _sign, rest = part.rpartition(b"?>")
    parts[member] = declaration + _sign + declared.encode() + rest
    assert "DOCTYPE" in refused(zipped(parts))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_document_type_hides_in_no_encoding(encoding):
    text = f'<?xml version="1.0"?>{XXE}<x>&a;</x>'
    assert "DOCTYPE" in refused(with_members({"xl/styles.xml": text.encode(encoding)}))


@pytest.mark.parametrize("encoding", ["utf-7", "UTF-16", "cp037", "gbk"])
def test_other_encodings_of_xml_are_refused(encoding):
    xml = members(with_cells(DATA))[SHEET].replace(b"UTF-8", encoding.encode())
    assert "damaged" in refused(with_members({"xl/worksheets/sheet1.xml": xml}))


@pytest.mark.parametrize(
    "content",
    [
        with_members({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row r='1'><c r='A1'>"}),
        with_members({"xl/worksheets/sheet1.xml": b""}),
        with_members({"xl/workbook.xml": b"<workbook><sheets>"}),
        with_members({"xl/workbook.xml": b"<workbook/>"}),
        with_members({"xl/_rels/workbook.xml.rels": b""}),
        ods(**{"content.xml": ODS_HEAD}),
        ods(**{"content.xml": ODS_HEAD + "</office:document-content>"}),
        with_cells('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'),
        with_cells('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'),
    ],
)
def test_broken_xml_is_refused(content):
    refused(content)


@pytest.mark.parametrize(
    ("member", "old", "new"),
    [
        ("xl/workbook.xml", b"<sheets>", b'<sheets><sheet name="Sheet1" sheetId="9" r:id="rId1"/>'),
        ("xl/workbook.xml", b'name="Sheet1"', b'name="Sheet1" x:name="Other" xmlns:x="x"'),
        ("xl/_rels/workbook.xml.rels", b"</", b'<Relationship Id="rId1" Target="other.xml"/></'),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1", b"worksheets/../worksheets/sheet1"),
    ],
)
def test_a_sheet_that_could_be_either_of_two_members_is_refused(member, old, new):
    part = members(xlsx())[member]
    assert old in part
    assert "damaged" in refused(with_members({member: part.replace(old, new, 1)}))


def test_xml_200_000_levels_deep_is_no_danger():
    deep = "<a>" * 200_000 + "</a>" * 200_000
    refused(with_cells(deep))
    refused(ods([deep]))
    with_members_deep = zipped(
        members(xlsx()) | {"xl/workbook.xml": f"<workbook>{deep}</workbook>"}
    )
    refused(with_members_deep)


# Archives


def test_a_bomb_is_refused_before_it_is_unpacked():
    parts = members(xlsx())
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        with archive.open("xl/media/image1.png", "w", force_zip64=True) as member:
            for _piece in range(150):
                member.write(bytes(2**21))
    before = time.process_time()
    sentence = refused(content.getvalue())
    assert "300 MB" in sentence and "100 MB" in sentence
    assert time.process_time() - before < 1


def test_too_many_members_are_refused_with_figures():
    parts = members(xlsx()) | {f"xl/media/{n}.png": b"" for n in range(20_000)}
    sentence = refused(zipped(parts))
    assert "20,0" in sentence and "2,000" in sentence


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "C:/x", "xl/../../x", "xl\\..\\x", "XL/WORKBOOK.XML"],
)
def test_members_with_odd_names_are_refused(name):
    assert "damaged" in refused(zipped(members(xlsx()) | {name: b"x"}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_that_stand_twice_are_refused():
    content = BytesIO(xlsx())
    with ZipFile(content, "a") as archive:
        archive.writestr(SHEET, b"<worksheet/>")
    assert "damaged" in refused(content.getvalue())


def test_other_packings_and_wrong_checksums_are_refused():
    content = BytesIO()
    with ZipFile(content, "w", ZIP_BZIP2) as archive:
        for name, part in members(xlsx()).items():
            archive.writestr(name, part)
    assert "damaged" in refused(content.getvalue())
    whole = bytearray(xlsx())
    start = whole.index(b"xl/workbook.xml") + 60
    whole[start : start + 20] = bytes(20)
    assert "damaged" in refused(bytes(whole))


def test_a_member_that_lies_about_its_size_is_refused():
    whole = bytearray(zipped(members(xlsx()) | {"xl/media/a.xml": b"<" + b" " * 5_000_000}))
    at = whole.rindex(struct.pack("<I", 5_000_001))
    whole[at : at + 4] = struct.pack("<I", 10)
    assert "damaged" in refused(bytes(whole))


# Sheets larger than they look


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (row_of(1, *HEADS) + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "1,048,576"),
        (row_of(1, *HEADS) + '<row r="2"><c r="XFD2"><v>1</v></c></row>', "XFD"),
        (row_of(1, *HEADS) + '<row r="2"><x:c r="XFD1048576"><v>1</v></x:c></row>', "1,048,576"),
        (row_of(1, *HEADS) + "<row r='2'><c r='XFD2'><v>1</v></c></row>", "XFD"),
        (row_of(1, *HEADS) + '<row r="1048576"><c><v>1</v></c></row>', "1,048,576"),
        (row_of(1, *HEADS) + '<row r="2"><c\nr="XFD1048576"><v>1</v></c></row>', "1,048,576"),
        (row_of(1, *HEADS) + '<row r="2"><c r="XFD&#50;"><v>1</v></c></row>', "damaged"),
        (row_of(1, *HEADS) + '<row r="2"><c r="A99999999"><v>1</v></c></row>', "damaged"),
        (row_of(1, *HEADS) + '<row r="2"><c r="ZZZ2"><v>1</v></c></row>', "damaged"),
        (row_of(1, *HEADS) + '<row r="2"><c r="AAAA2"><v>1</v></c></row>', "damaged"),
        (row_of(1, *HEADS) + '<row r="2"><c r="A0"><v>1</v></c></row>', "damaged"),
        (row_of(1, *HEADS) + '<row r="2"><c r="xfd2"><v>1</v></c></row>', "damaged"),
    ],
)
def test_far_cells_are_refused_before_room_is_made_for_them(cells, words):
    assert words in refused(with_cells(cells))


def test_far_cells_without_content_are_no_matter():
    cells = DATA + '<row r="1048576"><c r="XFD1048576" s="0"/><c r="A1048576" s="0"></c></row>'
    assert values(table_of(with_cells(cells))) == [["甲", 1, 2]]


@pytest.mark.parametrize("area", ["A1:XFD1048576", "A1", "A1:A2"])
def test_a_dimension_that_lies_is_no_matter(area):
    content = with_cells(DATA, before=f'<dimension ref="{area}"/>')
    assert values(table_of(content)) == [["甲", 1, 2]]


@pytest.mark.parametrize(
    "merged", ["A1:XFD1048576", "A2:A1048576", "B9:A1", "XFD1048576:XFD1048576", "x"]
)
def test_merged_cells_reach_no_further_than_the_table(merged):
    after = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>'
    content = with_cells(DATA, after=after)
    assert sum(outcomes([content]).values()) == 1


def test_too_many_merged_cells_are_refused():
    after = "<mergeCells>" + '<mergeCell ref="A1:A2"/>' * 50_000 + "</mergeCells>"
    assert "20000" in refused(with_cells(DATA, after=after)).replace(",", "")


@pytest.mark.parametrize(
    ("top", "bottom", "right"), [(0, 65_536, 256), (9, 3, 2), (0, 2**31, 2), (0, 9, 65_535)]
)
def test_a_dimension_that_lies_in_excel_97_is_no_matter(top, bottom, right):
    start = OLD_EXCEL.index(struct.pack("<HH", 0x200, 14)) + 4
    lie = struct.pack("<2I2H", top, bottom, 0, right)
    content = OLD_EXCEL[:start] + lie + OLD_EXCEL[start + 12 :]
    try:
        assert len(table_of(content).rows) == 2
    except Unusable as refusal:
        assert "damaged" in refusal.sentence


@pytest.mark.parametrize("times", ["99999999", "1048576", "999999999999", "-1", "x", "1e9"])
@pytest.mark.parametrize("what", ["rows", "columns"])
def test_repetitions_are_not_carried_out_beyond_the_limits(times, what):
    row = '<table:table-row{}><table:table-cell office:value-type="float" office:value="1"{}/>'
    attribute = f' table:number-{what}-repeated="{times}"'
    filled = row.format(attribute, "") if what == "rows" else row.format("", attribute)
    refused(ods([HEADS, filled + "</table:table-row>"]))


@pytest.mark.parametrize("count", ["0", "1", "7000000", "99999999", "99999999999", "-1", "x"])
def test_counts_of_texts_are_not_believed(count):
    cell = '<c r="{r}" t="s"><v>0</v></c>'
    strings = f'<sst count="{count}" uniqueCount="{count}"><si><t>昆仑</t></si></sst>'
    related = members(xlsx())["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )
    parts = {"xl/sharedStrings.xml": strings, "xl/_rels/workbook.xml.rels": related}
    content = with_members(parts, with_cells(row_of(1, *HEADS) + row_of(2, cell, 1, 2)))
    if len(count) < 8 and count.isdecimal():
        assert values(table_of(content)) == [["昆仑", 1, 2]]
    else:
        assert "damaged" in refused(content)


def test_ten_thousand_columns_and_a_million_rows_are_refused():
    assert "10,000" in refused(csv([[f"h{n}" for n in range(10_000)]]))
    assert "5,000" in refused(b"a,b\n" + b"1,2\n" * 1_000_000)


@pytest.mark.parametrize("cell", ["#REF!", "#NAME?"])
def test_an_error_is_no_blank(cell):
    table = table_of(
        with_cells(row_of(1, *HEADS) + row_of(2, "甲", f'<c t="e" r="{{r}}"><v>{cell}</v></c>', 2))
    )
    assert values(table) == [["甲", ErrorCell(cell), 2]]


def test_limits_are_those_that_are_told():
    assert (LIMITS.bytes, LIMITS.rows, LIMITS.columns) == (10 * 2**20, 5_000, 60)
    assert (LIMITS.unpacked, LIMITS.members) == (100 * 2**20, 2_000)


# In a process of its own, since calamine may end the one it runs in


def apart(work, *given):
    """What `work` answers in a process of its own; fails if it ends that process."""
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    process = context.Process(target=lambda: answers.put(work(*given)))
    process.start()
    process.join(120)
    assert process.exitcode == 0
    return answers.get()


def mutated(content, seed):
    chosen = random.Random(seed)
    changed = bytearray(content)
    for _change in range(chosen.choice((1, 2, 8))):
        changed[chosen.randrange(len(changed))] = chosen.choice((0, 255, chosen.randrange(256)))
    return bytes(changed)


def mutations():
    yield from (mutated(OLD_EXCEL, seed) for seed in range(150))
    parts = members(xlsx(ROWS, merged=["A1:B1"]))
    whole = zipped(parts)
    yield from (mutated(whole, seed) for seed in range(50))
    for seed in range(150):
        name = sorted(parts)[seed % len(parts)]
        yield zipped(parts | {name: mutated(parts[name], seed)})


def outcomes(contents):
    found = {"read": 0, "refused": 0}
    for content in contents:
        try:
            table_of(content)
            found["read"] += 1
        except Unusable:
            found["refused"] += 1
    return found


def test_no_mutation_ends_the_process_or_escapes():
    found = apart(lambda: outcomes(mutations()))
    assert sum(found.values()) == 350
    assert min(found.values()) > 20


def growth(content):
    """Megabytes and seconds that reading costs at most."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    outcomes([content])
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return grown / 1024, time.process_time() - began


LARGE = {
    "full to the limits": lambda: with_cells(
        row_of(1, *HEADS)
        + f"<row>{''.join(f'<c><v>{n}.5</v></c>' for n in range(60))}</row>" * 4_999
    ),
    "cells without address": lambda: with_cells("<row><c><v>1</v></c></row>" * 500_000),
    "texts": lambda: with_members(
        {"xl/sharedStrings.xml": b"<sst>" + b"<si/>" * 5_000_000 + b"</sst>"}
    ),
    "styles": lambda: with_members(
        {"xl/styles.xml": b"<styleSheet><cellXfs>" + b"<xf/>" * 3_000_000 + b"</cellXfs>"}
    ),
    "merged cells": lambda: with_cells(DATA, after="<mergeCell/>" * 1_000_000),
    "libreoffice": lambda: ods([HEADS, *([["x" * 30] * 60] * 1_500)]),
    "short lines": lambda: b"a,b\n" + b"1,2\n" * 1_000_000,
    "long lines": lambda: csv([HEADS, *([["甲" * 300, 1, 2]] * 2_000)]),
    "one quoted text": lambda: ("企业名称,备注\n" + '"甲\n' * 500_000).encode(),
}


@pytest.mark.parametrize("build", LARGE.values(), ids=LARGE)
def test_large_files_take_little_memory(build):
    megabytes, _seconds = apart(growth, build())
    assert megabytes < 300
