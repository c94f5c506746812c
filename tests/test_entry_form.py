"""The form of one return: entering, submitting, deciding, and two people at once."""

import re
from datetime import UTC, date, datetime
from itertools import groupby

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enterprises.models import Explanation, Return, State, YearlyFigures
from patents.models import PatentCounts
from tests.admin_forms import fields_of, opened, post_change, unnamed_inputs
from tests.factories import (
    make_center,
    make_enterprise,
    make_park,
    make_patent,
    make_project,
    make_return,
    make_title,
    make_user,
    make_year,
)
from zonetrack import entering, workflow
from zonetrack.access import roles
from zonetrack.access.grants import grant
from zonetrack.lists.returned import GROUPS, MEASURES

pytestmark = pytest.mark.django_db

NOW = datetime(2015, 2, 3, 10, tzinfo=UTC)


@pytest.fixture
def staff(client, park):
    user = make_user(roles.STAFF, park=park, first_name="Own", email="own@example.org")
    client.force_login(user)
    return user


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


def test_the_figures_below_one_heading_stand_together():
    assert [key for key, _figures in groupby(one.group for one in MEASURES)] == list(GROUPS)


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
    assert "Paid by the parent company." in text_of(client.get(filing.get_absolute_url()))


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


# Beginning a return


def begin_url(enterprise, year=2014):
    return reverse("entry-begin", args=[enterprise.pk, year])


def test_looking_makes_no_return_and_saving_makes_one(client, staff, park):
    enterprise = make_enterprise(park)
    values = opened(client, begin_url(enterprise))
    assert values["opened"] == "0"
    assert not Return.objects.exists()
    assert client.post(begin_url(enterprise), values).status_code == 409
    assert not Return.objects.exists()
    page = client.post(begin_url(enterprise), values | {"employees": "7"})
    filing = Return.objects.get()
    assert page.url == url_of(filing)
    assert (filing.park, filing.year, filing.state) == (park, 2014, State.DRAFT)
    assert figures_of(filing).employees == 7
    assert client.get(begin_url(enterprise)).url == url_of(filing)


def test_a_prepared_return_is_filled_from_a_form_opened_before(client, staff, park):
    enterprise = make_enterprise(park)
    values = opened(client, begin_url(enterprise))
    filing = make_return(enterprise, 2014, state=State.NOT_STARTED)
    assert client.post(begin_url(enterprise), values | {"employees": "7"}).status_code == 302
    assert figures_of(filing).employees == 7


@pytest.mark.parametrize("year", [1948, 1, 9999, 10**20, 2199])
def test_years_that_nobody_reports_are_not_found(client, staff, park, year):
    address = begin_url(make_enterprise(park)).replace("2014", str(year))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("number", ["0", "9" * 19, "9" * 40])
def test_numbers_of_nothing_are_not_found(client, staff, number):
    for address in (f"return/{number}/", f"enterprise/{number}/2014/"):
        assert client.get(f"/admin/yearly/{address}").status_code == 404
        assert client.post(f"/admin/yearly/{address}", {"opened": "1"}).status_code == 404


def test_who_does_not_report_has_no_form(client, staff, park):
    silent = make_enterprise(park, reports=False)
    late = make_enterprise(park, from_year=2015)
    for enterprise in (silent, late):
        assert client.get(begin_url(enterprise)).status_code == 404


# Who and when


def test_another_scope_has_no_form(client, staff):
    elsewhere = make_draft(make_park(), employees=1)
    for url in (url_of(elsewhere), begin_url(elsewhere.enterprise)):
        assert client.get(url).status_code == 404
        assert client.post(url, {"opened": "2", "employees": "9"}).status_code == 404
    assert figures_of(elsewhere).employees == 1


