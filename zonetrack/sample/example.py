"""Generated example zones: the same for the same seed, size and day."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice

from django.db import models, transaction

from enterprises.models import (
    Enterprise,
    Institution,
    KeyMark,
    Location,
    Park,
    Return,
    Title,
    YearlyFigures,
    Zone,
    ZonePark,
)
from patents.models import Patent, PatentCounts, PatentHolder
from rd_centers.models import Center, CenterHost, CenterPartner, Recognition, StageEvent
from zonetrack import writing
from zonetrack.projects.models import (
    Achievement,
    Application,
    Cooperation,
    CooperationPartner,
    Milestone,
    ProgramCategory,
    Project,
)
from zonetrack.reference_lists import load_reference_lists
from zonetrack.targets.models import Target, TargetRevision
from zonetrack.years.models import ReportingYear

from .synthetic import bodies, firms, land, names, patents, returns, targets, titles, work
from .synthetic.plan import REFERENCE_PATENTS, REFERENCE_YEARS, SIZES, Plan, Span
from .synthetic.zone import Making, random_of

__all__ = ["SIZES", "AlreadyThere", "Plan", "make_example", "plan_of"]

PARKS = 4
CHUNK = 5000
# Called with what is being made, how much of it is done, and how much there is.
Tell = Callable[[str, int, int], None]


class AlreadyThere(Exception):
    """The database has an example zone already."""


def plan_of(size: str, **changes) -> Plan:
    """The plan of a size, with whatever is given (not None) in place of its own."""
    return replace(SIZES[size], **{name: n for name, n in changes.items() if n is not None})


def quiet(part: str, done: int, total: int) -> None:
    """Tells nobody."""


@transaction.atomic
def make_example(plan: Plan, *, today: date, tell: Tell = quiet) -> dict[str, int]:
    """Make the example zones and answer how many rows there are of what.

    The last complete year is the one before today's; the running year has events up to today.
    Rows are stored in the order of time, not of zones, as yearly reporting makes them.
    """
    if Zone.objects.filter(key=names.zone_key(1)).exists():
        raise AlreadyThere
    load_reference_lists()
    return Factory(plan, today, tell).run()


class Factory:
    def __init__(self, plan: Plan, today: date, tell: Tell):
        self.plan, self.today, self.tell = plan, today, tell
        self.counts: dict[str, int] = {}

    def run(self) -> dict[str, int]:
        institutions = self.make_institutions()
        self.zones = [
            self.begin(number, size, institutions)
            for number, size in enumerate(self.plan.sizes(), start=1)
        ]
        steps = [
            self.store_land,
            self.store_firms,
            self.store_returns,
            self.store_patents,
            self.store_bodies,
            self.store_titles,
            self.store_work,
            self.store_targets,
        ]
        for step in steps:
            step()
        return self.counts

    def make_institutions(self) -> list[Institution]:
        rows = [
            Institution(name_en=en, name_zh=zh, kind=kind) for en, zh, kind in names.INSTITUTIONS
        ]
        self.store(Institution, rows)
        return rows

    def begin(self, number: int, size: int, institutions: list[Institution]) -> Making:
        is_reference = number == 1 and self.plan.reference is not None
        years = REFERENCE_YEARS if is_reference else self.plan.years
        last = self.today.year - 1
        span = Span(first=last - years + 1, last=last, today=self.today)
        rng = random_of(self.plan.seed, number, "firms")
        return Making(
            number=number,
            span=span,
            seed=self.plan.seed,
            patents=REFERENCE_PATENTS if is_reference else self.plan.patents,
            firms=firms.make_firms(size, PARKS, span, rng),
            institutions=institutions,
        )

    def store(self, model: type[models.Model], rows: Iterable) -> None:
        """Store rows in the order given, piece by piece."""
        rows = iter(rows)
        while chunk := list(islice(rows, CHUNK)):
            writing.load(model, chunk)
            self.counts[model.__name__] = self.counts.get(model.__name__, 0) + len(chunk)

    def store_land(self):
        for zone in self.zones:
            zone.zone = land.zone_row(zone.number, zone.span)
        self.store(Zone, [zone.zone for zone in self.zones])
        for zone in self.zones:
            zone.parks = land.park_rows(zone.zone, zone.number, PARKS)
        self.store(Park, [park for zone in self.zones for park in zone.parks])
        self.store(
            ZonePark,
            [row for z in self.zones for row in land.link_rows(z.zone, z.parks, z.span)],
        )
        years = [row for zone in self.zones for row in land.year_rows(zone.zone, zone.span)]
        self.store(ReportingYear, sorted(years, key=lambda row: row.year))
        for zone in self.zones:
            # From here on only the parks that things happen in.
            zone.parks = zone.parks[:-1]

    def store_firms(self):
        pairs = [(firm, zone) for zone in self.zones for firm in zone.firms]
        pairs.sort(key=lambda pair: pair[0].start)
        for done in range(0, len(pairs), CHUNK):
            self.tell("enterprises", done, len(pairs))
            chunk = pairs[done : done + CHUNK]
            rows = [firms.enterprise_row(firm, zone.number) for firm, zone in chunk]
            self.store(Enterprise, rows)
            for (firm, _zone), row in zip(chunk, rows, strict=True):
                firm.pk = row.pk
            ids = {zone.number: [park.pk for park in zone.parks] for _firm, zone in chunk}
            self.store(
                Location,
                [
                    row
                    for firm, zone in chunk
                    for row in firms.location_rows(firm, ids[zone.number])
                ],
            )

    def store_returns(self):
        for zone in self.zones:
            rng = zone.rng("patents")
            for firm in zone.firms:
                patents.make_patents(firm, zone.span, rng)
        luck = {zone.number: zone.rng("returns") for zone in self.zones}
        first, last = min(zone.span.first for zone in self.zones), self.today.year - 1
        for year in range(first, last + 1):
            self.tell("yearly returns", year - first, last - first + 1)
            due = (
                (zone, firm)
                for zone in self.zones
                if zone.span.first <= year
                for firm in zone.firms
                if firm.there_in(year)
            )
            while chunk := list(islice(due, CHUNK)):
                self.store_returns_of(chunk, year, luck)

    def store_returns_of(self, chunk, year: int, luck):
        rows = [
            returns.return_row(firm, year, zone.parks[firm.park_in(year)].pk)
            for zone, firm in chunk
        ]
        self.store(Return, rows)
        figures, counts = [], []
        for (zone, firm), row in zip(chunk, rows, strict=True):
            of_return = {"filing_id": row.pk, "park_id": row.park_id}
            figure = returns.figure_row(firm, year, zone.span.first, luck[zone.number], **of_return)
            count = patents.count_row(firm, year, **of_return)
            figures.append(figure)
            counts.append(count)
            zone.count("revenue", firm, year, figure.revenue)
            zone.count("rd-expenditure", firm, year, figure.rd_expenditure)
            zone.count("patents-filed", firm, year, count.filed)
            zone.count("patents-granted", firm, year, count.granted)
            zone.count("patents-in-force", firm, year, count.in_force)
        self.store(YearlyFigures, figures)
        self.store(PatentCounts, counts)

    def store_patents(self):
        singles = [
            (one, firm, zone)
            for zone in self.zones
            for firm in zone.firms
            for one in firm.stock[: zone.patents]
        ]
        singles.sort(key=lambda single: single[0].filed.year)
        numbers = patents.Numbers()
        for done in range(0, len(singles), CHUNK):
            self.tell("single patents", done, len(singles))
            chunk = singles[done : done + CHUNK]
            rows = [
                patents.patent_row(one, firm, zone.park_of(firm, one.filed.year).pk, numbers)
                for one, firm, zone in chunk
            ]
            self.store(Patent, rows)
            self.store(
                PatentHolder,
                [
                    holder
                    for row, (_one, firm, _zone) in zip(rows, chunk, strict=True)
                    for holder in patents.holder_rows(row, firm)
                ],
            )

    def in_time(self, make: Callable, day: Callable, part: str) -> list:
        """What `make` makes for every zone, in the order of `day`."""
        made = []
        for done, zone in enumerate(self.zones):
            self.tell(part, done, len(self.zones))
            made += make(zone)
        return sorted(made, key=day)

    def store_bodies(self):
        made = self.in_time(bodies.make_bodies, lambda body: body.day, "R&D centers")
        centers = [body.center for body in made]
        # A body that goes up into another one can be stored only after that one.
        self.store(Center, [center for center in centers if center.merged_into is None])
        self.store(Center, [center for center in centers if center.merged_into is not None])
        for model, rows in (
            (StageEvent, ordered(made, "stages")),
            (Recognition, ordered(made, "recognitions")),
        ):
            self.store(model, rows)
        others = [row for body in made for row in body.others]
        for model in (CenterHost, CenterPartner):
            self.store(model, [row for row in others if isinstance(row, model)])

    def store_titles(self):
        self.store(Title, self.in_time(titles.make_titles, lambda row: row.awarded_on, "titles"))

    def store_work(self):
        categories = list(ProgramCategory.objects.filter(program__key="123"))
        planned = self.in_time(
            work.make_projects,
            lambda planned: planned.project.begun_year or self.today.year,
            "projects",
        )
        self.store(Project, [each.project for each in planned])
        self.store(Milestone, [row for each in planned for row in each.milestones])
        self.store(
            Application,
            self.in_time(
                lambda zone: work.make_applications(zone, categories),
                lambda row: row.applied_on,
                "program applications",
            ),
        )
        agreed = self.in_time(
            work.make_cooperation, lambda each: each.cooperation.signed_on, "cooperation"
        )
        self.store(Cooperation, [each.cooperation for each in agreed])
        self.store(CooperationPartner, [row for each in agreed for row in each.partners])
        self.store(
            Achievement, self.in_time(work.make_achievements, lambda row: row.on, "achievements")
        )
        self.store(KeyMark, self.in_time(work.make_key_marks, lambda row: row.year, "key marks"))

    def store_targets(self):
        made = self.in_time(targets.make_targets, lambda each: each.target.year, "targets")
        self.store(Target, [each.target for each in made])
        self.store(TargetRevision, [row for each in made for row in each.revisions])


def ordered(made: list[bodies.Body], name: str) -> Iterator:
    """The rows of all bodies in the order of their years."""
    return iter(sorted((row for body in made for row in getattr(body, name)), key=year_of))


def year_of(row) -> int:
    return row.year
