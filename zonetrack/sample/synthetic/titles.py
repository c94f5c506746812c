"""Titles of a generated zone: won, renewed, lapsed, revoked."""

from datetime import date, timedelta
from random import Random

from enterprises.models import Title

from .firms import Firm
from .made import made
from .plan import later
from .zone import Making

HIGH_TECH = "high-tech-enterprise"
VALID_YEARS = 3
# Held until revoked: how many are awarded a year for each firm.
LASTING = {
    "specialized-sme": 0.02,
    "city-innovation-base": 0.015,
    "technology-little-giant": 0.015,
    "little-giant": 0.006,
}
PARK_TITLES = ("national-industry-base", "provincial-sme-platform", "circular-economy-pilot")
# Of the innovative firms, those that apply to become a high-tech enterprise: more in small zones.
SHARE_HIGH_TECH, LEAST_HIGH_TECH = 0.2, 36


def make_titles(making: Making) -> list[Title]:
    rng = making.rng("titles")
    titles = high_tech_titles(making, rng) + lasting_titles(making, rng) + park_titles(making)
    return sorted(titles, key=lambda title: title.awarded_on)


def award(making: Making, kind: str, firm: Firm, day: date, **fields) -> Title:
    making.count("titles-new", firm, day.year)
    return made(
        Title,
        kind_id=kind,
        enterprise_id=firm.pk,
        park=making.park_of(firm, day.year),
        awarded_year=day.year,
        awarded_on=day,
        batch=str(day.year),
        **fields,
    )


def high_tech_titles(making: Making, rng: Random) -> list[Title]:
    titles = []
    share = max(SHARE_HIGH_TECH, LEAST_HIGH_TECH / len(making.firms)) * making.activity
    for firm in making.firms:
        if firm.innovates and rng.random() < share:
            titles += certificates(making, firm, rng)
    return titles


def certificates(making: Making, firm: Firm, rng: Random) -> list[Title]:
    """Certificate after certificate; some are revoked, some not renewed when they expire."""
    span = making.span
    titles = []
    begin = rng.randint(max(firm.start, span.first - 3), span.running)
    day = span.day(begin, rng)
    while day and day <= span.today and firm.there_in(day.year):
        expires = later(day, VALID_YEARS)
        fields = {"expires_year": expires.year, "expires_on": expires}
        fate = rng.random()
        revoked = later(day, 1)
        if fate < 0.04 and revoked <= span.today:
            fields |= {"ended_year": revoked.year, "ended_on": revoked, "end_reason": "revoked"}
        titles.append(award(making, HIGH_TECH, firm, day, **fields))
        if fate < 0.18:
            break
        day = expires
    for title in titles:
        tally_held(making, title, firm)
    return titles


def tally_held(making: Making, title: Title, firm: Firm) -> None:
    end = min(title.expires_year, title.ended_year or title.expires_year)
    for year in range(title.awarded_year, end):
        making.count("high-tech-enterprises-held", firm, year)


def lasting_titles(making: Making, rng: Random) -> list[Title]:
    titles, taken = [], set()
    for kind, share in LASTING.items():
        for day in making.days(share, rng, least=0.7):
            firm = making.firm_of(day.year, rng)
            if (kind, firm.number) in taken:
                continue
            taken.add((kind, firm.number))
            titles.append(award(making, kind, firm, day))
    return titles


def park_titles(making: Making) -> list[Title]:
    """One title for each of the first parks, and a platform whose review comes next."""
    span = making.span
    titles = []
    for place, kind in enumerate(PARK_TITLES[: len(making.parks)]):
        day = date(span.first + place, 6, 1 + place)
        titles.append(park_title(making, kind, place, day))
    day = date(span.last - 2, 12, 6)
    review = max(later(day, 3), span.today + timedelta(days=60))
    last = len(making.parks) - 1
    titles.append(park_title(making, "national-sme-platform", last, day, review_due_on=review))
    return titles


def park_title(making: Making, kind: str, place: int, day: date, **fields) -> Title:
    making.tally["titles-new", place, day.year] += 1
    return made(
        Title,
        kind_id=kind,
        park=making.parks[place],
        awarded_year=day.year,
        awarded_on=day,
        batch="1",
        **fields,
    )
