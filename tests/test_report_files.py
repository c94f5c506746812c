"""Files of reports: their names, CSV and JSON, and that all say what the dashboard says."""

import csv
import json
import re
from decimal import Decimal
from html import unescape
from io import StringIO

import pytest
from django.utils import translation

from enterprises.places import Place, zone_links
from tests.factories import make_user
from tests.reporting import HOSTILE, TODAY, YEAR, make_world
from tests.test_report_document import make_report
from zonetrack import catalog
from zonetrack.access import roles
from zonetrack.dashboards import asking
from zonetrack.dashboards.exports import COLUMNS, number
from zonetrack.reports.annual import annual_report
from zonetrack.reports.csv_json import indicator_csv, json_file, table_csv
from zonetrack.reports.document import Cell, Column, Row, Table, blocks_of
from zonetrack.reports.formats import FORMATS, file_name, table_file_name, table_of
from zonetrack.reports.keeping import restored
from zonetrack.targets.scorecard import Scorecards

LANGUAGES = ("en", "zh-hans")


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def place(db):
    world = make_world()
    return Place(world.zone, tuple(zone_links("north")))


def made(place, language):
    with translation.override(language):
        return annual_report(place, YEAR, today=TODAY)


# Names


@pytest.mark.parametrize("key", FORMATS)
@pytest.mark.parametrize("name", [*HOSTILE, "a/b\\c:d*e?f", "..", "", "x" * 300, "a\u202egpj"])
def test_file_names_are_taken_by_every_file_system(key, name):
    for language in LANGUAGES:
        found = file_name(make_report(place_name=name, language=language), key)
        assert len(found.encode()) <= 200
        assert not set(found) & set('/\\:*?"<>|\0\n\t\u202e')
        assert found.endswith(f".{FORMATS[key].extension}")
        assert "2012" in found
        assert not found.startswith((".", " "))


def test_every_format_has_a_name_of_its_own():
    names = {key: file_name(make_report(), key) for key in FORMATS}
    assert len({*names.values()}) == len(FORMATS)
    assert names["pdf"] == "Somewhere annual report 2012.pdf"
    assert "edition 3" in file_name(make_report(edition=3), "pdf")


def test_a_table_is_named_after_what_it_shows():
    table = Table("t", "100% of\nall / things", (), ())
    assert table_file_name(make_report(), table) == "Somewhere 100% of_all _ things 2012.csv"


# CSV and JSON


def test_a_list_is_written_as_values():
    table = Table(
        "list",
        "List",
        (Column("=Name"), Column("Amount", "10,000 yuan", numeric=True)),
        (
            Row((Cell("A heading"),), "group"),
            Row((Cell("=1+1"), Cell("CNY 1.2 million", Decimal("120.50"), 2))),
            Row((Cell("None"), Cell("–"))),
            Row((Cell("All"), Cell("0", 0)), "total"),
        ),
    )
    assert rows_of(table_csv(make_report(), table)) == [
        ["'=Name", "Amount (10,000 yuan)"],
        ["'=1+1", "120.50"],
        ["None", ""],
        ["All", "0"],
    ]


def test_json_is_read_back_as_the_same_report():
    report = make_report(place_name='喆𠮷 "quoted" \ud800')
    data = json.loads(json_file(report))
    assert (data["format"], data["version"]) == ("zonetrack-annual-report", 1)
    back = restored(data["report"])
    assert back.sections == report.sections
    assert back.place_name == '喆𠮷 "quoted" ?'


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_indicators_are_those_of_the_dashboard(place, language):
    cards = Scorecards(catalog.INDICATORS, place, YEAR, YEAR, today=TODAY)
    report = made(place, language)
    heads, *rows = rows_of(indicator_csv(report))
    with translation.override(language):
        assert heads == [str(column.head) for column in COLUMNS]
    at = {column.key: n for n, column in enumerate(COLUMNS)}
    written = {row[at["indicator"]]: row for row in rows}
    told = {line["indicator"]: line for line in json.loads(json_file(report))["report"]["lines"]}
    for line in cards.scorecard(YEAR):
        value = number(line.value)
        key = line.indicator.key
        assert written[key][at["value"]] == ("" if value is None else f"{Decimal(value):f}")
        assert restored(told[key])["value"] == value
    assert {*written} == {*catalog.BY_KEY}


def test_equal_data_give_equal_files(place):
    first, second = made(place, "en"), made(place, "en")
    assert indicator_csv(first) == indicator_csv(second)
    assert json_file(first) == json_file(second)


# From the page


@pytest.fixture
def reader(client, place, monkeypatch):
    monkeypatch.setattr(asking, "localdate", lambda: TODAY)
    client.force_login(make_user(roles.READER, zone=place.zone))
    return client


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["csv", "json", "xlsx", "zip"])
def test_the_page_gives_the_file(reader, place, key, language):
    response = reader.get(f"/reports/north/?year={YEAR}&lang={language}&format={key}")
    assert response.status_code == 200
    assert response["Content-Type"] == FORMATS[key].content_type
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["X-Content-Type-Options"] == "nosniff"
    with translation.override(language):
        report = made(place, language)
    if key == "csv":
        assert response.content == indicator_csv(report)
    if key == "json":
        assert response.content == json_file(report)


def test_each_table_can_be_saved_alone(reader, place):
    report = made(place, "en")
    keys = [table.key for table in blocks_of(report, Table)]
    assert len({*keys}) == len(keys) > 3
    key = next(table.key for table in blocks_of(report, Table) if table.rows)
    response = reader.get(f"/reports/north/?year={YEAR}&format=csv&table={key}")
    assert response.content == table_csv(report, table_of(report, key))


def test_a_chinese_report_has_a_chinese_file_name(reader):
    header = reader.get(f"/reports/north/?year={YEAR}&lang=zh-hans&format=csv")
    assert "filename*=utf-8''%E5%8C%97%E5%8C%BA" in header["Content-Disposition"]


def test_every_table_of_the_page_leads_to_its_file(reader):
    page = reader.get(f"/reports/north/?year={YEAR}&short=1").content.decode()
    addresses = re.findall(r'<a href="(\?[^"]*table=[^"]+)">CSV', page)
    assert len(addresses) == page.count("<caption>")
    for address in addresses[:3]:
        response = reader.get("/reports/north/" + unescape(address))
        assert response["Content-Type"] == FORMATS["csv"].content_type
