"""Indicators of projects, programs, research cooperation and achievements."""

from typing import NamedTuple

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack.indicators.calendar import FAR_YEAR, by_year, distinct
from zonetrack.indicators.declaration import (
    Ask,
    Basis,
    Indicator,
    Kind,
    Part,
    Topic,
    by_day,
    held,
    new,
    total,
)

from .models import Achievement, Application, Cooperation, Project

PROJECT, APPLICATION, COOPERATION, ACHIEVEMENT = 1, 2, 3, 4


class Span(NamedTuple):
    register: int
    park: int
    start: int
    end: int | None
    n: int


def spans(ask: Ask) -> list[Span]:
    """Projects begun, applications won, agreements signed and achievements, in one query."""
    never = Value(None, output_field=IntegerField())
    registers = [
        (PROJECT, Project, "begun_year", F("completed_year")),
        (APPLICATION, Application, "won_year", never),
        (COOPERATION, Cooperation, "signed_year", F("ended_year")),
        (ACHIEVEMENT, Achievement, "year", never),
    ]
    first, *others = [
        model.objects.filter(**{f"{start}__lte": ask.last}, **ask.limits())
        .order_by()
        .annotate(register=Value(number), start=F(start), end=end)
        .values_list("register", "park", "start", "end")
        .annotate(n=Count("*"))
        for number, model, start, end in registers
    ]
    return [Span(*row) for row in first.union(*others, all=True)]


class KeyProjectCounts(NamedTuple):
    year: int
    park: int
    running: int
    on_schedule: int


@by_day
def key_project_counts(ask: Ask) -> list[KeyProjectCounts]:
    """Key projects worked on in a year, and those of them without an overdue milestone."""
    due = Q(milestones__planned_on__lte=ask.today)
    plans = (
        Project.objects.key_projects()
        .filter(begun_year__lte=ask.last, **ask.limits())
        .annotate(
            planned_year=Case(When(due, then=ExtractYear("milestones__planned_on"))),
            done_year=Coalesce(
                Case(
                    When(
                        milestones__done_on__lte=ask.today,
                        then=ExtractYear("milestones__done_on"),
                    )
                ),
                FAR_YEAR,
            ),
        )
        .values(
            "planned_year",
            "done_year",
            project=F("pk"),
            park_no=F("park_id"),
            start_year=F("begun_year"),
            end_year=Coalesce("completed_year", FAR_YEAR),
        )
    )
    late = "span.planned_year <= calendar.year AND span.done_year > calendar.year"
    rows = by_year(
        plans,
        ask,
        groups=["span.park_no"],
        measures=[distinct("project", "TRUE"), distinct("project", late)],
    )
    return [KeyProjectCounts(year, park, n, n - behind) for year, park, n, behind in rows]


def key_projects(ask: Ask):
    """Key projects worked on in the year."""
    return Project.objects.key_projects().filter(**ask.limits()).running_in(ask.first)


def begun(ask: Ask):
    return Project.objects.filter(begun_year=ask.first, **ask.limits())


def on_schedule(ask: Ask):
    return key_projects(ask).with_lateness(ask.day_of(ask.first)).filter(late=False)


def in_force(ask: Ask):
    return Cooperation.objects.filter(
        Q(ended_year__isnull=True) | Q(ended_year__gt=ask.first),
        signed_year__lte=ask.first,
        **ask.limits(),
    )


def of(register: int):
    return lambda row: row.register == register


UNIT_PROJECTS = pgettext_lazy("unit", "projects")
UNIT_AGREEMENTS = pgettext_lazy("unit", "agreements")
PROJECTS, COOPERATIONS = Basis(registers=("projects",)), Basis(registers=("cooperation",))
RUNNING = Part(
    total(key_project_counts, "running"),
    rows=key_projects,
    page="project-list",
    name=_("Key industrial projects"),
    unit=UNIT_PROJECTS,
)

INDICATORS = (
    Indicator(
        key="key-industrial-projects",
        name=_("Key industrial projects"),
        unit=UNIT_PROJECTS,
        kind=Kind.FLOW,
        definition=_("Major industrial technology projects worked on in the year."),
        topic=Topic.PROJECTS,
        basis=PROJECTS,
        counts=RUNNING,
    ),
    Indicator(
        key="key-projects-on-schedule",
        name=_("Key projects on schedule"),
        unit="%",
        kind=Kind.RATIO,
        definition=_(
            "Key industrial projects without an overdue milestone, as a share of those worked "
            "on in the year. A milestone is overdue once its planned day has come and it is "
            "not done."
        ),
        topic=Topic.PROJECTS,
        basis=PROJECTS,
        numerator=Part(
            total(key_project_counts, "on_schedule"),
            rows=on_schedule,
            page="project-list",
            name=_("Key projects without an overdue milestone"),
            unit=UNIT_PROJECTS,
        ),
        denominator=RUNNING,
        scale=100,
        decimals=1,
    ),
    Indicator(
        key="projects-begun",
        name=_("Projects begun"),
        unit=UNIT_PROJECTS,
        kind=Kind.FLOW,
        definition=_("Technology projects of all kinds begun in the year."),
        topic=Topic.PROJECTS,
        basis=PROJECTS,
        counts=Part(new(spans, of(PROJECT)), rows=begun, page="project-list"),
    ),
    Indicator(
        key="program-applications-won",
        name=_("Program applications won"),
        unit=UNIT_PROJECTS,
        kind=Kind.FLOW,
        definition=_("Applications to science and technology programs won in the year."),
        topic=Topic.PROJECTS,
        basis=PROJECTS,
        counts=Part(
            new(spans, of(APPLICATION)),
            rows=lambda ask: Application.objects.filter(won_year=ask.first, **ask.limits()),
            page="application-list",
        ),
    ),
    Indicator(
        key="cooperation-signed",
        name=_("Cooperation agreements signed"),
        unit=UNIT_AGREEMENTS,
        kind=Kind.FLOW,
        definition=_(
            "Agreements of enterprises with universities, institutes or firms elsewhere, "
            "signed in the year."
        ),
        topic=Topic.PROJECTS,
        basis=COOPERATIONS,
        counts=Part(
            new(spans, of(COOPERATION)),
            rows=lambda ask: Cooperation.objects.filter(signed_year=ask.first, **ask.limits()),
            page="cooperation-list",
        ),
    ),
    Indicator(
        key="cooperation-in-force",
        name=_("Cooperation agreements in force"),
        unit=UNIT_AGREEMENTS,
        kind=Kind.STOCK,
        definition=_("Agreements signed by 31 December that have not ended by then."),
        topic=Topic.PROJECTS,
        basis=COOPERATIONS,
        counts=Part(held(spans, of(COOPERATION)), rows=in_force, page="cooperation-list"),
    ),
    Indicator(
        key="achievements",
        name=_("Achievements"),
        unit=pgettext_lazy("unit", "achievements"),
        kind=Kind.FLOW,
        definition=_("Results of research and development obtained in the year."),
        topic=Topic.PROJECTS,
        basis=Basis(registers=("achievements",)),
        counts=Part(
            new(spans, of(ACHIEVEMENT)),
            rows=lambda ask: Achievement.objects.filter(year=ask.first, **ask.limits()),
            page="achievement-list",
        ),
    ),
)
