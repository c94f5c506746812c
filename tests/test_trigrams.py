"""What lists search in has an index on PostgreSQL: a search of a whole country is no slower."""

from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.apps import apps

from enterprises.filters import EnterpriseFilters, TitleFilters
from patents.filters import PatentFilters
from rd_centers.filters import CenterFilters
from zonetrack.lists.filtering import Parks, Search, Zones
from zonetrack.projects.filters import (
    AchievementFilters,
    ApplicationFilters,
    CooperationFilters,
    ProjectFilters,
)
from zonetrack.returns.filters import ReturnFilters

LISTS = {
    EnterpriseFilters: "enterprises.Enterprise",
    TitleFilters: "enterprises.Title",
    ReturnFilters: "enterprises.Return",
    CenterFilters: "rd_centers.Center",
    PatentFilters: "patents.Patent",
    ProjectFilters: "projects.Project",
    ApplicationFilters: "projects.Application",
    CooperationFilters: "projects.Cooperation",
    AchievementFilters: "projects.Achievement",
}
# Tables of some dozens of rows in a whole country's database.
SMALL = {"enterprises_titlekind", "enterprises_institution", "projects_programcategory"}


def indexed():
    """Table and column of each index that a migration adds."""
    found = set()
    for app in ("enterprises", "rd_centers", "patents", "zonetrack.projects"):
        package = import_module(f"{app}.migrations")
        for one in iter_modules(package.__path__, f"{package.__name__}."):
            for operation in import_module(one.name).Migration.operations:
                found |= getattr(getattr(operation, "code", None), "columns", set())
    return found


def searched(filters, model):
    """Table and column of each path of the search box."""
    search = filters.base_filters["q"]
    assert isinstance(search, Search)
    for path in (*search.paths, *search.many):
        *way, last = path.split("__")
        owner = model
        for step in way:
            owner = owner._meta.get_field(step).related_model
        yield owner._meta.db_table, owner._meta.get_field(last).column


@pytest.mark.parametrize("filters", LISTS, ids=lambda one: one.__name__)
def test_every_column_that_is_searched_has_an_index(filters):
    columns = set(searched(filters, apps.get_model(LISTS[filters])))
    assert columns
    assert {one for one in columns if one[0] not in SMALL} <= indexed()


@pytest.mark.parametrize("places", [Parks, Zones])
def test_so_has_every_name_of_a_place_that_is_searched_where_choices_are_too_many(places):
    table = places.rows_of._meta.db_table
    assert {(table, "name_en"), (table, "name_zh")} <= indexed()
