from importlib import import_module
from importlib.util import find_spec

from django.urls import path

from zonetrack.dashboards import pages


def page(address, module, view, name):
    """A page of a module that may not be there yet."""
    if not find_spec(f"zonetrack.dashboards.{module}"):
        return []
    found = getattr(import_module(f"zonetrack.dashboards.{module}"), view, None)
    return [path(address, found, name=name)] if found else []


urlpatterns = [
    path("", pages.home, name="home"),
    path("zones/", pages.zone_list, name="zone-list"),
    *page("zones/compare/", "indicator_pages", "compare_zones", "compare-zones"),
    path("zones/<slug:zone>/", pages.zone, name="zone"),
    path("zones/<slug:zone>/<int:year>/", pages.dashboard, name="dashboard"),
    *page("zones/<slug:zone>/parks/", "indicator_pages", "compare_parks", "compare-parks"),
    path("zones/<slug:zone>/parks/<slug:park>/", pages.park_now, name="park-now"),
    path("zones/<slug:zone>/<int:year>/parks/<slug:park>/", pages.park, name="park"),
    *page("zones/<slug:zone>/indicators/", "indicator_pages", "indicators", "indicators"),
    *page("zones/<slug:zone>/indicators/<slug:key>/", "indicator_pages", "indicator", "indicator"),
    *page("how-we-compute/", "help_pages", "how_we_compute", "how-we-compute"),
    *page("help/", "help_pages", "help_page", "help"),
]
