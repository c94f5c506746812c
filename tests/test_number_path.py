"""One number followed from the admin's form to everything that shows it."""

import json
import re
from csv import reader
from html import unescape
from io import BytesIO, StringIO
from urllib.parse import urlsplit
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from rd_centers.models import Center
from tests.admin_forms import add_url, errors_of, opened
from tests.factories import (
    make_center,
    make_center_kind,
    make_enterprise,
    make_field,
    make_park,
    make_target,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db

YEAR, KEY = 2014, "tech-centers-new"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def zone():
    return make_zone(key="north", centers_complete_from=2010)


@pytest.fixture
def staff(client, zone):
    """Somebody who enters the records of one park; two centers of the year are there already."""
    park = make_park(zone, key="lithium-valley")
    for _ in range(2):
        make_center(park, recognized=YEAR)
    make_target(zone, KEY, YEAR, 3)
    client.force_login(make_user("Data entry", park=park))
    return client


def enter_center(client, park):
    """What staff type into the admin: a center with its first recognition."""
    url = add_url(Center)
    host, field = make_enterprise(park), make_field()
    typed = {
        "name_en": "Lithium materials center",
        "name_zh": "锂材料中心",
        "kind": make_center_kind("technology_center").pk,
        "park": park.pk,
        "host": host.pk,
        "field": field.pk,
        "recognitions-TOTAL_FORMS": "1",
        "recognitions-0-level": "provincial",
        "recognitions-0-year": str(YEAR),
        "recognitions-0-on": f"{YEAR}-05-01",
    }
    answer = client.post(url, opened(client, url) | typed)
    assert answer.status_code == 302, errors_of(answer)


def shown_everywhere(client, place, query):
    """The number as every output of the indicator has it, and the addresses it opens."""
    address = f"/zones/north/indicators/{KEY}/"
    page = client.get(address, query)
    assert page.status_code == 200
    content = page.content.decode()
    return {
        "chart": from_chart(content),
        "chart's table": from_chart_table(content),
        "table": from_table(content),
        "tile": from_tile(content),
        "drawing": from_drawing(client, address, query),
        "list": from_list(client, content, place),
        "list's CSV": from_list_csv(client, content, place),
        "CSV": from_csv(client, address, query),
        "XLSX": from_xlsx(client, address, query),
        "JSON": from_json(client, address, query),
        "all indicators": from_all_indicators(client, query),
        "comparison of parks": from_comparison(client, place),
        "dashboard": from_dashboard(client, place),
    }


def from_chart(content):
    found = re.search(rf'<script id="{KEY}-figure" type="application/json">(.*?)</script>', content)
    figure = json.loads(found[1])
    [bars] = [trace for trace in figure["data"] if trace["meta"]["role"] == "actual"]
    at = figure["layout"]["xaxis"]["ticktext"].index(str(YEAR))
    return bars["y"][at]


def from_chart_table(content):
    figure = content[content.index("<figure") : content.index("</figure>")]
    return whole(re.search(rf'<th scope="row">{YEAR}</th><td class="num">(\d+)</td>', figure)[1])


def from_table(content):
    table = content[content.index('id="h-values"') :]
    return whole(re.search(rf'<th scope="row">{YEAR}</th>.*?>(\d+)</a>', table, re.DOTALL)[1])


def from_tile(content):
    return whole(re.search(r'<span class="kpi-num"><a[^>]*>(\d+)</a>', content)[1])


def from_drawing(client, address, query):
    """The value is the last text at the foot of a bar, before the target's."""
    answer = client.get(address, query | {"format": "svg"})
    texts = [text.strip() for text in ElementTree.fromstring(answer.content).itertext()]
    title = next(text for text in texts if text.startswith(f"{YEAR}: "))
    return whole(re.match(rf"{YEAR}: (\d+) ", title)[1])


def address_behind(content, place):
    wanted = rf'href="(/rd-centers/\?behind={KEY}&amp;place={place}&amp;year={YEAR})"'
    return unescape(re.search(wanted, content)[1])


def from_list(client, content, place):
    page = client.get(address_behind(content, place))
    rows = page.context["rows"]
    assert len(rows) == page.context["page_obj"].total
    return len(rows)


def from_list_csv(client, content, place):
    rows = csv_rows(client.get(address_behind(content, place) + "&format=csv"))
    return len(rows)


def csv_rows(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    head, *rows = reader(StringIO(text, newline=""))
    return [dict(zip(head, row, strict=True)) for row in rows]


def from_csv(client, address, query):
    rows = csv_rows(client.get(address, query | {"format": "csv"}))
    return whole(next(row["Value"] for row in rows if row["Year"] == str(YEAR)))


def from_xlsx(client, address, query):
    response = client.get(address, query | {"format": "xlsx"})
    file = ZipFile(BytesIO(b"".join(response.streaming_content)))
    tree = ElementTree.fromstring(file.read("xl/worksheets/sheet1.xml"))
    cells = {cell.get("r"): "".join(cell.itertext()) for cell in tree.iter(f"{SHEET}c")}
    heads = {text: name[:-1] for name, text in cells.items() if name[1:] == "1"}
    last = max(int(name[1:]) for name in cells if name[1:].isdigit())
    years = {cells[f"{heads['Year']}{row}"]: row for row in range(2, last + 1)}
    return whole(cells[f"{heads['Value']}{years[str(YEAR)]}"])


def from_json(client, address, query):
    answer = client.get(address, query | {"format": "json"})
    lines = json.loads(answer.content)["lines"]
    return next(line["value"] for line in lines if line["year"] == YEAR)


def from_all_indicators(client, query):
    rows = csv_rows(client.get("/zones/north/indicators/", query | {"format": "csv"}))
    return whole(next(row["Value"] for row in rows if row["Indicator key"] == KEY))


def from_comparison(client, place):
    rows = client.get("/zones/north/parks/", {"year": YEAR, "indicators": KEY}).context["compared"]
    [row] = [row for row in rows if row.place.key.replace(":", "%3A") == place]
    return int(row.lines[0].value)


def from_dashboard(client, place):
    kind, key = place.split("%3A")
    path = f"/zones/north/{YEAR}/" + (f"parks/{key}/" if kind == "park" else "")
    page = client.get(path)
    assert page.status_code == 200, path
    return whole(re.search(link_to(place), page.content.decode())[1])


def link_to(place):
    return rf'behind={KEY}&amp;place={place}&amp;year={YEAR}"[^>]*>(\d+)'


def whole(text):
    assert re.fullmatch(r"\d+", text), text
    return int(text)


def test_a_number_is_the_same_from_the_form_to_every_output(staff, zone):
    park = zone.home_parks.get(key="lithium-valley")
    place, query = "park%3Alithium-valley", {"year": YEAR}
    before = shown_everywhere(staff, place, query)
    assert set(before.values()) == {2}, before
    enter_center(staff, park)
    after = shown_everywhere(staff, place, query)
    assert set(after.values()) == {3}, after


def test_the_zone_shows_what_its_park_has_entered(staff, zone):
    enter_center(staff, zone.home_parks.get(key="lithium-valley"))
    make_center(make_park(zone), recognized=YEAR)
    staff.force_login(make_user("Reader", zone=zone))
    numbers = shown_everywhere(staff, "zone%3Anorth", {"year": YEAR})
    assert set(numbers.values()) == {4}, numbers
    page = staff.get(f"/zones/north/indicators/{KEY}/", {"year": YEAR})
    assert "the target of 3 is met" in page.content.decode()


def test_what_a_number_opens_stays_in_scope(staff, zone):
    make_center(make_park(zone), recognized=YEAR, name_en="Elsewhere")
    page = staff.get(f"/zones/north/indicators/{KEY}/", {"year": YEAR})
    behind = address_behind(page.content.decode(), "park%3Alithium-valley")
    assert urlsplit(behind).path == "/rd-centers/"
    assert "Elsewhere" not in staff.get(behind).content.decode()
