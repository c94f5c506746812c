"""What stands beside the indicators on the dashboard of a zone or park.

The small grouped tables come from one query, however many records there are; the pipeline and the
bodies by kind are read from the grouped rows that the indicators have read already.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import CharField, Count, F, IntegerField, Min, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enterprises.models import Institution, KeyMark, Level, TechnologyField, Title, YearlyFigures
from enterprises.places import Place
from enterprises.standing import titles_due
from patents.models import PatentCounts
from rd_centers.indicators import body_counts, stage_counts
from rd_centers.models import CenterKind, StageEvent
from zonetrack import numbers
from zonetrack.addresses import address_of, rows_behind
from zonetrack.projects.indicators import key_project_counts
from zonetrack.projects.models import Achievement, Application, Cooperation, Milestone, Project
from zonetrack.records import in_reader_language
from zonetrack.targets.scorecard import Scorecards

PROGRAM, PARTNER, ACHIEVEMENT, HELD, DUE, FIELD = range(1, 7)
RECENT = 5  # years that applications and achievements are shown for
MOST_BOXES = 60  # key projects with a box each
MOST_ROWS = 8  # rows of a small list before "all"
MOST_MARKS = 12  # unit marks beside a count


def list_url(page: str, place: Place, **query) -> str:
    """A list of the place's records; `query` are the list's own filters."""
    name = "park" if place.park else "zone"
    of_place = {name: (place.park or place.zone).key}
    return f"{address_of(page)}?{urlencode(of_place | query, doseq=True)}"


def behind_url(page: str, key: str, place: Place, year: int, **query) -> str:
    """The rows behind a number, narrowed down by the list's own filters."""
    address = rows_behind(page, key, place.key, year)
    return f"{address}&{urlencode(query)}" if query else address


# Small tables, in one query


class Row(NamedTuple):
    """One group of a small table. Texts are "" and numbers 0 where a panel has none.

    `ref`, `first_en` and `first_zh` are of one row of the group: where `n` is 1, of the only one.
    """

    panel: int
    key: str
    name_en: str
    name_zh: str
    other_en: str
    other_zh: str
    detail: str
    extra: str
    year: int
    ref: int
    first_en: str
    first_zh: str
    n: int

    @property
    def name(self) -> str:
        return in_reader_language(self.name_en, self.name_zh)

    @property
    def other_name(self) -> str:
        return in_reader_language(self.other_en, self.other_zh)

    @property
    def first_name(self) -> str:
        return in_reader_language(self.first_en, self.first_zh)


COLUMNS = ("key", "name_en", "name_zh", "other_en", "other_zh", "detail", "extra")


def text(value: str = ""):
    return Value(value, output_field=CharField())


def whole(value: int = 0):
    return Value(value, output_field=IntegerField())


def grouped(rows, panel: int, *, n=None, ref=None, first=(None, None), **columns):
    """Rows of one panel, counted by its columns."""
    filled = {f"g_{name}": expression(columns.get(name)) for name in COLUMNS}
    filled["g_year"] = F(columns["year"]) if "year" in columns else whole()
    english, chinese = (Min(path) if path else text() for path in first)
    return (
        rows.order_by()
        .annotate(g_panel=whole(panel), **filled)
        .values("g_panel", *filled)
        .annotate(
            g_ref=Min(ref) if ref else whole(),
            g_first_en=english,
            g_first_zh=chinese,
            g_n=n or Count("*"),
        )
        .values_list("g_panel", *filled, "g_ref", "g_first_en", "g_first_zh", "g_n")
    )


def expression(column):
    if column is None:
        return text()
    return Coalesce(F(column), text()) if isinstance(column, str) else column


