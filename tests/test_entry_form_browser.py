"""The form of one return in a browser: the keyboard, what was typed, and what it looks like."""

import pytest
from django.urls import reverse

from enterprises.models import Return, State, YearlyFigures
from tests.browsing import AXE, FIND_BARRIERS, FIND_CUT_OFF, RULES, SCROLLS_SIDEWAYS
from tests.factories import PASSWORD, make_enterprise, make_park, make_return, make_user
from zonetrack import entering
from zonetrack.access import roles
from zonetrack.entering import Entry

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def filing():
    park = make_park()
    enterprise = make_enterprise(park)
    make_return(enterprise, 2013, employees=40, filed=2)
    return make_return(enterprise, 2014, state=State.DRAFT, employees=41, rd_personnel=3)


@pytest.fixture
def form(page, filing):
    """The form as a zone's manager opens it."""
    user = make_user(roles.MANAGER, zone=filing.park.home_zone)
    page.goto("/sign-in/")
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("[name=password]").wait_for(state="detached")
    page.goto(reverse("entry-form", args=[filing.pk]))
    return page


def submit(page):
    page.locator("button[value=submit]").click()


def test_figures_are_typed_with_the_keyboard_submitted_and_approved(form, filing):
    form.locator("#id_employees").fill("42")
    form.keyboard.press("Enter")
    form.keyboard.type("1.2亿")
    expect(form.locator("#id_revenue")).to_have_value("1.2亿")
    submit(form)
    reason = form.locator("[name=why-rd_personnel-without-rd_expenditure]")
    expect(form.locator(".has-warning")).to_have_count(1)
    reason.fill("Paid by the parent company.")
    submit(form)
    form.locator("button[value=approve]").click()
    expect(form.locator("#id_revenue")).to_have_text("12,000")
    stored = YearlyFigures.objects.get(filing=filing)
    assert (stored.employees, stored.revenue, stored.approved) == (42, 12_000, True)


def test_what_was_typed_comes_back_after_a_reload(form, filing):
    form.locator("#id_employees").fill("77")
    form.locator("#id_filed").fill("5")
    form.wait_for_timeout(600)
    form.reload()
    expect(form.locator("#id_employees")).to_have_value("41")
    form.locator("[data-draft-put-back]").click()
    expect(form.locator("#id_employees")).to_have_value("77")
    form.locator("button[value=save]").click()
    expect(form.locator(".messagelist .success")).to_be_visible()
    expect(form.locator("[data-draft-offer]")).to_be_hidden()
    assert Return.objects.get(pk=filing.pk).patents.filed == 5


def test_an_outdated_form_and_an_unreadable_figure_keep_what_was_typed(form, filing):
    form.locator("#id_employees").fill("what")
    form.locator("button[value=save]").click()
    expect(form.locator("#error-employees")).to_be_visible()
    expect(form.locator("#id_employees")).to_have_value("what")
    entering.enter([Entry(filing, {"employees": 43})], by=None)
    form.locator("#id_employees").fill("42")
    form.locator("button[value=save]").click()
    over = form.locator("button[name=over]")
    expect(over).to_be_visible()
    expect(form.locator("#id_employees")).to_have_value("42")
    over.click()
    expect(form.locator(".messagelist .success")).to_be_visible()
    assert YearlyFigures.objects.get(filing=filing, year=2014).employees == 42


def test_what_was_locked_before_sending_stays_locked(form):
    form.evaluate("document.querySelector('#id_filed').readOnly = true")
    form.route("**/return/**", lambda route: route.abort())
    form.locator("#id_employees").fill("42")
    form.locator("button[value=save]").click()
    expect(form.locator("[data-trouble=unreachable]")).to_be_visible()
    expect(form.locator("#id_employees")).to_be_editable()
    expect(form.locator("#id_filed")).not_to_be_editable()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_has_no_barriers_and_fits(form, filing, scheme):
    form.emulate_media(color_scheme=scheme)
    entering.enter([Entry(filing, {"rd_fte": 9, "filed": 400})], by=None)
    form.locator("#id_employees").fill("42")
    form.locator("#id_rd_expenditure").fill("7")
    form.locator("button[value=save]").click()
    expect(form.locator("button[name=over]")).to_be_visible()
    form.evaluate(AXE.read_text())
    assert form.evaluate(FIND_BARRIERS, RULES) == []
    for width in (390, 768, 1440):
        form.set_viewport_size({"width": width, "height": 900})
        assert not form.evaluate(SCROLLS_SIDEWAYS), width
        assert form.evaluate(FIND_CUT_OFF) == [], width
