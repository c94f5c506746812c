"""What an edition says and what the records say today, and why the one is no longer the other.

A figure differs where its value, its parts or its target do; of the next year the report tells
targets alone. What was not known then and is known today differs, too. The reasons are what was
changed since the edition was published: in the records that were behind the figure or are behind
it now, in published figures, in targets, in what a zone declares complete. Where nothing was
changed, the figure is counted in another way, which `verify_editions` reports.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from django.apps import apps
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from enterprises.models import Park
from enterprises.places import Place
from zonetrack import catalog, numbers, punctuation
from zonetrack.changes import Limit
from zonetrack.indicators.declaration import Indicator, Kind
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Line

from .editions import content_of, options_of, place_of
from .facts import Facts, Options
from .freezing import columns_of, frozen, lines_of
from .hiding import FEWEST, measure
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
    edition: Edition,
    *,
    today: date,
    place: Place | None = None,
    limit: Limit = None,
    options: Options | None = None,
) -> list[Difference]:
    """The differences of an edition from the records as they are.

    `place`: the edition's, where it is at hand; `limit` keeps names to what a reader may see.
    `options`: those of the report that tells the differences, if not the edition's own.
    """
    content = content_of(edition)
    options = options or options_of(content)
    facts = Facts(place or place_of(edition), edition.year, today, options)
    return differences(edition, content["figures"], facts, limit)


def differences(
    edition: Edition, figures: list[dict], facts: Facts, limit: Limit = None
) -> list[Difference]:
    """`figures`: those that the edition keeps; `facts`: of its place and year, today."""
    since = Since(edition.published_at, limit, values=not facts.hides)
    then = replace(facts, today=timezone.localdate(edition.published_at))
    places = {place.key: place for place in (facts.place, *facts.parks)}
    told_then = {named(figure) for figure in figures}
    new = [one for one in map(nothing_of, lines_of(facts)) if named(one) not in told_then]
    found = (difference(figure, facts, then, places, since) for figure in (*figures, *new))
    return [each for each in found if each is not None]


def named(figure: dict) -> tuple:
    return figure["indicator"], figure["place"], figure["year"]


def nothing_of(line: Line) -> dict:
    """A figure of which the edition tells nothing, as if it had been kept."""
    names = {"indicator": line.indicator.key, "place": line.place.key, "year": line.year}
    nothing = dict.fromkeys(NUMBERS + AIMS) | {"objective": {}, "records": {}}
    return names | nothing | {"known": None if line.actual.known is None else 0}


def difference(figure: dict, facts: Facts, then: Facts, places: dict, since: Since):
    """What differs in one figure; None where nothing does. `then`: with the clock of that day."""
    indicator = catalog.BY_KEY.get(figure["indicator"])
    place = places.get(figure["place"])
    if indicator is None or place is None:
        return vanished(figure, facts)
    line = facts.cards.line(indicator, figure["year"], place)
    names = NUMBERS + AIMS if line.year == facts.year else AIMS
    if same(figure, columns_of(line), names):
        return None
    now = frozen(line, facts)
    found = looked_for(figure, now, line, since, names)
    before = then.cards.line(indicator, figure["year"], place)
    numbers_too = names != AIMS and not left_out(figure, line, facts)
    return Difference(
        indicator,
        indicator.key,
        place.name,
        line.year,
        told(indicator, figure, numbers_too),
        told(indicator, now, numbers_too),
        tuple(found.reasons),
        found.more,
        found.untouched,
        went_on=then.today != facts.today and same(figure, columns_of(before), names),
    )


def vanished(figure: dict, facts: Facts) -> Difference:
    """An indicator that is no longer counted, or a park that left the zone."""
    key, indicator = figure["indicator"], catalog.BY_KEY.get(figure["indicator"])
    hidden = facts.options.hide_single_money and (indicator is None or indicator.money)
    then = numbers.NOTHING if hidden else numbers.number(restored(figure["value"]))
    park = Park.objects.filter(key=figure["place"].removeprefix("park:")).first()
    place = park.name if park else facts.place.name
    return Difference(
        indicator, key, place, figure["year"], then, numbers.NOTHING, (), untouched=True
    )


def same(figure: dict, now: dict, names: tuple[str, ...]) -> bool:
    return all(restored(now[name]) == restored(figure[name]) for name in names)


def left_out(figure: dict, line: Line, facts: Facts) -> bool:
    """Whether an amount may show that of a single enterprise, then or today.

    Always of a park: which of them the edition left out is not kept.
    """
    money = line.indicator.kind != Kind.RATIO and measure(line.indicator)
    if facts.hiding is None or not money:
        return False
    parts = figure["records"].values()
    n = sum(amount is not None for part in parts for _key, amount in part["rows"])
    few = 0 < n < FEWEST or facts.hiding.hides(line.indicator, line.year, line.place)
    return few or line.place.park is not None


def told(indicator: Indicator, figure: dict, numbers_too: bool) -> str:
    """`47`, `3 known`, `100, target 95`; without numbers `target 95` alone."""
    value, known, target = (restored(figure[name]) for name in ("value", "known", "target"))
    text = wording.value_text(indicator, value if numbers_too else None)
    if value is None and known and numbers_too:
        text = wording.known_text(known)
    objective = figure["objective"].get(get_language(), "")
    if target is None and not objective:
        return text
    aim = wording.exact_text(indicator, target) if target is not None else objective
    aim = _("target %(value)s") % {"value": aim}
    return punctuation.phrases([text, aim] if numbers_too else [aim])


@dataclass
class Found:
    """Reasons while they are looked for; see Difference for `more` and `untouched`."""

    reasons: list[Reason] = field(default_factory=list)
    more: int = 0
    untouched: bool = False

    def take(self, reasons: list[Reason]) -> None:
        self.reasons += reasons


def looked_for(figure: dict, now: dict, line: Line, since: Since, names: tuple[str, ...]) -> Found:
    """What was changed, as far as it concerns what differs; `names`: what is compared."""
    found = Found()
    if names != AIMS and not same(figure, now, NUMBERS):
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
