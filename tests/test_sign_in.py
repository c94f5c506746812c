"""Signing in: how many wrong passwords are taken, from whom, and who can let somebody in again."""

import logging
from datetime import timedelta
from unittest import mock

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, make_user, make_zone
from zonetrack import security
from zonetrack.access import roles

pytestmark = pytest.mark.django_db

URL = "/sign-in/"
HOME, AWAY = "10.0.0.5", "203.0.113.9"
WRONG = "not-the-password-9"
MINUTES = 15


def sign_in(name, password=PASSWORD, *, address=HOME, **headers):
    """The answer to a sign-in from a browser nobody has used before."""
    typed = {"username": name, "password": password}
    return Client(REMOTE_ADDR=address).post(URL, typed, headers=headers)


def is_in(answer) -> bool:
    return answer.status_code == 302


def lock(name, *, address=HOME, times=10, **headers):
    """The answer to the last of some wrong tries; those before it are only written down."""
    if times > 1 and AccessAttempt.objects.filter(username=name, ip_address=address).update(
        failures_since_start=F("failures_since_start") + times - 1
    ):
        return sign_in(name, WRONG, address=address, **headers)
    if times > 1:
        AccessAttempt.objects.create(
            username=name, ip_address=address or None, failures_since_start=times - 1
        )
    return sign_in(name, WRONG, address=address, **headers)


@pytest.fixture
def later(monkeypatch):
    """Lets time pass for the tries made so far."""

    def pass_by(**span):
        for model in (AccessAttempt, AccessLog):
            for row in model.objects.all():
                moved = row.attempt_time - timedelta(**span)
                model.objects.filter(pk=row.pk).update(attempt_time=moved)

    return pass_by


@pytest.fixture
def person():
    return make_user(roles.READER, zone=make_zone(), username="li.na")


def test_nine_wrong_passwords_are_forgiven_and_forgotten(person):
    assert lock("li.na", times=9).status_code == 200
    assert is_in(sign_in("li.na"))
    assert lock("li.na", times=9).status_code == 200


def test_the_tenth_locks_for_a_quarter_of_an_hour(person, later):
    answer = lock("li.na")
    assert answer.status_code == 429
    assert "Try again in 15 minutes" in answer.content.decode()
    assert 890 <= int(answer["Retry-After"]) <= 900
    assert sign_in("li.na").status_code == 429
    later(minutes=9)
    refused = sign_in("li.na")
    assert "Try again in 6 minutes" in refused.content.decode()
    later(minutes=7)
    assert is_in(sign_in("li.na"))


def test_who_goes_on_trying_while_locked_makes_it_no_longer(person, later):
    lock("li.na")
    later(minutes=14)
    lock("li.na", times=3)
    later(minutes=2)
    assert is_in(sign_in("li.na"))


def test_a_lock_holds_for_one_name_at_one_address(person):
    make_user(roles.READER, zone=make_zone(), username="wang")
    lock("li.na")
    assert is_in(sign_in("wang"))
    assert is_in(sign_in("li.na", address=AWAY))


@pytest.mark.parametrize("spelling", [" LI.NA ", "Li.Na", "ｌｉ.na", "li.na\u3000"])
def test_spellings_of_a_name_are_one_name(person, spelling):
    lock("li.na", times=9)
    assert sign_in(spelling, WRONG).status_code == 429


def test_what_a_visitor_writes_into_headers_lifts_no_lock(person):
    for n in range(10):
        headers = {"x-forwarded-for": f"192.0.2.{n}", "user-agent": f"browser {n}"}
        lock("li.na", times=1, **headers)
    forged = {"x-forwarded-for": "198.51.100.7", "x-real-ip": "198.51.100.7", "user-agent": "z"}
    assert sign_in("li.na", **forged).status_code == 429
    assert AccessAttempt.objects.count() == 1


def test_fifty_from_many_places_lock_the_name_but_not_where_its_owner_is_at_home(person):
    assert is_in(sign_in("li.na"))
    for n in range(6):
        AccessAttempt.objects.create(
            username="li.na", ip_address=f"192.0.2.{n}", failures_since_start=9
        )
    assert sign_in("li.na", address=AWAY).status_code == 429
    assert is_in(sign_in("li.na", address=HOME))


def test_a_home_is_forgotten_after_a_month(person, later):
    sign_in("li.na")
    later(days=31)
    for n in range(6):
        AccessAttempt.objects.create(
            username="li.na", ip_address=f"192.0.2.{n}", failures_since_start=9
        )
    assert sign_in("li.na", address=HOME).status_code == 429
    make_user(username="other")
    sign_in("other")
    assert AccessLog.objects.values_list("username", flat=True).get() == "other"


def test_what_is_kept_of_wrong_tries_goes_by_itself(person, later):
    lock("li.na", times=3)
    lock("nobody", times=3)
    assert AccessAttempt.objects.count() == 2
    later(minutes=16)
    sign_in("li.na")
    assert not AccessAttempt.objects.exists()


def test_a_clock_put_back_leaves_nobody_locked(person, later):
    lock("li.na")
    later(hours=-25)
    assert is_in(sign_in("li.na"))


def test_no_password_is_kept_with_the_tries(person):
    sign_in("li.na", WRONG)
    sign_in(WRONG, "x")
    row = AccessAttempt.objects.get(username="li.na")
    assert WRONG not in row.post_data + row.get_data


# The same words, and as long


