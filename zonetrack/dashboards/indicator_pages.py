"""The pages of indicators: all of a zone, a single one, and comparisons of parks and zones."""

from django.http import Http404
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zonetrack import catalog
from zonetrack.dashboards.asking import (
    Asked,
    ask,
    chosen_format,
    chosen_year,
    provisional_links,
)
from zonetrack.dashboards.comparing import downloads, parks_context, zones_context
from zonetrack.dashboards.exports import TABLES, drawing_response, lines_response
from zonetrack.dashboards.one_indicator import (
    BACK,
    authors_of_targets,
    cards_of,
    indicator_context,
    main_chart,
    year_shown,
)
from zonetrack.indicators.declaration import Indicator
from zonetrack.keeping.conditional import conditional, of_all, of_zone
from zonetrack.records import FIRST_YEAR
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Scorecards


@conditional(of_zone, keep=True, drafts=False)
def indicators(request, zone):
    asked = ask(request, zone)
    chosen = chosen_format(asked.data, TABLES, asked.remarks)
    cards = Scorecards(
        catalog.INDICATORS,
        asked.place,
        asked.year,
        asked.year,
        today=asked.today,
        provisional=asked.provisional,
    )
    lines = cards.scorecard(asked.year)
    title = _("Indicators of %(place)s, %(year)d") % {
        "place": asked.place.name,
        "year": asked.year,
    }
    if chosen:
        return lines_response(chosen, file_name(asked, "indicators"), title, lines)
    shown = {line.indicator.key: wording.shown(line) for line in lines}
    groups = [
        (name, [shown[each.key] for each in catalog.INDICATORS if each.topic == topic])
        for topic, name in catalog.TOPICS.items()
    ]
    context = {
        "groups": groups,
        "label": title,
        "empty": not any(line.has_anything for line in lines),
        "unknown": sum(not line.has_anything for line in lines),
    }
    crumbs = [(_("Indicators"), None)]
    return TemplateResponse(request, "dashboards/indicators.html", frame(asked, crumbs) | context)


@conditional(of_zone, authors_of_targets, keep=True, drafts=False)
def indicator(request, zone, key):
    asked = ask(request, zone)
    found = indicator_or_404(key)
    asked.year = year_shown(asked, found)
    first = first_year(asked)
    chosen = chosen_format(asked.data, (*TABLES, "svg"), asked.remarks)
    if chosen:
        return indicator_file(asked, found, first, chosen)
    topic = catalog.TOPICS[found.topic]
    everything = reverse("indicators", args=[zone]) + asked.address(**{"from": None})
    crumbs = [
        (_("Indicators"), everything),
        (topic, f"{everything}#{found.topic}"),
        (found.name, None),
    ]
    context = frame(asked, crumbs) | indicator_context(asked, found, first)
    return TemplateResponse(request, "dashboards/indicator.html", context)


def indicator_file(asked: Asked, found: Indicator, first: int, chosen: str):
    """The track record as a table, or its chart as a drawing."""
    cards = cards_of(asked, found, first)
    lines = cards.track_record(found)
    name = file_name(asked, found.key)
    if chosen == "svg":
        return drawing_response(name, main_chart(asked, lines))
    start = next((at for at, line in enumerate(lines) if line.has_anything), len(lines) - 1)
    title = _("%(indicator)s, %(place)s") % {"indicator": found.name, "place": asked.place.name}
    return lines_response(chosen, name, title, lines[start:])


@conditional(of_zone, keep=True, drafts=False)
def compare_parks(request, zone):
    asked = ask(request, zone, of_park=False)
    chosen = chosen_format(asked.data, TABLES, asked.remarks)
    context = parks_context(asked)
    if chosen:
        lines = [line for row in context["compared"] for line in row.lines]
        return lines_response(chosen, file_name(asked, "parks"), context["title"], lines)
    crumbs = [(_("Compare parks"), None)]
    context = frame(asked, crumbs) | {"parks": []} | context
    return TemplateResponse(request, "dashboards/compare_parks.html", context)


@conditional(of_all, drafts=False)
def compare_zones(request):
    context = zones_context(request)
    chosen = context["format"]
    if chosen:
        lines = [line for row in context["compared"] for line in row.lines]
        name = f"zones-{context['year']}"
        return lines_response(chosen, name, context["title"], lines)
    return render(request, "dashboards/compare_zones.html", context)


def indicator_or_404(key: str) -> Indicator:
    if key not in catalog.BY_KEY:
        raise Http404
    return catalog.BY_KEY[key]


def first_year(asked: Asked) -> int:
    """The year a history begins with: nine years back unless the address says otherwise."""
    first = chosen_year(asked.data, "from", asked.today, asked.remarks)
    usual = max(asked.year - BACK, FIRST_YEAR)
    if first is not None and first > asked.year:
        asked.remarks.append(_("“from” lies after the year that is shown."))
        return usual
    return first or usual


def frame(asked: Asked, crumbs: list) -> dict:
    return {
        "zone": asked.whole.zone,
        "place": asked.place,
        "year": asked.year,
        "running": asked.running,
        "today": asked.today,
        "years": asked.year_links(),
        "parks": asked.park_links(),
        "switch": provisional_links(asked.scope, asked.place, asked.address, asked.provisional),
        "provisional": asked.provisional,
        "remarks": asked.remarks,
        "crumbs": crumbs,
        "downloads": downloads(asked),
        "svg_url": asked.address(format="svg"),
    }


def file_name(asked: Asked, subject: str) -> str:
    place = asked.place.park or asked.place.zone
    return f"{place.key}-{subject}-{asked.year}{'-provisional' if asked.provisional else ''}"
