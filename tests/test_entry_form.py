"""The form of one return: entering, submitting, deciding, and two people at once."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from enterprises.models import Explanation, Return, State, YearlyFigures
from patents.models import PatentCounts
from tests.admin_forms import fields_of, opened, post_change, unnamed_inputs
from tests.factories import (
    make_enterprise,
    make_park,
    make_patent,
    make_return,
    make_user,
    make_year,
    make_zone,
)
from zonetrack import entering, workflow
from zonetrack.access import roles
from zonetrack.lists.returned import MEASURES

pytestmark = pytest.mark.django_db

NOW = datetime(2015, 2, 3, 10, tzinfo=UTC)


@pytest.fixture
def park():
    return make_park()


@pytest.fixture
def staff(client, park):
    user = make_user(roles.STAFF, park=park, first_name="Own", email="own@example.org")
    client.force_login(user)
    return user


@pytest.fixture
def colleague(park):
    return make_user(roles.STAFF, park=park, first_name="Li", last_name="Na")


def make_draft(park, **figures):
    state = figures.pop("state", State.DRAFT)
    return make_return(make_enterprise(park), 2014, state=state, **figures)


def url_of(filing):
    return reverse("entry-form", args=[filing.pk])


def figures_of(filing):
    return YearlyFigures.objects.get(filing=filing)


def text_of(page):
    return re.sub(r"\s+", " ", page.content.decode())


def test_the_form_shows_two_years_this_year_and_the_change(client, staff, park):
    enterprise = make_enterprise(park, name_en="Lithium Works")
    for year, employees in ((2012, 30), (2013, 40)):
        make_return(enterprise, year, employees=employees, filed=2)
    filing = make_return(enterprise, 2014, state=State.DRAFT, employees=44)
    page = client.get(url_of(filing))
    assert page.status_code == 200
    line = page.context["sheet"].lines["employees"]
    assert (line.earlier, line.text, line.change) == (["30", "40"], "44", "+4 (+10.0%)")
    assert page.context["sheet"].lines["filed"].earlier == ["2", "2"]
    assert set(fields_of(page)) >= {measure.name for measure in MEASURES} | {"opened"}
    assert page.context["sheet"].due == date(2015, 3, 31)
    assert "Due on" in text_of(page)
    assert unnamed_inputs(page) == []
    assert not re.search(r"<script(?![^>]*\bsrc=)|<[^>]*\s(style|on\w+)=", page.content.decode())


def test_typed_figures_are_stored_as_people_write_them(client, staff, park):
    filing = make_draft(park, employees=40, filed=1)
    typed = {"employees": "１,２３４", "revenue": "1.2亿", "rd_government": "0", "filed": "—"}
    page = post_change(client, url_of(filing), **typed)
    assert (page.status_code, page.url) == (302, url_of(filing))
    stored = figures_of(filing)
    assert (stored.employees, stored.revenue, stored.rd_government) == (1234, 12_000, 0)
    assert stored.rd_expenditure is None
    assert PatentCounts.objects.get(filing=filing).filed is None
    assert "1.2亿 was stored as 12,000" in text_of(client.get(url_of(filing)))
    entry = YearlyFigures.history.filter(filing_id=filing.pk).latest("history_id")
    assert (entry.history_user, entry.channel) == (staff, "page")


def test_a_value_that_cannot_be_read_keeps_all_that_was_typed_and_stores_nothing(
    client, staff, park
):
    filing = make_draft(park, employees=40)
    typed = {"employees": "41", "revenue": "about 300", "rd_fte": "1.234", "rd_personnel": "-1"}
    page = post_change(client, url_of(filing), **typed)
    assert page.status_code == 422
    assert fields_of(page).items() >= typed.items()
    errors = {name for name, line in page.context["sheet"].lines.items() if line.error}
    assert errors == {"revenue", "rd_fte", "rd_personnel"}
    assert 'id="error-revenue"' in page.content.decode()
    assert figures_of(filing).employees == 40


def test_a_figure_that_was_not_sent_stays(client, staff, park):
    filing = make_draft(park, employees=40, revenue=7)
    values = {"opened": opened(client, url_of(filing))["opened"], "employees": "41"}
    assert client.post(url_of(filing), values).status_code == 302
    assert (figures_of(filing).employees, figures_of(filing).revenue) == (41, 7)


# Submitting


def test_errors_block_submitting_but_not_saving(client, staff, park):
    filing = make_draft(park, rd_personnel=3)
    page = post_change(client, url_of(filing), rd_fte="5", do="submit")
    assert page.status_code == 302
    filing.refresh_from_db()
    assert (filing.state, figures_of(filing).rd_fte) == (State.DRAFT, 5)
    page = client.get(url_of(filing))
    assert "Saved, but not submitted." in text_of(page)
    assert 'href="#id_rd_fte"' in page.content.decode()
    line = page.context["sheet"].lines["rd_fte"]
    assert line.is_bad and "Must fix" in text_of(page)


def test_an_unusual_figure_needs_a_reason_that_the_reviewer_reads(client, staff, park):
    filing = make_draft(park, rd_personnel=3)
    key = "why-rd_personnel-without-rd_expenditure"
    assert key in opened(client, url_of(filing))
    post_change(client, url_of(filing), do="submit")
    filing.refresh_from_db()
    assert filing.state == State.DRAFT
    post_change(client, url_of(filing), **{key: "Paid by the parent company.", "do": "submit"})
    filing.refresh_from_db()
    assert (filing.state, filing.submitted_by) == (State.SUBMITTED, staff)
    client.force_login(make_user(roles.MANAGER, zone=park.home_zone))
    assert "Paid by the parent company." in text_of(client.get(url_of(filing)))


def test_a_reason_typed_for_a_draft_is_kept(client, staff, park):
    filing = make_draft(park, rd_personnel=3)
    key = "why-rd_personnel-without-rd_expenditure"
    post_change(client, url_of(filing), **{key: "Paid by\0 the parent."})
    assert Explanation.objects.get().reason == "Paid by the parent."
    assert opened(client, url_of(filing))[key] == "Paid by the parent."


def test_nothing_is_submitted_that_the_sender_has_not_seen(client, staff, park, colleague):
    filing = make_draft(park, employees=40)
    values = opened(client, url_of(filing))
    entering.enter([entering.Entry(filing, {"filed": 9})], by=colleague)
    page = client.post(
        url_of(filing), {"opened": values["opened"], "employees": "40", "do": "submit"}
    )
    assert page.status_code == 409
    filing.refresh_from_db()
    assert filing.state == State.DRAFT


def test_saving_a_change_takes_a_submitted_return_back(client, staff, park):
    filing = make_draft(park, employees=40, state=State.SUBMITTED)
    post_change(client, url_of(filing), do="save")
    filing.refresh_from_db()
    assert filing.state == State.SUBMITTED
    post_change(client, url_of(filing), employees="41", do="save")
    filing.refresh_from_db()
    assert filing.state == State.DRAFT
