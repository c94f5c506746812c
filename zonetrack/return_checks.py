"""All checks of yearly returns in one list, and the facts they look at."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from enterprises.checks import CHECKS as FIGURE_CHECKS
from enterprises.checks import RATIOS
from enterprises.models import Return, YearlyFigures
from patents.checks import CHECKS as PATENT_CHECKS
from patents.models import Patent, PatentCounts
from zonetrack import checking
from zonetrack.checking import (
    FEWEST_OF_PARK,
    PARK_YEARS,
    YEARS_COMPARED,
    Facts,
    Figures,
    Finding,
    Usual,
    usual,
)

CHECKS = (*FIGURE_CHECKS, *PATENT_CHECKS)
TESTS = checking.by_test(CHECKS)

Limit = Callable[[QuerySet], QuerySet]


def findings(facts: Facts) -> list[Finding]:
    return checking.run(TESTS, facts)


def facts_of_returns(returns: QuerySet, limit: Limit | None = None) -> dict[int, Facts]:
    """The facts of each return by its id, in as many queries for one return as for thousands.

    `limit` keeps to what may be seen, such as `scope.limit`: what an enterprise reported in
    another park is then not told by a comparison.
    """
    wanted = list(returns.values_list("pk", "enterprise", "year", "park"))
    if not wanted:
        return {}
    return gathered(wanted, returns.values("enterprise"), returns.values("park"), limit)


def facts_of(filing: Return, limit: Limit | None = None) -> Facts:
    """The facts of one return that has been read; `limit` as above."""
    one = (filing.pk, filing.enterprise_id, filing.year, filing.park_id)
    return gathered([one], [filing.enterprise_id], [filing.park_id], limit)[filing.pk]


def gathered(wanted, enterprises, parks, limit: Limit | None) -> dict[int, Facts]:
    """`wanted`: key, enterprise, year and park of each return; `enterprises` and `parks` are those
    of them all, as keys or as a query."""
    first = min(year for _pk, _enterprise, year, _park in wanted)
    last = max(year for _pk, _enterprise, year, _park in wanted)
    reported = reported_figures(enterprises, (first - YEARS_COMPARED, last), limit)
    known = registered_patents(enterprises, limit)
    beside = Parks(parks, (first - PARK_YEARS, last - 1))
    return {
        pk: Facts(
            year=year,
            now=(now := reported[enterprise].get(year, {})),
            earlier={y: row for y, row in reported[enterprise].items() if y < year},
            register=patent_counts(known[enterprise], year) if known.get(enterprise) else None,
            park=beside.usual_for(park, year, enterprise, now),
        )
        for pk, enterprise, year, park in wanted
    }


def reported_figures(enterprises, years: tuple[int, int], limit: Limit | None) -> dict:
    """Figures and patent counts by enterprise and year."""
    found = defaultdict(lambda: defaultdict(dict))
    for part in (YearlyFigures, PatentCounts):
        rows = part.objects.filter(filing__enterprise__in=enterprises, year__range=years)
        names = ("filing__enterprise", "year", *part.FIGURES)
        for row in (limit(rows) if limit else rows).order_by().values_list(*names):
            found[row[0]][row[1]] |= dict(zip(part.FIGURES, row[2:], strict=True))
    return found


class Parks:
    """What is usual in some parks, by their approved figures; one query, once it is needed."""

    def __init__(self, parks, years: tuple[int, int]):
        """`parks`: keys, or a query of them. `years`: the first and last year of what is compared
        with."""
        self.parks, self.years = parks, years
        self.ratios: dict[tuple[int, int], dict[str, list]] = {}
        self.enterprises: dict[tuple[int, int], dict[str, set[int]]] = {}
        self.known: dict[tuple[int, int], dict[str, Usual | None]] = {}

    @cached_property
    def figures(self) -> dict[tuple[int, int], list[tuple[int, Figures]]]:
        """Pairs of enterprise and figures by park and year."""
        names = sorted({name for ratio in RATIOS for name in (ratio.part, ratio.whole)})
        rows = YearlyFigures.objects.filter(
            park__in=self.parks, year__range=self.years, approved=True
        ).order_by()
        found = defaultdict(list)
        for park, year, enterprise, *values in rows.values_list(
            "park", "year", "filing__enterprise", *names
        ):
            found[park, year].append((enterprise, dict(zip(names, values, strict=True))))
        return found

    def usual_for(self, park: int, year: int, enterprise: int, now: Figures) -> dict[str, Usual]:
        """The usual range of each ratio that there is `now`, in the years before, told of so many
        others."""
        found = {}
        for ratio in RATIOS:
            if not ratio.is_in(now):
                continue
            firms = self.firms(park, year)[ratio.key]
            others = len(firms) - (enterprise in firms)
            # One's own earlier values move a quartile of many hardly; worked out once a park.
            range_ = self.range_of(park, year, ratio.key) if others else None
            if range_ and (told := usual_among(range_, others)):
                found[ratio.key] = told
        return found

    def values(self, park: int, year: int) -> dict[str, list]:
        """Pairs of enterprise and value in the years before, by the key of the ratio."""
        if (park, year) not in self.ratios:
            before = [
                row for back in range(1, PARK_YEARS + 1) for row in self.figures[park, year - back]
            ]
            self.ratios[park, year] = {
                ratio.key: [
                    (enterprise, value)
                    for enterprise, figures in before
                    if (value := ratio.of(figures)) is not None
                ]
                for ratio in RATIOS
            }
        return self.ratios[park, year]

    def firms(self, park: int, year: int) -> dict[str, set[int]]:
        """The enterprises with a value in the years before, by the key of the ratio."""
        if (park, year) not in self.enterprises:
            self.enterprises[park, year] = {
                key: {one for one, _value in values}
                for key, values in self.values(park, year).items()
            }
        return self.enterprises[park, year]

    def range_of(self, park: int, year: int, key: str) -> Usual | None:
        known = self.known.setdefault((park, year), {})
        if key not in known:
            values = self.values(park, year)[key]
            known[key] = usual([value for _one, value in values], len({one for one, _v in values}))
        return known[key]


def usual_among(range_: Usual, others: int) -> Usual | None:
    return replace(range_, enterprises=others) if others >= FEWEST_OF_PARK else None


def registered_patents(enterprises, limit: Limit | None) -> dict[int, list[tuple]]:
    """Groups of single patents by their first holder: type, years filed, granted and ended, number.

    Without enterprises of which some patents may not be seen: their count would be too low.
    """
    rows = Patent.objects.filter(holders__order=1, holders__enterprise__in=enterprises).order_by()
    seen = limit(rows) if limit else rows
    inside = None if seen is rows else Q(pk__in=seen.values("pk"))
    columns = ("holders__enterprise", "type", "filed_year", "granted_year", "ended_year")
    counts = {"n": Count("pk"), "n_seen": Count("pk", filter=inside)}
    groups, hidden = defaultdict(list), set()
    for holder, *group, n_seen in rows.values_list(*columns).annotate(**counts):
        groups[holder].append(group)
        if n_seen < group[-1]:
            hidden.add(holder)
    for holder in hidden:
        del groups[holder]
    return groups


def patent_counts(groups: list[tuple], year: int) -> dict[str, int]:
    """What a register counts for a year, under the names of the figures of the return."""
    counts = dict.fromkeys(PatentCounts.FIGURES, 0)
    for kind, filed, granted, ended, n in groups:
        held = granted is not None and granted <= year and (ended is None or ended > year)
        found = {"filed": filed == year, "granted": granted == year, "in_force": held}
        for name in (name for name, is_so in found.items() if is_so):
            counts[name] += n
            if kind == Patent.Type.INVENTION:
                counts[f"{name}_inventions"] += n
    return counts
