"""Figures as data: zones, scorecards, track records, comparisons, and what the indicators are."""

from django.http import Http404
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from enterprises.models.land import REGISTERS
from zonetrack import catalog
from zonetrack.access.scope import request_scope
from zonetrack.dashboards import exports
from zonetrack.dashboards.asking import Asked, ask
from zonetrack.dashboards.comparing import Compared, parks_context, zones_context
from zonetrack.dashboards.indicator_pages import first_year, indicator_or_404
from zonetrack.dashboards.one_indicator import cards_of, year_shown
from zonetrack.dashboards.years import check_year, latest_year
from zonetrack.dashboards.zone_page import page_url
from zonetrack.dashboards.zones_page import places_of, zones_of
from zonetrack.indicators.declaration import Indicator
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Line, Scorecards

from .addresses import beside
from .values import plain, reference

LANGUAGES = {"en": "en", "zh": "zh-hans"}


# Zones and what is counted


def zones(request) -> dict:
    """The zones of the reader's scope, each with its parks in that scope."""
    page = zones_of(request_scope(request), request.GET.get("page"))
    places = places_of(request_scope(request), page)
    return {
        "title": _("Zones"),
        **pages(request, page),
        "zones": [zone_of(request, place) for place in places],
        "links": {"html": reverse("zone-list")},
    }


def zone(request, zone: str) -> dict:
    """One zone with the last year of which anything is known."""
    asked = ask(request, zone)
    return {
        "title": asked.whole.zone.name,
        "year": latest_year([asked.whole], localdate()),
        "zone": zone_of(request, asked.whole),
        "links": {"html": reverse("zone", args=[zone])},
    }


def zone_of(request, place) -> dict:
    found = place.zone
    address = reverse("zone", args=[found.key])
    return {
        **reference(found),
        "level": plain(found.level),
        "kind": plain(found.kind),
        "example": found.is_example,
        "seen_whole": request_scope(request).sees_whole_zone(found.pk),
        "complete_from": {name: found.complete_from(name) for name in REGISTERS},
        "parks": [
            {
                **reference(link.park),
                "unstated": link.park.is_unstated,
                "from_year": link.from_year,
                "to_year": link.to_year,
            }
            for link in place.links
        ],
        "links": {"html": address, "self": beside(address)},
    }


def indicators(request) -> dict:
    """The catalog in reading order, with the names in both languages."""
    return {
        "title": _("Indicators"),
        "indicators": [declared(each) for each in catalog.INDICATORS],
        "links": {"html": reverse("help")},
    }


def declared(indicator: Indicator) -> dict:
    found = exports.about(indicator)
    for code, language in LANGUAGES.items():
        with translation.override(language):
            found |= {
                f"name_{code}": str(indicator.name),
                f"unit_{code}": str(indicator.unit),
                f"definition_{code}": str(indicator.definition),
                f"topic_{code}": str(catalog.TOPICS[indicator.topic]),
            }
    return found | {
        "topic": indicator.topic.value,
        "direction": indicator.direction,
        "decimals": indicator.decimals,
        "money": indicator.money,
        "registers": list(indicator.basis.registers),
        "from_returns": indicator.basis.is_returns,
        "published_only": indicator.published_only,
        "rows": {part or "count": beside(reverse(one.page)) for part, one in parts_of(indicator)},
    }


def parts_of(indicator: Indicator):
    return indicator.parts.items()


# Lines


def scorecard(request, zone: str, year: int | None = None, park: str | None = None) -> dict:
    """All indicators of a zone or park in one year."""
    if year is not None:
        check_year(year, localdate())
    asked = asked_of(request, zone, park)
    if year is not None:
        asked.year = year
    cards = Scorecards(
        catalog.INDICATORS,
        asked.place,
        asked.year,
        asked.year,
        today=asked.today,
        provisional=asked.provisional,
    )
    words = {"place": asked.place.name, "year": asked.year}
    return about_place(asked) | figures(
        _("Indicators of %(place)s, %(year)d") % words,
        cards.scorecard(asked.year),
        page=page_url(asked.place, asked.year, asked.provisional),
    )


