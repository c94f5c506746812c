"""Founding zones: every zone has a park for what is known only of the zone as a whole."""

from zonetrack import writing
from zonetrack.records import FIRST_YEAR

from .models import Park, Zone, ZonePark


def ensure_unstated_park(zone: Zone, *, by=None) -> Park:
    """The zone's "park not stated", made if it is not there yet. It belongs to every year."""
    found = Park.objects.filter(home_zone=zone, is_unstated=True).first()
    if found:
        return found
    park = writing.save(new_unstated_park(zone), by=by)
    writing.save(ZonePark(zone=zone, park=park, from_year=FIRST_YEAR), by=by)
    return park


def new_unstated_park(zone: Zone) -> Park:
    return Park(
        key=f"{zone.key[:46]}-not-stated",
        name_en="Park not stated",
        name_zh="未注明园区",
        home_zone=zone,
        is_unstated=True,
    )


def follow_new_zone(before, after) -> None:
    """Hook of `writing`: whoever founds a zone, its "park not stated" comes with it."""
    if before is None and isinstance(after, Zone):
        ensure_unstated_park(after)
