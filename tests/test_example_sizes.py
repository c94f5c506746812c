"""Making examples: sizes, order, the same for the same seed, what is refused."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from enterprises.credit_codes import Problems, problems
from enterprises.models import Enterprise, Return, Title, YearlyFigures, Zone
from patents.models import Patent, PatentCounts
from rd_centers.models import Center
from zonetrack import bulk
from zonetrack.projects.models import Project
from zonetrack.sample.crew import Failed, crew
from zonetrack.sample.example import AlreadyThere, make_example, plan_of
from zonetrack.sample.progress_bar import Bar
from zonetrack.sample.synthetic.firms import credit_code

pytestmark = pytest.mark.django_db
TODAY = date(2025, 9, 30)


def test_it_is_not_made_twice():
    plan = plan_of("small", enterprises=5, years=3)
    make_example(plan, today=TODAY)
    with pytest.raises(AlreadyThere):
        make_example(plan, today=TODAY)
    with pytest.raises(CommandError, match="already"):
        call_command("make_example", stdout=StringIO())


def content(zone_key):
    """What the zone holds, without the keys of rows."""
    parks = {"park__home_zone__key": zone_key}
    figures = YearlyFigures.objects.filter(**parks).order_by("year", "filing__enterprise__name_en")
    counts = PatentCounts.objects.filter(**parks).order_by("year", "filing__enterprise__name_en")
    return [
        list(figures.values_list("year", "park__key", *YearlyFigures.FIGURES)),
        list(counts.values_list("year", "park__key", *PatentCounts.FIGURES)),
        sorted(Center.objects.filter(**parks).values_list("name_en", "park__key", "kind")),
        sorted(Title.objects.filter(**parks).values_list("kind", "awarded_on", "expires_on")),
        sorted(Patent.objects.filter(**parks).values_list("application_no", "granted_on")),
        sorted(Project.objects.filter(**parks).values_list("name_en", "budget", "progress")),
    ]


def made_with(**changes):
    """The first zone's content under a plan; the database is as it was afterwards."""
    with transaction.atomic():
        make_example(plan_of("small", **changes), today=TODAY)
        found = content("example")
        transaction.set_rollback(True)
    return found


def test_the_reference_zone_is_the_same_at_every_size():
    alone = made_with(reference=12)
    among_others = made_with(reference=12, zones=4, enterprises=60, years=12, patents=2)
    assert alone == among_others
    assert len({year for year, *_rest in alone[0]}) == 10


def test_the_seed_decides_everything():
    plan = {"enterprises": 8, "years": 4}
    assert made_with(**plan) == made_with(**plan)
    assert made_with(**plan) != made_with(**plan, seed=2)


def test_several_processes_make_the_same():
    plan = plan_of("small", zones=3, enterprises=20, years=4)
    found = []
    for processes in (1, 2):
        with transaction.atomic():
            counts = make_example(plan, today=TODAY, processes=processes)
            found.append([counts, content("example"), content("example-02")])
            transaction.set_rollback(True)
    assert found[0] == found[1]


def test_what_fails_in_a_process_is_told():
    with pytest.raises(Failed, match="ZeroDivisionError"), crew([Broken(), Broken()]) as workers:
        workers.do("work", [(1,), (0,)], lambda n: None)


class Broken:
    def work(self, told, number):
        return 1 / number


def test_activity_makes_more_of_everything_but_enterprises_and_returns():
    kept = {"Enterprise", "Return", "YearlyFigures"}
    counts = []
    for activity in (0.5, 2):
        plan = plan_of("small", enterprises=30, years=6, patents=100, activity=activity)
        with transaction.atomic():
            counts.append(make_example(plan, today=TODAY))
            transaction.set_rollback(True)
    few, many = counts
    for name in ("Patent", "Center", "Title", "Application", "Achievement"):
        assert few[name] * 1.5 < many[name], name
    assert {name: few[name] for name in kept} == {name: many[name] for name in kept}


def test_rows_lie_in_the_order_of_time_not_of_zones():
    make_example(plan_of("small", zones=3, enterprises=15, years=4), today=TODAY)
    years = list(Return.objects.order_by("pk").values_list("year", flat=True))
    assert years == sorted(years)
    assert Zone.objects.count() == 3


def test_rows_can_be_added_after_a_bulk_load():
    make_example(plan_of("small", enterprises=5, years=3), today=TODAY)
    last = Enterprise.objects.order_by("pk").last().pk
    assert Enterprise.objects.create(name_en="Next").pk > last


def test_bulk_insert_gives_keys_and_defaults():
    rows = [bulk.Row(Enterprise, name_en="One"), Enterprise(name_en="Two")]
    bulk.insert(Enterprise, rows)
    stored = {row.pk: row for row in Enterprise.objects.all()}
    assert [stored[row.pk].name_en for row in rows] == ["One", "Two"]
    assert {row.version for row in stored.values()} == {1}


@pytest.mark.parametrize(
    ("option", "value"),
    [("zones", 0), ("years", 2), ("years", 31), ("patents", -1), ("activity", 6), ("processes", 0)],
)
def test_impossible_sizes_are_refused_with_a_sentence(option, value):
    with pytest.raises(CommandError, match=f"--{option} is {value}; it must lie between"):
        call_command("make_example", stdout=StringIO(), **{option: value})


class Terminal(StringIO):
    def isatty(self):
        return True


def test_the_progress_bar_shows_on_a_terminal_only():
    terminal, log = Terminal(), StringIO()
    for stream in (terminal, log):
        Bar(stream, shown=True)("returns", 5, 10)
    Bar(terminal_hidden := Terminal(), shown=False)("returns", 5, 10)
    assert "#" * 15 + "." * 15 in terminal.getvalue()
    assert log.getvalue() == terminal_hidden.getvalue() == ""


def test_the_enterprises_of_a_whole_country_have_different_codes():
    places = [(zone, n) for zone in (0, 1, 960, 961, 962, 2_542) for n in (0, 1, 31**3, 88_749)]
    codes = {credit_code(zone, number) for zone, number in places}
    assert len(codes) == len(places)
    assert all(problems(code) == Problems() for code in codes)
