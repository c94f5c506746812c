"""Two people at one return: nobody's figures disappear silently."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from enterprises.models import Return, State, YearlyFigures
from tests.admin_forms import fields_of, opened
from tests.factories import make_enterprise, make_park, make_return, make_user
from zonetrack import entering, workflow, writing
from zonetrack.access import roles
from zonetrack.entering import Entry
from zonetrack.returns import entry_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(park):
    return make_return(
        make_enterprise(park), 2014, state=State.DRAFT, employees=40, revenue=500, filed=2
    )


def url_of(filing):
    return reverse("entry-form", args=[filing.pk])


def enter(filing, by, **figures):
    assert entering.enter([Entry(filing, figures)], by=by) == []


def stored(filing, name="employees"):
    return getattr(YearlyFigures.objects.get(filing=filing), name)


def over(page):
    """The number that saves over what is stored now, as the page offers it."""
    return re.search(r'name="over" value="(\d+)"', page.content.decode())[1]


def test_the_later_save_of_an_outdated_form_is_shown_both(client, staff, colleague, filing):
    values = opened(client, url_of(filing))
    enter(filing, colleague, employees=41)
    page = client.post(url_of(filing), values | {"employees": "42"})
    assert page.status_code == 409
    text = page.content.decode()
    assert "Li Na saved this return at" in text
    [(measure, one)] = page.context["sheet"].differing
    assert (measure.name, one.old, one.theirs, one.yours) == ("employees", 40, 41, 42)
    assert fields_of(page)["employees"] == "42"
    assert 'data-was="41"' in text
    assert stored(filing) == 41


def test_a_form_that_another_user_sends_is_kept_and_not_stored(client, staff, colleague, filing):
    values = opened(client, url_of(filing)) | {"employees": "42", "do": "submit"}
    client.force_login(colleague)
    page = client.post(url_of(filing), values)
    assert page.status_code == 409
    assert "you are signed in as Li Na now. Nothing was saved." in page.content.decode()
    assert stored(filing) == 40 and Return.objects.get().state == State.DRAFT
    kept = fields_of(page)
    assert kept["employees"] == "42"
    assert client.post(url_of(filing), kept).status_code == 302
    assert stored(filing) == 42
    assert YearlyFigures.history.latest("history_id").history_user == colleague


@pytest.mark.parametrize("hindrance", ["another user", "unreadable"])
def test_what_comes_back_unsaved_does_not_pass_over_a_later_save(
    client, staff, colleague, filing, hindrance
):
    values = opened(client, url_of(filing))
    enter(filing, colleague, employees=41)
    if hindrance == "another user":
        client.force_login(make_user(roles.STAFF, park=filing.park))
    else:
        values |= {"revenue": "what"}
    kept = fields_of(client.post(url_of(filing), values))
    page = client.post(url_of(filing), kept | {"revenue": "600"})
    assert page.status_code == 409 and "Li Na saved this return at" in page.content.decode()
    assert stored(filing) == 41


def test_saving_knowingly_is_one_step(client, staff, colleague, filing):
    values = opened(client, url_of(filing))
    enter(filing, colleague, employees=41)
    page = client.post(url_of(filing), values | {"employees": "42"})
    again = fields_of(page)
    assert client.post(url_of(filing), again).status_code == 409
    assert client.post(url_of(filing), again | {"over": over(page)}).status_code == 302
    assert stored(filing) == 42


def test_saving_over_holds_for_what_was_shown_only(client, staff, colleague, filing):
    values = opened(client, url_of(filing))
    enter(filing, colleague, employees=41)
    page = client.post(url_of(filing), values | {"employees": "42"})
    again = fields_of(page) | {"over": over(page)}
    enter(filing, colleague, employees=43)
    page = client.post(url_of(filing), again)
    assert page.status_code == 409
    assert stored(filing) == 43


def test_changes_of_different_figures_are_both_kept(client, staff, colleague, filing):
    values = opened(client, url_of(filing))
    enter(filing, colleague, revenue=600, filed=None)
    page = client.post(url_of(filing), values | {"employees": "42"})
    assert page.status_code == 409
    kept = {measure.name: one.kept for measure, one in page.context["sheet"].differing}
    assert kept == {"employees": False, "revenue": True, "filed": True}
    again = fields_of(page)
    assert (again["employees"], again["revenue"], again["filed"]) == ("42", "600", "")
    client.post(url_of(filing), again | {"over": over(page)})
    assert (stored(filing), stored(filing, "revenue")) == (42, 600)
    assert Return.objects.get().patents.filed is None


def test_what_was_opened_is_unknown_of_loaded_returns_and_all_stays_typed(
    client, staff, colleague, filing
):
    values = opened(client, url_of(filing))
    YearlyFigures.history.all().delete()
    enter(filing, colleague, employees=41)
    page = client.post(url_of(filing), values | {"revenue": "7"})
    found = {measure.name: one.known for measure, one in page.context["sheet"].differing}
    assert found == {"employees": False, "revenue": False}
    assert (fields_of(page)["employees"], fields_of(page)["revenue"]) == ("40", "7")


NUMBERS = [None, "", "-1", "1.0", "abc", "2 or 1", "9" * 400, "\0", "2\0", "２", "٣", "1", "999"]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("step", ["save", "submit"])
def test_a_number_that_is_missing_or_forged_is_refused(client, staff, filing, number, step):
    values = opened(client, url_of(filing)) | {"employees": "42", "do": step}
    del values["opened"]
    if number is not None:
        values["opened"] = number
    page = client.post(url_of(filing), values)
    assert page.status_code in (409, 422)
    assert page.context["sheet"].told
    assert fields_of(page)["employees"] == "42"
    assert stored(filing) == 40
    # The page that came back does not let it through either.
    assert client.post(url_of(filing), fields_of(page)).status_code in (409, 422)
    assert stored(filing) == 40


@pytest.mark.parametrize("number", ["0", "1", "on", "9" * 400, "\0"])
def test_a_forged_saving_over_is_refused(client, staff, colleague, filing, number):
    values = opened(client, url_of(filing))
    enter(filing, colleague, employees=41)
    page = client.post(url_of(filing), values | {"employees": "42", "over": number})
    assert page.status_code in (409, 422)
    assert stored(filing) == 41


@pytest.mark.parametrize("step", ["save", "submit"])
def test_ones_own_double_click_is_no_conflict(client, staff, filing, step):
    why = {"why-revenue-change": "x"}
    values = opened(client, url_of(filing)) | {"employees": "42", "do": step} | why
    for _time in range(8):
        page = client.post(url_of(filing), values)
        assert (page.status_code, page.url) == (302, url_of(filing))
    assert YearlyFigures.history.filter(filing_id=filing.pk).count() == 2
    filing.refresh_from_db()
    assert filing.state == {"save": State.DRAFT, "submit": State.SUBMITTED}[step]


def test_the_first_save_of_a_new_return_sent_eight_times_makes_one(client, staff, park):
    url = reverse("entry-begin", args=[make_enterprise(park).pk, 2014])
    values = opened(client, url) | {"employees": "42"}
    for _time in range(8):
        assert client.post(url, values).status_code == 302
    assert Return.objects.count() == Return.history.count() == 1
    assert YearlyFigures.history.count() == 1


def test_of_two_who_begin_one_return_the_later_sees_the_other(client, staff, colleague, park):
    enterprise = make_enterprise(park)
    url = reverse("entry-begin", args=[enterprise.pk, 2014])
    values = opened(client, url)
    enter(Return(enterprise=enterprise, park=park, year=2014), colleague, employees=41)
    page = client.post(url, values | {"employees": "42"})
    assert page.status_code == 409
    assert stored(Return.objects.get()) == 41


def test_eight_writers_who_count_up_lose_nothing(client, park, filing):
    """Each reads, adds one and saves; whoever is told of a conflict does so again."""
    clients = [Client() for _number in range(8)]
    for each in clients:
        each.force_login(make_user(roles.STAFF, park=park))
    refused = 0
    for _round in range(3):
        waiting = {each: opened(each, url_of(filing)) for each in clients}
        while waiting:
            each, values = next(iter(waiting.items()))
            more = {"employees": str(int(values["employees"]) + 1)}
            page = each.post(url_of(filing), values | more)
            if page.status_code == 302:
                del waiting[each]
            else:
                assert page.status_code == 409
                refused += 1
                waiting[each] = opened(each, url_of(filing))
    assert stored(filing) == 40 + 8 * 3
    assert YearlyFigures.history.filter(filing_id=filing.pk).count() == 1 + 8 * 3
    assert refused == 7 * 3


def test_entering_meets_a_step_taken_meanwhile(client, staff, filing):
    values = opened(client, url_of(filing))
    workflow.submit(filing, by=staff, at=None)
    workflow.approve(filing, by=None)
    page = client.post(url_of(filing), values | {"employees": "42"})
    assert page.status_code == 409
    workflow.send_back(filing, by=None, comment="Again, please.")
    page = client.post(url_of(filing), values | {"employees": "42"})
    assert page.status_code == 409
    assert stored(filing) == 40


def test_a_deleted_return_is_not_resurrected(client, staff, filing):
    values = opened(client, url_of(filing))
    writing.delete(Return.objects.get(pk=filing.pk))
    assert client.post(url_of(filing), values | {"employees": "42"}).status_code == 404
    assert not Return.objects.exists()


@pytest.mark.usefixtures("own_connections")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_new", [True, False])
def test_of_several_saves_at_once_one_is_kept(is_new):
    park = make_park()
    enterprise = make_enterprise(park)
    if not is_new:
        make_return(enterprise, 2014, state=State.DRAFT, employees=40)
    user = make_user(roles.STAFF, park=park)
    clients = [Client() for _number in range(4)]
    for each in clients:
        each.force_login(user)
    url = reverse("entry-begin", args=[enterprise.pk, 2014])
    if not is_new:
        url = url_of(Return.objects.get())
    values = opened(clients[0], url)

    def save(number):
        try:
            typed = values | {"employees": str(50 + number)}
            return clients[number].post(url, typed).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(save, range(4)))
    assert answers == [302] + [409] * 3
    assert Return.objects.count() == 1
    assert YearlyFigures.history.count() == 2 - is_new


@pytest.mark.usefixtures("own_connections")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_new", [True, False])
def test_one_form_sent_eight_times_at_once_is_one_change_and_no_conflict(is_new):
    park = make_park()
    enterprise = make_enterprise(park)
    url = reverse("entry-begin", args=[enterprise.pk, 2014])
    if not is_new:
        url = url_of(make_return(enterprise, 2014, state=State.DRAFT, employees=40))
    first = Client()
    first.force_login(make_user(roles.STAFF, park=park))
    values = opened(first, url) | {"employees": "42"}

    def save(_number):
        client = Client()
        client.cookies = first.cookies
        try:
            return client.post(url, values).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(save, range(8))) == [302] * 8
    assert Return.objects.count() == 1
    assert YearlyFigures.history.count() == 2 - is_new


def test_signing_out_elsewhere_while_a_form_is_stored_loses_nothing(
    client, staff, filing, monkeypatch
):
    values = opened(client, url_of(filing)) | {"employees": "41", "do": "save"}
    enter_all = entering.enter

    def signed_out_meanwhile(*args, **more):
        Session.objects.all().delete()
        return enter_all(*args, **more)

    monkeypatch.setattr(entering, "enter", signed_out_meanwhile)
    assert client.post(url_of(filing), values).status_code < 500
    assert stored(filing) == 41


def test_a_return_begun_at_the_same_moment_in_another_park_is_not_shown(
    client, staff, park, monkeypatch
):
    firm, other, unfit = make_enterprise(park), make_park(), entry_form.unfit

    def begun_meanwhile(*args):
        if not Return.objects.exists():
            make_return(firm, 2014, park=other, state=State.DRAFT, employees=4321)
        return unfit(*args)

    monkeypatch.setattr(entry_form, "unfit", begun_meanwhile)
    values = {"opened": "0", "employees": "4"}
    response = client.post(reverse("entry-begin", args=[firm.pk, 2014]), values)
    assert response.status_code == 404
    assert "4,321" not in response.content.decode()
    assert stored(Return.objects.get()) == 4321
