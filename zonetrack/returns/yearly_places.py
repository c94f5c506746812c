"""Zones, parks and years in which a person does the yearly work, and its form. Others' are not
found."""

from datetime import date

from django.http import Http404
from django.urls import reverse

from enterprises.models import Park, Zone
from enterprises.reporting import Reporting
from zonetrack.access.scope import Scope
from zonetrack.addresses import entry_form_of
from zonetrack.records import FIRST_YEAR
from zonetrack.years.models import ReportingYear


def zones_entered(scope: Scope):
    """Zones that own at least one park in which the person enters figures."""
    if scope.everything:
        return Zone.objects.all()
    return Zone.objects.filter(home_parks__in=scope.writable_park_ids).distinct()


def parks_entered(scope: Scope, zones) -> list[Park]:
    """The zones' own parks in which the person enters figures, in reading order."""
    parks = Park.objects.filter(home_zone__in=zones).select_related("home_zone")
    return list(parks if scope.everything else parks.filter(pk__in=scope.writable_park_ids))


def zone_or_404(scope: Scope, key: str) -> Zone:
    zone = zones_entered(scope).filter(key=key).first()
    if zone is None:
        raise Http404
    return zone


def year_or_404(scope: Scope, zone_key: str, year: int) -> ReportingYear:
    """The reporting year of a zone in which the person enters figures."""
    zone = zone_or_404(scope, zone_key)
    row = ReportingYear.objects.filter(zone=zone, year=year).select_related("zone").first()
    if row is None:
        raise Http404
    return row


def takes_figures(year: int, today: date) -> bool:
    """Whether figures are reported for a year: for past years and this one."""
    return FIRST_YEAR <= year <= today.year


def refuse_other_years(year: int, today: date) -> None:
    """Raises Http404 for a year for which no figures are reported."""
    if not takes_figures(year, today):
        raise Http404


def form_of(row: Reporting, year: int) -> str:
    """The form in which an enterprise's figures are entered, also before it has a return."""
    if row.filing:
        return entry_form_of(row.filing)
    return reverse("entry-begin", args=[row.enterprise, year])


def may_manage(scope: Scope, zone: Zone) -> bool:
    """Whether the person opens, closes and reopens the years of a zone."""
    return scope.everything or zone.pk in scope.managed_zone_ids
