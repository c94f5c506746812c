"""The feed of deadlines: what a calendar program reads, and who may have it."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_park, make_user, make_year, make_zone
from zonetrack import writing
from zonetrack.access import roles
from zonetrack.access.models import Membership
from zonetrack.years import calendar_keys, icalendar, views
from zonetrack.years.icalendar import Event

pytestmark = pytest.mark.django_db

THIS_YEAR = timezone.localdate().year
LONG = "企业名称，" * 20 + "; a, b\\c\nnew line"


def make_event(**fields):
    values = {
        "uid": "due-2014-example@zonetrack",
        "day": date(2015, 3, 31),
        "summary": "Due",
        "description": "Example zone",
        "changed": datetime(2015, 1, 2, 3, 4, 5, tzinfo=UTC),
    }
    return Event(**values | fields)


def text_of(*events):
    return icalendar.calendar(events, name="Deadlines", language="en")


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


# The format


def test_every_line_ends_in_crlf_and_is_at_most_75_octets_long():
    text = text_of(make_event(summary=LONG, description=LONG * 3))
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) == 75


def test_a_folded_line_is_whole_again_when_it_is_unfolded():
    text = text_of(make_event(summary=LONG))
    [line] = [line for line in unfolded(text) if line.startswith("SUMMARY")]
    escaped = LONG.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert line == "SUMMARY;LANGUAGE=en:" + escaped.replace("\n", "\\n")


def test_an_event_takes_a_whole_day_with_an_alarm_before_it():
    lines = unfolded(text_of(make_event(alarms=icalendar.BEFORE)))
    assert "DTSTART;VALUE=DATE:20150331" in lines
    assert "DTEND;VALUE=DATE:20150401" in lines
    assert "DTSTAMP:20150102T030405Z" in lines
    assert "UID:due-2014-example@zonetrack" in lines
    assert lines.count("BEGIN:VALARM") == 2 and "TRIGGER:-P7D" in lines


def test_blocks_open_and_close_in_pairs():
    open_blocks = []
    for line in unfolded(text_of(make_event(alarms=("PT9H",)), make_event())):
        name, _, value = line.partition(":")
        if name == "BEGIN":
            open_blocks.append(value)
        elif name == "END":
            assert open_blocks.pop() == value
    assert open_blocks == []


# The feed


def make_reader(**place):
    role = place.pop("role", roles.STAFF)
    user = make_user(role, **place)
    calendar_keys.renew(user)
    return user


def address(user, language="en"):
    return reverse("calendar-feed", args=[user.calendar_key]) + f"?language={language}"


def feed_of(client, user, language="en"):
    response = client.get(address(user, language))
    assert response.status_code == 200
    return unfolded(response.content.decode())


def test_the_feed_holds_the_opening_and_the_due_day_without_signing_in(client):
    park = make_park()
    make_year(park.home_zone, THIS_YEAR - 1, due_on=date(THIS_YEAR, 4, 15))
    user = make_reader(park=park)
    response = client.get(address(user))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    lines = feed_of(client, user)
    name, year = park.home_zone.name, THIS_YEAR - 1
    assert f"SUMMARY;LANGUAGE=en:{name}: figures for {year} can be entered" in lines
    assert f"SUMMARY;LANGUAGE=en:{name}: figures for {year} are due" in lines
    assert [line for line in lines if line.startswith("DTSTART")] == [
        f"DTSTART;VALUE=DATE:{THIS_YEAR}0101",
        f"DTSTART;VALUE=DATE:{THIS_YEAR}0415",
    ]


def test_the_feed_speaks_the_language_of_its_address(client):
    zone = make_zone(name_en="North zone", name_zh="北区")
    make_year(zone, THIS_YEAR - 1)
    user = make_reader(zone=zone, role=roles.MANAGER)
    assert any("北区" in line for line in feed_of(client, user, "zh-hans") if "SUMMARY" in line)
    english = [line for line in feed_of(client, user) if line.startswith("SUMMARY")]
    assert english and all("North zone" in line for line in english)


def test_events_keep_their_name_when_the_day_is_moved(client):
    park = make_park()
    row = make_year(park.home_zone, THIS_YEAR - 1)
    user = make_reader(park=park)
    before = feed_of(client, user)
    row.due_on = date(THIS_YEAR, 5, 1)
    writing.save(row, by=user)
    after = feed_of(client, user)
    uids = [[line for line in lines if line.startswith("UID")] for lines in (before, after)]
    assert uids[0] == uids[1] and len(set(uids[0])) == 2
    assert "SEQUENCE:0" in before and "SEQUENCE:1" in after
    assert f"DTSTART;VALUE=DATE:{THIS_YEAR}0501" in after


def test_the_same_feed_twice_is_the_same_text(client):
    park = make_park()
    make_year(park.home_zone, THIS_YEAR - 1)
    user = make_reader(park=park)
    assert client.get(address(user)).content == client.get(address(user)).content


def test_the_feed_names_no_zone_of_others(client):
    park, other = make_park(), make_zone(name_en="Elsewhere")
    make_year(other, THIS_YEAR - 1)
    assert "Elsewhere" not in "".join(feed_of(client, make_reader(park=park)))


def test_a_reader_of_a_zone_has_no_deadlines_in_it(client):
    zone = make_zone()
    make_year(zone, THIS_YEAR - 1)
    assert "BEGIN:VEVENT" not in feed_of(client, make_reader(zone=zone, role=roles.READER))


def test_who_loses_the_role_loses_the_deadlines(client):
    park = make_park()
    make_year(park.home_zone, THIS_YEAR - 1)
    user = make_reader(park=park)
    Membership.objects.filter(user=user).delete()
    assert "BEGIN:VEVENT" not in feed_of(client, user)


def test_closed_years_leave_the_calendar(client):
    park = make_park()
    make_year(park.home_zone, THIS_YEAR - 1, closed=True)
    assert "BEGIN:VEVENT" not in feed_of(client, make_reader(park=park))


def test_an_administrator_has_the_deadlines_of_every_zone(client):
    make_year(make_zone(), THIS_YEAR - 1)
    make_year(make_zone(), THIS_YEAR - 1)
    user = make_reader(role="administrator")
    assert feed_of(client, user).count("BEGIN:VEVENT") == 4


# The key


def test_a_disabled_user_has_no_feed(client):
    user = make_reader(park=make_park())
    user.is_active = False
    user.save()
    assert client.get(address(user)).status_code == 404


@pytest.mark.parametrize("key", ["x", "a" * 43, "a" * 500, "%00" * 43, "é" * 43, " "])
def test_a_key_of_nobody_is_not_found(client, key):
    make_user()  # whose key is empty
    assert client.get(f"/calendar/{key}.ics").status_code == 404


def test_a_feed_is_only_read(client):
    assert client.post(address(make_reader(park=make_park()))).status_code == 405


def test_a_new_key_makes_the_old_address_useless(client):
    user = make_reader(park=make_park())
    before = address(user)
    client.force_login(user)
    page = client.post(reverse("calendar-key"), {"do": "renew"}, follow=True)
    user.refresh_from_db()
    assert client.get(before).status_code == 404
    assert client.get(address(user)).status_code == 200
    assert user.calendar_key in page.content.decode()


def test_a_key_can_be_taken_away(client):
    user = make_reader(park=make_park())
    client.force_login(user)
    client.post(reverse("calendar-key"), {"do": "remove"})
    assert client.get(address(user)).status_code == 404


def test_keys_are_long_and_never_alike():
    keys = {calendar_keys.renew(make_user()) for _n in range(5)}
    assert len(keys) == 5 and all(re.fullmatch(r"[\w-]{43}", key) for key in keys)


def test_a_year_without_history_is_stamped_with_the_day_it_opens():
    row = make_year(make_zone(), THIS_YEAR - 1)
    row.changed = None
    assert views.changed_at(row) == datetime(THIS_YEAR, 1, 1, tzinfo=UTC)
