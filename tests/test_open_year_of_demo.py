"""The year in which the demo stands."""

from datetime import UTC, date, datetime

import pytest

from enterprises.models import Park, Return, State, Zone
from tests.factories import make_user
from zonetrack import return_checks
from zonetrack.checking import Level
from zonetrack.sample.example import SIZES, make_example
from zonetrack.sample.open_year import open_example_year

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("today", [date(2026, 1, 2), date(2026, 11, 22)])
def test_the_current_year_is_half_entered_and_one_park_not_begun(today):
    make_example(SIZES["small"], today=today)
    zone, people = Zone.objects.get(), {"staff": make_user(), "manager": make_user()}
    park = Park.objects.get(key="example-materials")
    at = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
    open_example_year(zone, park.key, at=at, **people)
    returns = Return.objects.filter(year=today.year)
    assert set(returns.values_list("state", flat=True)) == set(State.values)
    own = returns.filter(park=park)
    assert set(own.values_list("state", flat=True)) == {State.NOT_STARTED, State.RETURNED}
    assert own.get(state=State.RETURNED).submitted_by == people["staff"]
    handed_in = returns.filter(state__in=[State.SUBMITTED, State.APPROVED])
    for facts in return_checks.facts_of_returns(handed_in).values():
        found = return_checks.findings(facts)
        assert Level.ERROR not in {finding.level for finding in found}
