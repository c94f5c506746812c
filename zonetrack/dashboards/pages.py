"""The pages of figures: home, zones, the dashboard of a zone or park in a year."""

from django.http import Http404
from django.shortcuts import redirect


def home(request):
    return redirect("zone-list")


def zone_list(request):
    raise Http404


def zone(request, zone):
    raise Http404


def dashboard(request, zone, year):
    raise Http404


def park_now(request, zone, park):
    raise Http404


def park(request, zone, year, park):
    raise Http404
