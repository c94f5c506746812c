"""The admin as staff use it: every page opens, saves are kept with user and reason."""

import re
from datetime import date

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from enterprises.models import (
    Authority,
    Enterprise,
    Institution,
    Return,
    State,
    Title,
    YearlyFigures,
)
from patents.models import Patent, PatentCounts
from rd_centers.models import Center
from tests.admin_forms import (
    add_url,
    change_url,
    errors_of,
    list_url,
    opened,
    post_change,
    unnamed_inputs,
    url_of,
)
from tests.factories import (
    PASSWORD,
    make_center,
    make_center_kind,
    make_enterprise,
    make_field,
    make_park,
    make_patent,
    make_project,
    make_published,
    make_return,
    make_source,
    make_target,
    make_title,
    make_title_kind,
    make_user,
    make_year,
    make_zone,
)
from zonetrack import workflow
from zonetrack.access import roles
from zonetrack.access.grants import grant, install_roles
from zonetrack.access.models import Membership, User
from zonetrack.projects.models import (
    Achievement,
    Application,
    Cooperation,
    Program,
    ProgramCategory,
)
from zonetrack.targets.models import Target

pytestmark = pytest.mark.django_db

REGISTRY = sorted(admin.site._registry, key=lambda model: model._meta.label)


def sign_in(client, role=None, **place):
    user = make_user(role or "administrator", **place)
    client.force_login(user)
    return user


def make_one_of_each(zone, park):
    """A record of every registered model, in one zone and park; model → record."""
    enterprise = make_enterprise(park, field=make_field())
    program = Program.objects.create(key="123", name_en="Program 123", level="provincial")
    category = ProgramCategory.objects.create(program=program, key="one", name_en="One")
    reader = make_user(roles.READER, zone=zone)
    found = [
        zone,
        park,
        enterprise,
        make_center(park, host=enterprise),
        make_center_kind(),
        make_title(enterprise=enterprise),
        make_title_kind(),
        make_return(enterprise, employees=5, filed=3, state=State.DRAFT),
        make_patent(park, holder=enterprise),
        make_project(park, enterprise=enterprise),
        program,
        Application.objects.create(category=category, park=park, applied_year=2014),
        Cooperation.objects.create(name_en="C", kind="transfer", park=park, signed_year=2014),
        Achievement.objects.create(name_en="A", park=park, year=2014),
        make_target(zone),
        make_published(zone),
        make_source(),
        make_year(zone),
        make_field(),
        Authority.objects.create(key="province", name_en="Province", level="provincial"),
        Institution.objects.create(name_en="University", kind="university"),
        reader,
        reader.memberships.get(),
        Group.objects.get(name=roles.READER),
    ]
    return {type(record): record for record in found}


def pages_of(model, record):
    yield list_url(model)
    yield f"{list_url(model)}?q=a"
    yield url_of(model, "add")
    yield change_url(record)
    yield url_of(model, "history", record.pk)
    yield url_of(model, "delete", record.pk)


@pytest.mark.parametrize("role", ["administrator", roles.MANAGER, roles.STAFF])
def test_every_page_opens_or_is_refused_and_is_well_made(client, zone, park, role):
    records = make_one_of_each(zone, park)
    place = {"park": park} if role == roles.STAFF else {"zone": zone}
    sign_in(client, role, **place)
    assert set(records) == set(REGISTRY)
    opened = set()
    for model, record in records.items():
        for url in pages_of(model, record):
            page = client.get(url)
            assert page.status_code in (200, 302, 403), (url, page.status_code)
            opened |= {url} if page.status_code == 200 else set()
            if page.status_code == 302:
                page = client.get(page.url, follow=True)
            assert faults_of(page) == [], url
    for model in REGISTRY:
        if role == "administrator" or model in EVERYBODY_OPENS:
            assert list_url(model) in opened
        if role == "administrator" or model in STAFF_ADDS:
            assert change_url(records[model]) in opened


def faults_of(page) -> list[str]:
    """What a strict content policy forbids in a page, and its inputs without a name."""
    text = page.content.decode()
    inline = [
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)",
        r"<[^>]*\s(style|on\w+)=",
    ]
    return [found[0] for each in inline if (found := re.search(each, text))] + unnamed_inputs(page)


EVERYBODY_OPENS = STAFF_ADDS = {
    type_
    for type_ in REGISTRY
    if type_._meta.label
    in {
        "enterprises.Enterprise",
        "enterprises.Return",
        "enterprises.Title",
        "patents.Patent",
        "projects.Achievement",
        "projects.Application",
        "projects.Cooperation",
        "projects.Project",
        "rd_centers.Center",
    }
}


