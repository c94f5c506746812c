"""Yearly sums instead of counting, wherever they are complete for what is asked.

None, everywhere here, says that they are not, and that the registers are to be counted: a header
is missing, was made by another rule or before a list of choices changed, or does not reach the
last year asked for.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Count, FilteredRelation, IntegerField, Min, Q, Subquery, Value
from django.db.models.functions import Coalesce

from zonetrack.indicators.calendar import FAR_YEAR
from zonetrack.indicators.declaration import Ask, ByParkAndYear, Facts

from .counters import LISTS
from .facts import fingerprint, names, names_by_day
from .models import Header, NationYear, ParkSums, ZoneCounter, ZoneSums
from .values import counted, number, present, read_counted

ALL_PARKS = 0  # stands for a place in the sums over all parks
AHEAD = 5  # years after the running one that are kept


@dataclass(frozen=True)
class Rule:
    """By what stored sums were counted: the text of the rule and the state of the lists."""

    rule: str
    lists: int

    def holds_for(self, header: Header, last: int) -> bool:
        return (header.rule, header.lists) == (self.rule, self.lists) and last <= header.last


def rule_now() -> Rule:
    return Rule(fingerprint(), state_of_lists())


def state_of_lists() -> int:
    found = ZoneCounter.objects.filter(pk=LISTS).values_list("n", flat=True).first()
    return found or 0


def lists_beside():
    """The same as a column of another query."""
    state = ZoneCounter.objects.filter(pk=LISTS).values("n")
    return Coalesce(Subquery(state), Value(0), output_field=IntegerField())


@dataclass(frozen=True)
class Stored:
    """What is kept, by place and year and as it is written.

    From `first_live` on what changes with the day is to be counted in any case.
    """

    values: dict[tuple[int, int], dict]
    first_live: int

    def of(self, facts: Facts) -> ByParkAndYear:
        name = names()[facts]
        until = self.first_live if name in names_by_day() else FAR_YEAR
        return {
            (place, year): number(values[name])
            for (place, year), values in self.values.items()
            if name in values and year < until
        }


def by_park(ask: Ask) -> Stored | None:
    """The sums of the parks asked for; one query."""
    return stored(ParkSums, ask.park_ids, ask)


def by_zone(zones: Iterable[int], ask: Ask) -> Stored | None:
    """The sums of whole zones; one query."""
    return stored(ZoneSums, frozenset(zones), ask)


def stored(model: type[Header], wanted: frozenset[int], ask: Ask) -> Stored | None:
    if ask.provisional or not wanted:
        return None
    found, seen, live = {}, set(), ask.today.year
    for key, valid, last, year, values in rows_of(model, wanted, ask.first, ask.last):
        if not valid or last < ask.last:
            return None
        seen.add(key)
        live = min(live, last - AHEAD)
        if year is not None:
            found[key, year] = values
    return Stored(found, live) if seen == wanted else None


def rows_of(model: type[Header], keys: Iterable[int], first: int, last: int):
    """Rows (key, whether it holds, last year, year, values) of parks or zones; one query."""
    rows = (
        model.objects.filter(pk__in=list(keys))
        .annotate(
            asked=FilteredRelation("years", condition=Q(years__year__range=(first, last))),
            now=lists_beside(),
        )
        .order_by()
        .values_list("pk", "rule", "lists", "now", "last", "asked__year", "asked__values")
    )
    for key, rule, lists, now, until, year, values in rows:
        yield key, rule == fingerprint() and lists == now, until, year, values


def of_nation(ask: Ask) -> Stored | None:
    """The sums over all parks, under the place ALL_PARKS; three queries."""
    if ask.provisional:
        return None
    now = rule_now()
    valid = ParkSums.objects.filter(rule=now.rule, lists=now.lists, last__gte=ask.last)
    found = valid.aggregate(n=Count("pk"), until=Min("last"))
    if not found["n"] or found["n"] != apps.get_model("enterprises", "Park").objects.count():
        return None
    rows = NationYear.objects.filter(
        rule=now.rule, lists=now.lists, year__range=(ask.first, ask.last)
    )
    entries = defaultdict(list)
    for year, values in rows.order_by().values_list("year", "values"):
        entries[ALL_PARKS, year].append(read_counted(values))
    sums = {place: present(counted(several)) for place, several in entries.items()}
    return Stored(sums, min(ask.today.year, found["until"] - AHEAD))
