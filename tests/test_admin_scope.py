"""Nobody reaches another park or zone through the admin: a matrix of every model and every door."""

import json

import pytest
from django.contrib import admin
from django.urls import reverse

from enterprises.models import (
    Enterprise,
    Institution,
    KeyMark,
    Location,
    Park,
    Return,
    State,
    Title,
    Zone,
)
from patents.models import Patent
from rd_centers.models import Center
from tests.admin_forms import (
    add_url,
    change_url,
    errors_of,
    list_url,
    opened,
    post_change,
    url_of,
)
from tests.factories import (
    make_center,
    make_center_kind,
    make_enterprise,
    make_park,
    make_patent,
    make_project,
    make_published,
    make_return,
    make_target,
    make_title,
    make_user,
    make_year,
    make_zone,
)
from zonetrack.access import roles
from zonetrack.projects.models import (
    Achievement,
    Application,
    Cooperation,
    Program,
    ProgramCategory,
    Project,
)
from zonetrack.published.models import PublishedFigure
from zonetrack.targets.models import Target
from zonetrack.years.models import ReportingYear

pytestmark = pytest.mark.django_db

SECRET = "Unseen"
REGISTERS = [
    Enterprise,
    Title,
    Return,
    Center,
    Patent,
    Project,
    Application,
    Cooperation,
    Achievement,
    Park,
    Zone,
]
STEERING = [Target, PublishedFigure, ReportingYear]


@pytest.fixture
def staff(client, park):
    user = make_user(roles.STAFF, park=park)
    client.force_login(user)
    return user


@pytest.fixture
def foreign(park):
    """Records of another zone, each with a name that must never be seen; model → record."""
    zone = make_zone(name_en=f"{SECRET} zone", name_zh=SECRET)
    other = make_park(zone, name_en=f"{SECRET} park", name_zh=SECRET)
    named = {"name_en": f"{SECRET} one", "name_zh": SECRET}
    enterprise = make_enterprise(other, **named)
    program = Program.objects.create(key="123", name_en="Program 123", level="provincial")
    category = ProgramCategory.objects.create(program=program, key="one", name_en="One")
    found = [
        zone,
        other,
        enterprise,
        make_title(enterprise=enterprise, document_no=SECRET),
        make_return(enterprise, employees=5, state=State.DRAFT),
        make_center(other, **named),
        make_patent(other, holder=enterprise, title_en=SECRET),
        make_project(other, **named),
        Application.objects.create(
            category=category, park=other, applied_year=2014, title_en=SECRET
        ),
        Cooperation.objects.create(park=other, kind="transfer", signed_year=2014, **named),
        Achievement.objects.create(park=other, year=2014, **named),
        make_target(zone, note_en=SECRET),
        make_published(other),
        make_year(zone),
    ]
    return {type(record): record for record in found}


def seen(page) -> str:
    return page.content.decode()


# --- Another zone's records ------------------------------------------------------------------


@pytest.mark.parametrize("model", REGISTERS, ids=lambda model: model.__name__)
def test_staff_do_not_see_another_zones_records(client, staff, foreign, model):
    refuse_every_door(client, foreign[model])


@pytest.mark.parametrize("model", REGISTERS + STEERING, ids=lambda model: model.__name__)
def test_a_manager_does_not_see_another_zones_records(client, manager, foreign, model):
    refuse_every_door(client, foreign[model])


def refuse_every_door(client, record):
    model = type(record)
    listed = client.get(list_url(model))
    assert listed.status_code == 200
    assert SECRET not in seen(listed)
    assert not listed.context["cl"].queryset.filter(pk=record.pk).exists()
    for page in ("change", "history", "delete"):
        for send in (client.get, client.post):
            answer = send(url_of(model, page, record.pk), follow=True)
            assert answer.status_code in (200, 403, 404)
            assert answer.status_code != 200 or answer.redirect_chain
            assert SECRET not in seen(answer)
    assert model.objects.filter(pk=record.pk).exists()


