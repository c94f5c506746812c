"""Parks of a zone, or zones, side by side in one year: values only, no ranks and no score."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from enterprises.models import Zone
from enterprises.places import Place
from zonetrack import catalog
from zonetrack.access.scope import Scope, request_scope
from zonetrack.chart_data import ChartData
from zonetrack.charts import Chart, comparison_chart
from zonetrack.dashboards.asking import (
    Asked,
    chosen_format,
    chosen_indicators,
    chosen_year,
    readable,
)
from zonetrack.dashboards.exports import TABLES
from zonetrack.dashboards.years import latest_year, years_around
from zonetrack.dashboards.zone_page import page_url
from zonetrack.dashboards.zones_page import cards_of, places_of
from zonetrack.indicators.declaration import Indicator
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Line, Scorecards

USUAL = catalog.HEADLINES
PER_PAGE = 50
MOST_BARS = 20  # places in one chart


@dataclass(frozen=True)
class Compared:
    """One place with a line for each indicator."""

    place: Place
    lines: list[Line]
    url: str
    total: bool = False  # the whole that the others are parts of

    @property
    def name(self) -> str:
        return _("Whole zone") if self.total else self.place.name

    @property
    def shown(self) -> list[wording.Shown]:
        return [wording.shown(line) for line in self.lines]


# Parks


def parks_context(asked: Asked) -> dict:
    indicators = chosen_indicators(asked.data, USUAL, asked.remarks)
    cards = Scorecards(
        indicators,
        asked.whole,
        asked.year,
        asked.year,
        today=asked.today,
        provisional=asked.provisional,
    )
    parks = [park_row(cards, each, asked.year) for each in asked.whole.park_places(asked.year)]
    stated = [row for row in parks if not row.place.park.is_unstated]
    unstated = [row for row in parks if row.place.park.is_unstated]
    sort = chosen_sort(asked, indicators)
    rows = [*ordered(stated, indicators, sort), *unstated]
    total = [total_row(cards, asked.year)] if asked.sees_whole_zone else []
    return comparison(asked, indicators, sort) | {
        "title": _("Parks of %(zone)s, %(year)d")
        % {"zone": asked.whole.zone.name, "year": asked.year},
        "rows": rows,
        "total": total[0] if total else None,
        "compared": rows + total,
        "charts": SimpleLazyObject(lambda: charts(indicators, rows, asked.year)),
    }


def park_row(cards: Scorecards, place: Place, year: int) -> Compared:
    url = page_url(place, year, cards.provisional)
    return Compared(place, cards.scorecard(year, place), url)


def total_row(cards: Scorecards, year: int) -> Compared:
    url = page_url(cards.place, year, cards.provisional)
    return Compared(cards.place, cards.scorecard(year), url, total=True)


# Zones


@dataclass
class AskedOfZones:
    """What the address of the comparison of zones asks for."""

    scope: Scope
    places: list[Place]
    year: int
    data: dict
    remarks: list[str]

    address = Asked.address


def zones_context(request) -> dict:
    """Zones seen as a whole; not found where there is only one."""
    scope, today = request_scope(request), localdate()
    if not scope.several_zones:
        raise Http404
    data, remarks = readable(request.GET), []
    everywhere = Zone.objects.all() if scope.everything else scope.zones
    places = places_of(scope, everywhere)
    seen = [place for place in places if scope.sees_whole_zone(place.zone.pk)]
    year = chosen_year(data, "year", today, remarks) or latest_year(seen, today)
    asked = AskedOfZones(scope, seen, year, data, remarks)
    indicators = chosen_indicators(data, USUAL, remarks)
    sort = chosen_sort(asked, indicators)
    chosen = chosen_format(data, TABLES, remarks)
    # Ordered by values, all must be read first; else those of the page are enough.
    if sort or chosen:
        rows = ordered(zone_rows(seen, indicators, year, today), indicators, sort)
        page = Paginator(rows, PER_PAGE).get_page(data.get("page"))
        compared = list(page)
    else:
        page = Paginator(seen, PER_PAGE).get_page(data.get("page"))
        rows = compared = zone_rows(list(page), indicators, year, today)
    return comparison(asked, indicators, sort) | {
        "title": _("Zones, %(year)d") % {"year": year},
        "year": year,
        "years": [
            {"text": str(one), "url": asked.address(year=one), "current": one == year}
            for one in years_around(year, today)
        ],
        "remarks": remarks,
        "format": chosen,
        "page_obj": page,
        "page_query": asked.address()[1:],
        "rows": compared,
        "compared": rows,
        "shared": shared_parks(seen, year),
        "partly": [place.zone for place in places if place not in seen],
        "charts": SimpleLazyObject(lambda: charts(indicators, compared, year)),
        "downloads": downloads(asked),
        "crumbs": [(_("Zones"), reverse("zone-list")), (_("Compare zones"), None)],
    }


def zone_rows(places: list[Place], indicators: list[Indicator], year: int, today) -> list:
    cards = cards_of(indicators, places, year, today=today)
    return [
        Compared(
            place,
            [cards.line(each, year, place) for each in indicators],
            reverse("dashboard", args=[place.zone.key, year]),
        )
        for place in places
    ]


def shared_parks(places: list[Place], year: int) -> list[dict]:
    """Parks that belong to two of the zones, so that nobody adds them twice."""
    zones, parks = defaultdict(list), {}
    for place in places:
        for link in place.links:
            if link.covers(year):
                zones[link.park_id].append(place.zone.name)
                parks[link.park_id] = link.park
    return [
        {"park": parks[park].name, "zones": names}
        for park, names in zones.items()
        if len(names) > 1
    ]


# Both


def comparison(asked, indicators: list[Indicator], sort: str) -> dict:
    keys = {each.key for each in indicators}
    return {
        "columns": [column(asked, each, sort) for each in indicators],
        "sort": sort,
        "choices": [
            (name, [(each, each.key in keys) for each in catalog.INDICATORS if each.topic == topic])
            for topic, name in catalog.TOPICS.items()
        ],
        "now": str(asked.year),
        "unsorted_url": asked.address(sort=None),
        "usual_url": asked.address(indicators=None, sort=None),
    }


def column(asked, indicator: Indicator, sort: str) -> dict:
    """The head of a column: a click orders by it, from the highest value first."""
    by = sort.lstrip("-") == indicator.key
    falling = sort.startswith("-")
    following = indicator.key if by and falling else f"-{indicator.key}"
    return {
        "indicator": indicator,
        "unit": wording.unit_text(indicator),
        "sort_url": asked.address(sort=following),
        "sorted": ("descending" if falling else "ascending") if by else "",
    }


def chosen_sort(asked, indicators: list[Indicator]) -> str:
    sort = asked.data.get("sort", "")
    if not sort or sort.removeprefix("-") in {each.key for each in indicators}:
        return sort
    del asked.data["sort"]
    asked.remarks.append(_("There is no such column to order by."))
    return ""


def ordered(rows: list[Compared], indicators: list[Indicator], sort: str) -> list[Compared]:
    """By one column; what is not reported stands last, whichever way."""
    if not sort:
        return rows
    at = [each.key for each in indicators].index(sort.removeprefix("-"))
    known = [row for row in rows if row.lines[at].value is not None]
    known.sort(key=lambda row: row.lines[at].value, reverse=sort.startswith("-"))
    return known + [row for row in rows if row.lines[at].value is None]


def charts(indicators: list[Indicator], rows: Sequence[Compared], year: int) -> list[Chart]:
    """One small chart an indicator: this year over the year before, in the order of the table."""
    rows = rows[:MOST_BARS]
    return [
        bars(each, [row.name for row in rows], [row.lines[at] for row in rows], year)
        for at, each in enumerate(indicators)
        if any(row.lines[at].value is not None for row in rows)
    ]


def bars(indicator: Indicator, names: list[str], lines: list[Line], year: int) -> Chart:
    previous = [line.previous.value for line in lines]
    data = ChartData(
        years=names,
        actual=[line.value for line in lines],
        previous=previous if any(value is not None for value in previous) else (),
        unit=str(indicator.unit),
        title=str(indicator.name),
        subtitle=str(year),
        whole=indicator.whole,
        decimals=indicator.decimals,
        money=indicator.money,
    )
    return comparison_chart(f"compare-{indicator.key}", data, now=str(year), before=str(year - 1))


def downloads(asked) -> list[tuple[str, str]]:
    formats = (("CSV", "csv"), ("Excel", "xlsx"), ("JSON", "json"))
    return [(name, asked.address(format=chosen)) for name, chosen in formats]
