"""The real sample zones and the reference lists."""

from datetime import UTC, datetime

import pytest

from enterprises.models import Enterprise, Park, TitleKind, Zone, ZonePark
from rd_centers.models import CenterKind
from zonetrack import writing
from zonetrack.catalog import BY_KEY
from zonetrack.projects.models import Program
from zonetrack.published.models import PublishedFigure, Source
from zonetrack.reference_lists import load_reference_lists
from zonetrack.sample.real import load_samples, rows_of
from zonetrack.targets.models import Target, TargetRevision
from zonetrack.years.closing import ClosedYear

from .once import stored_once

AT = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    with stored_once(django_db_blocker):
        load_samples(at=AT)
        yield


@pytest.fixture
def samples(loaded, django_db_blocker):
    with django_db_blocker.unblock():
        yield


@pytest.mark.django_db
def test_reference_lists_are_added_once():
    assert load_reference_lists() > 80
    assert load_reference_lists() == 0


@pytest.mark.django_db
def test_reference_lists_keep_what_an_administrator_has_changed():
    load_reference_lists()
    CenterKind.objects.filter(key="testing-center").update(name_en="Test house")
    load_reference_lists()
    assert CenterKind.objects.get(key="testing-center").name_en == "Test house"


@pytest.mark.django_db
def test_technology_centers_are_of_two_kinds_exactly():
    load_reference_lists()
    kinds = CenterKind.objects.filter(family="technology_center").values_list("key", flat=True)
    assert set(kinds) == {"engineering-technology-center", "enterprise-technology-center"}


@pytest.mark.django_db
def test_every_choice_has_both_names():
    load_reference_lists()
    for model in (CenterKind, TitleKind, Program):
        assert not model.objects.filter(name_en="").exists()
        assert not model.objects.filter(name_zh="").exists()


@pytest.mark.django_db
def test_program_123_has_its_three_categories():
    load_reference_lists()
    categories = Program.objects.get(key="123").categories.values_list("key", "quota")
    assert list(categories) == [("absorb", 10), ("joint", 20), ("independent", 30)]


@pytest.mark.django_db
def test_loading_again_changes_nothing():
    first = load_samples(at=AT)
    second = load_samples(at=AT)
    assert first["unchanged"] == 0
    assert second == {"created": 0, "unchanged": first["created"]}


@pytest.mark.django_db
def test_a_new_zone_gets_its_park_not_stated():
    zone = writing.save(Zone(key="somewhere", name_en="Somewhere"))
    park = Park.objects.get(home_zone=zone)
    assert park.is_unstated
    assert ZonePark.objects.filter(zone=zone, park=park).exists()
    writing.save(zone)
    assert Park.objects.filter(home_zone=zone).count() == 1


def test_the_biotechnology_park_belongs_to_two_zones_and_has_one_home(samples):
    park = Park.objects.get(key="biotech")
    links = dict(park.links.values_list("zone__key", "from_year"))
    assert links["qinghai-htz"] == 2010
    assert set(links) == {"xining-etdz", "qinghai-htz"}
    assert park.home_zone.key == "xining-etdz"


def test_former_names_and_other_spellings_are_kept(samples):
    firm = Enterprise.objects.get(name_en__startswith="Asia Silicon")
    assert firm.names.get(kind="former").name == "亚洲硅业(青海)有限公司"
    assert firm.daughters.get().locations.get().park.key == "ganhe"
    assert Enterprise.objects.get(names__name="three magnesium").uncertain_name


def test_every_published_figure_names_a_source_and_an_indicator_of_the_catalog(samples):
    figures = PublishedFigure.objects.all()
    assert figures.count() == len(rows_of("published_figures"))
    assert {figure.indicator for figure in figures} <= set(BY_KEY)
    assert not Source.objects.filter(publishedfigure__isnull=False, address="").exists()


def test_money_is_stored_in_the_unit_of_its_indicator(samples):
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


def test_real_registers_are_not_declared_complete(samples):
    for zone in Zone.objects.all():
        assert zone.complete_from("centers") is None


def test_years_of_the_sample_are_closed(samples):
    title = Enterprise.objects.get(names__name="three magnesium").titles.get()
    title.awarded_year = 2013
    with pytest.raises(ClosedYear):
        writing.save(title)


def test_every_target_has_its_first_revision(samples):
    assert Target.objects.filter(revisions__isnull=True).count() == 0
    assert TargetRevision.objects.exclude(number=0).count() == 0
