"""Indicators of enterprises, their titles and their yearly figures."""

from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, IntegerField, Q, Sum, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack.indicators.declaration import (
    Ask,
    Basis,
    Indicator,
    Kind,
    Part,
    Topic,
    held,
    new,
    total,
)

from .models import Enterprise, Level, Location, Return, State, Title, YearlyFigures
from .models.titles import OPEN_END

HIGH_TECH = "high-tech-enterprise"

# Enterprises in parks


class LocationSpan(NamedTuple):
    park: int
    start: int
    end: int | None
    reports: bool
    n: int


def location_spans(ask: Ask) -> list[LocationSpan]:
    """Enterprises by park and the years they came and left."""
    rows = (
        Location.objects.filter(
            Q(to_year__isnull=True) | Q(to_year__gte=ask.first),
            from_year__lte=ask.last,
            **ask.limits(),
        )
        .order_by()
        .values_list("park", "from_year", "to_year", "reports")
        .annotate(n=Count("*"))
    )
    return [LocationSpan(*row) for row in rows]


def enterprises_in(ask: Ask):
    """Enterprises in the parks on 31 December."""
    there = Location.objects.filter(
        Q(to_year__isnull=True) | Q(to_year__gt=ask.first),
        from_year__lte=ask.first,
        **ask.limits(),
    )
    return Enterprise.objects.filter(pk__in=there.values("enterprise"))


REGISTERED = Part(
    held(location_spans),
    rows=enterprises_in,
    page="enterprise-list",
    name=_("Enterprises in the parks"),
    unit=_("enterprises"),
)

# Yearly returns


class ReturnStates(NamedTuple):
    park: int
    year: int
    state: str
    n: int


def begun_returns(ask: Ask) -> list[ReturnStates]:
    """Returns on which work has begun, by park, year and state."""
    rows = (
        Return.objects.filter(
            year__range=(ask.first, ask.last),
            state__in=(*IN_DRAFT, State.SUBMITTED, State.APPROVED),
            **ask.limits(),
        )
        .order_by()
        .values_list("park", "year", "state")
        .annotate(n=Count("*"))
    )
    return [ReturnStates(*row) for row in rows]


IN_DRAFT = (State.DRAFT, State.RETURNED)


def counted_returns(ask: Ask) -> dict:
    """Two columns: how many approved returns are counted, and how many others along with them."""
    if not ask.provisional:
        return {"n": Count("*"), "unapproved": Value(0, output_field=IntegerField())}
    return {
        "n": Count("pk", filter=Q(approved=True)),
        "unapproved": Count("pk", filter=Q(approved=False)),
    }


class FigureSums(NamedTuple):
    park: int
    year: int
    n: int
    unapproved: int
    employees: int | None
    rd_expenditure: Decimal | None
    rd_personnel: int | None
    contract_turnover: Decimal | None
    rd_where_revenue: Decimal | None
    revenue_where_rd: Decimal | None
    new_products_where_revenue: Decimal | None
    revenue_where_new_products: Decimal | None


REVENUE_AND_RD = Q(revenue__isnull=False, rd_expenditure__isnull=False)
REVENUE_AND_NEW_PRODUCTS = Q(revenue__isnull=False, new_product_sales__isnull=False)


def approval(ask: Ask) -> dict:
    """The filter that keeps to approved returns, unless provisional ones are asked for too."""
    return {} if ask.provisional else {"approved": True}


def figure_rows(ask: Ask):
    """Yearly figures of the parks and years asked for, that may be counted."""
    return YearlyFigures.objects.filter(
        year__range=(ask.first, ask.last), **approval(ask), **ask.limits()
    )


def figure_sums(ask: Ask) -> list[FigureSums]:
    """Sums of the yearly figures by park and year; None where no enterprise reported one."""
    rows = (
        figure_rows(ask)
        .order_by()
        .values_list("park", "year")
        .annotate(
            **counted_returns(ask),
            all_employees=Sum("employees"),
            all_rd_expenditure=Sum("rd_expenditure"),
            all_rd_personnel=Sum("rd_personnel"),
            all_contract_turnover=Sum("contract_turnover"),
            rd_where_revenue=Sum("rd_expenditure", filter=REVENUE_AND_RD),
            revenue_where_rd=Sum("revenue", filter=REVENUE_AND_RD),
            new_products_where_revenue=Sum("new_product_sales", filter=REVENUE_AND_NEW_PRODUCTS),
            revenue_where_new_products=Sum("revenue", filter=REVENUE_AND_NEW_PRODUCTS),
        )
    )
    return [FigureSums(*row) for row in rows]


