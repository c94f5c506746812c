"""Which number is shown, and how it stands: the lines that every page, export and report renders.

A scorecard is all indicators in one year; a track record is one indicator over many years.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, Subquery

from enterprises.models import Zone
from enterprises.models.land import REGISTERS
from enterprises.places import EVERYWHERE, Place
from zonetrack.indicators.declaration import Ask, Indicator, Kind, Number
from zonetrack.indicators.series import Readings, Value
from zonetrack.published.models import PublishedFigure
from zonetrack.years.models import ReportingYear, usual_due_day

from .models import Target, TargetRevision
from .progress import Judgement, Status, assess

REGISTER, RETURNS, PUBLISHED = "register", "returns", "published"


@dataclass(frozen=True)
class Actual:
    """The number shown for an indicator, place and year, and where it comes from.

    `value` None: not reported. `known`: rows of a register that is not declared complete.
    `reported` of `expected` returns are approved, `bare` of them without such figures; `waiting`
    are handed in, `drafts` begun or sent back.
    `provisional`: returns that are not approved are counted along. `complete`: whether the number
    may be judged.
    `records`: what registers or returns say where a published figure is shown instead of them,
    or beside it where both are complete; `difference` is then published less records.
    `published`: full-year figures somebody published, the one that is shown first.
    """

    value: Decimal | None = None
    origin: str | None = None
    complete: bool = True
    known: int | None = None
    reported: int | None = None
    expected: int | None = None
    bare: int | None = None
    waiting: int | None = None
    drafts: int | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    published: tuple[PublishedFigure, ...] = ()
    parts_of_year: tuple[PublishedFigure, ...] = ()
    planned: tuple[PublishedFigure, ...] = ()
    records: Decimal | None = None
    provisional: bool = False

    @property
    def difference(self) -> Decimal | None:
        if self.origin == PUBLISHED or not self.published or self.value is None:
            return None
        return self.published[0].value - self.value

    @property
    def unapproved(self) -> int | None:
        """How many returns are still to be approved."""
        return None if self.expected is None else max(self.expected - (self.reported or 0), 0)

    @property
    def missing(self) -> int | None:
        """How many returns nobody has begun."""
        if self.unapproved is None:
            return None
        return self.unapproved - (self.waiting or 0) - (self.drafts or 0)


@dataclass(frozen=True)
class Aim:
    """A target as it stands for a place and year: its own, or derived from all of its parks."""

    value: Decimal | None
    direction: str
    baseline: Decimal | None = None
    pace: str = "linear"
    tolerance: Decimal = Decimal(0)
    target: Target | None = None
    derived: bool = False
    original: Decimal | None = None  # the first value, where it was revised
    parks_sum: Decimal | None = None  # where the parks' targets add up to something else

    @property
    def text(self) -> str:
        return self.target.text if self.target else ""


@dataclass(frozen=True)
class Line:
    """One indicator in one place and year: what was, what was aimed at, how that stands."""

    indicator: Indicator
    place: Place
    year: int
    actual: Actual
    judgement: Judgement
    aim: Aim | None = None
    original: Judgement | None = None  # against the target before it was revised
    due: date | None = None
    closed: bool = False
    provisional: bool = False  # whether figures that are not approved were asked for
    previous: Actual = field(default_factory=Actual)

    @property
    def value(self) -> Decimal | None:
        return self.actual.value

    @property
    def change(self) -> Decimal | None:
        """The difference to the year before; None where either is not reported."""
        if self.value is None or self.previous.value is None:
            return None
        return self.value - self.previous.value

    @property
    def has_anything(self) -> bool:
        """Whether there is something to show: a value, a known row, a figure or a target."""
        return bool(
            self.value is not None
            or self.actual.known
            or self.actual.published
            or self.actual.parts_of_year
            or self.actual.planned
            or self.aim
        )


class Scorecards:
    """All lines of some indicators, places and years that a page needs, read once.

    A zone brings its parks along. `beside`: other places that the page shows, too.
    `wholes`: all places are whole zones, and none of their parks is asked for by itself.
    """

    def __init__(
        self,
        indicators: Iterable[Indicator],
        place: Place,
        first: int,
        last: int,
        *,
        today: date,
        provisional: bool = False,
        beside: Iterable[Place] = (),
        wholes: bool = False,
    ):
        self.indicators, self.place, self.today = list(indicators), place, today
        self.first, self.last, self.provisional = first, last, provisional
        places = [place, *beside]
        parks = frozenset().union(*(each.all_park_ids for each in places))
        # The year before the first is read too, so that every line knows its change.
        ask = Ask(parks, first - 1, last, today, provisional)
        self.wholes = frozenset(each.zone.pk for each in places) if wholes else None
        self.readings = Readings(self.indicators, ask, self.wholes)
        self._published = published_by_place(places, self.indicators, first - 1, last)
        self._targets = targets_by_place(places, self.indicators, first, last)
        self._years = reporting_years(places, first, last)
        # A page shows the same line several times, and each year as the one before the next.
        self._lines: dict[tuple[str, str, int], Line] = {}
        self._actuals: dict[tuple[str, str, int], Actual] = {}

    def line(self, indicator: Indicator, year: int, place: Place | None = None) -> Line:
        place = place or self.place
        key = (indicator.key, place.key, year)
        if key not in self._lines:
            self._lines[key] = self._line(indicator, year, place)
        return self._lines[key]

    def _line(self, indicator: Indicator, year: int, place: Place) -> Line:
        actual = self.actual(indicator, year, place)
        aim = self.aim(indicator, year, place)
        row = self._years.get((owner_of(place), year))
        due = (row.due_on if row else None) or usual_due_day(year)
        return Line(
            indicator=indicator,
            place=place,
            year=year,
            actual=actual,
            aim=aim,
            judgement=self._judge(indicator, actual, aim, year, due),
            original=self._judge_original(indicator, actual, aim, year, due),
            due=due,
            closed=bool(row and row.is_closed),
            provisional=self.provisional,
            previous=self.actual(indicator, year - 1, place),
        )

    def scorecard(self, year: int, place: Place | None = None) -> list[Line]:
        return [self.line(indicator, year, place) for indicator in self.indicators]

    def track_record(self, indicator: Indicator, place: Place | None = None) -> list[Line]:
        return [self.line(indicator, year, place) for year in range(self.first, self.last + 1)]

    def actual(self, indicator: Indicator, year: int, place: Place) -> Actual:
        key = (indicator.key, place.key, year)
        if key not in self._actuals:
            self._actuals[key] = self._actual(indicator, year, place)
        return self._actuals[key]

    def _actual(self, indicator: Indicator, year: int, place: Place) -> Actual:
        parks = place.park_ids(year)
        if self.wholes:
            value = self.readings.value_of_zone(indicator, place.zone.pk, parks, year)
        else:
            value = self.readings.value(indicator, parks, year)
        figures = self._published.get((place.key, indicator.key, year), [])
        registers = indicator.basis.registers
        complete = bool(registers) and all(
            (since := place.zone.complete_from(name)) is not None and since <= year
            for name in registers
        )
        return choose(indicator, value, figures, complete, began=year <= self.today.year)

    def aim(self, indicator: Indicator, year: int, place: Place) -> Aim | None:
        own = self._targets.get((place.key, indicator.key, year))
        parks = None if place.park else self._derived(indicator, year, place)
        if own is None:
            return parks
        aim = Aim(
            value=own.value,
            direction=own.direction,
            baseline=own.baseline,
            pace=own.pace,
            tolerance=own.tolerance,
            target=own,
            original=own.first_value if own.revised and own.first_value != own.value else None,
        )
        if parks is not None and parks.value != own.value:
            return replace(aim, parks_sum=parks.value)
        return aim

    def _derived(self, indicator: Indicator, year: int, place: Place) -> Aim | None:
        """The sum of the parks' targets: only of a flow or stock, and only if all have one."""
        parks = [each for each in place.park_places(year) if not each.park.is_unstated]
        found = [self._targets.get((each.key, indicator.key, year)) for each in parks]
        if not found or indicator.kind == Kind.RATIO:
            return None
        if any(target is None or target.value is None for target in found):
            return None
        if len({target.direction for target in found}) > 1:
            return None
        baselines = [target.baseline for target in found]
        paces = {target.pace for target in found}
        return Aim(
            value=sum(target.value for target in found),
            direction=found[0].direction,
            baseline=None if None in baselines else sum(baselines),
            pace=paces.pop() if len(paces) == 1 else "linear",
            tolerance=sum(target.tolerance for target in found),
            derived=True,
        )

    def _judge(self, indicator, actual: Actual, aim: Aim | None, year, due, target=None):
        if aim is None:
            return Judgement(Status.NO_TARGET)
        return assess(
            kind=indicator.kind.value,
            direction=aim.direction,
            actual=actual.value,
            target=aim.value if target is None else target,
            baseline=aim.baseline,
            year=year,
            today=self.today,
            due=due,
            pace=aim.pace,
            tolerance=aim.tolerance,
            whole=indicator.whole,
            complete=actual.complete,
        )

    def _judge_original(self, indicator, actual, aim, year, due):
        if aim is None or aim.original is None:
            return None
        return self._judge(indicator, actual, aim, year, due, target=aim.original)


