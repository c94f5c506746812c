"""Many people at once: the product under gunicorn with two processes, and a crowd at its pages.

On a machine so many times slower than a usual one, people think and limits last so many times
longer: the crowd asks as much of it as it would of a usual one. `result` is told for a usual one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from math import inf
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from urllib.parse import quote

from django.db.models import Count
from django.test import Client
from django.urls import reverse

from enterprises.models import Enterprise, Park, Return, State, YearlyFigures, Zone
from zonetrack.access import roles
from zonetrack.access.grants import grant
from zonetrack.access.models import User

from . import people, timing
from .people import EXPORT, PAGE, SAVE, Asked, Notes, Person, Saved
from .serving import Server, serving
from .setting import Filled, Setting
from .table import Row, held
from .timing import USUAL_SECONDS, seconds_of

THINK, HURRIED = 3, 1  # seconds between two requests of a person
ENTERING = 0.3  # of the people, in the week of reporting
EXPORTS = 4
# Two of so many share a return, so that conflicts happen.
SHARING = 5
MOST_ERRORS = 0.001
MOST_GROWTH, MOST_MEMORY, MOST_DRIVER = 1.1, 1024, 0.15


@dataclass(frozen=True)
class Stage:
    """Some people for some time. `limits`: milliseconds by share of the requests of a kind."""

    name: str
    browsing: int
    entering: int = 0
    exporting: int = 0
    think: float | None = None  # seconds; None as usual
    limits: dict[tuple[str, float], float] = field(default_factory=dict)
    # How soon the next person gets a page when all have gone.
    calm: float | None = None


USUAL = {(PAGE, 0.5): 150, (PAGE, 0.95): 800, (PAGE, 0.99): 2000}


def stages(count: int, vendor: str) -> list[Stage]:
    """What is promised for each database; `count`: people at once on PostgreSQL."""
    many = [
        Stage("browsing", count, limits=USUAL),
        Stage(
            "reporting week",
            count - round(count * ENTERING),
            round(count * ENTERING),
            limits=USUAL | {(SAVE, 0.95): 1000},
        ),
        Stage("overload", 2 * count, think=HURRIED, limits={(PAGE, 0.95): 5000}, calm=1000),
    ]
    few = max(count // 4, 2)
    entering = max(round(few * ENTERING), 1)
    office = [
        Stage(
            "one zone's office",
            few - entering,
            entering,
            limits={(PAGE, 0.95): 1000, (SAVE, 0.95): 1000},
        )
    ]
    exports = Stage(
        "exports",
        max(count // 20, 1),
        exporting=EXPORTS,
        limits={(PAGE, 0.95): 1500, (EXPORT, 0.95): 3000},
    )
    return [*(many if vendor == "postgresql" else office), exports]


def rows(setting: Setting) -> list[Row]:
    """At the largest size measured."""
    filled = setting.filled[setting.sizes[-1]]
    with filled.scratch.use():
        crowd = somebody_for_each(setting)
    # The server has its own connections; this one must hold no lock meanwhile.
    filled.scratch.connection.close()
    with (
        TemporaryDirectory(prefix="zonetrack-load-") as folder,
        serving(filled.scratch, Path(folder)) as server,
    ):
        return list(measured(setting, filled, server, crowd))


def measured(setting: Setting, filled: Filled, server: Server, crowd: "Crew") -> Iterator[Row]:
    vendor = filled.scratch.connection.vendor
    # The first files of each process load what writes them, which must not count as growth.
    first = Stage("warm up", 1, exporting=EXPORTS, think=0)
    stage_run(first, server, crowd, setting.stage_seconds / 2, 1)
    slow = slowness()
    alone = stage_run(Stage("alone", 1, think=0), server, crowd, setting.stage_seconds / 4, 1)
    usual = median(one.seconds for one in alone.notes.asked)
    yield Row("load", "ten million additions; how slow the machine is", result=f"× {slow:.1f}")
    yield Row("load, alone", "pages: half within, ms", result=told(usual / slow), note=told(usual))
    saved, memory = [], []
    for stage in stages(setting.people, vendor):
        before = slowness()
        run = stage_run(stage, server, crowd, setting.stage_seconds * before, before)
        slow = (before + slowness()) / 2
        saved += run.notes.saved
        memory.append((stage, server.memory()))
        yield from rows_of(stage, run, slow, usual)
    with filled.scratch.use():
        yield from ledger(saved)
    filled.scratch.connection.close()
    yield from memory_rows(memory)


def slowness() -> float:
    """How many times as long as on a usual machine things take here, now."""
    return seconds_of(timing.additions, perf_counter) / USUAL_SECONDS


def told(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"


# People


@dataclass
class Crew:
    """Everybody there is; who exports or enters reads, too."""

    readers: list[Person]
    writers: list[Person]

    def of(self, stage: Stage) -> list[tuple[str, Person]]:
        works = ["browse"] * stage.browsing + ["export"] * stage.exporting
        reading = zip(works, cycle(self.readers), strict=False)
        entering = islice(self.writers, stage.entering)
        return [*reading, *(("enter", person) for person in entering)]


def somebody_for_each(setting: Setting) -> Crew:
    """Managers of the zones in turn, signed in; who enters has a return, or shares one."""
    vendor = next(iter(setting.filled.values())).scratch.connection.vendor
    wanted = stages(setting.people, vendor)
    readers = max(stage.browsing + stage.exporting for stage in wanted)
    writers = max(stage.entering for stage in wanted)
    zones = list(Zone.objects.order_by("key")[:6])
    views = {zone.pk: pages_of(zone, setting.year) for zone in zones}
    crew = Crew([], [])
    for number, zone in zip(range(readers), cycle(zones), strict=False):
        cookies = signed_in(f"reader-{number}", zone)
        exports = exports_of(zone, setting.year)
        turned = exports[number % len(exports) :] + exports[: number % len(exports)]
        crew.readers.append(Person(cookies, views[zone.pk], turned))
    filings = begun(zones, writers, setting.today.year)
    for number, (zone, filing) in enumerate(filings):
        person = Person(signed_in(f"writer-{number}", zone), views[zone.pk], filing=filing)
        crew.writers.append(person)
    return crew


def signed_in(name: str, zone: Zone) -> dict[str, str]:
    user = User.objects.create(username=name)
    grant(user, roles.MANAGER, zone=zone)
    client = Client()
    client.force_login(user)
    [session] = client.cookies.values()
    # The name it has without encryption.
    return {"sessionid": session.value}


def pages_of(zone: Zone, year: int) -> list[str]:
    """What a manager looks at; more often named, more often looked at."""
    park = Park.objects.filter(home_zone=zone, is_unstated=False).order_by("key").first()
    firms = Enterprise.objects.filter(locations__park=park).order_by("pk")[:20]
    board = reverse("dashboard", args=[zone.key, year])
    return [
        reverse("home"),
        *[board] * 5,
        *[reverse("park", args=[zone.key, year, park.key])] * 3,
        reverse("indicators", args=[zone.key]),
        *[reverse("indicator", args=[zone.key, "titles-held"])] * 2,
        reverse("compare-parks", args=[zone.key]),
        *[reverse("enterprise-list")] * 3,
        f"{reverse('enterprise-list')}?park={park.key}",
        *(f"{reverse('search')}?q={quote(firm.name[:4])}" for firm in firms[:2]),
        *(reverse("enterprise", args=[firm.pk]) for firm in firms[:4]),
        reverse("return-list"),
        reverse("center-list"),
        reverse("title-list"),
        reverse("board", args=[zone.key, year]),
    ]


def exports_of(zone: Zone, year: int) -> list[str]:
    """A zone's year in every form."""
    report = reverse("report", args=[zone.key])
    names = ("enterprise-list", "return-list")
    lists = [f"{reverse(name)}?year={year}&format=csv" for name in names]
    return [*(f"{report}?year={year}&format={key}" for key in ("pdf", "docx", "xlsx")), *lists]


