"""Closed years: the one question every write asks before it changes a figure."""

from django.apps import apps
from django.utils.translation import gettext as _

from .models import ReportingYear


class ClosedYear(Exception):
    """A change would alter the figures of a year that has been closed."""

    def __init__(self, zone_name: str, year: int):
        self.zone_name, self.year = zone_name, year
        super().__init__(
            _("%(year)d is closed in %(zone)s. Ask the zone manager to reopen it.")
            % {"year": year, "zone": zone_name}
        )


def refuse_closed(points: set[tuple[int, int]]) -> None:
    """Raise ClosedYear if any (park id, year) lies in a year its home zone has closed."""
    for (_park, year), zone in closed_among(points).items():
        raise ClosedYear(zone.name, year)


def closed_among(points: set[tuple[int, int]]) -> dict:
    """Those (park id, year) that lie in a closed year, with the home zone that closed it."""
    if not points:
        return {}
    park_ids, years = {park for park, _year in points}, {year for _park, year in points}
    rows = ReportingYear.objects.filter(
        zone__home_parks__in=park_ids, year__in=years, closed_at__isnull=False
    ).order_by()
    closed = {
        (park, year): zone
        for park, year, zone in rows.values_list("zone__home_parks", "year", "zone")
    }
    found = {point: closed[point] for point in points if point in closed}
    if not found:
        return {}
    zones = apps.get_model("enterprises", "Zone").objects.in_bulk(set(found.values()))
    return {point: zones[zone] for point, zone in found.items()}
