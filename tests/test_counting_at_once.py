"""Eight people count one figure up at the same time, and no step is lost."""

from functools import partial
from random import Random
from time import sleep

import pytest
from django.test import Client
from django.urls import reverse

from enterprises.models import State, YearlyFigures
from tests.admin_forms import opened
from tests.at_once import at_once
from tests.factories import make_enterprise, make_park, make_return, make_user
from zonetrack.access import roles

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_connections")]

PEOPLE, START = 8, 100
# Whoever is refused waits longer each time, so that most of the time is not spent on conflicts.
SECONDS = 2


# The page of one enterprise takes three times as long as the table of one.
@pytest.mark.parametrize(("page", "steps"), [("table", 25), ("form", 5)])
def test_no_step_of_eight_people_is_lost(page, steps):
    """Each reads, adds one and saves; who is told of a conflict waits a little and reads again."""
    park = make_park()
    filing = make_return(make_enterprise(park), 2014, state=State.DRAFT, employees=START)
    url, name = reverse("entry-form", args=[filing.pk]), "employees"
    if page == "table":
        url = reverse("entry-table", args=[park.home_zone.key, filing.year])
        name = f"employees-{filing.enterprise_id}"

    def count_up(client, number):
        answers, refused, chance = [], 0, Random(number)  # noqa: S311
        while answers.count(302) < steps:
            values = opened(client, url)
            more = int(values[name].replace(",", "")) + 1
            answers.append(client.post(url, values | {name: str(more)}).status_code)
            refused = 0 if answers[-1] == 302 else refused + 1
            sleep(chance.uniform(0, SECONDS * refused))
        return answers

    works = []
    for number in range(PEOPLE):
        client = Client()
        client.force_login(make_user(roles.STAFF, park=park))
        works.append(partial(count_up, client, number))
    answers = at_once(*works)
    assert set().union(*answers) <= {302, 409}, answers
    figures = YearlyFigures.objects.get(filing=filing)
    assert figures.employees == START + PEOPLE * steps
    changes = YearlyFigures.history.filter(filing_id=filing.pk, history_type="~")
    assert changes.count() == PEOPLE * steps
