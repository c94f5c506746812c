"""Whatever door a change comes through, the yearly sums follow it."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from enterprises.indicators import DRAFTS, REGISTERED
from enterprises.models import Return, State, Title, YearlyFigures
from enterprises.opening import close_year
from rd_centers.models import Recognition
from tests.admin_forms import change_url, fields_of, list_url
from tests.factories import (
    make_center,
    make_enterprise,
    make_park,
    make_return,
    make_title,
    make_year,
)
from tests.test_merging import merge, undo
from tests.test_write_paths import YEAR, imported, send
from zonetrack import writing
from zonetrack.sums import checking, facts
from zonetrack.sums.models import ParkYear
from zonetrack.years.closing import ClosedYear

pytestmark = pytest.mark.django_db


def build():
    call_command("check_sums", repair=True, verbosity=0)


def wrong():
    return checking.check(localdate()).wrong


def stored(park, name, year=YEAR):
    row = ParkYear.objects.filter(park=park.pk, year=year).first()
    return row.values.get(name) if row else None


def test_the_form_of_the_admin(client, park, manager):
    title = make_title(park, awarded_year=YEAR)
    build()
    assert stored(park, "titles-new") == 1
    send(client, change_url(title), awarded_year=str(YEAR - 1), awarded_on="")
    assert (stored(park, "titles-new"), stored(park, "titles-new", YEAR - 1)) == (None, 1)
    url = reverse("admin:enterprises_title_delete", args=[title.pk])
    client.post(url, fields_of(client.get(url)) | {"post": "yes", "reason": "Twice"})
    assert not Title.objects.exists()
    assert stored(park, "titles-held") is None
    assert wrong() == []


def test_the_form_the_table_and_the_actions_of_returns(client, park, manager):
    filing = make_return(make_enterprise(park), YEAR, state=State.DRAFT, rd_personnel=40)
    build()
    send(client, reverse("entry-form", args=[filing.pk]), rd_personnel="41", do="save")
    assert (stored(park, "rd-personnel"), stored(park, facts.names()[DRAFTS])) == (None, 1)
    url = reverse("entry-table", args=[park.home_zone.key, YEAR])
    send(client, url, **{f"rd_personnel-{filing.enterprise_id}": "42"}, do="save")
    Return.objects.filter(pk=filing.pk).update(state=State.SUBMITTED)
    client.post(list_url(Return), {"action": "approve_returns", "_selected_action": [filing.pk]})
    assert Return.objects.get(pk=filing.pk).state == State.APPROVED
    assert stored(park, "rd-personnel") == 42
    assert wrong() == []


def test_an_import_and_its_undoing(client, park, manager):
    filing = make_return(make_enterprise(park), YEAR, state=State.DRAFT, employees=40, filed=2)
    build()
    read = imported(client, filing)
    assert YearlyFigures.objects.get(filing=filing).employees == 77
    assert wrong() == []
    client.post(reverse("import-undo", args=[read.pk]))
    assert YearlyFigures.objects.get(filing=filing).employees == 40
    assert wrong() == []


def test_a_merge_and_its_undoing(park):
    elsewhere = make_park()
    kept, gone = make_enterprise(park), make_enterprise(elsewhere)
    for one in (kept, gone):
        make_title(enterprise=one, awarded_year=2010)
    make_center(elsewhere, host=gone, recognized=2012)
    build()
    counted = "enterprises-with-rd-body.numerator"
    assert (stored(park, counted), stored(elsewhere, counted)) == (None, 1)
    done = merge(kept, gone)
    assert stored(park, counted) == 1
    assert wrong() == []
    undo(done)
    assert (stored(park, counted), stored(elsewhere, counted)) == (None, 1)
    assert wrong() == []


def test_a_center_counts_for_its_leader_in_another_park(park):
    """The body is counted in its own park, the enterprise that leads it where that one is."""
    elsewhere = make_park()
    center = make_center(park, host=make_enterprise(elsewhere), recognized=2012)
    build()
    recognition = Recognition.objects.get(center=center)
    recognition.year = 2010
    writing.save(recognition)
    assert stored(elsewhere, "enterprises-with-rd-body.numerator", 2010) == 1
    writing.delete(recognition)
    assert stored(elsewhere, "enterprises-with-rd-body.numerator", 2012) is None
    assert wrong() == []


def test_a_body_merged_into_one_of_another_park(park):
    other = make_center(make_park(), recognized=2014)
    center = make_center(park, recognized=2010)
    build()
    center.merged_into, center.merged_year = other, 2013
    writing.save(center)
    assert not stored(other.park, "rd-bodies-new")  # it succeeds the other one
    assert wrong() == []


def test_what_a_closed_year_refuses_changes_no_sum(park):
    title, row = make_title(park, awarded_year=YEAR), make_year(park.home_zone, YEAR)
    build()
    close_year(row, by=None, at="2015-04-01T00:00Z", version=row.version)
    before = list(ParkYear.objects.values_list("park", "year", "values"))
    title.awarded_year = YEAR - 1
    with pytest.raises(ClosedYear):
        writing.save(title)
    assert list(ParkYear.objects.values_list("park", "year", "values")) == before
    assert wrong() == []


def test_what_is_written_together_is_counted_once(park):
    rows = [make_enterprise(park).locations.get() for _ in range(8)]
    build()
    with CaptureQueriesContext(connection) as captured, writing.together():
        for row in rows:
            row.to_year = 2020
            writing.save(row)
    reads = [q for q in captured if 'FROM "sums_parkyear"' in q["sql"] and "SELECT" in q["sql"]]
    assert len(reads) <= 2  # once the park's, once the zone's
    assert stored(park, facts.names()[REGISTERED.facts], 2019) == 8
    assert not stored(park, facts.names()[REGISTERED.facts], 2020)
    assert wrong() == []


def test_the_years_before_a_change_are_left_alone(park):
    for year in (2008, 2014):
        make_title(park, awarded_year=year)
    build()
    keys = dict(ParkYear.objects.values_list("year", "pk"))
    late = Title.objects.get(awarded_year=2014)
    late.expires_year, late.expires_on = 2016, date(2016, 5, 1)
    writing.save(late)
    assert stored(park, "titles-held", 2015) == 2
    assert stored(park, "titles-held", 2016) == 1
    now = dict(ParkYear.objects.values_list("year", "pk"))
    assert {year: now[year] for year in range(2008, 2014)} == {
        year: keys[year] for year in range(2008, 2014)
    }
    assert wrong() == []
