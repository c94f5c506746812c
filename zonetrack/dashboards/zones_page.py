"""The overview of zones: a few values of each, for those who see several."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.models import Zone, ZonePark
from enterprises.places import Place
from zonetrack import catalog
from zonetrack.access.scope import Scope
from zonetrack.addresses import address_of
from zonetrack.dashboards.panels import list_url
from zonetrack.dashboards.years import is_fit, latest_year, years_around
from zonetrack.indicators.declaration import Indicator
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Scorecards, lines_everywhere

PER_PAGE = 50
COLUMNS = (
    "enterprises-registered",
    "tech-centers-new",
    "rd-bodies-held",
    "titles-held",
    "patents-filed",
    "patents-in-force",
    "rd-expenditure",
)


def cards_of(
    indicators: Iterable[Indicator], places: list[Place], year: int, *, today: date
) -> Scorecards | None:
    """The lines of several zones in one year, read together; None without any zone."""
    if not places:
        return None
    first, *others = places
    return Scorecards(indicators, first, year, year, today=today, beside=others, wholes=True)


def zones_context(scope: Scope, data, today: date) -> dict:
    page = zones_of(scope, data.get("page"))
    places = places_of(scope, page)
    seen = [place for place in places if scope.sees_whole_zone(place.zone.pk)]
    year, remark = chosen_year(data.get("year"), seen, today)
    indicators = [catalog.BY_KEY[key] for key in COLUMNS]
    cards = cards_of(indicators, seen, year, today=today)
    return {
        "rows": [zone_row(cards, place, year, place in seen) for place in places],
        "all_zones": all_zones(indicators, year, today) if scope.everything and seen else None,
        "columns": indicators,
        "year": year,
        "years": [
            {"text": str(one), "url": f"?year={one}", "current": one == year}
            for one in years_around(year, today)
        ],
        "remark": remark,
        "page_obj": page,
        "page_query": f"year={year}",
    }


def zones_of(scope: Scope, number: str | None) -> Page:
    zones = Zone.objects.all() if scope.everything else scope.zones
    return Paginator(zones, PER_PAGE).get_page(number)


def places_of(scope: Scope, zones: Iterable[Zone]) -> list[Place]:
    """The zones with the parks in scope, in one query at most."""
    zones = list(zones)
    links = (
        ZonePark.objects.filter(zone__in=zones).select_related("zone", "park")
        if scope.everything
        else scope.links
    )
    by_zone = defaultdict(list)
    for link in links:
        by_zone[link.zone_id].append(link)
    return [Place(zone, tuple(by_zone[zone.pk])) for zone in zones]


def chosen_year(text: str | None, places: list[Place], today: date) -> tuple[int, str]:
    """The year asked for, else the last whole one known; and what to say about a wrong one."""
    if text and text.isascii() and text.isdigit() and len(text) == 4 and is_fit(int(text), today):
        return int(text), ""
    remark = _("“Year” needs a year such as 2014; the latest one is shown.") if text else ""
    return min(latest_year(places, today), today.year - 1), remark


def all_zones(indicators: Iterable[Indicator], year: int, today: date) -> dict:
    """The row of all zones together, for those who see everything."""
    lines = lines_everywhere(indicators, year, today=today)
    return {
        "values": [wording.shown(line) for line in lines],
        "coverage": next((line.actual for line in lines if line.actual.expected), None),
        "returns_url": f"{address_of('return-list')}?year={year}&state=approved",
        "with_examples": Zone.objects.filter(is_example=True).exists(),
    }


def zone_row(cards: Scorecards | None, place: Place, year: int, whole: bool) -> dict:
    lines = [cards.line(each, year, place) for each in cards.indicators] if whole else []
    coverage = next((line.actual for line in lines if line.actual.expected), None)
    return {
        "zone": place.zone,
        "url": reverse("dashboard", args=[place.zone.key, year])
        if whole
        else reverse("zone", args=[place.zone.key]),
        "values": [wording.shown(line) for line in lines],
        "coverage": coverage,
        "returns_url": list_url("return-list", place, year=year, state="approved"),
        "parks": len({link.park_id for link in place.links if not link.park.is_unstated}),
    }
