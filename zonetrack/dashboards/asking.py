"""What the address of a page of figures asks for: zone, park, year, and what cannot be used.

Bad input never ends in an error page: it is named in `remarks`, and the usual is shown.
Another scope's zone is not found; another scope's park is unknown, as if it did not exist.
"""

from dataclasses import dataclass, field
from datetime import date

from django.http import Http404, QueryDict
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from enterprises.places import Place, zone_place
from zonetrack import catalog
from zonetrack.access.scope import Scope, request_scope
from zonetrack.dashboards.years import AHEAD, latest_year, years_around
from zonetrack.indicators.declaration import Indicator
from zonetrack.records import FIRST_YEAR

MOST_INDICATORS = 12


@dataclass
class Asked:
    """`whole` is the zone as far as the scope reaches, `place` what is shown of it."""

    scope: Scope
    whole: Place
    place: Place
    today: date
    year: int
    data: QueryDict
    remarks: list[str] = field(default_factory=list)
    provisional: bool = False

    @property
    def sees_whole_zone(self) -> bool:
        return self.scope.sees_whole_zone(self.whole.zone.pk)

    @property
    def running(self) -> bool:
        return self.year == self.today.year

    def address(self, **changes) -> str:
        """The same page otherwise; None takes a parameter out."""
        data = self.data.copy()
        for name, value in ({"format": None, "page": None} | changes).items():
            data.pop(name, None)
            if value is not None:
                data[name] = value
        return f"?{data.urlencode()}"

    def year_links(self) -> list[dict]:
        return [
            {"text": str(year), "url": self.address(year=year), "current": year == self.year}
            for year in years_around(self.year, self.today)
        ]

    def park_links(self) -> list[dict]:
        """The parks in scope, led by the zone as a whole where that may be seen."""
        links = [
            {
                "text": park.name,
                "url": self.address(park=park.key),
                "current": park == self.place.park,
            }
            for park in self.whole.parks(self.year)
        ]
        if not self.sees_whole_zone:
            return links
        every = {
            "text": _("All parks"),
            "url": self.address(park=None),
            "current": self.place.park is None,
        }
        return [every, *links] if len(links) > 1 else []


def ask(request, zone: str, *, of_park: bool = True) -> Asked:
    """Read the address of a page of a zone. `of_park`: the page can be about a single park."""
    scope, today = request_scope(request), localdate()
    whole = zone_place(scope, zone)
    if whole is None:
        raise Http404
    data, remarks = readable(request.GET), []
    place = chosen_place(scope, whole, data, remarks) if of_park else whole
    year = chosen_year(data, "year", today, remarks) or latest_year([place], today)
    provisional = chosen_provisional(scope, place, data, remarks)
    return Asked(scope, whole, place, today, year, data, remarks, provisional)


def readable(given: QueryDict) -> QueryDict:
    """Without blanks and empty values."""
    data = QueryDict(mutable=True)
    for name, values in given.lists():
        kept = [value.strip() for value in values if value.strip()]
        if kept:
            data.setlist(name, kept)
    return data


def chosen_place(scope: Scope, whole: Place, data: QueryDict, remarks: list[str]) -> Place:
    """The park asked for, else the zone; a part of a zone is never shown as the whole."""
    parks = {link.park.key: link.park for link in whole.links}
    key = data.get("park")
    if key in parks:
        return Place(whole.zone, whole.links, parks[key])
    if key is not None:
        remarks.append(_("There is no such park here, or your role does not include it."))
        del data["park"]
    if scope.sees_whole_zone(whole.zone.pk):
        return whole
    return Place(whole.zone, whole.links, whole.links[0].park)


def chosen_provisional(scope: Scope, place: Place, data: QueryDict, remarks: list[str]) -> bool:
    """Whether figures that are not approved are counted, too; only for who enters them here."""
    if "provisional" not in data:
        return False
    if data["provisional"] == "1" and scope.sees_drafts(place.all_park_ids):
        return True
    if data["provisional"] == "1":
        remarks.append(_("Approved figures are shown: only who enters them here sees others."))
    del data["provisional"]
    return False


def provisional_links(scope: Scope, place: Place, address, provisional: bool) -> list[dict]:
    """The switch between approved figures and all, for those who may turn it.

    `address` takes provisional=None or "1" and answers the same page that way.
    """
    if not scope.sees_drafts(place.all_park_ids):
        return []
    return [
        {
            "text": _("Approved only"),
            "url": address(provisional=None),
            "current": not provisional,
        },
        {
            "text": _("Including provisional"),
            "url": address(provisional="1"),
            "current": provisional,
        },
    ]


def chosen_year(data: QueryDict, name: str, today: date, remarks: list[str]) -> int | None:
    text = data.get(name)
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) == 4:
        year = int(text)
        if FIRST_YEAR <= year <= today.year + AHEAD:
            return year
    del data[name]
    remarks.append(_("“%(name)s” needs a year such as 2014.") % {"name": name})
    return None


def chosen_indicators(
    data: QueryDict, usual: tuple[str, ...], remarks: list[str]
) -> list[Indicator]:
    """The indicators asked for, in the order of the catalog; the usual ones without any."""
    asked = [key for text in data.getlist("indicators") for key in text.split(",") if key]
    known = [each for each in catalog.INDICATORS if each.key in asked]
    if len(known) < len(set(asked)):
        remarks.append(_("An indicator that does not exist was left out."))
    if len(known) > MOST_INDICATORS:
        remarks.append(
            _("Only the first %(n)d indicators are compared at once.") % {"n": MOST_INDICATORS}
        )
        known = known[:MOST_INDICATORS]
    return known or [catalog.BY_KEY[key] for key in usual]


def chosen_format(data: QueryDict, allowed: tuple[str, ...], remarks: list[str]) -> str:
    chosen = data.get("format", "")
    if chosen and chosen not in allowed:
        remarks.append(_("There is no such format; the page is shown instead."))
        return ""
    return chosen