@pytest.mark.parametrize(
    ("role", "status"), [(None, 302), (roles.READER, 403), (roles.OFFICER, 403)]
)
def test_who_enters_nothing_has_no_admin(client, zone, park, role, status):
    if role:
        sign_in(client, role, zone=zone)
    for url in (reverse("admin:index"), list_url(Center), list_url(User)):
        page = client.get(url, follow=bool(role))
        assert page.status_code == status
        assert role or page.url.startswith("/admin/login/") or page.url.startswith("/sign-in/")


def test_the_way_to_sign_in_is_the_products_own(client):
    page = client.get(reverse("admin:index"), follow=True)
    assert page.redirect_chain[-1][0].startswith("/sign-in/?next=/admin/")


def test_the_front_page_begins_with_entering_data(client, park):
    sign_in(client, roles.STAFF, park=park)
    groups = client.get(reverse("admin:index")).context["app_list"]
    assert [group["app_label"] for group in groups] == ["entry", "lists"]
    names = [model["object_name"] for model in groups[0]["models"]]
    assert names[:3] == ["page-years-of-entry", "page-import-list", "Return"]


def test_the_list_kept_for_some_is_that_of_nobody_who_may_something_else(rf, park):
    readers = [
        make_user(roles.STAFF, park=park),
        make_user(roles.MANAGER, zone=park.home_zone),
        make_user("administrator"),
        make_user(roles.READER, park=park),
    ]

    def listed(user):
        request = rf.get("/")
        request.user = User.objects.get(pk=user.pk)
        return admin.site.get_app_list(request)

    for language in ("en", "zh-hans"):
        with translation.override(language):
            kept = [repr(listed(user)) for user in readers]
            assert len(set(kept)) == len(readers)
            for user, before in zip(readers, kept, strict=True):
                admin.site.lists.clear()
                assert repr(listed(user)) == before


def test_a_list_asks_as_often_for_many_rows_as_for_few(client, zone, park):
    make_one_of_each(zone, park)
    sign_in(client, roles.MANAGER, zone=zone)
    models = [Center, Enterprise, Return, Patent, Target, Title]
    queries_of(client, Center)  # what the first page of a session asks once
    few = {model: queries_of(client, model) for model in models}
    for n in range(8):
        each = make_enterprise(park, field=make_field())
        make_center(park, host=each)
        make_title(enterprise=each)
        make_return(each)
        make_patent(park, holder=each)
        make_target(park, year=2015 + n)
    assert {model: queries_of(client, model) for model in models} == few


def queries_of(client, model) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(list_url(model)).status_code == 200
    return len(queries)


# --- Saving ----------------------------------------------------------------------------------


def add_center(client, park, **typed):
    values = {
        "name_en": "Lithium materials center",
        "kind": make_center_kind().pk,
        "park": park.pk,
        "recognitions-0-level": "provincial",
        "recognitions-0-year": "2014",
        "recognitions-0-on": "2014-05-01",
    }
    return post_change(client, add_url(Center), **values | typed)


def test_a_center_is_entered_with_its_recognition(client, park):
    user = sign_in(client, roles.STAFF, park=park)
    page = add_center(client, park)
    assert page.status_code == 302, errors_of(page)
    center = Center.objects.get()
    assert center.recognitions.get().on == date(2014, 5, 1)
    assert [row.history_user for row in center.history.all()] == [user]
    assert [row.history_user for row in center.recognitions.get().history.all()] == [user]


def test_a_change_keeps_user_reason_and_both_values(client, park):
    user = sign_in(client, roles.STAFF, park=park)
    center = make_center(park, name_en="Old name")
    post_change(client, change_url(center), name_en="New name", reason="Misread")
    center.refresh_from_db()
    assert (center.name_en, center.version) == ("New name", 2)
    last = center.history.first()
    assert (last.history_user, last.history_change_reason) == (user, "Misread")
    shown = client.get(url_of(Center, "history", center.pk)).content.decode()
    for text in ("Old name", "New name", "Misread", str(user)):
        assert text in shown


