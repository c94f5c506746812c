"""What a yearly return holds, in the order of the form, with units."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Return
from zonetrack import punctuation
from zonetrack.checking import Finding
from zonetrack.typed_numbers import PATENTS, PERSON_YEARS, PERSONS, TEN_THOUSAND_YUAN, Column

IN_YUAN = pgettext_lazy("unit", "10,000 yuan")
IN_PERSONS = pgettext_lazy("unit", "persons")
IN_PERSON_YEARS = pgettext_lazy("unit", "person-years")


@dataclass(frozen=True)
class Measure:
    part: str  # of the return: "figures" or "patents"
    name: str
    label: Any
    unit: Any  # empty where the label says what is counted
    column: Column  # how what people write for it is read
    group: str  # one of GROUPS

    @property
    def path(self) -> str:
        return f"{self.part}__{self.name}"

    @property
    def head(self) -> str:
        if not self.unit:
            return str(self.label)
        return f"{self.label}{punctuation.brackets(self.unit)}"

    def of(self, filing: Return | None):
        """None where it is not reported."""
        return getattr(getattr(filing, self.part, None), self.name, None)


def told(finding: Finding) -> str:
    """What a check found, after the figure at which it is shown."""
    label = next(one.label for one in MEASURES if one.name == finding.fields[0])
    return punctuation.colon(label) + finding.sentence


# Headings of the form, above the figures that belong together.
GROUPS = {
    "enterprise": _("Enterprise"),
    "research": _("Research and development"),
    "market": _("Results on the market"),
    "patents": _("Patents"),
}


def figure(group: str, name: str, label, unit, column: Column) -> Measure:
    return Measure("figures", name, label, unit, column, group)


def patents(name: str, label) -> Measure:
    return Measure("patents", name, label, "", PATENTS, "patents")


MEASURES = (
    figure("enterprise", "employees", _("Employees"), IN_PERSONS, PERSONS),
    figure("enterprise", "revenue", _("Operating revenue"), IN_YUAN, TEN_THOUSAND_YUAN),
    figure("research", "rd_expenditure", _("R&D expenditure"), IN_YUAN, TEN_THOUSAND_YUAN),
    figure(
        "research",
        "rd_government",
        _("R&D expenditure paid from government funds"),
        IN_YUAN,
        TEN_THOUSAND_YUAN,
    ),
    figure("research", "rd_personnel", _("R&D personnel"), IN_PERSONS, PERSONS),
    figure(
        "research",
        "rd_fte",
        _("R&D personnel, full-time equivalent"),
        IN_PERSON_YEARS,
        PERSON_YEARS,
    ),
    figure("market", "new_product_sales", _("Sales of new products"), IN_YUAN, TEN_THOUSAND_YUAN),
    figure(
        "market",
        "contract_turnover",
        _("Technology contract turnover"),
        IN_YUAN,
        TEN_THOUSAND_YUAN,
    ),
    patents("filed", _("Patents filed")),
    patents("filed_inventions", _("Inventions filed")),
    patents("granted", _("Patents granted")),
    patents("granted_inventions", _("Inventions granted")),
    patents("in_force", _("Patents in force")),
    patents("in_force_inventions", _("Inventions in force")),
)
