"""Patents of the generated firms, one by one; the yearly counts are counted from these.

So what is in force at the end of a year is always what was, plus granted, less ended.

There are more of these than of anything else, so that here every call counts.
"""

from array import array
from collections.abc import Callable
from datetime import date
from functools import cache
from math import log
from random import Random

from patents.application_numbers import check_character
from patents.models import Patent

from .firms import Firm
from .names import TOPICS
from .plan import Span

INVENTION, UTILITY_MODEL, DESIGN = range(3)
# Key, sign in the number, share granted, years until the grant (from, so many), yearly chance to
# lapse.
TYPES = (
    (Patent.Type.INVENTION.value, "1", 0.6, 2, 2, 0.03),
    (Patent.Type.UTILITY_MODEL.value, "2", 0.85, 0, 2, 0.07),
    (Patent.Type.DESIGN.value, "3", 0.9, 0, 2, 0.1),
)
REJECTED, LAPSED = Patent.EndReason.REJECTED.value, Patent.EndReason.LAPSED.value
# So many in a hundred are inventions; so many inventions or utility models.
INVENTIONS, NO_DESIGNS = 40, 90
# Days on which patents are filed: the first 28 of each month.
DAYS = [f"-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
# Offices decide on the last of them.
DECIDED = ["", *(f"-{month:02}-28" for month in range(1, 13))]
# Patents filed on these (places in DAYS) belong to a university elsewhere, too: every ninth.
SHARED = [(day % 28 + 1) % 9 == 0 for day in range(len(DAYS))]
# Single patents begin so many years before the yearly figures.
EARLIER = 6
# What a return tells, in the order of COUNTS; the inventions stand behind each.
FILED, GRANTED, IN_FORCE, TOLD = 0, 2, 4, 6
# Nobody has the numbers of a year from here on.
FIRST_SERIAL = 8_000_001
SIGNS = "0123456789X"
TITLES = [(f"Example patent: {english}", f"示例专利：{chinese}") for english, chinese in TOPICS]
OUTSIDE = "Example University / 示例大学"

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
HOLDER = ("patent_id", "order", "enterprise_id", "outside_name")

# Kind, year and day (place in DAYS) of filing, years of the grant and of the end (0: not yet), the
# month in which offices decide.
One = tuple[int, int, int, int, int, int]


def filings(firm: Firm, span: Span, rng: Random, activity: float) -> array:
    """How many patents the firm files in each year from `span.first` less EARLIER on."""
    begin = span.first - EARLIER
    found = array("h", bytes(2 * (span.running - begin + 1)))
    rate = min(firm.employees * firm.intensity * 0.35, 12) * activity
    if rate > 0:
        passed = days_passed(span.today) / len(DAYS)
        for year in range(max(firm.start, begin), (firm.end or span.running) + 1):
            rate *= firm.growth
            found[year - begin] = arrivals(rate * passed if year == span.running else rate, rng)
    return found


def arrivals(rate: float, rng: Random) -> int:
    """How many come in a year where `rate` come on average."""
    return max(round(rng.gauss(rate, rate**0.5)), 0)


def days_passed(today: date) -> int:
    """How many of the year's DAYS have come."""
    return 28 * (today.month - 1) + min(today.day, 28)


def make_patents(firm: Firm, span: Span, rng: Random) -> list[One]:
    """Everything the firm ever filed, in the order of years; the firm keeps the counts."""
    today, random = span.today, rng.random
    now = today.year * 400 + today.month * 31 + today.day
    stock: list[One] = []
    for year, count in enumerate(firm.filed, start=span.first - EARLIER):
        if count:
            days = days_passed(today) if year == today.year else len(DAYS)
            stock += [make_one(year, days, now, random) for _ in range(count)]
    firm.counts = counts_of(stock, span)
    return stock


def make_one(year: int, days: int, now: int, random: Callable[[], float]) -> One:
    """`now`: 400 × year + 31 × month + day."""
    luck = random() * 100
    kind = INVENTION if luck < INVENTIONS else UTILITY_MODEL if luck < NO_DESIGNS else DESIGN
    _key, _sign, chance, lag, lags, lapse = TYPES[kind]
    day = int(random() * days)
    decided = year + lag + int(random() * lags)
    first = day // 28 if decided == year else 0
    month = first + 1 + int(random() * (12 - first))
    lasts = 1 + int(-log(1 - random()) / lapse)
    granted = random() < chance
    place = month * 31 + 28
    if decided * 400 + place > now:
        return (kind, year, day, 0, 0, 0)
    if not granted:
        return (kind, year, day, 0, decided, month)
    end = decided + lasts
    return (kind, year, day, decided, end if end * 400 + place <= now else 0, month)


def counts_of(stock: list[One], span: Span) -> list[int]:
    """TOLD numbers for each year with single patents, one year behind the other."""
    begin = span.first - EARLIER
    counts = [0] * (TOLD * (span.running - begin + 1))
    for kind, filed, _day, granted, ended, _month in stock:
        place = (filed - begin) * TOLD + FILED
        counts[place] += 1
        if kind == INVENTION:
            counts[place + 1] += 1
        if granted:
            place = (granted - begin) * TOLD
            counts[place + GRANTED] += 1
            counts[place + IN_FORCE] += 1
            if kind == INVENTION:
                counts[place + GRANTED + 1] += 1
                counts[place + IN_FORCE + 1] += 1
            if ended:
                place = (ended - begin) * TOLD + IN_FORCE
                counts[place] -= 1
                if kind == INVENTION:
                    counts[place + 1] -= 1
    for place in range(TOLD, len(counts), TOLD):
        counts[place + IN_FORCE] += counts[place + IN_FORCE - TOLD]
        counts[place + IN_FORCE + 1] += counts[place + IN_FORCE + 1 - TOLD]
    return counts


@cache
def check_sums() -> tuple[list[int], list[int]]:
    """What a serial's first three digits add to the check, and what its last four do."""
    first = [SIGNS.index(check_character(f"00000{digits:03}0000")) for digits in range(1000)]
    last = [SIGNS.index(check_character(f"00000000{digits:04}")) for digits in range(10_000)]
    return first, last


@cache
def head(year: int, kind: int) -> tuple[str, int]:
    """What numbers of a year and kind begin with, and what that adds to the check."""
    digits = f"{year}{TYPES[kind][1]}"
    return digits, SIGNS.index(check_character(f"{digits}0000000"))


def application_number(year: int, kind: int, serial: int) -> str:
    digits, check = head(year, kind)
    first, last = check_sums()
    total = check + first[serial // 10_000] + last[serial % 10_000]
    return f"{digits}{serial}.{SIGNS[total % 11]}"


def patent_row(key: int, serial: int, one: One, firm: Firm, park_id: int) -> tuple:
    """The values of PATENT."""
    kind, year, day, granted, ended, month = one
    title_en, title_zh = TITLES[(firm.number + day % 28 + 1) % len(TITLES)]
    return (
        key,
        application_number(year, kind, serial),
        TYPES[kind][0],
        title_en,
        title_zh,
        park_id,
        year,
        f"{year}{DAYS[day]}",
        granted or None,
        f"{granted}{DECIDED[month]}" if granted else None,
        ended or None,
        f"{ended}{DECIDED[month]}" if ended else None,
        "" if not ended else LAPSED if granted else REJECTED,
    )