def lines_everywhere(indicators: Iterable[Indicator], year: int, *, today: date) -> list[Line]:
    """What was in a year over all zones, each park once. Nobody publishes figures of all of them
    together, and there are no targets; a register is complete where it is in every zone."""
    indicators = list(indicators)
    readings = Readings(indicators, Ask(None, year - 1, year, today))
    lacking = registers_lacking(year)
    return [
        Line(
            indicator=indicator,
            place=EVERYWHERE,
            year=year,
            actual=choose(
                indicator,
                readings.value_everywhere(indicator, year),
                [],
                bool(indicator.basis.registers) and not lacking & set(indicator.basis.registers),
                began=year <= today.year,
            ),
            judgement=Judgement(Status.NO_TARGET),
        )
        for indicator in indicators
    ]


def registers_lacking(year: int) -> set[str]:
    """Registers that some zone has not declared complete for the year; one query."""
    lacking = {
        name: Count("pk", filter=~Q(**{f"{column}__lte": year}) | Q(**{f"{column}__isnull": True}))
        for name, column in REGISTERS.items()
    }
    return {name for name, n in Zone.objects.aggregate(**lacking).items() if n}


def choose(
    indicator: Indicator,
    value: Value,
    figures: list[PublishedFigure],
    complete: bool,
    *,
    began: bool = True,
) -> Actual:
    """The number that is shown. `complete`: all registers behind it are declared complete.

    Registers or returns where complete; else a published figure; else what returns there are,
    marked incomplete; else not reported, with the rows known of an incomplete register. Where
    returns that are not approved are counted along, they also make a sum complete enough to be
    shown, never to be judged.
    """
    whole_year = [figure for figure in figures if figure.period != PublishedFigure.Period.PART]
    shown = [figure for figure in whole_year if figure.certainty in PublishedFigure.ACTUALS]
    shown.sort(key=lambda figure: figure.certainty != PublishedFigure.Certainty.PUBLISHED)
    beside = {
        "published": tuple(shown),
        "parts_of_year": tuple(figure for figure in figures if figure not in whole_year),
        "planned": tuple(figure for figure in whole_year if figure not in shown),
        **returns_of(value),
        "numerator": value.numerator,
        "denominator": value.denominator,
    }
    own = own_value(indicator, value, complete and began)
    if indicator.basis.is_returns:
        more = value.unapproved or 0
        all_in = bool(value.expected) and value.reported >= value.expected
        covered = bool(value.expected) and value.reported + more >= value.expected
        if own is not None and (covered or not shown):
            return Actual(
                value=own, origin=RETURNS, complete=all_in, provisional=bool(more), **beside
            )
    elif complete and began and own is not None:
        return Actual(value=own, origin=REGISTER, **beside)
    known = None if indicator.basis.is_returns or complete else known_rows(indicator, value)
    if shown:
        return Actual(value=shown[0].value, origin=PUBLISHED, known=known, records=own, **beside)
    return Actual(known=known, complete=False, **beside)


