"""Yearly sums are what the registers say, whoever has written what."""

from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from enterprises.models import Location, Park, Return, State, Title, YearlyFigures, Zone, ZonePark
from patents.models import PatentCounts
from rd_centers.models import Center, Recognition, StageEvent
from tests.admin_forms import change_url, fields_of
from tests.factories import (
    make_center_kind,
    make_enterprise,
    make_park,
    make_title,
    make_user,
    make_zone,
)
from tests.test_counting_against_slow import make_registers
from zonetrack import catalog, entering, workflow, writing
from zonetrack.access import roles
from zonetrack.entering import Entry
from zonetrack.indicators.declaration import Ask
from zonetrack.indicators.series import Readings
from zonetrack.projects.models import Achievement, Application, Cooperation, Milestone, Project
from zonetrack.sums import checking, facts, reading
from zonetrack.sums.models import NationYear, ParkSums, ParkYear, ZoneSums, ZoneYear

pytestmark = pytest.mark.django_db
FIRST, LAST = 2004, localdate().year + 1
EDITS = 25


def build():
    call_command("check_sums", repair=True, verbosity=0)


def wrong():
    return checking.check(localdate()).wrong


@pytest.fixture
def place():
    place = make_registers(21, size=8)
    build()
    return place


def live(ask, monkeypatch):
    """What the registers say, without any sum."""
    with monkeypatch.context() as patched:
        patched.setattr(reading, "by_park", lambda _ask: None)
        return Readings(catalog.INDICATORS, ask)


def differing(place, monkeypatch, today=None):
    ask = Ask(place.all_park_ids, FIRST, LAST, today or localdate())
    stored, counted = Readings(catalog.INDICATORS, ask), live(ask, monkeypatch)
    return [
        (indicator.key, year, parks)
        for indicator in catalog.INDICATORS
        for year in range(FIRST, LAST + 1)
        for parks in (place.all_park_ids, *([park] for park in place.all_park_ids))
        if stored.value(indicator, parks, year) != counted.value(indicator, parks, year)
    ]


def test_sums_are_missing_until_they_are_built(capsys):
    park = make_park()
    make_title(park)
    with pytest.raises(CommandError):
        call_command("check_sums")
    assert "missing" in capsys.readouterr().out
    build()
    call_command("check_sums")
    assert "wrong=0" in capsys.readouterr().out


def test_every_indicator_reads_from_sums_what_it_counts(place, monkeypatch):
    assert wrong() == []
    assert differing(place, monkeypatch) == []
    long_ago = localdate().replace(year=2012, month=5, day=1)
    assert differing(place, monkeypatch, today=long_ago) == []


def test_sums_are_read_in_one_query(place):
    ask = Ask(place.all_park_ids, FIRST, localdate().year - 1, localdate())
    with CaptureQueriesContext(connection) as captured:
        Readings(catalog.INDICATORS, ask)
    assert len(captured) == 1


def test_only_facts_that_change_with_the_day_are_counted_in_the_running_year(place):
    ask = Ask(place.all_park_ids, FIRST, LAST, localdate())
    with CaptureQueriesContext(connection) as captured:
        Readings(catalog.INDICATORS, ask)
    assert len(captured) == 2


class Watched(Ask):
    asked_for_the_day = False

    def __getattribute__(self, name):
        if name in ("today", "day_of"):
            object.__setattr__(self, "asked_for_the_day", True)
        return super().__getattribute__(name)


def test_sources_that_look_at_the_day_say_so():
    for source in facts.sources():
        ask = Watched(frozenset([1]), 2014, 2015, localdate())
        source(ask)
        assert ask.asked_for_the_day == facts.is_by_day(source), source.__name__


def test_each_fact_has_one_name_and_each_source_its_registers():
    assert len(set(facts.names().values())) == len(facts.names())
    assert {"titles-held", "rd-intensity-revenue.denominator"} <= set(facts.names().values())
    read = set().union(*(facts.models_of(source) for source in facts.sources()))
    assert {Title, Return, YearlyFigures, PatentCounts, Location, Center, Recognition} <= read
    assert {StageEvent, Project, Milestone, Cooperation, Application, Achievement} <= read


# Every way of writing

MODELS = [
    Title, Location, Center, Recognition, StageEvent, Project, Milestone, Cooperation,
    Application, Achievement, YearlyFigures, PatentCounts,
]  # fmt: skip


def edited(chance, row, parks):
    """Change some of what is counted of a row; False where the change cannot be."""
    years = [name for name in type(row).dated if getattr(row, name)]
    names = [*years, *(["park_id"] if "park_id" in type(row).counted else [])]
    names += [name for name in getattr(row, "FIGURES", ()) if getattr(row, name)]
    if isinstance(row, Center):
        names = ["park_id", "host_id"]
    if isinstance(row, Milestone):
        names = ["planned_on", "done_on"]
    if not names:
        return False
    name = chance.choice(names)
    if name == "park_id":
        row.park_id = chance.choice(parks)
    elif name == "host_id":
        row.host_id = chance.choice([None, *Location.objects.values_list("enterprise", flat=True)])
    elif name in ("planned_on", "done_on"):
        setattr(row, name, localdate().replace(year=chance.randint(2006, 2016), day=1))
    elif name in type(row).dated:
        setattr(row, name, getattr(row, name) + chance.choice([-1, 1, 2]))
    else:
        setattr(row, name, getattr(row, name) + chance.randint(0, 9))
    return True


