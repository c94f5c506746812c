"""The generated example: alive everywhere, true to its own rules, the same for the same seed."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from django.db.models import F

from enterprises import credit_codes
from enterprises.models import Enterprise, KeyMark, Location, Return, Title, YearlyFigures, Zone
from enterprises.places import zone_place
from patents import application_numbers
from patents.models import Patent, PatentCounts
from rd_centers.models import Center, Recognition, StageEvent
from zonetrack.access.scope import Scope
from zonetrack.catalog import INDICATORS
from zonetrack.projects.models import Achievement, Application, Cooperation, Milestone, Project
from zonetrack.sample.example import make_example, plan_of
from zonetrack.targets.models import Target, TargetRevision
from zonetrack.targets.scorecard import Scorecards
from zonetrack.years.models import ReportingYear

from .once import stored_once

pytestmark = pytest.mark.django_db
TODAY = date(2025, 9, 30)
LAST, RUNNING = 2024, 2025
YEARS = range(2019, RUNNING)


@pytest.fixture(scope="module")
def zone(django_db_setup, django_db_blocker):
    with stored_once(django_db_blocker):
        make_example(plan_of("small"), today=TODAY)
        yield Zone.objects.get(is_example=True)


def test_the_zone_says_that_it_is_an_example(zone):
    assert zone.name_en == "Example Zone (synthetic data)"
    assert zone.name_zh == "示例开发区（合成数据）"
    assert zone.home_parks.filter(is_unstated=False).count() == 4
    assert Enterprise.objects.count() == 60
    assert Return.objects.values("year").distinct().count() == 6


def test_every_indicator_with_records_has_a_number_in_the_last_year(zone):
    place = zone_place(Scope(user=None, everything=True), zone.key)
    cards = Scorecards(INDICATORS, place, LAST, RUNNING, today=TODAY)
    lines = [line for line in cards.scorecard(LAST) if not line.indicator.published_only]
    assert [line.indicator.key for line in lines if line.value is None] == []
    assert [line.indicator.key for line in lines if not line.actual.complete] == []
    assert {str(line.judgement.status) for line in lines} >= {"achieved", "missed"}
    running = {str(line.judgement.status) for line in cards.scorecard(RUNNING)}
    assert running >= {"behind", "not_due", "on_pace"}


def test_every_enterprise_there_has_an_approved_return_with_both_parts(zone):
    for year in YEARS:
        there = {
            location.enterprise_id
            for location in Location.objects.all()
            if location.from_year <= year and (location.to_year is None or location.to_year > year)
        }
        returns = Return.objects.filter(year=year, state="approved")
        assert {each.enterprise_id for each in returns} == there
    assert YearlyFigures.objects.filter(approved=True).count() == Return.objects.count()
    assert PatentCounts.objects.filter(approved=True).count() == Return.objects.count()


def test_patents_in_force_follow_from_grants_and_ends(zone):
    """What ended is never negative and each patent's own dates say the same as the counts."""
    before = {}
    for row in PatentCounts.objects.select_related("filing").order_by("year"):
        firm = row.filing.enterprise_id
        if firm in before:
            assert before[firm] + row.granted - row.in_force >= 0
        before[firm] = row.in_force


def test_counts_agree_with_the_register_where_it_holds_every_patent(zone):
    single = defaultdict(list)
    for patent in Patent.objects.prefetch_related("holders"):
        single[patent.holders.get(order=1).enterprise_id].append(patent)
    compared = 0
    for firm, patents in single.items():
        if len(patents) >= 10:
            continue
        for row in PatentCounts.objects.filter(filing__enterprise=firm):
            year = row.year
            assert row.filed == sum(p.filed_year == year for p in patents)
            assert row.granted == sum(p.granted_year == year for p in patents)
            held = [p for p in patents if p.granted_year and p.granted_year <= year]
            assert row.in_force == sum(not p.ended_year or p.ended_year > year for p in held)
            compared += 1
    assert compared > 20


def test_centers_show_every_turn_a_life_can_take(zone):
    reasons = Counter(Recognition.objects.exclude(end_reason="").values_list("end_reason", flat=1))
    assert reasons["revoked"]
    assert reasons["upgraded"]
    assert Recognition.objects.filter(note__startswith="Restored").exists()
    assert Center.objects.filter(merged_into__isnull=False).exists()
    assert Center.objects.filter(hosts__isnull=False).exists()
    assert Center.objects.filter(partners__isnull=False).exists()
    assert set(StageEvent.objects.values_list("stage", flat=True)) == {1, 2, 3, 4, 5}


def test_some_titles_lapse_within_a_year_and_some_were_renewed(zone):
    assert Title.objects.due_within(TODAY, TODAY + timedelta(days=365)).exists()
    renewed = Title.objects.filter(
        enterprise__titles__kind=F("kind"), enterprise__titles__expires_on=F("awarded_on")
    )
    assert renewed.exists()
    assert Title.objects.filter(review_due_on__gt=TODAY).exists()


def test_thirty_three_key_projects_are_listed_and_some_are_late(zone):
    serials = Project.objects.exclude(serial=None).values_list("serial", flat=True)
    assert sorted(serials) == list(range(1, 34))
    assert Milestone.objects.filter(done_on=None, planned_on__lt=TODAY).exists()
    assert Milestone.objects.filter(done_on__gt=F("planned_on")).exists()


def test_every_other_register_has_rows(zone):
    assert set(Application.objects.values_list("status", flat=True)) >= {"won", "declined"}
    for model in (Cooperation, Achievement, KeyMark):
        assert model.objects.exists()


def test_nothing_has_happened_after_today(zone):
    for model, day in (
        (Title, "awarded_on"), (Recognition, "on"), (Patent, "filed_on"), (Patent, "granted_on"),
        (Patent, "ended_on"), (Project, "begun_on"), (Application, "won_on"),
        (Cooperation, "signed_on"), (Achievement, "on"),
    ):  # fmt: skip
        assert not model.objects.filter(**{f"{day}__gt": TODAY}).exists()


def test_rows_would_pass_the_checks_of_their_forms(zone):
    for model in (Enterprise, Title, Recognition, Project, Cooperation, Patent, Target):
        for row in model.objects.all()[:40]:
            row.full_clean(validate_unique=False, validate_constraints=False)


def test_codes_and_numbers_have_valid_checks(zone):
    for enterprise in Enterprise.objects.all():
        assert credit_codes.problems(enterprise.credit_code) == credit_codes.Problems()
        assert enterprise.credit_code[2:8] == "630199"
    for patent in Patent.objects.all():
        number = application_numbers.parse(patent.application_no)
        assert number.has_valid_check
        assert (number.year, number.type) == (patent.filed_year, patent.type)


def test_past_years_are_closed_and_the_running_one_is_open(zone):
    years = ReportingYear.objects.filter(zone=zone).order_by("year")
    assert [row.is_closed for row in years] == [True] * 6 + [False]
    assert years.last().due_on == date(RUNNING + 1, 3, 31)


def test_a_revised_target_keeps_its_reason(zone):
    revised = TargetRevision.objects.filter(number=1)
    assert revised.exists()
    for row in revised:
        assert row.reason
        assert row.value == row.target.value
        assert row.target.revisions.get(number=0).value > row.value


def test_one_indicator_has_targets_in_all_parks_and_none_in_the_zone(zone):
    targets = Target.objects.filter(indicator="rd-bodies-new", year=LAST)
    assert targets.filter(zone=None).count() == targets.count() == 4
