"""Checks of the yearly figures of an enterprise."""

from django.utils.translation import gettext_lazy as _

from zonetrack.checking import (
    Check,
    Facts,
    Hit,
    Level,
    Ratio,
    above,
    beside_park,
    never_above,
    own_years,
    unit_slips,
)

MONEY = ("revenue", "rd_expenditure", "rd_government", "new_product_sales", "contract_turnover")
COUNTS = ("employees", "rd_personnel", "rd_fte")

REVENUE_PER_EMPLOYEE = Ratio("revenue-per-employee", "revenue", "employees")
RD_SHARE = Ratio("rd-share-of-revenue", "rd_expenditure", "revenue", scale=100)
RD_PERSONNEL_SHARE = Ratio("rd-personnel-share", "rd_personnel", "employees", scale=100)
RATIOS = (REVENUE_PER_EMPLOYEE, RD_SHARE, RD_PERSONNEL_SHARE)


def above_revenue(name: str, sentence) -> Check:
    return Check(
        f"{name}-above-revenue",
        Level.WARNING,
        (name, "revenue"),
        sentence,
        lambda facts: above(facts, name, "revenue"),
    )


def one_without(name: str, other: str, sentence) -> Check:
    """Some of the one and none of the other, be it zero or not reported."""

    def test(facts: Facts) -> Hit | None:
        some = (facts.of(name) or 0) > 0 and not facts.of(other)
        return Hit({"some": facts.of(name)}) if some else None

    return Check(f"{name}-without-{other}", Level.WARNING, (other, name), sentence, test)


CHECKS = (
    never_above(
        "rd_government",
        "rd_expenditure",
        _("The government part cannot be more than R&D expenditure."),
    ),
    never_above(
        "rd_fte",
        "rd_personnel",
        _("R&D personnel in full-time equivalents cannot be more than the head count."),
    ),
    *unit_slips("money", MONEY),
    *(check for name in COUNTS for check in own_years(name)),
    *(check for name in MONEY for check in own_years(name, shifted=MONEY, least=0)),
    above_revenue(
        "rd_expenditure", _("R&D expenditure of %(part)s is above operating revenue of %(whole)s.")
    ),
    above_revenue(
        "new_product_sales",
        _("Sales of new products of %(part)s are above operating revenue of %(whole)s."),
    ),
    one_without(
        "rd_personnel",
        "rd_expenditure",
        _("%(some)s R&D personnel are reported, but no R&D expenditure."),
    ),
    one_without(
        "rd_expenditure",
        "rd_personnel",
        _("R&D expenditure of %(some)s is reported, but no R&D personnel."),
    ),
    beside_park(
        REVENUE_PER_EMPLOYEE,
        _(
            "Revenue of %(now)s (10,000 yuan) per employee lies outside %(low)s to %(high)s, what "
            "is usual among the %(enterprises)s other enterprises of the park."
        ),
        people="employees",
    ),
    beside_park(
        RD_SHARE,
        _(
            "R&D expenditure of %(now)s%% of revenue lies outside %(low)s%% to %(high)s%%, what is "
            "usual among the %(enterprises)s other enterprises of the park."
        ),
        people="employees",
    ),
    beside_park(
        RD_PERSONNEL_SHARE,
        _(
            "R&D personnel of %(now)s%% of all employees lie outside %(low)s%% to %(high)s%%, what "
            "is usual among the %(enterprises)s other enterprises of the park."
        ),
        people="employees",
    ),
)
