"""Every counted indicator against a slow, obvious version in plain Python, and against its rows.

The registers are random but seeded, and hold what goes wrong in real ones: centers revoked,
restored, upgraded and merged, titles renewed and expired, enterprises that moved, drafts, blanks.
"""

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from enterprises.models import Location, State, Title, YearlyFigures
from enterprises.places import Place
from patents.models import PatentCounts
from rd_centers.models import Center, Recognition, StageEvent
from tests.factories import (
    make_center,
    make_center_kind,
    make_enterprise,
    make_park,
    make_project,
    make_return,
    make_title,
    make_title_kind,
    make_zone,
)
from zonetrack.catalog import INDICATORS
from zonetrack.indicators.declaration import Ask, Kind
from zonetrack.indicators.series import Readings
from zonetrack.projects.models import (
    Achievement,
    Application,
    Cooperation,
    Milestone,
    Program,
    ProgramCategory,
    Project,
)
from zonetrack.targets.scorecard import Scorecards, rows_behind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_history")]

FIRST, LAST = 2009, 2015
TODAY = date(2015, 6, 30)
YEARS = range(FIRST, LAST + 1)
COUNTED = [indicator for indicator in INDICATORS if indicator.parts]
PROVINCIAL = {"national", "national_local", "ministerial", "provincial"}


# Random registers


def make_registers(seed: int, size: int = 12):
    """A zone of three parks with everything in it; answers its Place."""
    random = Random(seed)
    zone = make_zone()
    parks = [*(make_park(zone) for _ in range(3)), zone.home_parks.get(is_unstated=True)]
    firms = [make_firm(random, parks) for _ in range(size)]
    make_bodies(random, parks, firms, size * 2)
    make_titles(random, firms, parks)
    make_returns(random, firms)
    make_results(random, parks, size)
    return Place(zone, tuple(zone.links.select_related("zone", "park")))


def make_firm(random, parks):
    """An enterprise that may have moved from one park to another, or left."""
    since = random.randint(2006, 2014)
    firm = make_enterprise(random.choice(parks), from_year=since, reports=random.random() < 0.8)
    if random.random() < 0.4:
        moved = random.randint(since, 2016)
        firm.locations.update(to_year=moved)
        if random.random() < 0.7:
            other = random.choice(parks)
            Location.objects.create(enterprise=firm, park=other, from_year=moved + 1)
    return firm


def make_bodies(random, parks, firms, number):
    kinds = [
        make_center_kind("technology_center"),
        make_center_kind("laboratory", key="key-lab"),
        make_center_kind("laboratory", key="joint-engineering-laboratory"),
        make_center_kind("station"),
    ]
    bodies = [
        make_center(
            random.choice(parks),
            kind=random.choice(kinds),
            host=random.choice([None, *firms]),
            recognized=None,
        )
        for _ in range(number)
    ]
    for body in bodies:
        make_life(random, body)
        if random.random() < 0.2:
            body.merged_into = random.choice([other for other in bodies if other != body])
            body.merged_year = random.randint(2008, 2015)
            body.save()


def make_life(random, body):
    """Stages, then recognitions: upgraded, revoked, restored, at two levels at once, or none."""
    for stage in StageEvent.Stage.values:
        if random.random() < 0.4:
            StageEvent.objects.create(center=body, stage=stage, year=random.randint(2006, 2015))
    levels = ["national", "national_local", "ministerial", "provincial", "city", "enterprise"]
    for level in random.sample(levels, random.randint(0, 3)):
        year = random.randint(2006, 2014)
        end = random.choice([None, None, year, year + 1, year + 3])
        recognize(body, level, year, end)
        if end and random.random() < 0.4:
            recognize(body, level, end + random.randint(1, 2), None)


def recognize(body, level, year, end):
    reason = "revoked" if end else ""
    Recognition.objects.create(
        center=body, level=level, year=year, ended_year=end, end_reason=reason
    )


def make_titles(random, firms, parks):
    of_firms = [
        make_title_kind(),
        make_title_kind(key="city-base", level="city"),
        make_title_kind(key="provincial-star", level="provincial"),
    ]
    of_parks = make_title_kind(key="national-base", level="national", held_by="park")
    for firm in firms:
        for kind in random.sample(of_firms, 2):
            make_title_with_renewal(random, random.choice(parks), enterprise=firm, kind=kind)
    for park in parks[:2]:
        make_title_with_renewal(random, park, kind=of_parks)


