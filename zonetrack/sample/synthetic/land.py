"""Generated zones with parks, reporting years, and registers declared complete."""

from datetime import date, datetime, time

from django.utils.timezone import make_aware

from enterprises.land import new_unstated_park
from enterprises.models import Park, Zone, ZonePark
from enterprises.models.land import REGISTERS
from zonetrack.records import FIRST_YEAR
from zonetrack.years.models import ReportingYear, usual_due_day

from .names import THEMES, of_zone, zone_key, zone_names
from .plan import Span

# Figures of a year are closed on this day of the next one.
CLOSING = (4, 15)


def zone_row(number: int, span: Span) -> Zone:
    name_en, name_zh = zone_names(number)
    return Zone(
        key=zone_key(number),
        name_en=name_en,
        name_zh=name_zh,
        level=Zone.Level.PROVINCIAL,
        kind=Zone.Kind.OTHER,
        is_example=True,
        order=1000 + min(number, 30_000),
        **dict.fromkeys(REGISTERS.values(), span.first),
    )


def park_rows(zone: Zone, number: int, parks: int) -> list[Park]:
    english, chinese = of_zone(number)
    rows = []
    for place in range(parks):
        theme = THEMES[place % len(THEMES)]
        again = "" if place < len(THEMES) else f" {place // len(THEMES) + 1}"
        rows.append(
            Park(
                key=f"{zone.key}-{theme.key}{again.replace(' ', '-')}",
                name_en=f"Example {theme.name_en}{again}{english}",
                name_zh=f"示例{theme.name_zh}{again.strip()}{chinese}",
                home_zone=zone,
                order=10 * (place + 1),
            )
        )
    return [*rows, new_unstated_park(zone)]


def link_rows(zone: Zone, parks: list[Park], span: Span) -> list[ZonePark]:
    return [
        ZonePark(
            zone=zone, park=park, from_year=FIRST_YEAR if park.is_unstated else span.first - 10
        )
        for park in parks
    ]


def year_rows(zone: Zone, span: Span) -> list[ReportingYear]:
    """Past years are closed; the running one is open."""
    rows = []
    for year in range(span.first, span.running + 1):
        closing = date(year + 1, *CLOSING)
        rows.append(
            ReportingYear(
                zone=zone,
                year=year,
                opens_on=date(year + 1, 1, 1),
                due_on=usual_due_day(year),
                closed_at=make_aware(datetime.combine(closing, time(10)))
                if closing <= span.today
                else None,
            )
        )
    return rows
