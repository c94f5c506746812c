"""Indicators of R&D centers, labs and other R&D bodies."""

from typing import NamedTuple

from django.db.models import Case, Exists, F, Min, OuterRef, Value, When, Window
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.indicators import REGISTERED, enterprises_in
from enterprises.models import PROVINCIAL_AND_ABOVE, Level, Location
from zonetrack.indicators.calendar import FAR_YEAR, by_year, distinct
from zonetrack.indicators.declaration import Ask, Basis, Indicator, Kind, Part, Topic, total

from .models import Center, CenterKind, Recognition, StageEvent
from .models.life import STAGE_LASTS, stages_in_force

Family = CenterKind.Family
Stage = StageEvent.Stage
COUNTED_LEVELS = [level for level in Level if level != Level.ENTERPRISE]


class BodyCounts(NamedTuple):
    year: int
    park: int
    kind: str
    family: str
    new: int
    held: int
    held_provincial: int
    held_national: int


def recognition_spans(ask: Ask):
    """Every counted recognition as a span of years, with the body's first year."""
    absorbed = Center.objects.filter(
        merged_into=OuterRef("center"), merged_year__lte=OuterRef("year")
    )
    return (
        Recognition.objects.counted()
        .filter(year__lte=ask.last, **ask.limits("center__park"))
        .annotate(
            first_year=Window(Min("year"), partition_by=F("center")),
            successor=Case(When(Exists(absorbed), then=1), default=0),
            provincial=Case(When(level__in=PROVINCIAL_AND_ABOVE, then=1), default=0),
            national=Case(When(level=Level.NATIONAL, then=1), default=0),
        )
        .values(
            "first_year",
            "successor",
            "provincial",
            "national",
            body=F("center_id"),
            park_no=F("center__park_id"),
            kind_key=F("center__kind_id"),
            family=F("center__kind__family"),
            start_year=F("year"),
            end_year=Least(
                Coalesce("ended_year", FAR_YEAR), Coalesce("center__merged_year", FAR_YEAR)
            ),
        )
    )


STANDS = "span.end_year > calendar.year"


def body_counts(ask: Ask) -> list[BodyCounts]:
    """R&D bodies new and held by year, park and kind; each body once, however often recognized."""
    rows = by_year(
        recognition_spans(ask),
        ask,
        groups=["span.park_no", "span.kind_key", "span.family"],
        measures=[
            distinct(
                "body",
                "span.start_year = calendar.year AND span.first_year = calendar.year"
                " AND span.successor = 0",
            ),
            distinct("body", STANDS),
            distinct("body", f"{STANDS} AND span.provincial = 1"),
            distinct("body", f"{STANDS} AND span.national = 1"),
        ],
    )
    return [BodyCounts(*row) for row in rows]


class HostCounts(NamedTuple):
    year: int
    park: int
    hosts: int


def leading_spans(ask: Ask):
    """Enterprises by the park they are in, for the years in which a body they lead is recognized.

    The park is the enterprise's own: a body keeps the park it was recognized in, so that one
    enterprise may lead bodies in two parks and would be counted twice.
    """
    recognition = "enterprise__led_centers__recognitions"
    return Location.objects.filter(
        from_year__lte=ask.last,
        **{f"{recognition}__level__in": COUNTED_LEVELS},
        **ask.limits(),
    ).values(
        park_no=F("park_id"),
        host=F("enterprise_id"),
        start_year=Greatest("from_year", f"{recognition}__year"),
        end_year=Least(
            Coalesce("to_year", FAR_YEAR),
            Coalesce(f"{recognition}__ended_year", FAR_YEAR),
            Coalesce("enterprise__led_centers__merged_year", FAR_YEAR),
        ),
    )


def host_counts(ask: Ask) -> list[HostCounts]:
    """Enterprises in the parks that lead at least one R&D body held, by year and park."""
    rows = by_year(
        leading_spans(ask), ask, groups=["span.park_no"], measures=[distinct("host", STANDS)]
    )
    return [HostCounts(*row) for row in rows]


class StageCounts(NamedTuple):
    year: int
    park: int
    field: str | None
    stage: int
    n: int


def stage_counts(ask: Ask) -> list[StageCounts]:
    """R&D bodies on the way to recognition, by year, park, field and stage."""
    spans = (
        stages_in_force()
        .filter(year__lte=ask.last, **ask.limits("center__park"))
        .values(
            "stage",
            body=F("center_id"),
            park_no=F("center__park_id"),
            field_key=F("center__field_id"),
            start_year=F("year"),
            end_year=Least(
                "next_year",
                "recognized_year",
                F("year") + Value(STAGE_LASTS),
                Coalesce("center__merged_year", FAR_YEAR),
            ),
        )
    )
    rows = by_year(
        spans,
        ask,
        groups=["span.park_no", "span.field_key", "span.stage"],
        measures=[distinct("body", STANDS)],
    )
    return [StageCounts(*row) for row in rows if row[3] in StageEvent.PIPELINE]


def bodies(ask: Ask):
    return Center.objects.filter(**ask.limits())


def bodies_new(families=None) -> Part:
    return Part(
        total(body_counts, "new", of_family(families)),
        rows=lambda ask: in_families(bodies(ask), families).new_in(ask.first),
        page="center-list",
    )


def bodies_held(families=None, measure="held", levels=None) -> Part:
    return Part(
        total(body_counts, measure, of_family(families)),
        rows=lambda ask: in_families(bodies(ask), families).held_at_end_of(ask.first, levels),
        page="center-list",
    )


