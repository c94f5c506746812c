"""The counter of a zone rises with every change of it, and with nothing else."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from enterprises.models import Park, Return, State, TitleKind, Zone, ZonePark
from tests.admin_forms import change_url, fields_of
from tests.factories import (
    make_center,
    make_enterprise,
    make_park,
    make_published,
    make_return,
    make_source,
    make_target,
    make_title,
    make_title_kind,
    make_user,
    make_year,
    make_zone,
)
from zonetrack import workflow, writing
from zonetrack.records import FIRST_YEAR
from zonetrack.sums import checking
from zonetrack.sums.counters import stamp, touch

pytestmark = pytest.mark.django_db


@pytest.fixture
def zones():
    """The zone of a park, a zone that reads the park, and one that has nothing to do with it."""
    home, reader, other = make_zone(), make_zone(), make_zone()
    park = make_park(home)
    ZonePark.objects.create(zone=reader, park=park, from_year=2015)
    home.park = park
    return home, reader, other


def raised(zones, change):
    """Which of the zones' stamps a change alters, those without drafts too."""
    before = stamps_of(zones), stamps_of(zones, drafts=False)
    change()
    whole, without = differing(before[0], stamps_of(zones)), stamps_of(zones, drafts=False)
    assert differing(before[1], without) == whole
    return whole


def stamps_of(zones, *, drafts=True):
    return [stamp([zone.pk], drafts=drafts) for zone in zones]


def differing(before, after):
    return [was != now for was, now in zip(before, after, strict=True)]


HOME = [True, True, False]  # the home zone of a park, and the zone that reads it
ALL = [True, True, True]


def changes_of(park):
    zone = park.home_zone
    elsewhere = make_park()
    moving = make_enterprise(elsewhere)
    make_title(park, enterprise=moving)
    firm = make_enterprise(park)
    return {
        "title": (make_title(park), "batch", HOME),
        "return": (make_return(firm, 2013), "comment", HOME),
        "center": (make_center(park), "note", HOME),
        "recognition": (make_center(park, recognized=2014).recognitions.get(), "note", HOME),
        "enterprise": (firm, "name_en", HOME),
        "enterprise elsewhere": (moving, "name_en", HOME),
        "target of the park": (make_target(park), "note_en", HOME),
        "target of the zone": (make_target(zone), "note_en", HOME),
        "published": (make_published(park), "note_en", HOME),
        "year": (make_year(zone), "due_on", HOME),
        "park": (park, "name_en", HOME),
        "source": (make_source(), "note", ALL),
        "zone": (zone, "name_en", ALL),
    }


NAMES = [
    "title", "return", "center", "recognition", "enterprise", "enterprise elsewhere",
    "target of the park", "target of the zone", "published", "year", "park", "source", "zone",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_record_is_told_of_in_its_zones(zones, name):
    row, column, expected = changes_of(zones[0].park)[name]
    setattr(row, column, "2020-01-01" if column == "due_on" else "Changed")
    assert raised(zones, lambda: writing.save(row)) == expected


def test_every_way_of_writing_is_told_of(zones):
    park = zones[0].park
    title = make_title(park)
    row = make_title(make_park())
    assert raised(zones, lambda: writing.delete(title)) == HOME
    title = make_title(park)
    title.batch = "II"
    assert raised(zones, lambda: writing.save_many([title])) == HOME
    assert raised(zones, lambda: writing.delete_many([title])) == HOME
    row.park = park  # moved into the zone, and out again
    assert raised(zones, lambda: writing.save(row)) == HOME
    row.park = make_park()
    assert raised(zones, lambda: writing.save(row)) == HOME


def test_a_park_that_joins_and_leaves_concerns_both_zones(zones):
    home, _reader, other = zones
    link = ZonePark(zone=other, park=home.park, from_year=2016)
    assert raised(zones, lambda: writing.save(link)) == ALL
    assert raised(zones, lambda: writing.delete(link)) == ALL


def test_a_new_zone_is_told_of_everywhere(zones):
    new = Zone(key="new", name_en="New")
    assert raised(zones, lambda: writing.save(new)) == ALL
    assert Park.objects.filter(home_zone=new).exists()
    assert ZonePark.objects.filter(zone=new, from_year=FIRST_YEAR).exists()


def test_a_list_of_choices_is_told_of_everywhere(client, zones):
    kind = make_title_kind()
    client.force_login(make_user("administrator"))
    url = change_url(kind)

    def rename():
        values = fields_of(client.get(url)) | {"name_en": "Renamed"}
        assert client.post(url, values).status_code == 302

    assert raised(zones, rename) == ALL
    assert TitleKind.objects.get().name_en == "Renamed"


def test_reading_raises_no_counter(client, zones):
    client.force_login(make_user("administrator"))
    make_title(zones[0].park)
    assert raised(zones, lambda: client.get(zones[0].get_absolute_url())) == [False] * 3


def test_what_was_refused_raises_no_counter(zones):
    make_year(zones[0], 2014, closed=True)
    title = make_title(zones[0].park)
    title.awarded_year = 2014
    title.kind = make_title_kind(key="other")

    def refused():
        with pytest.raises(writing.refuse_closed.__globals__["ClosedYear"]):
            writing.save(title)

    assert raised(zones, refused) == [False] * 3


def test_a_stamp_is_one_query_and_knows_its_zones(zones):
    touch([zone.pk for zone in zones])
    keys = [zone.pk for zone in zones]
    with CaptureQueriesContext(connection) as captured:
        stamps = {stamp(keys[:1]), stamp(keys[:2]), stamp(keys), stamp(None)}
    assert len(captured) == 4
    assert len(stamps) == 4
    assert stamp(keys) == stamp(reversed(keys))


def change_employees(filing, n):
    figures = Return.objects.get(pk=filing.pk).figures
    figures.employees = n
    writing.save(figures)


@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED, State.SUBMITTED])
def test_a_figure_that_is_not_approved_is_told_to_pages_that_show_such_figures(zones, state):
    filing = make_return(park=zones[0].park, state=state, employees=5)
    touch([zone.pk for zone in zones])
    without, all_zones = stamps_of(zones, drafts=False), stamp(None, drafts=False)
    with_them = stamps_of(zones)
    change_employees(filing, 6)
    assert differing(with_them, stamps_of(zones)) == HOME
    assert stamps_of(zones, drafts=False) == without
    assert stamp(None, drafts=False) == all_zones


