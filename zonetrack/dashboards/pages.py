"""The pages of figures: home, zones, the dashboard of a zone or park in a year."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.timezone import localdate

from enterprises.places import Place, park_place, zone_place
from zonetrack.access.scope import request_scope
from zonetrack.dashboards.years import check_year, latest_year
from zonetrack.dashboards.zone_page import dashboard_context
from zonetrack.dashboards.zones_page import zones_context


def home(request):
    """Leads on to the zones, or to the zone where there is only one."""
    return zone_list(request)


def zone_list(request):
    scope = request_scope(request)
    if scope.several_zones:
        return render(
            request,
            "dashboards/zones.html",
            zones_context(scope, request.GET, localdate()),
        )
    if not scope.zones:
        return render(request, "dashboards/nothing_yet.html")
    return redirect("zone", scope.zones[0].key)


def zone(request, zone):
    place = zone_or_404(request, zone)
    if not request_scope(request).sees_whole_zone(place.zone.pk):
        return redirect("park-now", zone, place.links[0].park.key)
    return redirect("dashboard", zone, latest_year([place], localdate()))


def dashboard(request, zone, year):
    scope, today = request_scope(request), localdate()
    check_year(year, today)
    place = zone_or_404(request, zone)
    if not scope.sees_whole_zone(place.zone.pk):
        # A part is never shown as if it were the whole.
        return redirect("park", zone, year, place.links[0].park.key)
    context = dashboard_context(scope, place, year, today)
    return render(request, "dashboards/zone.html", context)


def park_now(request, zone, park):
    place = park_or_404(request, zone, park)
    return redirect("park", zone, latest_year([place], localdate()), park)


def park(request, zone, year, park):
    today = localdate()
    check_year(year, today)
    place = park_or_404(request, zone, park)
    context = dashboard_context(request_scope(request), place, year, today)
    return render(request, "dashboards/park.html", context)


def zone_or_404(request, key: str) -> Place:
    return found(zone_place(request_scope(request), key))


def park_or_404(request, zone: str, park: str) -> Place:
    return found(park_place(request_scope(request), zone, park))


def found(place: Place | None) -> Place:
    if place is None:
        raise Http404
    return place
