"""The page of what the checks find in a zone's year."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enterprises.models import Explanation, State
from tests.factories import make_enterprise, make_park, make_return, make_user
from zonetrack import workflow
from zonetrack.access import roles

pytestmark = pytest.mark.django_db

YEAR = 2014


def make_wrong(park, **fields):
    """A return whose full-time equivalent is above the head count."""
    return make_return(
        make_enterprise(park), YEAR, state=State.DRAFT, rd_personnel=3, rd_fte=5, **fields
    )


def url_of(park):
    return reverse("checks", args=[park.home_zone.key, YEAR])


def test_findings_of_own_parks_are_listed_with_their_reasons(client):
    park = make_park()
    filing, other = make_wrong(park), make_wrong(make_park(park.home_zone))
    [finding] = [
        one for one in workflow.found_in(filing) if one.check.key.startswith("rd_personnel-without")
    ]
    Explanation.objects.create(
        filing=filing,
        check_key=finding.check.key,
        values=workflow.values_of(finding),
        reason="Paid by the parent company.",
    )
    client.force_login(make_user(roles.STAFF, park=park))
    text = client.get(url_of(park)).content.decode()
    assert filing.enterprise.name in text and other.enterprise.name not in text
    assert "Paid by the parent company." in text
    assert "cannot be more than the head count" in text


def test_findings_are_exported(client):
    park = make_park()
    filing = make_wrong(park)
    client.force_login(make_user(roles.MANAGER, zone=park.home_zone))
    lines = b"".join(client.get(url_of(park), {"format": "csv"})).decode("utf-8-sig").splitlines()
    assert lines[0] == "Enterprise,Park,Figure,Check,What was found,Reason"
    assert lines[1].startswith(filing.enterprise.name)
    openpyxl = pytest.importorskip("openpyxl")
    workbook = b"".join(client.get(url_of(park), {"format": "xlsx"}))
    assert openpyxl.load_workbook(BytesIO(workbook)).worksheets[0].max_row == len(lines)


def test_the_page_asks_as_few_questions_for_many_returns_as_for_one(client):
    park = make_park()
    make_wrong(park)
    client.force_login(make_user(roles.MANAGER, zone=park.home_zone))
    client.get(url_of(park))
    with CaptureQueriesContext(connection) as few:
        client.get(url_of(park))
    for _n in range(5):
        make_wrong(park)
    with CaptureQueriesContext(connection) as many:
        client.get(url_of(park))
    assert len(many) == len(few)


def test_others_do_not_find_the_page(client):
    park = make_park()
    client.force_login(make_user(roles.STAFF, park=make_park()))
    assert client.get(url_of(park)).status_code == 404
    assert client.get(reverse("checks", args=[park.home_zone.key, 9999])).status_code == 404
    client.force_login(make_user(roles.READER, zone=park.home_zone))
    assert client.get(url_of(park)).status_code in (302, 403)
