"""Entering figures in a browser: keys and paste, and that nothing typed is ever lost.

What holds for the table of a zone holds for the form of one enterprise, too.
"""

from dataclasses import dataclass

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from enterprises.models import Return, State, YearlyFigures
from tests.browsing import AXE, FIND_BARRIERS, RULES, SCROLLS_SIDEWAYS
from tests.factories import PASSWORD, make_enterprise, make_park, make_return, make_user
from zonetrack import entering
from zonetrack.access import roles
from zonetrack.entering import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OFFER = "[data-draft-offer]"
SAVE = ".savebar .actions button >> nth=0"
TYPED = ["7", "80"]
KEPT = "() => Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"
# Pasted as by a spreadsheet: as the text of a clipboard of its own.
PASTE = """(cell, text) => {
  const data = new DataTransfer();
  data.setData("text", text);
  const options = { clipboardData: data, bubbles: true, cancelable: true };
  cell.dispatchEvent(new ClipboardEvent("paste", options));
}"""


@dataclass
class Entering:
    """A person at a page of data entry, with two cells to type into."""

    page: object
    user: object
    filing: Return
    address: str
    cells: tuple[str, str]

    def open(self):
        self.page.goto(self.address)

    def cell(self, place=0):
        return self.page.locator(f"[name='{self.cells[place]}']")

    def type(self):
        for place, text in enumerate(TYPED):
            self.cell(place).fill(text)

    def wait_until_kept(self):
        self.page.wait_for_function(
            """(key) => Object.keys(localStorage).some((each) => each.startsWith("draft:")
            && localStorage[each].includes(`"${key}":["80"`))""",
            arg=self.cells[1],
        )

    def values(self):
        return [self.cell(place).input_value() for place in range(2)]

    def stored(self):
        row = YearlyFigures.objects.get(filing=self.filing)
        return [row.employees, row.revenue]

    def trouble(self, kind):
        self.page.locator(f"[data-trouble={kind}]").wait_for()

    def wait_until_saved(self):
        self.page.locator(".messagelist").wait_for()
        self.page.wait_for_load_state()
        assert self.page.evaluate(KEPT) == 0

    def assert_saved_once(self):
        assert self.stored() == [7, 80]
        changes = YearlyFigures.history.filter(filing_id=self.filing.pk, history_type="~")
        assert changes.count() == 1


def sign_in(page, user):
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": page.evaluate("location.origin")}]
    )


@pytest.fixture(params=["table", "form"])
def staff(request, page):
    """A person of the staff who has opened the page; the browser leaves it without asking."""
    park = make_park()
    user = make_user(roles.STAFF, park=park)
    filing = make_return(make_enterprise(park), park=park, state=State.DRAFT, employees=3)
    key = filing.enterprise_id
    if request.param == "table":
        address = reverse("entry-table", args=[park.home_zone.key, 2014])
        cells = (f"employees-{key}", f"revenue-{key}")
    else:
        address, cells = reverse("entry-form", args=[filing.pk]), ("employees", "revenue")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/healthz")
    sign_in(page, user)
    person = Entering(page, user, filing, address, cells)
    person.open()
    return person


def test_what_was_typed_is_saved_and_no_draft_stays(staff):
    complaints = []
    staff.page.on("console", lambda message: complaints.append(message.text))
    staff.page.on("pageerror", lambda error: complaints.append(str(error)))
    staff.type()
    staff.wait_until_kept()
    staff.page.locator(SAVE).click()
    staff.wait_until_saved()
    staff.assert_saved_once()
    assert staff.page.locator(OFFER).is_hidden()
    assert complaints == []


def test_a_reload_offers_what_was_typed(staff):
    staff.type()
    staff.wait_until_kept()
    staff.page.reload()
    staff.page.locator(OFFER).wait_for()
    assert staff.values() == ["3", ""]
    assert "2 values" in staff.page.locator(OFFER).inner_text()
    staff.page.locator("[data-draft-put-back]").click()
    assert staff.values() == TYPED
    staff.page.locator(SAVE).click()
    staff.wait_until_saved()
    staff.assert_saved_once()