EXPECTED = held(location_spans, where=lambda row: row.reports)
APPROVED = total(begun_returns, "n", lambda row: row.state == State.APPROVED)
WAITING = total(begun_returns, "n", lambda row: row.state == State.SUBMITTED)
DRAFTS = total(begun_returns, "n", lambda row: row.state in IN_DRAFT)


def returns_basis(sums) -> Basis:
    """`sums`: the source that adds up the figures, with its columns `n` and `unapproved`."""
    return Basis(
        reported=total(sums, "n"),
        expected=EXPECTED,
        approved=APPROVED,
        waiting=WAITING,
        drafts=DRAFTS,
        unapproved=total(sums, "unapproved"),
    )


RETURNS = returns_basis(figure_sums)


def sum_of(column: str, name, unit) -> Part:
    """A sum over the yearly figures that opens the returns which add up to it."""
    return Part(
        total(figure_sums, column),
        rows=lambda ask: figure_rows(ask).filter(**{f"{column}__isnull": False}),
        page="return-list",
        column=column,
        name=name,
        unit=unit,
    )


def paired(measure: str, column: str, both: Q, name) -> Part:
    """One side of a ratio: only enterprises that reported both sides, in 10,000 yuan."""
    return Part(
        total(figure_sums, measure),
        rows=lambda ask: figure_rows(ask).filter(both),
        page="return-list",
        column=column,
        name=name,
        unit=TEN_THOUSAND_YUAN,
        money=True,
    )


TEN_THOUSAND_YUAN = pgettext_lazy("unit", "10,000 yuan")
PERSONS = pgettext_lazy("unit", "persons")

# Titles


class TitleSpan(NamedTuple):
    park: int
    kind: str
    level: str
    start: int
    end: int | None
    n: int


def title_spans(ask: Ask) -> list[TitleSpan]:
    """Titles by park, kind and the years they were awarded and came to an end."""
    rows = (
        Title.objects.with_end()
        .filter(awarded_year__lte=ask.last, end__gte=ask.first, **ask.limits())
        .order_by()
        .values_list("park", "kind", "kind__level", "awarded_year", "end")
        .annotate(n=Count("*"))
    )
    return [
        TitleSpan(park, kind, level, start, None if end == OPEN_END else end, n)
        for park, kind, level, start, end, n in rows
    ]


EVERY = Q()


def title_rows(ask: Ask, chosen: Q):
    return Title.objects.filter(chosen, **ask.limits())


def titles_new(chosen: Q = EVERY, where=None) -> Part:
    return Part(
        new(title_spans, where),
        rows=lambda ask: title_rows(ask, chosen).filter(awarded_year=ask.first),
        page="title-list",
    )


def titles_held(chosen: Q = EVERY, where=None) -> Part:
    return Part(
        held(title_spans, where),
        rows=lambda ask: title_rows(ask, chosen).held_at_end_of(ask.first),
        page="title-list",
    )


def at_level(level: Level):
    return {"chosen": Q(kind__level=level), "where": lambda row: row.level == level}


TITLES = Basis(registers=("titles",))
AWARD_RULE = _("Counted in the year of award; one title for each holder and batch.")
HELD_RULE = _("Awarded by 31 December, and neither expired nor ended by then.")
UNIT_TITLES = pgettext_lazy("unit", "titles")
LEVELS = [
    (Level.NATIONAL, _("National titles awarded"), _("National titles held")),
    (Level.PROVINCIAL, _("Provincial titles awarded"), _("Provincial titles held")),
    (Level.CITY, _("City titles awarded"), _("City titles held")),
]


def title_indicator(key, name, kind, counts, definition, unit=UNIT_TITLES) -> Indicator:
    return Indicator(
        key=key,
        name=name,
        unit=unit,
        kind=kind,
        definition=definition,
        topic=Topic.TITLES,
        basis=TITLES,
        counts=counts,
    )


