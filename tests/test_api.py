"""What programs read: the same figures and rows as the pages, tagged, paged and refused in JSON."""

import csv
import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.json_shapes import mistakes
from tests.test_lists import ROWS
from zonetrack.access import roles
from zonetrack.api import openapi
from zonetrack.api.registers import REGISTERS
from zonetrack.api.table import ENDPOINTS

pytestmark = pytest.mark.django_db
YEAR = 2014
HTML_LISTS = {each.name: each.listing.name for each in REGISTERS}


@pytest.fixture
def zone():
    return make.make_zone(name_en="West", name_zh="西区")


@pytest.fixture
def park(zone):
    park = make.make_park(zone)
    make.make_target(zone, value=3, year=YEAR)
    make.make_center(park, recognized=YEAR)
    holder = make.make_enterprise(park)
    make.make_return(
        holder, YEAR, rd_expenditure=Decimal("1234567890.1234"), filed=0, in_force=3, employees=7
    )
    make.make_title(park, enterprise=holder, awarded_on=date(YEAR, 5, 1))
    make.make_published(zone, value=100, year=YEAR)
    return park


@pytest.fixture
def reader(zone, park):
    client = Client()
    client.force_login(make.make_user(roles.READER, zone=zone))
    return client


def api(name, *args):
    return reverse(f"api-{name}", args=args)


def lines_by_key(answer):
    return {line["indicator"]: line for line in answer["lines"]}


def without_links(line):
    return {key: value for key, value in line.items() if key != "links"}


# The same as the pages


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_scorecard_holds_every_value_of_the_page(reader, zone, language):
    asked = {"year": YEAR, "format": "json"}
    headers = {"accept-language": language}
    page = reader.get(reverse("indicators", args=[zone.key]), asked, headers=headers).json()
    answer = reader.get(api("dashboard", zone.key, YEAR), headers=headers).json()
    assert [without_links(line) for line in answer["lines"]] == page["lines"]
    assert (answer["title"], answer["indicators"]) == (page["title"], page["indicators"])
    assert answer["zone"] == {
        "id": zone.pk,
        "key": zone.key,
        "name_en": "West",
        "name_zh": "西区",
    }


def test_a_scorecard_holds_the_values_of_the_dashboard(reader, zone):
    dashboard = reader.get(reverse("dashboard", args=[zone.key, YEAR])).context["shown"]
    lines = lines_by_key(reader.get(api("dashboard", zone.key, YEAR)).json())
    for name, shown in dashboard.items():
        value = lines[name.replace("_", "-")]["value"]
        exact = shown.line.value  # a ratio is sent to six places
        assert value == (None if exact is None else pytest.approx(float(exact), abs=5e-7)), name
    assert lines["tech-centers-new"]["target"] == 3
    assert lines["rd-expenditure"]["value"] == 1234567890.1234
    assert lines["industrial-output"]["value"] is None


def test_a_park_and_a_track_record_hold_the_values_of_their_pages(reader, zone, park):
    asked = {"year": YEAR, "park": park.key, "format": "json"}
    page = reader.get(reverse("indicators", args=[zone.key]), asked).json()
    answer = reader.get(api("park", zone.key, YEAR, park.key)).json()
    assert [without_links(line) for line in answer["lines"]] == page["lines"]
    assert answer["park"]["key"] == park.key
    asked = {"year": 2016, "from": 2013, "format": "json"}
    address = [zone.key, "patents-filed"]
    page = reader.get(reverse("indicator", args=address), asked).json()
    answer = reader.get(api("indicator", *address), asked).json()
    assert [without_links(line) for line in answer["lines"]] == page["lines"]
    assert [line["year"] for line in answer["lines"]] == [2014, 2015, 2016]


def test_comparisons_hold_the_values_of_their_pages(reader, zone):
    asked = {"year": YEAR, "indicators": "patents-filed,titles-held", "sort": "-titles-held"}
    page = reader.get(reverse("compare-parks", args=[zone.key]), asked | {"format": "json"}).json()
    answer = reader.get(api("compare-parks", zone.key), asked).json()
    lines = [line for row in answer["rows"] for line in row["lines"]]
    assert [without_links(line) for line in lines] == page["lines"]
    assert [row["total"] for row in answer["rows"]] == [False, False, True]


def test_zones_are_compared_as_on_their_page(park):
    make.make_park(make.make_zone())
    client = Client()
    client.force_login(make.make_user("administrator"))
    page = client.get(reverse("compare-zones"), {"year": YEAR, "format": "json"}).json()
    answer = client.get(api("compare-zones"), {"year": YEAR}).json()
    lines = [line for row in answer["rows"] for line in row["lines"]]
    assert [without_links(line) for line in lines] == page["lines"]
    assert answer["count"] == 2
    found = client.get(api("zones")).json()["zones"]
    assert {each["key"] for each in found} == {row["place"]["key"] for row in answer["rows"]}


