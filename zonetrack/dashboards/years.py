"""Which years a page of figures can show, and which one it begins with."""

from datetime import date

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery, Value
from django.http import Http404

from enterprises.models import KeyMark, Park, Title, YearlyFigures
from enterprises.places import Place
from patents.models import PatentCounts
from rd_centers.models import Recognition, StageEvent
from zonetrack.projects.models import Achievement, Application, Cooperation, Project
from zonetrack.published.models import PublishedFigure
from zonetrack.records import FIRST_YEAR

AHEAD = 10  # years after the present one that plans may be made for
BEFORE, AFTER = 5, 4  # years offered beside the one shown

APPROVED = Q(approved=True)
WHOLE_YEAR = Q(certainty__in=PublishedFigure.ACTUALS) & ~Q(period=PublishedFigure.Period.PART)
# What makes a year known: model, path to the park, column of the year, condition.
KNOWN_BY = [
    (YearlyFigures, "park", "year", APPROVED),
    (PatentCounts, "park", "year", APPROVED),
    (Title, "park", "awarded_year", Q()),
    (KeyMark, "park", "year", Q()),
    (Recognition, "center__park", "year", Q()),
    (StageEvent, "center__park", "year", Q()),
    (Project, "park", "begun_year", Q()),
    (Project, "park", "completed_year", Q()),
    (Application, "park", "applied_year", Q()),
    (Cooperation, "park", "signed_year", Q()),
    (Achievement, "park", "year", Q()),
]


def is_fit(year: int, today: date) -> bool:
    """Whether anybody can have figures or plans for the year."""
    return FIRST_YEAR <= year <= today.year + AHEAD


def check_year(year: int, today: date) -> None:
    if not is_fit(year, today):
        raise Http404


def latest_year(places: list[Place], today: date) -> int:
    """The last year, up to the present one, with a full-year figure or a dated event.

    One query; the present year where nothing is known at all.
    """
    parks = {park for place in places for park in place.all_park_ids}
    zones = {place.zone.pk for place in places if not place.park}
    published = PublishedFigure.objects.filter(
        WHOLE_YEAR, Q(zone__in=zones) | Q(park__in=parks), year__lte=today.year
    )
    chosen = Park.objects.filter(pk__in=parks)
    events = [
        greatest(chosen, last_of_park(model.objects.filter(condition), path, column, today.year))
        for model, path, column, condition in KNOWN_BY
    ]
    found = greatest(published, "year").union(*events, all=True)
    return max((year for _one, year in found if year), default=today.year)


def last_of_park(rows: QuerySet, path: str, column: str, last: int) -> Subquery:
    """Asked park by park, an index answers with its last entry; the rows of many parks are many."""
    of_park = rows.filter(**{path: OuterRef("pk"), f"{column}__lte": last})
    return Subquery(of_park.order_by(f"-{column}").values(column)[:1])


def greatest(rows: QuerySet, year: str | Subquery) -> QuerySet:
    grouped = rows.order_by().annotate(one=Value(1)).values("one")
    return grouped.annotate(greatest=Max(year)).values_list("one", "greatest")


def years_around(year: int, today: date) -> list[int]:
    """The years a page offers beside its own."""
    last = max(year, min(year + AFTER, today.year))
    return list(range(max(year - BEFORE, FIRST_YEAR), last + 1))
