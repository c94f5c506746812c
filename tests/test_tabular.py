import csv
import tracemalloc
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy

from tests.odd_values import FORMULAS
from zonetrack import xlsx
from zonetrack.tabular import Sheet, csv_response, safe_text, xlsx_response

NAMESPACE = {"m": xlsx._MAIN}
HEADS = ["Name", "Count", "Money", "Day", "Key", "Note"]
ROWS = [
    ("Lithium & <materials>", 3, Decimal("-12.50"), date(2014, 5, 1), True, None),
    ("=1+1", 0, Decimal("1E+3"), None, False, " 青海 "),
]


def content(response):
    return b"".join(response.streaming_content)


def csv_rows(rows, heads=("A",)):
    text = content(csv_response("x.csv", heads, rows)).decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline="")))


def archive(*sheets):
    return ZipFile(BytesIO(content(xlsx_response("x.xlsx", sheets))))


def cells(file, number=1):
    """The sheet as rows of (type, style, text) by place, read with nothing but an XML parser."""
    tree = ET.fromstring(file.read(f"xl/worksheets/sheet{number}.xml"))
    return {
        cell.get("r"): (cell.get("t"), cell.get("s"), "".join(cell.itertext()))
        for cell in tree.iterfind(".//m:c", NAMESPACE)
    }


def sheet_names(file):
    tree = ET.fromstring(file.read("xl/workbook.xml"))
    return [sheet.get("name") for sheet in tree.iterfind(".//m:sheet", NAMESPACE)]


def test_csv_is_what_excel_and_wps_open():
    with translation.override("en"):
        raw = content(csv_response("x.csv", HEADS, ROWS))
    assert raw.startswith(b"\xef\xbb\xbfName,Count,")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 3
    assert list(csv.reader(StringIO(raw.decode("utf-8-sig"), newline="")))[1:] == [
        ["Lithium & <materials>", "3", "-12.50", "2014-05-01", "Yes", ""],
        ["'=1+1", "0", "1000", "", "No", " 青海 "],
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_a_spreadsheet_would_run_is_defused(text):
    assert safe_text(text) == "'" + text
    assert csv_rows([(text, 1)], heads=[text, "B"]) == [["'" + text, "B"], ["'" + text, "1"]]
    file = content(xlsx_response("x.xlsx", [Sheet("S", [text], [(text,)])]))
    assert b"<f" not in ZipFile(BytesIO(file)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_a_spreadsheet_would_run_is_read_back_as_text(text):
    openpyxl = pytest.importorskip("openpyxl")
    file = content(xlsx_response("x.xlsx", [Sheet("S", [text], [(text,)])]))
    [column] = openpyxl.load_workbook(BytesIO(file)).active.columns
    plain = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    assert [(cell.data_type, cell.value) for cell in column] == [("s", plain)] * 2


def test_a_text_that_ends_its_cell_stays_one_cell():
    texts = ['x","=1+1', '"=1+1', "x\r\n=1+1", "x,=1+1"]
    assert csv_rows([(text,) for text in texts])[1:] == [[text] for text in texts]


def test_numbers_and_harmless_texts_stay_as_they_are():
    values = ["–", "a=1", "", "−5", -5, Decimal("-5.5"), -0.5]
    assert [row[0] if row else "" for row in csv_rows([(v, 1) for v in values])[1:]] == [
        *("–", "a=1", "", "−5", "-5", "-5.5", "-0.5")
    ]


def test_moments_are_written_in_local_time():
    assert csv_rows([(datetime(2014, 1, 1, 16, 30, tzinfo=UTC),)])[1] == ["2014-01-02 00:30:00"]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("patents-2013.csv", 'attachment; filename="patents-2013.csv"'),
        ("年报.csv", "attachment; filename*=utf-8''%E5%B9%B4%E6%8A%A5.csv"),
        ('a"b/c\r\nX: y.csv', 'attachment; filename="a_b_c_X_ y.csv"'),
    ],
)
def test_file_names(name, header):
    for response in (csv_response(name, [], []), xlsx_response(name, [])):
        assert response["Content-Disposition"] == header
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response.streaming


def test_a_workbook_holds_types_and_never_a_formula():
    file = archive(Sheet("Centers", HEADS, ROWS))
    found = cells(file)
    assert found["A1"] == ("inlineStr", "1", "Name")
    assert found["A2"] == ("inlineStr", None, "Lithium & <materials>")
    assert found["A3"] == ("inlineStr", None, "=1+1")
    assert (found["B2"], found["B3"]) == ((None, None, "3"), (None, None, "0"))
    assert (found["C2"][2], found["C3"][2]) == ("-12.50", "1000")
    assert found["D2"] == (None, "2", "41760")
    assert (found["E2"], found["E3"]) == (("b", None, "1"), ("b", None, "0"))
    assert "F2" not in found
    assert "D3" not in found
    assert found["F3"][2] == " 青海 "
    assert b"<f>" not in file.read("xl/worksheets/sheet1.xml")


