"""Taking a merge back, except where somebody has edited since, which is named and left."""

from datetime import datetime

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from zonetrack import punctuation, writing
from zonetrack.records import Record

from .merging import again, by_model, contents_of
from .models import Enterprise, EnterpriseName, Merge


@writing.together()
def undo(key: int, *, by=None, reason: str, at: datetime) -> Merge:
    """Restore what a merge changed; `Merge.left` then says what was left as it is now.

    Undoing twice does it once. Raises ClosedYear, and ValidationError where it cannot be undone.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the merge is undone."))
    done = Merge.objects.select_for_update().get(pk=key)
    if done.undone_at:
        return done
    change = {"by": by, "reason": reason}
    kept = writing.locked(Enterprise, [done.kept_id]).get(done.kept_id)
    if kept is None:
        raise ValidationError(
            _("The enterprise that was kept is no longer there. Undo what was done to it first.")
        )
    left = restore_kept(kept, done.record, change)
    left += take_names_away(done.record["added"], change)
    if make_again(done.record["gone"], change):
        raise ValidationError(
            _("The enterprise cannot be made again: another one has its credit code by now.")
        )
    link_again(done, kept, change)
    left += move_back(done, change)
    for row in done.record["deleted"]:
        left += make_again(row, change)
    done.left, done.undone_reason = left, reason[:300]
    done.undone_by, done.undone_at = by, at
    done.save()
    return done


def restore_kept(kept: Enterprise, record: dict, change: dict) -> list[str]:
    """Give the kept one its own values again, in the columns nobody has changed since."""
    before, after, left = again(record["before"]), again(record["after"]), []
    for name in sorted(writing.changed_fields(before, after)):
        if getattr(kept, name) == getattr(after, name):
            setattr(kept, name, getattr(before, name))
        else:
            label = Enterprise._meta.get_field(name.removesuffix("_id")).verbose_name
            left.append(told(kept, _("%(field)s was changed since") % {"field": label}))
    if writing.changed_fields(after, kept):
        drop_dead_links(kept)
        writing.save(kept, **change)
    return left


def link_again(done: Merge, kept: Enterprise, change: dict) -> None:
    """Point the kept one to the other where it was its daughter or predecessor."""
    before = again(done.record["before"])
    names = [n for n in ("parent_id", "successor_id") if getattr(before, n) == done.gone_key]
    for name in names:
        if getattr(kept, name) is None:
            setattr(kept, name, done.gone_key)
            writing.save(kept, **change)


def take_names_away(added: list[dict], change: dict) -> list[str]:
    left, contents = [], {one["key"]: one["contents"] for one in added}
    for row in writing.locked(EnterpriseName, contents).values():
        if contents_of(row) == contents[row.pk]:
            writing.delete(row, **change)
        else:
            left.append(told(row, _("was changed since")))
    return left


def move_back(done: Merge, change: dict) -> list[str]:
    """Point the rows that were moved, and not edited since, to the one that is there again."""
    left, back = [], []
    for label, listed in grouped(done.record["moved"]).items():
        model = apps.get_model(label)
        found = writing.locked(model, listed)
        for key, moved in listed.items():
            row = found.get(key)
            if row is None:
                left.append(told(model, _("no longer there (%(key)d)") % {"key": key}))
            elif contents_of(row) != moved["contents"]:
                left.append(told(row, _("was changed since")))
            else:
                for column in moved["columns"]:
                    setattr(row, column, done.gone_key)
                back.append(row)
    for rows in by_model(back):
        writing.save_many(rows, **change)
    return left


def grouped(moved: list[dict]) -> dict[str, dict[int, dict]]:
    found: dict[str, dict[int, dict]] = {}
    for one in moved:
        found.setdefault(one["model"], {})[one["key"]] = one
    return found


def make_again(kept: dict, change: dict) -> list[str]:
    """Store a row that was deleted under its old key; says so where that is not possible."""
    row = again(kept)
    if row.pk is not None and type(row)._base_manager.filter(pk=row.pk).exists():
        return [told(row, _("is there already"))]
    try:
        drop_dead_links(row)
        row.clean()
        with transaction.atomic():
            writing.save(row, **change)
    except (IntegrityError, ValidationError):
        return [told(type(row), _("another record stands in its place"))]
    return []


def drop_dead_links(row: Record) -> None:
    """Empty the links to what is no longer there. Raises ValidationError where one is needed."""
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if not column.is_relation or value is None:
            continue
        if not column.related_model._base_manager.filter(pk=value).exists():
            if not column.null:
                raise ValidationError(_("It belongs to what is no longer there."))
            setattr(row, column.attname, None)


def told(what: models.Model | type[models.Model], why: str) -> str:
    """One thing that was left, as “Title: Little giant: was changed since”."""
    name = punctuation.colon(capfirst(what._meta.verbose_name))
    row = "" if isinstance(what, type) else punctuation.colon(str(what))
    return f"{name}{row}{why}"