def small_tables(place: Place, year: int, today: date) -> dict[int, list[Row]]:
    parks = place.park_ids(year)
    recent = (year - RECENT + 1, year)
    queries = [
        grouped(
            Application.objects.filter(park__in=parks, applied_year__range=recent),
            PROGRAM,
            key=Cast("category", CharField()),
            name_en="category__name_en",
            name_zh="category__name_zh",
            other_en="category__program__name_en",
            other_zh="category__program__name_zh",
            detail="status",
            extra=Cast("category__order", CharField()),
            year="applied_year",
            ref="category__program",
        ),
        grouped(
            Cooperation.objects.filter(park__in=parks, signed_year__range=(year - 1, year)),
            PARTNER,
            detail="partners__kind",
            year="signed_year",
            n=Count("pk", distinct=True),
        ),
        grouped(
            Achievement.objects.filter(park__in=parks, year__range=recent),
            ACHIEVEMENT,
            key="field",
            name_en="field__name_en",
            name_zh="field__name_zh",
            year="year",
            ref="pk",
            first=("name_en", "name_zh"),
        ),
        grouped(
            Title.objects.held_at_end_of(year).filter(park__in=parks),
            HELD,
            key="kind",
            name_en="kind__name_en",
            name_zh="kind__name_zh",
            other_en="kind__authority__name_en",
            other_zh="kind__authority__name_zh",
            detail="kind__level",
            extra="batch",
            year="awarded_year",
            ref="pk",
            first=(
                Coalesce("enterprise__name_en", "park__name_en"),
                Coalesce("enterprise__name_zh", "park__name_zh"),
            ),
        ),
        grouped(Title.objects.filter(titles_due(today), park__in=place.all_park_ids), DUE),
        grouped(
            TechnologyField.objects.all(), FIELD, key="pk", name_en="name_en", name_zh="name_zh"
        ),
    ]
    found = defaultdict(list)
    for values in queries[0].union(*queries[1:], all=True):
        row = Row(*values)
        found[row.panel].append(row)
    return found


@dataclass(frozen=True)
class Tally:
    """A count that opens its rows; `marks` are drawn beside it where they are few."""

    n: int
    url: str = ""

    @property
    def marks(self) -> range:
        return range(self.n if self.n <= MOST_MARKS else 0)


@dataclass(frozen=True)
class Group:
    """A row of a small table: what it is about, and its counts."""

    name: Any
    counts: list[Tally]
    url: str = ""
    note: str = ""
    key: str = ""  # of the record it is about


# R&D bodies

STAGES = {
    StageEvent.Stage.PLANNED: ("centers-planned", "planned"),
    StageEvent.Stage.APPLIED: ("centers-applied", "approved"),
    StageEvent.Stage.BUILDING: ("centers-building", "building"),
}


@dataclass(frozen=True)
class Pipeline:
    """Bodies on the way to recognition at the end of the year, by field and stage."""

    stages: list[tuple[Any, str]]  # name, and the class of its marks
    groups: list[Group]
    totals: list[Tally]


def pipeline(cards: Scorecards, year: int, fields: list[Row]) -> Pipeline:
    place, counts = cards.place, defaultdict(int)
    parks = place.park_ids(year)
    for row in cards.readings.rows_in(stage_counts, year):
        if row.park in parks:
            counts[row.field, row.stage] += row.n
    names = {row.key: row.name for row in fields}
    known = {field for (field, _stage), n in counts.items() if n}
    order = [row.key for row in fields if row.key in known] + [None] * (None in known)

    def tally(stage, fields, **query) -> Tally:
        n = sum(counts[field, stage] for field in fields)
        return Tally(n, behind_url("center-list", STAGES[stage][0], place, year, **query))

    groups = [
        Group(
            names.get(field) or _("Field not stated"),
            # Bodies without a field cannot be asked for: the stage's whole list holds them.
            [tally(stage, [field], **({"field": field} if field else {})) for stage in STAGES],
        )
        for field in order
    ]
    return Pipeline(
        stages=[(stage.label, mark) for stage, (_key, mark) in STAGES.items()],
        groups=groups,
        totals=[tally(stage, order) for stage in STAGES],
    )


def bodies_by_family(cards: Scorecards, year: int) -> list[Group]:
    """New in the year and held at its end, by family; only families with any."""
    parks = cards.place.park_ids(year)
    new, held = defaultdict(int), defaultdict(int)
    for row in cards.readings.rows_in(body_counts, year):
        if row.park in parks:
            new[row.family] += row.new
            held[row.family] += row.held
    return [
        Group(
            family.label,
            [
                Tally(
                    counts[family], behind_url("center-list", key, cards.place, year, family=family)
                )
                for key, counts in (("rd-bodies-new", new), ("rd-bodies-held", held))
            ],
        )
        for family in CenterKind.Family
        if new[family] or held[family]
    ]


