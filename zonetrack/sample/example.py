"""Generated example zones: the same for the same seed, size and day."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection, models, transaction

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
    ZonePark,
)
from patents.models import Patent, PatentCounts, PatentHolder
from rd_centers.models import Center, CenterHost, CenterPartner, Recognition, StageEvent
from zonetrack import loading, writing
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

from .spool import Spool
from .synthetic import bodies, firms, land, names, patents, returns, targets, titles, work
from .synthetic.plan import REFERENCE_PATENTS, REFERENCE_YEARS, SIZES, Plan, Span
from .synthetic.zone import Making, random_of

__all__ = ["SIZES", "AlreadyThere", "Plan", "make_example", "plan_of"]

PARKS = 4
# From so many enterprises on, keeping indexes up to date takes most of a load's time.
MANY = 20_000
APPROVED = State.APPROVED.value
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
    with TemporaryDirectory(prefix="zonetrack-example-") as folder:
        return Factory(plan, today, tell, Spool(Path(folder))).run()


class Factory:
    def __init__(self, plan: Plan, today: date, tell: Tell, spool: Spool):
        self.plan, self.today, self.tell, self.spool = plan, today, tell, spool
        self.counts: dict[str, int] = {}
        self.numbers = patents.Numbers()

    def run(self) -> dict[str, int]:
        rows = [
            Institution(name_en=en, name_zh=zh, kind=kind) for en, zh, kind in names.INSTITUTIONS
        ]
        self.institutions = self.load(Institution, rows)
        self.categories = list(ProgramCategory.objects.filter(program__key="123"))
        sizes = self.plan.sizes()
        self.load_land(len(sizes))
        for number, size in enumerate(sizes, start=1):
            self.tell("zones", number - 1, len(sizes))
            self.make_zone(self.begin(number, size))
        self.store()
        return self.counts

    def load(self, model: type[models.Model], rows: list) -> list:
        writing.load(model, rows)
        self.counts[model.__name__] = len(rows)
        return rows

    def load_land(self, count: int) -> None:
        spans = [self.span(number) for number in range(1, count + 1)]
        rows = [land.zone_row(number, span) for number, span in enumerate(spans, start=1)]
        self.zones = self.load(Zone, rows)
        self.parks = [
            land.park_rows(zone, number, PARKS) for number, zone in enumerate(self.zones, start=1)
        ]
        self.load(Park, [park for parks in self.parks for park in parks])
        lands = list(zip(self.zones, self.parks, spans, strict=True))
        self.load(ZonePark, [row for each in lands for row in land.link_rows(*each)])
        years = [row for zone, _parks, span in lands for row in land.year_rows(zone, span)]
        self.load(ReportingYear, sorted(years, key=lambda row: row.year))

    def is_reference(self, number: int) -> bool:
        return number == 1 and self.plan.reference is not None

    def span(self, number: int) -> Span:
        years = REFERENCE_YEARS if self.is_reference(number) else self.plan.years
        last = self.today.year - 1
        return Span(first=last - years + 1, last=last, today=self.today)

    def begin(self, number: int, size: int) -> Making:
        reference, span = self.is_reference(number), self.span(number)
        rng = random_of(self.plan.seed, number, "firms")
        return Making(
            number=number,
            span=span,
            seed=self.plan.seed,
            patents=REFERENCE_PATENTS if reference else self.plan.patents,
            activity=1 if reference else self.plan.activity,
            firms=firms.make_firms(size, PARKS, span, rng),
            institutions=self.institutions,
            zone=self.zones[number - 1],
            # Without the last one, in which nothing happens.
            parks=self.parks[number - 1][:-1],
        )

    def make_zone(self, zone: Making) -> None:
        self.add_firms(zone)
        self.add_patents(zone)
        self.add_returns(zone)
        self.add_bodies(zone)
        self.spool.add(Title, dated(titles.make_titles(zone), "awarded_year"))
        self.add_work(zone)
        self.add_targets(zone)

    def add_firms(self, zone: Making) -> None:
        enterprises = self.spool.table(Enterprise, firms.ENTERPRISE)
        locations = self.spool.table(Location, firms.LOCATION)
        parks = [park.pk for park in zone.parks]
        for firm in zone.firms:
            firm.pk = enterprises.key(firm.start)
            enterprises.put(firm.start, firms.enterprise_row(firm, zone.number))
            for row in firms.location_rows(firm, parks):
                locations.put(firm.start, [locations.key(firm.start), *row])

    def add_patents(self, zone: Making) -> None:
        rng = zone.rng("patents")
        singles = self.spool.table(Patent, patents.PATENT)
        holders = self.spool.table(PatentHolder, patents.HOLDER)
        for firm in zone.firms:
            stock = patents.make_patents(firm, zone.span, rng, zone.activity)
            for one in stock[: zone.patents]:
                year = one.filed.year
                key, park = singles.key(year), zone.park_of(firm, year).pk
                singles.put(year, patents.patent_row(key, one, firm, park, self.numbers))
                for row in patents.holder_rows(key, one, firm):
                    holders.put(year, [holders.key(year), *row])

    def add_returns(self, zone: Making) -> None:
        luck = zone.rng("returns")
        filings = self.spool.table(Return, returns.RETURN)
        figures = self.spool.table(YearlyFigures, returns.FIGURES)
        counts = self.spool.table(PatentCounts, patents.COUNTS)
        tally = zone.tally
        for year in range(zone.span.first, zone.span.last + 1):
            for firm in zone.firms:
                if not firm.there_in(year):
                    continue
                place = firm.park_in(year)
                key, park = filings.key(year), zone.parks[place].pk
                filings.put(year, [key, firm.pk, park, year, APPROVED])
                told = returns.figures_of(firm, year, zone.span.first, luck)
                figures.key(year)
                figures.put(year, [key, park, year, True, *told])
                numbers = patents.counts_in(firm, year, zone.span)
                counts.key(year)
                counts.put(year, [key, park, year, True, *numbers])
                tally["revenue", place, year] += told[returns.REVENUE]
                tally["rd-expenditure", place, year] += told[returns.RD_EXPENDITURE]
                tally["patents-filed", place, year] += numbers[patents.FILED]
                tally["patents-granted", place, year] += numbers[patents.GRANTED]
                tally["patents-in-force", place, year] += numbers[patents.IN_FORCE]

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
            (each.project.begun_year or self.today.year, each) for each in work.make_projects(zone)
        ]
        self.spool.add(Project, [(year, each.project) for year, each in planned])
        self.spool.add(
            Milestone, [(year, row) for year, each in planned for row in each.milestones]
        )
        applied = work.make_applications(zone, self.categories)
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

    def store(self) -> None:
        tables = list(self.spool.tables.values())
        self.spool.number()
        with self.quickly([table.model for table in tables]):
            for place, table in enumerate(tables):
                self.tell(str(table.model._meta.verbose_name_plural), place, len(tables))
                self.counts[table.model.__name__] = table.total
                self.spool.store(table)
            self.tell("indexes", len(tables), len(tables) + 1)

    def quickly(self, tables: list[type[models.Model]]):
        """Large examples put the indexes aside, unless somebody has rows in the tables."""
        is_large = self.plan.enterprises >= MANY and connection.vendor == "postgresql"
        if is_large and not Enterprise.objects.exists():
            return loading.without_indexes(tables)
        return nullcontext()


def dated(rows: Iterable[models.Model], name: str) -> list[tuple[int, models.Model]]:
    """Each row with its year."""
    return [(getattr(row, name), row) for row in rows]
