"""The dashboard of a zone or a park in one year: everything its page shows.

The frame depends on who reads it; the figures are the same for everybody who may see the place.
"""

from datetime import date

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from enterprises.places import Place
from zonetrack import catalog, punctuation
from zonetrack.access.scope import Scope
from zonetrack.addresses import address_of
from zonetrack.dashboards import headline, panels
from zonetrack.dashboards.asking import provisional_links
from zonetrack.dashboards.line_charts import line_chart
from zonetrack.dashboards.years import years_around
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Line, Scorecards
from zonetrack.targets.wording import Shown

BACK = 9  # years before the one shown that charts reach back
# Columns of the table of parks.
BY_PARK = (
    "enterprises-registered",
    "rd-bodies-held",
    "tech-centers-new",
    "patents-filed",
    "patents-in-force",
    "rd-expenditure",
    "key-projects-on-schedule",
)
# The first of these of which anything is known in the years shown.
BODY_CHARTS = ("tech-centers-new", "rd-bodies-held", "rd-bodies-provincial-held")
PATENT_CHARTS = ("patents-filed", "patents-granted", "patents-in-force")


def frame(scope: Scope, place: Place, year: int, today: date, *, provisional: bool = False) -> dict:
    """What stands around the figures: it depends on the reader's scope and is never kept."""
    return {
        "zone": place.zone,
        "place": place,
        "year": year,
        "running": year == today.year,
        "years": year_links(place, year, today, provisional),
        "parks": park_links(scope, place, year, provisional),
        "switch": provisional_links(
            scope,
            place,
            lambda provisional: page_url(place, year, bool(provisional)),
            provisional,
        ),
        "provisional": provisional,
        "latest_url": latest_url(place),
    }


def told_of(place: Place, year: int, today: date, *, provisional: bool = False) -> dict:
    """What a dashboard says, as plain values and finished HTML, alike for all who see the place.

    `provisional`: figures that are not approved are counted, too. `empty`: nothing is known.
    """
    cards = Scorecards(
        catalog.INDICATORS, place, year - BACK, year, today=today, provisional=provisional
    )
    lines = cards.scorecard(year)
    coverage = headline.coverage_line(lines)
    told = {"about": headline.paragraph(headline.about(lines[0], today, coverage))}
    if not any(line.has_anything for line in lines):
        return told | {"empty": True}
    context = figures_of(cards, lines, coverage, year, today)
    body = render_to_string("dashboards/_figures.html", context)
    return told | {"empty": False, "draws": context["draws"], "body": body}


def figures_of(cards: Scorecards, lines: list[Line], coverage, year: int, today: date) -> dict:
    """What the template of the figures takes."""
    place, by_key = cards.place, {line.indicator.key: line for line in lines}
    tiles = tile_lines(lines, by_key)
    tables = panels.small_tables(place, year, today)
    projects = panels.key_projects(cards, year)
    keys = panels.key_enterprises(place, year)
    shown = {key: wording.shown(line, running=year == today.year) for key, line in by_key.items()}
    centers_chart = track_chart(cards, bodies_chart(cards), today)
    patent_charts = [track_chart(cards, key, today, size="s") for key in PATENT_CHARTS]
    return {
        "zone": place.zone,
        "place": place,
        "year": year,
        "running": year == today.year,
        "provisional": cards.provisional,
        "coverage": wording.returns_text(coverage) if coverage else "",
        "headline": headline.paragraph(headline.headline(lines, year, today)),
        "findings": headline.paragraph(headline.findings(tiles, running=year == today.year)),
        "attention": headline.attention(lines, projects, tables[panels.DUE], coverage, today),
        "tiles": [shown[line.indicator.key] for line in tiles],
        "shown": {key.replace("-", "_"): one for key, one in shown.items()},
        "centers_chart": centers_chart,
        "pipeline": panels.pipeline(cards, year, tables[panels.FIELD]),
        "bodies": panels.bodies_by_family(cards, year),
        "patent_charts": patent_charts,
        "draws": any(not chart.empty for chart, _link in [centers_chart, *patent_charts]),
        "projects": projects,
        "programs": panels.programs(tables[panels.PROGRAM], place, year),
        "partners": panels.partners(tables[panels.PARTNER], place, year),
        "achievements": panels.achievements(tables[panels.ACHIEVEMENT], place),
        "titles": panels.titles(tables[panels.HELD], place, year),
        "key_enterprises": keys[: panels.MOST_ROWS],
        "more_key_enterprises": len(keys) > panels.MOST_ROWS,
        "key_enterprises_url": panels.list_url("enterprise-list", place, key_year=year),
        "park_rows": [] if place.park else park_rows(cards, by_key, year, today),
        "park_columns": [catalog.BY_KEY[key] for key in BY_PARK],
        "topics": topics(lines, shown),
        "without_figures": sum(not line.has_anything for line in lines),
    }