def returns_of(value: Value) -> dict[str, int | None]:
    """How far the returns are. More than are expected may be in; they are not told twice."""
    if value.expected is None:
        return {}
    left = max(value.expected - value.reported, 0)
    bare = min(max((value.approved or 0) - value.reported, 0), left)
    left -= bare
    waiting = min(value.waiting or 0, left)
    return {
        "reported": value.reported + bare,
        "expected": value.expected,
        "bare": bare,
        "waiting": waiting,
        "drafts": min(value.drafts or 0, left - waiting),
    }


def own_value(indicator: Indicator, value: Value, complete: bool) -> Decimal | None:
    """What registers or returns say. A complete register without a row says 0."""
    if indicator.counts is not None and complete and indicator.basis.registers:
        return Decimal(value.value or 0)
    return None if value.value is None else Decimal(value.value)


def known_rows(indicator: Indicator, value: Value) -> int | None:
    """Rows known of an incomplete register; None where no register stands behind the indicator."""
    if indicator.counts is None or not indicator.basis.registers:
        return None
    return int(value.value or 0)


def published_by_place(places: list[Place], indicators, first: int, last: int) -> dict:
    """Published figures by (place key, indicator key, year), the newest source first."""
    keys = Keys(places)
    rows = (
        PublishedFigure.objects.filter(
            keys.query, year__range=(first, last), indicator__in=[each.key for each in indicators]
        )
        .select_related("source")
        .order_by("-source__published_on", "pk")
    )
    found = defaultdict(list)
    for row in rows:
        found[keys.of(row), row.indicator, row.year].append(row)
    return found