def make_title_with_renewal(random, park, **fields):
    year = random.randint(2006, 2014)
    expires = random.choice([None, year, year + 3])
    ended = random.choice([None, None, year + 1])
    reason = "revoked" if ended else ""
    make_title(
        park, awarded_year=year, expires_year=expires, ended_year=ended, end_reason=reason, **fields
    )
    if expires and random.random() < 0.6:
        make_title(park, awarded_year=year + 3, expires_year=year + 6, **fields)


def make_returns(random, firms):
    def maybe(most):
        return random.choice([None, 0, random.randint(1, most)])

    for firm in firms:
        park = random.choice([location.park for location in firm.locations.all()])
        for year in range(2007, 2016):
            if random.random() < 0.3:
                continue
            filed, granted, in_force = maybe(50), maybe(30), maybe(200)
            make_return(
                firm,
                year,
                park=park,
                state=random.choice([State.APPROVED, State.APPROVED, State.DRAFT]),
                employees=maybe(900),
                revenue=random.choice([None, Decimal("0"), Decimal("1234.5678"), Decimal("80")]),
                rd_expenditure=random.choice([None, Decimal("12.25"), Decimal("0")]),
                rd_personnel=maybe(80),
                new_product_sales=random.choice([None, Decimal("7.5")]),
                contract_turnover=random.choice([None, Decimal("0.0001")]),
                filed=filed,
                filed_inventions=filed and random.randint(0, filed),
                granted=granted,
                granted_inventions=granted,
                in_force=in_force,
                in_force_inventions=in_force and in_force // 2,
            )


def make_results(random, parks, number):
    program, _ = Program.objects.get_or_create(key="123", level="provincial")
    category, _ = ProgramCategory.objects.get_or_create(program=program, key="joint")
    for _ in range(number * 2):
        begun = random.choice([None, random.randint(2006, 2015)])
        ended = begun and random.choice([None, begun, begun + 2])
        project = make_project(
            random.choice(parks),
            is_key=random.random() < 0.7,
            begun_year=begun,
            completed_year=ended,
        )
        for month in range(random.randint(0, 3)):
            planned = date(random.randint(2008, 2016), 3 + month, 28)
            done = random.choice([None, planned, date(planned.year + 1, 5, 1)])
            Milestone.objects.create(
                project=project, name_en="Step", planned_on=planned, done_on=done
            )
        won = random.choice([None, random.randint(2006, 2015)])
        Application.objects.create(
            category=category,
            park=random.choice(parks),
            applied_year=2006,
            status="won" if won else "declined",
            won_year=won,
        )
        signed = random.randint(2006, 2015)
        Cooperation.objects.create(
            name_en="Agreement",
            kind="development",
            park=random.choice(parks),
            signed_year=signed,
            ended_year=random.choice([None, signed, signed + 2]),
        )
        Achievement.objects.create(
            name_en="Result", park=random.choice(parks), year=random.randint(2006, 2015)
        )


# The slow, obvious version


