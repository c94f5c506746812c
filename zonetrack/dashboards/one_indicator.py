"""The page of one indicator in one place: history, how the year stands, where it comes from."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from math import floor

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.places import Place
from zonetrack import catalog, numbers
from zonetrack.access.models import User
from zonetrack.chart_data import ChartData, shared_maximum
from zonetrack.charts import Chart, yearly_chart
from zonetrack.dashboards.asking import Asked
from zonetrack.dashboards.evidence import apart, evidence
from zonetrack.dashboards.finding import finding
from zonetrack.dashboards.line_charts import forecasts, line_chart, line_data
from zonetrack.figures import bars_against_target, stock_line
from zonetrack.indicators.declaration import Indicator, Kind
from zonetrack.records import FIRST_YEAR
from zonetrack.targets import wording
from zonetrack.targets.models import Target, TargetRevision
from zonetrack.targets.paths import path
from zonetrack.targets.scorecard import Line, Scorecards

BACK, FURTHER_BACK, LONG_AGO = 9, 19, 40  # years before the one shown
IN_MULTIPLES = 5


def year_shown(asked: Asked, indicator: Indicator) -> int:
    """The year asked for; else the last one of which anything is known of this indicator."""
    if "year" in asked.data:
        return asked.year
    first = asked.year - LONG_AGO
    cards = cards_of(asked, indicator, first)
    lines = reversed(cards.track_record(indicator))
    return next((line.year for line in lines if line.has_anything), asked.year)


def cards_of(asked: Asked, indicator: Indicator, first: int) -> Scorecards:
    return Scorecards(
        [indicator],
        asked.place,
        first,
        asked.year,
        today=asked.today,
        provisional=asked.provisional,
    )


def indicator_context(asked: Asked, indicator: Indicator, first: int) -> dict:
    cards = cards_of(asked, indicator, first)
    lines = cards.track_record(indicator)
    line = lines[-1]
    frame = {
        "indicator": indicator,
        "kind_text": kind_text(indicator),
        "direction_text": direction_text(line),
        "topic": catalog.TOPICS[indicator.topic],
        "related": related(asked, indicator),
        "spans": span_links(asked, first),
        "apart": apart(line),
        "plans": plans(asked, indicator, cards),
    }
    if not any(each.has_anything for each in lines):
        return frame | {"empty": True}
    return frame | {
        "line": line,
        "shown": wording.shown(line),
        "facts": standing(line, lines, asked.today),
        "chart": main_chart(asked, lines),
        "lines": [wording.shown(each) for each in reversed(lines) if each.has_anything],
        "evidence": evidence(line, asked.today),
        "park_charts": park_charts(asked, cards, indicator),
        "revisions": revisions(asked.place, indicator, first),
    }


# Words


def kind_text(indicator: Indicator) -> str:
    return {
        Kind.FLOW: _("counted over the year"),
        Kind.STOCK: _("level on 31 December"),
        Kind.RATIO: _("two sums divided"),
    }[indicator.kind]


def direction_text(line: Line) -> str:
    """Which way is better; a target may ask for another way than usual."""
    direction = line.aim.direction if line.aim else line.indicator.direction
    return {
        "up": _("more is better"),
        "down": _("less is better"),
        "keep": _("to be kept"),
    }[direction]


def related(asked: Asked, indicator: Indicator) -> list[dict]:
    """The other indicators of its topic."""
    return [
        {
            "text": each.name,
            "url": reverse("indicator", args=[asked.whole.zone.key, each.key])
            + asked.address(**{"from": None}),
        }
        for each in catalog.INDICATORS
        if each.topic == indicator.topic and each != indicator
    ]


def span_links(asked: Asked, first: int) -> list[dict]:
    """How far back the history goes."""
    spans = [
        (_("10 years"), asked.year - BACK),
        (_("20 years"), asked.year - FURTHER_BACK),
        (_("all years"), FIRST_YEAR),
    ]
    return [
        {
            "text": text,
            "url": asked.address(**{"from": None if year == asked.year - BACK else year}),
            "current": year == first,
        }
        for text, year in spans
    ]


# How the year stands


def standing(line: Line, lines: list[Line], today: date) -> list[dict]:
    """Facts beside the number: expectation, distance, revision, forecast, reporting."""
    found = [
        *pace_facts(line, today),
        *target_facts(line),
        *revision_facts(line),
        (_("Change on the year before"), wording.change_text(line) if line.change else ""),
        *forecast_facts(line, lines, today),
        (_("Returns"), wording.returns_text(line)),
        (_("Due on"), line.due if line.aim and line.year >= today.year - 1 else None),
    ]
    return [{"label": label, "value": value} for label, value in found if value]


def pace_facts(line: Line, today: date) -> list[tuple]:
    """Only while the year runs: afterwards the target itself is what is expected."""
    expected = line.judgement.expected
    if expected is None or line.year != today.year:
        return []
    found = [(_("Expected by now"), wording.expected_text(line))]
    if line.value is None:
        return found
    if line.indicator.whole:
        expected = Decimal(floor(expected))
    gap = line.value - expected
    text = wording.exact_text(line.indicator, abs(gap))
    return [*found, (_("Above it by") if gap >= 0 else _("Below it by"), text)]


def target_facts(line: Line) -> list[tuple]:
    aim, judgement = line.aim, line.judgement
    if aim is None:
        return []
    found = [(_("Against the target"), wording.remaining_text(line))]
    if judgement.attainment is not None:
        found.append((_("Of the target"), judgement.percent))
    if aim.baseline is not None:
        found.append((_("Measured from"), wording.exact_text(line.indicator, aim.baseline)))
    if judgement.distance is not None:
        found.append((_("Of the way to it"), numbers.percent(judgement.distance * 100)))
    if aim.parks_sum is not None:
        found.append(
            (_("Sum of the parks’ targets"), wording.exact_text(line.indicator, aim.parks_sum))
        )
    return found


def revision_facts(line: Line) -> list[tuple]:
    """The target as it was first set, with its attainment, beside the one that stands."""
    aim = line.aim
    if aim is None or aim.original is None:
        return []
    text = wording.exact_text(line.indicator, aim.original)
    if line.original is None or line.original.attainment is None:
        return [(_("Original target"), text)]
    words = {"target": text, "percent": line.original.percent}
    return [(_("Original target"), _("%(target)s, of which %(percent)s") % words)]


def forecast_facts(line: Line, lines: list[Line], today: date) -> list[tuple]:
    if line.year != today.year:
        return []
    drawn = forecasts(lines, today)
    if not drawn:
        return []
    words = {
        name: wording.value_text(line.indicator, getattr(drawn[-1], name))
        for name in ("value", "low", "high")
    }
    return [(_("Forecast"), _("%(value)s (%(low)s to %(high)s)") % words)]


# Charts


def main_chart(asked: Asked, lines: list[Line]) -> Chart:
    return line_chart(
        lines[-1].indicator.key,
        lines,
        today=asked.today,
        title=finding(lines[-1], asked.today),
        size="l",
        csv_url=asked.address(format="csv"),
    )


def drawn_as(indicator: Indicator):
    return bars_against_target if indicator.kind == Kind.FLOW else stock_line


def park_charts(asked: Asked, cards: Scorecards, indicator: Indicator) -> list[dict]:
    """The last years of each park, all on one scale; none where no park has a value of its own."""
    places = [] if asked.place.park else asked.whole.park_places(asked.year)
    if len(places) < 2:
        return []
    lines = {each: cards.track_record(indicator, each)[-IN_MULTIPLES:] for each in places}
    if not any(line.value is not None for found in lines.values() for line in found):
        return []
    data = {
        each: replace(line_data(found, today=asked.today, title=each.name, size="s"), subtitle="")
        for each, found in lines.items()
    }
    top = shared_maximum(list(data.values()))
    return [
        {
            "chart": yearly_chart(
                f"park-{each.park.pk}", data[each], drawn_as(indicator), y_max=top, width=240
            ),
            "url": asked.address(park=each.park.key),
            "shown": wording.shown(lines[each][-1]),
        }
        for each in places
        if any(line.has_anything for line in lines[each]) or not each.park.is_unstated
    ]


# Targets of later years, and how targets were revised


def of_place(place: Place) -> Q:
    return Q(park=place.park) if place.park else Q(zone=place.zone)


def plans(asked: Asked, indicator: Indicator, cards: Scorecards) -> list[dict]:
    """Targets for the end of a plan period of several years, with the path from the baseline."""
    targets = Target.objects.filter(
        of_place(asked.place),
        indicator=indicator.key,
        year__gte=asked.year,
        value__isnull=False,
        baseline__isnull=False,
        baseline_year__isnull=False,
        baseline_year__lte=asked.year,
        year__gt=F("baseline_year") + 1,
    ).order_by("year")
    return [plan(asked, indicator, cards, target) for target in targets]


def plan(asked: Asked, indicator: Indicator, cards: Scorecards, target: Target) -> dict:
    first = max(target.baseline_year, cards.first)
    actuals = {year: cards.line(indicator, year).value for year in range(first, asked.year + 1)}
    steps = path(
        baseline=target.baseline,
        baseline_year=target.baseline_year,
        target=target.value,
        year=target.year,
        actuals=actuals,
    )
    return {
        "target": target,
        "value": wording.exact_text(indicator, target.value),
        "baseline": wording.exact_text(indicator, target.baseline),
        "steps": [
            {
                "year": step.year,
                "due": wording.value_text(indicator, step.due),
                "actual": wording.value_text(indicator, step.actual),
                "gap": numbers.signed(step.gap, indicator.decimals),
            }
            for step in steps
        ],
        "chart": path_chart(indicator, target, steps),
    }


def path_chart(indicator: Indicator, target: Target, steps: list) -> Chart:
    words = {"value": wording.exact_text(indicator, target.value), "year": target.year}
    data = ChartData(
        years=[step.year for step in steps],
        actual=[step.actual for step in steps],
        target=[step.due for step in steps],
        unit=str(indicator.unit),
        title=_("The way to %(value)s by the end of %(year)d") % words,
        subtitle=_("Equal steps from the baseline to the target"),
        whole=indicator.whole,
        decimals=indicator.decimals,
        money=indicator.money,
    )
    return yearly_chart(f"plan-{target.pk}", data, stock_line)


def authors_of_targets(_request, zones: frozenset[int], **_address) -> list:
    """The names under which revisions are told; no stamp tells of a new name of an account."""
    of_zones = Q(target__zone__in=zones) | Q(target__park__links__zone__in=zones)
    revised = TargetRevision.objects.filter(of_zones).values("author")
    names = User.objects.filter(pk__in=revised).order_by("pk")
    return list(names.values_list("username", "first_name", "last_name"))


def revisions(place: Place, indicator: Indicator, first: int) -> list[dict]:
    """Every change of a target of the years shown, newest first, with reason and author."""
    rows = list(
        TargetRevision.objects.filter(
            target__in=Target.objects.filter(
                of_place(place), indicator=indicator.key, year__gte=first
            )
        )
        .select_related("author", "target")
        .order_by("target", "number")
    )
    before = {(row.target_id, row.number + 1): row for row in rows}
    changed = [
        {
            "row": row,
            "year": row.target.year,
            "before": wording.exact_text(indicator, before[row.target_id, row.number].value),
            "after": wording.exact_text(indicator, row.value),
        }
        for row in rows
        if (row.target_id, row.number) in before
    ]
    return sorted(changed, key=lambda item: item["row"].at, reverse=True)
