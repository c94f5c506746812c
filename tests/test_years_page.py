"""The page of reporting years: who opens, closes and reopens them, and the same in the admin."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from enterprises.models import Return, State
from tests.admin_forms import change_url, errors_of, post_change
from tests.factories import make_enterprise, make_park, make_return, make_user, make_year, make_zone
from zonetrack.access import roles
from zonetrack.returns.years_page import AddYear
from zonetrack.years.models import ReportingYear

pytestmark = pytest.mark.django_db

PAGE = "/admin/yearly/"


@pytest.fixture
def manager(client, zone):
    return sign_in(client, roles.MANAGER, zone=zone)


def sign_in(client, role, **place):
    user = make_user(role, **place)
    client.force_login(user)
    return user


def address(name, row):
    return reverse(name, args=[row.zone.key, row.year])


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_a_manager_opens_a_year_and_is_told_how_many_returns_were_prepared(client, zone, manager):
    row, park = make_year(zone), make_park(zone)
    make_return(make_enterprise(park))
    make_enterprise(park)
    response = client.post(address("open-year", row), follow=True)
    assert said(response) == [
        f"2014 in {zone.name}: 1 return was prepared. 1 was there already.",
    ]
    row.refresh_from_db()
    assert row.opened_by == manager and Return.objects.count() == 2


def test_the_page_counts_the_returns_by_state(client, zone, park, manager):
    row = make_year(zone)
    for state in (State.APPROVED, State.APPROVED, State.SUBMITTED, State.DRAFT):
        make_return(make_enterprise(park), state=state)
    make_enterprise(park)
    [shown] = client.get(PAGE).context["zones"][0]["years"]
    assert shown.row == row
    assert (shown.expected, shown.counts) == (5, [2, 1, 0, 1, 0, 1])
    page = client.get(PAGE).content.decode()
    assert address("open-year", row) in page and address("close-year", row) in page


def test_a_year_that_opens_later_is_refused_with_its_day(client, zone, park, manager):
    row = make_year(zone, opens_on=localdate() + timedelta(days=1))
    make_enterprise(park)
    response = client.post(address("open-year", row), follow=True)
    assert "opens on" in said(response)[0] and not Return.objects.exists()


def test_a_closed_year_is_not_opened(client, zone, park, manager):
    row = make_year(zone, closed=True)
    make_enterprise(park)
    response = client.post(address("open-year", row), follow=True)
    assert "is closed" in said(response)[0] and not Return.objects.exists()


def test_another_year_is_set_up_and_opened_at_once(client, zone, park, manager):
    make_enterprise(park)
    client.post(reverse("add-year", args=[zone.key]), {f"{zone.key}-year": "2014"})
    row = ReportingYear.objects.get()
    assert (row.zone, row.year, row.opened_by) == (zone, 2014, manager)
    assert row.opens_on == localdate() and Return.objects.count() == 1


@pytest.mark.parametrize("year", ["", "abc", "1800", "9999999999999999999999", "2014", "２０1\0"])
def test_a_year_that_cannot_be_is_refused_beside_the_field(client, zone, manager, year):
    make_year(zone, 2014)
    response = client.post(reverse("add-year", args=[zone.key]), {f"{zone.key}-year": year})
    assert response.status_code == 200 and response.context["zones"][0]["form"].errors["year"]
    assert ReportingYear.objects.count() == 1


# Closing and reopening


def test_closing_tells_what_is_still_open_and_asks(client, zone, park, manager):
    row = make_year(zone)
    make_return(make_enterprise(park), state=State.SUBMITTED)
    page = client.get(address("close-year", row))
    assert "1 return is not approved" in page.content.decode()
    row.refresh_from_db()
    assert not row.is_closed
    client.post(address("close-year", row), {"version": row.version})
    row.refresh_from_db()
    assert row.is_closed and row.closed_by == manager


def test_a_year_changed_meanwhile_is_not_closed(client, zone, manager):
    row = make_year(zone)
    for version in ("", "0", "7", "x", "99999999999999999999", "1\0"):
        client.post(address("close-year", row), {"version": version})
        row.refresh_from_db()
        assert not row.is_closed


def test_reopening_needs_a_reason_and_leaves_it_in_the_history(client, zone, manager):
    row = make_year(zone, closed=True)
    refused = client.post(address("reopen-year", row), {"version": 1, "reason": " "})
    assert "Say why the year is reopened." in refused.content.decode()
    row.refresh_from_db()
    assert row.is_closed
    client.post(address("reopen-year", row), {"version": 1, "reason": "Two came late"})
    row.refresh_from_db()
    entry = row.history.first()
    assert not row.is_closed
    assert (entry.history_change_reason, entry.history_user) == ("Two came late", manager)


# Who may


STEPS = ["open-year", "close-year", "reopen-year"]


@pytest.mark.parametrize("name", STEPS)
def test_data_entry_sees_the_years_and_takes_no_step(client, zone, park, name):
    row = make_year(zone)
    sign_in(client, roles.STAFF, park=park)
    page = client.get(PAGE)
    assert page.status_code == 200 and address(name, row) not in page.content.decode()
    posted = client.post(address(name, row), {"version": 1, "reason": "x"})
    assert posted.status_code == 403
    row.refresh_from_db()
    assert row.opened_at is None and not row.is_closed


@pytest.mark.parametrize("name", STEPS)
def test_another_zones_years_are_not_found(client, zone, name):
    row = make_year(zone)
    sign_in(client, roles.MANAGER, zone=make_zone())
    assert zone.name not in client.get(PAGE).content.decode()
    assert client.post(address(name, row), {"version": 1}).status_code == 404


@pytest.mark.parametrize("role", [roles.READER, roles.OFFICER])
def test_readers_and_officers_have_no_such_page(client, zone, role):
    sign_in(client, role, zone=zone)
    assert client.get(PAGE, follow=True).status_code == 403


def test_nobody_comes_here_without_signing_in(client, zone):
    assert client.get(PAGE).status_code == 302


def test_a_step_is_never_taken_by_a_link(client, zone, manager):
    assert client.get(address("open-year", make_year(zone))).status_code == 405


def test_data_entry_sees_the_counts_of_its_own_park_only(client, zone, park):
    make_year(zone)
    make_return(make_enterprise(park))
    make_return(make_enterprise(make_park(zone)))
    sign_in(client, roles.STAFF, park=park)
    [shown] = client.get(PAGE).context["zones"][0]["years"]
    assert shown.expected == 1


def test_an_administrator_opens_years_everywhere(client, zone, park):
    row = make_year(zone)
    make_enterprise(park)
    sign_in(client, "administrator")
    client.post(address("open-year", row))
    assert Return.objects.count() == 1


# The same in the admin


def test_the_admin_opens_a_year_and_prepares_its_returns(client, zone, park, manager):
    row = make_year(zone)
    make_enterprise(park)
    response = post_change(client, change_url(row), open_now="on")
    row.refresh_from_db()
    assert row.opened_by == manager and Return.objects.count() == 1
    assert response.status_code in (200, 302)


def test_the_admin_opens_nothing_before_the_day(client, zone, park, manager):
    row = make_year(zone, opens_on=localdate() + timedelta(days=1))
    make_enterprise(park)
    page = post_change(client, change_url(row), open_now="on")
    assert "The year opens on a later day." in errors_of(page)
    assert not Return.objects.exists()


def test_the_admin_closes_a_year_with_open_returns_only_for_a_reason(client, zone, park, manager):
    row = make_year(zone)
    make_return(make_enterprise(park), state=State.DRAFT)
    page = post_change(client, change_url(row), closed="on")
    assert "1 return is not approved yet." in errors_of(page)
    post_change(client, change_url(row), closed="on", reason="It has left the park")
    row.refresh_from_db()
    assert row.is_closed


def test_the_front_page_of_data_entry_leads_to_the_years(client, zone, manager):
    page = client.get("/admin/").content.decode()
    assert f'href="{PAGE}"' in page and 'id="entry-page-years-of-entry"' in page


def test_a_year_that_somebody_adds_at_the_same_moment_is_opened_once(
    client, zone, manager, monkeypatch
):
    make_year(zone, 2014)
    monkeypatch.setattr(AddYear, "clean_year", lambda form: form.cleaned_data["year"])
    client.post(reverse("add-year", args=[zone.key]), {f"{zone.key}-year": 2014})
    assert ReportingYear.objects.get().is_opened
