"""Units as they stand over columns and sheets, and how many of a figure's own unit one is."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from zonetrack import numbers
from zonetrack.typed_numbers import SCALES, THINGS, Column, plain

from .matching import folded

# Units of money that can be chosen for a column: key → words, yuan in one.
MONEY = {
    "yuan": (pgettext_lazy("unit", "yuan"), 1),
    "thousand": (pgettext_lazy("unit", "1,000 yuan"), 1_000),
    "ten-thousand": (pgettext_lazy("unit", "10,000 yuan"), 10_000),
    "million": (pgettext_lazy("unit", "1 million yuan"), 1_000_000),
    "hundred-million": (pgettext_lazy("unit", "100 million yuan"), 100_000_000),
}
ENGLISH = {
    "yuan": (1, "元"),
    "rmb": (1, "元"),
    "cny": (1, "元"),
    "thousandyuan": (1_000, "元"),
    "1000yuan": (1_000, "元"),
    "10000yuan": (10_000, "元"),
    "tenthousandyuan": (10_000, "元"),
    "rmb10000": (10_000, "元"),
    "millionyuan": (1_000_000, "元"),
    "1millionyuan": (1_000_000, "元"),
    "rmbmillion": (1_000_000, "元"),
    "100millionyuan": (100_000_000, "元"),
    "%": (1, "%"),
    "person": (1, "人"),
    "persons": (1, "人"),
    "people": (1, "人"),
    "headcount": (1, "人"),
    "personyears": (1, "人年"),
    "fte": (1, "人年"),
    "pieces": (1, "件"),
    "items": (1, "件"),
    "patents": (1, "件"),
}
CHINESE = re.compile(
    "(?P<scale>{})?(?P<thing>{})(?:人民币)?".format(
        "|".join(sorted(filter(None, SCALES), key=len, reverse=True)), "|".join(THINGS)
    )
)


@lru_cache(maxsize=1_000)
def factor_of(size: int, own: int) -> Decimal:
    return plain(Decimal(size) / Decimal(own))


@dataclass(frozen=True)
class Unit:
    """`size` of its thing are one: 千元 has size 1,000 and thing 元. `words` as in the file."""

    words: str
    size: int
    thing: str

    def factor(self, column: Column) -> Decimal:
        """What a number in this unit is multiplied with to be in the column's own."""
        return factor_of(self.size, column.size)

    def fits(self, column: Column) -> bool:
        return self.thing in column.things


def unit_of(text: str | None) -> Unit | None:
    """The unit a head or a corner of the sheet names; None for what is none we know."""
    if not text:
        return None
    bare = folded(text).removeprefix("人民币")
    if bare in ENGLISH:
        size, thing = ENGLISH[bare]
        return Unit(text, size, thing)
    found = CHINESE.fullmatch(bare)
    if not found:
        return None
    return Unit(text, int(SCALES[found["scale"] or ""]), found["thing"])


def money_unit(key: str) -> Unit | None:
    """A unit that somebody chose for a column."""
    if key not in MONEY:
        return None
    words, size = MONEY[key]
    return Unit(str(words), size, "元")


def key_of(unit: Unit | None) -> str:
    sizes = {size: key for key, (_words, size) in MONEY.items()}
    return sizes.get(unit.size, "") if unit and unit.thing == "元" else ""


def conversion(unit: Unit, column: Column, own) -> str:
    """`1,000 yuan → 10,000 yuan, ÷ 10`; empty where nothing is converted."""
    factor = unit.factor(column)
    if factor == 1:
        return ""
    step = f"× {numbers.number(factor)}" if factor > 1 else f"÷ {numbers.number(plain(1 / factor))}"
    return _("%(unit)s → %(own)s, %(step)s") % {"unit": unit.words, "own": own, "step": step}