def rows_of_csv(client, name, asked):
    answer = client.get(reverse(HTML_LISTS[name]), asked | {"format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


def as_in_csv(value):
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "" if value is None else str(value)


def same(text, value):
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(text) == Decimal(str(value))
    return text == as_in_csv(value)


@pytest.mark.parametrize("name", HTML_LISTS)
def test_a_list_holds_the_rows_of_its_csv(reader, zone, park, name):
    fill = ROWS[HTML_LISTS[name]]
    for n in range(1, 4):
        fill(park, n)
    asked = {"q": "1"} if name == "patent" else {"size": 25}
    _head, *rows = rows_of_csv(reader, name, asked)
    answer = reader.get(api(f"{name}-list"), asked).json()
    assert answer["count"] == len(answer["rows"]) == len(rows) > 0
    for row, sent in zip(rows, answer["rows"], strict=True):
        for text, (key, value) in zip(row, sent["values"].items(), strict=True):
            assert same(text, value), key


def test_the_rows_behind_a_number_add_up_to_it(reader, zone):
    line = lines_by_key(reader.get(api("dashboard", zone.key, YEAR)).json())
    sums = reader.get(line["rd-expenditure"]["links"]["rows"]["count"]).json()
    assert sums["sum"] == line["rd-expenditure"]["value"] == 1234567890.1234
    assert sums["rows"][0]["values"]["filed"] == 0
    assert sums["rows"][0]["values"]["revenue"] is None
    centers = line["tech-centers-new"]
    counted = reader.get(centers["links"]["rows"]["count"]).json()
    assert (counted["count"], centers["known"], centers["value"]) == (1, 1, None)
    assert counted["sum"] is None and "West" in counted["behind"]
    ratio = line["patents-in-force-per-10k-employees"]["links"]["rows"]
    assert reader.get(ratio["denominator"]).json()["sum"] == 7
    figure = reader.get(line["patents-filed"]["links"]["published"][0]).json()
    assert figure["fields"]["value"] == 100


def test_a_record_has_all_its_columns_and_what_belongs_to_it(reader, park):
    center = make.make_center(park, name_en="Lithium", name_zh="锂", recognized=2012)
    answer = reader.get(api("center", center.pk)).json()
    assert answer["fields"]["name_zh"] == "锂"
    assert answer["fields"]["park"]["key"] == park.key
    assert answer["fields"]["merged_year"] is None
    assert "version" not in answer["fields"]
    [recognition] = answer["parts"]["recognitions"]
    assert (recognition["year"], recognition["level"]) == (2012, "provincial")
    assert answer["links"]["html"] == center.get_absolute_url()
    title = reader.get(api("title-list")).json()["rows"][0]
    assert title["values"]["awarded"] == "2014-05-01"
    assert reader.get(title["links"]["self"]).json()["fields"]["awarded_on"] == "2014-05-01"


def test_changes_are_those_of_their_page(zone, park):
    client = Client()
    client.force_login(make.make_user(roles.MANAGER, zone=zone))
    for asked in ({"kind": "enterprises.title"}, {"year": YEAR, "page": "1"}):
        entries = client.get(reverse("all-changes"), asked).context["entries"]
        answer = client.get(api("changes"), asked).json()
        assert [one["subject"] for one in answer["changes"]] == [one.subject for one in entries]
        told = [[(v["name"], v["new"]) for v in one["values"]] for one in answer["changes"]]
        assert told == [[(each.label, each.new) for each in one.changes] for one in entries]
        assert told and not answer["remarks"]
    answer = client.get(api("changes"), {"year": "soon"}).json()
    assert answer["remarks"] and answer["changes"]


def test_changes_are_read_page_by_page(zone, park, monkeypatch):
    monkeypatch.setattr("zonetrack.journal_page.SHOWN", 2)
    client = Client()
    client.force_login(make.make_user(roles.MANAGER, zone=zone))
    first = client.get(api("changes"), {"channel": "command"}).json()
    assert first["previous"] is None and "channel=command" in first["next"]
    second = client.get(first["next"]).json()
    assert second["changes"] and second["changes"] != first["changes"]
    assert client.get(second["previous"]).json() == first


# Pages of lists


def test_a_list_is_read_page_by_page(reader, park):
    for _n in range(5):
        make.make_project(park)
    found, address = [], api("project-list") + "?size=2&sort=-name"
    while address:
        answer = reader.get(address).json()
        assert (answer["count"], answer["count_is_exact"], answer["pages"]) == (5, True, 3)
        found += [row["id"] for row in answer["rows"]]
        address = answer["next"]
    assert len(found) == len(set(found)) == 5
    back = reader.get(answer["previous"]).json()
    assert [row["id"] for row in back["rows"]] == found[2:4]


def test_a_long_list_says_that_it_is_longer_than_counted(reader, park, monkeypatch):
    monkeypatch.setattr("zonetrack.lists.paging.MOST_COUNTED", 3)
    for _n in range(5):
        make.make_project(park)
    answer = reader.get(api("project-list"), {"size": 1}).json()
    assert (answer["count"], answer["count_is_exact"], answer["pages"]) == (3, False, None)
    assert answer["next"]


@pytest.mark.parametrize("size", ["0", "1001", "-1", "many", "9" * 5000, "a\0"])
def test_a_size_that_cannot_be_is_named_and_the_usual_one_taken(reader, size):
    answer = reader.get(api("title-list"), {"size": size}).json()
    assert (answer["size"], len(answer["remarks"])) == (50, 1)


# Answers that are kept


def test_what_has_not_changed_is_not_sent_again(reader, zone, park):
    address = api("dashboard", zone.key, YEAR)
    first = reader.get(address)
    assert first["Cache-Control"] == "private, no-cache"
    varies = {each.strip() for each in first["Vary"].split(",")}
    assert {"Cookie", "Authorization", "Accept-Language"} <= varies
    again = reader.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert "Authorization" in again["Vary"]
    make.make_center(park, recognized=YEAR)
    changed = reader.get(address, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"]


def test_a_compressed_answer_is_recognized_by_its_tag(reader, zone):
    address = api("dashboard", zone.key, YEAR)
    packed = reader.get(address, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip" and packed["ETag"].startswith('W/"')
    again = reader.get(
        address, headers={"accept-encoding": "gzip", "if-none-match": packed["ETag"]}
    )
    assert again.status_code == 304


def test_each_language_has_its_own_tag(reader, zone):
    address = api("dashboard", zone.key, YEAR)
    tags = {reader.get(address, headers={"accept-language": one})["ETag"] for one in ("en", "zh")}
    assert len(tags) == 2


# What cannot be used


@pytest.mark.parametrize(
    "address",
    [
        "zones/elsewhere/",
        "zones/a%00b/",
        "zones/elsewhere/2014/",
        "zones/West/99999999999999999999/",
        "titles/0/",
        f"titles/{10**40}/",
        "titles/a%00/",
        "no/such/thing/",
        "%ff%fe/",
        "titles",
    ],
)
def test_what_is_not_there_is_a_problem_in_the_readers_language(reader, address):
    answer = reader.get(f"/api/v1/{address}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404
    assert not mistakes(answer.json(), {"$ref": "#/components/schemas/Problem"}, SCHEMAS)


def test_years_and_indicators_that_cannot_be_are_not_found(reader, zone):
    for address in (api("dashboard", zone.key, 1800), api("indicator", zone.key, "no-such")):
        assert reader.get(address).status_code == 404


def test_more_parameters_than_anybody_sends_cannot_be_read(reader):
    answer = reader.get(api("title-list") + "?" + "&".join(f"a{n}=1" for n in range(3100)))
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/titles/", "/api/v1/no/such/"])
def test_nothing_can_be_written(method, address):
    client = Client(enforce_csrf_checks=True)
    answer = getattr(client, method)(address, {})
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json()["status"] == 405


def test_head_and_options_are_answered(reader):
    assert reader.head("/api/v1/titles/").status_code == 200
    answer = reader.options("/api/v1/titles/")
    assert (answer.status_code, answer["Allow"]) == (204, "GET, HEAD, OPTIONS")


# The document

SCHEMAS = openapi.document()["components"]["schemas"]


def test_the_file_is_what_the_table_says():
    file = settings.BASE_DIR / openapi.FILE
    assert file.read_text(encoding="utf-8") == openapi.text(), "run: python manage.py openapi"


def test_the_document_is_served_and_the_start_names_every_address(reader):
    assert reader.get("/api/v1/openapi.json").json() == json.loads(openapi.text())
    start = reader.get("/api/v1/").json()
    assert len(start["addresses"]) == len(ENDPOINTS)


def test_every_address_is_described_once():
    operations = [one["get"]["operationId"] for one in openapi.document()["paths"].values()]
    assert len(operations) == len(set(operations)) == len(ENDPOINTS)


def test_the_page_for_people_names_every_address(reader):
    page = reader.get(reverse("api"))
    assert page.status_code == 200
    for endpoint in ENDPOINTS:
        assert openapi.path_of(endpoint)[1:] in page.content.decode()
