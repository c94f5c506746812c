"""All checks of yearly returns in one list, and the facts they look at."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from django.db.models import Count, QuerySet

from enterprises.checks import CHECKS as FIGURE_CHECKS
from enterprises.checks import RATIOS
from enterprises.models import YearlyFigures
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
    enterprises = returns.values("enterprise")
    years = (
        min(year for _pk, _enterprise, year, _park in wanted) - YEARS_COMPARED,
        max(year for _pk, _enterprise, year, _park in wanted),
    )
    reported = reported_figures(enterprises, years, limit)
    known = registered_patents(enterprises, limit)
    beside = Parks(returns, years)
    return {
        pk: Facts(
            year=year,
            now=reported[enterprise].get(year, {}),
            earlier={y: row for y, row in reported[enterprise].items() if y < year},
            register=patent_counts(known[enterprise], year) if known.get(enterprise) else None,
            park=beside.usual_for(park, year, enterprise),
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
    """What is usual in the parks of some returns, by their approved figures; one query."""

    def __init__(self, returns: QuerySet, years: tuple[int, int]):
        """`years`: the first and last year of what is compared with."""
        names = sorted({name for ratio in RATIOS for name in (ratio.part, ratio.whole)})
        rows = YearlyFigures.objects.filter(
            park__in=returns.values("park"), year__range=years, approved=True
        ).order_by()
        self.figures: dict[tuple[int, int], list[tuple[int, Figures]]] = defaultdict(list)
        for park, year, enterprise, *values in rows.values_list(
            "park", "year", "filing__enterprise", *names
        ):
            figures = dict(zip(names, values, strict=True))
            self.figures[park, year].append((enterprise, figures))
        self.ratios: dict[tuple[int, int], dict[str, list]] = {}
        self.enterprises: dict[tuple[int, int], dict[str, set[int]]] = {}
        self.known: dict[tuple[int, int], dict[str, Usual | None]] = {}

    def usual_for(self, park: int, year: int, enterprise: int) -> dict[str, Usual]:
        """The usual range of each ratio in the years before, told of so many others."""
        found = {}
        for ratio in RATIOS:
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
    rows = Patent.objects.filter(holders__order=1, holders__enterprise__in=enterprises)
    seen = limit(rows) if limit else rows
    columns = ("holders__enterprise", "type", "filed_year", "granted_year", "ended_year")
    groups = defaultdict(list)
    for holder, *group in seen.order_by().values_list(*columns).annotate(n=Count("pk")):
        groups[holder].append(group)
    if limit:
        hidden = rows.exclude(pk__in=seen.order_by().values("pk")).order_by()
        for holder in hidden.values_list("holders__enterprise", flat=True).distinct():
            groups.pop(holder, None)
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
