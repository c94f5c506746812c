"""Why a figure is no longer what an edition says: what was changed since it was published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CASCADE, Q
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from enterprises.models import Return, Zone, ZonePark
from enterprises.models.land import REGISTERS
from zonetrack import changes, punctuation
from zonetrack.changes import Limit
from zonetrack.published.models import PublishedFigure
from zonetrack.records import Record
from zonetrack.targets.models import Target
from zonetrack.targets.scorecard import Line


@dataclass(frozen=True)
class Reason:
    """One change since the edition: what about, and each time who changed what, when and why."""

    about: str
    times: tuple[str, ...]


@dataclass(frozen=True)
class Since:
    """What was changed after a moment; `limit` keeps names to what a reader may see.

    `values`: what stood and stands in changed columns is told, too.
    """

    at: datetime
    limit: Limit = None
    values: bool = True

    def of_records(self, model, keys: list[int]) -> list[Reason]:
        """For each record what was changed in it and in its parts; untouched ones are left out."""
        there = model._base_manager.in_bulk(keys)
        found = []
        for key in keys:
            if times := self.record_times(model, key, there.get(key)):
                found.append(Reason(name_of(model, key, there.get(key)), tuple(times)))
        return found

    def record_times(self, model, key: int, record) -> list[str]:
        times = self.times(model, changes.history_of(model, key))
        for part, link in parts_of(model):
            times += self.times(part, part.history.filter(**{link: key}), link)
        # The state of a return decides whether its figures count.
        if (filing := getattr(record, "filing_id", None)) is not None:
            times += self.times(Return, changes.history_of(Return, filing))
        return times

    def of_published(self, line: Line) -> list[Reason]:
        rows = PublishedFigure.history.filter(of_line(line))
        return one_reason(_("Published figure"), self.times(PublishedFigure, rows))

    def of_target(self, line: Line) -> list[Reason]:
        rows = Target.history.filter(of_line(line))
        return one_reason(_("Target"), self.times(Target, rows))

    def of_zone(self, line: Line) -> list[Reason]:
        """What the zone declares complete decides whether a register gives a number; its parks,
        of what a number is the sum."""
        zone, registers = line.place.zone, line.indicator.basis.registers
        times = []
        if registers:
            columns = [REGISTERS[name] for name in registers]
            times += self.times(Zone, changes.history_of(Zone, zone.pk), only=columns)
        if not line.place.park:
            times += self.times(ZonePark, ZonePark.history.filter(zone_id=zone.pk))
        return one_reason(zone.name, times)

    def times(self, model, rows, link: str = "", only: Iterable[str] = ()) -> list[str]:
        """`3 March 2026, Li Na: Ended in: – → 2025 (revoked by the ministry)`.

        `only`: names of columns; entries in which none of them was changed are left out.
        """
        rows = rows.filter(history_date__gt=self.at)
        found = sorted(changes.told(model, rows, None, link, self.limit), key=lambda row: row[:2])
        entries = [entry for _at, _pk, entry in found]
        if only:
            labels = {capfirst(_(model._meta.get_field(name).verbose_name)) for name in only}
            entries = [e for e in entries if any(change.label in labels for change in e.changes)]
        return [told(entry, self.values) for entry in entries]


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


def parts_of(model) -> list[tuple[type, str]]:
    """Models of kept rows that cannot stand without one of this model, and the link to it."""
    return [
        (relation.related_model, relation.field.attname)
        for relation in model._meta.related_objects
        if relation.on_delete is CASCADE and issubclass(relation.related_model, Record)
    ]


def of_line(line: Line) -> Q:
    """Rows about one indicator in one year; history rows keep the keys of zone and park."""
    place = line.place
    of_place = (
        Q(park_id=place.park.pk)
        if place.park
        else Q(zone_id=place.zone.pk) | Q(park_id__in=place.all_park_ids)
    )
    return of_place & Q(indicator=line.indicator.key, year=line.year)


def one_reason(about: str, times: list[str]) -> list[Reason]:
    return [Reason(about, tuple(times))] if times else []


def told(entry: changes.Entry, values: bool) -> str:
    kinds = {"+": _("entered"), "-": _("deleted"), "~": ""}
    fields = punctuation.phrases(
        f"{punctuation.colon(change.label)}{change.old} → {change.new}" if values else change.label
        for change in entry.changes
        if entry.kind == "~"
    )
    day = formats.date_format(timezone.localtime(entry.at), "DATE_FORMAT")
    who, what = punctuation.phrases([day, entry.by]), kinds[entry.kind] or fields
    # Nothing is told of what was changed where the state before is not kept.
    text = punctuation.colon(who) + what if what else who
    return text + (punctuation.brackets(entry.reason) if entry.reason else "")


def name_of(model, key: int, record) -> str:
    """A deleted record has its last known name."""
    if record is not None:
        return str(record)
    last = changes.history_of(model, key).order_by("-history_id").first()
    return changes.name_of(last.instance) if last else _("deleted (%(key)s)") % {"key": key}
