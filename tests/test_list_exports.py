"""Exports of lists: all rows that match, in the reader's language, read back and compared."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.test_lists import ROWS, keys, reader_of
from zonetrack.access import roles

pytestmark = pytest.mark.django_db


def table(response) -> list[dict]:
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


@pytest.mark.parametrize("name", ROWS)
def test_every_list_is_exported_whole_in_both_formats(name):
    zone = make.make_zone()
    park, client = make.make_park(zone), reader_of(zone)
    for n in range(30):
        ROWS[name](park, n)
    page = client.get(reverse(name), {"size": 25})
    rows = table(client.get(reverse(name) + page.context["csv_url"]))
    assert len(rows) == 30
    assert all(row.keys() == rows[0].keys() for row in rows)
    book = client.get(reverse(name) + page.context["xlsx_url"])
    with ZipFile(BytesIO(book.getvalue())) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        notes = archive.read("xl/worksheets/sheet2.xml").decode()
    assert sheet.count("<row ") == 31
    assert str(page.context["listing"].title).replace("&", "&amp;") in notes


@pytest.mark.parametrize("name", ROWS)
def test_the_number_of_queries_of_an_export_does_not_depend_on_the_rows(
    name, django_assert_max_num_queries
):
    zone = make.make_zone()
    park, client = make.make_park(zone), reader_of(zone)
    counts = []
    for wanted in (range(3), range(3, 30)):
        for n in wanted:
            ROWS[name](park, n)
        client.get(reverse(name))
        with django_assert_max_num_queries(12) as queries:
            client.get(reverse(name), {"format": "csv"}).getvalue()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_export_has_what_the_filters_leave_in_the_order_of_the_page():
    zone = make.make_zone()
    park = make.make_park(zone)
    for name, filed in (("Alpha works", 3), ("Beta works", 9), ("Gamma mine", 5)):
        make.make_return(make.make_enterprise(park, name_en=name), filed=filed)
    query = {"q": "works", "sort": "-filed", "format": "csv"}
    rows = table(reader_of(zone).get("/enterprises/", query))
    assert [row["Enterprise, name in English"] for row in rows] == ["Beta works", "Alpha works"]


def test_heads_carry_units_and_cells_both_names_and_blanks():
    zone = make.make_zone()
    park = make.make_park(zone)
    made = make.make_enterprise(park, name_en="Asia Silicon", name_zh="亚洲硅业")
    make.make_return(made, revenue=Decimal("12.5"), filed=0)
    [row] = table(reader_of(zone).get("/returns/", {"format": "csv"}))
    assert row["Enterprise, name in English"] == "Asia Silicon"
    assert row["Enterprise, name in Chinese"] == "亚洲硅业"
    assert Decimal(row["Operating revenue (10,000 yuan)"]) == Decimal("12.5")
    assert row["Patents filed"] == "0"
    assert row["R&D expenditure (10,000 yuan)"] == ""


def test_a_file_is_called_after_its_list():
    zone = make.make_zone()
    answer = reader_of(zone).get("/rd-centers/", {"format": "csv"})
    assert 'filename="center-' in answer["Content-Disposition"]
    assert answer["Content-Type"].startswith("text/csv")


def test_a_name_that_looks_like_a_formula_stays_a_text():
    zone = make.make_zone()
    make.make_enterprise(make.make_park(zone), name_en="=1+1")
    [row] = table(reader_of(zone).get("/enterprises/", {"format": "csv"}))
    assert row["Enterprise, name in English"] == "'=1+1"


def test_an_export_holds_nothing_of_another_scope():
    zone, other = make.make_zone(), make.make_zone()
    make.make_enterprise(make.make_park(other), name_en="Foreign works")
    client = Client()
    client.force_login(make.make_user(roles.OFFICER, zone=zone))
    assert table(client.get("/enterprises/", {"format": "csv"})) == []


def test_an_unknown_format_shows_the_page():
    zone = make.make_zone()
    made = make.make_enterprise(make.make_park(zone))
    answer = reader_of(zone).get("/enterprises/", {"format": "exe"})
    assert keys(answer) == [made.pk]
    assert answer.context["question"].remarks
