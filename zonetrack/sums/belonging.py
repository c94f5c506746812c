"""Which parks and zones a kept record concerns: whose counter rises, whose sums are counted again.

Besides the park that a row hangs on these are all parks in which its enterprise is: pages there
show the row, and an enterprise that leads a center counts where it is, not where the center is.
A park concerns its home zone and every zone that reads it.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Q

from zonetrack.records import Record

from .models import NO_ZONE

T = TypeVar("T")
# More keys than this are asked for in several queries.
KEYS_A_QUERY = 10_000
LAND = {
    "enterprises.zone": "zone",
    "enterprises.park": "park",
    "enterprises.enterprise": "enterprise",
}


@dataclass
class Links:
    """Keys that rows point at. `named`: enterprises that are shown wherever they are mentioned."""

    zone: set[int] = field(default_factory=set)
    park: set[int] = field(default_factory=set)
    enterprise: set[int] = field(default_factory=set)
    named: set[int] = field(default_factory=set)

    def add(self, kind: str, key: int | None) -> None:
        if key is not None:
            getattr(self, kind).add(key)

    def __or__(self, other: "Links") -> "Links":
        return Links(
            self.zone | other.zone,
            self.park | other.park,
            self.enterprise | other.enterprise,
            self.named | other.named,
        )


@dataclass
class Concerned:
    parks: set[int]
    zones: set[int]


@cache
def routes(model: type[Record]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Where a row points at land and enterprises: ("park", ("center", "park")) and so on."""
    own = LAND.get(model._meta.label_lower)
    path = model.scope_path or ""
    first, *more = path.split("__")
    found = [("named" if own == "enterprise" else own, ("pk",))] if own else []
    for column in model._meta.concrete_fields:
        kind = LAND.get(column.related_model._meta.label_lower) if column.is_relation else None
        if kind == "enterprise" and "locations" in more:
            kind = "named"
        if kind:
            found.append((kind, (column.name,)))
        elif column.is_relation and column.related_model is model:
            # A body merged into another one decides whether that one is new.
            found += [(each, (column.name, each)) for each in ("park",) if has(model, each)]
    onward = model.OWNERS if path == "owner" else [first] if more and not own else []
    for name in onward:
        related = model._meta.get_field(name).related_model
        if related._meta.label_lower not in LAND:
            found += [(kind, (name, *steps)) for kind, steps in routes(related)]
    return tuple(found)


def has(model: type[Record], name: str) -> bool:
    return any(column.name == name for column in model._meta.concrete_fields)


def links_of(rows: Iterable[Record]) -> Links:
    """What rows point at as they are in memory."""
    links = Links()
    for row in without_alike(rows, pointing):
        found = [(kind, followed(row, steps)) for kind, steps in routes(type(row))]
        for kind, key in found:
            links.add(kind, key)
        if is_zone(type(row)) or all(key is None for _kind, key in found):
            links.zone.add(NO_ZONE)
    return links


def without_alike(things: Iterable[T], sign: Callable[[T], Hashable]) -> Iterator[T]:
    """The things but those with the sign of one before. Of those whose sign is None all stay."""
    seen = set()
    for thing in things:
        found = sign(thing)
        if found is not None:
            if found in seen:
                continue
            seen.add(found)
        yield thing


def pointing(row: Record) -> tuple | None:
    """Where a row's own columns point; None where that is not all, or a column was not read."""
    own = own_columns(type(row))
    try:
        return own and (type(row), own(row.__dict__))
    except KeyError:
        return None


@cache
def own_columns(model: type[Record]) -> Callable[[dict], Any] | None:
    """The columns that alone say where a row points, out of all of its own; None where other
    records are asked, too."""
    steps = [steps for _kind, steps in routes(model)]
    if not steps or any(len(each) > 1 or each == ("pk",) for each in steps):
        return None
    return itemgetter(*(model._meta.get_field(name).attname for [name] in steps))


def is_zone(model: type[Record]) -> bool:
    """Whether every page shows something of it: the names and the number of zones."""
    return LAND.get(model._meta.label_lower) == "zone"


def followed(row: Record, steps: tuple[str, ...]) -> int | None:
    *way, last = steps
    for step in way:
        row = getattr(row, step) if getattr(row, f"{step}_id") is not None else None
        if row is None:
            return None
    return row.pk if last == "pk" else getattr(row, f"{last}_id")


def links_of_stored(model: type[Record], keys: Iterable[int]) -> Links:
    """What rows point at as they are stored."""
    links, known, keys = Links(), routes(model), list(keys)
    if keys and (not known or is_zone(model)):
        links.zone.add(NO_ZONE)
    columns = ["__".join(steps) for _kind, steps in known]
    for some in portions(keys) if columns else ():
        rows = model._base_manager.filter(pk__in=some).order_by().values_list(*columns)
        for row in rows.distinct():
            for (kind, _steps), key in zip(known, row, strict=True):
                links.add(kind, key)
    return links


def concerned(links: Links) -> Concerned:
    """All parks and zones behind some links. An enterprise that is nowhere belongs to NO_ZONE."""
    if links == Links():
        return Concerned(set(), set())
    zones, parks = set(links.zone), set(links.park)
    for some in portions(links.enterprise | links.named):
        parks.update(located(some))
    for some in portions(links.named):
        parks.update(mentioned(some))
    park_model = apps.get_model("enterprises", "Park")
    for some in portions(parks):
        rows = park_model.objects.filter(pk__in=some).order_by()
        for home, reader in rows.values_list("home_zone", "links__zone").distinct():
            zones |= {home, reader} - {None}
    own = links.zone - {NO_ZONE}
    if own:
        link_model = apps.get_model("enterprises", "ZonePark")
        readers = link_model.objects.filter(park__home_zone__in=own).order_by()
        zones.update(readers.values_list("zone", flat=True).distinct())
    return Concerned(parks, zones or {NO_ZONE})


def located(enterprises: list[int]) -> Iterator[int]:
    rows = apps.get_model("enterprises", "Location").objects.filter(enterprise__in=enterprises)
    return rows.order_by().values_list("park", flat=True).distinct().iterator()


def mentioned(enterprises: list[int]) -> set[int]:
    """The parks of all rows that name one of the enterprises, and of its parents and daughters."""
    model = apps.get_model("enterprises", "Enterprise")
    kin = Q(daughters__in=enterprises) | Q(predecessors__in=enterprises)
    kin |= Q(parent__in=enterprises) | Q(successor__in=enterprises)
    queries = [model.objects.filter(kin).values_list("locations__park", flat=True)]
    for link in model._meta.related_objects:
        other = link.related_model
        if other is model or not issubclass(other, Record):
            continue
        paths = ["__".join(steps) for kind, steps in routes(other) if kind == "park"]
        naming = other._base_manager.filter(**{f"{link.field.name}__in": enterprises})
        queries += [naming.values_list(path, flat=True) for path in paths]
    first, *others = [query.order_by() for query in queries]
    return set(first.union(*others)) - {None}


def portions(keys: Iterable[int]) -> Iterator[list[int]]:
    found = sorted(keys)
    for place in range(0, len(found), KEYS_A_QUERY):
        yield found[place : place + KEYS_A_QUERY]
