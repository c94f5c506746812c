"""What a zone's manager does: closes and reopens years, declares registers complete."""

import pytest

from tests.admin_forms import change_url, errors_of, post_change
from tests.factories import make_user, make_year, make_zone
from zonetrack.access import roles

pytestmark = pytest.mark.django_db


def sign_in(client, zone, role=roles.MANAGER):
    user = make_user(role, zone=zone)
    client.force_login(user)
    return user


def test_a_manager_closes_a_year(client, zone):
    user, year = sign_in(client, zone), make_year(zone, 2014)
    post_change(client, change_url(year), closed="on")
    year.refresh_from_db()
    assert year.is_closed and year.closed_by == user


def test_reopening_without_a_reason_is_refused(client, zone):
    sign_in(client, zone)
    year = make_year(zone, 2014, closed=True)
    page = post_change(client, change_url(year), closed="")
    assert "Say why the year is reopened." in errors_of(page)
    year.refresh_from_db()
    assert year.is_closed


def test_reopening_leaves_its_reason_in_the_history(client, zone):
    user = sign_in(client, zone)
    year = make_year(zone, 2014, closed=True)
    post_change(client, change_url(year), closed="", reason="Two returns came late")
    year.refresh_from_db()
    entry = year.history.first()
    assert not year.is_closed
    assert (entry.history_user, entry.history_change_reason) == (user, "Two returns came late")


def test_another_change_leaves_the_year_closed(client, zone):
    sign_in(client, zone)
    year = make_year(zone, 2014, closed=True)
    post_change(client, change_url(year), due_on="2015-04-15")
    year.refresh_from_db()
    assert year.is_closed and year.due_on.isoformat() == "2015-04-15"


def test_data_entry_does_not_close_years(client, zone):
    sign_in(client, zone, roles.STAFF)
    year = make_year(zone, 2014)
    assert client.get(change_url(year)).status_code in (302, 403, 404)


def test_a_manager_declares_a_register_complete_and_changes_nothing_else(client, zone):
    sign_in(client, zone)
    name = zone.name_en
    post_change(client, change_url(zone), centers_complete_from="2012", name_en="Renamed")
    zone.refresh_from_db()
    assert (zone.centers_complete_from, zone.name_en) == (2012, name)


def test_data_entry_declares_nothing(client, zone):
    sign_in(client, zone, roles.STAFF)
    client.post(change_url(zone), {"version": zone.version, "centers_complete_from": "2012"})
    zone.refresh_from_db()
    assert zone.centers_complete_from is None


def test_a_manager_elsewhere_declares_nothing(client, zone):
    sign_in(client, make_zone(key="elsewhere"))
    client.post(change_url(zone), {"version": zone.version, "centers_complete_from": "2012"})
    zone.refresh_from_db()
    assert zone.centers_complete_from is None
