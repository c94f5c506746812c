"""The pages of figures: home, zones, the dashboard of a zone or park in a year."""

from datetime import date
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from enterprises.places import Place, park_place, zone_place
from zonetrack.access.scope import request_scope
from zonetrack.dashboards.asking import chosen_provisional, readable
from zonetrack.dashboards.years import check_year, latest_year
from zonetrack.dashboards.zone_page import frame, told_of
from zonetrack.dashboards.zones_page import zones_context
from zonetrack.keeping.conditional import conditional, of_all, of_zone
from zonetrack.keeping.parts import kept, place_key, stamp_of, zones_of
from zonetrack.notices import work_of


def home(request):
    """Leads on to the zones, or to the zone where there is only one, and tells what waits."""
    answer = zone_list(request)
    if isinstance(answer, HttpResponseRedirect) and (work := work_of(request_scope(request))):
        words = {"work": work.sentence, "url": reverse("admin:index"), "more": _("Your work")}
        messages.info(request, format_html('{work} <a href="{url}">{more}</a>', **words))
    return answer


@conditional(of_all, drafts=False)
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


@conditional(of_zone, drafts=False)
def dashboard(request, zone, year):
    scope, today = request_scope(request), localdate()
    check_year(year, today)
    place = zone_or_404(request, zone)
    if not scope.sees_whole_zone(place.zone.pk):
        # A part is never shown as if it were the whole.
        return redirect("park", zone, year, place.links[0].park.key)
    return show(request, "dashboards/zone.html", place, year, today)


def park_now(request, zone, park):
    place = park_or_404(request, zone, park)
    return redirect("park", zone, latest_year([place], localdate()), park)


@conditional(of_zone, drafts=False)
def park(request, zone, year, park):
    today = localdate()
    check_year(year, today)
    place = park_or_404(request, zone, park)
    return show(request, "dashboards/park.html", place, year, today)


def show(request, template: str, place: Place, year: int, today: date):
    """The dashboard; with figures that are not approved where that is asked for and allowed."""
    scope, remarks = request_scope(request), []
    provisional = chosen_provisional(scope, place, readable(request.GET), remarks)
    told = partial(told_of, place, year, today, provisional=provisional)
    stamp = stamp_of(request, zones_of(place), drafts=provisional)
    part = kept("dashboard", (*place_key(place), year, provisional), stamp, today, told)
    around = frame(scope, place, year, today, provisional=provisional)
    return render(request, template, around | part | {"remarks": remarks})


def zone_or_404(request, key: str) -> Place:
    return found(zone_place(request_scope(request), key))


def park_or_404(request, zone: str, park: str) -> Place:
    return found(park_place(request_scope(request), zone, park))


def found(place: Place | None) -> Place:
    if place is None:
        raise Http404
    return place
