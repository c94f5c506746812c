"""What an edition says and what the records say today, and why the one is no longer the other.

A figure differs where its value, its parts or its target do. The reasons are what was changed
since the edition was published: in the records that were behind the figure or are behind it now,
in published figures, in targets, in what a zone declares complete. Where nothing was changed,
the figure is counted in another way, which `verify_editions` reports.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.places import Place
from zonetrack import catalog, numbers, punctuation
from zonetrack.changes import Limit
from zonetrack.indicators.declaration import Indicator
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Line

from .editions import content_of, options_of, place_of
from .facts import Facts
from .freezing import frozen
from .keeping import restored
from .models import Edition
from .reasons import Reason, Since, moved_rows

NUMBERS = ("value", "known", "numerator", "denominator")
AIMS = ("target", "objective")
MOST = 30  # records told of one figure


@dataclass(frozen=True)
class Difference:
    """`then` and `now` as they are written; `more` further records are not told one by one.

    `untouched`: not all of it comes from what somebody changed. `went_on`: the year was running,
    and with the clock of that day the figure is the same.
    """

    indicator: Indicator | None
    key: str
    place: str
    year: int
    then: str
    now: str
    reasons: tuple[Reason, ...]
    more: int = 0
    untouched: bool = False
    went_on: bool = False

    @property
    def name(self) -> str:
        return str(self.indicator.name) if self.indicator else self.key

    @property
    def explained(self) -> bool:
        """Whether somebody, or the clock, is the reason; else it is counted in another way now."""
        return self.went_on or not self.untouched


def differences_today(
    edition: Edition, *, today: date, place: Place | None = None, limit: Limit = None
) -> list[Difference]:
    """The differences of an edition from the records as they are.

    `place`: the edition's, where it is at hand; `limit` keeps names to what a reader may see.
    """
    content = content_of(edition)
    facts = Facts(place or place_of(edition), edition.year, today, options_of(content))
    return differences(edition, content["figures"], facts, limit)


def differences(
    edition: Edition, figures: list[dict], facts: Facts, limit: Limit = None
) -> list[Difference]:
    """`figures`: those that the edition keeps; `facts`: of its place and year, today."""
    since = Since(edition.published_at, limit)
    then = replace(facts, today=timezone.localdate(edition.published_at))
    places = {place.key: place for place in (facts.place, *facts.parks)}
    found = (difference(figure, facts, then, places, since) for figure in figures)
    return [each for each in found if each is not None]


def difference(figure: dict, facts: Facts, then: Facts, places: dict, since: Since):
    """What differs in one figure; None where nothing does. `then`: with the clock of that day."""
    indicator = catalog.BY_KEY.get(figure["indicator"])
    place = places.get(figure["place"])
    if indicator is None or place is None:
        return vanished(figure)
    line = facts.cards.line(indicator, figure["year"], place)
    now = frozen(line, facts)
    if same(figure, now):
        return None
    found = looked_for(figure, now, line, since)
    before = then.cards.line(indicator, figure["year"], place)
    return Difference(
        indicator,
        indicator.key,
        place.name,
        line.year,
        told(indicator, figure),
        told(indicator, now),
        tuple(found.reasons),
        found.more,
        found.untouched,
        went_on=then.today != facts.today and same(figure, frozen(before, then)),
    )


def vanished(figure: dict) -> Difference:
    """An indicator that is no longer counted, or a park that left the zone."""
    then = numbers.number(restored(figure["value"]))
    key, place, year = figure["indicator"], figure["place"], figure["year"]
    indicator = catalog.BY_KEY.get(key)
    return Difference(indicator, key, place, year, then, numbers.NOTHING, (), untouched=True)


def same(figure: dict, now: dict, names: tuple[str, ...] = NUMBERS + AIMS) -> bool:
    return all(restored(now[name]) == restored(figure[name]) for name in names)


def told(indicator: Indicator, figure: dict) -> str:
    """`47`, `3 known`, `100, target 95`."""
    value, known, target = (restored(figure[name]) for name in ("value", "known", "target"))
    text = wording.value_text(indicator, value)
    if value is None and known:
        text = _("%(n)s known") % {"n": numbers.number(known)}
    if target is None and not figure["objective"]:
        return text
    aim = wording.exact_text(indicator, target) if target is not None else figure["objective"]
    return punctuation.phrases([text, _("target %(value)s") % {"value": aim}])


@dataclass
class Found:
    """Reasons while they are looked for; see Difference for `more` and `untouched`."""

    reasons: list[Reason] = field(default_factory=list)
    more: int = 0
    untouched: bool = False

    def take(self, reasons: list[Reason]) -> None:
        self.reasons += reasons


def looked_for(figure: dict, now: dict, line: Line, since: Since) -> Found:
    """What was changed, as far as it concerns what differs."""
    found = Found()
    if not same(figure, now, NUMBERS):
        for label, keys in moved_rows(figure["records"], now["records"]).items():
            reasons = since.of_records(apps.get_model(label), keys[:MOST])
            found.take(reasons)
            found.more += max(len(keys) - MOST, 0)
            # A row that came or went without a change is counted in another way.
            found.untouched |= len(reasons) < min(len(keys), MOST)
        found.take([*since.of_published(line), *since.of_zone(line)])
        found.untouched |= not found.reasons
    if not same(figure, now, AIMS):
        reasons = since.of_target(line)
        found.take(reasons)
        found.untouched |= not reasons
    return found


def why(found: Difference) -> str:
    texts = [
        punctuation.colon(reason.about) + punctuation.clauses(reason.times)
        for reason in found.reasons
    ]
    if found.more:
        texts.append(_("and %(n)d more records") % {"n": found.more})
    if found.went_on:
        texts = [_("The year went on after the edition was published.")]
    elif not found.explained:
        texts.append(_("It is counted in another way now, which no change of a record explains."))
    return punctuation.clauses(texts)
