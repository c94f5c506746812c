"""What a page costs in queries and bytes, however large the database. Never in seconds."""

from datetime import date

import pytest
from django.urls import reverse

from enterprises.models import Enterprise, Park
from rd_centers.models import Center
from zonetrack.bench import weight
from zonetrack.bench.scratch import SqliteFiles
from zonetrack.bench.setting import ADMINISTRATOR, MANAGER, ZONE, fill
from zonetrack.sample.example import Plan

pytestmark = pytest.mark.django_db
TODAY = date(2025, 9, 30)
PLANS = {
    "one zone": Plan(zones=1, enterprises=12, years=10, patents=2, reference=12),
    "several zones": Plan(zones=3, enterprises=60, years=10, patents=2, reference=12),
    "a larger zone": Plan(zones=1, enterprises=60, years=10, patents=4, reference=60),
}
LISTS = [
    "enterprise-list",
    "center-list",
    "title-list",
    "return-list",
    "patent-list",
    "project-list",
    "cooperation-list",
    "achievement-list",
    "target-list",
]
MOST_QUERIES = 15
MOST_COLD, MOST_WARM = 400_000, 20_000


@pytest.fixture(scope="module")
def setting(tmp_path_factory, django_db_setup, django_db_blocker):
    folder = tmp_path_factory.mktemp("bench")
    with (
        django_db_blocker.unblock(),
        fill(SqliteFiles(folder), PLANS, today=TODAY, times=1) as setting,
    ):
        yield setting


def first_park() -> str:
    return Park.objects.filter(home_zone__key=ZONE).first().key


def zone_dashboard(setting):
    return reverse("dashboard", args=[ZONE, setting.year])


def park_dashboard(setting):
    return reverse("park", args=[ZONE, setting.year, setting.anywhere(first_park)])


def counts_of(setting, address, who=MANAGER):
    """The number of queries by database, once whatever is read only once has been read."""
    for one in setting.filled.values():
        one.statements(address, who)
    return {size: len(one.statements(address, who)) for size, one in setting.filled.items()}


def assert_same(counts):
    assert len(set(counts.values())) == 1, counts


def test_the_zone_dashboard_takes_the_same_few_queries_at_every_size(setting):
    counts = counts_of(setting, zone_dashboard(setting))
    assert_same(counts)
    assert max(counts.values()) <= MOST_QUERIES


def test_the_park_dashboard_takes_the_same_few_queries_at_every_size(setting):
    counts = counts_of(setting, park_dashboard(setting))
    assert_same(counts)
    assert max(counts.values()) <= MOST_QUERIES


@pytest.mark.parametrize(
    "key", ["tech-centers-new", "patents-in-force-per-10k-employees", "key-projects-on-schedule"]
)
def test_the_page_of_an_indicator_takes_the_same_queries_at_every_size(setting, key):
    assert_same(counts_of(setting, reverse("indicator", args=[ZONE, key])))


def test_the_comparison_of_parks_takes_the_same_queries_at_every_size(setting):
    assert_same(counts_of(setting, reverse("compare-parks", args=[ZONE])))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_the_same_queries_at_every_size(setting, name):
    counts = counts_of(setting, reverse(name)).values()
    # Only what does not fit on one page needs to be counted.
    assert max(counts) - min(counts) <= 1


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_no_more_queries_for_whoever_sees_more(setting, name):
    several = setting.filled["several zones"]
    counts = [len(several.statements(reverse(name), who)) for who in (MANAGER, ADMINISTRATOR)]
    # Many zones are asked for before their filter becomes a field to search in.
    assert abs(counts[0] - counts[1]) <= 5


@pytest.mark.parametrize("name", LISTS)
def test_lists_load_no_chart_library(setting, name):
    assert not weight.loads_library(setting.filled["one zone"], reverse(name))


@pytest.mark.parametrize(("view", "model"), [("enterprise", Enterprise), ("center", Center)])
def test_record_pages_load_no_chart_library(setting, view, model):
    pk = setting.anywhere(lambda: model.objects.filter(pk__gt=0).order_by("pk").first().pk)
    assert not weight.loads_library(setting.filled["one zone"], reverse(view, args=[pk]))


def test_dashboards_load_the_chart_library(setting):
    assert weight.loads_library(setting.filled["one zone"], zone_dashboard(setting))


@pytest.mark.parametrize("page", [zone_dashboard, park_dashboard])
def test_a_dashboard_is_light_to_send(setting, page):
    for filled in setting.filled.values():
        cold, warm = weight.weights(filled, page(setting))
        assert warm <= MOST_WARM
        assert warm + 300_000 < cold <= MOST_COLD
