"""How often anything of a zone has changed, and the zone's lock.

`touch` raises the counters of some zones before any of their rows is locked or stored, so that
all who write take the locks in one order: zones by their keys, then rows. On PostgreSQL the row
of the counter stays locked until the transaction ends; on SQLite the transaction itself, which is
IMMEDIATE, keeps other writers out.

In the weeks of reporting most of what is saved are figures of returns that nobody has approved,
and next to no page shows them. Hence two counters: what is saved raises the one of all changes at
its beginning, and at its end, where anything but drafts was saved (`Record.is_draft`), the other.

`stamp` answers a text for a page. Ask for it *before* what the page shows is read: what changes
in between is then shown under an older stamp, and asked for again; never the other way round.

What the counter does not tell of, so that no page that shows it may be kept by the stamp alone:
  * what belongs to the reader: account, language, memberships (a change of a membership touches
    its zone, but the key must name the scope), sessions, messages, tokens, calendar addresses;
  * the day: deadlines, "days left", pace and status against targets, reminders;
  * imports that are planned or begun, remembered mappings, single-use forms, locks of editing;
  * the history of the access log, users and roles; evidence files are told of by their records.
Merges are stored with records that raise it; publishing an edition raises it by itself.
"""

import secrets
from collections.abc import Iterable
from hashlib import blake2b

from django.db.models import F, Sum

from .models import NO_ZONE, ZoneCounter

# The counter of lists of choices that decide what is counted; no stamp reads it.
LISTS = -1


def touch(zone_ids: Iterable[int | None]) -> None:
    """Raise both counters of zones (None: of what belongs to no zone) and lock them.

    Must run inside a transaction. The locks are taken in the order of the keys.
    """
    increase(zone_ids, "n", "without_drafts")


def begin(zone_ids: Iterable[int]) -> None:
    """Raise the counter of all changes, and lock, as `touch` does; `end` must follow."""
    increase(zone_ids, "n")


def end(zone_ids: Iterable[int]) -> None:
    """Something else than drafts has changed in zones that are locked."""
    rows = ZoneCounter.objects.filter(pk__in=set(zone_ids))
    rows.update(without_drafts=F("without_drafts") + 1)


def increase(zone_ids: Iterable[int | None], *columns: str) -> None:
    keys = sorted({NO_ZONE if key is None else key for key in zone_ids})
    if not keys:
        return
    rows, by = ZoneCounter.objects.filter(pk__in=keys), {name: F(name) + 1 for name in columns}
    if len(keys) > 1:
        list(rows.select_for_update().order_by("pk").values_list("pk"))
    if rows.update(**by) < len(keys):
        missing = [ZoneCounter(pk=key) for key in keys]
        ZoneCounter.objects.bulk_create(missing, ignore_conflicts=True)
        list(rows.select_for_update().order_by("pk").values_list("pk"))
        rows.update(**by)


def lock(zone_ids: Iterable[int]) -> None:
    """Keep everybody from writing in some zones until the transaction ends; nothing changes."""
    keys = sorted(set(zone_ids))
    missing = [ZoneCounter(pk=key) for key in keys]
    ZoneCounter.objects.bulk_create(missing, ignore_conflicts=True)
    rows = ZoneCounter.objects.filter(pk__in=keys)
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def stamp(zone_ids: Iterable[int] | None, *, drafts: bool = True) -> str:
    """A short text that differs whenever anything in these zones (None: in any zone), or in what
    belongs to no zone, has changed; without `drafts` anything else than those. One query."""
    rows, column = ZoneCounter.objects.order_by("pk"), "n" if drafts else "without_drafts"
    if zone_ids is None:
        found = [rows.filter(pk__gte=NO_ZONE).aggregate(n=Sum(column))["n"] or 0]
    else:
        found = list(rows.filter(pk__in={NO_ZONE, *zone_ids}).values_list("pk", column))
    return blake2b(repr(found).encode(), digest_size=8).hexdigest()


def begin_anew() -> None:
    """After a restore: no page kept since the backup may ever look like one of these rows."""
    leap = 1 + secrets.randbelow(2**52)
    ZoneCounter.objects.update(n=F("n") + leap, without_drafts=F("without_drafts") + leap)


def lists_changed() -> None:
    """A list of choices now counts differently: no sum counted before it holds any more."""
    touch([LISTS])
