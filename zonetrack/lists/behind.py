"""The rows behind one number: `behind=<indicator>&place=zone:<key>&year=2014` of a list.

The indicator itself says which rows it counts or adds up; here they only meet the list.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from enterprises.models import Park, Zone, ZonePark
from zonetrack import catalog
from zonetrack.access.scope import Scope
from zonetrack.indicators.declaration import Ask, Indicator, Part
from zonetrack.records import FIRST_YEAR, LAST_YEAR

PARAMETERS = ("behind", "part", "place", "year")


@dataclass(frozen=True)
class Behind:
    indicator: Indicator
    part: Part
    part_name: str  # "", "numerator" or "denominator"
    place: Zone | Park
    year: int
    rows: QuerySet

    @property
    def query(self) -> dict[str, str]:
        return query_of(self.indicator.key, self.place, self.year, self.part_name)

    @property
    def words(self) -> str:
        counted = self.part.name or self.indicator.name
        return _("%(indicator)s, %(place)s, %(year)d") % {
            "indicator": counted,
            "place": self.place.name,
            "year": self.year,
        }


def query_of(key: str, place: Zone | Park, year: int, part: str = "") -> dict[str, str]:
    """The parameters under which a list shows what is behind a number."""
    kind = "zone" if isinstance(place, Zone) else "park"
    query = {"behind": key, "place": f"{kind}:{place.key}", "year": str(year)}
    return query | ({"part": part} if part else {})


def read(data, scope: Scope, today: date) -> tuple[Behind | None, list[str]]:
    """What the address asks for, and sentences about what in it cannot be used."""
    if "behind" not in data:
        return None, []
    indicator = catalog.BY_KEY.get(data["behind"])
    if indicator is None or not indicator.parts:
        return None, [_("There is no such indicator with records behind it.")]
    name = data.get("part", "")
    part = indicator.parts.get(name)
    if part is None:
        return None, [_("This indicator has no such part: %(part)s.") % {"part": name[:40]}]
    place, year = place_of(data.get("place", ""), scope), year_of(data.get("year", ""))
    if place is None:
        return None, [_("There is no such zone or park, or your role does not include it.")]
    if year is None:
        return None, [_("“Year” needs a year such as 2014.")]
    rows = part.rows(Ask(park_ids_of(place, year), year, year, today))
    return Behind(indicator, part, name, place, year, rows), []


def place_of(text: str, scope: Scope) -> Zone | Park | None:
    kind, _colon, key = text.partition(":")
    model = {"zone": Zone, "park": Park}.get(kind)
    if model is None or "\0" in key:
        return None
    place = scope.limit(model.objects.filter(key=key)).first()
    if kind == "zone" and place and not scope.sees_whole_zone(place.pk):
        return None
    return place


def year_of(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        return None
    return int(text) if FIRST_YEAR <= int(text) <= LAST_YEAR else None


def park_ids_of(place: Zone | Park, year: int) -> frozenset[int]:
    """The park itself, or the parks that were part of the zone in the year."""
    if isinstance(place, Park):
        return frozenset([place.pk])
    links = ZonePark.objects.filter(zone=place)
    return frozenset(link.park_id for link in links if link.covers(year))
