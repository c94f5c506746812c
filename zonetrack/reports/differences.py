"""What an edition says and what the records say today, and why the one is no longer the other.

A figure differs where its value, its parts or its target do. The reasons are what was changed
since the edition was published: in the records that were behind the figure or are behind it now,
in published figures, in targets, in what a zone declares complete. Where nothing was changed,
the figure is counted in another way, which `verify_editions` reports.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.apps import apps
from django.db.models import CASCADE, Q
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from enterprises.models import Return, Zone, ZonePark
from enterprises.models.land import REGISTERS
from enterprises.places import Place
from zonetrack import catalog, changes, numbers, punctuation
from zonetrack.indicators.declaration import Indicator
from zonetrack.published.models import PublishedFigure
from zonetrack.records import Record
from zonetrack.targets import wording
from zonetrack.targets.models import Target
from zonetrack.targets.scorecard import Line

from . import cells
from .document import AnnualReport, Column, Paragraph, Section
from .editions import content_of, options_of, place_of
from .facts import Facts
from .freezing import frozen
from .keeping import restored
from .models import Edition
from .sections.frame import section, table

NUMBERS = ("value", "known", "numerator", "denominator")
AIMS = ("target", "objective")
MOST = 30  # records told of one figure


@dataclass(frozen=True)
class Reason:
    """One change since the edition: what about, and each time who changed what, when and why."""

    about: str
    url: str
    times: tuple[str, ...]


@dataclass
class Found:
    """Reasons while they are looked for; `untouched`: something differs that nobody changed."""

    reasons: list[Reason] = field(default_factory=list)
    more: int = 0
    untouched: bool = False

    def add(self, reasons: list[Reason]) -> None:
        self.reasons += reasons

    def take(self, reasons: list[Reason], keys: list[int]) -> None:
        """Those of moved rows: a row that moved without a change is counted in another way."""
        self.add(reasons)
        self.more += max(len(keys) - MOST, 0)
        self.untouched |= len(reasons) < min(len(keys), MOST)


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


def differences(edition: Edition, figures: list[dict], facts: Facts) -> list[Difference]:
    """`figures`: those that the edition keeps; `facts`: of its place and year, today."""
    then = replace(facts, today=timezone.localdate(edition.published_at))
    places = {place.key: place for place in (facts.place, *facts.parks)}
    found = (difference(edition, figure, facts, then, places) for figure in figures)
    return [each for each in found if each is not None]


def difference(edition: Edition, figure: dict, facts: Facts, then: Facts, places: dict):
    """What differs in one figure; None where nothing does. `then`: with the clock of that day."""
    indicator = catalog.BY_KEY.get(figure["indicator"])
    place = places.get(figure["place"])
    if indicator is None or place is None:
        return vanished(figure)
    line = facts.cards.line(indicator, figure["year"], place)
    now = frozen(line, facts)
    if same(figure, now):
        return None
    reasons = reasons_of(edition, figure, now, line)
    before = then.cards.line(indicator, figure["year"], place)
    return Difference(
        indicator,
        indicator.key,
        place.name,
        line.year,
        told(indicator, figure),
        told(indicator, now),
        tuple(reasons.reasons),
        reasons.more,
        reasons.untouched,
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


# Why


def reasons_of(edition: Edition, figure: dict, now: dict, line: Line) -> Found:
    """What was changed since the edition, as far as it concerns what differs."""
    since, found = edition.published_at, Found()
    if not same(figure, now, NUMBERS):
        for label, keys in moved_rows(figure["records"], now["records"]).items():
            found.take(record_reasons(apps.get_model(label), keys[:MOST], since), keys)
        found.add([*published_reasons(line, since), *zone_reasons(line, since)])
        found.untouched |= not found.reasons
    if not same(figure, now, AIMS):
        reasons = target_reasons(line, since)
        found.add(reasons)
        found.untouched |= not reasons
    return found


def moved_rows(then: dict, now: dict) -> dict[str, list[int]]:
    """Keys of rows, by model, that came, went or changed their amount."""
    moved: dict[str, set[int]] = {}
    for name in {*then, *now}:
        before = {row[0]: row[1:] for row in then.get(name, {}).get("rows", ())}
        after = {row[0]: row[1:] for row in now.get(name, {}).get("rows", ())}
        model = (then.get(name) or now[name])["model"]
        keys = {key for key in {*before, *after} if before.get(key) != after.get(key)}
        moved.setdefault(model, set()).update(keys)
    return {model: sorted(keys) for model, keys in moved.items() if keys}


def record_reasons(model, keys: list[int], since) -> list[Reason]:
    """For each record what was changed in it and in its parts since then."""
    there = model._base_manager.in_bulk(keys)
    found = []
    for key in keys:
        times = list(record_changes(model, key, there.get(key), since))
        if times:
            name, url = name_and_page(model, key, there.get(key))
            found.append(Reason(name, url, tuple(times)))
    return found


def record_changes(model, key: int, record, since) -> Iterable[str]:
    rows = recent(changes.history_of(model, key), since)
    yield from told_times(model, rows)
    for part, link in parts_of(model):
        yield from told_times(part, recent(part.history.filter(**{link: key}), since), link)
    # The state of a return decides whether its figures count.
    if (filing := getattr(record, "filing_id", None)) is not None:
        yield from told_times(Return, recent(changes.history_of(Return, filing), since))


def parts_of(model) -> list[tuple[type, str]]:
    """Models of kept rows that cannot stand without one of this model, and the link to it."""
    return [
        (relation.related_model, relation.field.attname)
        for relation in model._meta.related_objects
        if relation.on_delete is CASCADE and issubclass(relation.related_model, Record)
    ]


def published_reasons(line: Line, since) -> list[Reason]:
    rows = PublishedFigure.history.filter(
        of_place(line.place), indicator=line.indicator.key, year=line.year
    )
    times = told_times(PublishedFigure, recent(rows, since))
    return one_reason(_("Published figure"), times)


def target_reasons(line: Line, since) -> list[Reason]:
    rows = Target.history.filter(of_place(line.place), indicator=line.indicator.key, year=line.year)
    return one_reason(_("Target"), told_times(Target, recent(rows, since)))


def zone_reasons(line: Line, since) -> list[Reason]:
    """What the zone declares complete decides whether a register gives a number; its parks, of
    what a number is the sum."""
    zone, place = line.place.zone, line.place
    columns = [REGISTERS[name] for name in line.indicator.basis.registers]
    rows = recent(changes.history_of(Zone, zone.pk), since)
    times = told_times(Zone, rows, only=columns) if columns else []
    if not place.park:
        times += told_times(ZonePark, recent(ZonePark.history.filter(zone_id=zone.pk), since))
    return one_reason(zone.name, times)


def of_place(place: Place) -> Q:
    """History rows keep the keys of zone and park."""
    if place.park:
        return Q(park_id=place.park.pk)
    return Q(zone_id=place.zone.pk) | Q(park_id__in=place.all_park_ids)


def recent(rows, since):
    return rows.filter(history_date__gt=since)


def one_reason(about: str, times: Iterable[str]) -> list[Reason]:
    times = tuple(times)
    return [Reason(about, "", times)] if times else []


def told_times(model, rows, link: str = "", only: Iterable[str] | None = None) -> list[str]:
    """`3 March 2026, Li Na: Ended in: – → 2025 (revoked by the ministry)`.

    `only`: names of columns; entries in which none of them was changed are left out.
    """
    found = sorted(changes.told(model, rows, None, link), key=lambda row: row[:2])
    if only is None:
        return [told_entry(entry) for _at, _pk, entry in found]
    labels = {capfirst(_(model._meta.get_field(name).verbose_name)) for name in only}
    return [
        told_entry(replace(entry, changes=kept))
        for _at, _pk, entry in found
        if (kept := [change for change in entry.changes if change.label in labels])
    ]


def told_entry(entry: changes.Entry) -> str:
    kinds = {"+": _("entered"), "-": _("deleted"), "~": ""}
    fields = punctuation.phrases(
        f"{punctuation.colon(change.label)}{change.old} → {change.new}"
        for change in entry.changes
        if entry.kind == "~"
    )
    day = formats.date_format(timezone.localtime(entry.at), "DATE_FORMAT")
    text = punctuation.colon(punctuation.phrases([day, entry.by])) + (kinds[entry.kind] or fields)
    return text + (punctuation.brackets(entry.reason) if entry.reason else "")


def name_and_page(model, key: int, record) -> tuple[str, str]:
    """A deleted record has its last known name and no page."""
    if record is not None:
        return str(record), changes.page_of(record)
    last = changes.history_of(model, key).order_by("-history_id").first()
    name = changes.name_of(last.instance) if last else _("deleted (%(key)s)") % {"key": key}
    return name, ""


# Told


def changes_section(edition: Edition, *, today: date, place: Place | None = None) -> Section:
    """What differs from an edition, as a section of the next one or as an annex of its own."""
    found = differences_today(edition, today=today, place=place)
    words = {"n": edition.number}
    title = _("Changes since edition %(n)d") % words
    if not found:
        nothing = Paragraph(_("All figures are those of edition %(n)d.") % words)
        return section("changes", title, [nothing])
    about = ngettext(
        "%(count)d figure differs from edition %(n)d.",
        "%(count)d figures differ from edition %(n)d.",
        len(found),
    ) % (words | {"count": len(found)})
    return section("changes", title, [Paragraph(about), changes_table(found, edition)])


def differences_report(edition: Edition, place: Place, *, today: date) -> AnnualReport:
    """The differences as a document of their own, in the active language."""
    words = {"n": edition.number, "year": edition.year}
    return AnnualReport(
        place=place.key,
        place_name=place.name,
        year=edition.year,
        language=get_language(),
        title=_("What differs today from edition %(n)d of the annual report %(year)d") % words,
        state=_("As of %(day)s") % {"day": formats.date_format(today, "DATE_FORMAT")},
        made_on=today,
        sections=(changes_section(edition, today=today, place=place),),
    )


def changes_table(found: list[Difference], edition: Edition):
    return table(
        "changes",
        _("Changes since edition %(n)d") % {"n": edition.number},
        [
            Column(_("Indicator"), wide=2),
            Column(_("Zone or park"), wide=1.5),
            Column(_("Edition %(n)d") % {"n": edition.number}, wide=1),
            Column(_("Today"), wide=1),
            Column(_("What was changed"), wide=4),
        ],
        [
            cells.row(
                cells.text(punctuation.dated(each.name, each.year)),
                cells.text(each.place),
                cells.text(each.then),
                cells.text(each.now),
                cells.text(why(each)),
            )
            for each in found
        ],
    )


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


def differences_today(edition: Edition, *, today: date, place: Place | None = None):
    """The differences of an edition from the records as they are."""
    content = content_of(edition)
    facts = Facts(place or place_of(edition), edition.year, today, options_of(content))
    return differences(edition, content["figures"], facts)