def of_family(families):
    return None if families is None else lambda row: row.family in families


def in_families(rows, families):
    return rows if families is None else rows.filter(kind__family__in=families)


def in_stage(stage: Stage) -> Part:
    return Part(
        total(stage_counts, "n", lambda row: row.stage == stage),
        rows=lambda ask: bodies(ask).in_stage_at_end_of(stage, ask.first),
        page="center-list",
    )


def hosts_in(ask: Ask):
    """Enterprises in the parks that lead an R&D body held on 31 December."""
    standing = Center.objects.filter(host__isnull=False).held_at_end_of(ask.first)
    return enterprises_in(ask).filter(pk__in=standing.values("host"))


CENTERS = Basis(registers=("centers",))
UNIT_BODIES = pgettext_lazy("unit", "bodies")
UNIT_CENTERS = pgettext_lazy("unit", "centers")
UNIT_LABS = pgettext_lazy("unit", "laboratories")


def body_indicator(key, name, kind, counts, definition, unit=UNIT_BODIES) -> Indicator:
    return Indicator(
        key=key,
        name=name,
        unit=unit,
        kind=kind,
        definition=definition,
        topic=Topic.BODIES,
        basis=CENTERS,
        counts=counts,
    )


TECHNOLOGY = (Family.TECHNOLOGY_CENTER,)
LABS = (Family.LABORATORY,)
JOINT_LAB = "joint-engineering-laboratory"

INDICATORS = (
    body_indicator(
        "tech-centers-new",
        _("New technology centers"),
        Kind.FLOW,
        bodies_new(TECHNOLOGY),
        _(
            "Engineering technology research centers and enterprise technology centers first "
            "recognized in the year, at whatever level. Each counts once in its life; the "
            "successor of a merger is not new."
        ),
        UNIT_CENTERS,
    ),
    body_indicator(
        "tech-centers-held",
        _("Technology centers held"),
        Kind.STOCK,
        bodies_held(TECHNOLOGY),
        _(
            "Engineering technology research centers and enterprise technology centers with a "
            "recognition in force on 31 December. Each counts once, whatever its levels."
        ),
        UNIT_CENTERS,
    ),
    body_indicator(
        "rd-bodies-new",
        _("New R&D bodies"),
        Kind.FLOW,
        bodies_new(),
        _(
            "R&D bodies of all kinds first recognized in the year. Each counts once in its "
            "life; the successor of a merger is not new."
        ),
    ),
    body_indicator(
        "rd-bodies-held",
        _("R&D bodies held"),
        Kind.STOCK,
        bodies_held(),
        _(
            "R&D bodies of all kinds with a recognition in force on 31 December. Bodies under "
            "construction are not counted."
        ),
    ),
    body_indicator(
        "rd-bodies-provincial-held",
        _("R&D bodies at provincial level and above"),
        Kind.STOCK,
        bodies_held(measure="held_provincial", levels=PROVINCIAL_AND_ABOVE),
        _(
            "R&D bodies with a provincial, ministerial, national-local or national recognition "
            "in force on 31 December."
        ),
    ),
    body_indicator(
        "rd-bodies-national-held",
        _("National R&D bodies"),
        Kind.STOCK,
        bodies_held(measure="held_national", levels=[Level.NATIONAL]),
        _(
            "R&D bodies with a national recognition in force on 31 December. National-local "
            "joint laboratories are not among them."
        ),
    ),
    body_indicator(
        "joint-labs-held",
        _("Joint engineering laboratories held"),
        Kind.STOCK,
        Part(
            total(body_counts, "held", lambda row: row.kind == JOINT_LAB),
            rows=lambda ask: bodies(ask).filter(kind=JOINT_LAB).held_at_end_of(ask.first),
            page="center-list",
        ),
        _("National-local joint engineering laboratories recognized and standing on 31 December."),
        UNIT_LABS,
    ),
    body_indicator(
        "labs-held",
        _("Laboratories held"),
        Kind.STOCK,
        bodies_held(LABS),
        _("Key and engineering laboratories of all levels standing on 31 December."),
        UNIT_LABS,
    ),
    body_indicator(
        "centers-planned",
        _("R&D bodies planned"),
        Kind.STOCK,
        in_stage(Stage.PLANNED),
        _("Bodies whose last stage by 31 December is “planned”, within three years."),
    ),
    body_indicator(
        "centers-applied",
        _("R&D bodies applied for"),
        Kind.STOCK,
        in_stage(Stage.APPLIED),
        _("Bodies whose last stage by 31 December is “applied”, within three years."),
    ),
    body_indicator(
        "centers-building",
        _("R&D bodies under construction"),
        Kind.STOCK,
        in_stage(Stage.BUILDING),
        _("Bodies whose last stage by 31 December is “under construction”, within three years."),
    ),
    Indicator(
        key="enterprises-with-rd-body",
        name=_("Enterprises with an R&D body"),
        unit="%",
        kind=Kind.RATIO,
        definition=_(
            "Enterprises in the parks that lead an R&D body held on 31 December, as a share of "
            "all enterprises in the parks."
        ),
        topic=Topic.BODIES,
        basis=Basis(registers=("centers", "enterprises")),
        numerator=Part(
            total(host_counts, "hosts"),
            rows=hosts_in,
            page="enterprise-list",
            name=_("Enterprises that lead an R&D body"),
            unit=pgettext_lazy("unit", "enterprises"),
        ),
        denominator=REGISTERED,
        scale=100,
        decimals=1,
    ),
)