def tile_lines(lines: list[Line], by_key: dict[str, Line]) -> list[Line]:
    """The headlines; in place of those of which nothing is known, other known values."""
    known = [by_key[key] for key in catalog.HEADLINES if by_key[key].has_anything]
    others = [line for line in lines if line.value is not None and line not in known]
    return [*known, *others][: len(catalog.HEADLINES)]


def bodies_chart(cards: Scorecards) -> str:
    for key in BODY_CHARTS:
        if any(line.value is not None for line in cards.track_record(catalog.BY_KEY[key])):
            return key
    return BODY_CHARTS[0]


def track_chart(cards: Scorecards, key: str, today: date, size: str = ""):
    lines = cards.track_record(catalog.BY_KEY[key])
    page = wording.indicator_url(lines[-1])
    return line_chart(key, lines, today=today, size=size, csv_url=f"{page}&format=csv"), page


def topics(lines: list[Line], shown: dict[str, Shown]) -> list[tuple[str, list[Shown]]]:
    """The lines that have anything to show, by topic."""
    groups = [
        (
            name,
            [
                shown[line.indicator.key]
                for line in lines
                if line.indicator.topic == topic and line.has_anything
            ],
        )
        for topic, name in catalog.TOPICS.items()
    ]
    return [(name, found) for name, found in groups if found]


# Years and parks to go to


def page_url(place: Place, year: int, provisional: bool = False) -> str:
    more = "?provisional=1" if provisional else ""
    if place.park:
        return address_of("park", place.zone.key, year, place.park.key) + more
    return address_of("dashboard", place.zone.key, year) + more


def latest_url(place: Place) -> str:
    if place.park:
        return address_of("park-now", place.zone.key, place.park.key)
    return address_of("zone", place.zone.key)


def year_links(place: Place, year: int, today: date, provisional: bool = False) -> list[dict]:
    return [
        {"text": str(one), "url": page_url(place, one, provisional), "current": one == year}
        for one in years_around(year, today)
    ]


def park_links(scope: Scope, place: Place, year: int, provisional: bool = False) -> list[dict]:
    """The parks in scope, led by the zone as a whole where that may be seen."""
    whole = Place(place.zone, place.links)
    parks = whole.park_places(year)
    if place.park and place.park not in [each.park for each in parks]:
        parks.append(place)
    links = [
        {
            "text": each.name,
            "url": page_url(each, year, provisional),
            "current": bool(place.park) and each.park == place.park,
        }
        for each in parks
    ]
    if scope.sees_whole_zone(place.zone.pk):
        url = page_url(whole, year, provisional)
        return [{"text": _("All parks"), "url": url, "current": not place.park}, *links]
    return links


# The table of parks


def park_rows(cards: Scorecards, by_key: dict[str, Line], year: int, today: date) -> list[dict]:
    """One row for each park, and the whole zone's as the last."""
    parks = cards.place.park_places(year)
    rows = [park_row(park, park_lines(cards, park, year), today) for park in parks]
    return [*rows, park_row(cards.place, [by_key[key] for key in BY_PARK], today)]


def park_lines(cards: Scorecards, place: Place, year: int) -> list[Line]:
    return [cards.line(catalog.BY_KEY[key], year, place) for key in BY_PARK]


def park_row(place: Place, lines: list[Line], today: date) -> dict:
    year = lines[0].year
    coverage = next((line for line in lines if line.actual.expected), None)
    return {
        "name": place.name if place.park else _("Whole zone"),
        "url": page_url(place, year, lines[0].provisional) if place.park else "",
        "values": [wording.shown(line) for line in lines],
        "coverage": coverage.actual if coverage else None,
        "outstanding": punctuation.phrases(wording.outstanding(coverage.actual))
        if coverage
        else "",
        "returns_url": panels.list_url("return-list", place, year=year, state="approved"),
        "late": bool(coverage and coverage.actual.unapproved and today > coverage.due),
    }