def test_the_history_tells_parts_links_and_choices_by_name(client, park):
    sign_in(client, roles.STAFF, park=park)
    center = make_center(park, kind=make_center_kind("laboratory", name_en="Key laboratory"))
    post_change(client, change_url(center), kind=make_center_kind(name_en="Tech center").pk)
    post_change(client, change_url(center), **{"recognitions-0-level": "national"})
    shown = client.get(url_of(Center, "history", center.pk)).content.decode()
    for text in ("Key laboratory → Tech center", "Provincial → National", "Recognition:"):
        assert text in shown
    assert "Version" not in shown


def test_saving_without_a_change_leaves_no_trace(client, park):
    sign_in(client, roles.STAFF, park=park)
    center = make_center(park)
    entries = center.history.count()
    assert post_change(client, change_url(center)).status_code == 302
    center.refresh_from_db()
    assert (center.version, center.history.count()) == (1, entries)


def test_sending_the_same_new_record_twice_makes_one(client, park):
    sign_in(client, roles.STAFF, park=park)
    enterprise = make_enterprise(park)
    values = opened(client, add_url(Return)) | {
        "enterprise": enterprise.pk,
        "park": park.pk,
        "year": "2014",
        "state": "draft",
    }
    assert client.post(add_url(Return), values).status_code == 302
    again = client.post(add_url(Return), values)
    assert "This record already exists" in errors_of(again)
    assert change_url(Return.objects.get()) in errors_of(again)


def test_two_at_once_end_in_a_sentence(client, park, monkeypatch):
    """What validation could not see yet, the database refuses."""
    sign_in(client, roles.STAFF, park=park)
    enterprise = make_return(make_enterprise(park)).enterprise
    monkeypatch.setattr(Return, "validate_constraints", lambda *args, **options: None)
    page = post_change(
        client, add_url(Return), enterprise=enterprise.pk, park=park.pk, year=2014, state="draft"
    )
    assert "already exists" in errors_of(page)
    assert Return.objects.count() == 1


def test_a_wrong_check_digit_is_a_warning_not_an_error(client, park):
    sign_in(client, roles.STAFF, park=park)
    enterprise = make_enterprise(park)
    post_change(client, change_url(enterprise), credit_code="91630199MAXT00011X")
    enterprise.refresh_from_db()
    assert enterprise.credit_code == "91630199MAXT00011X"
    assert "check digit" in client.get(list_url(Enterprise)).content.decode()
    page = post_change(client, change_url(enterprise), credit_code="123")
    assert errors_of(page)


def test_an_application_number_is_checked_likewise(client, park):
    sign_in(client, roles.STAFF, park=park)
    patent = make_patent(park)
    post_change(client, change_url(patent), application_no="ZL 201710601862.4")
    patent.refresh_from_db()
    assert patent.application_no == "201710601862.4"
    assert "check digit" in client.get(list_url(Patent)).content.decode()


def test_an_enterprise_without_a_park_is_refused_to_staff(client, park):
    sign_in(client, roles.STAFF, park=park)
    page = post_change(client, add_url(Enterprise), name_zh="企业")
    assert "in which park" in errors_of(page)
    location = {"locations-0-park": park.pk, "locations-0-from_year": "2014"}
    page = post_change(client, add_url(Enterprise), name_zh="企业", **location)
    assert page.status_code == 302
    assert Enterprise.objects.get().locations.get().park == park


# --- Closed years ----------------------------------------------------------------------------


@pytest.fixture
def closed(zone):
    return make_year(zone, 2014, closed=True)


def test_a_closed_year_is_refused_when_adding(client, park, closed):
    sign_in(client, roles.STAFF, park=park)
    page = add_center(client, park)
    assert "2014 is closed" in errors_of(page)
    assert "Lithium materials center" in page.content.decode()
    assert not Center.objects.exists()


def test_a_closed_year_is_refused_when_changing(client, park, closed):
    sign_in(client, roles.STAFF, park=park)
    center = make_center(park)
    page = post_change(client, change_url(center), **{"recognitions-0-year": "2013"})
    assert "2014 is closed" in errors_of(page)
    assert center.recognitions.get().year == 2014
    center.refresh_from_db()
    assert center.version == 1


def test_a_closed_year_is_refused_when_deleting(client, zone, park, closed):
    sign_in(client, roles.MANAGER, zone=zone)
    center = make_center(park)
    page = client.post(url_of(Center, "delete", center.pk), {"post": "yes"}, follow=True)
    assert "2014 is closed" in page.content.decode()
    assert Center.objects.filter(pk=center.pk).exists()