class Slow:
    """All rows of the registers as they are; each method answers for one park and one year."""

    def __init__(self):
        self.centers = list(Center.objects.select_related("kind"))
        self.recognitions = list(Recognition.objects.exclude(level="enterprise"))
        self.stages = list(StageEvent.objects.order_by("year", "stage"))
        self.titles = list(Title.objects.select_related("kind"))
        self.locations = list(Location.objects.all())
        self.figures = list(YearlyFigures.objects.filter(approved=True))
        self.patents = list(PatentCounts.objects.filter(approved=True))
        self.projects = list(Project.objects.prefetch_related("milestones"))
        self.applications = list(Application.objects.all())
        self.agreements = list(Cooperation.objects.all())
        self.achievements = list(Achievement.objects.all())

    # Bodies

    def bodies(self, park, *families):
        for center in self.centers:
            if center.park_id == park and (not families or center.kind.family in families):
                yield center

    def years_recognized(self, center):
        return [row.year for row in self.recognitions if row.center_id == center.pk]

    def stands(self, center, year, levels=None):
        if center.merged_year and center.merged_year <= year:
            return False
        return any(
            row.center_id == center.pk
            and row.year <= year
            and (row.ended_year is None or row.ended_year > year)
            and (levels is None or row.level in levels)
            for row in self.recognitions
        )

    def is_new(self, center, year):
        years = self.years_recognized(center)
        gone = center.merged_year and center.merged_year < year
        return bool(years) and min(years) == year and not gone and not self.succeeds(center, year)

    def succeeds(self, center, year):
        """Whether another body had been merged into this one by then."""
        return any(
            other.merged_into_id == center.pk and other.merged_year <= year
            for other in self.centers
        )

    def new(self, *families):
        return lambda park, year: sum(self.is_new(c, year) for c in self.bodies(park, *families))

    def held(self, *families, levels=None):
        return lambda park, year: sum(
            self.stands(c, year, levels) for c in self.bodies(park, *families)
        )

    def joint_labs(self, park, year):
        labs = (c for c in self.bodies(park) if c.kind_id == "joint-engineering-laboratory")
        return sum(self.stands(c, year) for c in labs)

    def in_stage(self, stage):
        return lambda park, year: sum(
            self.stage_of(center, year) == stage for center in self.bodies(park)
        )

    def stage_of(self, center, year):
        """The last stage by the year's end, unless something else has become of the body."""
        if center.merged_year and center.merged_year <= year:
            return None
        if any(first <= year for first in self.years_recognized(center)):
            return None
        events = [row for row in self.stages if row.center_id == center.pk and row.year <= year]
        return events[-1].stage if events and events[-1].year > year - 3 else None

    # Enterprises, titles, returns

    def firms(self, park, year):
        return {
            row.enterprise_id
            for row in self.locations
            if row.park_id == park
            and row.from_year <= year
            and (row.to_year is None or row.to_year > year)
        }

    def leading(self, park, year):
        leaders = {center.host_id for center in self.centers if self.stands(center, year)}
        return len(self.firms(park, year) & leaders)

    def titles_new(self, **chosen):
        return lambda park, year: sum(
            row.awarded_year == year for row in self.titles_of(park, **chosen)
        )

    def titles_held(self, **chosen):
        return lambda park, year: sum(
            row.awarded_year <= year and (row.last_year is None or row.last_year > year)
            for row in self.titles_of(park, **chosen)
        )

    def titles_of(self, park, level=None, kind=None):
        for row in self.titles:
            if level not in (None, row.kind.level) or kind not in (None, row.kind_id):
                continue
            if row.park_id == park:
                yield row

    def add(self, rows, column, *others):
        """The sum of a column over the rows that have it and the others; None without any."""

        def summed(park, year):
            found = [
                getattr(row, column)
                for row in rows
                if (row.park_id, row.year) == (park, year)
                and all(getattr(row, name) is not None for name in (column, *others))
            ]
            return sum(found) if found else None

        return summed

    def employees_with_patents(self):
        employees = {row.pk: row.employees for row in self.figures}
        for row in self.patents:
            row.employees = employees.get(row.pk)
        return self.patents

    # Projects

    def key_projects(self, park, year):
        return [
            row
            for row in self.projects
            if row.is_key
            and row.park_id == park
            and row.begun_year
            and row.begun_year <= year
            and (row.completed_year is None or row.completed_year >= year)
        ]

    def on_schedule(self, park, year):
        day = min(date(year, 12, 31), TODAY)
        return sum(
            not any(
                step.planned_on <= day and (step.done_on is None or step.done_on > day)
                for step in project.milestones.all()
            )
            for project in self.key_projects(park, year)
        )

    def in_year(self, rows, column):
        return lambda park, year: sum(
            row.park_id == park and getattr(row, column) == year for row in rows
        )

    def agreements_in_force(self, park, year):
        return sum(
            row.park_id == park
            and row.signed_year <= year
            and (row.ended_year is None or row.ended_year > year)
            for row in self.agreements
        )

    # Everything

    def by_key(self):
        """The counts by indicator key; of a ratio as a pair."""
        staffed = self.employees_with_patents()
        return {
            "tech-centers-new": self.new("technology_center"),
            "tech-centers-held": self.held("technology_center"),
            "rd-bodies-new": self.new(),
            "rd-bodies-held": self.held(),
            "rd-bodies-provincial-held": self.held(levels=PROVINCIAL),
            "rd-bodies-national-held": self.held(levels={"national"}),
            "joint-labs-held": self.joint_labs,
            "labs-held": self.held("laboratory"),
            "centers-planned": self.in_stage(1),
            "centers-applied": self.in_stage(2),
            "centers-building": self.in_stage(3),
            "enterprises-with-rd-body": (self.leading, self.count_firms),
            "titles-new": self.titles_new(),
            "titles-held": self.titles_held(),
            **{
                f"titles-{word}-{level}": count(level=level)
                for word, count in (("new", self.titles_new), ("held", self.titles_held))
                for level in ("national", "provincial", "city")
            },
            "high-tech-enterprises-held": self.titles_held(kind="high-tech-enterprise"),
            "rd-expenditure": self.add(self.figures, "rd_expenditure"),
            "rd-intensity-revenue": (
                self.add(self.figures, "rd_expenditure", "revenue"),
                self.add(self.figures, "revenue", "rd_expenditure"),
            ),
            "rd-personnel": self.add(self.figures, "rd_personnel"),
            "new-product-share": (
                self.add(self.figures, "new_product_sales", "revenue"),
                self.add(self.figures, "revenue", "new_product_sales"),
            ),
            "contract-turnover": self.add(self.figures, "contract_turnover"),
            "enterprises-registered": self.count_firms,
            **{
                f"patents-{name.replace('_', '-')}": self.add(self.patents, name)
                for name in PatentCounts.FIGURES
            },
            "patents-in-force-per-10k-employees": (
                self.add(staffed, "in_force", "employees"),
                self.add(staffed, "employees", "in_force"),
            ),
            "key-industrial-projects": self.count_key_projects,
            "key-projects-on-schedule": (self.on_schedule, self.count_key_projects),
            "projects-begun": self.in_year(self.projects, "begun_year"),
            "program-applications-won": self.in_year(self.applications, "won_year"),
            "cooperation-signed": self.in_year(self.agreements, "signed_year"),
            "cooperation-in-force": self.agreements_in_force,
            "achievements": self.in_year(self.achievements, "year"),
        }

    def count_firms(self, park, year):
        return len(self.firms(park, year))

    def count_key_projects(self, park, year):
        return len(self.key_projects(park, year))


