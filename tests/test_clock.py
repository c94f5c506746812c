"""A clock that is set a day forward or back changes no figure, no order and no conflict."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories as make
from tests.admin_forms import change_url, opened
from zonetrack import changes, writing
from zonetrack.access import roles

pytestmark = pytest.mark.django_db
HOURS = [25, -25]


@pytest.fixture
def move_clock(monkeypatch):
    now = timezone.now

    def move(hours):
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(hours=hours))

    return move


@pytest.mark.parametrize("hours", HOURS)
def test_changes_stay_in_the_order_in_which_they_were_made(move_clock, hours):
    firm = make.make_enterprise(make.make_park())
    for n, moved in enumerate((0, hours, 0)):
        move_clock(moved)
        firm.name_en = f"Firm {n}"
        writing.save(firm)
    names = [row.name_en for row in type(firm).history.filter(id=firm.pk).order_by("-history_id")]
    assert names[:3] == ["Firm 2", "Firm 1", "Firm 0"]
    told = [
        change.new for entry in changes.entries(type(firm), firm.pk) for change in entry.changes
    ]
    assert told[:3] == names[:3]


@pytest.mark.parametrize("hours", HOURS)
def test_the_later_save_of_an_old_form_is_a_conflict_whatever_the_clock_says(move_clock, hours):
    park = make.make_park()
    firm = make.make_enterprise(park)
    client = Client()
    client.force_login(make.make_user(roles.MANAGER, zone=park.home_zone))
    form = opened(client, change_url(firm))
    move_clock(hours)
    firm.name_en = "By somebody else"
    writing.save(firm)
    client.force_login(make.make_user(roles.MANAGER, zone=park.home_zone))
    answer = client.post(change_url(firm), form | {"name_en": "Mine"})
    assert answer.status_code in (200, 409)
    firm.refresh_from_db()
    assert firm.name_en == "By somebody else"


def test_a_clock_set_back_signs_nobody_out(move_clock):
    zone = make.make_park().home_zone
    client = Client()
    client.force_login(make.make_user(roles.READER, zone=zone))
    assert client.get(f"/zones/{zone.key}/indicators/").status_code == 200
    move_clock(-25)
    assert client.get(f"/zones/{zone.key}/indicators/").status_code == 200


def test_a_clock_set_forward_asks_to_sign_in_again(move_clock):
    zone = make.make_park().home_zone
    client = Client()
    client.force_login(make.make_user(roles.READER, zone=zone))
    client.get(f"/zones/{zone.key}/indicators/")
    move_clock(25)
    answer = client.get(f"/zones/{zone.key}/indicators/")
    assert answer.status_code == 302 and "/sign-in/" in answer["Location"]
