"""How often anything of a zone has changed, and the zone's lock.

`touch` raises the counters of some zones before any of their rows is locked or stored, so that
all who write take the locks in one order: zones by their keys, then rows. On PostgreSQL the row
of the counter stays locked until the transaction ends; on SQLite the transaction itself, which is
IMMEDIATE, keeps other writers out.

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
    """Raise the counters of zones (None: of what belongs to no zone) and lock them.

    Must run inside a transaction. The locks are taken in the order of the keys.
    """
    keys = sorted({NO_ZONE if key is None else key for key in zone_ids})
    if not keys:
        return
    rows = ZoneCounter.objects.filter(pk__in=keys)
    if len(keys) > 1:
        list(rows.select_for_update().order_by("pk").values_list("pk"))
    if rows.update(n=F("n") + 1) < len(keys):
        missing = [ZoneCounter(pk=key) for key in keys]
        ZoneCounter.objects.bulk_create(missing, ignore_conflicts=True)
        list(rows.select_for_update().order_by("pk").values_list("pk"))
        rows.update(n=F("n") + 1)


def lock(zone_ids: Iterable[int]) -> None:
    """Keep everybody from writing in some zones until the transaction ends; nothing changes."""
    keys = sorted(set(zone_ids))
    missing = [ZoneCounter(pk=key) for key in keys]
    ZoneCounter.objects.bulk_create(missing, ignore_conflicts=True)
    rows = ZoneCounter.objects.filter(pk__in=keys)
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def stamp(zone_ids: Iterable[int] | None) -> str:
    """A short text that differs whenever anything in these zones (None: in any zone), or in what
    belongs to no zone, has changed. One query."""
    rows = ZoneCounter.objects.order_by("pk")
    if zone_ids is None:
        found = [rows.filter(pk__gte=NO_ZONE).aggregate(n=Sum("n"))["n"] or 0]
    else:
        found = list(rows.filter(pk__in={NO_ZONE, *zone_ids}).values_list("pk", "n"))
    return blake2b(repr(found).encode(), digest_size=8).hexdigest()


def begin_anew() -> None:
    """After a restore: no page kept since the backup may ever look like one of these rows."""
    ZoneCounter.objects.update(n=F("n") + 1 + secrets.randbelow(2**52))


def lists_changed() -> None:
    """A list of choices now counts differently: no sum counted before it holds any more."""
    touch([LISTS])