def test_a_figure_that_is_approved_is_told_to_all(zones):
    filing = make_return(park=zones[0].park, state=State.APPROVED, employees=5)
    assert raised(zones, lambda: change_employees(filing, 6)) == HOME


def test_the_approval_of_a_figure_is_told_to_all(zones):
    filing = make_return(park=zones[0].park, state=State.SUBMITTED, employees=5)
    assert raised(zones, lambda: workflow.approve(filing, by=make_user())) == HOME
    assert Return.objects.get(pk=filing.pk).figures.approved


def test_what_is_saved_together_with_drafts_is_told_to_all(zones):
    filing = make_return(park=zones[0].park, state=State.DRAFT, employees=5)
    title = make_title(zones[0].park)
    title.batch = "II"

    def together():
        with writing.together():
            change_employees(filing, 6)
            writing.save(title)

    assert raised(zones, together) == HOME


def test_a_draft_is_not_counted_again(zones):
    filing = make_return(park=zones[0].park, state=State.DRAFT, employees=5)
    checking.build(localdate())
    with CaptureQueriesContext(connection) as captured:
        change_employees(filing, 6)
    assert not [q for q in captured if "sums_parkyear" in q["sql"]]
    assert not checking.check(localdate()).wrong


def updates(captured):
    """What locks: at the beginning of a change, not where its end is told."""
    return [q["sql"] for q in captured if q["sql"].startswith('UPDATE "sums_zonecounter" SET "n"')]


def test_several_writes_take_a_lock_once(zones):
    titles = [make_title(zones[0].park) for _ in range(3)]
    touch([zone.pk for zone in zones])
    with CaptureQueriesContext(connection) as captured, writing.together():
        for title in titles:
            title.batch = "II"
            writing.save(title)
        writing.locked(Return, [])
    assert len(updates(captured)) == 1


def test_a_lock_that_was_rolled_back_is_taken_again(zones):
    title = make_title(zones[0].park)
    touch([zone.pk for zone in zones])
    with CaptureQueriesContext(connection) as captured, writing.together():
        try:
            with transaction.atomic():
                writing.save(title)
                raise LookupError
        except LookupError:
            writing.save(title)
    assert len(updates(captured)) == 2


def test_rows_are_locked_after_their_zones(zones):
    filing = make_return(park=zones[0].park, state=State.DRAFT)
    touch([zone.pk for zone in zones])
    with CaptureQueriesContext(connection) as captured:
        filing.comment = "Mend this"
        writing.save(filing)
    order = [q["sql"] for q in captured]
    first_row = next(
        i for i, sql in enumerate(order) if sql.startswith("UPDATE") and "return" in sql
    )
    assert order.index(updates(captured)[0]) < first_row
