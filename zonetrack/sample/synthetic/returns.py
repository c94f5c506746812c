"""Yearly returns of the generated firms, with their figures."""

from random import Random

from enterprises.models import Return, State, YearlyFigures
from zonetrack.bulk import Row

from .firms import Firm


def return_row(firm: Firm, year: int, park_id: int) -> Row:
    return Row(Return, enterprise_id=firm.pk, park_id=park_id, year=year, state=State.APPROVED)


def figure_row(firm: Firm, year: int, since: int, rng: Random, **of_return) -> Row:
    """Figures in 10,000 yuan. `since`: the first year of the zone's figures, when growth begins.

    Every tenth firm does not report technology contracts, which is not the same as none.
    """
    years = year - since
    employees = max(round(firm.employees * (1 + (firm.growth - 1) * 0.5) ** years), 3)
    revenue = round(employees * firm.revenue_each * 1.04**years * rng.uniform(0.9, 1.1))
    intensity = firm.intensity * (1 + 0.03 * years) * rng.uniform(0.85, 1.15)
    spent = round(revenue * intensity)
    persons = min(round(employees * min(intensity * 4, 0.5)), employees)
    return Row(
        YearlyFigures,
        year=year,
        approved=True,
        employees=employees,
        revenue=revenue,
        rd_expenditure=spent,
        rd_government=round(spent * rng.uniform(0.02, 0.15)),
        rd_personnel=persons,
        rd_fte=round(persons * rng.uniform(0.6, 0.95), 1),
        new_product_sales=round(revenue * min(intensity * rng.uniform(3, 7), 0.8)),
        contract_turnover=contracts(firm, spent, rng),
        **of_return,
    )


def contracts(firm: Firm, spent: int, rng: Random) -> int | None:
    if firm.number % 10 == 0:
        return None
    return round(spent * rng.uniform(0.1, 0.5)) if firm.innovates else 0
