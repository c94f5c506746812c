"""The admin in a real browser: no complaint of the content policy, a conflict solved by hand."""

import pytest
from django.test import Client

from tests.admin_forms import change_url, list_url
from tests.factories import make_center, make_park, make_user
from zonetrack import writing
from zonetrack.access import roles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page, user):
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": page.evaluate("location.origin")}]
    )


def test_a_conflict_is_seen_and_saved_over(page):
    park = make_park()
    center = make_center(park, name_en="First name")
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/healthz")
    sign_in(page, make_user(roles.STAFF, park=park))
    page.goto(change_url(center))
    center.name_en = "Their name"
    writing.save(center)
    page.get_by_label("Name in English").fill("My name")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("cell", name="Their name").wait_for()
    page.get_by_label("Save my version all the same").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**{list_url(type(center))}")
    center.refresh_from_db()
    assert center.name_en == "My name"
    assert complaints == []


def test_search_boxes_say_what_they_are_for(page):
    park = make_park()
    page.goto("/healthz")
    sign_in(page, make_user(roles.STAFF, park=park))
    page.goto(change_url(make_center(park)))
    page.wait_for_selector("#select2-id_merged_into-container[aria-label='Merged into:']")