def test_a_closed_year_is_refused_in_bulk_and_nothing_is_deleted(client, zone, park, closed):
    sign_in(client, roles.MANAGER, zone=zone)
    centers = [make_center(park), make_center(park, recognized=2015)]
    page = delete_selected(client, centers)
    assert "2014 is closed" in page.content.decode()
    assert Center.objects.count() == 2


def test_parts_that_go_with_a_record_are_asked_too(client, zone, park, closed):
    sign_in(client, roles.MANAGER, zone=zone)
    enterprise = make_enterprise(park, from_year=2014, registered_year=None)
    page = client.post(url_of(Enterprise, "delete", enterprise.pk), {"post": "yes"}, follow=True)
    assert "2014 is closed" in page.content.decode()
    assert enterprise.locations.exists()


def test_a_center_of_a_closed_year_may_be_revoked_in_an_open_one(client, park, closed):
    sign_in(client, roles.STAFF, park=park)
    center = make_center(park)
    end = {"recognitions-0-ended_year": "2016", "recognitions-0-end_reason": "revoked"}
    page = post_change(client, change_url(center), **end)
    assert page.status_code == 302, errors_of(page)
    assert center.recognitions.get().ended_year == 2016


def test_what_others_refer_to_is_not_deleted(client, zone, park):
    sign_in(client, roles.MANAGER, zone=zone)
    enterprise = make_title(make_park(zone), enterprise=make_enterprise(park)).enterprise
    page = client.post(url_of(Enterprise, "delete", enterprise.pk), {"post": "yes"})
    assert page.status_code == 200
    assert Enterprise.objects.filter(pk=enterprise.pk).exists()


def delete_selected(client, records):
    values = {
        "action": "delete_selected",
        "_selected_action": [record.pk for record in records],
        "post": "yes",
    }
    return client.post(list_url(type(records[0])), values, follow=True)


# --- Yearly returns --------------------------------------------------------------------------


def test_figures_follow_their_return(client, zone, park):
    sign_in(client, roles.STAFF, park=park)
    filing = make_return(make_enterprise(park), 2014, state=State.DRAFT)
    page = post_change(
        client, change_url(filing), **{"figures-0-revenue": "12.5", "patents-0-filed": "0"}
    )
    assert page.status_code == 302, errors_of(page)
    figures, counts = YearlyFigures.objects.get(), PatentCounts.objects.get()
    assert (figures.park, figures.year, figures.approved) == (park, 2014, False)
    assert (counts.filed, counts.granted) == (0, None)
    workflow.submit(filing, by=None, at=None)
    workflow.approve(filing, by=None)
    figures.refresh_from_db()
    counts.refresh_from_db()
    assert figures.approved
    assert counts.approved


@pytest.mark.parametrize("role", [roles.STAFF, roles.MANAGER])
def test_the_form_of_a_return_takes_no_step_of_the_workflow(client, park, role):
    sign_in(client, role, zone=park.home_zone)
    filing = make_return(make_enterprise(park), state=State.DRAFT, employees=5)
    forged = {"state": "approved", "comment": "x", "submitted_at": "2015-01-01", "park": park.pk}
    assert post_change(client, change_url(filing), **forged).status_code == 302
    filing.refresh_from_db()
    assert (filing.state, filing.comment, filing.submitted_at) == (State.DRAFT, "", None)
    link = reverse("entry-form", args=[filing.pk])
    assert f'href="{link}"' in client.get(change_url(filing)).content.decode()


@pytest.mark.parametrize("state", [State.NOT_STARTED, State.SUBMITTED])
def test_figures_entered_in_the_admin_make_a_return_a_draft(client, park, state):
    sign_in(client, roles.STAFF, park=park)
    filing = make_return(make_enterprise(park), state=state, employees=5)
    assert post_change(client, change_url(filing), reason="Seen").status_code == 302
    filing.refresh_from_db()
    assert filing.state == state
    post_change(client, change_url(filing), **{"figures-0-employees": "6"})
    filing.refresh_from_db()
    assert filing.state == State.DRAFT


def test_nobody_changes_figures_of_an_approved_return(client, park):
    filing = make_return(make_enterprise(park), employees=5)
    for role in (roles.MANAGER, "administrator"):
        sign_in(client, role, **({"zone": park.home_zone} if role == roles.MANAGER else {}))
        values = opened(client, change_url(filing))
        assert "figures-0-employees" not in values and "year" not in values
        forged = {
            "figures-TOTAL_FORMS": "1",
            "figures-INITIAL_FORMS": "1",
            "figures-0-filing": filing.pk,
            "figures-0-employees": "6",
            "year": "2013",
        }
        client.post(change_url(filing), values | forged)
        assert YearlyFigures.objects.get().employees == 5
        filing.refresh_from_db()
        assert filing.year == 2014


