"""Yearly returns of the generated firms, with their figures."""

from random import Random

from .firms import Firm

RETURN = ("id", "enterprise_id", "park_id", "year", "state")
FIGURES = (
    "filing_id",
    "park_id",
    "year",
    "approved",
    "employees",
    "revenue",
    "rd_expenditure",
    "rd_government",
    "rd_personnel",
    "rd_fte",
    "new_product_sales",
    "contract_turnover",
)
# Places in what `figures_of` answers.
REVENUE, RD_EXPENDITURE = 1, 2


def figures_of(firm: Firm, year: int, since: int, rng: Random) -> list:
    """The values of FIGURES from the employees on, in 10,000 yuan.

    `since`: the first year of the zone's figures, when growth begins. Every tenth firm does not
    report technology contracts, which is not the same as none.
    """
    years = year - since
    uniform = rng.uniform
    employees = max(round(firm.employees * (1 + (firm.growth - 1) * 0.5) ** years), 3)
    revenue = round(employees * firm.revenue_each * 1.04**years * uniform(0.9, 1.1))
    intensity = firm.intensity * (1 + 0.03 * years) * uniform(0.85, 1.15)
    spent = round(revenue * intensity)
    persons = min(round(employees * min(intensity * 4, 0.5)), employees)
    return [
        employees,
        revenue,
        spent,
        round(spent * uniform(0.02, 0.15)),
        persons,
        round(persons * uniform(0.6, 0.95), 1),
        round(revenue * min(intensity * uniform(3, 7), 0.8)),
        contracts(firm, spent, rng),
    ]


def contracts(firm: Firm, spent: int, rng: Random) -> int | None:
    if firm.number % 10 == 0:
        return None
    return round(spent * rng.uniform(0.1, 0.5)) if firm.innovates else 0