def test_a_workbook_is_ready_to_be_read_and_printed():
    file = archive(Sheet("Q&A's", ["A", "B"], [(1, 2), (3, 4)]))
    sheet = file.read("xl/worksheets/sheet1.xml").decode()
    assert 'ySplit="1"' in sheet
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:B3"/>' in sheet
    assert '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1"' in sheet
    names = ET.fromstring(file.read("xl/workbook.xml")).iterfind(".//m:definedName", NAMESPACE)
    assert [name.text for name in names] == ["'Q&A''s'!$A$1:$B$3", "'Q&A''s'!$1:$1"]
    for part in file.namelist():
        ET.fromstring(file.read(part))


def test_chinese_signs_take_two_places_in_a_column():
    sheet = archive(Sheet("S", ["甲乙丙丁戊己庚辛", "A"], [("x", "y" * 90)]))
    columns = ET.fromstring(sheet.read("xl/worksheets/sheet1.xml")).iterfind(".//m:col", NAMESPACE)
    assert [column.get("width") for column in columns] == ["18", "60"]


def test_what_xml_or_excel_cannot_hold_is_taken_out_of_texts():
    texts = ["a\0b\x0b\x1fc\ufffe\ud800d", "one\r\ntwo\rthree", "_x0041_", "x" * 40_000]
    found = cells(archive(Sheet("S", ["A"], [(text,) for text in texts])))
    assert found["A2"][2] == "abcd"
    assert found["A3"][2] == "one\ntwo\nthree"
    assert found["A4"][2] == "_x005F_x0041_"
    assert len(found["A5"][2]) == 32_767


def test_days_before_excels_calendar_is_right_stay_texts():
    rows = [(date(1900, 3, 1), date(1900, 2, 28), datetime(2014, 5, 1, 12))]
    found = cells(archive(Sheet("S", ["A", "B", "C"], rows)))
    assert found["A2"] == (None, "2", "61")
    assert found["B2"] == ("inlineStr", None, "1900-02-28")
    assert found["C2"] == (None, "3", "41760.5")


def test_sheet_names_are_such_as_excel_takes():
    names = ["a/b:c", "A b c", "", "History", "名" * 40, "名" * 40, "'x'"]
    found = sheet_names(archive(*(Sheet(name, ["A"], []) for name in names)))
    assert found == [
        *("a b c", "A b c (2)", "Sheet", "History (2)", "名" * 31, "名" * 27 + " (2)", "x")
    ]


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 1001)
    for count, sheets in ((1000, 1), (1001, 2), (2500, 3)):
        file = archive(Sheet("S", ["N"], ((n,) for n in range(count))), Sheet("T", ["N"], []))
        assert sheet_names(file) == ["S", "S (2)", "S (3)"][:sheets] + ["T"]
        values = []
        for number in range(1, sheets + 1):
            found = cells(file, number)
            assert found.pop("A1")[2] == "N"
            values += [int(text) for _, _, text in found.values()]
        assert values == list(range(count))


def test_a_sheet_of_too_many_bytes_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_BYTES", 10_000)
    file = archive(Sheet("S", ["N"], ((n,) for n in range(1000))))
    assert len(sheet_names(file)) > 1


def test_columns_beyond_z():
    found = cells(archive(Sheet("S", [f"h{n}" for n in range(703)], [range(703)])))
    assert (found["Z2"][2], found["AA2"][2], found["ZZ2"][2], found["AAA2"][2]) == (
        *("25", "26", "701", "702"),
    )


def test_texts_translated_late_are_texts():
    late = gettext_lazy("Yes")
    assert csv_rows([(late,)], heads=[late]) == [["Yes"], ["Yes"]]
    assert cells(archive(Sheet(late, [late], [(late,)])))["A2"][2] == "Yes"


def test_choices_are_what_they_stand_for():
    class Level(models.TextChoices):
        CITY = "city", "City level"

    class Batch(models.IntegerChoices):
        FIRST = 1

    found = cells(archive(Sheet("S", ["A", "B"], [(Level.CITY, Batch.FIRST)])))
    assert (found["A2"][2], found["B2"]) == ("city", (None, None, "1"))


def test_a_row_of_another_length_than_its_head_is_an_error():
    with pytest.raises(ValueError, match="zip"):
        archive(Sheet("S", ["A", "B"], [(1,)]))


@pytest.mark.parametrize("make", [csv_response, lambda *given: xlsx_response("x", [Sheet(*given)])])
def test_memory_does_not_grow_with_the_rows(make):
    def peak(count):
        tracemalloc.start()
        for _ in make("x", ["A", "B"], (("text", n) for n in range(count))).streaming_content:
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(20_000) < peak(2_000) * 1.5


def test_openpyxl_reads_the_same():
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(
        BytesIO(content(xlsx_response("x.xlsx", [Sheet("S", HEADS, ROWS)])))
    )
    rows = list(book["S"].values)
    assert rows[0] == tuple(HEADS)
    day = datetime(2014, 5, 1)
    assert rows[1] == ("Lithium & <materials>", 3, -12.5, day, True, None)
    assert rows[2] == ("=1+1", 0, 1000, None, False, " 青海 ")
    assert book["S"]["A3"].data_type == "s"
    assert book["S"].freeze_panes == "A2"
    assert book["S"].print_title_rows == "$1:$1"
