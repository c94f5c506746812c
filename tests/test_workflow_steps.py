"""Who takes which step with a return: in its form and in bulk; who is told; what counts then."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from enterprises.models import Explanation, Return, State, YearlyFigures
from tests.admin_forms import change_url, list_url, opened, post_change
from tests.factories import (
    make_enterprise,
    make_park,
    make_return,
    make_user,
    make_year,
    make_zone,
)
from zonetrack import entering, workflow
from zonetrack.access import roles
from zonetrack.access.grants import grant
from zonetrack.checking import Check, Finding, Level
from zonetrack.entering import Entry
from zonetrack.sums import checking

pytestmark = pytest.mark.django_db

NOW = datetime(2015, 2, 3, 10, tzinfo=UTC)


@pytest.fixture
def park():
    return make_park()


@pytest.fixture
def staff(park):
    return make_user(roles.STAFF, park=park, first_name="Own", email="own@example.org")


@pytest.fixture
def manager(park):
    return make_user(roles.MANAGER, zone=park.home_zone, first_name="Chief")


def make_state(park, state, **figures):
    figures = figures or {"employees": 40}
    return make_return(make_enterprise(park), 2014, state=state, **figures)


def url_of(filing):
    return reverse("entry-form", args=[filing.pk])


def state_of(filing):
    return Return.objects.get(pk=filing.pk).state


def text_of(page):
    return " ".join(page.content.decode().split())


# One by one


def test_a_reviewer_approves_and_the_figures_count(client, park, manager):
    filing = make_state(park, State.SUBMITTED)
    client.force_login(manager)
    page = post_change(client, url_of(filing), do="approve")
    assert (page.status_code, state_of(filing)) == (302, State.APPROVED)
    assert YearlyFigures.objects.get(filing=filing).approved
    entry = Return.history.filter(id=filing.pk).latest("history_id")
    assert (entry.history_user, entry.state) == (manager, State.APPROVED)


def test_a_reviewer_sends_back_with_a_comment(client, park, manager, staff):
    filing = make_state(park, State.SUBMITTED)
    client.force_login(manager)
    page = post_change(client, url_of(filing), do="send_back", comment=" ")
    assert page.status_code == 409
    assert '<a href="#id_comment">Say what is to be mended.</a>' in text_of(page)
    assert 'aria-describedby="error-comment"' in text_of(page)
    post_change(client, url_of(filing), do="send_back", comment="Employees of which day?")
    assert state_of(filing) == State.RETURNED
    client.force_login(staff)
    assert "Employees of which day?" in text_of(client.get(url_of(filing)))
    post_change(client, url_of(filing), employees="41", do="submit")
    filing = Return.objects.get()
    assert (filing.state, filing.comment, filing.submitted_by) == (State.SUBMITTED, "", staff)
    client.force_login(manager)
    asked = "Asked before: </strong>Employees of which day?"
    assert asked in text_of(client.get(url_of(filing)))
    post_change(client, url_of(filing), do="approve")
    assert asked not in text_of(client.get(url_of(filing)))


STEPS = [("approve", State.SUBMITTED), ("send_back", State.SUBMITTED), ("send_back", "approved")]


@pytest.mark.parametrize(("step", "state"), STEPS)
def test_data_entry_decides_nothing(client, park, staff, step, state):
    grant(staff, roles.MANAGER, zone=make_zone())
    filing = make_state(park, state)
    client.force_login(staff)
    values = opened(client, url_of(filing))
    assert "comment" not in values
    page = client.post(url_of(filing), values | {"do": step, "comment": "x"})
    assert page.status_code == 403
    assert state_of(filing) == state


@pytest.mark.parametrize("step", ["save", "submit", "approve", "send_back"])
@pytest.mark.parametrize("role", [None, roles.READER, roles.OFFICER, "elsewhere", "disabled"])
def test_others_take_no_step(client, park, step, role):
    filing = make_state(park, State.SUBMITTED)
    if role == "elsewhere":
        client.force_login(make_user(roles.MANAGER, zone=make_zone()))
    elif role:
        name = roles.MANAGER if role == "disabled" else role
        client.force_login(make_user(name, zone=park.home_zone, is_active=role != "disabled"))
    number = entering.opened_number(filing)
    values = {"opened": number, "employees": "9", "do": step, "comment": "x"}
    page = client.post(url_of(filing), values, follow=True)
    assert page.status_code in (200, 403, 404)
    if page.status_code == 200:
        assert page.request["PATH_INFO"] == reverse("sign-in")
    assert state_of(filing) == State.SUBMITTED
    assert YearlyFigures.objects.get().employees == 40


def test_a_managers_own_zone_without_a_reviewer_approves_on_submit(client, park, manager, staff):
    zone = park.home_zone
    client.force_login(manager)
    page = post_change(client, change_url(zone), approves_on_submit="on")
    assert page.status_code == 302
    filing = make_state(park, State.DRAFT)
    client.force_login(staff)
    post_change(client, url_of(filing), do="submit")
    assert state_of(filing) == State.APPROVED


def test_who_decides_has_seen_what_is_stored(client, park, manager, staff):
    filing = make_state(park, State.SUBMITTED)
    client.force_login(manager)
    values = opened(client, url_of(filing)) | {"do": "approve"}
    entering.enter([Entry(filing, {"employees": 41})], by=staff)
    workflow.submit(filing, by=staff, at=NOW)
    page = client.post(url_of(filing), values)
    assert page.status_code == 409
    assert state_of(filing) == State.SUBMITTED


def test_who_decides_leaves_no_typed_figure_behind(client, park, manager):
    filing = make_state(park, State.SUBMITTED)
    client.force_login(manager)
    for typed in ({"employees": "41"}, {"employees": "what"}):
        page = post_change(client, url_of(filing), do="approve", **typed)
        assert page.status_code == 409 and "You have typed figures." in text_of(page)
    assert state_of(filing) == State.SUBMITTED


@pytest.mark.parametrize("number", ["", "abc", "9" * 400, "\0", "1"])
@pytest.mark.parametrize("step", ["approve", "send_back"])
def test_a_decision_without_the_number_of_what_was_seen_is_refused(
    client, park, manager, number, step
):
    filing = make_state(park, State.SUBMITTED)
    client.force_login(manager)
    values = {"opened": number, "do": step, "comment": "x"}
    assert client.post(url_of(filing), values).status_code == 409
    assert state_of(filing) == State.SUBMITTED


@pytest.mark.parametrize("step", ["approve", "send_back"])
def test_a_decision_sent_twice_is_one(client, park, manager, step):
    filing = make_state(park, State.SUBMITTED)
    client.force_login(manager)
    values = opened(client, url_of(filing)) | {"do": step, "comment": "Mend it."}
    for _time in range(3):
        assert client.post(url_of(filing), values).status_code == 302
    assert Return.history.filter(id=filing.pk).count() == 2


def test_figures_that_contradict_each_other_are_not_approved(client, park, manager):
    filing = make_state(park, State.SUBMITTED, rd_expenditure=5, rd_government=9)
    client.force_login(manager)
    page = post_change(client, url_of(filing), do="approve")
    assert page.status_code == 409 and "government part" in text_of(page)
    assert state_of(filing) == State.SUBMITTED


@pytest.mark.parametrize(("step", "state"), STEPS)
def test_a_closed_year_takes_no_decision(client, park, manager, step, state):
    filing = make_state(park, state)
    client.force_login(manager)
    values = opened(client, url_of(filing)) | {"do": step, "comment": "x"}
    make_year(park.home_zone, 2014, closed=True)
    page = client.post(url_of(filing), values)
    assert page.status_code == 409 and "2014 is closed" in text_of(page)
    assert state_of(filing) == state
    assert "comment" not in opened(client, url_of(filing))


def test_a_reason_ends_with_any_of_the_figures_it_was_said_of():
    names = [f"figure_{number}" for number in range(40)]
    slips = Check("slips", Level.WARNING, tuple(names), "", lambda facts: None)
    told = Finding(slips, tuple(names), {}, dict.fromkeys(names, 1200))
    last = replace(told, figures=told.figures | {names[-1]: 1300})
    assert workflow.values_of(told) == workflow.values_of(replace(told))
    assert workflow.values_of(told) != workflow.values_of(last)
    Explanation(check_key="slips", values=workflow.values_of(told)).clean_fields(
        ["filing", "reason"]
    )


# In bulk


def run(client, action, returns, **more):
    values = {"action": action, "_selected_action": [each.pk for each in returns]} | more
    return client.post(list_url(Return), values, follow=True)


def test_selected_returns_are_submitted_and_the_others_told(client, park, staff):
    good, empty = make_state(park, State.DRAFT), make_return(park=park, state=State.NOT_STARTED)
    wrong = make_state(park, State.DRAFT, rd_personnel=3, rd_fte=5)
    approved = make_state(park, State.APPROVED)
    client.force_login(staff)
    text = text_of(run(client, "submit_returns", [good, empty, wrong, approved]))
    states = [state_of(each) for each in (good, empty, wrong, approved)]
    assert states == [State.SUBMITTED, State.NOT_STARTED, State.DRAFT, State.APPROVED]
    assert "1 return submitted." in text and "3 returns were left as they are." in text
    assert "Nothing has been entered yet." in text and url_of(wrong) in text
    entry = Return.history.filter(id=good.pk).latest("history_id")
    assert (entry.history_user, entry.channel) == (staff, "action")


def test_selected_returns_are_approved(client, park, manager):
    waiting = [make_state(park, State.SUBMITTED) for _number in range(3)]
    draft = make_state(park, State.DRAFT)
    client.force_login(manager)
    text = text_of(run(client, "approve_returns", [*waiting, draft]))
    assert "3 returns approved." in text and "1 return was left as it is." in text
    assert {state_of(each) for each in waiting} == {State.APPROVED}
    assert state_of(draft) == State.DRAFT


def test_thirty_returns_are_approved_at_far_less_than_thirty_times_the_cost_of_one(
    client, park, manager
):
    """The yearly sums of their park and zone are counted once for them all."""
    alone, *many = [make_state(park, State.SUBMITTED, revenue=5) for _number in range(31)]
    call_command("check_sums", repair=True, verbosity=0)
    client.force_login(manager)
    with CaptureQueriesContext(connection) as one:
        run(client, "approve_returns", [alone])
    with CaptureQueriesContext(connection) as thirty:
        run(client, "approve_returns", many)
    assert {state_of(each) for each in many} == {State.APPROVED}
    assert stores_of_sums(thirty) == stores_of_sums(one) > 0
    assert len(thirty) < 12 * len(one), (len(one), len(thirty))
    assert checking.check(localdate()).wrong == []


def stores_of_sums(captured) -> int:
    return sum('INSERT INTO "sums_' in query["sql"] for query in captured)


def test_one_that_is_refused_takes_back_none_of_the_others(client, park, manager):
    returns = [make_state(park, State.SUBMITTED) for _number in range(3)]
    wrong = make_state(park, State.SUBMITTED, rd_personnel=3, rd_fte=5)
    call_command("check_sums", repair=True, verbosity=0)
    client.force_login(manager)
    text = text_of(run(client, "approve_returns", [returns[0], wrong, *returns[1:]]))
    assert "3 returns approved." in text and "1 return was left as it is." in text
    assert [state_of(each) for each in returns] == [State.APPROVED] * 3
    assert state_of(wrong) == State.SUBMITTED
    assert checking.check(localdate()).wrong == []


def test_selected_returns_are_sent_back_with_one_comment(client, park, manager):
    waiting = [make_state(park, State.SUBMITTED), make_state(park, State.APPROVED)]
    client.force_login(manager)
    page = run(client, "send_back_returns", waiting)
    assert 'name="comment"' in page.content.decode()
    assert state_of(waiting[0]) == State.SUBMITTED
    page = run(client, "send_back_returns", waiting, comment=" ")
    assert "Say what is to be mended." in text_of(page)
    assert "2 returns sent back." in text_of(
        run(client, "send_back_returns", waiting, comment="Which day?")
    )
    assert {(each.state, each.comment) for each in Return.objects.all()} == {
        (State.RETURNED, "Which day?")
    }


def test_actions_reach_only_what_the_role_holds(client, park, staff, manager):
    sister, foreign = make_park(park.home_zone), make_park()
    returns = [make_state(place, State.SUBMITTED) for place in (park, sister, foreign)]
    grant(staff, roles.READER, zone=park.home_zone)
    client.force_login(staff)
    for action in ("approve_returns", "send_back_returns"):
        run(client, action, returns, comment="x")
    assert {state_of(each) for each in returns} == {State.SUBMITTED}
    drafts = [make_state(place, State.DRAFT) for place in (park, sister, foreign)]
    run(client, "submit_returns", drafts)
    assert [state_of(each) for each in drafts] == [State.SUBMITTED, State.DRAFT, State.DRAFT]
    client.force_login(manager)
    run(client, "approve_returns", returns)
    assert [state_of(each) for each in returns] == [
        State.APPROVED,
        State.APPROVED,
        State.SUBMITTED,
    ]


def test_who_decides_in_one_park_only_enters_in_another(client, park, staff):
    other = make_park(park.home_zone)
    grant(staff, roles.MANAGER, park=other)
    returns = [make_state(place, State.SUBMITTED) for place in (park, other)]
    client.force_login(staff)
    text = text_of(run(client, "approve_returns", returns))
    assert [state_of(each) for each in returns] == [State.SUBMITTED, State.APPROVED]
    assert "Your role does not include this in the park." in text


def test_actions_stop_at_a_closed_year(client, park, manager):
    returns = [make_state(park, State.SUBMITTED), make_state(park, State.DRAFT)]
    make_year(park.home_zone, 2014, closed=True)
    client.force_login(manager)
    for action in ("submit_returns", "approve_returns", "send_back_returns"):
        assert "2014 is closed" in text_of(run(client, action, returns, comment="x"))
    assert [state_of(each) for each in returns] == [State.SUBMITTED, State.DRAFT]


# Who is told


def sent_back(filing, by, capture, comment="Employees of which day?"):
    with capture(execute=True):
        workflow.send_back(Return.objects.get(pk=filing.pk), by=by, comment=comment)
    return [(message.to, message.subject, message.body) for message in mail.outbox]


def test_the_author_is_mailed_in_both_languages(
    park, staff, manager, django_capture_on_commit_callbacks
):
    filing = make_state(park, State.DRAFT)
    workflow.submit(filing, by=staff, at=NOW)
    [(to, subject, body)] = sent_back(filing, manager, django_capture_on_commit_callbacks)
    assert to == ["own@example.org"]
    assert filing.enterprise.name_en in subject and "2014" in subject
    assert body.count("Employees of which day?") == 2
    assert filing.enterprise.name_zh in body
    assert f"http://localhost{url_of(filing)}" in body


def test_without_a_submit_who_entered_last_is_mailed(
    park, staff, manager, django_capture_on_commit_callbacks
):
    filing = make_state(park, State.NOT_STARTED)
    first = make_user(roles.STAFF, park=park, email="first@example.org")
    entering.enter([Entry(filing, {"employees": 41})], by=first)
    entering.enter([Entry(filing, {"filed": 3})], by=staff)
    Return.objects.update(state=State.SUBMITTED)
    workflow.approve(filing, by=manager)
    found = sent_back(filing, manager, django_capture_on_commit_callbacks)
    assert [to for to, *_rest in found] == [["own@example.org"]]


@pytest.mark.parametrize("why", ["disabled", "no address", "no role any more", "own"])
def test_nobody_else_is_mailed(park, staff, manager, why, django_capture_on_commit_callbacks):
    filing = make_state(park, State.DRAFT)
    workflow.submit(filing, by=staff, at=NOW)
    if why == "disabled":
        staff.is_active = False
    if why == "no address":
        staff.email = ""
    staff.save()
    if why == "no role any more":
        staff.memberships.all().delete()
    by = staff if why == "own" else manager
    assert sent_back(filing, by, django_capture_on_commit_callbacks) == []


def test_a_mail_that_fails_stops_nothing(
    park, staff, manager, monkeypatch, django_capture_on_commit_callbacks
):
    def fail(*args, **options):
        raise OSError("no server")

    filing = make_state(park, State.DRAFT)
    workflow.submit(filing, by=staff, at=NOW)
    monkeypatch.setattr("zonetrack.notices.send_mail", fail)
    sent_back(filing, manager, django_capture_on_commit_callbacks)
    assert state_of(filing) == State.RETURNED
