"""What only a browser can tell of the pages that need no data."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints(page):
    """What the browser's console says, and addresses on other hosts."""
    found = []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    own = ("http://localhost:", "data:")
    page.on("request", lambda request: request.url.startswith(own) or found.append(request.url))
    return found


@pytest.mark.parametrize("address", ["/sign-in/", "/admin/login/"])
def test_pages_obey_the_content_policy_and_stay_on_their_host(page, complaints, address):
    page.goto(address)
    assert page.get_by_label("Password").is_visible()
    assert complaints == []


def test_signing_in_and_out_with_the_keyboard(page, django_user_model):
    django_user_model.objects.create_user("li", password="a good long one")
    page.goto("/password/")
    page.get_by_label("Username").fill("li")
    page.keyboard.press("Tab")
    page.keyboard.type("a good long one")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Change password").wait_for()
    page.locator("summary", has_text="Account").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
