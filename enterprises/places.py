"""Where a number is about: a whole zone, or one park of it."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from .models import Park, Zone, ZonePark


@dataclass(frozen=True)
class Place:
    """A zone with its dated parks, or a single park (then `park` is set)."""

    zone: Zone
    links: tuple[ZonePark, ...]
    park: Park | None = None

    @property
    def name(self) -> str:
        return self.park.name if self.park else self.zone.name

    @property
    def key(self) -> str:
        """The name of the place in addresses: `zone:xining-etdz`, `park:dongchuan`."""
        return f"park:{self.park.key}" if self.park else f"zone:{self.zone.key}"

    @cached_property
    def all_park_ids(self) -> frozenset[int]:
        if self.park:
            return frozenset([self.park.pk])
        return frozenset(link.park_id for link in self.links)

    def park_ids(self, year: int) -> frozenset[int]:
        """The parks that belong to the place in a year."""
        if self.park:
            return self.all_park_ids
        return frozenset(link.park_id for link in self.links if link.covers(year))

    def parks(self, year: int) -> list[Park]:
        """The parks of a zone in a year, in reading order, “park not stated” last."""
        wanted = self.park_ids(year)
        found = {link.park_id: link.park for link in self.links if link.park_id in wanted}
        return sorted(found.values(), key=lambda park: (park.is_unstated, park.order, park.key))

    def park_places(self, year: int) -> list["Place"]:
        return [Place(self.zone, self.links, park) for park in self.parks(year)]


@dataclass(frozen=True)
class Everywhere(Place):
    """All zones together: each park counts once, whatever zones it belongs to."""

    name = property(lambda self: str(_("All zones")))
    key = "zones:all"
    all_park_ids = None  # every park, as an Ask says it

    def park_ids(self, year: int) -> None:
        return None

    def parks(self, year: int) -> list[Park]:
        return []


EVERYWHERE = Everywhere(zone=None, links=())


def zone_links(zone_key: str):
    """The parks of a zone with zone and park at hand; one query."""
    return (
        ZonePark.objects.filter(zone__key=zone_key)
        .select_related("zone", "park")
        .order_by("park__is_unstated", "park__order", "park__key", "from_year")
    )


def zone_place(scope, zone_key: str) -> Place | None:
    """The zone as far as the scope reaches; None where the scope has no park of it."""
    if scope.everything:
        links = list(zone_links(zone_key))
        if not links:
            zone = Zone.objects.filter(key=zone_key).first()
            return Place(zone, ()) if zone else None
    else:
        links = [link for link in scope.links if link.zone.key == zone_key]
    return Place(links[0].zone, tuple(links)) if links else None


def park_place(scope, zone_key: str, park_key: str) -> Place | None:
    """One park of a zone, if the scope reaches it."""
    whole = zone_place(scope, zone_key)
    for link in whole.links if whole else ():
        if link.park.key == park_key:
            return Place(whole.zone, whole.links, link.park)
    return None


def find_place(scope, key: str) -> Place | None:
    """The place of a key such as `zone:xining-etdz` or `park:dongchuan`, if in scope."""
    kind, _colon, name = key.partition(":")
    if kind == "zone":
        place = zone_place(scope, name)
        return place if place and scope.sees_whole_zone(place.zone.pk) else None
    if kind == "park":
        links = ZonePark.objects.filter(park__key=name).select_related("zone", "park")
        for link in scope.limit(links):
            return Place(link.zone, (link,), link.park)
    return None