def test_a_closed_tab_offers_it_in_the_next_one(staff):
    staff.type()
    staff.wait_until_kept()
    staff.page.close()
    staff.page = staff.page.context.new_page()
    staff.open()
    staff.page.locator(OFFER).wait_for()


def test_thrown_away_it_is_gone(staff):
    staff.type()
    staff.wait_until_kept()
    staff.page.reload()
    staff.page.locator("[data-draft-drop]").click()
    assert staff.values() == ["3", ""]
    assert staff.page.evaluate(KEPT) == 0


def test_a_draft_over_what_has_changed_since_shows_both(staff):
    staff.type()
    staff.wait_until_kept()
    filing = Return.objects.get(pk=staff.filing.pk)
    assert entering.enter([Entry(filing, {"employees": 5})], by=None) == []
    staff.page.reload()
    staff.page.locator("[data-draft-outdated]").wait_for()
    staff.page.locator("[data-draft-put-back]").click()
    staff.page.locator(SAVE).click()
    staff.page.locator("[data-entry-result]").wait_for()
    assert staff.stored()[0] == 5
    assert staff.values()[0] == "7"


def test_an_unreachable_server_loses_nothing_and_trying_again_makes_one_change(staff):
    staff.type()
    staff.page.context.set_offline(True)
    staff.page.locator(SAVE).click()
    staff.trouble("unreachable")
    assert staff.values() == TYPED
    staff.page.context.set_offline(False)
    staff.page.locator("[data-try-again]").click()
    staff.wait_until_saved()
    staff.assert_saved_once()


def test_an_answer_that_was_lost_makes_no_second_change(staff):
    def lose(route):
        route.fetch(max_redirects=0)
        route.abort()

    staff.type()
    staff.page.route("**/admin/yearly/**", lose)
    staff.page.locator(SAVE).click()
    staff.trouble("unreachable")
    staff.page.unroute("**/admin/yearly/**")
    staff.page.locator("[data-try-again]").click()
    staff.wait_until_saved()
    staff.assert_saved_once()


def test_a_busy_server_is_told(staff):
    staff.type()
    staff.page.route("**/admin/yearly/**", lambda route: route.fulfill(status=503, body="busy"))
    staff.page.locator(SAVE).click()
    staff.trouble("busy")
    assert staff.values() == TYPED


def test_after_a_new_sign_in_in_another_tab_trying_again_saves(staff):
    staff.type()
    Session.objects.all().delete()
    staff.page.locator(SAVE).click()
    staff.trouble("expired")
    assert staff.values() == TYPED
    with staff.page.context.expect_page() as opened:
        staff.page.locator("[data-sign-in]").click()
    sign_in_by_form(opened.value, staff.user)
    staff.page.locator("[data-try-again]").click()
    staff.wait_until_saved()
    staff.assert_saved_once()


