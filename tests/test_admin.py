"""The admin as staff use it: every page opens, saves are kept with user and reason."""

from datetime import date

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from enterprises.models import Authority, Institution, Return, State
from patents.models import Patent
from rd_centers.models import Center, Recognition, StageEvent
from tests.admin_forms import change_url, errors_of, fields_of, list_url, post_change, url_of
from tests.factories import (
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
from zonetrack.access import roles
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


@pytest.fixture
def zone():
    return make_zone()


@pytest.fixture
def park(zone):
    return make_park(zone)


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
def test_every_page_opens_or_is_refused(client, zone, park, role):
    records = make_one_of_each(zone, park)
    place = {"park": park} if role == roles.STAFF else {"zone": zone}
    sign_in(client, role, **place)
    assert set(records) == set(REGISTRY)
    opened = set()
    for model, record in records.items():
        for url in pages_of(model, record):
            status = client.get(url).status_code
            assert status in (200, 302, 403), (url, status)
            opened |= {url} if status == 200 else set()
    for model in REGISTRY:
        if role == "administrator" or model in EVERYBODY_OPENS:
            assert list_url(model) in opened
        if role == "administrator" or model in STAFF_ADDS:
            assert change_url(records[model]) in opened


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