def test_names_of_nobody_are_answered_and_locked_alike(person):
    make_user(username="gone", is_active=False)
    make_user(username="no-password").set_unusable_password()
    answers = [
        lock(name, times=1).content.decode() for name in ("li.na", "nobody", "gone", "no-password")
    ]
    neutral = [
        "\n".join(line for line in answer.splitlines() if "csrf" not in line).replace(name, "NAME")
        for answer, name in zip(answers, ("li.na", "nobody", "gone", "no-password"), strict=True)
    ]
    assert len(set(neutral)) == 1
    assert "Please enter a correct" in neutral[0]
    assert {lock(name).status_code for name in ("li.na", "nobody", "gone")} == {429}


@pytest.mark.parametrize("name", ["li.na", "nobody", "gone", "no-password"])
def test_every_name_costs_one_hash(person, name):
    make_user(username="gone", is_active=False)
    user = make_user(username="no-password")
    user.set_unusable_password()
    user.save()
    with mock.patch.object(
        MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
    ) as hashed:
        sign_in(name, WRONG)
    assert hashed.call_count == 1


@pytest.mark.parametrize("name", ["li.na", "nobody"])
def test_a_locked_name_costs_no_hash(person, name):
    lock(name)
    with mock.patch.object(MD5PasswordHasher, "encode") as hashed:
        assert sign_in(name, WRONG).status_code == 429
    assert not hashed.called


# Doors beside the sign-in page


def test_the_admin_has_no_sign_in_of_its_own(person):
    answer = Client().post("/admin/login/", {"username": "li.na", "password": PASSWORD})
    assert answer["Location"].startswith("/sign-in/")


def test_the_current_password_cannot_be_guessed_in_an_open_session(person):
    client = Client(REMOTE_ADDR=HOME)
    client.force_login(person)
    typed = {"new_password1": "amber-lantern-42", "new_password2": "amber-lantern-42"}
    lock("li.na", times=8)
    answers = [client.post("/password/", typed | {"old_password": WRONG}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert client.post("/password/", typed | {"old_password": PASSWORD}).status_code == 429


@pytest.mark.parametrize("length", [1001, 200_000])
def test_a_password_nobody_types_is_not_hashed(person, length):
    with mock.patch.object(MD5PasswordHasher, "encode") as hashed:
        assert sign_in("li.na", "x" * length).status_code == 200
    assert not hashed.called


# Who lets somebody in again


def test_a_command_unlocks(person, capsys):
    lock("li.na")
    call_command("unlock", " Li.Na", "nobody")
    assert "may sign in again" in capsys.readouterr().out
    assert is_in(sign_in("li.na"))


def test_an_administrator_unlocks_in_the_admin(person, client):
    lock("li.na")
    client.force_login(make_user("administrator"))
    ticked = {"action": "unlock", "_selected_action": person.pk}
    page = client.post(reverse("admin:access_user_changelist"), ticked, follow=True)
    assert "1 person may sign in again at once." in page.content.decode()
    assert is_in(sign_in("li.na"))


def test_a_zone_manager_unlocks_the_own_people_only(client):
    zone, far = make_zone(), make_zone()
    client.force_login(make_user(roles.MANAGER, zone=zone))
    for name, place in (("near", zone), ("far", far)):
        person = make_user(roles.READER, zone=place, username=name)
        lock(name)
        ticked = {"action": "unlock", "_selected_action": person.pk}
        client.post(reverse("admin:access_user_changelist"), ticked)
    assert is_in(sign_in("near"))
    assert sign_in("far").status_code == 429


# Where somebody is


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        (0, HOME, "192.0.2.1", HOME),
        (1, "127.0.0.1", "192.0.2.1, 203.0.113.9", "203.0.113.9"),
        (1, "127.0.0.1", "", "127.0.0.1"),
        (1, "", "203.0.113.9", "203.0.113.9"),
        (2, "127.0.0.1", "6.6.6.6, 203.0.113.9, 10.1.1.1", "203.0.113.9"),
        (2, "127.0.0.1", "203.0.113.9", "127.0.0.1"),
        (1, "127.0.0.1", "<script>", "127.0.0.1"),
        (0, "", "", None),
        (0, "::ffff:10.0.0.5", "", HOME),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        (0, "[2001:db8:1:2::9]:443", "", "2001:db8:1:2::"),
        (0, "10.0.0.5:4711", "", HOME),
        (0, "fe80::1%eth0", "", "fe80::"),
    ],
)
def test_the_address_is_the_one_our_own_proxy_saw(
    rf, settings, proxies, remote, forwarded, address
):
    settings.PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR=remote, headers={"x-forwarded-for": forwarded})
    assert security.address_of(request) == address


def test_an_unknown_address_is_counted_as_one(person):
    assert lock("li.na", address="").status_code == 429


# What the security log tells of it


def test_sign_ins_and_locks_are_told_in_the_security_log(person, caplog):
    caplog.set_level(logging.INFO, "zonetrack.security")
    sign_in("li.na")
    for _ in range(10):
        sign_in("li.na", WRONG)
    sign_in("li.na")
    sign_in("li.na\r\n2026 INFO forged", WRONG)
    lines = [record.getMessage() for record in caplog.records if record.name.endswith("security")]
    assert lines[0] == 'sign-in by="li.na" source="10.0.0.5"'
    assert lines[1:11] == ['sign-in-failed by="li.na" source="10.0.0.5"'] * 10
    assert lines[11:13] == [
        'sign-in-lock by="li.na" source="10.0.0.5"',
        'sign-in-locked-out by="li.na" source="10.0.0.5"',
    ]
    assert lines[13] == 'sign-in-failed by="unknown" source="10.0.0.5"'
    assert len(lines) == 14
    assert WRONG not in caplog.text