def test_an_approved_return_is_read_only_for_data_entry(client, park):
    sign_in(client, roles.STAFF, park=park)
    filing = make_return(make_enterprise(park), employees=5)
    values = opened(client, change_url(filing))
    assert "state" not in values
    assert client.post(change_url(filing), {"state": "draft"}).status_code == 403


# --- Targets ---------------------------------------------------------------------------------


def test_every_value_of_a_target_is_kept(client, zone):
    user = sign_in(client, roles.MANAGER, zone=zone)
    values = {"indicator": "tech-centers-new", "zone": zone.pk, "year": "2014", "value": "3"}
    page = post_change(client, add_url(Target), **values)
    assert page.status_code == 302, errors_of(page)
    target = Target.objects.get()
    assert "Say why" in errors_of(post_change(client, change_url(target), value="4"))
    page = post_change(client, change_url(target), value="4", reason="New plan")
    assert page.status_code == 302, errors_of(page)
    kept = list(target.revisions.values_list("number", "value", "reason", "author"))
    assert kept == [(0, 3, "", user.pk), (1, 4, "New plan", user.pk)]


def test_a_note_alone_is_no_revision(client, zone):
    sign_in(client, roles.MANAGER, zone=zone)
    target = make_target(zone)
    assert post_change(client, change_url(target), note_en="Seen").status_code == 302
    assert not target.revisions.exists()


def test_the_first_revision_of_a_loaded_target_is_what_it_was(client, zone):
    sign_in(client, roles.MANAGER, zone=zone)
    target = make_target(zone, value=3)
    post_change(client, change_url(target), value="5", reason="New plan")
    assert list(target.revisions.values_list("number", "value")) == [(0, 3), (1, 5)]


def test_targets_are_carried_forward_once(client, zone):
    sign_in(client, roles.MANAGER, zone=zone)
    targets = [make_target(zone, year=2014), make_target(zone, "titles-held", year=2014)]
    make_target(zone, "titles-held", year=2015, value=9)
    values = {"action": "carry_forward", "_selected_action": [each.pk for each in targets]}
    page = client.post(list_url(Target), values | {"index": 0}, follow=True)
    assert "1 target set. 1 stand in the next year already." in page.content.decode()
    made = Target.objects.get(indicator="tech-centers-new", year=2015)
    assert (made.value, made.zone, made.version) == (3, zone, 1)
    assert made.revisions.get().number == 0


def test_an_indicator_is_chosen_from_the_catalog(client, zone):
    sign_in(client, roles.MANAGER, zone=zone)
    values = {"indicator": "made-up", "zone": zone.pk, "year": "2014", "value": "3"}
    assert errors_of(post_change(client, add_url(Target), **values))


# --- Bad addresses and forged forms ----------------------------------------------------------

BAD_QUERIES = [
    "year__range=1",
    "year=abc",
    "year=99999999999999999999999999",
    "id__in=a,b",
    "park__id__exact=abc",
    "park__home_zone__key__regex=((a%2B)%2B)%2B$",
    "password__startswith=a",
    "_to_field=password",
    "nothing=1",
    "q=%00",
    "q=" + "a+" * 900,
    "o=abc.99",
    "p=99999999999999999999",
    "p=-1",
    "e=1",
    "state=%00",
]


@pytest.mark.parametrize("model", [Return, Enterprise, User, Target], ids=lambda m: m.__name__)
@pytest.mark.parametrize("query", BAD_QUERIES)
def test_a_bad_address_leads_back_to_the_list(client, park, model, query):
    sign_in(client)
    make_return(make_enterprise(park))
    page = client.get(f"{list_url(model)}?{query}")
    assert page.status_code in (200, 302)
    if page.status_code == 302:
        assert page.url == f"{list_url(model)}?e=1"


def test_forged_selections_and_ids_are_refused(client, park):
    sign_in(client)
    center = make_center(park)
    for chosen in ("abc", "9" * 40, "\0"):
        values = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
        assert client.post(list_url(Center), values).status_code in (200, 302)
        page = post_change(client, change_url(center), host=chosen, park=chosen)
        assert errors_of(page)
        for page in ("change", "history", "delete"):
            assert client.get(url_of(Center, page, chosen)).status_code in (302, 404)
        assert client.get(add_url(Center), {"host": chosen, "park": chosen}).status_code == 200
    assert Center.objects.count() == 1


