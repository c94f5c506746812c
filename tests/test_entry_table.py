"""The table of a zone's yearly figures: what is entered, refused, kept apart and told."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext as CaptureQueries
from django.urls import reverse
from django.utils import timezone

from enterprises.models import Return, State, YearlyFigures
from patents.models import PatentCounts
from tests.admin_forms import fields_of, opened, unnamed_inputs
from tests.factories import (
    make_enterprise,
    make_park,
    make_return,
    make_user,
    make_year,
    make_zone,
)
from zonetrack import entering, workflow, writing
from zonetrack.access import roles
from zonetrack.entering import Entry
from zonetrack.lists.returned import MEASURES

pytestmark = pytest.mark.django_db


@pytest.fixture
def park():
    return make_park(name_en="Own park")


@pytest.fixture
def url(park):
    return reverse("entry-table", args=[park.home_zone.key, 2014])


def make_draft(park, year=2014, **figures):
    state = figures.pop("state", State.DRAFT)
    return make_return(make_enterprise(park), year, park=park, state=state, **figures)


def cell(filing, figure="employees"):
    return f"{figure}-{filing.enterprise_id}"


def enter(filing, by=None, **figures):
    assert entering.enter([Entry(Return.objects.get(pk=filing.pk), figures)], by=by) == []


def employees(filing):
    return YearlyFigures.objects.filter(filing=filing).values_list("employees", flat=True).first()


def changes_of(filing):
    return YearlyFigures.history.filter(filing_id=filing.pk, history_type="~").order_by(
        "history_id"
    )


def told(page):
    return " | ".join(str(message) for message in page.context["messages"])


# What it shows


def test_every_enterprise_that_reports_has_a_line_with_both_years(client, staff, park, url):
    filing = make_draft(park, employees=44)
    make_return(filing.enterprise, 2013, park=park, employees=40)
    without = make_enterprise(park, name_en="Without a return")
    make_enterprise(park, name_en="Need not report", reports=False)
    page = client.get(url)
    lines = {line.row.enterprise: line for line in page.context["table"].lines}
    assert set(lines) == {filing.enterprise_id, without.pk}
    first = lines[filing.enterprise_id].cells[0]
    assert (first.before, first.shown, first.change) == ("40", "44", "+10.0%")
    assert "1 of 2 entered, 0 submitted, 0 approved, 1 missing" in page.content.decode()


def test_every_input_has_a_name_of_its_own(client, staff, park, url):
    filing = make_draft(park)
    page = client.get(url)
    assert unnamed_inputs(page) == []
    label = f"Employees, 2014, {filing.enterprise.name}"
    assert f'name="{cell(filing)}" value="" data-col="employees" aria-label="{label}"' in (
        page.content.decode()
    )


def test_approved_returns_and_closed_years_are_text(client, staff, park, url):
    approved, draft = make_draft(park, state=State.APPROVED, employees=7), make_draft(park)
    fields = fields_of(client.get(url))
    assert cell(draft) in fields
    assert cell(approved) not in fields
    make_year(park.home_zone, closed=True)
    page = client.get(url)
    assert not any(name.startswith("employees-") for name in fields_of(page))
    assert "2014 is closed" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"A", "B", "C"}),
        ("park=second", {"B"}),
        ("state=submitted", {"C"}),
        ("state=missing", {"B"}),
        ("q=enterprise+ａ", {"A"}),
        ("q=nothing", set()),
        ("park=elsewhere", set()),
        ("state=odd&figures=odd&page=odd&q=%00", {"A", "B", "C"}),
        (f"page={'9' * 5000}&q={'x' * 5000}", set()),
    ],
)
def test_lines_are_chosen_by_park_state_and_name(client, park, url, query, shown):
    client.force_login(make_user(roles.MANAGER, zone=park.home_zone))
    second = make_park(park.home_zone, key="second")
    make_return(make_enterprise(park, name_en="Enterprise A"), state=State.DRAFT)
    make_enterprise(second, name_en="Enterprise B")
    make_return(make_enterprise(park, name_en="Enterprise C"), state=State.SUBMITTED)
    page = client.get(f"{url}?{query}")
    assert page.status_code == 200
    assert {line.row.name[-1] for line in page.context["table"].lines} == shown


def test_figures_are_chosen_and_a_page_has_a_hundred_lines(client, staff, park, url):
    for _number in range(101):
        make_enterprise(park)
    page = client.get(url, {"figures": "patents", "page": "2"})
    [line] = page.context["table"].lines
    assert [cell.name for cell in line.cells] == list(PatentCounts.FIGURES)
    everything = opened(client, f"{url}?figures=all")
    assert len([name for name in everything if name.startswith("in_force-")]) == 100
    # Without script the whole page is sent, more fields than Django takes by itself.
    assert client.post(f"{url}?figures=all", everything).status_code == 302
    assert Return.objects.count() == 0


# Entering


def test_figures_are_read_as_people_write_them(client, staff, park, url):
    first, second = make_draft(park, employees=3), make_enterprise(park)
    typed = {
        cell(first): "１，２３４",
        cell(first, "revenue"): "1.2亿",
        cell(first, "rd_expenditure"): "0",
        f"employees-{second.pk}": "12人",
    }
    answer = client.post(url, opened(client, url) | typed)
    assert answer.status_code == 302
    stored = YearlyFigures.objects.get(filing=first)
    assert (stored.employees, stored.revenue, stored.rd_expenditure) == (1234, 12000, 0)
    made = Return.objects.get(enterprise=second)
    assert (made.state, made.park, made.figures.employees) == (State.DRAFT, park, 12)
    entry = changes_of(first).get()
    assert (entry.history_user, entry.channel) == (staff, "grid")
    page = client.get(answer.url)
    assert "4 figures saved." in told(page)
    assert "Operating revenue: 1.2亿 was stored as 12,000." in told(page)


def test_a_dash_and_a_blank_take_a_figure_back(client, staff, park, url):
    first, second = make_draft(park, employees=3), make_draft(park, employees=4)
    client.post(url, opened(client, url) | {cell(first): "—", cell(second): ""})
    assert (employees(first), employees(second)) == (None, None)


def test_only_what_was_changed_is_stored(client, staff, park, url):
    changed, left = make_draft(park, employees=3), make_draft(park, employees=4)
    client.post(url, opened(client, url) | {cell(changed): "5"})
    assert (changes_of(changed).count(), changes_of(left).count()) == (1, 0)
    assert Return.objects.get(pk=left.pk).version == 1


def test_a_line_that_cannot_be_read_is_kept_whole_and_the_others_are_stored(
    client, staff, park, url
):
    bad, good = make_draft(park, employees=3), make_draft(park, employees=4)
    typed = {cell(bad): "about 5", cell(bad, "revenue"): "1,200", cell(good): "6"}
    page = client.post(url, opened(client, url) | typed)
    assert page.status_code == 200
    assert (employees(bad), employees(good)) == (3, 6)
    fields = fields_of(page)
    assert (fields[cell(bad)], fields[cell(bad, "revenue")]) == ("about 5", "1,200")
    text = page.content.decode()
    assert f'data-was="3" aria-invalid="true" aria-describedby="error-{cell(bad)}"' in text
    assert "1 line has a figure that cannot be read." in text
    assert client.post(url, fields | {cell(bad): "5"}).status_code == 302
    assert (employees(bad), YearlyFigures.objects.get(filing=bad).revenue) == (5, 1200)


@pytest.mark.parametrize("typed", ["-1", "1.5", "9" * 30, "1e9", "=1+1", "\0", "<b>", "NaN", "½"])
def test_what_is_no_figure_is_refused_in_words(client, staff, park, url, typed):
    filing = make_draft(park, employees=3)
    page = client.post(url, opened(client, url) | {cell(filing): typed})
    assert page.status_code == 200
    assert page.context["unreadable"] == 1
    assert employees(filing) == 3


def test_a_submitted_return_becomes_a_draft_and_that_is_told(client, staff, park, url):
    filing = make_draft(park, employees=3, state=State.SUBMITTED)
    answer = client.post(url, opened(client, url) | {cell(filing): "4"})
    assert Return.objects.get(pk=filing.pk).state == State.DRAFT
    assert "1 return that was submitted is a draft again." in told(client.get(answer.url))


def test_a_return_with_blank_figures_is_marked(client, staff, park, url):
    whole = dict.fromkeys((measure.name for measure in MEASURES), 0)
    blank = whole | {"employees": None, "filed": None}
    for figures, marked in [(whole, ""), (blank, "2 figures blank"), ({}, "")]:
        filing = make_draft(park, **figures)
        text = client.get(url, {"q": filing.enterprise.name}).content.decode()
        assert re.findall(r"\d+ figures? blank", text) == ([marked] if marked else [])


# Two people at once


def test_a_line_somebody_saved_meanwhile_is_compared_and_the_others_are_stored(
    client, staff, park, url, colleague
):
    filing, other = make_draft(park, employees=3), make_draft(park, employees=30)
    values = opened(client, url)
    enter(filing, colleague, employees=4)
    page = client.post(url, values | {cell(filing): "5", cell(other): "31"})
    assert page.status_code == 409
    [refused] = page.context["refused"]
    assert "Li Na saved this return at" in refused.sentence
    assert refused.compared == [("Employees", "3", "4", "5")]
    assert (employees(filing), employees(other)) == (4, 31)
    fields = fields_of(page)
    assert fields[cell(filing)] == "5"
    # Without the tick it is refused again, with it stored in one step.
    assert client.post(url, fields).status_code == 409
    over = {f"over-{filing.enterprise_id}": str(refused.number)}
    assert client.post(url, fields | over).status_code == 302
    assert employees(filing) == 5


def test_a_table_that_another_user_sends_is_kept_and_not_stored(
    client, staff, park, url, colleague
):
    filing = make_draft(park, employees=3)
    values = opened(client, url) | {cell(filing): "5", "do": "submit"}
    client.force_login(colleague)
    page = client.post(url, values)
    assert page.status_code == 409
    assert "you are signed in as Li Na now. Nothing was saved." in page.content.decode()
    assert (employees(filing), Return.objects.get().state) == (3, State.DRAFT)
    kept = fields_of(page)
    assert kept[cell(filing)] == "5"
    assert client.post(url, kept).status_code == 302
    assert (employees(filing), changes_of(filing).get().history_user) == (5, colleague)


def test_different_figures_of_one_line_are_no_silent_reversal(client, staff, park, url, colleague):
    filing = make_draft(park, employees=3, revenue=10)
    values = opened(client, url)
    enter(filing, colleague, revenue=20)
    page = client.post(url, values | {cell(filing): "5"})
    assert page.status_code == 409
    assert page.context["refused"][0].compared == [
        ("Employees", "3", "3", "5"),
        ("Operating revenue", "10", "20", "10"),
    ]
    fields = fields_of(page) | {f"over-{filing.enterprise_id}": "4"}
    number = str(page.context["refused"][0].number)
    client.post(url, fields | {f"over-{filing.enterprise_id}": number})
    stored = YearlyFigures.objects.get(filing=filing)
    assert (stored.employees, stored.revenue) == (5, 20)


def test_the_tick_holds_for_the_state_that_was_shown_only(client, staff, park, url, colleague):
    filing = make_draft(park, employees=3)
    values = opened(client, url)
    enter(filing, colleague, employees=4)
    page = client.post(url, values | {cell(filing): "5"})
    tick = {f"over-{filing.enterprise_id}": str(page.context["refused"][0].number)}
    enter(filing, colleague, employees=6)
    assert client.post(url, fields_of(page) | tick).status_code == 409
    assert employees(filing) == 6


@pytest.mark.parametrize(
    "version",
    [None, "", "0", "-1", "1", "1.0", "abc", "9" * 400, "\0", "2\0", "２", ";", "employees=3"],
)
def test_a_number_that_is_missing_or_forged_is_refused(client, staff, park, url, version):
    filing = make_draft(park, employees=3)
    values = opened(client, url) | {cell(filing): "5", f"row-{filing.enterprise_id}": version}
    if version is None:
        del values[f"row-{filing.enterprise_id}"]
    assert client.post(url, values).status_code == 409
    assert employees(filing) == 3


@pytest.mark.parametrize("tick", ["", "on", "1", "9" * 400, "\0"])
def test_a_forged_tick_does_not_switch_the_check_off(client, staff, park, url, colleague, tick):
    filing = make_draft(park, employees=3)
    values = opened(client, url) | {cell(filing): "5", f"over-{filing.enterprise_id}": tick}
    enter(filing, colleague, employees=4)
    assert client.post(url, values).status_code == 409
    assert employees(filing) == 4


def test_ones_own_double_click_is_no_conflict(client, staff, park, url):
    filing, without = make_draft(park, employees=3), make_enterprise(park)
    values = opened(client, url) | {cell(filing): "5", f"employees-{without.pk}": "7"}
    answers = [client.post(url, values).status_code for _click in range(8)]
    assert answers == [302] * 8
    assert changes_of(filing).count() == 1
    made = Return.objects.get(enterprise=without)
    assert Return.history.filter(id=made.pk).count() == 1


def test_the_same_figure_from_another_person_or_page_is_told(client, staff, park, url, colleague):
    filing = make_draft(park, employees=3)
    first, second = opened(client, url), opened(client, url)
    assert client.post(url, first | {cell(filing): "4"}).status_code == 302
    assert client.post(url, second | {cell(filing): "4"}).status_code == 409
    assert changes_of(filing).count() == 1


def test_a_return_somebody_began_meanwhile_is_compared(client, staff, park, url, colleague):
    enterprise = make_enterprise(park)
    values = opened(client, url)
    entry = Entry(Return(enterprise=enterprise, park=park, year=2014), {"employees": 4})
    entering.enter([entry], by=colleague)
    page = client.post(url, values | {f"employees-{enterprise.pk}": "5"})
    assert page.status_code == 409
    assert page.context["refused"][0].compared == [("Employees", "–", "4", "5")]
    assert Return.objects.count() == 1


def test_going_back_and_saving_again_shows_the_conflict(client, staff, park, url):
    filing = make_draft(park, employees=3)
    values = opened(client, url)
    assert client.post(url, values | {cell(filing): "5"}).status_code == 302
    page = client.post(url, values | {cell(filing): "6"})
    assert page.status_code == 409
    assert "Own saved this return at" in page.context["refused"][0].sentence


def test_what_was_approved_closed_or_deleted_meanwhile_is_refused_with_the_reason(
    client, staff, park, url
):
    filing = make_draft(park, employees=3)
    typed = opened(client, url) | {cell(filing): "5"}
    Return.objects.filter(pk=filing.pk).update(state=State.APPROVED)
    page = client.post(url, typed)
    assert (page.status_code, employees(filing)) == (409, 3)
    assert "This return is approved." in page.content.decode()
    Return.objects.filter(pk=filing.pk).update(state=State.DRAFT)
    year = make_year(park.home_zone, closed=True)
    page = client.post(url, typed)
    assert (page.status_code, employees(filing)) == (409, 3)
    assert "2014 is closed in" in page.content.decode()
    year.delete()
    writing.delete(Return.objects.get(pk=filing.pk))
    page = client.post(url, typed)
    assert (page.status_code, Return.objects.count()) == (409, 0)
    assert "has been deleted" in page.content.decode()


def test_a_return_that_went_to_another_park_is_refused(client, staff, park, url):
    filing = make_draft(park, employees=3)
    typed = opened(client, url) | {cell(filing): "5"}
    Return.objects.filter(pk=filing.pk).update(park=make_park())
    page = client.post(url, typed)
    assert (page.status_code, employees(filing)) == (409, 3)
    assert "1 line does not belong to this table" in told(page)


@pytest.mark.usefixtures("own_connections")
@pytest.mark.django_db(transaction=True)
def test_a_line_begun_by_eight_people_at_once_is_one_return():
    park = make_park()
    enterprises = [make_enterprise(park) for _number in range(3)]
    url = reverse("entry-table", args=[park.home_zone.key, 2014])
    user = make_user(roles.STAFF, park=park)
    clients = [Client() for _person in range(8)]
    for each in clients:
        each.force_login(user)
    values = opened(clients[0], url)

    def save(number):
        try:
            typed = {f"employees-{one.pk}": str(number) for one in enterprises}
            return clients[number].post(url, values | typed).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(save, range(8)))
    assert answers == [302] + [409] * 7
    assert Return.objects.count() == Return.history.count() == 3


# Scope


def test_staff_of_one_park_see_their_park_only(client, staff, park, url):
    make_draft(park)
    sister = make_draft(make_park(park.home_zone, name_en="Sister park"))
    text = client.get(url).content.decode()
    assert sister.enterprise.name not in text
    assert "Sister park" not in text
    assert "1 of 1 entered" in text


def test_a_return_filed_in_another_park_gets_no_second_line(client, staff, park, url):
    enterprise = make_enterprise(park)
    make_return(enterprise, 2014, park=make_park(), state=State.DRAFT)
    assert client.get(url).context["table"].lines == []


@pytest.mark.parametrize("role", [roles.READER, roles.OFFICER])
def test_readers_and_officers_do_not_come_in(client, park, url, role):
    client.force_login(make_user(role, zone=park.home_zone))
    assert client.get(url, follow=True).status_code == 403
    filing = make_draft(park, employees=3)
    client.post(url, {cell(filing): "5", f"row-{filing.enterprise_id}": "2"})
    assert employees(filing) == 3


def test_nobody_signed_in_is_led_to_the_sign_in(client, url):
    assert client.get(url).url.startswith("/sign-in/?next=")
    assert client.post(url, {}).url.startswith("/sign-in/?next=")


def test_another_zone_is_not_found(client, staff, park):
    other = make_draft(make_park(make_zone()), employees=3)
    url = reverse("entry-table", args=[other.park.home_zone.key, 2014])
    assert client.get(url).status_code == 404
    forged = {cell(other): "5", f"row-{other.enterprise_id}": "2"}
    assert client.post(url, forged).status_code == 404
    assert employees(other) == 3


@pytest.mark.parametrize("year", [0, 1900, 2199, 2200, 9**30])
def test_years_nobody_could_mean_are_not_found(client, staff, park, year):
    assert client.get(f"/admin/yearly/{park.home_zone.key}/{year}/").status_code == 404


def test_a_forged_line_of_another_park_is_told_and_not_stored(client, staff, park, url):
    own, sister = make_draft(park, employees=3), make_draft(make_park(park.home_zone), employees=4)
    forged = {cell(sister): "9", f"row-{sister.enterprise_id}": "2", cell(own): "5"}
    page = client.post(url, opened(client, url) | forged)
    assert page.status_code == 409
    assert "1 line does not belong to this table" in told(page)
    assert sister.enterprise.name not in page.content.decode()
    assert (employees(own), employees(sister)) == (5, 4)


def test_forged_names_change_nothing(client, staff, park, url):
    filing = make_draft(park, employees=3)
    key = filing.enterprise_id
    names = ["state", "park", "version", "approved", "year", "pk", "comment", "_state", "Employees"]
    forged = {f"{name}-{key}": "9" for name in names}
    forged |= {f"employees-{'9' * 30}": "1", "employees-": "1", "employees-1-1": "1", "state": "x"}
    assert client.post(url, opened(client, url) | forged).status_code == 302
    filing.refresh_from_db()
    assert (filing.state, filing.park, filing.version) == (State.DRAFT, park, 1)


def test_last_year_of_another_park_is_not_shown(client, staff, park, url):
    filing = make_draft(park)
    make_return(filing.enterprise, 2013, park=make_park(), employees=98765)
    assert "98,765" not in client.get(url).content.decode()


# Many at once


def test_ready_returns_are_submitted_and_the_others_named(client, staff, park, url):
    ready, wrong = make_draft(park, employees=40), make_draft(park, rd_personnel=3, rd_fte=5)
    begun = make_draft(park, state=State.NOT_STARTED)
    page = client.post(url, opened(client, url) | {"do": "submit"})
    assert page.status_code == 200
    states = [Return.objects.get(pk=one.pk).state for one in (ready, wrong, begun)]
    assert states == [State.SUBMITTED, State.DRAFT, State.NOT_STARTED]
    assert "1 return submitted." in told(page)
    [(row, _url, reasons)] = page.context["still_open"]
    assert row.enterprise == wrong.enterprise_id
    assert "full-time equivalent" in " ".join(reasons)


@pytest.mark.parametrize("action", ["submit", "approve"])
def test_doing_nothing_is_no_success(client, park, url, action):
    client.force_login(make_user(roles.MANAGER, zone=park.home_zone))
    make_draft(park, state=State.NOT_STARTED)
    page = client.post(url, opened(client, url) | {"do": action}, follow=True)
    [message] = page.context["messages"]
    assert message.level_tag == "warning" and "No return on this page" in str(message)


def test_unusual_figures_are_named_and_lead_to_where_a_reason_is_given(client, staff, park, url):
    asked = make_draft(park, rd_personnel=3)
    page = client.post(url, opened(client, url) | {"do": "submit"})
    assert Return.objects.get(pk=asked.pk).state == State.DRAFT
    [(_row, form, [reason])] = page.context["still_open"]
    assert reason.startswith("R&D expenditure: 3 R&D personnel are reported")
    assert "Open each one and give the reason there." in page.content.decode()
    summary = client.get(form).content.decode().split('id="asked-title"')[1].split("</ul>")[0]
    assert "Please confirm: R&amp;D expenditure: 3 R&amp;D" in summary


def test_what_was_sent_back_is_not_submitted_with_the_others(client, staff, park, url):
    ready = make_draft(park, employees=40)
    returned = make_draft(park, employees=50, state=State.RETURNED)
    page = client.post(url, opened(client, url) | {"do": "submit"})
    states = [Return.objects.get(pk=one.pk).state for one in (ready, returned)]
    assert states == [State.SUBMITTED, State.RETURNED]
    [(row, form, [reason])] = page.context["still_open"]
    assert row.enterprise == returned.enterprise_id
    assert form == reverse("entry-form", args=[returned.pk])
    assert reason.startswith("Sent back with a comment")


def test_what_is_typed_is_stored_before_it_is_submitted(client, staff, park, url):
    filing = make_draft(park, employees=40)
    answer = client.post(url, opened(client, url) | {cell(filing): "41", "do": "submit"})
    assert answer.status_code == 302
    assert Return.objects.get(pk=filing.pk).state == State.SUBMITTED
    assert employees(filing) == 41
    assert Return.history.filter(id=filing.pk).latest().channel == "action"


def test_nothing_is_submitted_while_a_line_is_refused(client, staff, park, url):
    filing = make_draft(park, employees=40)
    page = client.post(url, opened(client, url) | {cell(filing): "many", "do": "submit"})
    assert "First settle what could not be saved." in told(page)
    assert Return.objects.get(pk=filing.pk).state == State.DRAFT


def test_a_manager_approves_what_was_submitted_as_it_was_seen(client, park, url, colleague):
    client.force_login(make_user(roles.MANAGER, zone=park.home_zone))
    seen, changed = (make_draft(park, employees=4, state=State.SUBMITTED) for _ in range(2))
    values = opened(client, url)
    enter(changed, colleague, employees=5)
    workflow.submit(
        changed, by=colleague, at=make_year(park.home_zone, 2000, closed=True).closed_at
    )
    page = client.post(url, values | {"do": "approve"})
    states = [Return.objects.get(pk=one.pk).state for one in (seen, changed)]
    assert states == [State.APPROVED, State.SUBMITTED]
    assert YearlyFigures.objects.get(filing=seen).approved
    assert page.context["still_open"][0][0].enterprise == changed.enterprise_id


def test_who_approves_a_page_is_told_of_explained_figures(client, park, url, colleague):
    client.force_login(make_user(roles.MANAGER, zone=park.home_zone))
    make_draft(park, employees=4, state=State.SUBMITTED)
    asked, at = make_draft(park, rd_personnel=3), timezone.now()
    reasons = {"rd_personnel-without-rd_expenditure": "Paid by the parent company."}
    workflow.submit(asked, by=colleague, at=at, reasons=reasons)
    page = client.post(url, opened(client, url) | {"do": "approve"}, follow=True)
    words = "2 returns approved. 1 of them holds unusual figures with a reason."
    assert words in told(page)


def test_staff_do_not_approve(client, staff, park, url):
    filing = make_draft(park, employees=4, state=State.SUBMITTED)
    assert 'value="approve"' not in client.get(url).content.decode()
    client.post(url, opened(client, url) | {"do": "approve"})
    assert Return.objects.get(pk=filing.pk).state == State.SUBMITTED


# With the script


def test_the_script_is_told_where_to_go_on(client, staff, park, url):
    filing = make_draft(park, employees=3)
    values = opened(client, url) | {cell(filing): "5"}
    answer = client.post(url, values, headers={"X-Entry": "1"})
    assert (answer.status_code, answer.headers["X-Entry-To"]) == (204, url)
    assert "1 figure saved." in told(client.get(url))


def test_the_script_is_told_of_a_stale_token_and_people_are_led_back(park, url):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(roles.STAFF, park=park))
    answer = client.post(f"{url}?figures=all", {"csrfmiddlewaretoken": "x"})
    assert answer.status_code == 403
    assert answer.headers["X-Csrf-Failure"] == "1"
    assert f'href="{url}?figures=all"' in answer.content.decode()


def test_the_table_takes_the_same_queries_for_many_lines(client, staff, park, url):
    def queries():
        with CaptureQueries(connection) as found:
            client.get(url)
        return len(found)

    make_draft(park, employees=3)
    queries()
    few = queries()
    for _number in range(20):
        make_return(make_draft(park, employees=3).enterprise, 2013, park=park, employees=2)
        make_enterprise(park)
    assert queries() == few <= 20
