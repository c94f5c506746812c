"""What was changed in a record, in words: who, when, which field, from what to what."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate

from django.contrib.auth.models import Group
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import OuterRef, Subquery
from django.urls import NoReverseMatch
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from zonetrack import punctuation
from zonetrack.access import roles

NOTHING = "–"
# Keeps to the rows a reader may see, such as `scope.limit`; None where all may be told.
Limit = Callable[[models.QuerySet], models.QuerySet] | None
# `approved` follows the state of the return, which is told; `values` tell whether a reason holds.
UNTOLD = {"version", "id", "approved", "values"}


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One change of a record or of a part of it; `kind` is "+", "~" or "-"."""

    at: datetime
    by: str
    kind: str
    subject: str
    reason: str
    changes: list[Change]
    through: str  # "Import, row 12"
    source: int | None  # the import it came from
    url: str  # of the record, where it still has a page


def readable(field, value, limit: Limit = None) -> str:
    """A stored value as a person reads it: choices and links by name, nothing as a dash."""
    if value is None or value == "":
        return NOTHING
    if field.is_relation:
        return linked(field.related_model, value, limit)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(field, models.DecimalField):
        return f"{value.normalize():f}" if value else "0"
    return str(value)


def linked(model, key, limit: Limit = None) -> str:
    rows = model._base_manager.filter(pk=key)
    found = (limit(rows) if limit else rows).first()
    if isinstance(found, Group):
        return str(roles.LABELS.get(found.name, found))
    if found is None and limit and rows.exists():
        return outside(model)
    return str(found) if found else _("deleted (%(key)s)") % {"key": key}


def outside(model) -> str:
    """In place of the name of what the reader may not see."""
    return _("%(kind)s outside your parks") % {"kind": model._meta.verbose_name}


def told_fields(model) -> list:
    return [field for field in model._meta.concrete_fields if field.name not in UNTOLD]


def differences(model, before, after, untold: str = "", limit: Limit = None) -> list[Change]:
    """What differs between two states of a row, each a record, a history row or None."""
    changes = []
    for field in told_fields(model):
        if field.name == untold:
            continue
        old = getattr(before, field.attname, None)
        new = getattr(after, field.attname, None)
        if old != new and not (old in (None, "") and new in (None, "")):
            # A column without words of its own is called as others of its name are.
            label = capfirst(_(field.verbose_name))
            told = (readable(field, value, limit) for value in (old, new))
            changes.append(Change(label, *told))
    return changes


def who(history_row) -> str:
    return named(history_row.history_user)


def named(user) -> str:
    return str(user) if user else _("the system")


def history_of(model, pk):
    """The history rows of one record; their own primary key is another one."""
    return model.history.filter(**{model._meta.pk.attname: pk})


def through(row) -> str:
    """By which form, import and row of its file a change came in."""
    door = str(row.get_channel_display())
    if row.source_row is None:
        return door
    return _("%(door)s, row %(row)d") % {"door": door, "row": row.source_row}


def entries(model, pk, parts: Iterable[tuple[type, str]] = (), limit: Limit = None) -> list[Entry]:
    """All changes of a record and of its parts (model, name of the link to it), newest first."""
    found = told(model, history_of(model, pk), subject=None, limit=limit)
    for part, link in parts:
        rows = part.history.filter(**{link: pk})
        found += told(part, rows, part._meta.verbose_name, link, limit)
    return [entry for _at, _pk, entry in sorted(found, key=lambda row: row[:2], reverse=True)]


def told(model, rows, subject, link="", limit: Limit = None) -> list[tuple[datetime, int, Entry]]:
    """One entry for each history row in which something readable changed.

    The moment before it is for ordering: no row of a table is told before one that was written
    earlier, even if the clock was set back meanwhile.
    """
    rows = list(rows.select_related("history_user").order_by("history_id"))
    earlier = states_before(model, rows)
    found = [(row, entry_of(model, row, earlier.get(row.pk), subject, link, limit)) for row in rows]
    moments = accumulate((row.history_date for row in rows), max)
    return [(at, row.pk, entry) for at, (row, entry) in zip(moments, found, strict=True) if entry]


def states_before(model, rows) -> dict:
    """The state before each of the history rows given, by the key of the row."""
    key, changes = model._meta.pk.attname, [row.pk for row in rows if row.history_type == "~"]
    if not changes:
        return {}
    before = model.history.filter(**{key: OuterRef(key)}, history_id__lt=OuterRef("history_id"))
    last = before.order_by("-history_id").values("history_id")[:1]
    changed = model.history.filter(history_id__in=changes)
    pairs = dict(changed.order_by().annotate(last=Subquery(last)).values_list("pk", "last"))
    states = model.history.in_bulk([pk for pk in pairs.values() if pk])
    return {pk: states.get(last) for pk, last in pairs.items()}


def entry_of(model, row, before, subject, link="", limit: Limit = None) -> Entry | None:
    """What a history row tells; None for a change of nothing that is readable."""
    changes = []
    if row.history_type == "+":
        changes = differences(model, None, row, link, limit)
    elif row.history_type == "~" and before is not None:
        changes = differences(model, before, row, link, limit)
        if not changes:
            return None
    record = row.instance if subject else None
    return Entry(
        at=row.history_date,
        by=who(row),
        kind=row.history_type,
        subject=punctuation.colon(capfirst(subject)) + name_of(record) if subject else "",
        reason=row.history_change_reason or "",
        changes=changes,
        through=through(row),
        source=row.source_id,
        url=page_of(record) if record is not None and row.history_type != "-" else "",
    )


def name_of(record) -> str:
    """What a row of the history is about, also where that is called by what has been deleted."""
    try:
        return str(record)
    except ObjectDoesNotExist:
        return _("deleted (%(key)s)") % {"key": record.pk}


def page_of(record) -> str:
    try:
        return record.get_absolute_url()
    except (AttributeError, ObjectDoesNotExist, NoReverseMatch):
        return ""