def test_no_detour_tells_which_ids_exist(client):
    sign_in(client)
    assert client.get("/admin/r/1/1/").status_code == 404


# --- People ----------------------------------------------------------------------------------


def test_an_administrator_makes_an_account_and_gives_a_role(client, park):
    sign_in(client)
    install_roles()
    values = {"username": "li.na", "password1": PASSWORD, "password2": PASSWORD}
    page = post_change(client, add_url(User), **values)
    person = User.objects.get(username="li.na")
    role = Group.objects.get(name=roles.STAFF)
    typed = {"memberships-0-group": role.pk, "memberships-0-park": park.pk}
    page = post_change(client, change_url(person), **typed)
    assert page.status_code == 302, errors_of(page)
    person.refresh_from_db()
    assert person.is_staff
    assert person.memberships.get().park == park
    typed = {"memberships-0-DELETE": "on"}
    assert post_change(client, change_url(person), **typed).status_code == 302
    person.refresh_from_db()
    assert not person.is_staff
    assert not person.memberships.exists()


def test_an_administrator_keeps_the_own_access(client):
    user = sign_in(client)
    values = opened(client, change_url(user))
    del values["is_superuser"]
    assert "own access" in errors_of(client.post(change_url(user), values))


def test_a_zone_manager_gives_roles_in_the_own_zone_only(client, zone, park):
    sign_in(client, roles.MANAGER, zone=zone)
    person = make_user(roles.READER, park=park, username="li.na")
    group = Group.objects.get(name=roles.STAFF).pk
    typed = {"memberships-1-group": group, "memberships-1-zone": zone.pk}
    page = post_change(client, change_url(person), **typed)
    assert page.status_code == 302, errors_of(page)
    person.refresh_from_db()
    assert person.is_staff
    elsewhere = make_zone()
    typed = {"memberships-2-group": group, "memberships-2-zone": elsewhere.pk}
    assert errors_of(post_change(client, change_url(person), **typed))
    assert person.memberships.count() == 2


def test_a_zone_manager_invites_by_user_name(client, zone):
    sign_in(client, roles.MANAGER, zone=zone)
    make_user(username="li.na")
    make_user("administrator", username="root")
    group = Group.objects.get(name=roles.READER).pk
    for name, works in (("li.na", True), ("root", False), ("nobody", False), ("a\0", False)):
        page = post_change(client, add_url(Membership), username=name, group=group, zone=zone.pk)
        assert page.status_code == (302 if works else 200)
    assert User.objects.get(username="li.na").memberships.get().zone == zone


def test_a_zone_manager_keeps_the_account_of_the_own_people(client, zone):
    sign_in(client, roles.MANAGER, zone=zone)
    person = make_user(roles.READER, zone=zone, username="li.na")
    forged = {"username": "x", "is_superuser": "on", "is_staff": "on", "email": "li@example.org"}
    page = client.post(change_url(person), opened(client, change_url(person)) | forged)
    assert page.status_code == 302, errors_of(page)
    person.refresh_from_db()
    assert (person.username, person.email) == ("li.na", "li@example.org")
    assert (person.is_superuser, person.is_staff, person.is_active) == (False, False, True)


def test_a_zone_manager_changes_no_account_that_has_a_role_elsewhere(client, zone):
    sign_in(client, roles.MANAGER, zone=zone)
    person = make_user(roles.READER, zone=zone, username="li.na")
    grant(person, roles.READER, zone=make_zone())
    forged = {"is_superuser": "on", "is_active": "", "email": "x@example.org"}
    client.post(change_url(person), opened(client, change_url(person)) | forged)
    person.refresh_from_db()
    assert (person.email, person.is_active, person.is_superuser) == ("", True, False)
    assert client.get(f"/admin/access/user/{person.pk}/password/").status_code == 403


def test_a_zone_manager_sees_neither_administrators_nor_other_zones_people(client, zone):
    sign_in(client, roles.MANAGER, zone=zone)
    for stranger in (make_user("administrator"), make_user(roles.READER, zone=make_zone())):
        assert stranger.username not in client.get(list_url(User)).content.decode()
        assert client.get(change_url(stranger)).status_code == 302


def test_data_entry_does_not_see_people(client, park):
    sign_in(client, roles.STAFF, park=park)
    for model in (User, Membership, Group):
        assert client.get(list_url(model)).status_code == 403
