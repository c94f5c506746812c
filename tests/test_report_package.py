"""The data package: valid to an independent reader, complete, and of its place alone."""

import csv
import json
from io import BytesIO, TextIOWrapper
from zipfile import ZipFile

import pytest
from django.utils import translation

from enterprises.models import State
from enterprises.places import Place, zone_links
from patents.models import PatentHolder
from tests.factories import make_enterprise, make_patent, make_return
from tests.reporting import HOSTILE, TODAY, YEAR, make_world
from zonetrack import catalog
from zonetrack.reports.annual import annual_report
from zonetrack.reports.facts import Facts, Options
from zonetrack.reports.formats import made
from zonetrack.targets.scorecard import Scorecards

pytestmark = pytest.mark.django_db


def place_of(world, park=None) -> Place:
    return Place(world.zone, tuple(zone_links("north")), park)


def package_of(place: Place, language="en", **options) -> bytes:
    chosen = Options(**options)
    with translation.override(language):
        report = annual_report(place, YEAR, today=TODAY, options=chosen)
    return made("zip", report, Facts(place, YEAR, TODAY, chosen))


def opened(content: bytes) -> tuple[dict, dict[str, list[dict]]]:
    """The description, and the rows of each resource."""
    with ZipFile(BytesIO(content)) as file:
        about = json.loads(file.read("datapackage.json"))
        tables = {}
        for resource in about["resources"]:
            with file.open(resource["path"]) as lines:
                text = TextIOWrapper(lines, "utf-8", newline="")
                tables[resource["name"]] = list(csv.DictReader(text))
    return about, tables


def broken_links(about: dict, tables: dict) -> list:
    found = []
    for resource in about["resources"]:
        for link in resource["schema"].get("foreignKeys", ()):
            [name], other = link["fields"], link["reference"]
            known = {row[other["fields"][0]] for row in tables[other["resource"]]}
            values = {row[name] for row in tables[resource["name"]]} - {""}
            found += [(resource["name"], name, value) for value in values - known]
    return found


def test_the_same_data_give_the_same_bytes():
    place = place_of(make_world())
    assert package_of(place) == package_of(place)


@pytest.mark.parametrize("names", [("Alpha", "Beta"), HOSTILE])
def test_an_independent_reader_finds_the_package_valid(tmp_path, names):
    frictionless = pytest.importorskip("frictionless")
    content = package_of(place_of(make_world(names)), "zh-hans")
    file = tmp_path / "package.zip"
    file.write_bytes(content)
    found = frictionless.validate(str(file))
    assert found.valid, found.flatten(["title", "fieldName", "message"])
    assert found.stats["tasks"] == len(opened(content)[0]["resources"])


def test_every_key_leads_to_a_row_and_is_written_once():
    about, tables = opened(package_of(place_of(make_world())))
    assert broken_links(about, tables) == []
    for resource in about["resources"]:
        names = resource["schema"]["primaryKey"]
        keys = [tuple(row[name] for name in names) for row in tables[resource["name"]]]
        assert len({*keys}) == len(keys), resource["name"]
    linked = sum(len(one["schema"].get("foreignKeys", ())) for one in about["resources"])
    assert linked > 30


def test_the_records_behind_the_year_are_there():
    world = make_world()
    about, tables = opened(package_of(place_of(world)))
    counts = {name: len(rows) for name, rows in tables.items()}
    assert counts["enterprises"] == counts["returns"] == counts["yearly-figures"] == 3
    for name in ("titles", "patents", "patent-counts", "locations"):
        assert counts[name] == 3, name
    for name in ("centers", "recognitions", "projects", "cooperation", "achievements"):
        assert counts[name] == 1, name
    assert (counts["targets"], counts["published-figures"], counts["zones"]) == (2, 1, 1)
    fields = {
        field["name"]: field
        for resource in about["resources"]
        if resource["name"] == "yearly-figures"
        for field in resource["schema"]["fields"]
    }
    assert fields["revenue"]["type"] == "number"
    assert fields["revenue"]["unit"] == "10,000 yuan"
    assert fields["employees"]["type"] == "integer"


def test_its_figures_are_those_of_the_dashboard():
    place = place_of(make_world())
    _about, tables = opened(package_of(place))
    written = {(row["place"], row["indicator"]): row["value"] for row in tables["figures"]}
    cards = Scorecards(catalog.INDICATORS, place, YEAR, YEAR, today=TODAY)
    for where in (place, *place.park_places(YEAR)):
        for line in cards.scorecard(YEAR, where):
            if line.value is not None:
                assert float(written[where.key, line.indicator.key]) == pytest.approx(
                    float(line.value), abs=1e-6
                )


def test_nothing_of_other_places_is_in_it():
    world = make_world()
    holder = make_enterprise(world.elsewhere, name_en="Co-holder", credit_code="8" * 18)
    patent = make_patent(world.first, holder=world.enterprises[0])
    PatentHolder.objects.create(patent=patent, order=2, enterprise=holder)
    text = ZipFile(BytesIO(package_of(place_of(world)))).read("data/enterprises.csv").decode()
    assert "Stranger" not in text
    assert "Co-holder" in text  # named by a patent of the place
    assert "8" * 18 not in text
    _about, tables = opened(package_of(place_of(world, world.first)))
    assert {row["park"] for row in tables["returns"]} == {"first"}
    assert "Gamma" not in str(tables)


def test_figures_that_are_not_approved_stay_at_home():
    world = make_world()
    draft = make_return(make_enterprise(world.first), YEAR, state=State.DRAFT, employees=4242)
    _about, tables = opened(package_of(place_of(world)))
    assert str(draft.pk) in [row["id"] for row in tables["returns"]]
    assert "4242" not in str(tables["yearly-figures"])


def test_amounts_of_single_enterprises_can_be_left_out():
    world = make_world()
    about, tables = opened(package_of(place_of(world), hide_single_money=True))
    names = {name for rows in tables.values() for row in rows for name in row}
    assert not names & {"revenue", "rd_expenditure", "budget", "amount", "funding", "spent"}
    assert "employees" in names
    _about, of_park = opened(package_of(place_of(world, world.second), hide_single_money=True))
    values = {row["indicator"]: row["value"] for row in of_park["figures"]}
    assert values.get("rd-expenditure", "") == ""
    assert broken_links(about, tables) == []


def test_an_empty_place_has_a_package(tmp_path):
    from tests.factories import make_zone

    zone = make_zone(key="empty")
    place = Place(zone, tuple(zone_links("empty")))
    about, tables = opened(package_of(place))
    assert tables["returns"] == []
    assert broken_links(about, tables) == []