def begun(zones: list[Zone], count: int, year: int) -> list[tuple[Zone, int]]:
    """For each of those who enter the zone and the number of a return begun this year."""
    found = []
    for number, zone in zip(range(count), cycle(zones), strict=False):
        if number % SHARING == SHARING - 1:
            found.append(found[-1])
            continue
        firms = Enterprise.objects.filter(
            locations__park__home_zone=zone, locations__to_year=None, locations__reports=True
        )
        firm = firms.exclude(returns__year=year).order_by("pk").first()
        park = firm.locations.get(to_year=None).park
        filing = Return.objects.create(enterprise=firm, park=park, year=year, state=State.DRAFT)
        found.append((zone, filing.pk))
    return found


# Running


@dataclass
class Run:
    notes: Notes
    seconds: float
    driver: float  # processor time of the crowd itself
    calm: float | None  # seconds of the first page afterwards


def stage_run(stage: Stage, server: Server, crowd: Crew, seconds: float, slow: float) -> Run:
    think = THINK if stage.think is None else stage.think
    began, worked = perf_counter(), process_time()
    notes = people.gather(server.port, crowd.of(stage), think=think * slow, seconds=seconds)
    taken, driver = perf_counter() - began, process_time() - worked
    calm = first_page(server, crowd) if stage.calm else None
    return Run(notes, taken, driver, calm)


