"""Two people at one record: nobody's work disappears silently."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from enterprises.models import Return, State, YearlyFigures
from rd_centers.models import Center, Recognition
from tests.admin_forms import add_url, change_url, errors_of, opened, post_change, url_of
from tests.factories import (
    make_center,
    make_enterprise,
    make_park,
    make_return,
    make_target,
    make_user,
)
from zonetrack import writing
from zonetrack.access import roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def center(park):
    return make_center(park, name_en="First name", note="")


def change(record, by, **values):
    record = type(record).objects.get(pk=record.pk)
    for name, value in values.items():
        setattr(record, name, value)
    return writing.save(record, by=by)


def test_a_form_opened_before_somebody_elses_save_is_refused(client, staff, center, colleague):
    values = opened(client, change_url(center))
    change(center, colleague, name_en="Their name")
    page = client.post(change_url(center), values | {"name_en": "My name"})
    assert "Li Na saved this record at" in errors_of(page)
    assert page.context["conflict"]["rows"] == [
        {
            "label": "Name in English",
            "old": "First name",
            "theirs": "Their name",
            "yours": "My name",
        }
    ]
    shown = page.content.decode()
    assert 'value="My name"' in shown
    assert "Their name" in shown
    center.refresh_from_db()
    assert (center.name_en, center.version) == ("Their name", 2)
    assert center.history.count() == 2


def test_changes_of_different_fields_are_no_silent_reversal(client, staff, center, colleague):
    values = opened(client, change_url(center))
    change(center, colleague, name_en="Their name")
    page = client.post(change_url(center), values | {"note": "Mine"})
    labels = {row["label"] for row in page.context["conflict"]["rows"]}
    assert labels == {"Name in English", "Note"}


def test_saving_all_the_same_is_one_tick(client, staff, center, colleague):
    values = opened(client, change_url(center))
    change(center, colleague, name_en="Their name")
    page = client.post(change_url(center), values | {"name_en": "My name"})
    tick = re.search(r'name="save_anyway" value="(\d+)"', page.content.decode())[1]
    again = opened_again(page) | {"save_anyway": tick}
    assert client.post(change_url(center), again).status_code == 302
    center.refresh_from_db()
    assert (center.name_en, center.version) == ("My name", 3)


def test_the_tick_holds_for_the_version_that_was_shown_only(client, staff, center, colleague):
    values = opened(client, change_url(center)) | {"name_en": "My name"}
    change(center, colleague, name_en="Their name")
    page = client.post(change_url(center), values)
    again = opened_again(page) | {"save_anyway": "2"}
    change(center, colleague, name_en="Their last name")
    assert "saved this record" in errors_of(client.post(change_url(center), again))


def opened_again(page):
    from tests.admin_forms import fields_of

    return fields_of(page)


@pytest.mark.parametrize(
    "version", [None, "", "0", "-1", "1.0", "abc", "1 or 1", "9" * 400, "\0", "1\0", "１", "٣"]
)
def test_a_version_that_is_missing_or_forged_is_refused(client, staff, center, version):
    values = opened(client, change_url(center)) | {"name_en": "My name", "version": version}
    if version is None:
        del values["version"]
    page = client.post(change_url(center), values)
    assert errors_of(page)
    center.refresh_from_db()
    assert center.name_en == "First name"


@pytest.mark.parametrize("tick", ["", "1", "on", "9" * 400, "\0"])
def test_a_forged_tick_does_not_switch_the_check_off(client, staff, center, colleague, tick):
    values = opened(client, change_url(center))
    change(center, colleague, name_en="Their name")
    typed = {"name_en": "My name", "save_anyway": tick}
    assert "saved this record" in errors_of(client.post(change_url(center), values | typed))


def test_rows_below_a_record_are_under_its_version(client, staff, center):
    mine = opened(client, change_url(center))
    theirs = {"stages-0-stage": "1", "stages-0-year": "2012"}
    assert post_change(client, change_url(center), **theirs).status_code == 302
    center.refresh_from_db()
    assert center.version == 2
    page = client.post(change_url(center), mine | {"recognitions-0-level": "national"})
    assert "saved this record" in errors_of(page)
    assert Recognition.objects.get().level == "provincial"


def test_figures_are_under_their_returns_version(client, staff, park):
    filing = make_return(make_enterprise(park), state=State.DRAFT, employees=1)
    mine = opened(client, change_url(filing))
    assert (
        post_change(client, change_url(filing), **{"figures-0-employees": "2"}).status_code == 302
    )
    page = client.post(change_url(filing), mine | {"figures-0-employees": "3"})
    assert "saved this record" in errors_of(page)
    assert YearlyFigures.objects.get().employees == 2


@pytest.mark.parametrize(
    "typed",
    [
        {"name_en": "My name"},
        {"recognitions-0-level": "national"},
        {"stages-0-stage": "1", "stages-0-year": "2012"},
    ],
)
def test_ones_own_double_click_is_no_conflict(client, staff, center, typed):
    values = opened(client, change_url(center)) | typed
    assert client.post(change_url(center), values).status_code == 302
    entries = center.history.count()
    assert client.post(change_url(center), values).status_code == 302
    center.refresh_from_db()
    assert (center.version, center.history.count()) == (2, entries)
    assert center.stages.count() == ("stages-0-stage" in typed)


def test_deleting_a_row_twice_is_no_error(client, park, center):
    client.force_login(make_user(roles.MANAGER, zone=park.home_zone))
    values = opened(client, change_url(center)) | {"recognitions-0-DELETE": "on"}
    assert client.post(change_url(center), values).status_code == 302
    assert client.post(change_url(center), values).status_code in (200, 302)
    assert not center.recognitions.exists()


def test_a_record_deleted_meanwhile_is_not_resurrected(client, staff, center):
    values = opened(client, change_url(center))
    writing.delete(Center.objects.get(pk=center.pk))
    assert client.post(change_url(center), values | {"name_en": "My name"}).status_code == 302
    assert not Center.objects.exists()


def test_deleting_what_somebody_changed_meanwhile_is_refused(client, park, center, colleague):
    client.force_login(make_user(roles.MANAGER, zone=park.home_zone))
    url = url_of(Center, "delete", center.pk)
    values = opened(client, url)
    change(center, colleague, name_en="Their name")
    page = client.post(url, values | {"post": "yes"}, follow=True)
    assert "changed this record" in page.content.decode()
    assert Center.objects.exists()


def test_targets_are_protected_too(client, park, colleague):
    client.force_login(make_user(roles.MANAGER, zone=park.home_zone))
    target = make_target(park.home_zone)
    values = opened(client, change_url(target))
    change(target, colleague, value=5)
    page = client.post(change_url(target), values | {"value": "7", "reason": "Plan"})
    assert "saved this record" in errors_of(page)
    assert page.context["conflict"]["rows"][0]["yours"] == "7"


@pytest.mark.usefixtures("own_connections")
@pytest.mark.django_db(transaction=True)
def test_of_several_saves_at_once_one_is_kept():
    park = make_park()
    center = make_center(park)
    user = make_user(roles.STAFF, park=park)
    clients = [Client() for _number in range(4)]
    for each in clients:
        each.force_login(user)
    values = opened(clients[0], change_url(center))

    def save(number):
        try:
            typed = values | {"name_en": f"Name {number}"}
            return clients[number].post(change_url(center), typed).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(save, range(4)))
    assert answers == [200] * 3 + [302]
    center.refresh_from_db()
    assert (center.version, center.history.count()) == (2, 2)


@pytest.mark.usefixtures("own_connections")
@pytest.mark.django_db(transaction=True)
def test_of_several_new_returns_at_once_one_is_kept():
    park = make_park()
    enterprise = make_enterprise(park)
    user = make_user(roles.STAFF, park=park)
    clients = [Client() for _number in range(4)]
    for each in clients:
        each.force_login(user)
    typed = {"enterprise": enterprise.pk, "park": park.pk, "year": "2014", "state": "draft"}
    values = opened(clients[0], add_url(Return)) | typed

    def save(number):
        try:
            return clients[number].post(add_url(Return), values).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(save, range(4)))
    assert answers == [200] * 3 + [302]
    assert Return.objects.count() == Return.history.count() == 1
