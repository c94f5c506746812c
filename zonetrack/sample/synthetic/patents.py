"""Patents of the generated firms, one by one; the yearly counts are counted from these.

So what is in force at the end of a year is always what was, plus granted, less ended.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random

from patents.application_numbers import check_character
from patents.models import Patent, PatentCounts, PatentHolder
from zonetrack.bulk import Row

from .firms import Firm
from .names import TOPICS
from .plan import Span

INVENTION, UTILITY_MODEL, DESIGN = Patent.Type.INVENTION, Patent.Type.UTILITY_MODEL, "design"
# Sign in the number, share granted, years until the grant, yearly chance to lapse.
TYPES = {
    INVENTION: ("1", 0.6, (2, 3), 0.03),
    UTILITY_MODEL: ("2", 0.85, (0, 1), 0.07),
    DESIGN: ("3", 0.9, (0, 1), 0.1),
}
# Places in the list of a year's changes; the next place holds the inventions among them.
FILED, GRANTED, NET = 0, 2, 4
NONE = [0] * 6


@dataclass(slots=True)
class One:
    type: str
    filed: date
    granted: date | None = None
    ended: date | None = None
    reason: str = ""


def make_patents(firm: Firm, span: Span, rng: Random) -> None:
    """Everything the firm ever filed, in order of filing."""
    rate = min(firm.employees * firm.intensity * 0.35, 12)
    if rate <= 0:
        return
    for year in range(max(firm.start, span.first - 6), (firm.end or span.running) + 1):
        rate *= firm.growth
        days = (span.day(year, rng) for _ in range(arrivals(rate, rng)))
        firm.stock += [make_one(day, span.today, rng) for day in sorted(filter(None, days))]
    firm.counts = changes_by_year(firm.stock)


def arrivals(rate: float, rng: Random) -> int:
    """How many come in a year where `rate` come on average."""
    return max(round(rng.gauss(rate, rate**0.5)), 0)


def make_one(filed: date, today: date, rng: Random) -> One:
    kind = rng.choices((INVENTION, UTILITY_MODEL, DESIGN), (40, 50, 10))[0]
    _sign, chance, lag, lapse = TYPES[kind]
    one = One(kind, filed)
    year = filed.year + rng.randint(*lag)
    month = rng.randint(filed.month if year == filed.year else 1, 12)
    decided = date(year, month, 28)
    lasts = 1 + int(rng.expovariate(lapse))
    granted = rng.random() < chance
    if decided > today:
        return one
    if not granted:
        one.ended, one.reason = decided, Patent.EndReason.REJECTED
        return one
    one.granted = decided
    end = date(min(year + lasts, 2199), month, 28)
    if end <= today:
        one.ended, one.reason = end, Patent.EndReason.LAPSED
    return one


def count_row(firm: Firm, year: int, **of_return) -> Row:
    """What the firm reports for the year. One that has never had a patent reports zeros."""
    changes = firm.counts.get(year, NONE)
    past = [firm.counts[when] for when in firm.counts if when <= year]
    return Row(
        PatentCounts,
        year=year,
        approved=True,
        filed=changes[FILED],
        filed_inventions=changes[FILED + 1],
        granted=changes[GRANTED],
        granted_inventions=changes[GRANTED + 1],
        in_force=sum(each[NET] for each in past),
        in_force_inventions=sum(each[NET + 1] for each in past),
        **of_return,
    )


def changes_by_year(stock: list[One]) -> dict[int, list[int]]:
    """By year what was filed, granted, and added to those in force; inventions behind each."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0] * 6)
    for one in stock:
        events = [(one.filed, FILED, 1)]
        if one.granted:
            events += [(one.granted, GRANTED, 1), (one.granted, NET, 1)]
        if one.granted and one.ended:
            events.append((one.ended, NET, -1))
        for day, place, change in events:
            counts[day.year][place] += change
            if one.type == INVENTION:
                counts[day.year][place + 1] += change
    return dict(counts)


class Numbers:
    """Application numbers that nobody has: from the end of each year's range."""

    def __init__(self):
        self.serials: dict[tuple[int, str], count] = {}

    def next(self, year: int, kind: str) -> str:
        serials = self.serials.setdefault((year, kind), count(9_000_001))
        digits = f"{year}{TYPES[kind][0]}{next(serials):07}"
        return f"{digits}.{check_character(digits)}"


def patent_row(one: One, firm: Firm, park_id: int, numbers: Numbers) -> Patent:
    topic_en, topic_zh = TOPICS[(firm.number + one.filed.day) % len(TOPICS)]
    return Patent(
        application_no=numbers.next(one.filed.year, one.type),
        type=one.type,
        title_en=f"Example patent: {topic_en}",
        title_zh=f"示例专利：{topic_zh}",
        park_id=park_id,
        filed_year=one.filed.year,
        filed_on=one.filed,
        granted_year=one.granted and one.granted.year,
        granted_on=one.granted,
        ended_year=one.ended and one.ended.year,
        ended_on=one.ended,
        end_reason=one.reason,
    )


def holder_rows(patent: Patent, firm: Firm) -> Iterator[PatentHolder]:
    """The firm first; every ninth patent is shared with a university elsewhere."""
    yield PatentHolder(patent=patent, order=1, enterprise_id=firm.pk)
    if patent.filed_on.day % 9 == 0:
        yield PatentHolder(patent=patent, order=2, outside_name="Example University / 示例大学")