def test_who_only_sees_a_park_does_not_enter_there(client, staff, park):
    seen = make_park(park.home_zone)
    grant(staff, roles.READER, park=seen)
    filing = make_draft(seen, employees=1)
    assert client.get(url_of(filing)).status_code == 403
    assert client.post(url_of(filing), {"opened": "2", "employees": "9"}).status_code == 403


@pytest.mark.parametrize("role", [roles.READER, roles.OFFICER])
def test_readers_and_officers_have_no_form(client, park, role):
    filing = make_draft(park, employees=1)
    client.force_login(make_user(role, zone=park.home_zone))
    assert client.get(url_of(filing), follow=True).status_code == 403


def test_nobody_enters_without_signing_in(client, park):
    page = client.get(url_of(make_draft(park)))
    assert page.status_code == 302 and "sign-in" in page.url


def test_a_closed_year_is_shown_and_takes_nothing(client, staff, park):
    filing = make_draft(park, employees=40)
    values = opened(client, url_of(filing))
    make_year(park.home_zone, 2014, closed=True)
    page = client.get(url_of(filing))
    assert "2014 is closed" in text_of(page)
    assert "employees" not in fields_of(page) and "40" in text_of(page)
    for step in ("save", "submit"):
        page = client.post(url_of(filing), values | {"employees": "41", "do": step})
        assert page.status_code == 409 and "2014 is closed" in text_of(page)
    new = make_enterprise(park)
    page = client.post(begin_url(new), {"opened": "0", "employees": "41"})
    assert page.status_code == 409
    assert figures_of(filing).employees == 40
    assert Return.objects.count() == 1


def test_an_approved_return_is_shown_and_takes_nothing(client, staff, park):
    filing = make_draft(park, employees=40)
    values = opened(client, url_of(filing))
    workflow.submit(filing, by=staff, at=NOW)
    workflow.approve(filing, by=None)
    assert "employees" not in fields_of(client.get(url_of(filing)))
    page = client.post(url_of(filing), values | {"employees": "41"})
    assert page.status_code == 409
    assert "is approved" in text_of(page) and "41" in text_of(page)
    assert figures_of(filing).employees == 40


def test_records_of_the_registers_stand_beside_the_figures(client, staff, park):
    filing = make_draft(park, filed=5)
    enterprise = filing.enterprise
    make_patent(park, holder=enterprise, filed_year=2014)
    make_patent(park, holder=enterprise, filed_year=2012, granted_year=2014)
    make_center(park, host=enterprise, recognized=2013)
    make_title(park, enterprise=enterprise, awarded_year=2014)
    make_project(park, enterprise=enterprise, begun_year=2013)
    page = client.get(url_of(filing))
    found = {str(label): cell for label, cell in page.context["sheet"].records}
    texts = {label: cell.text for label, cell in found.items()}
    assert texts == {
        "Patents filed": "1",
        "Patents granted": "1",
        "Patents in force": "1",
        "R&D bodies at the end of the year": "1",
        "Titles at the end of the year": "1",
        "Projects in the year": "1",
    }
    for cell in found.values():
        assert client.get(cell.url).status_code == 200
    assert "5 reported, but 1 in the register" in text_of(page)


def test_the_next_enterprise_that_still_has_to_report_is_one_step_away(client, staff, park):
    first, second, third = (make_enterprise(park, name_en=name) for name in ("A", "B", "C"))
    here = make_return(first, 2014, state=State.DRAFT, employees=1)
    make_return(second, 2014, state=State.APPROVED, employees=1)
    page = client.get(url_of(here))
    assert page.context["next_open"].url == begin_url(third)
    assert (page.context["approved"], page.context["expected"]) == (1, 3)


def test_the_form_takes_the_same_queries_however_many_report(client, staff, park):
    filing = make_draft(park, employees=1)
    client.get(url_of(filing))
    counts = []
    for n in (1, 12):
        for _number in range(n):
            make_draft(park, employees=5, filed=1)
        with CaptureQueriesContext(connection) as queries:
            client.get(url_of(filing))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40
