"""Indicators of patents. The approved yearly counts lead; single patents check them."""

from typing import NamedTuple

from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.indicators import PERSONS, approval, counted_returns, returns_basis
from zonetrack.indicators.declaration import Ask, Indicator, Kind, Part, Topic, total

from .models import Patent, PatentCounts

BOTH_REPORTED = Q(in_force__isnull=False, filing__figures__employees__isnull=False)


class PatentSums(NamedTuple):
    park: int
    year: int
    n: int
    unapproved: int
    filed: int | None
    filed_inventions: int | None
    granted: int | None
    granted_inventions: int | None
    in_force: int | None
    in_force_inventions: int | None
    in_force_where_employees: int | None
    employees_where_in_force: int | None


def count_rows(ask: Ask):
    """Patent counts of the parks and years asked for, that may be counted."""
    return PatentCounts.objects.filter(
        year__range=(ask.first, ask.last), **approval(ask), **ask.limits()
    )


def patent_sums(ask: Ask) -> list[PatentSums]:
    """Sums of the patent counts by park and year; None where no enterprise reported one."""
    rows = (
        count_rows(ask)
        .order_by()
        .values_list("park", "year")
        .annotate(
            **counted_returns(ask),
            **{f"all_{column}": Sum(column) for column in PatentCounts.FIGURES},
            in_force_where_employees=Sum("in_force", filter=BOTH_REPORTED),
            employees_where_in_force=Sum("filing__figures__employees", filter=BOTH_REPORTED),
        )
    )
    return [PatentSums(*row) for row in rows]


def single_patents(ask: Ask, measure: str):
    """Patents of the register that were filed or granted in the year, or in force at its end."""
    rows = Patent.objects.filter(**ask.limits())
    if measure.endswith("_inventions"):
        rows = rows.filter(type=Patent.Type.INVENTION)
    if measure.startswith("in_force"):
        return rows.in_force_at_end_of(ask.first)
    column = "filed_year" if measure.startswith("filed") else "granted_year"
    return rows.filter(**{column: ask.first})


UNIT = pgettext_lazy("unit", "patents")
RETURNS = returns_basis(patent_sums)


def indicator(key, name, kind, column, definition) -> Indicator:
    part = Part(
        total(patent_sums, column),
        rows=lambda ask: count_rows(ask).filter(**{f"{column}__isnull": False}),
        page="return-list",
        column=column,
        name=name,
        unit=UNIT,
    )
    return Indicator(
        key=key,
        name=name,
        unit=UNIT,
        kind=kind,
        definition=definition,
        topic=Topic.PATENTS,
        basis=RETURNS,
        counts=part,
        check=Part(
            None,
            rows=lambda ask: single_patents(ask, column),
            page="patent-list",
            name=_("Register of single patents"),
            unit=UNIT,
        ),
    )


INDICATORS = (
    indicator(
        "patents-filed",
        _("Patents filed"),
        Kind.FLOW,
        "filed",
        _("Applications of all types filed in the year, first applicant. Sum of approved returns."),
    ),
    indicator(
        "patents-filed-inventions",
        _("Inventions filed"),
        Kind.FLOW,
        "filed_inventions",
        _("Applications for invention patents filed in the year, first applicant."),
    ),
    indicator(
        "patents-granted",
        _("Patents granted"),
        Kind.FLOW,
        "granted",
        _("Patents of all types granted in the year, first patentee. Sum of approved returns."),
    ),
    indicator(
        "patents-granted-inventions",
        _("Inventions granted"),
        Kind.FLOW,
        "granted_inventions",
        _("Invention patents granted in the year, first patentee."),
    ),
    indicator(
        "patents-in-force",
        _("Patents in force"),
        Kind.STOCK,
        "in_force",
        _("Patents of all types in force on 31 December, first patentee. Sum of approved returns."),
    ),
    indicator(
        "patents-in-force-inventions",
        _("Inventions in force"),
        Kind.STOCK,
        "in_force_inventions",
        _("Invention patents in force on 31 December, first patentee."),
    ),
    Indicator(
        key="patents-in-force-per-10k-employees",
        name=_("Patents in force per 10,000 employees"),
        unit=pgettext_lazy("unit", "per 10,000 employees"),
        kind=Kind.RATIO,
        definition=_(
            "Patents in force on 31 December for every 10,000 employees, over the enterprises "
            "that reported both."
        ),
        topic=Topic.PATENTS,
        basis=RETURNS,
        numerator=Part(
            total(patent_sums, "in_force_where_employees"),
            rows=lambda ask: count_rows(ask).filter(BOTH_REPORTED),
            page="return-list",
            column="in_force",
            name=_("Patents in force"),
            unit=UNIT,
        ),
        denominator=Part(
            total(patent_sums, "employees_where_in_force"),
            rows=lambda ask: (
                count_rows(ask)
                .filter(BOTH_REPORTED)
                .annotate(employees=F("filing__figures__employees"))
            ),
            page="return-list",
            column="employees",
            name=_("Employees"),
            unit=PERSONS,
        ),
        scale=10_000,
        decimals=1,
    ),
)
