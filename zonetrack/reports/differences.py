"""What an edition says and what the records say today, and why the one is no longer the other.

A figure differs where its value, its parts or its target do. The reasons are what was changed
since the edition was published: in the records that were behind the figure or are behind it now,
in published figures, in targets, in what a zone declares complete. Where nothing was changed,
the figure is counted in another way, which `verify_editions` reports.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db.models import CASCADE, Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Return, Zone
from enterprises.places import Place
from zonetrack import catalog, changes, numbers, punctuation
from zonetrack.indicators.declaration import Indicator
from zonetrack.published.models import PublishedFigure
from zonetrack.records import Record
from zonetrack.targets import wording
from zonetrack.targets.models import Target
from zonetrack.targets.scorecard import Line

from . import cells
from .document import Column, Paragraph, Section
from .editions import content_of, options_of, place_of
from .facts import Facts
from .freezing import frozen
from .keeping import restored
from .models import Edition
from .sections.frame import section, table

COMPARED = ("value", "known", "numerator", "denominator", "target", "objective")
MOST = 30  # records told of one figure


@dataclass(frozen=True)
class Reason:
    """One change since the edition: what about, and each time who changed what, when and why."""

    about: str
    url: str
    times: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """`then` and `now` as they are written; `more` further records are not told one by one."""

    indicator: Indicator | None
    key: str
    place: str
    year: int
    then: str
    now: str
    reasons: tuple[Reason, ...]
    more: int = 0

    @property
    def name(self) -> str:
        return str(self.indicator.name) if self.indicator else self.key

    @property
    def explained(self) -> bool:
        return bool(self.reasons)


def differences(edition: Edition, figures: list[dict], facts: Facts) -> list[Difference]:
    """`figures`: those that the edition keeps; `facts`: of its place and year, today."""
    places = {place.key: place for place in (facts.place, *facts.parks)}
    found = (difference(edition, figure, facts, places) for figure in figures)
    return [each for each in found if each is not None]


def difference(edition: Edition, figure: dict, facts: Facts, places: dict) -> Difference | None:
    indicator = catalog.BY_KEY.get(figure["indicator"])
    place = places.get(figure["place"])
    if indicator is None or place is None:
        # No longer counted, or the park left the zone: there is nothing to hold it against.
        then = numbers.number(restored(figure["value"]))
        return Difference(
            indicator, figure["indicator"], figure["place"], figure["year"], then, "–", ()
        )
    line = facts.cards.line(indicator, figure["year"], place)
    now = frozen(line, facts)
    if all(restored(now[name]) == restored(figure[name]) for name in COMPARED):
        return None
    reasons, more = reasons_of(edition, figure, now, line)
    return Difference(
        indicator,
        indicator.key,
        place.name,
        line.year,
        told(indicator, figure),
        told(indicator, now),
        tuple(reasons),
        more,
    )


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


def reasons_of(edition: Edition, figure: dict, now: dict, line: Line) -> tuple[list[Reason], int]:
    """What was changed since the edition, and how many more records were."""
    since = edition.published_at
    reasons = []
    moved = moved_rows(figure["records"], now["records"])
    for label, keys in moved.items():
        reasons += record_reasons(apps.get_model(label), keys[:MOST], since)
    reasons += published_reasons(line, since)
    reasons += target_reasons(line, since)
    reasons += zone_reasons(line, since)
    return reasons, sum(max(len(keys) - MOST, 0) for keys in moved.values())


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
    """What the zone declares complete decides whether a register gives a number."""
    if not line.indicator.basis.registers:
        return []
    rows = changes.history_of(Zone, line.place.zone.pk)
    return one_reason(line.place.zone.name, told_times(Zone, recent(rows, since)))


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


def told_times(model, rows, link: str = "") -> list[str]:
    """`3 March 2026, Li Na: Ended in: – → 2025 (revoked by the ministry)`."""
    found = sorted(changes.told(model, rows, None, link), key=lambda row: row[:2])
    return [told_entry(entry) for _at, _pk, entry in found]


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


def changes_section(edition: Edition, *, today: date) -> Section:
    """What differs from an edition, as a section of the next one or as an annex of its own."""
    found = differences_today(edition, today=today)
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
    if not found.explained:
        return _("No record was changed: it is counted in another way now.")
    texts = [
        punctuation.colon(reason.about) + punctuation.clauses(reason.times)
        for reason in found.reasons
    ]
    if found.more:
        texts.append(_("and %(n)d more records") % {"n": found.more})
    return punctuation.clauses(texts)


def differences_today(edition: Edition, *, today: date, place: Place | None = None):
    """The differences of an edition from the records as they are."""
    content = content_of(edition)
    facts = Facts(place or place_of(edition), edition.year, today, options_of(content))
    return differences(edition, content["figures"], facts)
