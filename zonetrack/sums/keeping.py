"""Keeping yearly sums equal to the registers, in the transaction of whoever writes.

Under the locks of the zones concerned the touched parks are counted again from the registers, for
the sources that read what changed and from the earliest year that it concerns; then the years of
their zones are added up again; then the nation is told the difference.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.apps import apps
from django.db import connection
from django.utils.timezone import localdate

from zonetrack.indicators.declaration import Ask
from zonetrack.records import FIRST_YEAR
from zonetrack.writing import Block, Pair, is_of_draft, unlike

from .facts import Source, names, names_by_day, names_of, sources, sources_that_read
from .models import NationYear, ParkSums, ParkYear, ZoneSums, ZoneYear
from .reading import AHEAD, Rule, rule_now
from .values import (
    Counted,
    Values,
    added,
    counted,
    difference,
    read,
    read_counted,
    written,
    written_counted,
)

ByPlace = dict[tuple[int, int], Values]
# An entry of the nation whose number can be divided by this folds all of them into one a year.
FOLDED_EVERY = 64
NATION_LOCK = 5_170_311
CHUNK = 500


def follow(block: Block) -> None:
    """What `writing` calls at the end of each block of writes."""
    counting = [pair for pair in block.pairs if not is_of_draft(pair)]
    models = {type(row) for pair in counting for row in pair if row is not None}
    labels = {model._meta.label_lower for model in models}
    chosen = sources_that_read(models)
    is_land = bool(labels & {"enterprises.park", "enterprises.zone", "enterprises.zonepark"})
    if not chosen and not is_land:
        return
    new = {"enterprises.park": set(), "enterprises.zone": set()}
    for before, after in block.pairs:
        if before is None and after is not None and after._meta.label_lower in new:
            new[after._meta.label_lower].add(after.pk)
    new_parks, new_zones = new.values()
    block.parks |= new_parks
    today = localdate()
    last, now = today.year + AHEAD, rule_now()
    changed = refresh_parks(block.parks, chosen, earliest(counting), now, today, new_parks)
    if changed or is_land:
        zones = (block.zones | new_zones) - {0}
        years = {year for _park, year in changed}
        refresh_zones(zones, years, last, now, new_zones, every_year=is_land)


def earliest(pairs: list[Pair]) -> int:
    """The first year in which any of the changes can be seen."""
    years = set()
    for row in (row for pair in unlike(pairs) for row in pair if row is not None):
        # A center without a recognition is on its way to one in years that its own row lacks.
        if row._meta.label_lower == "rd_centers.center":
            return FIRST_YEAR
        years |= row.counted_years()
    return min(years, default=FIRST_YEAR)


# Parks


def refresh_parks(
    parks: Iterable[int],
    chosen: Iterable[Source],
    first: int,
    now: Rule,
    today: date,
    build: Iterable[int] = (),
) -> ByPlace:
    """Count parks again and store what differs; answers the parks and years that do.

    Parks that were never summed stay so, unless they are in `build`. Those summed by another
    rule, or in another year, are counted whole. The locks of their zones are held.
    """
    wanted, last = set(parks), today.year + AHEAD
    headers = ParkSums.objects.in_bulk(sorted(wanted))
    there = set(
        apps.get_model("enterprises", "Park")
        .objects.filter(pk__in=wanted)
        .values_list("pk", flat=True)
    )
    changed = forget(headers[key] for key in set(headers) - there)
    headers = {key: header for key, header in headers.items() if key in there}
    whole = set(build) & there
    whole |= {
        key
        for key, header in headers.items()
        if not now.holds_for(header, last) or header.last != last
    }
    partly = set(headers) - whole
    if partly and chosen:
        fresh = count(partly, chosen, first, last, today)
        changed |= store(partly, fresh, first, now, headers, names_of(chosen))
    if whole:
        changed |= store(
            whole, count(whole, sources(), FIRST_YEAR, last, today), FIRST_YEAR, now, headers
        )
        ParkSums.objects.bulk_create(
            [ParkSums(pk=key, rule=now.rule, lists=now.lists, last=last) for key in sorted(whole)],
            update_conflicts=True,
            unique_fields=["park"],
            update_fields=["rule", "lists", "last"],
        )
    return changed


def count(
    parks: Iterable[int], chosen: Iterable[Source], first: int, last: int, today: date
) -> ByPlace:
    """The facts of some sources as the registers have them now."""
    ask = Ask(frozenset(parks), first, last, today)
    by_source = {source: source(ask) for source in chosen}
    found: ByPlace = defaultdict(dict)
    for facts, name in names().items():
        if facts.source in by_source:
            for (park, year), value in facts.read(by_source[facts.source], ask).items():
                if first <= year <= last and not (name in names_by_day() and year >= today.year):
                    found[park, year][name] = value
    return found


def store(
    parks: set[int],
    fresh: ByPlace,
    first: int,
    now: Rule,
    headers: dict[int, ParkSums],
    only: set[str] | None = None,
) -> ByPlace:
    """Store the years from `first` on that differ from what is stored, and tell the nation.

    `only`: the facts that were counted; the others stay as they are stored.
    """
    kept = {
        (row.park_id, row.year): row
        for row in ParkYear.objects.filter(park__in=parks, year__gte=first)
    }
    changed: ByPlace = {}
    entries: dict[tuple[Rule, int], list[Counted]] = defaultdict(list)
    rows, gone = [], []
    for park, year in {*fresh, *kept}:
        row, new = kept.get((park, year)), dict(fresh.get((park, year), {}))
        old = read(row.values) if row else {}
        if only is not None:
            new |= {name: value for name, value in old.items() if name not in only}
        header = headers.get(park)
        was = Rule(header.rule, header.lists) if header else now
        if was == now and old == new:
            continue
        if was == now:
            entries[now, year].append(difference(old, new))
        else:
            entries[was, year].append(difference(old, {}))
            entries[now, year].append(difference({}, new))
        if old == new:
            continue
        changed[park, year] = new
        if new:
            rows.append(ParkYear(park_id=park, year=year, values=written(new)))
        elif row:
            gone.append(row.pk)
    keep(ParkYear, rows, gone, "park")
    tell_nation(entries)
    return changed


def keep(model, rows: list, gone: list[int], place: str) -> None:
    if gone:
        model.objects.filter(pk__in=gone).delete()
    model.objects.bulk_create(
        rows,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=[place, "year"],
        update_fields=["values"],
    )


def forget(headers: Iterable[ParkSums]) -> ByPlace:
    """Take away the sums of parks that are no longer there."""
    gone = {header.pk: header for header in headers}
    if not gone:
        return {}
    rows = ParkYear.objects.filter(park__in=gone)
    entries, changed = defaultdict(list), {}
    for row in rows:
        header = gone[row.park_id]
        changed[row.park_id, row.year] = {}
        was = Rule(header.rule, header.lists)
        entries[was, row.year].append(difference(read(row.values), {}))
    tell_nation(entries)
    rows.delete()
    ParkSums.objects.filter(pk__in=gone).delete()
    return changed


# Zones


def refresh_zones(
    zones: Iterable[int],
    years: set[int],
    last: int,
    now: Rule,
    build: Iterable[int] = (),
    *,
    every_year: bool = False,
) -> None:
    """Add up the parks of zones again, in the years that changed.

    A zone one of whose parks has no sums has none either.
    """
    wanted = set(zones)
    headers = ZoneSums.objects.in_bulk(sorted(wanted))
    wanted &= set(headers) | set(build)
    model = apps.get_model("enterprises", "ZonePark")
    links = list(
        model.objects.filter(zone__in=wanted)
        .order_by()
        .values_list("zone", "park", "from_year", "to_year")
    )
    parks = ParkSums.objects.in_bulk({park for _zone, park, _from, _to in links})
    valid = {key for key, header in parks.items() if now.holds_for(header, last)}
    lacking = {zone for zone, park, _from, _to in links if park not in valid}
    ZoneSums.objects.filter(pk__in=wanted & lacking).exclude(rule="").update(rule="")
    for zone in sorted(wanted - lacking):
        header = headers.get(zone)
        whole = (
            every_year or header is None or not now.holds_for(header, last) or header.last != last
        )
        own = [link for link in links if link[0] == zone]
        add_up(zone, own, None if whole else years)
        if whole:
            ZoneSums.objects.update_or_create(
                pk=zone, defaults={"rule": now.rule, "lists": now.lists, "last": last}
            )


def add_up(zone: int, links: list[tuple], years: set[int] | None) -> None:
    """Store the sums of one zone in some years (None: in all), those that differ."""
    rows = ParkYear.objects.filter(park__in={park for _zone, park, _from, _to in links})
    kept = ZoneYear.objects.filter(zone=zone)
    if years is not None:
        rows, kept = rows.filter(year__in=years), kept.filter(year__in=years)
    belonging = defaultdict(dict)
    for row in rows:
        if any(covers(link, row.park_id, row.year) for link in links):
            belonging[row.year][row.park_id] = read(row.values)
    sums = {year: added(by_park.values()) for year, by_park in belonging.items()}
    stored = {row.year: row for row in kept}
    changed = [
        ZoneYear(zone_id=zone, year=year, values=written(values))
        for year, values in sums.items()
        if year not in stored or read(stored[year].values) != values
    ]
    keep(ZoneYear, changed, [row.pk for year, row in stored.items() if year not in sums], "zone")


def covers(link: tuple, park: int, year: int) -> bool:
    _zone, linked, start, end = link
    return linked == park and start <= year and (end is None or year <= end)


# The nation


def tell_nation(entries: dict[tuple[Rule, int], list[Counted]]) -> None:
    """Add entries to the sums over all parks, never changing one that is there."""
    summed = {key: counted(several) for key, several in entries.items()}
    rows = [
        NationYear(rule=of.rule, lists=of.lists, year=year, values=written_counted(values))
        for (of, year), values in sorted(summed.items(), key=lambda item: item[0][1])
        if values and of.rule
    ]
    NationYear.objects.bulk_create(rows, batch_size=CHUNK)
    if any(row.pk % FOLDED_EVERY == 0 for row in rows):
        fold()


def fold() -> None:
    """Make one entry a year of all of them, unless somebody else is about it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [NATION_LOCK])
            if not cursor.fetchone()[0]:
                return
    found: dict[tuple, list[NationYear]] = defaultdict(list)
    for row in NationYear.objects.order_by("pk"):
        found[row.rule, row.lists, row.year].append(row)
    for (rule, lists, year), rows in found.items():
        if len(rows) > 1:
            values = counted(read_counted(row.values) for row in rows)
            NationYear.objects.filter(pk__in=[row.pk for row in rows]).delete()
            if values:
                NationYear.objects.create(
                    rule=rule, lists=lists, year=year, values=written_counted(values)
                )