def track_record(request, zone: str, key: str) -> dict:
    """One indicator over the years, from the first of which anything is known."""
    asked = asked_of(request, zone)
    found = indicator_or_404(key)
    asked.year = year_shown(asked, found)
    lines = cards_of(asked, found, first_year(asked)).track_record(found)
    start = next((at for at, line in enumerate(lines) if line.has_anything), len(lines) - 1)
    words = {"indicator": found.name, "place": asked.place.name}
    return about_place(asked) | figures(
        _("%(indicator)s, %(place)s") % words,
        lines[start:],
        page=reverse("indicator", args=[zone, key]) + asked.address(),
    )


def parks(request, zone: str) -> dict:
    """The parks of a zone in one year, and the whole zone where it may be seen."""
    asked = ask(request, zone, of_park=False)
    context = parks_context(asked)
    return about_place(asked) | {
        "title": context["title"],
        **compared(context["compared"]),
        "links": {"html": reverse("compare-parks", args=[zone]) + asked.address()},
    }


def all_zones(request) -> dict:
    """Zones seen as a whole side by side; not found where there is only one."""
    context = zones_context(request)
    return {
        "title": context["title"],
        "year": context["year"],
        "remarks": context["remarks"],
        **pages(request, context["page_obj"]),
        **compared(context["rows"]),
        "shared_parks": [
            {"park": each["park"], "zones": each["zones"]} for each in context["shared"]
        ],
        "links": {"html": f"{reverse('compare-zones')}?{context['page_query']}"},
    }


def asked_of(request, zone: str, park: str | None = None) -> Asked:
    """What is asked of a zone; a park in the address itself must be there."""
    if park is not None:
        request.GET = request.GET.copy()
        request.GET["park"] = park
    asked = ask(request, zone)
    if park is not None and (asked.place.park is None or asked.place.park.key != park):
        raise Http404
    if "park" not in asked.data and asked.place.park:
        asked.remarks.append(
            _("Your role does not include the whole zone; one of its parks is shown.")
        )
    return asked


def about_place(asked: Asked) -> dict:
    return {
        "zone": reference(asked.whole.zone),
        "park": reference(asked.place.park),
        "year": asked.year,
        "remarks": asked.remarks,
    }


def figures(title: str, lines: list[Line], *, page: str) -> dict:
    return exports.content_of(title, lines) | {
        "lines": [line_of(line) for line in lines],
        "links": {"html": page},
    }


def compared(rows: list[Compared]) -> dict:
    lines = [line for row in rows for line in row.lines]
    found = {line.indicator.key: line.indicator for line in lines}
    return {
        "provisional": any(line.provisional for line in lines),
        "indicators": [exports.about(indicator) for indicator in found.values()],
        "rows": [
            {
                "place": reference(row.place.park or row.place.zone),
                "total": row.total,
                "lines": [line_of(line) for line in row.lines],
                "links": {"html": row.url, "self": beside(row.url)},
            }
            for row in rows
        ],
    }


def line_of(line: Line) -> dict:
    """The columns of the page's own JSON, and where more is to be found."""
    page = wording.indicator_url(line)
    return exports.content_of_line(line) | {
        "links": {
            "html": page,
            "self": beside(page),
            "rows": rows_behind(line),
            "published": [beside(one.get_absolute_url()) for one in line.actual.published],
        }
    }


def rows_behind(line: Line) -> dict[str, str]:
    """Lists of what a number counts or adds up: `count`, or `numerator` and `denominator`."""
    return {
        part or "count": beside(wording.records_url(line, part))
        for part, _one in parts_of(line.indicator)
    }


# Pages


def pages(request, page) -> dict:
    """Which page of how many, and the addresses of its neighbors."""
    return {
        "count": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "next": page_address(request, page.number + 1) if page.has_next() else None,
        "previous": page_address(request, page.number - 1) if page.has_previous() else None,
    }


def page_address(request, number: int) -> str:
    data = request.GET.copy()
    data["page"] = number
    return f"{request.path}?{data.urlencode()}"
