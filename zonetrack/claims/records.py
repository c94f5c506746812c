"""Records counted by kind, which no indicator counts by themselves."""

from datetime import date
from decimal import Decimal

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from enterprises.models import KeyMark
from enterprises.places import Place
from zonetrack import catalog, numbers
from zonetrack.addresses import rows_behind
from zonetrack.indicators.declaration import Ask, Indicator

from .known import Known


class Records:
    """Rows counted by kind, each list of an indicator asked once a place and year."""

    def __init__(self, today: date):
        self.today = today
        self._by_kind: dict[tuple[str, str, int], dict[str, int]] = {}

    def by_kind(self, key: str, place: Place, year: int) -> dict[str, int]:
        asked = (key, place.key, year)
        if asked not in self._by_kind:
            ask = Ask(place.park_ids(year), year, year, self.today)
            rows = catalog.BY_KEY[key].counts.rows(ask).order_by()
            self._by_kind[asked] = dict(rows.values_list("kind").annotate(n=Count("pk")))
        return self._by_kind[asked]

    def of_kind(self, key: str, kind, place: Place, year: int) -> list[Known]:
        """How many rows of an indicator's list are of one kind."""
        indicator = catalog.BY_KEY[key]
        n = self.by_kind(key, place, year).get(kind.pk)
        if not n:
            return []
        complete = is_complete(indicator, place, year)
        rows = rows_behind(indicator.counts.page, key, place.key, year)
        url = f"{rows}&{urlencode({'kind': kind.pk})}"
        return [
            Known(
                what=kind.name,
                role=str(indicator.name),
                place=place.name,
                year=year,
                value=Decimal(n),
                text=numbers.number(n),
                links=((_("The records"), url),),
                note="" if complete else _("The register is not declared complete for this year."),
                open_above=not complete,
            )
        ]

    def key_enterprises(self, place: Place, year: int) -> list[Known]:
        n = KeyMark.objects.filter(park__in=place.park_ids(year), year=year).count()
        if not n:
            return []
        here = {"park": place.park.key} if place.park else {"zone": place.zone.key}
        url = f"{reverse('enterprise-list')}?{urlencode(here | {'key_year': year})}"
        return [of_records(_("Key enterprises"), place, year, n, _("The enterprises"), url)]

    def parks(self, place: Place, year: int) -> list[Known]:
        n = sum(not park.is_unstated for park in place.parks(year))
        if place.park or not n:
            return []
        url = f"{reverse('compare-parks', args=[place.zone.key])}?year={year}"
        return [of_records(_("Parks of the zone"), place, year, n, _("The parks"), url)]

    def quota(self, category) -> list[Known]:
        if category.quota is None:
            return []
        link = (_("The program"), category.get_absolute_url())
        return [
            Known(
                what=f"{category.program.name} · {category.name}",
                role=_("projects in the program"),
                place="",
                year=None,
                value=Decimal(category.quota),
                text=numbers.number(category.quota),
                links=(link,),
            )
        ]


def of_records(what: str, place: Place, year: int, n: int, label: str, url: str) -> Known:
    role, links = _("records"), ((label, url),)
    return Known(what, role, place.name, year, Decimal(n), numbers.number(n), links)


def is_complete(indicator: Indicator, place: Place, year: int) -> bool:
    """Whether the registers behind an indicator are declared complete for the year."""
    since = [place.zone.complete_from(name) for name in indicator.basis.registers]
    return bool(since) and all(one is not None and one <= year for one in since)
