"""What has happened does not lie in a year to come; plans and terms may."""

import pytest

from enterprises.models import Title
from tests import factories as make
from tests.admin_forms import change_url, post_change
from zonetrack.records import ahead

pytestmark = pytest.mark.django_db


def test_years_of_events_lie_ahead_and_terms_may():
    title = Title(awarded_year=2016, expires_year=2019)
    assert ahead(title, 2015) == {"awarded_year": "The year 2016 has not come yet."}
    assert ahead(title, 2016) == {}


def test_a_form_refuses_a_year_that_has_not_come(client):
    title = make.make_title(enterprise=make.make_enterprise(), awarded_year=2014)
    client.force_login(make.make_user("administrator"))
    page = post_change(client, change_url(title), awarded_year="2150", expires_year="")
    assert "The year 2150 has not come yet." in page.content.decode()
    title.refresh_from_db()
    assert title.awarded_year == 2014
