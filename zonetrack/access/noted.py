"""What the security log tells of roles and of years, through whichever door they changed."""

from zonetrack import security
from zonetrack.records import Record
from zonetrack.years.models import ReportingYear

from .models import Membership


def follow(before: Record | None, after: Record | None) -> None:
    """Registered with `writing.after_change` for both."""
    row = after or before
    if isinstance(row, Membership):
        follow_role(row, given=before is None, taken=after is None)
    else:
        follow_year(before, row, gone=after is None)


def follow_role(row: Membership, *, given: bool, taken: bool) -> None:
    if given or taken:
        place = row.zone or row.park
        tell(
            "role-given" if given else "role-taken",
            row,
            account=row.user.username,
            role=row.group.name,
            place=f"{place._meta.model_name}:{place.key}",
        )


def follow_year(before: ReportingYear | None, row: ReportingYear, *, gone: bool) -> None:
    was_open, was_closed = (bool(before and at(before)) for at in (opened, closed))
    if gone:
        events = ["year-removed"]
    else:
        events = ["year-opened"] * (opened(row) and not was_open)
        events += ["year-closed"] * (closed(row) and not was_closed)
        events += ["year-reopened"] * (was_closed and not closed(row))
    for event in events:
        tell(event, row, zone=row.zone.key, year=row.year)


def opened(row: ReportingYear) -> bool:
    return row.is_opened


def closed(row: ReportingYear) -> bool:
    return row.is_closed


def tell(event: str, row: Record, **facts) -> None:
    by = getattr(row, "_history_user", None)
    security.note_when_stored(event, **({"by": by.get_username()} if by else {}), **facts)
