"""Taking an import back as a whole, except where somebody has edited since."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from zonetrack import security, writing
from zonetrack.channels import Channel, through
from zonetrack.records import Record

from .models import Import
from .registers import BY_KEY
from .steps import NotNow, named

AT_ONCE = 200


@dataclass
class Written:
    """A record as the import left it. `made`: it was not there before."""

    model: type[Record]
    pk: int
    version: int
    made: bool
    row: int | None
    current: Record | None = None

    @property
    def edited(self) -> bool:
        return self.current is not None and self.current.version != self.version


@dataclass
class Undone:
    """How many records were deleted and restored; those that were kept, and why."""

    deleted: int = 0
    restored: int = 0
    kept: list[dict] = field(default_factory=list)


@writing.together()
def undo(row: Import, *, by, at: datetime) -> Import:
    """Delete what the import made and restore what it changed. Undoing twice undoes once.

    Raises NotNow for an import that was not stored, ClosedYear where a year was closed since.
    """
    row = Import.objects.select_for_update().get(pk=row.pk)
    if row.state == Import.State.UNDONE:
        return row
    if row.state != Import.State.APPLIED:
        raise NotNow(_("Only an import that was stored can be undone."))
    with through(Channel.UNDO, row.pk):
        done = take_back(row, by, _("Import undone: %(file)s") % {"file": row.file.name[:60]})
    row.state, row.undone_at, row.undone_by = Import.State.UNDONE, at, by
    row.result["undone"] = {
        "deleted": done.deleted,
        "restored": done.restored,
        "kept": done.kept,
    }
    row.save(update_fields=["state", "undone_at", "undone_by", "result"])
    security.note_when_stored("import-undone", **named(row, by))
    return row


def take_back(row: Import, by, reason: str) -> Undone:
    register, done = BY_KEY[row.register], Undone()
    groups = defaultdict(list)
    for model in register.writes:
        for one in written_by(row, model):
            groups[group_of(register, one)].append(one)
    every = [one for found in groups.values() for one in found]
    ours = {(one.model, one.pk) for one in every}
    made = [one for one in every if one.made and one.model is register.model]
    doubtful = with_more(made, ours)
    free, free_keys = [], set()
    for key, found in groups.items():
        why = why_kept(found, doubtful, ours)
        if why:
            done.kept.append(kept(found, why))
        else:
            free += [one for one in found if one.current is not None]
            free_keys.add(key)
    restore([one for one in free if not one.made], row, by, reason, done)
    bring_back(row, register, free_keys, by, reason)
    for model in reversed(register.writes):
        for some in chunks([one for one in free if one.made and one.model is model]):
            delete(some, by, reason, done)
    return done


def written_by(row: Import, model: type[Record]) -> list[Written]:
    """The last entry that the import left of each record of a model, with what is stored now."""
    entries = model.history.filter(source=row.pk, channel=Channel.IMPORT).order_by("history_id")
    pk_name = model._meta.pk.attname
    found: dict[int, Written] = {}
    columns = (pk_name, "version", "history_type", "source_row")
    for pk, version, kind, number in entries.values_list(*columns):
        made = kind == "+" or (pk in found and found[pk].made)
        found[pk] = Written(model, pk, version, made, number)
    stored = writing.locked(model, found)
    for pk, one in found.items():
        one.current = stored.get(pk)
    return list(found.values())


def group_of(register, one: Written) -> tuple:
    """What is kept or undone as one: a record with what belongs to it."""
    if one.current is None or one.model is register.model:
        return register.model, one.pk
    for column in one.model._meta.concrete_fields:
        if column.related_model is register.model and column.name not in ("parent", "successor"):
            return register.model, getattr(one.current, column.attname)
    return one.model, one.pk


def chunks(found: list[Written]) -> Iterator[list[Written]]:
    """Those that are still there, some at a time."""
    there = [one for one in found if one.current is not None]
    for place in range(0, len(there), AT_ONCE):
        yield there[place : place + AT_ONCE]


def with_more(made: list[Written], ours: set) -> set[tuple]:
    """New records among which some may have got more since than the import gave them."""
    doubtful = set()
    for some in chunks(made):
        try:
            parts = writing.parts_of(*(one.current for one in some))
        except ProtectedError:
            doubtful |= {(one.model, one.pk) for one in some}
        else:
            if any((type(part), part.pk) not in ours for part in parts):
                doubtful |= {(one.model, one.pk) for one in some}
    return doubtful


def why_kept(found: list[Written], doubtful: set[tuple], ours: set) -> str:
    """`doubtful`: new records of the register that are looked at one by one."""
    if any(one.edited for one in found):
        return _("Somebody has edited it since.")
    for one in found:
        if one.made and one.current is not None and (one.model, one.pk) in doubtful:
            try:
                parts = writing.parts_of(one.current)
            except ProtectedError:
                return _("Other records refer to it.")
            if any((type(part), part.pk) not in ours for part in parts):
                return _("Somebody has added to it since.")
    return ""


def kept(found: list[Written], why: str) -> dict:
    one = next((one for one in found if one.current is not None), found[0])
    return {"n": one.row, "t": str(one.current or ""), "why": why}


def restore(changed: list[Written], row: Import, by, reason: str, done: Undone) -> None:
    by_model = defaultdict(list)
    for one in changed:
        by_model[one.model].append(one)
    for model, found in by_model.items():
        before = row.result.get("before", {}).get(model._meta.label, {})
        rows = []
        for one in found:
            old = before.get(str(one.pk))
            if old is None:
                continue
            for name, value in old.items():
                column = model._meta.get_field(name)
                setattr(one.current, column.attname, as_stored(column, value))
            rows.append(one.current)
        done.restored += len(writing.save_many(rows, by=by, reason=reason))


def bring_back(row: Import, register, free: set[tuple], by, reason: str) -> None:
    """Store anew what the import deleted, where the record it belonged to is as the import left
    it or was not touched by it."""
    for label, values in row.result.get("before", {}).get("removed", []):
        model = apps.get_model(label)
        columns = {name: model._meta.get_field(name) for name in values}
        link = next(column for column in columns.values() if column.related_model is register.model)
        owner = (register.model, values[link.attname])
        touched = register.model.history.filter(source=row.pk, channel=Channel.IMPORT)
        if owner in free or not touched.filter(id=owner[1]).exists():
            one = model(**{name: as_stored(columns[name], value) for name, value in values.items()})
            with suppress(IntegrityError), transaction.atomic():
                writing.save_many([one], by=by, reason=reason)


def as_stored(column, value):
    """A value of `Register.before` as the column holds it."""
    if value is None:
        return None
    return getattr(column, "target_field", column).to_python(value)


def delete(some: list[Written], by, reason: str, done: Undone) -> None:
    """At once, or where other records refer to one of them each by itself."""
    pks = [one.pk for one in some]
    there = set(some[0].model._base_manager.filter(pk__in=pks).values_list("pk", flat=True))
    some = [one for one in some if one.pk in there]
    try:
        with transaction.atomic():
            writing.delete_many([one.current for one in some], by=by, reason=reason)
    except ProtectedError:
        for one in some:
            delete_one(one, by, reason, done)
    else:
        done.deleted += len(some)


def delete_one(one: Written, by, reason: str, done: Undone) -> None:
    try:
        with transaction.atomic():
            writing.delete(one.current, by=by, reason=reason)
    except ProtectedError:
        done.kept.append(kept([one], _("Other records refer to it.")))
    except writing.Conflict:
        return
    else:
        done.deleted += 1