@pytest.mark.parametrize("model", REGISTERS, ids=lambda model: model.__name__)
def test_deleting_foreign_ids_in_bulk_does_nothing(client, manager, foreign, model):
    record = foreign[model]
    values = {"action": "delete_selected", "_selected_action": record.pk, "post": "yes"}
    for extra in ({}, {"select_across": "1"}):
        answer = client.post(list_url(model), values | extra, follow=True)
        assert SECRET not in seen(answer)
        assert model.objects.filter(pk=record.pk).exists()


def test_carrying_foreign_targets_forward_does_nothing(client, manager, foreign):
    target = foreign[Target]
    values = {"action": "carry_forward", "_selected_action": target.pk, "index": 0}
    client.post(list_url(Target), values)
    assert Target.objects.count() == 1


def test_staff_steer_nothing(client, staff, foreign):
    for model in STEERING:
        assert client.get(list_url(model)).status_code == 403
        assert client.get(add_url(model)).status_code == 403


# --- Choices ---------------------------------------------------------------------------------


def links_of_forms():
    """(model, field name) of every choice of another record in any form or row of the admin."""
    for model, model_admin in admin.site._registry.items():
        for owner in (model, *(inline.model for inline in model_admin.inlines)):
            for field in owner._meta.fields:
                if field.many_to_one and field.related_model in REGISTERS:
                    yield owner, field.name


@pytest.mark.parametrize(
    ("model", "name"), sorted(set(links_of_forms()), key=str), ids=lambda part: str(part)
)
def test_autocomplete_offers_nothing_foreign(client, manager, foreign, model, name):
    asked = {
        "app_label": model._meta.app_label,
        "model_name": model._meta.model_name,
        "field_name": name,
        "term": SECRET,
    }
    answer = client.get(reverse("admin:autocomplete"), asked)
    assert answer.status_code in (200, 403)
    if answer.status_code == 200:
        assert json.loads(answer.content)["results"] == []


@pytest.mark.parametrize("term", ["\0", "9" * 500, "a " * 900])
def test_an_odd_term_finds_nothing(client, manager, term):
    asked = {"app_label": "rd_centers", "model_name": "center", "field_name": "host", "term": term}
    assert client.get(reverse("admin:autocomplete"), asked).status_code == 200


@pytest.mark.parametrize("field", ["park", "host", "merged_into"])
def test_a_posted_foreign_choice_is_refused(client, staff, park, foreign, field):
    center = make_center(park)
    other = {"park": Park, "host": Enterprise, "merged_into": Center}[field]
    page = post_change(client, change_url(center), **{field: foreign[other].pk})
    assert field in page.context["adminform"].form.errors
    assert SECRET not in seen(page)
    center.refresh_from_db()
    assert center.park == park


def test_a_posted_foreign_choice_in_a_row_is_refused(client, staff, park, foreign):
    enterprise = make_enterprise(park)
    typed = {"key_marks-0-park": foreign[Park].pk, "key_marks-0-year": "2014"}
    assert errors_of(post_change(client, change_url(enterprise), **typed))
    assert not KeyMark.objects.exists()


def test_ids_of_foreign_rows_in_a_form_change_nothing(client, staff, park, foreign):
    """Rows are told apart by ids a form sends: another enterprise's row stays what it is."""
    enterprise = make_enterprise(park)
    foreign_row = foreign[Enterprise].locations.get()
    values = opened(client, change_url(enterprise))
    typed = {"locations-0-id": foreign_row.pk, "locations-0-from_year": "1999"}
    client.post(change_url(enterprise), values | typed)
    before = (foreign_row.enterprise_id, foreign_row.park_id, foreign_row.from_year)
    foreign_row.refresh_from_db()
    assert (foreign_row.enterprise_id, foreign_row.park_id, foreign_row.from_year) == before


@pytest.mark.parametrize("model", [Center, Title, Return, Target], ids=lambda model: model.__name__)
def test_filters_offer_nothing_foreign(client, manager, park, foreign, model):
    for each in (park, make_park(park.home_zone)):
        make_center(each)
        make_title(each)
        make_return(make_enterprise(each))
        make_target(each)
    assert SECRET not in seen(client.get(list_url(model)))