def first_page(server: Server, crowd: Crew) -> float:
    """Seconds until the next person has a page; one that is refused does not count as quick."""
    after = people.gather(server.port, [("browse", crowd.readers[0])], think=0, seconds=1)
    answered = after.asked and is_fine(after.asked[0])
    return after.asked[0].seconds if answered else inf


# Rows


def rows_of(stage: Stage, run: Run, slow: float, alone: float) -> Iterator[Row]:
    what = f"load, {stage.name}"
    who = [f"{stage.browsing} browse"]
    who += [f"{stage.entering} enter"] if stage.entering else []
    who += [f"{stage.exporting} export"] if stage.exporting else []
    asked = run.notes.asked
    rate = len(asked) / run.seconds
    note = f"{rate:.1f} here; {', '.join(who)}; machine × {slow:.1f}"
    yield Row(what, "requests a second", result=f"{rate * slow:.1f}", note=note)
    for (kind, share), limit in stage.limits.items():
        times = sorted(one.seconds for one in asked if one.kind == kind and is_fine(one))
        if times:
            yield time_row(what, kind, share, within(times, share), limit, slow, alone)
    failed = [one for one in asked if one.status is not None and one.status >= 500]
    yield held(what, "answers 5xx", len(failed), 0)
    unanswered = sum(not is_fine(one) for one in asked)
    share = unanswered / max(len(asked), 1)
    yield held(what, "errors, share", share, MOST_ERRORS, note=f"{unanswered} of {len(asked)}")
    if stage.entering:
        conflicts = sum(one.status == 409 for one in run.notes.saved)
        stored = sum(one.status == 302 for one in run.notes.saved)
        yield Row(what, "saves; conflicts", result=f"{stored}; {conflicts}")
    if run.calm is not None:
        yield time_row(what, "first page after it", None, run.calm, stage.calm, slow, alone)
    share = run.driver / run.seconds
    yield held(what, "the driver's own share of a core", share, MOST_DRIVER)


def is_fine(one: Asked) -> bool:
    """A refused save is an answer, too: two people had the same return open."""
    return one.status in (200, 302) or (one.kind == SAVE and one.status == 409)


def within(times: list[float], share: float) -> float:
    """So long at most took this share of the sorted times."""
    return times[max(round(share * len(times)) - 1, 0)]


def time_row(what, kind, share, seconds, limit, slow, alone) -> Row:
    shares = {None: "", 0.5: ": half within", 0.95: ": 95 % within", 0.99: ": 99 % within"}
    return held(
        what,
        f"{kind}{shares[share]}, ms",
        seconds * 1000 / slow,
        limit,
        note=f"{told(seconds)} here, × {seconds / alone:.1f} of a page for one alone",
    )


def ledger(saved: Iterable[Saved]) -> Iterator[Row]:
    """Each save that was acknowledged is there once, with its history; a refused one is not."""
    saved = list(saved)
    if not saved:
        return
    history = YearlyFigures.history.filter(filing__in={one.filing for one in saved})
    times = dict(history.values_list("employees").annotate(n=Count("pk")).order_by())
    last = history.order_by("filing", "history_id").values_list("filing", "employees")
    current = dict(YearlyFigures.objects.values_list("filing", "employees"))
    stored = [one for one in saved if one.status == 302]
    refused = [one for one in saved if one.status == 409]
    unknown = [one for one in saved if one.status not in (302, 409)]
    lost = sum(times.get(one.value, 0) == 0 for one in stored)
    wrong = sum(times.get(one.value, 0) > 1 for one in [*stored, *unknown])
    wrong += sum(one.value in times for one in refused)
    wrong += sum(current[filing] != value for filing, value in dict(last).items())
    yield held("load, ledger", "acknowledged saves lost", lost, 0, note=f"of {len(stored)}")
    yield held("load, ledger", "saves doubled, or there though refused", wrong, 0)


def memory_rows(memory: list[tuple[Stage, float | None]]) -> Iterator[Row]:
    """Growth from the first stage of looking and entering, in which the processes come to their
    size, to the last; what exports take besides is told, and belongs to the most."""
    if any(size is None for _stage, size in memory):
        return
    pages = [size for stage, size in memory if not stage.exporting]
    if len(pages) > 1:
        growth = pages[-1] / pages[0]
        yield held("load, memory", "of all processes, growth", growth, MOST_GROWTH)
    names = ", ".join(f"{stage.name} {size:.0f}" for stage, size in memory)
    most = max(size for _stage, size in memory)
    yield held("load, memory", "of all processes at most, MiB", most, MOST_MEMORY, note=names)
