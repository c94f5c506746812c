"""Stored sums held against the registers, and counted again where they are wrong or missing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction

from enterprises.models import Park, Zone, ZonePark
from zonetrack.records import FIRST_YEAR

from . import belonging, counters
from .facts import sources
from .keeping import count, covers, fold, refresh_parks, refresh_zones
from .models import NationYear, ParkSums, ParkYear, ZoneSums, ZoneYear
from .reading import AHEAD, Rule, rule_now
from .values import added, counted, difference, present, read, read_counted, written_counted

ZONES_AT_ONCE = 20
NATION = "nation"


@dataclass(frozen=True)
class Wrong:
    """One number that differs. None: there is none. Without a year: the sums are missing."""

    kind: str  # park, zone or nation
    key: int | None
    year: int | None = None
    fact: str = ""
    stored: object = None
    counted: object = None


@dataclass
class Checked:
    parks: int = 0
    zones: int = 0
    wrong: list[Wrong] = field(default_factory=list)

    def keys(self, kind: str) -> set[int]:
        return {one.key for one in self.wrong if one.kind == kind}


def check(today: date) -> Checked:
    """Every stored sum against the registers: park by park, then zones and the nation."""
    with one_moment():
        now, last, found = rule_now(), today.year + AHEAD, Checked()
        for zones in portions():
            parks = Park.objects.filter(home_zone__in=zones).values_list("pk", flat=True)
            found.parks += len(parks)
            found.wrong += wrong_parks(set(parks), now, last, today)
            found.zones += len(zones)
            found.wrong += wrong_zones(zones, now, last)
        found.wrong += wrong_nation(now)
        return found


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything as it was at one moment, while others go on saving."""
    if connection.in_atomic_block:
        yield
        return
    with without_lock_of_writers(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def without_lock_of_writers() -> Iterator[None]:
    """On SQLite the transaction begun in here only reads; others would begin with the lock."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        connection.transaction_mode = usual


def portions() -> Iterator[list[int]]:
    keys = list(Zone.objects.order_by("pk").values_list("pk", flat=True))
    for place in range(0, len(keys), ZONES_AT_ONCE):
        yield keys[place : place + ZONES_AT_ONCE]


def wrong_parks(parks: set[int], now: Rule, last: int, today: date) -> Iterator[Wrong]:
    headers = ParkSums.objects.in_bulk(sorted(parks))
    valid = {key for key, one in headers.items() if now.holds_for(one, last) and one.last == last}
    yield from (Wrong("park", key) for key in sorted(parks - valid))
    if not valid:
        return
    fresh = count(valid, sources(), FIRST_YEAR, last, today)
    kept = {
        (row.park_id, row.year): read(row.values) for row in ParkYear.objects.filter(park__in=valid)
    }
    for place in sorted({*fresh, *kept}):
        yield from compared("park", *place, kept.get(place, {}), fresh.get(place, {}))


def wrong_zones(zones: list[int], now: Rule, last: int) -> Iterator[Wrong]:
    headers = ZoneSums.objects.in_bulk(zones)
    valid = {key for key, one in headers.items() if now.holds_for(one, last) and one.last == last}
    yield from (Wrong("zone", key) for key in sorted(set(zones) - valid))
    links = defaultdict(list)
    columns = ("zone", "park", "from_year", "to_year")
    for link in ZonePark.objects.filter(zone__in=valid).order_by().values_list(*columns):
        links[link[0]].append(link)
    for zone in sorted(valid):
        sums = zone_sums(links[zone])
        kept = {row.year: read(row.values) for row in ZoneYear.objects.filter(zone=zone)}
        for year in sorted({*sums, *kept}):
            yield from compared("zone", zone, year, kept.get(year, {}), sums.get(year, {}))


def zone_sums(links: list[tuple]) -> dict[int, dict]:
    by_year = defaultdict(dict)
    for row in ParkYear.objects.filter(park__in={link[1] for link in links}):
        if any(covers(link, row.park_id, row.year) for link in links):
            by_year[row.year][row.park_id] = read(row.values)
    return {year: added(by_park.values()) for year, by_park in by_year.items()}


def wrong_nation(now: Rule) -> Iterator[Wrong]:
    sums = nation_of_parks(now)
    entries = defaultdict(list)
    for row in NationYear.objects.filter(rule=now.rule, lists=now.lists).iterator():
        entries[row.year].append(read_counted(row.values))
    kept = {year: counted(several) for year, several in entries.items()}
    for year in sorted({*sums, *kept}):
        yield from compared(
            NATION, None, year, present(kept.get(year, {})), present(sums.get(year, {}))
        )


def nation_of_parks(now: Rule) -> dict[int, dict]:
    """The sums over all parks that were summed by this rule."""
    found: dict[int, dict] = {}
    rows = ParkYear.objects.filter(park__rule=now.rule, park__lists=now.lists).order_by()
    for row in rows.iterator():
        mine = difference({}, read(row.values))
        found[row.year] = counted([found.get(row.year, {}), mine])
    return found


def compared(kind, key, year, stored, fresh) -> Iterator[Wrong]:
    for name in sorted({*stored, *fresh}):
        if stored.get(name) != fresh.get(name):
            yield Wrong(kind, key, year, name, stored.get(name), fresh.get(name))


def build(today: date) -> None:
    """Count every sum from the registers, after a first load."""
    for zones in portions():
        parks = Park.objects.filter(home_zone__in=zones).values_list("pk", flat=True)
        build_parks(set(parks), today)
    for zones in portions():
        build_zones(zones, today)


def repair(found: Checked, today: date) -> None:
    """Count again what is wrong or missing, under the locks of the zones."""
    homes = defaultdict(set)
    parks = found.keys("park")
    for park, home in Park.objects.filter(pk__in=parks).values_list("pk", "home_zone"):
        homes[home].add(park)
    wanted, order = found.keys("zone"), sorted(homes)
    for place in range(0, len(order), ZONES_AT_ONCE):
        some = order[place : place + ZONES_AT_ONCE]
        wanted |= build_parks(set().union(*(homes[home] for home in some)), today)
    for place in range(0, len(wanted), ZONES_AT_ONCE):
        build_zones(sorted(wanted)[place : place + ZONES_AT_ONCE], today)
    if any(one.kind == NATION for one in found.wrong):
        add_nation_again()
    drop_what_no_rule_reads()


@transaction.atomic
def build_parks(parks: set[int], today: date) -> set[int]:
    """Count some parks whole; answers the zones to which they belong in any year."""
    zones = belonging.concerned(belonging.Links(park=parks)).zones
    counters.touch(zones)
    refresh_parks(parks, (), FIRST_YEAR, rule_now(), today, build=parks)
    return zones


@transaction.atomic
def build_zones(zones: Iterable[int], today: date) -> None:
    zones = set(zones)
    counters.touch(zones)
    last = today.year + AHEAD
    refresh_zones(zones, set(), last, rule_now(), build=zones, every_year=True)


@transaction.atomic
def add_nation_again() -> None:
    """The sums over all parks anew, while nobody writes."""
    counters.lock(Zone.objects.values_list("pk", flat=True))
    now = rule_now()
    NationYear.objects.filter(rule=now.rule, lists=now.lists).delete()
    NationYear.objects.bulk_create(
        NationYear(rule=now.rule, lists=now.lists, year=year, values=written_counted(values))
        for year, values in nation_of_parks(now).items()
    )


@transaction.atomic
def drop_what_no_rule_reads() -> None:
    """Entries of the nation by rules under which no park is summed any more; fold the rest."""
    fold()
    known = set(ParkSums.objects.values_list("rule", "lists").distinct())
    for rule, lists in NationYear.objects.values_list("rule", "lists").distinct():
        if (rule, lists) not in known:
            NationYear.objects.filter(rule=rule, lists=lists).delete()
