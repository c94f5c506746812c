"""Generated example zones: the same for the same seed, size and day."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection, models, transaction

from enterprises.models import Institution, Park, Zone, ZonePark
from patents.models import Patent
from zonetrack import loading, writing
from zonetrack.projects.models import ProgramCategory
from zonetrack.reference_lists import load_reference_lists
from zonetrack.years.models import ReportingYear

from .crew import crew
from .spool import bases_of
from .synthetic import land, names, patents
from .synthetic.plan import SIZES, Plan
from .zones import MADE, PARKS, Common, Maker

__all__ = ["SIZES", "AlreadyThere", "Plan", "make_example", "plan_of"]

# From so many enterprises on, keeping indexes up to date takes most of a load's time.
MANY = 20_000
# Called with what is being made, how much of it is done, and how much there is.
Tell = Callable[[str, int, int], None]


class AlreadyThere(Exception):
    """The database has an example zone already."""


def plan_of(size: str, **changes) -> Plan:
    """The plan of a size, with whatever is given (not None) in place of its own."""
    return replace(SIZES[size], **{name: n for name, n in changes.items() if n is not None})


def quiet(part: str, done: int, total: int) -> None:
    """Tells nobody."""


def make_example(
    plan: Plan, *, today: date, tell: Tell = quiet, processes: int = 1
) -> dict[str, int]:
    """Make the example zones and answer how many rows there are of what.

    The last complete year is the one before today's; the running year has events up to today.
    Rows are stored in the order of time, not of zones, as yearly reporting makes them.
    `processes`: how many make zones; on PostgreSQL a large example is stored by as many connections
    where nobody has rows in its tables and this is no part of a transaction. Until the end nobody
    else can use them.
    """
    if Zone.objects.filter(key=names.zone_key(1)).exists():
        raise AlreadyThere
    is_empty = has_many_to_store(plan)
    connections = processes if is_empty and not connection.in_atomic_block else 1
    with (
        TemporaryDirectory(prefix="zonetrack-example-") as folder,
        loading.aside(MADE, connections) if connections > 1 else nullcontext() as aside,
        transaction.atomic(),
        loading.without_indexes(MADE) if is_empty and not aside else nullcontext(),
    ):
        load_reference_lists()
        factory = Factory(plan, today, tell, Path(folder))
        factory.make(processes)
        factory.store(aside)
    if aside:
        aside.tidy(tell)
    return factory.counts


def has_many_to_store(plan: Plan) -> bool:
    """Whether indexes are better put aside; not where somebody has rows in the tables."""
    is_large = plan.enterprises >= MANY and connection.vendor == "postgresql"
    return is_large and not any(model.objects.exists() for model in MADE)


class Factory:
    def __init__(self, plan: Plan, today: date, tell: Tell, folder: Path):
        self.plan, self.today, self.tell, self.folder = plan, today, tell, folder
        self.counts: dict[str, int] = {}
        self.makers: list[Maker] = []

    def make(self, processes: int) -> None:
        """Store the zones with their parks, and make everything in them, in files."""
        common = self.load_land()
        self.makers = [
            Maker(common, numbers, self.place(n))
            for n, numbers in enumerate(shares(common.sizes, processes))
        ]
        total = len(common.sizes)
        with crew(self.makers) as workers:
            surveys = workers.do("survey", [()] * len(self.makers), self.told("sizes", total))
            found = {number: rows for each in surveys for number, rows in each.items()}
            bases = dict(zip(sorted(found), bases_of(found[n] for n in sorted(found)), strict=True))
            serials = {
                year: patents.FIRST_SERIAL - base - 1 for year, base in bases[1][Patent].items()
            }
            given = [({n: bases[n] for n in maker.numbers}, serials) for maker in self.makers]
            counts = workers.do("make", given, self.told("zones", total))
            given = [(each,) for each in bases_of(counts)]
            for rows in workers.do("finish", given, self.told("zones", total)):
                for name, count in rows.items():
                    self.counts[name] = self.counts.get(name, 0) + count

    def place(self, number: int) -> Path:
        folder = self.folder / str(number)
        folder.mkdir()
        return folder

    def told(self, part: str, total: int) -> Callable[[int], None]:
        done = 0

        def told(more: int) -> None:
            nonlocal done
            done += more
            self.tell(part, done, total)

        return told

    def load(self, model: type[models.Model], rows: list) -> list:
        writing.load(model, rows)
        self.counts[model.__name__] = len(rows)
        return rows

    def load_land(self) -> Common:
        institutions = [
            Institution(name_en=en, name_zh=zh, kind=kind) for en, zh, kind in names.INSTITUTIONS
        ]
        common = Common(
            plan=self.plan,
            today=self.today,
            sizes=self.plan.sizes(),
            institutions=self.load(Institution, institutions),
            categories=list(ProgramCategory.objects.filter(program__key="123")),
        )
        spans = [common.span(number) for number in range(1, len(common.sizes) + 1)]
        rows = [land.zone_row(number, span) for number, span in enumerate(spans, start=1)]
        common.zones = self.load(Zone, rows)
        common.parks = [
            land.park_rows(zone, number, PARKS) for number, zone in enumerate(common.zones, start=1)
        ]
        self.load(Park, [park for parks in common.parks for park in parks])
        lands = list(zip(common.zones, common.parks, spans, strict=True))
        self.load(ZonePark, [row for each in lands for row in land.link_rows(*each)])
        years = [row for zone, _parks, span in lands for row in land.year_rows(zone, span)]
        self.load(ReportingYear, sorted(years, key=lambda row: row.year))
        return common

    def store(self, aside: loading.Aside | None) -> None:
        jobs = [lambda model=model: self.store_rows(model) for model in MADE]
        if aside:
            aside.store(jobs, self.tell)
            return
        for place, (model, job) in enumerate(zip(MADE, jobs, strict=True)):
            self.tell(str(model._meta.verbose_name_plural), place, len(jobs))
            job()

    def store_rows(self, model: type[models.Model]) -> None:
        """What all makers have of a model, year by year."""
        pages = [maker.pages(model) for maker in self.makers]
        years = {year for each in pages for year in each.years()}
        for year in sorted(years):
            for each in pages:
                each.store(year)


def shares(sizes: list[int], processes: int) -> list[list[int]]:
    """Numbers of zones for each process, so that all have about as many enterprises."""
    processes = max(min(processes, len(sizes)), 1)
    found: list[list[int]] = [[] for _ in range(processes)]
    loads = [0] * processes
    for number, size in sorted(enumerate(sizes, start=1), key=lambda each: -each[1]):
        least = loads.index(min(loads))
        found[least].append(number)
        loads[least] += size
    return [sorted(numbers) for numbers in found]