# Titles


@dataclass(frozen=True)
class HeldTitle:
    name: str
    level: str
    high: bool  # national
    batch: str
    authority: str
    year: int
    new: bool
    holders: Tally
    holder: str


def titles(rows: list[Row], place: Place, year: int) -> list[HeldTitle]:
    """Titles held at the year's end by kind and batch, those of the year first."""
    order = {level.value: at for at, level in enumerate(Level)}
    rows = sorted(rows, key=lambda row: (-row.year, order.get(row.detail, 99), row.name))
    return [held_title(row, place, year) for row in rows]


def held_title(row: Row, place: Place, year: int) -> HeldTitle:
    several = behind_url(
        "title-list", "titles-held", place, year, kind=row.key, from_year=row.year, to_year=row.year
    )
    return HeldTitle(
        name=row.name,
        level=Level(row.detail).label if row.detail else "",
        high=row.detail == Level.NATIONAL,
        batch=row.extra,
        authority=row.other_name,
        year=row.year,
        new=row.year == year,
        holders=Tally(row.n, reverse("title", args=[row.ref]) if row.n == 1 else several),
        holder=row.first_name if row.n == 1 else "",
    )


# Projects, programs, cooperation, achievements


@dataclass(frozen=True)
class Box:
    """One key project."""

    number: str
    name: str
    url: str
    state: str  # "done", "late" or "ok": the class of its box
    park: str
    milestone: str
    days_late: int


@dataclass(frozen=True)
class KeyProjects:
    total: int
    on_schedule: int
    boxes: list[Box]

    @property
    def delayed(self) -> int:
        return self.total - self.on_schedule

    @property
    def late(self) -> list[Box]:
        return [box for box in self.boxes if box.state == "late"]

    @property
    def all_drawn(self) -> bool:
        return self.total == len(self.boxes)

    @property
    def by_state(self) -> list[tuple[str, list[Box]]]:
        names = {
            "done": pgettext("project", "Completed"),
            "ok": _("On schedule"),
            "late": _("Delayed"),
        }
        drawn = sorted(self.boxes, key=lambda box: (len(box.number), box.number))
        found = [(name, [b for b in drawn if b.state == state]) for state, name in names.items()]
        return [(name, boxes) for name, boxes in found if boxes]


def key_projects(cards: Scorecards, year: int) -> KeyProjects:
    """Key projects worked on in the year, the longest overdue first; a box each for the first."""
    place, parks = cards.place, cards.place.park_ids(year)
    rows = [row for row in cards.readings.rows_in(key_project_counts, year) if row.park in parks]
    total, on_schedule = sum(row.running for row in rows), sum(row.on_schedule for row in rows)
    boxes = project_boxes(place, year, cards.readings.ask) if total else []
    return KeyProjects(total, on_schedule, boxes)


def project_boxes(place: Place, year: int, ask) -> list[Box]:
    day = ask.day_of(year)
    return [box(project, year, day) for project in key_project_rows(place, year, day)[:MOST_BOXES]]


def key_project_rows(place: Place, year: int, day: date):
    """Key projects worked on in the year with their first overdue milestone, such ones first."""
    overdue = Milestone.objects.overdue_on(day, OuterRef("pk")).order_by("planned_on", "pk")
    return (
        Project.objects.key_projects()
        .filter(park__in=place.park_ids(year))
        .running_in(year)
        .annotate(
            **{
                name: Subquery(overdue.values(column)[:1])
                for name, column in (
                    ("overdue_since", "planned_on"),
                    ("milestone_en", "name_en"),
                    ("milestone_zh", "name_zh"),
                )
            }
        )
        .select_related("park")
        .order_by(F("overdue_since").asc(nulls_last=True), "serial", "pk")
    )


