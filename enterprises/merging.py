"""Two rows for one enterprise become one.

Every row that points to the one that goes is pointed to the one that stays; where both have what
can only stand once, somebody has chosen. All of it is kept, so that it can be taken back.
"""

import json
from collections import defaultdict
from datetime import datetime
from hashlib import sha256

from django.core import serializers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zonetrack import writing
from zonetrack.records import Record

from .merge_plans import GONE, KEPT, Clash, Plan, own_parts, plan_of, pointed, value_of
from .models import Enterprise, EnterpriseName, Merge


class Outdated(Exception):
    """Something that would be merged has been changed since the preview was shown."""

    def __init__(self):
        super().__init__(_("Something has been changed since this page was opened. Look again."))


@writing.together()
def merge(
    kept_key: int,
    gone_key: int,
    *,
    token: str,
    taken: dict[str, str],
    stays: dict[str, str],
    kind: str = EnterpriseName.Kind.SPELLING,
    by=None,
    reason: str,
    at: datetime,
) -> Merge:
    """Merge one enterprise into another as somebody decided on a plan.

    `taken`: difference → whose value; `stays`: clash → whose rows; what is not named is as
    proposed. `kind`: as which the names that nobody would find any more are kept.
    Raises Outdated where the plan is another one by now, ClosedYear, ValidationError.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the two are one."))
    found = writing.locked(Enterprise, [kept_key, gone_key])
    if len(found) < 2:
        raise Outdated
    kept, gone = found[kept_key], found[gone_key]
    plan = plan_of(kept, gone, lock=True)
    if plan.token != token:
        raise Outdated
    before, moved = as_kept(kept), []
    change = {"by": by, "reason": reason}
    dropped = [row for clash in plan.clashes for row in losers(clash, stays)]
    deleted = [as_kept(part) for row in dropped for part in (row, *own_parts(row))]
    for row in dropped:
        writing.delete(row, **change)
    for rows in by_model(row for row in plan.links if row not in dropped):
        pointing = [pointed(row, plan.links[row], kept) for row in rows]
        writing.save_many(pointing, **change)
        moved += [(row, plan.links[row]) for row in pointing]
    if let_go(kept, gone):
        writing.save(kept, **change)
    gone = Enterprise.objects.get(pk=gone.pk)
    deleted += [as_kept(part) for part in writing.parts_of(gone)]
    was_gone = as_kept(gone)
    writing.delete(gone, **change)
    names = [*names_of(kept), *names_of(gone)]
    take(plan, taken)
    if writing.changed_fields(writing.stored(kept), kept):
        kept.full_clean()
        writing.save(kept, **change)
    added = [writing.save(row, **change) for row in names_to_add(kept, names, kind)]
    return Merge.objects.create(
        kept=kept,
        gone_key=gone_key,
        gone_name=was_gone_name(gone),
        reason=reason[:300],
        done_by=by,
        done_at=at,
        record={
            "gone": was_gone,
            "before": before,
            "after": as_kept(kept),
            "deleted": deleted,
            "added": [{"key": row.pk, "contents": contents_of(row)} for row in added],
            "moved": [
                {
                    "model": row._meta.label,
                    "key": row.pk,
                    "columns": [link.attname for link in links],
                    "contents": contents_of(row),
                }
                for row, links in moved
            ],
        },
    )


def let_go(kept: Enterprise, gone: Enterprise) -> bool:
    """Take the one that goes from the links of the other; whether there were any."""
    names = [name for name in ("parent_id", "successor_id") if getattr(kept, name) == gone.pk]
    for name in names:
        setattr(kept, name, None)
    return bool(names)


def was_gone_name(gone: Enterprise) -> str:
    return (gone.name_zh or gone.name_en)[:200]


def losers(clash: Clash, stays: dict[str, str]) -> tuple[Record, ...]:
    """The rows of a clash that are deleted."""
    side = clash.proposed if clash.equal else stays.get(clash.key, clash.proposed)
    if side not in (KEPT, GONE):
        raise ValidationError(_("Choose whose records stay."))
    return clash.gone if side == KEPT else clash.kept


def take(plan: Plan, taken: dict[str, str]) -> None:
    """Give the kept one the values chosen from the other."""
    kept, gone = plan.kept, plan.gone
    for difference in plan.differences:
        if taken.get(difference.key, difference.proposed) == GONE:
            for column in difference.columns:
                setattr(kept, column.attname, value_of(gone, column, kept, gone))


def names_of(enterprise: Enterprise) -> list[str]:
    return [name for name in (enterprise.name_zh, enterprise.name_en) if name]


def names_to_add(kept: Enterprise, names: list[str], kind: str) -> list[EnterpriseName]:
    """The names that nobody would find any more, as other names of the kept one."""
    known = {*names_of(kept), *kept.names.values_list("name", flat=True)}
    lost = [name for name in dict.fromkeys(names) if name not in known]
    return [EnterpriseName(enterprise=kept, name=name, kind=kind) for name in lost]


def by_model(rows) -> list[list[Record]]:
    found = defaultdict(list)
    for row in rows:
        found[type(row)].append(row)
    return list(found.values())


def as_kept(row: Record) -> dict:
    """A row as text, from which `again` makes it anew."""
    return json.loads(serializers.serialize("json", [row]))[0]


def contents_of(row: Record) -> str:
    """Stands for the values of a row and its parts; versions do not matter."""
    told = [as_kept(one) for one in (row, *sorted(own_parts(row), key=order_of))]
    for one in told:
        del one["fields"]["version"]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def order_of(row: Record) -> tuple[str, int]:
    return (row._meta.label, row.pk)


def again(kept: dict) -> Record:
    return next(serializers.deserialize("json", json.dumps([kept]))).object
