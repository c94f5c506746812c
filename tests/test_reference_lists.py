"""The lists of choices that every installation begins with."""

import pytest

from enterprises.models import TitleKind
from rd_centers.models import CenterKind
from zonetrack.projects.models import Program
from zonetrack.reference_lists import load_reference_lists

pytestmark = pytest.mark.django_db


def test_reference_lists_are_added_once():
    assert load_reference_lists() > 80
    assert load_reference_lists() == 0


def test_reference_lists_keep_what_an_administrator_has_changed():
    load_reference_lists()
    CenterKind.objects.filter(key="testing-center").update(name_en="Test house")
    load_reference_lists()
    assert CenterKind.objects.get(key="testing-center").name_en == "Test house"


def test_technology_centers_are_of_two_kinds_exactly():
    load_reference_lists()
    kinds = CenterKind.objects.filter(family="technology_center").values_list("key", flat=True)
    assert set(kinds) == {"engineering-technology-center", "enterprise-technology-center"}


def test_every_choice_has_both_names():
    load_reference_lists()
    for model in (CenterKind, TitleKind, Program):
        assert not model.objects.filter(name_en="").exists()
        assert not model.objects.filter(name_zh="").exists()


def test_program_123_has_its_three_categories():
    load_reference_lists()
    categories = Program.objects.get(key="123").categories.values_list("key", "quota")
    assert list(categories) == [("absorb", 10), ("joint", 20), ("independent", 30)]
