"""The rows behind one number: `behind=<indicator>&place=zone:<key>&year=2014` of a list.

The indicator itself says which rows it counts or adds up; here they only meet the list. A ratio
opens as two lists: `part=numerator` and `part=denominator`.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from enterprises.places import EVERYWHERE, Place, find_place
from zonetrack import catalog
from zonetrack.access.scope import Scope
from zonetrack.indicators.declaration import Ask, Indicator, Part
from zonetrack.records import FIRST_YEAR, LAST_YEAR

PARAMETERS = ("behind", "part", "place", "year", "provisional")


@dataclass(frozen=True)
class Behind:
    indicator: Indicator
    part: Part
    place: Place
    ask: Ask

    @property
    def year(self) -> int:
        return self.ask.first

    @property
    def day(self) -> date:
        """The day on which the year is looked at: its last one, or today while it runs."""
        return self.ask.day_of(self.year)

    @property
    def rows(self) -> QuerySet:
        return self.part.rows(self.ask)

    @property
    def words(self) -> str:
        words = {
            "indicator": self.part.name or self.indicator.name,
            "place": self.place.name,
            "year": self.year,
        }
        if self.ask.provisional:
            return _("%(indicator)s, %(place)s, %(year)d, including provisional figures") % words
        return _("%(indicator)s, %(place)s, %(year)d") % words

    def amount(self, rows: QuerySet):
        """What rows come to: their number, or the sum of the column that is added up."""
        rows = rows.order_by()
        if self.part.column is None:
            return rows.count()
        return rows.aggregate(total=Sum(self.part.column))["total"]


def behind(
    indicator: Indicator,
    part: Part,
    place: Place,
    year: int,
    today: date,
    *,
    provisional: bool = False,
) -> Behind:
    ask = Ask(place.park_ids(year), year, year, today, provisional)
    return Behind(indicator, part, place, ask)


def query_of(key: str, place: Place, year: int, part: str = "") -> dict[str, str]:
    """The parameters under which a list shows what is behind a number."""
    query = {"behind": key, "place": place.key, "year": str(year)}
    return query | ({"part": part} if part else {})


def read(data, scope: Scope, today: date) -> tuple[Behind | None, list[str]]:
    """What the address asks for, and sentences about what in it cannot be used."""
    if "behind" not in data:
        return None, []
    indicator = catalog.BY_KEY.get(data["behind"])
    if indicator is None or not indicator.parts:
        return None, [_("There is no such indicator with records behind it.")]
    part = indicator.openable.get(data.get("part", ""))
    if part is None:
        return None, [_("A ratio is opened by “part”: “numerator” or “denominator”.")]
    place, year = place_of(data.get("place", ""), scope), year_of(data.get("year", ""))
    if place is None:
        return None, [_("There is no such zone or park, or your role does not include it.")]
    if year is None:
        return None, [_("“Year” needs a year such as 2014.")]
    # Whoever may not count drafts sees what is behind the approved figure.
    provisional = data.get("provisional") == "1" and scope.sees_drafts(place.all_park_ids)
    return behind(indicator, part, place, year, today, provisional=provisional), []


def place_of(key: str, scope: Scope) -> Place | None:
    if key == EVERYWHERE.key:
        return EVERYWHERE if scope.everything else None
    return None if "\0" in key else find_place(scope, key)


def year_of(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        return None
    return int(text) if FIRST_YEAR <= int(text) <= LAST_YEAR else None