def sign_in_by_form(page, user):
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/admin/yearly/**")


def test_after_a_new_sign_in_the_page_offers_what_was_typed(staff):
    staff.type()
    staff.wait_until_kept()
    Session.objects.all().delete()
    staff.page.reload()
    sign_in_by_form(staff.page, staff.user)
    staff.page.locator(OFFER).wait_for()
    staff.page.locator("[data-draft-put-back]").click()
    assert staff.values() == TYPED


def test_signing_out_forgets_it(staff):
    staff.type()
    staff.wait_until_kept()
    staff.page.locator("details.menu:has([data-sign-out]) summary").click()
    staff.page.locator("[data-sign-out] button").click()
    staff.page.wait_for_url("**/sign-in/**")
    assert staff.page.evaluate(KEPT) == 0


def test_a_figure_that_cannot_be_read_stays_with_the_others(staff):
    staff.cell().fill("about 7")
    staff.cell(1).fill("80")
    staff.page.locator(SAVE).click()
    staff.page.locator(".msg-bad").first.wait_for()
    assert staff.values() == ["about 7", "80"]
    assert staff.stored() == [3, None]
    staff.cell().fill("7")
    staff.page.locator(SAVE).click()
    staff.wait_until_saved()
    staff.assert_saved_once()


def test_it_works_in_a_browser_that_keeps_nothing(staff):
    staff.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden'); } })"
    )
    staff.page.reload()
    staff.type()
    staff.page.locator(SAVE).click()
    staff.page.locator(".messagelist").wait_for()
    staff.assert_saved_once()


# The table


@pytest.fixture
def table(page):
    """Three enterprises, the second of which is approved; their names in the order of the table."""
    park = make_park()
    user = make_user(roles.STAFF, park=park)
    states = [State.DRAFT, State.APPROVED, State.DRAFT]
    filings = [
        make_return(
            make_enterprise(park, name_en=f"Works {n}"), park=park, state=state, employees=n
        )
        for n, state in enumerate(states)
    ]
    page.goto("/healthz")
    sign_in(page, user)
    page.goto(reverse("entry-table", args=[park.home_zone.key, 2014]))
    return page, [filing.enterprise_id for filing in filings]


FOCUSED = "() => document.activeElement.name"


def test_enter_goes_down_and_back(table):
    page, (first, _approved, third) = table
    page.locator(f"[name=revenue-{first}]").press("Enter")
    assert page.evaluate(FOCUSED) == f"revenue-{third}"
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == f"revenue-{third}"
    page.keyboard.press("Shift+Enter")
    assert page.evaluate(FOCUSED) == f"revenue-{first}"


def test_a_pasted_block_fills_its_lines_and_leaves_locked_ones(table):
    page, (first, approved, third) = table
    cell = page.locator(f"[name=employees-{first}]")
    cell.evaluate(PASTE, "11\t1,100\r\n22\t2,200\r\n33\t1.2亿\r\n44\t4\r\n")
    values = [
        page.locator(f"[name={name}-{key}]").input_value()
        for key in (first, third)
        for name in ("employees", "revenue")
    ]
    assert values == ["11", "1,100", "33", "1.2亿"]
    assert "4 pasted values" in page.locator("[data-paste-lost]").inner_text()
    page.locator(SAVE).click()
    page.locator(".messagelist").wait_for()
    found = YearlyFigures.objects.order_by("filing__enterprise").values_list("employees", "revenue")
    assert [*found] == [(11, 1100), (1, None), (33, 12000)]
    assert YearlyFigures.objects.get(filing__enterprise=approved).employees == 1


def test_only_changed_cells_are_sent(table):
    page, (first, _approved, _third) = table
    page.locator(f"[name=employees-{first}]").fill("9")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.locator(SAVE).click()
    body = sent.value.post_data
    page.locator(".messagelist").wait_for()
    assert f'name="employees-{first}"' in body
    assert body.count('name="employees-') == 1
    assert 'name="revenue-' not in body


def test_leaving_with_something_typed_asks_first(table):
    page, (first, _approved, _third) = table
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator(f"[name=employees-{first}]").click()
    page.locator(f"[name=employees-{first}]").fill("9")
    page.evaluate("location.assign('/')")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.locator(f"[name=employees-{first}]").input_value() == "9"


def test_the_table_has_no_barriers_and_fits_every_width(table):
    page, _keys = table
    page.evaluate(AXE.read_text())
    assert page.evaluate(FIND_BARRIERS, RULES) == []
    for width in (390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert not page.evaluate(SCROLLS_SIDEWAYS)


def test_without_script_the_table_is_a_plain_form(browser, live_server, table):
    page, (first, _approved, third) = table
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(page.url)
    plain.locator(f"[name=employees-{first}]").fill("9")
    plain.locator(SAVE).click()
    plain.locator(".messagelist").wait_for()
    found = YearlyFigures.objects.order_by("filing__enterprise").values_list("employees", flat=True)
    assert [*found] == [9, 1, 2]
    context.close()
