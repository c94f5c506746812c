"""The real sample zones and the reference lists."""

from datetime import UTC, datetime

import pytest

from enterprises.models import Enterprise, Park, Zone, ZonePark
from zonetrack import writing
from zonetrack.catalog import BY_KEY
from zonetrack.published.models import PublishedFigure, Source
from zonetrack.sample.real import load_samples, rows_of
from zonetrack.targets.models import Target, TargetRevision
from zonetrack.years.closing import ClosedYear

from .once import stored_once

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def counts(django_db_setup, django_db_blocker):
    with stored_once(django_db_blocker):
        yield load_samples(at=AT)


def test_loading_again_changes_nothing(counts):
    assert counts["unchanged"] == 0
    assert load_samples(at=AT) == {"created": 0, "unchanged": counts["created"]}


def test_a_new_zone_gets_its_park_not_stated():
    zone = writing.save(Zone(key="somewhere", name_en="Somewhere"))
    park = Park.objects.get(home_zone=zone)
    assert park.is_unstated
    assert ZonePark.objects.filter(zone=zone, park=park).exists()
    writing.save(zone)
    assert Park.objects.filter(home_zone=zone).count() == 1


def test_the_biotechnology_park_belongs_to_two_zones_and_has_one_home():
    park = Park.objects.get(key="biotech")
    links = dict(park.links.values_list("zone__key", "from_year"))
    assert links["qinghai-htz"] == 2010
    assert set(links) == {"xining-etdz", "qinghai-htz"}
    assert park.home_zone.key == "xining-etdz"


def test_former_names_and_other_spellings_are_kept():
    firm = Enterprise.objects.get(name_en__startswith="Asia Silicon")
    assert firm.names.get(kind="former").name == "亚洲硅业(青海)有限公司"
    assert firm.daughters.get().locations.get().park.key == "ganhe"
    assert Enterprise.objects.get(names__name="three magnesium").uncertain_name


def test_every_published_figure_names_a_source_and_an_indicator_of_the_catalog():
    figures = PublishedFigure.objects.all()
    assert figures.count() == len(rows_of("published_figures"))
    assert {figure.indicator for figure in figures} <= set(BY_KEY)
    assert not Source.objects.filter(publishedfigure__isnull=False, address="").exists()


def test_money_is_stored_in_the_unit_of_its_indicator():
    figure = PublishedFigure.objects.get(indicator="rd-expenditure")
    assert (figure.value, figure.period, figure.month) == (188_000, "part", 10)


def test_every_text_of_the_sample_is_there_in_both_languages():
    for name in ("zones", "parks", "enterprises", "centers", "achievements", "institutions"):
        for row in rows_of(name):
            assert row["name_en"]
            assert row["name_zh"]
    for name in ("published_figures", "targets", "titles", "enterprises"):
        for row in rows_of(name):
            assert bool(row["note_en"]) == bool(row["note_zh"])


def test_real_registers_are_not_declared_complete():
    for zone in Zone.objects.all():
        assert zone.complete_from("centers") is None


def test_years_of_the_sample_are_closed():
    title = Enterprise.objects.get(names__name="three magnesium").titles.get()
    title.awarded_year = 2013
    with pytest.raises(ClosedYear):
        writing.save(title)


def test_every_target_has_its_first_revision():
    assert Target.objects.filter(revisions__isnull=True).count() == 0
    assert TargetRevision.objects.exclude(number=0).count() == 0
