"""Enterprises of a generated zone: when they come and go, how large they are, how much R&D."""

from array import array
from dataclasses import dataclass, field
from random import Random

from enterprises.credit_codes import (
    ORGANIZATION_SIGNS,
    ORGANIZATION_WEIGHTS,
    SIGNS,
    check_digit,
)

from .names import THEMES, of_zone
from .plan import Span

# Not assigned to any place, so that no code can be anybody's.
DIVISION = "630199"
MOST_ZONES = 10_000


@dataclass(slots=True)
class Firm:
    number: int
    park: int  # place among the zone's parks
    field: str
    word: tuple[str, str]
    start: int
    employees: float
    revenue_each: float  # 10,000 yuan for each employee
    intensity: float  # R&D as a share of revenue
    growth: float
    end: int | None = None
    moved: tuple[int, int] | None = None  # year, and the park it moved to
    pk: int = 0
    # See patents.py: how many patents it files by year, and what it tells of them.
    filed: array = field(default_factory=lambda: array("h"))
    counts: list[int] = field(default_factory=list)

    def park_in(self, year: int) -> int:
        return self.moved[1] if self.moved and year >= self.moved[0] else self.park

    def there_in(self, year: int) -> bool:
        """On 31 December; who leaves in a year files no return for it."""
        return self.start <= year and (self.end is None or year < self.end)

    @property
    def innovates(self) -> bool:
        return self.intensity > 0.02

    def names(self, zone_number: int) -> tuple[str, str]:
        english, chinese = of_zone(zone_number)
        return (
            f"Example {self.word[0]} {self.number:02}{english}",
            f"示例{self.word[1]}{self.number:02}{chinese}",
        )


def make_firms(count: int, parks: int, span: Span, rng: Random) -> list[Firm]:
    return [make_firm(number, parks, span, rng) for number in range(1, count + 1)]


def make_firm(number: int, parks: int, span: Span, rng: Random) -> Firm:
    park = (number - 1) % parks
    theme = THEMES[park % len(THEMES)]
    old = rng.random() < 0.7
    start = span.first - rng.randint(1, 8) if old else rng.randint(span.first, span.running)
    firm = Firm(
        number=number,
        park=park,
        field=rng.choice(theme.fields),
        word=rng.choice(theme.words),
        start=start,
        employees=min(max(rng.lognormvariate(4.4, 0.9), 8), 4000),
        revenue_each=rng.uniform(45, 130),
        intensity=intensity(rng),
        growth=rng.gauss(1.06, 0.05),
    )
    fate = rng.random()
    year = rng.randint(span.first + 1, span.running)
    if fate < 0.05 and year > start:
        firm.end = year
    elif fate > 0.97 and year > start and parks > 1:
        firm.moved = (year, (park + 1) % parks)
    return firm


def intensity(rng: Random) -> float:
    """Some do none, many a little, the innovative ones much."""
    kind = rng.random()
    if kind < 0.15:
        return 0
    return rng.uniform(0.003, 0.018) if kind < 0.5 else rng.uniform(0.022, 0.07)


ENTERPRISE = (
    "id",
    "name_en",
    "name_zh",
    "credit_code",
    "field_id",
    "registered_year",
    "closed_year",
)
LOCATION = ("enterprise_id", "park_id", "from_year", "to_year")


def enterprise_row(firm: Firm, zone_number: int) -> tuple:
    """The values of ENTERPRISE."""
    code = credit_code(zone_number, firm.number)
    return (firm.pk, *firm.names(zone_number), code, firm.field, firm.start, firm.end)


def location_rows(firm: Firm, park_ids: list[int]) -> list[tuple]:
    """The values of LOCATION."""
    left = firm.moved[0] if firm.moved else firm.end
    first = (firm.pk, park_ids[firm.park], firm.start, left)
    if not firm.moved:
        return [first]
    year, park = firm.moved
    return [first, (firm.pk, park_ids[park], year, None)]


def credit_code(zone_number: int, number: int) -> str:
    """A code of the right form with both check signs right, of an unassigned division.

    Different for all zones of a country, each of up to 88,750 enterprises.
    """
    serial = number * MOST_ZONES + zone_number
    body = ""
    for _ in range(6):
        serial, sign = divmod(serial, 31)
        body = SIGNS[sign] + body
    body = f"MA{body}"
    total = sum(
        ORGANIZATION_SIGNS.index(sign) * weight
        for sign, weight in zip(body, ORGANIZATION_WEIGHTS, strict=True)
    )
    first17 = f"91{DIVISION}{body}{'0123456789X0'[11 - total % 11]}"
    return first17 + check_digit(first17)
