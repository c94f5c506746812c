from django.urls import path

from zonetrack.dashboards import help_pages, indicator_pages, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("zones/", pages.zone_list, name="zone-list"),
    # Before the zones themselves: no zone is called "compare".
    path("zones/compare/", indicator_pages.compare_zones, name="compare-zones"),
    path("zones/<slug:zone>/", pages.zone, name="zone"),
    path("zones/<slug:zone>/<int:year>/", pages.dashboard, name="dashboard"),
    path("zones/<slug:zone>/parks/", indicator_pages.compare_parks, name="compare-parks"),
    path("zones/<slug:zone>/parks/<slug:park>/", pages.park_now, name="park-now"),
    path("zones/<slug:zone>/<int:year>/parks/<slug:park>/", pages.park, name="park"),
    path("zones/<slug:zone>/indicators/", indicator_pages.indicators, name="indicators"),
    path("zones/<slug:zone>/indicators/<slug:key>/", indicator_pages.indicator, name="indicator"),
    path("how-we-compute/", help_pages.how_we_compute, name="how-we-compute"),
    path("help/", help_pages.help_page, name="help"),
]