def test_the_only_park_is_chosen_already(client, staff, park):
    make_park(park.home_zone)
    field = client.get(add_url(Center)).context["adminform"].form.fields["park"]
    assert [key for key, _name in field.choices] == [park.pk]
    assert opened(client, add_url(Center))["park"] == str(park.pk)


def test_a_park_one_only_reads_is_neither_offered_nor_changed(client, park):
    readable = make_park(park.home_zone)
    user = make_user(roles.READER, zone=park.home_zone)
    make_user_enter(user, park)
    client.force_login(user)
    center = make_center(readable, name_en="Next door")
    assert "Next door" in seen(client.get(list_url(Center)))
    page = client.get(change_url(center))
    assert page.status_code == 200
    assert "name_en" not in opened(client, change_url(center))
    assert client.post(change_url(center), {"name_en": "Mine"}).status_code == 403
    offered = client.get(add_url(Center)).context["adminform"].form.fields["park"].queryset
    assert list(offered) == [park]


def make_user_enter(user, park):
    from zonetrack.access.grants import grant

    grant(user, roles.STAFF, park=park)


def test_rows_of_other_parks_stay_when_an_enterprise_is_saved(client, staff, park, foreign):
    """An enterprise that moved is in two scopes; each office changes its own years only."""
    enterprise = make_enterprise(park, from_year=2010)
    earlier = Location.objects.create(
        enterprise=enterprise, park=foreign[Park], from_year=2005, to_year=2010
    )
    values = opened(client, change_url(enterprise))
    assert values["locations-INITIAL_FORMS"] == "1"
    page = post_change(client, change_url(enterprise), name_en="Renamed")
    assert page.status_code == 302, errors_of(page)
    earlier.refresh_from_db()
    assert earlier.version == 1


def test_a_stored_link_to_elsewhere_is_kept(client, staff, park, foreign):
    daughter = make_enterprise(park, parent=foreign[Enterprise])
    page = post_change(client, change_url(daughter), note="Seen")
    assert page.status_code == 302, errors_of(page)
    daughter.refresh_from_db()
    assert (daughter.parent, daughter.note) == (foreign[Enterprise], "Seen")


# --- What a role may do ----------------------------------------------------------------------


def test_staff_delete_nothing_and_change_no_lists(client, staff, park):
    center, kind = make_center(park), make_center_kind()
    assert client.post(url_of(Center, "delete", center.pk), {"post": "yes"}).status_code == 403
    assert client.post(change_url(kind), {"name_en": "Mine"}).status_code == 403
    assert client.get(add_url(Zone)).status_code == 403
    assert client.get(add_url(Institution)).status_code == 200
    shared = Institution.objects.create(name_en="University", kind="university")
    assert client.post(change_url(shared), {"name_en": "Mine"}).status_code == 403


def test_a_manager_who_only_enters_elsewhere_deletes_nothing_there(client, manager, park):
    from zonetrack.access.grants import grant

    other = make_park()
    grant(manager, roles.STAFF, park=other)
    there, here = make_center(other), make_center(park)
    assert client.post(url_of(Center, "delete", there.pk), {"post": "yes"}).status_code == 403
    assert client.post(url_of(Center, "delete", here.pk), {"post": "yes"}).status_code == 302
    assert list(Center.objects.all()) == [there]


def test_a_manager_sets_no_target_elsewhere(client, manager, foreign):
    values = {"indicator": "tech-centers-new", "year": "2015", "value": "3"}
    for place in ({"zone": foreign[Zone].pk}, {"park": foreign[Park].pk}):
        assert errors_of(post_change(client, add_url(Target), **values, **place))
    assert Target.objects.count() == 1


def test_fields_that_are_not_offered_are_not_taken(client, staff, park):
    center = make_center(park)
    post_change(client, change_url(center), id="999", pk="999", note="Seen", history="x")
    center.refresh_from_db()
    assert (center.note, center.version) == ("Seen", 2)
    filing = make_return(make_enterprise(park), state=State.DRAFT, employees=1)
    typed = {"figures-0-approved": "on", "figures-0-year": "1999", "figures-0-employees": "7"}
    post_change(client, change_url(filing), **typed)
    figures = filing.figures
    figures.refresh_from_db()
    assert (figures.approved, figures.year, figures.employees) == (False, 2014, 7)
