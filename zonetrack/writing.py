"""The one way anything is changed: zone's lock, version, closed year, history, what must follow.

Forms, admin, imports and commands all end here. Conflicts and closed years are exceptions
that carry the sentence for the person; the caller shows it.

Whoever writes first raises the counters of the zones concerned, which locks them until the
transaction ends, and only then locks rows. `together` makes one of several writes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

from django.db import connection, router, transaction
from django.db.models.deletion import Collector
from django.utils import timezone
from django.utils.translation import gettext as _

from zonetrack import bulk
from zonetrack.channels import current_channel, current_import
from zonetrack.records import Record
from zonetrack.sums import belonging, counters
from zonetrack.sums.models import NO_ZONE
from zonetrack.years.closing import refuse_closed

Pair = tuple[Record | None, Record | None]

Hook = Callable[[Record | None, Record | None], None]
# By model; called inside the transaction with (row before or None, row after or None).
_after_change: dict[type[Record], list[Hook]] = {}


@dataclass
class Block:
    """Writes that follow as one. `parks` and `zones` are those concerned by any of them."""

    pairs: list[Pair] = field(default_factory=list)
    parks: set[int] = field(default_factory=set)
    zones: set[int] = field(default_factory=set)
    # The zones locked, with the savepoints inside which that was: rolled back, they are free again.
    held: dict[int, tuple[str, ...]] = field(default_factory=dict)


_block: ContextVar[Block | None] = ContextVar("block", default=None)
# Called once a block, at its end and inside its transaction.
_after_block: list[Callable[[Block], None]] = []


def after_change(hook: Hook, *models: type[Record]) -> Hook:
    """Register what must follow every change of some models. Called from `AppConfig.ready()` of a
    higher layer."""
    for model in models:
        hooks = _after_change.setdefault(model, [])
        if hook not in hooks:
            hooks.append(hook)
    return hook


def after_block(hook):
    """Register what must follow once for all writes of a block, under the locks of its zones."""
    if hook not in _after_block:
        _after_block.append(hook)
    return hook


@contextmanager
def together() -> Iterator[Block]:
    """One transaction in which several writes follow as one: each zone is locked once, and sums
    are counted again once, at the end. Inside another such block it is part of that one."""
    if (block := _block.get()) is not None:
        with transaction.atomic():
            yield block
        return
    with transaction.atomic():
        block = Block()
        token = _block.set(block)
        try:
            yield block
        finally:
            _block.reset(token)
        if block.pairs:
            for hook in _after_block:
                hook(block)
        if block.held and not (block.pairs and all(map(is_of_draft, block.pairs))):
            counters.end(block.held)
        # Last, since everybody may wait for it, whatever zone they write in.
        if NO_ZONE in block.zones:
            counters.touch([NO_ZONE])


@contextmanager
def writing_to(links: belonging.Links) -> Iterator[Block]:
    """The transaction, or part of one, that writes to the zones behind some links."""
    if (block := _block.get()) is not None:
        hold(block, links)  # not inside the savepoint, so that the lock outlives it
        with transaction.atomic():
            yield block
        return
    with together() as block:
        hold(block, links)
        yield block


def hold(block: Block, links: belonging.Links) -> None:
    """Raise the counters of the zones concerned and lock them, those that are not held yet."""
    found = belonging.concerned(links)
    block.parks |= found.parks
    block.zones |= found.zones
    now = tuple(connection.savepoint_ids)
    held = {zone for zone, at in block.held.items() if at == now[: len(at)]}
    wanted = found.zones - held - {NO_ZONE}
    counters.begin(wanted)
    block.held |= dict.fromkeys(wanted, now)


class Conflict(Exception):
    """Somebody else saved the row since it was opened; `current` is what is stored now."""

    def __init__(self, current: Record | None):
        self.current = current
        super().__init__(_("Somebody else has changed this record since you opened it."))


def changed_fields(before: Record, after: Record) -> set[str]:
    return {
        field.attname
        for field in after._meta.concrete_fields
        if field.name != "version"
        and getattr(before, field.attname) != getattr(after, field.attname)
    }


def touched(before: Record | None, after: Record | None) -> set[tuple[int, int]]:
    """The (park id, year) pairs whose figures a change alters.

    A new or deleted row touches every year one of its dates lies in. An edit touches the old
    and new value of each date that changed, and all its dates where something else that is
    counted changed: so a center of a closed year can still be revoked in an open one.
    """
    rows = [row for row in (before, after) if row is not None]
    parks = {park for row in rows for park in row.counted_park_ids()}
    if before is not None and after is not None:
        changed = changed_fields(before, after)
        if not changed & set(after.counted):
            moved = [name for name in after.dated if name in changed]
            years = {year for row in rows for name in moved if (year := getattr(row, name))}
            return {(park, year) for park in parks for year in years}
    years = {year for row in rows for year in row.counted_years()}
    return {(park, year) for park in parks for year in years}


def is_of_draft(pair: Pair) -> bool:
    """Whether a change is one of a draft that stays one."""
    before, after = pair
    return (before is None or before.is_draft()) and (after is None or after.is_draft())


def unlike(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """The pairs without new rows that touch just what another new row touches."""
    return belonging.without_alike(pairs, touched_by_new)


def touched_by_new(pair: Pair) -> tuple | None:
    old, row = pair
    deciding = deciding_columns(type(row)) if old is None else None
    return deciding and (type(row), deciding(row.__dict__))


@cache
def deciding_columns(model: type[Record]) -> Callable[[dict], Any] | None:
    """The columns that alone decide which parks and years a new row touches, out of all of its
    own; None where other records are asked, too."""
    plain = (
        model.counted_park_ids is Record.counted_park_ids
        and model.counted_years is Record.counted_years
    )
    path = model.scope_path or ""
    if not plain or not path or "__" in path:
        return None
    return itemgetter(model._meta.get_field(path).attname, *model.dated)


def save(record: Record, *, by=None, reason: str = "", version: int | None = None) -> Record:
    """Store a new or changed row with its history. `version`: the one the person had open.

    Raises Conflict if the stored version differs, ClosedYear if a closed year would change.
    """
    links = links_of_stored(record)
    with writing_to(belonging.links_of([record]) | links) as block:
        before = row_locked(record)
        if before is not None and (now := belonging.links_of([before])) != links:
            hold(block, now)  # it was moved in between
        if version is not None and (before is None or before.version != version):
            raise Conflict(before)
        refuse_closed(touched(before, record))
        record.version = before.version + 1 if before else 1
        sign(record, by, reason)
        record.save()
        follow(block, (before, record))
    return record


def delete(record: Record, *, by=None, reason: str = "", version: int | None = None) -> None:
    """Delete a row and the rows that go with it, each leaving its history.

    Raises as `save` does, and Django's ProtectedError where other records refer to the row.
    """
    with writing_to(links_of_stored(record)) as block:
        before = row_locked(record)
        if before is None or (version is not None and before.version != version):
            raise Conflict(before)
        rows = [*parts_of(record), record]
        hold(block, belonging.links_of(rows))
        refuse_closed({point for row in rows for point in touched(row, None)})
        for row in rows:
            sign(row, by, reason)
            row.delete()
            follow(block, (row, None))


def parts_of(*records: Record) -> list[Record]:
    """Kept rows that cannot stand without the records of one model and are deleted with them."""
    return [row for row in kept_in(collected(records)) if row not in set(records)]


def delete_many(records: list[Record], *, by=None, reason: str = "") -> None:
    """Delete rows of one model with what goes with them, as `delete` does, in few queries.

    The caller has locked them. Raises ClosedYear and Django's ProtectedError; then all stay.
    """
    if not records:
        return
    collector = collected(records)
    rows = kept_in(collector)
    with writing_to(belonging.links_of(rows)) as block:
        refuse_closed({point for row in rows for point in touched(row, None)})
        for row in rows:
            sign(row, by, reason)
        collector.delete()
        follow(block, *((row, None) for row in rows))


def collected(records: Iterable[Record]) -> Collector:
    records = list(records)
    collector = Collector(using=router.db_for_write(type(records[0])), origin=records)
    collector.collect(records)
    return collector


def kept_in(collector: Collector) -> list[Record]:
    models = (model for model in collector.data if issubclass(model, Record))
    return [row for model in models for row in collector.data[model]]


def save_many(
    rows: list[Record],
    *,
    by=None,
    reason: str = "",
    before: Mapping[int, Record] | None = None,
) -> list[Record]:
    """Store many rows of one model at once, new and changed ones, each with its history.

    Rows that equal what is stored are left alone; those that were stored are returned. The caller
    has compared the versions with the rows `locked`, and may hand them over as `before`.
    `row.source_row` is the row of a file it came from. Raises ClosedYear, and IntegrityError where
    a rule of the database is broken.
    """
    if not rows:
        return []
    model = type(rows[0])
    key_of = attrgetter(model._meta.pk.attname)
    by_key = [(key_of(row), row) for row in rows]
    keys = [key for key, _row in by_key if key is not None]
    if before is None:
        links = belonging.links_of_stored(model, keys)
    else:
        links = belonging.links_of(before[key] for key in keys if key in before)
    with writing_to(belonging.links_of(rows) | links) as block:
        if before is None:
            before = rows_locked(model, keys)
        new = [row for key, row in by_key if key not in before]
        stored = [(before[key], row) for key, row in by_key if key in before]
        changed = [(old, row) for old, row in stored if changed_fields(old, row)]
        pairs = [(None, row) for row in new] + changed
        refuse_closed({point for pair in unlike(pairs) for point in touched(*pair)})
        for old, row in pairs:
            row.version = old.version + 1 if old else 1
        bulk.insert(model, new)
        bulk.update(model, [row for _old, row in changed])
        note(model, pairs, by, reason)
        for _old, row in pairs:
            row._state.adding = False
        follow(block, *pairs)
    return [row for _old, row in pairs]


def locked(model, keys: Iterable[int]) -> dict[int, Record]:
    """Stored rows by key, locked in the order of their keys until the transaction ends.

    Their zones are locked before them.
    """
    keys = sorted(keys)
    lock_zones(belonging.links_of_stored(model, keys))
    return rows_locked(model, keys)


def rows_locked(model, keys: Iterable[int]) -> dict[int, Record]:
    rows = model._base_manager.select_for_update().order_by("pk")
    return rows.in_bulk(sorted(keys))


def lock_zones(links: belonging.Links) -> None:
    """Lock the zones behind some links in the transaction that runs."""
    hold(_block.get() or Block(), links)


def note(model, pairs: list[tuple[Record | None, Record]], by, reason) -> None:
    """The history of rows before and after, which were stored in bulk."""
    key_of = attrgetter(model._meta.pk.attname)
    bulk.note(
        model,
        [
            (key_of(row), "+" if old is None else "~", getattr(row, "source_row", None))
            for old, row in pairs
        ],
        history_date=connection.ops.adapt_datetimefield_value(timezone.now()),
        history_user=by.pk if by is not None else None,
        history_change_reason=reason or None,
        channel=current_channel(),
        source=current_import(),
    )


def load(model, rows: list[Record]) -> None:
    """First load of generated rows: in bulk, without history and without what follows a change."""
    bulk.insert(model, rows)


def stored(record: Record) -> Record | None:
    """The row as it is stored, locked, and its zones before it; None where it is new."""
    lock_zones(links_of_stored(record))
    return row_locked(record)


def links_of_stored(record: Record) -> belonging.Links:
    keys = [] if record.pk is None else [record.pk]
    return belonging.links_of_stored(type(record), keys)


def row_locked(record: Record) -> Record | None:
    if record.pk is None:
        return None
    # In its own order it might join tables, which PostgreSQL cannot lock along.
    rows = type(record)._default_manager.select_for_update().order_by("pk")
    return rows.filter(pk=record.pk).first()


def sign(record: Record, by, reason: str) -> None:
    record._history_user = by if by is not None and by.pk else None
    record._change_reason = reason or None


def follow(block: Block, *pairs: Pair) -> None:
    """What must follow changes of one or several models."""
    block.pairs += pairs
    models = {type(after or before) for before, after in pairs}
    for model in models & _after_change.keys():
        for before, after in pairs:
            if type(after or before) is model:
                for hook in _after_change[model]:
                    hook(before, after)