TITLE_INDICATORS = (
    title_indicator("titles-new", _("Titles awarded"), Kind.FLOW, titles_new(), AWARD_RULE),
    title_indicator("titles-held", _("Titles held"), Kind.STOCK, titles_held(), HELD_RULE),
    *(
        title_indicator(
            f"titles-new-{level.value}", name, Kind.FLOW, titles_new(**at_level(level)), AWARD_RULE
        )
        for level, name, _held in LEVELS
    ),
    *(
        title_indicator(
            f"titles-held-{level.value}",
            name,
            Kind.STOCK,
            titles_held(**at_level(level)),
            HELD_RULE,
        )
        for level, _new, name in LEVELS
    ),
    title_indicator(
        "high-tech-enterprises-held",
        _("High-tech enterprises"),
        Kind.STOCK,
        titles_held(Q(kind=HIGH_TECH), lambda row: row.kind == HIGH_TECH),
        _("Enterprises whose certificate as a high-tech enterprise is valid on 31 December."),
        unit=pgettext_lazy("unit", "enterprises"),
    ),
)

INPUT_INDICATORS = (
    Indicator(
        key="rd-expenditure",
        name=_("R&D expenditure"),
        unit=TEN_THOUSAND_YUAN,
        kind=Kind.FLOW,
        definition=_(
            "Intramural R&D expenditure of the year, current and capital, whatever the source "
            "of the money. Sum of the enterprises' approved returns."
        ),
        topic=Topic.INPUT,
        basis=RETURNS,
        counts=sum_of("rd_expenditure", _("R&D expenditure"), TEN_THOUSAND_YUAN),
        money=True,
    ),
    Indicator(
        key="rd-intensity-revenue",
        name=_("R&D intensity"),
        unit="%",
        kind=Kind.RATIO,
        definition=_(
            "R&D expenditure divided by operating revenue, over the enterprises that reported both."
        ),
        topic=Topic.INPUT,
        basis=RETURNS,
        numerator=paired(
            "rd_where_revenue", "rd_expenditure", REVENUE_AND_RD, _("R&D expenditure")
        ),
        denominator=paired("revenue_where_rd", "revenue", REVENUE_AND_RD, _("Operating revenue")),
        scale=100,
        decimals=2,
    ),
    Indicator(
        key="rd-personnel",
        name=_("R&D personnel"),
        unit=PERSONS,
        kind=Kind.FLOW,
        definition=_("Persons who did R&D in the year, head count. Sum of approved returns."),
        topic=Topic.INPUT,
        basis=RETURNS,
        counts=sum_of("rd_personnel", _("R&D personnel"), PERSONS),
    ),
    Indicator(
        key="new-product-share",
        name=_("New-product sales share"),
        unit="%",
        kind=Kind.RATIO,
        definition=_(
            "Sales of new products divided by operating revenue, over the enterprises that "
            "reported both."
        ),
        topic=Topic.INPUT,
        basis=RETURNS,
        numerator=paired(
            "new_products_where_revenue",
            "new_product_sales",
            REVENUE_AND_NEW_PRODUCTS,
            _("Sales of new products"),
        ),
        denominator=paired(
            "revenue_where_new_products",
            "revenue",
            REVENUE_AND_NEW_PRODUCTS,
            _("Operating revenue"),
        ),
        scale=100,
        decimals=2,
    ),
    Indicator(
        key="contract-turnover",
        name=_("Technology contract turnover"),
        unit=TEN_THOUSAND_YUAN,
        kind=Kind.FLOW,
        definition=_(
            "Registered technology contracts of development, transfer, consulting and service, "
            "counted with the seller. Sum of approved returns."
        ),
        topic=Topic.INPUT,
        basis=RETURNS,
        counts=sum_of("contract_turnover", _("Technology contract turnover"), TEN_THOUSAND_YUAN),
        money=True,
    ),
)

ENTERPRISE_INDICATORS = (
    Indicator(
        key="enterprises-registered",
        name=_("Enterprises in the parks"),
        unit=pgettext_lazy("unit", "enterprises"),
        kind=Kind.STOCK,
        definition=_("Enterprises located in the parks on 31 December."),
        topic=Topic.ENTERPRISES,
        basis=Basis(registers=("enterprises",)),
        counts=REGISTERED,
    ),
)

INDICATORS = (*TITLE_INDICATORS, *INPUT_INDICATORS, *ENTERPRISE_INDICATORS)