def summed(count, parks, year):
    found = [value for park in parks if (value := count(park, year)) is not None]
    return sum(found) if found else None


def slow_parts(counts, parks, year):
    counts = counts if isinstance(counts, tuple) else (counts,)
    return [summed(count, parks, year) for count in counts]


# The comparison


def all_places(place):
    return [place, *place.park_places(LAST)]


def read_parts(indicator, value):
    """The parts in the order of `indicator.parts`; a count that nothing was found for is 0."""
    found = [value.value] if indicator.counts else [value.numerator, value.denominator]
    adds = [part.column for part in indicator.parts.values()]
    return [v if column else v or 0 for v, column in zip(found, adds, strict=True)]


def test_every_counted_indicator_has_a_slow_version():
    assert set(Slow().by_key()) == {indicator.key for indicator in COUNTED}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_are_what_plain_python_counts(seed):
    place = make_registers(seed)
    slow = Slow().by_key()
    readings = Readings(COUNTED, Ask(place.all_park_ids, FIRST, LAST, TODAY))
    wrong = []
    for each in all_places(place):
        for year in YEARS:
            parks = each.park_ids(year)
            for indicator in COUNTED:
                found = read_parts(indicator, readings.value(indicator, parks, year))
                expected = slow_parts(slow[indicator.key], parks, year)
                if found != expected:
                    wrong.append((indicator.key, each.key, year, found, expected))
    assert wrong == []


@pytest.mark.parametrize("seed", [5, 6])
def test_rows_behind_are_as_many_or_add_up(seed):
    place = make_registers(seed)
    readings = Readings(COUNTED, Ask(place.all_park_ids, FIRST, LAST, TODAY))
    wrong = []
    for each in all_places(place):
        for year in (2009, 2012, 2015):
            for indicator in COUNTED:
                value = readings.value(indicator, each.park_ids(year), year)
                parts = zip(indicator.parts.items(), read_parts(indicator, value), strict=True)
                for (name, part), shown in parts:
                    rows = rows_behind(indicator, each, year, today=TODAY, part=name)
                    column = part.column
                    behind = rows.aggregate(n=Sum(column))["n"] if column else rows.count()
                    if behind != shown:
                        wrong.append((indicator.key, name, each.key, year, shown, behind))
    assert wrong == []


