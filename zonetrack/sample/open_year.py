"""The year in which the demo stands: opened in the example zone, and half entered.

In one park a single return has been sent back and all others are not begun, so that the whole
work of a year can be tried there.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from enterprises.models import Return, State, Zone
from enterprises.opening import open_year
from zonetrack import entering, workflow, writing
from zonetrack.checking import Level
from zonetrack.entering import Entry
from zonetrack.return_checks import reported_figures
from zonetrack.years.models import ReportingYear

OPEN_DAYS, LEFT_DAYS = 14, 45
# What becomes of the returns of a park, in turn.
WAYS = (State.APPROVED, State.SUBMITTED, State.APPROVED, State.DRAFT, State.NOT_STARTED)
HANDED_IN = (State.SUBMITTED, State.APPROVED)
# Entered texts stand in one language only, and the demo is shown in two.
REASON = "已与企业账目核对。Compared with the books of the enterprise."
COMMENT = "请说明从业人员数的时点。Please say of which day the number of employees is."
GROWTH = Decimal("1.04")


def open_example_year(zone: Zone, park: str, *, staff, manager, at: datetime) -> None:
    """Open the year of `at`. `staff` enters for the park with that key, `manager` for the rest."""
    today = at.date()
    open_year(opened_now(zone, today), by=manager, at=at, today=today)
    filings = Return.objects.filter(park__home_zone=zone, year=today.year).order_by("park", "pk")
    figures = figures_of(today.year - 1, zone)
    known = [filing for filing in filings.select_related("park") if filing.enterprise_id in figures]
    own = [filing for filing in known if filing.park.key == park]
    others = [filing for filing in known if filing.park.key != park]
    ways = dict(zip(others, WAYS * len(others), strict=False))
    enter(own[:1], figures, by=staff)
    for filing in own[:1]:
        hand_in(filing, by=staff, at=at)
        workflow.send_back(filing, by=manager, comment=COMMENT)
    enter([filing for filing, way in ways.items() if way != State.NOT_STARTED], figures, by=manager)
    for filing, way in ways.items():
        handed_in = way in HANDED_IN and hand_in(filing, by=manager, at=at)
        if handed_in and way == State.APPROVED:
            workflow.approve(filing, by=manager)


def enter(filings: list[Return], figures: dict[int, dict], *, by) -> None:
    entries = [Entry(filing, grown(figures[filing.enterprise_id])) for filing in filings]
    entering.enter(entries, by=by)


def opened_now(zone: Zone, today: date) -> ReportingYear:
    row = ReportingYear.objects.filter(zone=zone, year=today.year).first()
    row = row or ReportingYear(zone=zone, year=today.year)
    row.opens_on, row.due_on = today - timedelta(OPEN_DAYS), today + timedelta(LEFT_DAYS)
    return writing.save(row)


def figures_of(year: int, zone: Zone) -> dict[int, dict]:
    """What each enterprise reported for a year, by its id."""
    returns = Return.objects.filter(year=year, park__home_zone=zone)
    found = reported_figures(returns.values("enterprise"), (year, year), limit=None)
    return {enterprise: figures[year] for enterprise, figures in found.items()}


def grown(figures: dict) -> dict:
    """Last year's figures, the amounts a little larger, and the patents granted added to those
    in force."""
    new = {
        name: value if isinstance(value, int | None) else (value * GROWTH).quantize(Decimal("0.01"))
        for name, value in figures.items()
    }
    for held, granted in (
        ("in_force", "granted"),
        ("in_force_inventions", "granted_inventions"),
    ):
        if new.get(held) is not None:
            new[held] += new.get(granted) or 0
    if new.get("rd_fte") is not None and new.get("rd_personnel") is not None:
        new["rd_fte"] = min(new["rd_fte"], Decimal(new["rd_personnel"]))
    return new


def hand_in(filing: Return, *, by, at: datetime) -> bool:
    """Submit a return; False where errors leave it a draft."""
    found = workflow.found_in(filing)
    if any(finding.level == Level.ERROR for finding in found):
        return False
    reasons = {finding.check.key: REASON for finding in found}
    workflow.submit(filing, by=by, at=at, reasons=reasons)
    return True