def write(chance, model, parks):
    """Delete or change a row or some, as a person might; False where nothing was done."""
    rows = list(model.objects.order_by("pk"))
    if not rows:
        return False
    row = chance.choice(rows)
    if chance.random() < 0.2:
        writing.delete(row)
        return True
    if chance.random() < 0.2:
        return all(edited(chance, each, parks) for each in rows[:4]) and writing.save_many(rows[:4])
    return edited(chance, row, parks) and writing.save(row)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sums_stay_right_through_edits_of_every_kind(seed, monkeypatch):
    place = make_registers(seed, size=6)
    elsewhere = make_park()
    build()
    parks, chance, done = [*place.all_park_ids, elsewhere.pk], Random(seed), 0
    for _ in range(EDITS):
        model = chance.choice(MODELS)
        try:
            with transaction.atomic():
                done += bool(write(chance, model, parks))
        except (IntegrityError, ProtectedError):
            continue
    assert done > EDITS / 2
    assert wrong() == []
    assert differing(place, monkeypatch) == []


def test_a_return_on_its_way(place):
    park = Park.objects.get(pk=min(place.all_park_ids))
    firm, person = make_enterprise(park), make_user(roles.MANAGER, zone=park.home_zone)
    build()
    filing = Return(enterprise=firm, park=park, year=2015)
    assert entering.enter([Entry(filing, {"employees": 77, "filed": 5})], by=person) == []
    filing = Return.objects.get(enterprise=firm)
    before = of_park(park, 2015, "patents-filed")
    filing = workflow.submit(filing, by=person, at="2016-01-01T00:00Z", reasons=All())
    if filing.state != State.APPROVED:
        filing = workflow.approve(filing, by=person)
    assert of_park(park, 2015, "patents-filed") == before + 5
    assert wrong() == []
    workflow.send_back(filing, by=person, comment="Look again")
    assert of_park(park, 2015, "patents-filed") == before
    assert wrong() == []


class All(dict):
    def get(self, _key, _default=""):
        return "As it is"


def of_park(park, year, name):
    row = ParkYear.objects.filter(park=park.pk, year=year).first()
    return row.values.get(name, 0) if row else 0


def test_a_park_that_moves_between_zones(place):
    other, link = make_zone(), place.links[0]
    writing.save(link_of := ZonePark(zone=other, park=link.park, from_year=2012))
    build()
    assert wrong() == []
    link.to_year = 2011
    writing.save(link)
    assert wrong() == []
    link_of.from_year = 2013
    writing.save(link_of)
    assert wrong() == []
    writing.delete(link_of)
    assert wrong() == []


def test_a_list_of_choices_that_counts_otherwise_drops_the_sums(place, client, monkeypatch):
    client.force_login(make_user("administrator"))
    title = Title.objects.filter(kind__level="national").first()
    url = change_url(title.kind)
    values = fields_of(client.get(url)) | {"level": "city"}
    assert client.post(url, values).status_code == 302
    assert reading.by_park(Ask(place.all_park_ids, FIRST, LAST, localdate())) is None
    assert differing(place, monkeypatch) == []
    build()
    assert reading.by_park(Ask(place.all_park_ids, FIRST, LAST, localdate())) is not None
    assert differing(place, monkeypatch) == []


def test_a_new_name_of_a_choice_drops_nothing(place, client):
    client.force_login(make_user("administrator"))
    url = change_url(make_center_kind("laboratory"))
    assert client.post(url, fields_of(client.get(url)) | {"name_en": "Lab"}).status_code == 302
    assert wrong() == []


def test_a_changed_rule_reads_no_old_sums(place, monkeypatch):
    ask = Ask(place.all_park_ids, FIRST, LAST, localdate())
    assert reading.by_park(ask) is not None
    monkeypatch.setattr(reading, "fingerprint", lambda: "another")
    assert reading.by_park(ask) is None


def test_years_beyond_those_kept_are_counted(place, monkeypatch):
    far = localdate().year + reading.AHEAD + 1
    assert reading.by_park(Ask(place.all_park_ids, FIRST, far, localdate())) is None


def test_drafts_are_counted_live(place):
    assert reading.by_park(Ask(place.all_park_ids, FIRST, LAST, localdate(), True)) is None


def test_a_new_zone_with_its_parks_has_sums_at_once(place):
    zone = writing.save(Zone(key="new", name_en="New"))
    park = writing.save(Park(key="new-park", name_en="New park", home_zone=zone))
    writing.save(ZonePark(zone=zone, park=park, from_year=2010))
    assert wrong() == []
    firm = make_enterprise(park)
    writing.save(Location.objects.get(enterprise=firm))
    assert wrong() == []
    writing.delete(ZonePark.objects.get(park=park))
    Location.objects.filter(park=park).delete()
    writing.delete(park)
    assert not ParkSums.objects.filter(pk=park.pk).exists()
    assert not ParkYear.objects.filter(park=park.pk).exists()
    assert wrong() == []


def test_what_is_wrong_is_found_and_repaired(place, capsys):
    row = ParkYear.objects.filter(year=2012).first()
    row.values["titles-held"] = 999
    row.save()
    zone_row = ZoneYear.objects.filter(year=2010).first()
    zone_row.delete()
    NationYear.objects.filter(year=2011).delete()
    with pytest.raises(CommandError):
        call_command("check_sums")
    told = capsys.readouterr().out
    assert "titles-held" in told and "999" in told and "nation" in told and "zone:" in told
    build()
    assert wrong() == []


def test_entries_of_the_nation_are_folded(place):
    title = Title.objects.first()
    for number in range(70):
        title.awarded_year = 2005 + number % 3
        title.expires_year = title.ended_year = None
        title.end_reason = ""
        writing.save(title)
    assert NationYear.objects.count() < 70 + LAST - FIRST
    assert wrong() == []


def test_parks_without_sums_are_not_summed_by_writing():
    title = make_title(make_park())
    title.awarded_year = 2010
    writing.save(title)
    assert not ParkSums.objects.exists()
    assert not ZoneSums.objects.exists()
