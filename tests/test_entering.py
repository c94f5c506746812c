"""Entering figures of returns, and how a return goes from draft to approved."""

from datetime import UTC, datetime

import pytest

from enterprises.models import Explanation, Return, State, YearlyFigures
from patents.models import PatentCounts
from tests.factories import make_enterprise, make_park, make_return, make_user, make_year
from zonetrack import entering, workflow, writing
from zonetrack.channels import Channel, through
from zonetrack.entering import Entry
from zonetrack.years.closing import ClosedYear

pytestmark = pytest.mark.django_db

NOW = datetime(2015, 2, 3, 10, tzinfo=UTC)


def make_draft(**figures):
    return make_return(year=2014, state=figures.pop("state", State.DRAFT), **figures)


def enter(filing, by=None, opened=None, **figures):
    return entering.enter([Entry(filing, figures, opened)], by=by)


def number_of(filing):
    return entering.locked([filing.pk]).opened(filing.pk)


def test_entered_figures_are_stored_with_one_entry_of_history_each():
    user, filing = make_user(), make_draft(state=State.NOT_STARTED, employees=40)
    with through(Channel.GRID):
        assert enter(filing, user, employees=44, filed=3) == []
    filing = Return.objects.get(pk=filing.pk)
    assert (filing.figures.employees, filing.patents.filed, filing.state) == (44, 3, State.DRAFT)
    _made, entry = YearlyFigures.history.filter(filing_id=filing.pk).order_by("history_id")
    assert (entry.history_user, entry.channel, entry.history_type) == (user, "grid", "~")
    [entry] = PatentCounts.history.filter(filing_id=filing.pk)
    assert (entry.history_type, entry.filed, entry.granted) == ("+", 3, None)


def test_the_same_figures_again_change_nothing_even_from_an_outdated_form():
    filing = make_draft(employees=40)
    opened = number_of(filing)
    assert enter(filing, opened=opened, employees=41) == []
    assert enter(filing, opened=opened, employees=41) == []
    assert YearlyFigures.history.filter(filing_id=filing.pk, history_type="~").count() == 1


def test_an_outdated_form_is_refused_and_the_other_entries_are_stored():
    stale, other = make_draft(employees=40), make_draft(employees=7)
    opened = number_of(stale)
    enter(stale, employees=41)
    entries = [Entry(stale, {"revenue": 5}, opened), Entry(other, {"revenue": 6})]
    [refused] = entering.enter(entries, by=None)
    assert refused.entry.filing == stale
    assert isinstance(refused.why, writing.Conflict)
    assert YearlyFigures.objects.get(filing=other).revenue == 6
    assert YearlyFigures.objects.get(filing=stale).revenue is None


def test_a_new_return_is_made_with_its_parts():
    enterprise = make_enterprise()
    filing = Return(enterprise=enterprise, park=enterprise.locations.get().park, year=2014)
    assert enter(filing, employees=3, in_force=2) == []
    stored = Return.objects.get(enterprise=enterprise, year=2014)
    assert (stored.state, stored.figures.employees, stored.patents.in_force) == ("draft", 3, 2)
    assert not stored.figures.approved


@pytest.mark.parametrize("state", [State.APPROVED])
def test_approved_figures_are_not_entered_over(state):
    filing = make_draft(state=state, employees=40)
    [refused] = enter(filing, employees=41)
    assert isinstance(refused.why, entering.Approved)


def test_figures_of_a_closed_year_are_refused():
    park = make_park()
    make_year(park.home_zone, 2014, closed_at=NOW)
    filing = make_return(park=park, year=2014, state=State.DRAFT, employees=1)
    [refused] = enter(filing, employees=2)
    assert isinstance(refused.why, ClosedYear)


def test_entering_takes_back_a_submitted_return_and_keeps_a_returned_one():
    for before, after in [(State.SUBMITTED, State.DRAFT), (State.RETURNED, State.RETURNED)]:
        filing = make_draft(state=before, employees=40)
        enter(filing, employees=41)
        filing.refresh_from_db()
        assert filing.state == after


def test_a_return_is_submitted_and_approved():
    user, filing = make_user(), make_draft(employees=40)
    workflow.submit(filing, by=user, at=NOW)
    filing.refresh_from_db()
    assert (filing.state, filing.submitted_by) == (State.SUBMITTED, user)
    assert not YearlyFigures.objects.get(filing=filing).approved
    workflow.approve(filing, by=user)
    assert YearlyFigures.objects.get(filing=filing).approved


def test_errors_stop_a_submit_and_not_a_save():
    filing = make_draft(rd_personnel=3)
    assert enter(filing, rd_fte=5) == []
    with pytest.raises(workflow.Open) as refused:
        workflow.submit(filing, by=None, at=NOW)
    assert "rd_fte-above-rd_personnel" in [one.check.key for one in refused.value.findings]


def test_an_unusual_figure_asks_for_a_reason_that_ends_with_the_figure():
    filing = make_draft(rd_personnel=3)
    key = "rd_personnel-without-rd_expenditure"
    with pytest.raises(workflow.Open):
        workflow.submit(filing, by=None, at=NOW, reasons={key: "  "})
    workflow.submit(filing, by=None, at=NOW, reasons={key: "Paid by the parent company."})
    assert Explanation.objects.get(filing=filing).reason == "Paid by the parent company."
    enter(filing, rd_personnel=4)
    with pytest.raises(workflow.Open):
        workflow.submit(filing, by=None, at=NOW)


def test_a_reason_ends_with_a_figure_its_sentence_does_not_name():
    figures = {"revenue": 2_000, "rd_expenditure": 300}
    filing = make_draft(**{name: value * 10 for name, value in figures.items()})
    make_return(filing.enterprise, filing.year - 1, park=filing.park, **figures)
    enter(filing, rd_personnel=3)
    reasons = {"money-times": "A large order."}
    workflow.submit(filing, by=None, at=NOW, reasons=reasons)
    enter(filing, revenue=20_400)
    with pytest.raises(workflow.Open) as refused:
        workflow.submit(filing, by=None, at=NOW)
    assert [one.check.key for one in refused.value.findings] == ["money-times"]


def test_a_zone_without_a_reviewer_approves_on_submit():
    filing = make_draft(employees=40)
    zone = filing.park.home_zone
    zone.approves_on_submit = True
    zone.save()
    workflow.submit(filing, by=None, at=NOW)
    assert YearlyFigures.objects.get(filing=filing).approved


def test_a_return_is_sent_back_with_a_comment():
    filing = make_draft(employees=40, state=State.APPROVED)
    with pytest.raises(workflow.NotNow):
        workflow.send_back(filing, by=None, comment=" ")
    workflow.send_back(filing, by=None, comment="Employees of which day?")
    filing.refresh_from_db()
    assert (filing.state, filing.comment) == (State.RETURNED, "Employees of which day?")
    assert not YearlyFigures.objects.get(filing=filing).approved


def test_an_empty_return_and_a_wrong_state_are_refused():
    with pytest.raises(workflow.NotNow):
        workflow.submit(make_draft(), by=None, at=NOW)
    with pytest.raises(workflow.NotNow):
        workflow.approve(make_draft(employees=1), by=None)
    with pytest.raises(workflow.NotNow):
        workflow.send_back(make_draft(employees=1), by=None, comment="Why?")
