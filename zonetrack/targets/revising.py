"""Setting a target: every change of its value or baseline is kept as a revision with a reason."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zonetrack import writing

from .models import Target, TargetRevision


@writing.together()
def set_target(target: Target, *, by=None, reason: str = "", at: datetime) -> Target:
    """Store a new or changed target. Revision 0 is what it was first set to.

    Raises ValidationError where a number that stands is changed without a reason.
    """
    before = writing.stored(target)
    changed = before is None or numbers(before) != numbers(target)
    if before is not None and changed and not reason.strip():
        raise ValidationError(_("Say why the target is changed."))
    if before is not None and changed and not before.revisions.exists():
        keep(before, reason="", author=None, at=at)
    writing.save(target, by=by, reason=reason)
    if changed:
        keep(target, reason=reason, author=by, at=at)
    return target


def numbers(target: Target) -> tuple:
    return (target.value, target.baseline)


def keep(target: Target, *, reason: str, author, at: datetime) -> TargetRevision:
    last = target.revisions.order_by("number").last()
    return TargetRevision.objects.create(
        target=target,
        number=last.number + 1 if last else 0,
        value=target.value,
        baseline=target.baseline,
        reason=reason[:300],
        author=author,
        at=at,
    )


@transaction.atomic
def carry_forward(targets, *, by=None, reason: str = "", at: datetime) -> tuple[int, int]:
    """Set the same targets for the following year: how many are new, how many exist already."""
    made = skipped = 0
    for target in targets:
        next_year = following(target)
        place = {"zone": target.zone_id, "park": target.park_id}
        same = Target.objects.filter(**place, indicator=target.indicator, year=next_year.year)
        if same.exists():
            skipped += 1
            continue
        set_target(next_year, by=by, reason=reason, at=at)
        made += 1
    return made, skipped


def following(target: Target) -> Target:
    """The target of the next year with the same values, not stored yet."""
    kept = ("id", "version", "year")
    values = {
        field.attname: getattr(target, field.attname)
        for field in Target._meta.concrete_fields
        if field.name not in kept
    }
    return Target(year=target.year + 1, **values)