def box(project: Project, year: int, day: date) -> Box:
    late = project.overdue_since is not None
    done = project.completed_year is not None and project.completed_year <= year
    return Box(
        number=str(project.serial or "·"),
        name=project.name,
        url=project.get_absolute_url(),
        state="late" if late else "done" if done else "ok",
        park=project.park.name,
        milestone=in_reader_language(project.milestone_en or "", project.milestone_zh or ""),
        days_late=(day - project.overdue_since).days if late else 0,
    )


def programs(rows: list[Row], place: Place, year: int) -> list[Group]:
    """Applications of the year by category: all, in review, won, declined."""
    counts, categories = defaultdict(int), {}
    for row in sorted(rows, key=lambda row: (row.other_name, len(row.extra), row.extra, row.key)):
        categories.setdefault(row.key, row)
        if row.year == year:
            counts[row.key, row.detail] += row.n
            counts[row.key, ""] += row.n
    status = Application.Status
    return [
        Group(
            category.name,
            [
                Tally(counts[key, one], applications_url(place, year, key, one))
                for one in ("", status.IN_REVIEW, status.WON, status.DECLINED)
            ],
            url=reverse("program", args=[category.ref]),
            note=category.other_name,
            key=key,
        )
        for key, category in categories.items()
    ]


def applications_url(place: Place, year: int, category: str, status: str) -> str:
    query = {"category": category, "year": year} | ({"status": status} if status else {})
    return list_url("application-list", place, **query)


def partners(rows: list[Row], place: Place, year: int) -> list[Group]:
    """Agreements signed in the year before and the year, by kind of partner."""
    counts = {(row.detail, row.year): row.n for row in rows}
    kinds = dict(Institution.Kind.choices) | {"": _("Partner not stated")}
    return [
        Group(
            name,
            [
                Tally(counts.get((kind, at), 0), partner_url(place, at, kind))
                for at in (year - 1, year)
            ],
        )
        for kind, name in kinds.items()
        if any(counts.get((kind, at)) for at in (year - 1, year))
    ]


def partner_url(place: Place, year: int, kind: str) -> str:
    """Agreements without a partner cannot be asked for: the whole list holds them."""
    query = {"partner": kind} if kind else {}
    return behind_url("cooperation-list", "cooperation-signed", place, year, **query)


def achievements(rows: list[Row], place: Place) -> list[Group]:
    """Achievements of the last years by field and year, the latest first."""
    rows = sorted(rows, key=lambda row: (-row.year, row.name))
    return [
        Group(
            row.first_name if row.n == 1 else row.name or _("Field not stated"),
            [Tally(row.n, achievements_url(row, place))],
            note=f"{row.name} · {row.year}" if row.n == 1 and row.name else str(row.year),
        )
        for row in rows
    ]


def achievements_url(row: Row, place: Place) -> str:
    if row.n == 1:
        return reverse("achievement", args=[row.ref])
    field = {"field": row.key} if row.key else {}
    return behind_url("achievement-list", "achievements", place, row.year, **field)


# Key enterprises


@dataclass(frozen=True)
class KeyEnterprise:
    name: str
    url: str
    rd_expenditure: str
    patents_filed: str


def key_marks(place: Place, year: int):
    """Marks of the year with two of the enterprise's approved figures, `rd` and `filed`."""
    same = {"filing__enterprise": OuterRef("enterprise"), "year": year, "approved": True}
    return (
        KeyMark.objects.filter(park__in=place.park_ids(year), year=year)
        .annotate(
            rd=Subquery(YearlyFigures.objects.filter(**same).values("rd_expenditure")[:1]),
            filed=Subquery(PatentCounts.objects.filter(**same).values("filed")[:1]),
        )
        .select_related("enterprise")
        .order_by("pk")
    )


def key_enterprises(place: Place, year: int) -> list[KeyEnterprise]:
    """Enterprises with the mark of the year, with two of its approved figures."""
    return [
        KeyEnterprise(
            mark.enterprise.name,
            mark.enterprise.get_absolute_url(),
            numbers.money(mark.rd),
            numbers.number(mark.filed),
        )
        for mark in key_marks(place, year)[: MOST_ROWS + 1]
    ]
