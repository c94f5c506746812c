"""Mails that remind of missing returns and of what waits for approval."""

from datetime import date
from io import StringIO
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from enterprises.models import State
from tests.factories import make_enterprise, make_park, make_return, make_user, make_year, make_zone
from zonetrack import reminders
from zonetrack.access import roles
from zonetrack.management.commands import send_reminders
from zonetrack.years.models import Reminder

pytestmark = pytest.mark.django_db

DUE = date(2015, 3, 31)


@pytest.fixture
def zone():
    return make_zone(name_en="North zone")


@pytest.fixture
def row(zone):
    return make_year(zone)


def make_person(name, role=roles.STAFF, **place):
    return make_user(role, username=name, email=f"{name}@zones.example", **place)


def run(monkeypatch, today=DUE, **options):
    monkeypatch.setattr(send_reminders, "localdate", lambda: today)
    out, err = StringIO(), StringIO()
    call_command("send_reminders", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def sent() -> dict[str, str]:
    return {message.to[0]: f"{message.subject}\n{message.body}" for message in mail.outbox}


def test_who_enters_for_a_park_is_told_what_is_missing(monkeypatch, row, park):
    make_person("li", park=park)
    make_return(make_enterprise(park, name_en="Alpha"), state=State.DRAFT)
    make_enterprise(park, name_en="Beta")
    make_return(make_enterprise(park, name_en="Gamma"), state=State.SUBMITTED)
    out, _err = run(monkeypatch)
    [text] = sent().values()
    assert text.startswith("2 yearly returns are missing")
    assert "- Alpha\n- Beta\n" in text and "Gamma" not in text
    assert "/admin/yearly/" in text and f"{row.zone.key}/2014/board/" in text
    assert "mails=1" in out


def test_the_manager_is_told_what_waits_and_not_what_others_enter(monkeypatch, row, park):
    make_person("wang", roles.MANAGER, zone=row.zone)
    make_person("li", park=park)
    make_return(make_enterprise(park), state=State.SUBMITTED)
    make_enterprise(park, name_en="Beta")
    run(monkeypatch)
    assert set(sent()) == {"wang@zones.example", "li@zones.example"}
    text = sent()["wang@zones.example"]
    assert text.startswith("1 yearly return waits for your approval") and "Beta" not in text


def test_the_manager_enters_where_nobody_else_does(monkeypatch, row, park):
    make_person("wang", roles.MANAGER, zone=row.zone)
    make_enterprise(park, name_en="Beta")
    run(monkeypatch)
    assert "- Beta" in sent()["wang@zones.example"]


def test_one_mail_tells_of_all_years_of_a_person(monkeypatch, row, park):
    make_year(row.zone, 2013)
    make_person("li", park=park)
    make_enterprise(park)
    run(monkeypatch)
    [text] = sent().values()
    assert "figures for 2013: they were due on" in text
    assert "figures for 2014: they are due on" in text


def test_nobody_is_told_of_another_park(monkeypatch, row, park):
    make_person("li", park=make_park(row.zone))
    make_enterprise(park)
    run(monkeypatch)
    assert not sent()


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2015, 3, 16), False),
        (date(2015, 3, 17), True),
        (date(2015, 6, 1), True),
    ],
)
def test_reminders_begin_some_days_before_the_due_day(monkeypatch, row, park, today, told):
    make_person("li", park=park)
    make_enterprise(park)
    run(monkeypatch, today)
    assert bool(sent()) == told


def test_the_days_before_can_be_chosen(monkeypatch, row, park):
    make_person("li", park=park)
    make_enterprise(park)
    run(monkeypatch, date(2015, 3, 1), days=30)
    assert sent()


@pytest.mark.parametrize("days", [-1, 367])
def test_days_out_of_range_are_refused(monkeypatch, days):
    with pytest.raises(CommandError, match="between 0 and 366"):
        run(monkeypatch, days=days)


def test_closed_years_and_years_not_open_yet_remind_nobody(monkeypatch, zone, park):
    make_year(zone, 2013, closed=True)
    make_year(zone, 2014, opens_on=date(2015, 4, 1), due_on=DUE)
    make_person("li", park=park)
    make_enterprise(park)
    run(monkeypatch)
    assert not sent()


def test_nobody_is_told_twice_a_day_of_the_same_year(monkeypatch, row, park):
    make_person("li", park=park)
    make_enterprise(park)
    run(monkeypatch)
    run(monkeypatch)
    assert len(mail.outbox) == 1
    run(monkeypatch, date(2015, 4, 1))
    assert len(mail.outbox) == 2


def test_of_two_commands_at_once_one_sends(row, park):
    make_person("li", park=park)
    make_enterprise(park)
    [first], [second] = reminders.letters(DUE, 14), reminders.letters(DUE, 14)
    assert reminders.send(first, DUE) and not reminders.send(second, DUE)
    assert len(mail.outbox) == 1


def test_a_dry_run_sends_and_notes_nothing(monkeypatch, row, park):
    make_person("li", park=park)
    make_enterprise(park, name_en="Beta")
    out, _err = run(monkeypatch, dry_run=True)
    assert "To li@zones.example: 1 yearly return is missing" in out and "- Beta" in out
    assert not sent() and not Reminder.objects.exists()


def test_who_has_no_address_is_named(monkeypatch, row, park):
    make_user(roles.STAFF, park=park, username="zhao")
    make_enterprise(park)
    out, err = run(monkeypatch)
    assert "zhao has no e-mail address." in err and "without_address=1" in out


def test_disabled_people_and_readers_get_nothing(monkeypatch, row, park):
    make_person("gone", park=park, is_active=False)
    make_person("reader", roles.READER, park=park)
    make_person("officer", roles.OFFICER, zone=row.zone)
    make_enterprise(park)
    run(monkeypatch)
    assert not sent()


def test_a_mail_that_cannot_be_sent_is_tried_again(monkeypatch, row, park):
    def refuse(*args, **kwargs):
        raise SMTPException("no server")

    make_person("li", park=park)
    make_enterprise(park)
    with monkeypatch.context() as broken:
        broken.setattr(reminders, "send_mail", refuse)
        with pytest.raises(CommandError, match="1 mails could not be sent"):
            run(monkeypatch)
    assert not Reminder.objects.exists()
    run(monkeypatch)
    assert len(mail.outbox) == 1


def test_long_lists_are_cut(monkeypatch, row, park):
    make_person("li", park=park)
    for _n in range(reminders.MOST_NAMED + 2):
        make_enterprise(park)
    run(monkeypatch)
    [text] = sent().values()
    assert "… and 2 more" in text and "32 returns are missing:" in text
