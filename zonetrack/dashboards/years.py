"""Which years a page of figures can show, and which one it begins with."""

from datetime import date

from django.db.models import Max, Q, Value
from django.http import Http404

from enterprises.models import KeyMark, Title, YearlyFigures
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
    events = [
        greatest(
            model.objects.filter(condition, **{f"{path}__in": parks, f"{column}__lte": today.year}),
            column,
        )
        for model, path, column, condition in KNOWN_BY
    ]
    found = greatest(published, "year").union(*events, all=True)
    return max((year for _one, year in found if year), default=today.year)


def greatest(rows, column: str):
    grouped = rows.order_by().annotate(one=Value(1)).values("one")
    return grouped.annotate(greatest=Max(column)).values_list("one", "greatest")


def years_around(year: int, today: date) -> list[int]:
    """The years a page offers beside its own."""
    last = max(year, min(year + AFTER, today.year))
    return list(range(max(year - BEFORE, FIRST_YEAR), last + 1))
