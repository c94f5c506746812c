"""Patents of the generated firms, one by one; the yearly counts are counted from these.

So what is in force at the end of a year is always what was, plus granted, less ended.
"""

from array import array
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random

from patents.application_numbers import check_character
from patents.models import Patent

from .firms import Firm
from .names import TOPICS
from .plan import Span

INVENTION, UTILITY_MODEL, DESIGN = (
    kind.value for kind in (Patent.Type.INVENTION, Patent.Type.UTILITY_MODEL, Patent.Type.DESIGN)
)
REJECTED, LAPSED = Patent.EndReason.REJECTED.value, Patent.EndReason.LAPSED.value
# Sign in the number, share granted, years until the grant, yearly chance to lapse.
TYPES = {
    INVENTION: ("1", 0.6, range(2, 4), 0.03),
    UTILITY_MODEL: ("2", 0.85, range(2), 0.07),
    DESIGN: ("3", 0.9, range(2), 0.1),
}
# So many in a hundred are inventions; so many inventions or utility models.
INVENTIONS, NO_DESIGNS = 40, 90
MONTHS = [range(first, 13) for first in range(13)]
# Single patents begin so many years before the yearly figures.
EARLIER = 6
# What a return tells, in the order of COUNTS; the inventions stand behind each.
FILED, GRANTED, IN_FORCE, TOLD = 0, 2, 4, 6

COUNTS = (
    "filing_id",
    "park_id",
    "year",
    "approved",
    "filed",
    "filed_inventions",
    "granted",
    "granted_inventions",
    "in_force",
    "in_force_inventions",
)
PATENT = (
    "id",
    "application_no",
    "type",
    "title_en",
    "title_zh",
    "park_id",
    "filed_year",
    "filed_on",
    "granted_year",
    "granted_on",
    "ended_year",
    "ended_on",
    "end_reason",
)
HOLDER = ("id", "patent_id", "order", "enterprise_id", "outside_name")


@dataclass(slots=True)
class One:
    type: str
    filed: date
    granted: date | None = None
    ended: date | None = None
    reason: str = ""


def make_patents(firm: Firm, span: Span, rng: Random, activity: float = 1) -> list[One]:
    """Everything the firm ever filed, in order of filing; the firm keeps the counts."""
    rate = min(firm.employees * firm.intensity * 0.35, 12) * activity
    stock: list[One] = []
    if rate > 0:
        for year in range(max(firm.start, span.first - EARLIER), (firm.end or span.running) + 1):
            rate *= firm.growth
            days = [span.day(year, rng) for _ in range(arrivals(rate, rng))]
            stock += [make_one(day, span.today, rng) for day in sorted(filter(None, days))]
    firm.counts = counts_of(stock, span)
    return stock


def arrivals(rate: float, rng: Random) -> int:
    """How many come in a year where `rate` come on average."""
    return max(round(rng.gauss(rate, rate**0.5)), 0)


def make_one(filed: date, today: date, rng: Random) -> One:
    # `choice` and `random` alone, because this is asked ten million times.
    luck = rng.random() * 100
    kind = INVENTION if luck < INVENTIONS else UTILITY_MODEL if luck < NO_DESIGNS else DESIGN
    _sign, chance, lag, lapse = TYPES[kind]
    one = One(kind, filed)
    year = filed.year + rng.choice(lag)
    month = rng.choice(MONTHS[filed.month if year == filed.year else 1])
    decided = date(year, month, 28)
    lasts = 1 + int(rng.expovariate(lapse))
    granted = rng.random() < chance
    if decided > today:
        return one
    if not granted:
        one.ended, one.reason = decided, REJECTED
        return one
    one.granted = decided
    end = date(min(year + lasts, 2199), month, 28)
    if end <= today:
        one.ended, one.reason = end, LAPSED
    return one


def counts_of(stock: list[One], span: Span) -> array:
    """TOLD numbers for each year with single patents, one year behind the other."""
    begin = span.first - EARLIER
    counts = array("h", bytes(2 * TOLD * (span.running - begin + 1)))
    for one in stock:
        # The number of inventions stands one place behind that of all patents.
        places = (0, 1) if one.type == INVENTION else (0,)
        for more in places:
            counts[(one.filed.year - begin) * TOLD + FILED + more] += 1
            if one.granted:
                place = (one.granted.year - begin) * TOLD + more
                counts[place + GRANTED] += 1
                counts[place + IN_FORCE] += 1
                if one.ended:
                    counts[(one.ended.year - begin) * TOLD + IN_FORCE + more] -= 1
    for place in range(TOLD, len(counts), TOLD):
        counts[place + IN_FORCE] += counts[place + IN_FORCE - TOLD]
        counts[place + IN_FORCE + 1] += counts[place + IN_FORCE + 1 - TOLD]
    return counts


def counts_in(firm: Firm, year: int, span: Span) -> list[int]:
    """What the firm reports: COUNTS from the filed ones on. Without patents it reports zeros."""
    place = (year - span.first + EARLIER) * TOLD
    return firm.counts[place : place + TOLD].tolist()


class Numbers:
    """Application numbers that nobody has: from the end of each year's range."""

    def __init__(self):
        self.serials: dict[tuple[int, str], count] = {}

    def next(self, year: int, kind: str) -> str:
        serials = self.serials.get((year, kind))
        if serials is None:
            serials = self.serials[year, kind] = count(9_000_001)
        digits = f"{year}{TYPES[kind][0]}{next(serials):07}"
        return f"{digits}.{check_character(digits)}"


def patent_row(key: int, one: One, firm: Firm, park_id: int, numbers: Numbers) -> list:
    """The values of PATENT."""
    topic_en, topic_zh = TOPICS[(firm.number + one.filed.day) % len(TOPICS)]
    filed, granted, ended = one.filed, one.granted, one.ended
    return [
        key,
        numbers.next(filed.year, one.type),
        one.type,
        f"Example patent: {topic_en}",
        f"示例专利：{topic_zh}",
        park_id,
        filed.year,
        filed.isoformat(),
        granted and granted.year,
        granted and granted.isoformat(),
        ended and ended.year,
        ended and ended.isoformat(),
        one.reason,
    ]


def holder_rows(key: int, one: One, firm: Firm) -> list[list]:
    """The values of HOLDER after the key: the firm first, and for every ninth patent a university
    elsewhere."""
    first = [key, 1, firm.pk, ""]
    if one.filed.day % 9:
        return [first]
    return [first, [key, 2, None, "Example University / 示例大学"]]