def test_a_ratio_is_one_sum_divided_by_the_other():
    place = make_registers(7)
    readings = Readings(COUNTED, Ask(place.all_park_ids, FIRST, LAST, TODAY))
    ratios = [indicator for indicator in COUNTED if indicator.kind == Kind.RATIO]
    seen = set()
    for indicator in ratios:
        for year in YEARS:
            value = readings.value(indicator, place.park_ids(year), year)
            if value.value is None:
                assert value.numerator is None or not value.denominator
            else:
                seen.add(indicator.key)
                quotient = Decimal(value.numerator) * indicator.scale / Decimal(value.denominator)
                assert value.value == quotient
    assert seen == {indicator.key for indicator in ratios}


# Stock and flow


@pytest.mark.parametrize("seed", [8])
def test_bodies_held_follow_from_what_came_and_went(seed):
    """held(t) = held(t − 1) + new + restored + successors − revoked − merged away."""
    place = make_registers(seed, size=20)
    slow, value = Slow(), shown_values(place)
    for year in range(FIRST + 1, LAST + 1):
        before = {c.pk for c in slow.centers if slow.stands(c, year - 1)}
        now = {c.pk for c in slow.centers if slow.stands(c, year)}
        new = {c.pk for c in slow.centers if slow.is_new(c, year)}
        merged = {c.pk for c in slow.centers if c.merged_year == year}
        back_or_following = now - before - new
        revoked = before - now - merged
        came_and_went = new - now
        assert len(new) == value("rd-bodies-new", year)
        assert value("rd-bodies-held", year) == (
            value("rd-bodies-held", year - 1)
            + value("rd-bodies-new", year)
            + len(back_or_following)
            - len(revoked)
            - len(before & merged)
            - len(came_and_went)
        )


@pytest.mark.parametrize("seed", [10])
def test_titles_and_agreements_held_follow_from_new_and_ended(seed):
    place = make_registers(seed)
    slow, value = Slow(), shown_values(place)
    ends = {
        "titles": [row.last_year for row in slow.titles],
        "cooperation": [row.ended_year for row in slow.agreements],
    }
    stocks = {
        "titles": ("titles-held", "titles-new"),
        "cooperation": ("cooperation-in-force", "cooperation-signed"),
    }
    for name, (held, new) in stocks.items():
        for year in range(FIRST + 1, LAST + 1):
            ended = ends[name].count(year)
            assert value(held, year) == value(held, year - 1) + value(new, year) - ended


def shown_values(place):
    readings = Readings(COUNTED, Ask(place.all_park_ids, FIRST, LAST, TODAY))
    by_key = {indicator.key: indicator for indicator in COUNTED}

    def value(key, year):
        return readings.value(by_key[key], place.park_ids(year), year).value or 0

    return value


def test_levels_are_never_more_than_the_whole():
    place = make_registers(12, size=20)
    value = shown_values(place)
    for year in YEARS:
        for word in ("new", "held"):
            levels = [f"titles-{word}-{level}" for level in ("national", "provincial", "city")]
            assert sum(value(key, year) for key in levels) == value(f"titles-{word}", year)
        assert value("rd-bodies-national-held", year) <= value("rd-bodies-provincial-held", year)
        assert value("rd-bodies-provincial-held", year) <= value("rd-bodies-held", year)
        assert value("joint-labs-held", year) <= value("labs-held", year)


# Provisional counting, and what it costs


def test_drafts_count_only_where_asked_for():
    park = make_park()
    make_return(park=park, filed=7)
    make_return(park=park, filed=5, state=State.SUBMITTED)
    filed = next(indicator for indicator in COUNTED if indicator.key == "patents-filed")
    parks = frozenset([park.pk])
    for provisional, expected in ((False, 7), (True, 12)):
        readings = Readings([filed], Ask(parks, 2014, 2014, TODAY, provisional))
        assert readings.value(filed, parks, 2014).value == expected


def queries_of_a_scorecard(place, first):
    with CaptureQueriesContext(connection) as captured:
        cards = Scorecards(INDICATORS, place, first, LAST, today=TODAY)
        for each in all_places(place):
            cards.scorecard(LAST, each)
            for indicator in INDICATORS:
                cards.track_record(indicator, each)
    return len(captured)


def test_queries_do_not_grow_with_years_records_enterprises_or_parks():
    small = make_registers(13, size=2)
    fewest = queries_of_a_scorecard(small, LAST)
    place = make_registers(14, size=25)
    assert queries_of_a_scorecard(place, 2006) == fewest
    assert fewest <= 14
