"""The parks of a zone side by side: values only, no ranks and no score."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from enterprises.places import Place
from zonetrack import catalog
from zonetrack.dashboards.zone_page import BY_PARK, page_url
from zonetrack.targets import wording

from .. import cells, pictures
from ..document import Row, Section, Table
from ..facts import Facts
from .frame import figures, money_notes, section, table, words

DRAWN = ("rd-bodies-held", "patents-filed", "rd-expenditure")


def parks(facts: Facts) -> Section | None:
    """Of a zone with several parks of which something is known."""
    stated = [place for place in facts.parks if not place.park.is_unstated]
    if len(stated) < 2 or not any(keys_known(facts, [place]) for place in stated):
        return None
    keys = keys_known(facts, facts.parks)
    names = [place.name for place in stated]
    drawn = [
        pictures.over_places([facts.line(key, place=each) for each in stated], names, facts.year)
        for key in DRAWN
    ]
    return section("parks", _("Comparison of parks"), [park_table(facts, keys), *drawn])


def keys_known(facts: Facts, places: Iterable[Place]) -> list[str]:
    """The indicators of which something is known in any of the places."""
    places = list(places)
    return [
        key for key in BY_PARK if any(facts.line(key, place=each).has_anything for each in places)
    ]


def park_table(facts: Facts, keys: list[str]) -> Table:
    shown = [place for place in facts.parks if not place.park.is_unstated or has_rows(facts, place)]
    indicators = [catalog.BY_KEY[key] for key in keys]
    return table(
        "parks",
        _("Parks in %(year)d") % {"year": facts.year},
        [
            words(_("Park"), 2.4),
            *(figures(each.name, wording.unit_text(each)) for each in indicators),
        ],
        [*(park_row(facts, place, keys) for place in shown), park_row(facts, None, keys)],
        notes=tuple(money_notes(facts, keys, shown)),
    )


def has_rows(facts: Facts, place: Place) -> bool:
    """Whether anything but zeros is known of it."""
    lines = [facts.line(key, place=place) for key in BY_PARK]
    return any(line.value or line.actual.known for line in lines)


def park_row(facts: Facts, place: Place | None, keys: list[str]) -> Row:
    """One park; None for the whole zone."""
    name = place.name if place else _("Whole zone")
    values = (cells.value(facts.line(key, place=place)) for key in keys)
    address = page_url(place or facts.place, facts.year)
    return cells.row(cells.text(name, address), *values, kind="" if place else "total")
