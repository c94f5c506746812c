"""Going back in a browser: a kept page is shown only to whom it still belongs."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from enterprises.models import Zone
from tests import factories as make
from tests.test_admin_browser import sign_in
from zonetrack import writing
from zonetrack.access import roles
from zonetrack.keeping import conditional

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
YEAR = 2014
ON_SIGN_IN = "**/sign-in/**"


@pytest.fixture
def zone():
    park = make.make_park(make.make_zone(name_en="Bright zone"))
    make.make_center(park, recognized=YEAR)
    return park.home_zone


@pytest.fixture
def at_dashboard(page, zone):
    """A page of a reader who looked at the dashboard and then at a list."""
    user = make.make_user(roles.READER, zone=zone)
    page.goto("/healthz")
    sign_in(page, user)
    page.goto(reverse("dashboard", args=[zone.key, YEAR]))
    page.set_default_timeout(15_000)
    page.goto(reverse("enterprise-list"))
    return page


def test_back_after_signing_out_asks_to_sign_in(at_dashboard):
    page = at_dashboard
    page.locator("details.menu:has([data-sign-out]) summary").click()
    page.locator("[data-sign-out] button").click()
    page.wait_for_url(ON_SIGN_IN)
    for _step in range(2):
        page.go_back(wait_until="commit")
        page.wait_for_url(ON_SIGN_IN)
        assert "Bright zone" not in page.content()


def test_back_after_the_session_has_ended_asks_to_sign_in(at_dashboard):
    page = at_dashboard
    Session.objects.all().delete()
    page.go_back(wait_until="commit")
    page.wait_for_url(ON_SIGN_IN)
    assert "Bright zone" not in page.content()


def test_back_shows_what_has_changed_since(at_dashboard, zone):
    page = at_dashboard
    zone = Zone.objects.get(pk=zone.pk)
    zone.name_en = "Renamed zone"
    writing.save(zone)
    page.go_back(wait_until="commit")
    page.wait_for_selector("text=Renamed zone")


def test_back_shows_the_page_again_where_nothing_changed(at_dashboard, monkeypatch):
    page, asked = at_dashboard, []
    etag_of = conditional.etag_of

    def note(*given):
        asked.append(etag_of(*given))
        return asked[-1]

    monkeypatch.setattr(conditional, "etag_of", note)
    page.go_back(wait_until="commit")
    page.wait_for_function("document.readyState === 'complete' && !document.documentElement.hidden")
    page.wait_for_selector("h1:visible")
    assert "Bright zone" in page.content()
    # By itself or by the script, the browser asked before it showed the page.
    assert asked
