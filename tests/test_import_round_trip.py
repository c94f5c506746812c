"""What a list exports is read back without a single change, in both languages and formats."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from enterprises.models import Institution, State
from tests import factories as make
from tests.test_import_yearly import NOW
from zonetrack.access import roles
from zonetrack.access.scope import scope_of
from zonetrack.imports import steps
from zonetrack.imports.context import Context
from zonetrack.imports.registers import ALL, BY_KEY
from zonetrack.projects.models import (
    Achievement,
    Application,
    Cooperation,
    Program,
    ProgramCategory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def park():
    zone = make.make_zone()
    make.make_park(zone)
    return make.make_park(zone)


def fill(register, park):
    """Records of all the kinds that the list of a register may hold."""
    FILL[register](park)


def fill_yearly(park):
    firm = make.make_enterprise(park, name_zh="=甲公司", credit_code="91632900710458321X")
    twin = make.make_enterprise(park, name_en="Twin, Ltd.", name_zh="")
    make.make_enterprise(park, name_en="Twin, Ltd.", name_zh="")
    figures = {"employees": 40, "revenue": "1234.5678", "rd_fte": "1.25", "filed": 0}
    make.make_return(firm, 2013, state=State.APPROVED, **figures)
    make.make_return(firm, 2014, state=State.DRAFT)
    make.make_return(twin, 2014, state=State.SUBMITTED, in_force=3)


def fill_enterprises(park):
    field = make.make_field()
    make.make_enterprise(park, credit_code="91632900710458321X", field=field, closed_year=2016)
    make.make_enterprise(park, name_en="Same name", name_zh="", registered_on="2005-03-04")
    make.make_enterprise(park, name_en="Same name", name_zh="")
    firm = make.make_enterprise(park, name_zh="两处公司")
    make.make_return(firm, 2014, rd_expenditure=5, filed=3)
    firm.locations.update(to_year=2010)
    make.Location.objects.create(
        enterprise=firm, park=park.home_zone.home_parks.first(), from_year=2010
    )


def fill_titles(park):
    firm = make.make_enterprise(park, credit_code="91632900710458321X")
    make.make_title(park, enterprise=firm, awarded_on="2014-05-06", expires_year=2017)
    make.make_title(park, batch="", ended_year=2015, end_reason="revoked", note="x")
    held_by_park = make.make_title_kind(key="base", held_by="park")
    make.make_title(park, kind=held_by_park, document_no="=1+1")
    unstated = park.home_zone.home_parks.get(is_unstated=True)
    make.make_title(unstated, kind=held_by_park)


def fill_centers(park):
    host = make.make_enterprise(park)
    make.make_enterprise(park, name_en=host.name_en, name_zh=host.name_zh)
    center = make.make_center(park, host=host, field=make.make_field(), level="provincial")
    make.Recognition.objects.create(center=center, level="national", year=2016, on="2016-02-03")
    make.make_center(park, recognized=None, name_zh="")


def fill_patents(park):
    patent = make.make_patent(park, granted_year=2016, granted_on="2016-01-02")
    make.PatentHolder.objects.create(patent=patent, order=2, outside_name="Somebody; not us")
    make.make_patent(park, type="design", ended_year=2017, end_reason="lapsed", title_en="")


def fill_projects(park):
    firm = make.make_enterprise(park)
    make.make_project(park, enterprise=firm, budget="12.5", progress=40, is_key=True, serial=3)
    make.make_project(park, name_zh="", name_en="Same", stage="stopped", completed_year=2015)
    make.make_project(park, name_zh="", name_en="Same", begun_on="2014-03-04", spent=0)


def fill_applications(park):
    program = Program.objects.create(key="p", name_en="Program", name_zh="计划", level="city")
    twin = Program.objects.create(key="q", name_en="Other", name_zh="别的", level="city")
    values = {"name_en": "Category", "name_zh": "类别", "key": "c"}
    category, other = (
        ProgramCategory.objects.create(program=one, **values) for one in (program, twin)
    )
    firm = make.make_enterprise(park)
    for one in (category, other, other):
        Application.objects.create(category=one, park=park, applied_year=2014, enterprise=firm)
    Application.objects.create(
        category=category, park=park, applied_year=2014, applied_on="2014-02-03", title_zh="一",
        status="won", won_year=2015, funding="3.25",
    )  # fmt: skip


def fill_cooperation(park):
    university = Institution.objects.create(kind="university", name_en="U; of X", name_zh="某大学")
    firm = make.make_enterprise(park)
    values = {"kind": "transfer", "park": park, "signed_year": 2014}
    one = Cooperation.objects.create(name_en="A", enterprise=firm, amount="7.5", **values)
    Cooperation.objects.create(name_zh="乙", signed_on="2014-05-06", ended_year=2016, **values)
    institute = Institution.objects.create(kind="institute", name_en="Institute", name_zh="研究所")
    for institution in (university, institute):
        one.partnerships.create(institution=institution)


def fill_achievements(park):
    values = {"park": park, "year": 2014}
    Achievement.objects.create(name_en="A", field=make.make_field(), on="2014-05-06", **values)
    for _n in range(2):
        Achievement.objects.create(name_zh="乙", enterprise=make.make_enterprise(park), **values)


FILL = {
    "yearly": fill_yearly,
    "enterprises": fill_enterprises,
    "titles": fill_titles,
    "centers": fill_centers,
    "patents": fill_patents,
    "projects": fill_projects,
    "applications": fill_applications,
    "cooperation": fill_cooperation,
    "achievements": fill_achievements,
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("register", [register.key for register in ALL])
def test_an_export_read_back_changes_nothing(register, language, kind, park):
    fill(register, park)
    user = make.make_user(roles.MANAGER, zone=park.home_zone)
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    response = client.get(reverse(BY_KEY[register].listing), {"format": kind})
    content = response.getvalue()
    with translation.override(language):
        context = Context(scope_of(user))
        row = steps.begin(
            BY_KEY[register], f"export.{kind}", content, context=context, by=user, at=NOW
        )
    left = [
        head["head"]
        for head in row.reading["heads"]
        if head["field"] == "-" and not head["worked_out"]
    ]
    assert left == []
    moved = [one for one in row.result["rows"] if one["s"] != "unchanged"]
    assert moved == []
    assert row.counts["unchanged"] >= 2 and not row.result["problems"]
