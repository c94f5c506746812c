"""Yearly returns of the generated firms, with their figures."""

from collections.abc import Callable

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


def figures_of(firm: Firm, years: int, random: Callable[[], float]) -> tuple:
    """The values of FIGURES from the employees on, in 10,000 yuan.

    `years`: how many lie between the first year of the zone's figures, when growth begins, and this
    one. Every tenth firm does not report technology contracts, which is not the same as none.
    """
    employees = int(firm.employees * (0.5 + firm.growth * 0.5) ** years) or 1
    revenue = int(employees * firm.revenue_each * 1.04**years * (0.9 + 0.2 * random()))
    intensity = firm.intensity
    if not intensity:
        return (employees, revenue, 0, 0, 0, 0, 0, None if firm.number % 10 == 0 else 0)
    intensity *= (1 + 0.03 * years) * (0.85 + 0.3 * random())
    spent = int(revenue * intensity)
    persons = int(employees * (intensity * 4 if intensity < 0.125 else 0.5))
    share = intensity * (3 + 4 * random())
    contracts = int(spent * (0.1 + 0.4 * random())) if firm.innovates else 0
    return (
        employees,
        revenue,
        spent,
        int(spent * (0.02 + 0.13 * random())),
        persons,
        int(persons * (6 + 3.5 * random())) / 10,
        int(revenue * (share if share < 0.8 else 0.8)),
        None if firm.number % 10 == 0 else contracts,
    )
