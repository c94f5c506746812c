"""Accounts and roles in the admin: who keeps whose, and never above the own rights."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.admin_forms import add_url, change_url, errors_of, opened, post_change, url_of
from tests.factories import PASSWORD, make_park, make_user, make_zone
from zonetrack.access import roles
from zonetrack.access.grants import grant
from zonetrack.access.models import Membership, User

pytestmark = pytest.mark.django_db

FIRST = "pine-harbor-3-windows"
OTHER = "amber-lantern-42-roads"


@pytest.fixture
def manager(client, zone):
    user = make_user(roles.MANAGER, zone=zone)
    client.force_login(user)
    return user


def new_account(client, **typed):
    values = {"username": "wang.wei", "password1": FIRST, "password2": FIRST} | typed
    return post_change(client, add_url(User), **values)


def role_row(role, place):
    name = "park" if hasattr(place, "home_zone") else "zone"
    group = Group.objects.get(name=role).pk
    return {"memberships-0-group": group, f"memberships-0-{name}": place.pk}


def test_a_zone_manager_makes_an_account_with_a_role(client, manager, zone):
    park = make_park(zone)
    page = new_account(client, **role_row(roles.STAFF, park))
    assert page.status_code == 302, errors_of(page)
    person = User.objects.get(username="wang.wei")
    assert person.memberships.get().park == park
    assert person.is_staff
    assert person.must_change_password
    assert not person.is_superuser


def test_a_zone_manager_makes_no_account_without_a_role_or_elsewhere(client, manager, zone):
    assert errors_of(new_account(client))
    assert errors_of(new_account(client, **role_row(roles.READER, make_zone())))
    assert not User.objects.filter(username="wang.wei").exists()


def test_the_first_password_is_changed_before_anything_else(client, manager, zone):
    new_account(client, **role_row(roles.STAFF, make_park(zone)))
    client.logout()
    client.login(username="wang.wei", password=FIRST)
    for page in ("/", "/admin/", "/rd-centers/", "/search/"):
        assert client.get(page).headers.get("Location") == reverse("password"), page
    typed = {"old_password": FIRST, "new_password1": FIRST, "new_password2": FIRST}
    assert client.post(reverse("password"), typed).status_code == 200
    typed |= {"new_password1": OTHER, "new_password2": OTHER}
    assert client.post(reverse("password"), typed).status_code == 302
    assert client.get("/rd-centers/").status_code == 200


def test_a_password_set_by_somebody_else_is_a_first_password_again(client, manager, zone):
    person = make_user(roles.READER, zone=zone)
    url = f"/admin/access/user/{person.pk}/password/"
    assert client.get(url).status_code == 200
    client.post(url, {"password1": FIRST, "password2": FIRST, "usable_password": "true"})
    person.refresh_from_db()
    assert person.check_password(FIRST)
    assert person.must_change_password


def strangers(zone):
    """People whose account is not the manager's to keep."""
    elsewhere = make_user(roles.READER, zone=zone, username="both")
    grant(elsewhere, roles.MANAGER, zone=make_zone())
    administrator = make_user("administrator", username="root")
    grant(administrator, roles.READER, zone=zone)
    return [elsewhere, administrator, make_user(roles.STAFF, zone=make_zone(), username="far")]


def test_no_password_of_others_is_set_and_nobody_of_them_deactivated(client, manager, zone):
    for person in [*strangers(zone), manager]:
        url = f"/admin/access/user/{person.pk}/password/"
        typed = {"password1": FIRST, "password2": FIRST, "usable_password": "true"}
        assert client.post(url, typed).status_code in (403, 404), person
        client.post(change_url(person), {"username": "x", "is_active": "", "opened": "1"})
        person.refresh_from_db()
        assert person.is_active
        assert person.check_password(PASSWORD)


def test_who_leaves_is_made_inactive_by_the_zone_manager(client, manager, zone):
    person = make_user(roles.READER, zone=zone)
    values = opened(client, change_url(person))
    del values["is_active"]
    assert client.post(change_url(person), values).status_code == 302
    person.refresh_from_db()
    assert not person.is_active
    assert client.post(url_of(User, "delete", person.pk), {"post": "yes"}).status_code == 403


def test_nobody_raises_or_ends_the_own_roles(client, manager, zone):
    group = Group.objects.get(name=roles.READER).pk
    typed = {"username": manager.username, "group": group, "zone": zone.pk}
    assert errors_of(post_change(client, add_url(Membership), **typed))
    own = manager.memberships.get()
    assert client.post(url_of(Membership, "delete", own.pk), {"post": "yes"}).status_code == 403
    listed = reverse("admin:access_membership_changelist")
    ticked = {"action": "delete_selected", "_selected_action": own.pk, "post": "yes"}
    assert client.post(listed, ticked).status_code == 403
    assert client.post(change_url(manager), {"is_superuser": "on"}).status_code == 403
    assert manager.memberships.get() == own


def test_the_last_administrator_stays(client):
    first, second = make_user("administrator"), make_user("administrator")
    client.force_login(first)
    values = opened(client, change_url(second))
    del values["is_superuser"]
    User.objects.filter(pk=first.pk).update(is_superuser=True)
    assert client.post(change_url(second), values).status_code == 302
    values = opened(client, change_url(first))
    del values["is_superuser"]
    assert errors_of(client.post(change_url(first), values))
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


def test_the_later_of_two_who_change_an_account_is_told(client, manager, zone):
    person = make_user(roles.READER, zone=zone)
    values = opened(client, change_url(person))
    post_change(client, change_url(person), email="first@example.org")
    late = client.post(change_url(person), values | {"email": "second@example.org"})
    assert "Somebody else" in errors_of(late)
    person.refresh_from_db()
    assert person.email == "first@example.org"


def test_the_history_of_a_person_tells_account_and_roles(client, manager, zone):
    new_account(client, **role_row(roles.STAFF, make_park(zone, name_en="East park")))
    person = User.objects.get(username="wang.wei")
    grant(person, roles.READER, zone=make_zone(name_en="Far zone"))
    page = client.get(url_of(User, "history", person.pk)).content.decode()
    assert "East park" in page
    assert str(manager) in page
    assert "Far zone" not in page
