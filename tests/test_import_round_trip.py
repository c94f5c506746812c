"""What a list exports is read back without a single change, in both languages and formats."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from enterprises.models import State
from tests import factories as make
from tests.test_import_yearly import NOW
from zonetrack.access import roles
from zonetrack.access.scope import scope_of
from zonetrack.imports import steps
from zonetrack.imports.context import Context
from zonetrack.imports.registers import ALL, BY_KEY

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


FILL = {"yearly": fill_yearly, "enterprises": fill_enterprises}


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