def targets_by_place(places: list[Place], indicators, first: int, last: int) -> dict:
    """Targets by (place key, indicator key, year), each with its first value."""
    keys = Keys(places)
    original = TargetRevision.objects.filter(target=OuterRef("pk"), number=0)
    rows = Target.objects.filter(
        keys.query, year__range=(first, last), indicator__in=[each.key for each in indicators]
    ).annotate(
        first_value=Subquery(original.values("value")[:1]),
        revised=Count("revisions") - 1,
    )
    return {(keys.of(row), row.indicator, row.year): row for row in rows}


class Keys:
    """The keys of some places and, of whole zones, of their parks."""

    def __init__(self, places: list[Place]):
        self.zones = {each.zone.pk: each.key for each in places if not each.park}
        links = [link for each in places if not each.park for link in each.links]
        self.parks = {link.park_id: f"park:{link.park.key}" for link in links}
        self.parks |= {each.park.pk: each.key for each in places if each.park}

    @property
    def query(self) -> Q:
        """Rows that belong to one of the zones or parks."""
        return Q(zone__in=self.zones) | Q(park__in=self.parks)

    def of(self, row) -> str:
        """The key of the place a target or published figure belongs to."""
        return self.zones[row.zone_id] if row.zone_id else self.parks[row.park_id]


def owner_of(place: Place) -> int:
    """The zone whose reporting years hold for the place: a park's are those of its home zone."""
    return place.park.home_zone_id if place.park else place.zone.pk


def reporting_years(places: list[Place], first: int, last: int) -> dict:
    """Reporting years by (zone id, year), of the zones and of their parks' home zones."""
    owners = {owner_of(each) for each in places}
    owners |= {link.park.home_zone_id for each in places for link in each.links}
    rows = ReportingYear.objects.filter(zone__in=owners, year__range=(first, last))
    return {(row.zone_id, row.year): row for row in rows}


def rows_behind(
    indicator: Indicator,
    place: Place,
    year: int,
    *,
    today: date,
    part: str = "",
    provisional: bool = False,
):
    """The rows that a number counts or adds up; None where no register stands behind it."""
    wanted = indicator.openable.get(part) or next(iter(indicator.parts.values()), None)
    if wanted is None:
        return None
    return wanted.rows(Ask(place.park_ids(year), year, year, today, provisional))
