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
    if not points:
        return
    park_ids, years = {park for park, _year in points}, {year for _park, year in points}
    homes = dict(
        apps.get_model("enterprises", "Park")
        .objects.filter(pk__in=park_ids)
        .values_list("pk", "home_zone_id")
    )
    closed = ReportingYear.objects.filter(
        zone__in=homes.values(), year__in=years, closed_at__isnull=False
    ).select_related("zone")
    asked = {(homes.get(park), year) for park, year in points}
    for row in closed:
        if (row.zone_id, row.year) in asked:
            raise ClosedYear(row.zone.name, row.year)
