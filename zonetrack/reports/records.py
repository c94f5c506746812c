"""The records a report lists, each list read once, however often it is told of.

A list is the rows that an indicator counts, so that its length is the number beside it. No list is
longer than `MOST`; how many more there are is counted only then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, Prefetch, Q, QuerySet

from enterprises.models import State
from enterprises.reporting import Reporting, reporting
from rd_centers.models import Center, CenterPartner, StageEvent
from rd_centers.standing import order
from zonetrack.dashboards import panels
from zonetrack.projects.models import Application, CooperationPartner, ProgramCategory
from zonetrack.published.models import PublishedFigure

MOST = 3000


@dataclass(frozen=True)
class Found:
    """Rows of a list, and how many there are with those that are not listed."""

    rows: list
    n: int

    def __iter__(self) -> Iterator:
        return iter(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def more(self) -> int:
        return self.n - len(self.rows)


def found(rows: QuerySet) -> Found:
    listed = list(rows[: MOST + 1])
    if len(listed) <= MOST:
        return Found(listed, len(listed))
    return Found(listed[:MOST], rows.order_by().count())


class Records:
    """Of one place and year; `facts` knows both and the rows behind each indicator."""

    def __init__(self, facts):
        self.facts, self.place, self.year = facts, facts.place, facts.year

    # R&D bodies

    @cached_property
    def bodies_new(self) -> Found:
        return found(with_life(self.facts.rows("rd-bodies-new")))

    @cached_property
    def bodies_held(self) -> Found:
        return found(with_life(self.facts.rows("rd-bodies-held")))

    @cached_property
    def on_the_way(self) -> Found:
        """Bodies planned, applied for or under construction at the year's end, the last first."""
        rows = self.facts.rows
        wanted = [rows(key) for key, _mark in panels.STAGES.values()]
        chosen = Q(pk__in=wanted[0].values("pk"))
        for each in wanted[1:]:
            chosen |= Q(pk__in=each.values("pk"))
        listed = found(with_life(Center.objects.filter(chosen)))
        listed.rows.sort(key=lambda body: -(stage_in(body, self.year) or 0))
        return listed

    @cached_property
    def planned_next(self) -> Found:
        """Bodies that are planned at the year's end or were planned for the next year."""
        planned = StageEvent.Stage.PLANNED
        said = Q(stages__stage=planned, stages__year=self.year + 1)
        there = Q(pk__in=self.facts.rows("centers-planned").values("pk"))
        rows = Center.objects.filter(
            said | there, park__in=self.place.park_ids(self.year + 1)
        ).distinct()
        return found(with_life(rows))

    # Titles

    @cached_property
    def titles_new(self) -> Found:
        return found(with_holder(self.facts.rows("titles-new")))

    @cached_property
    def titles_held(self) -> Found:
        return found(with_holder(self.facts.rows("titles-held")))

    # Projects, programs, cooperation, achievements

    @cached_property
    def key_projects(self) -> Found:
        """Worked on in the year, those with an overdue milestone first."""
        rows = panels.key_project_rows(self.place, self.year, self.facts.day)
        return found(rows.select_related("park", "enterprise", "field"))

    @cached_property
    def applications(self) -> Found:
        """Made or won in the year."""
        rows = Application.objects.filter(
            Q(applied_year=self.year) | Q(won_year=self.year), park__in=self.facts.park_ids
        ).select_related("category__program", "enterprise", "park")
        return found(rows.order_by("category__program", "category__order", "applied_year", "pk"))

    @cached_property
    def categories(self) -> list[ProgramCategory]:
        """Of the programs that run in the next year, and of those the year's applications name."""
        runs = Q(program__from_year__isnull=True) | Q(program__from_year__lte=self.year + 1)
        goes_on = Q(program__to_year__isnull=True) | Q(program__to_year__gt=self.year)
        rows = ProgramCategory.objects.filter(runs & goes_on, quota__isnull=False)
        return list(rows.select_related("program__authority").order_by("program", "order")[:60])

    @cached_property
    def cooperation(self) -> Found:
        """Signed in the year."""
        return found(with_partners(self.facts.rows("cooperation-signed")))

    @cached_property
    def cooperation_in_force(self) -> Found:
        return found(with_partners(self.facts.rows("cooperation-in-force")))

    @cached_property
    def achievements(self) -> Found:
        rows = self.facts.rows("achievements").select_related("field", "enterprise", "park")
        return found(rows.order_by(F("field__order").asc(nulls_last=True), "field", "pk"))

    # Enterprises

    @cached_property
    def key_marks(self) -> Found:
        return found(panels.key_marks(self.place, self.year).select_related("enterprise", "park"))

    @cached_property
    def key_marks_next(self) -> Found:
        rows = panels.key_marks(self.place, self.year + 1)
        return found(rows.select_related("enterprise", "park"))

    @cached_property
    def returns_missing(self) -> list[Reporting]:
        """Enterprises whose return of the year is not approved; none before the year is over."""
        if self.year >= self.facts.today.year:
            return []
        rows = reporting(self.year, self.facts.park_ids)
        return [row for row in rows if row.state != State.APPROVED]

    # Published figures

    @cached_property
    def published(self) -> Found:
        """Of the place and its parks, in the year."""
        where = Q(park__in=self.facts.park_ids)
        if not self.place.park:
            where |= Q(zone=self.place.zone)
        rows = PublishedFigure.objects.filter(where, year=self.year)
        return found(rows.select_related("source", "park", "zone").order_by("indicator", "pk"))


def with_life(rows: QuerySet) -> QuerySet:
    """R&D bodies with what a list tells of them."""
    partners = CenterPartner.objects.select_related("institution").order_by("pk")
    return rows.select_related("kind", "park", "host", "field").prefetch_related(
        "recognitions__authority", "stages", Prefetch("partnerships", partners)
    )


def stage_in(body: Center, year: int) -> int | None:
    """The last stage by the end of the year; reads `body.stages.all()`."""
    stages = [one for one in body.stages.all() if one.year <= year]
    return max(stages, key=order).stage if stages else None


def with_holder(rows: QuerySet) -> QuerySet:
    return rows.select_related("kind__authority", "enterprise", "park").order_by(
        "-awarded_year", "kind__order", "kind", "batch", "pk"
    )


def with_partners(rows: QuerySet) -> QuerySet:
    partners = CooperationPartner.objects.select_related("institution").order_by("pk")
    return (
        rows.select_related("enterprise", "park", "field")
        .prefetch_related(Prefetch("partnerships", partners))
        .order_by("-signed_year", "pk")
    )


def partners_of(row) -> list[str]:
    """The names of the institutions that take part; `row` has `partnerships` at hand."""
    return [one.institution.name for one in row.partnerships.all()]
