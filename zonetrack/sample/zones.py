"""What one process makes of the generated zones: rows in files, ready for the database."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import models

from enterprises.models import (
    Enterprise,
    Institution,
    KeyMark,
    Location,
    Park,
    Return,
    State,
    Title,
    YearlyFigures,
    Zone,
)
from patents.models import Patent, PatentCounts, PatentHolder
from rd_centers.models import Center, CenterHost, CenterPartner, Recognition, StageEvent
from zonetrack.projects.models import (
    Achievement,
    Application,
    Cooperation,
    CooperationPartner,
    Milestone,
    ProgramCategory,
    Project,
)
from zonetrack.targets.models import Target, TargetRevision

from .spool import Bases, Ready, Spool
from .synthetic import bodies, firms, patents, returns, targets, titles, work
from .synthetic.plan import REFERENCE_PATENTS, REFERENCE_YEARS, Plan, Span
from .synthetic.zone import Making, random_of

PARKS = 4
APPROVED = State.APPROVED.value
# What is made, with its columns (none: all of them), in the order in which it can be stored.
MADE: dict[type[models.Model], tuple[str, ...]] = {
    Enterprise: firms.ENTERPRISE,
    Location: firms.LOCATION,
    Patent: patents.PATENT,
    PatentHolder: patents.HOLDER,
    Return: returns.RETURN,
    YearlyFigures: returns.FIGURES,
    PatentCounts: patents.COUNTS,
    Center: (),
    StageEvent: (),
    Recognition: (),
    CenterHost: (),
    CenterPartner: (),
    Title: (),
    Project: (),
    Milestone: (),
    Application: (),
    Cooperation: (),
    CooperationPartner: (),
    Achievement: (),
    KeyMark: (),
    Target: (),
    TargetRevision: (),
}
# What waits in memory is looked at after so many firms.
FIRMS_AT_ONCE = 100
# Told so many more zones are made.
Told = Callable[[int], None]


@dataclass
class Common:
    """What all processes know: the zones with their parks are stored already."""

    plan: Plan
    today: date
    sizes: list[int]
    institutions: list[Institution]
    categories: list[ProgramCategory]
    zones: list[Zone] = field(default_factory=list)
    parks: list[list[Park]] = field(default_factory=list)

    def is_reference(self, number: int) -> bool:
        return number == 1 and self.plan.reference is not None

    def span(self, number: int) -> Span:
        years = REFERENCE_YEARS if self.is_reference(number) else self.plan.years
        last = self.today.year - 1
        return Span(first=last - years + 1, last=last, today=self.today)


class Maker:
    """Makes the zones with these numbers, in three steps: `survey`, `make` and `finish`.

    Luck is each zone's own, so that it is the same whoever makes it, and when.
    """

    def __init__(self, common: Common, numbers: list[int], folder: Path):
        self.common, self.numbers = common, numbers
        self.spool = Spool(folder)
        self.makings: dict[int, Making] = {}

    def pages(self, model: type[models.Model]) -> Ready:
        return self.spool.pages(model, MADE[model])

    def survey(self, told: Told) -> dict[int, dict[type[models.Model], Counter]]:
        """By zone, how many rows of each year there will be whose keys are needed at once."""
        found = {}
        for number in self.numbers:
            zone = self.makings[number] = self.begin(number)
            rng, first, end = zone.rng("patents"), zone.span.first, zone.span.running
            starts, filed, there = Counter(), Counter(), [0] * (end - first + 1)
            for firm in zone.firms:
                starts[firm.start] += 1
                there[max(firm.start - first, 0)] += 1
                if firm.end:
                    there[firm.end - first] -= 1
                firm.filed = patents.filings(firm, zone.span, rng, zone.activity)
                left = zone.patents
                for year, count in enumerate(firm.filed, start=first - patents.EARLIER):
                    filed[year] += min(count, left)
                    left -= min(count, left)
            filings = Counter()
            for place in range(end - first):
                filings[first + place] = sum(there[: place + 1])
            found[number] = {Enterprise: starts, Return: filings, Patent: filed}
            told(1)
        return found

    def begin(self, number: int) -> Making:
        common, span = self.common, self.common.span(number)
        plan, reference = common.plan, common.is_reference(number)
        rng = random_of(plan.seed, number, "firms")
        return Making(
            number=number,
            span=span,
            seed=plan.seed,
            patents=REFERENCE_PATENTS if reference else plan.patents,
            activity=1 if reference else plan.activity,
            firms=firms.make_firms(common.sizes[number - 1], PARKS, span, rng),
            institutions=common.institutions,
            zone=common.zones[number - 1],
            # Without the last one, in which nothing happens.
            parks=common.parks[number - 1][:-1],
        )

    def make(self, told: Told, bases: dict[int, Bases], serials: dict[int, int]):
        """Make the zones. `serials`: by year what leads from a patent's key to its number."""
        for number in self.numbers:
            zone = self.makings.pop(number)
            self.add_firms(zone, bases[number], serials)
            self.add_bodies(zone)
            self.spool.add(Title, dated(titles.make_titles(zone), "awarded_year"))
            self.add_work(zone)
            self.add_targets(zone)
            self.spool.tidy()
            told(1)
        return self.spool.counts()

    def finish(self, told: Told, bases: Bases) -> dict[str, int]:
        """Give every row its key; answer how many there are of each model's name."""
        self.spool.settle(bases)
        return {model.__name__: pages.total for model, pages in self.spool.ready.items()}

    def add_firms(self, zone: Making, bases: Bases, serials: dict[int, int]) -> None:
        """The enterprises with their patents and returns."""
        enterprises = self.pages(Enterprise).waiting
        locations = self.pages(Location).waiting
        parks = [park.pk for park in zone.parks]
        keys, luck, chance = bases[Enterprise], zone.rng("returns"), zone.rng("patent lives")
        tally = Tally(zone)
        for place, firm in enumerate(zone.firms):
            start = firm.start
            keys[start] = firm.pk = keys[start] + 1
            enterprises[start].append(firms.enterprise_row(firm, zone.number))
            locations[start] += firms.location_rows(firm, parks)
            stock = patents.make_patents(firm, zone.span, chance)
            self.add_patents(parks, firm, stock[: zone.patents], bases[Patent], serials)
            self.add_returns(parks, firm, luck.random, bases[Return], tally)
            if place % FIRMS_AT_ONCE == 0:
                self.spool.tidy()
        tally.tell()

    def add_patents(self, parks: list[int], firm, stock, keys: dict[int, int], serials) -> None:
        singles = self.pages(Patent).waiting
        holders = self.pages(PatentHolder).waiting
        for one in stock:
            _kind, year, day, *_rest = one
            keys[year] = key = keys[year] + 1
            park = parks[firm.park_in(year)]
            singles[year].append(patents.patent_row(key, key + serials[year], one, firm, park))
            holders[year].append((key, 1, firm.pk, ""))
            if patents.SHARED[day]:
                holders[year].append((key, 2, None, patents.OUTSIDE))

    def add_returns(self, parks: list[int], firm, random, keys: dict[int, int], tally) -> None:
        filings = self.pages(Return).waiting
        figures = self.pages(YearlyFigures).waiting
        counts = self.pages(PatentCounts).waiting
        span, pk, told_patents = tally.zone.span, firm.pk, firm.counts
        first = span.first
        for year in range(max(firm.start, first), firm.end or span.running):
            place = firm.park_in(year)
            park = parks[place]
            keys[year] = key = keys[year] + 1
            filings[year].append((key, pk, park, year, APPROVED))
            told = returns.figures_of(firm, year - first, random)
            figures[year].append((key, park, year, True, *told))
            begin = (year - first + patents.EARLIER) * patents.TOLD
            numbers = told_patents[begin : begin + patents.TOLD]
            counts[year].append((key, park, year, True, *numbers))
            tally.add(place, year - first, told, numbers)

    def add_bodies(self, zone: Making) -> None:
        made = bodies.make_bodies(zone)
        self.spool.add(Center, [(body.day.year, body.center) for body in made])
        for model, name in ((StageEvent, "stages"), (Recognition, "recognitions")):
            rows = [row for body in made for row in getattr(body, name)]
            self.spool.add(model, dated(rows, "year"))
        others = [(body.day.year, row) for body in made for row in body.others]
        for model in (CenterHost, CenterPartner):
            self.spool.add(model, [each for each in others if isinstance(each[1], model)])

    def add_work(self, zone: Making) -> None:
        planned = [
            (each.project.begun_year or zone.span.today.year, each)
            for each in work.make_projects(zone)
        ]
        self.spool.add(Project, [(year, each.project) for year, each in planned])
        self.spool.add(
            Milestone, [(year, row) for year, each in planned for row in each.milestones]
        )
        applied = work.make_applications(zone, self.common.categories)
        self.spool.add(Application, dated(applied, "applied_year"))
        agreed = [(each.cooperation.signed_year, each) for each in work.make_cooperation(zone)]
        self.spool.add(Cooperation, [(year, each.cooperation) for year, each in agreed])
        self.spool.add(
            CooperationPartner, [(year, row) for year, each in agreed for row in each.partners]
        )
        self.spool.add(Achievement, dated(work.make_achievements(zone), "year"))
        self.spool.add(KeyMark, dated(work.make_key_marks(zone), "year"))

    def add_targets(self, zone: Making) -> None:
        made = [(each.target.year, each) for each in targets.make_targets(zone)]
        self.spool.add(Target, [(year, each.target) for year, each in made])
        self.spool.add(
            TargetRevision, [(year, row) for year, each in made for row in each.revisions]
        )


class Tally:
    """Yearly figures added up for each park."""

    def __init__(self, zone: Making):
        self.zone = zone
        years = zone.span.running - zone.span.first + 1
        self.sums = [[[0] * 5 for _ in range(years)] for _park in zone.parks]

    def add(self, park: int, year: int, told: tuple, numbers: list[int]) -> None:
        sums = self.sums[park][year]
        sums[0] += told[returns.REVENUE]
        sums[1] += told[returns.RD_EXPENDITURE]
        sums[2] += numbers[patents.FILED]
        sums[3] += numbers[patents.GRANTED]
        sums[4] += numbers[patents.IN_FORCE]

    def tell(self) -> None:
        """Tell the zone, whose targets are set by these."""
        for park, years in enumerate(self.sums):
            for year, sums in enumerate(years, start=self.zone.span.first):
                for indicator, value in zip(TALLIED, sums, strict=True):
                    self.zone.tally[indicator, park, year] += value


TALLIED = (
    "revenue",
    "rd-expenditure",
    "patents-filed",
    "patents-granted",
    "patents-in-force",
)


def dated(rows: Iterable[models.Model], name: str) -> list[tuple[int, models.Model]]:
    """Each row with its year."""
    return [(getattr(row, name), row) for row in rows]
