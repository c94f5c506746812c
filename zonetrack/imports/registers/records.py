"""Registers of which a row is one record, with links to others and rows that belong to it."""

import re
from collections import defaultdict
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from zonetrack import writing
from zonetrack.imports import rules
from zonetrack.imports.context import Context
from zonetrack.imports.fields import CLEAR, Field, Link, YearOrDay
from zonetrack.imports.firms import Named as NamedFirm
from zonetrack.imports.matching import folded, tidy
from zonetrack.imports.rows import Read
from zonetrack.imports.told import Change, Level, RowPlan, Status, Wrong
from zonetrack.records import Record, ahead
from zonetrack.years.closing import ClosedYear, closed_among

from .base import Register
from .links import Links
from .repeated import tell_repeated

CHINESE = re.compile("[\u3400-\u9fff]")
Pair = tuple[Record | None, Record]  # before and after; None: it is new


@dataclass
class Worked:
    """A row on its way: what it is about, and what becomes of it."""

    read: Read
    row: RowPlan
    before: Record | None = None
    record: Record | None = None
    links: dict[str, Any] = field(default_factory=dict)
    parts: list[Pair] = field(default_factory=list)
    removed: list[Record] = field(default_factory=list)
    first: "Worked | None" = None  # an earlier row about the same record

    def wrong(self, refusal: Wrong) -> None:
        self.row.problems.append(self.read.wrong(refusal))

    def warn(self, key: str, sentence, hint="") -> None:
        self.row.problems.append(self.read.problem(Level.WARNING, key, sentence, hint))

    def change(self, label, old, new) -> None:
        self.row.changes.append([str(label), old, new])

    @property
    def pairs(self) -> list[Pair]:
        """What is stored: the record, unless an earlier row does so, and what belongs to it."""
        return [*self.own_pair, *(pair for pair in self.parts if has_moved(pair))]

    @property
    def own_pair(self) -> list[Pair]:
        if self.record is None:
            return []
        pair = (self.before, self.record)
        return [pair] if has_moved(pair) else []


def has_moved(pair: Pair) -> bool:
    before, after = pair
    return before is None or bool(writing.changed_fields(before, after))


class RecordRegister(Register):
    """`firm` is the link to an enterprise, whose code and names may stand in the fields
    `firm_code`, and `firm_names`. `several_rows`: more rows may be about one record."""

    firm = ""
    firm_code = "credit_code"
    firm_names: tuple[str, ...] = ("enterprise", "enterprise_zh", "enterprise_en")
    related: tuple[str, ...] = ()
    prefetched: tuple[str, ...] = ()
    several_rows = False
    # The columns of the name in Chinese and in English.
    named_in: tuple[str, ...] = ("name_zh", "name_en")

    # To be said by each register

    def natural(self, record: Record) -> list[tuple]:
        """Under which keys a stored record is found again."""
        raise NotImplementedError

    def natural_of(self, work: Worked) -> list[tuple]:
        """Under which keys the record of a row is looked for, the most exact first."""
        raise NotImplementedError

    def candidates(self, works: list[Worked], rows: models.QuerySet) -> models.QuerySet:
        """The stored records among which those of the file are."""
        raise NotImplementedError

    def complete(self, work: Worked, links: Links) -> None:
        """Rows that belong to the record, and what follows from its values."""

    def clean(self, record: Record) -> None:
        """What is wrong with a record by itself; asks the database nothing."""
        record.clean()

    def look_back(self, works: list[Worked], context: Context) -> None:
        """Checks that need all rows, or what is stored beside them."""

    # The plan

    def plan(self, reads, columns, context):
        works = [Worked(read, read.plan()) for read in reads]
        links = Links(context)
        by_number = self.by_number(works, context)
        if self.firm:
            links.learn_firms(self.named(work.read) for work in works)
        for work in works:
            self.begin(work, by_number, links)
        self.find(works, context)
        if self.firm and "park" in {one.key for one in self.fields}:
            found = (work.links.get(self.firm) for work in works if work.before is None)
            links.learn_homes([firm for firm in found if firm is not None])
        self.mark_repeated(works)
        for work in works:
            self.work_out(work, links)
        self.look_back(works, context)
        self.refuse_ahead(works, context)
        self.refuse_broken_rules(works)
        self.refuse_closed(works)
        for work in works:
            work.row.settle()
        return [work.row for work in works]

    def stored(self, context: Context) -> models.QuerySet:
        rows = context.limit(self.model._default_manager.all())
        return rows.select_related(*self.related).prefetch_related(*self.prefetched).order_by("pk")

    def by_number(self, works, context) -> dict[int, Record]:
        numbers = {work.read.get("record") for work in works} - {None}
        return self.stored(context).in_bulk(numbers) if numbers else {}

    def named(self, read: Read) -> NamedFirm:
        names = (read.get(key) for key in self.firm_names)
        code = read.get(self.firm_code, "") if self.firm_code else ""
        return NamedFirm(code, tuple(dict.fromkeys(filter(None, names))))

    def begin(self, work, by_number, links) -> None:
        """The record by its number, and the records it points to."""
        number = work.read.get("record")
        work.before = by_number.get(number)
        if number and work.before is None:
            work.wrong(
                Wrong(
                    _("There is no record of this number that you may change."),
                    _("Empty the cell for a new record, or check the number."),
                    "record",
                )
            )
        for one in self.fields:
            if isinstance(one.kind, Link) and one.to and work.read.get(one.key):
                self.try_link(work, one, links)
        if self.firm and (who := self.named(work.read)):
            try:
                found = work.links[self.firm] = self.firm_of(work, who, links)
                if words := links.firms.strange_name(who, found):
                    work.warn(self.firm_code, *words)
            except Wrong as refusal:
                work.wrong(refusal)
        work.row.title = self.title_of(work)

    def try_link(self, work, one: Field, links) -> None:
        try:
            work.links[one.to[0]] = self.link_of(work, one, links)
        except Wrong as refusal:
            refusal.field = refusal.field or one.key
            work.wrong(refusal)

    def link_of(self, work, one: Field, links: Links):
        text = work.read.get(one.key)
        current = getattr(work.before, one.to[0], None) if work.before else None
        if current is not None and folded(text) in spellings(current):
            return current
        if one.kind.of == "park":
            return links.context.parks.find(text, current)
        return links.one_of(one.kind.of, text, current)

    def firm_of(self, work, who: NamedFirm, links: Links):
        current = getattr(work.before, self.firm, None) if work.before else None
        return links.firms.find(who, current)

    def title_of(self, work) -> str:
        return str(work.before or next(iter(filter(None, self.said_names(work))), ""))

    def said_names(self, work) -> list[str]:
        keys = ("name", "name_zh", "name_en", "application_no", *self.firm_names)
        return [work.read.get(key, "") for key in keys]

    def find(self, works, context) -> None:
        """The stored record of each row that gives no number."""
        open_ones = [
            work
            for work in works
            if work.before is None and not work.read.get("record") and self.can_find(work)
        ]
        if not open_ones:
            return
        index: dict[tuple, list[Record]] = defaultdict(list)
        for record in self.candidates(open_ones, self.stored(context)):
            for key in self.natural(record):
                index[key].append(record)
        for work in open_ones:
            for key in self.natural_of(work):
                found = {record.pk: record for record in index.get(key, ())}
                if len(found) > 1:
                    work.wrong(
                        Wrong(
                            _("%(count)d records fit this row.") % {"count": len(found)},
                            _("Add the record number from an export to the row."),
                        )
                    )
                    break
                if found:
                    work.before = next(iter(found.values()))
                    work.row.title = self.title_of(work)
                    break

    def can_find(self, work) -> bool:
        return True

    def mark_repeated(self, works) -> None:
        seen: dict[tuple, Worked] = {}
        for work in works:
            keys = self.keys_of(work)
            before = next((seen[key] for key in keys if key in seen), None)
            if before is None:
                seen.update(dict.fromkeys(keys, work))
                continue
            work.first = before
            if not self.several_rows:
                tell_repeated(work, before, _("Row %(row)d is about the same record."))

    def keys_of(self, work) -> list[tuple]:
        if work.before is not None:
            return [("stored", work.before.pk)]
        return [] if work.row.fails else self.natural_of(work)

    # One row

    def work_out(self, work, links) -> None:
        if work.first is not None and not self.several_rows:
            return
        if work.first is not None and work.first.record is not None:
            work.record = work.first.record
            work.before = work.first.before
            self.complete(work, links)
            self.tell(work)
            return
        work.record = copy(work.before) if work.before else self.model()
        for one in self.fields:
            if one.to:
                self.fill(work, one)
        self.fill_name(work)
        if self.firm and self.firm in work.links:
            self.point(work, self.firm, work.links[self.firm])
        try:
            self.place(work, links)
            if not work.row.fails:
                self.complete(work, links)
        except Wrong as refusal:
            work.wrong(refusal)
        self.ask_for_needed(work)
        self.validate(work)
        self.tell(work)

    def fill_name(self, work) -> None:
        """A name of which the head does not say the language."""
        name = work.read.get("name")
        if not (name and self.named_in):
            return
        known = {folded(getattr(work.record, column)) for column in self.named_in}
        if folded(name) not in known:
            in_chinese, in_english = self.named_in
            setattr(work.record, in_chinese if CHINESE.search(name) else in_english, name)

    def fill(self, work, one: Field) -> None:
        read, record = work.read, work.record
        if isinstance(one.kind, Link):
            if one.to[0] in work.links:
                self.point(work, one.to[0], work.links[one.to[0]])
            elif read.values.get(one.key) is CLEAR:
                self.set(work, one, one.to[0], None)
            return
        if not read.gives(one.key):
            return
        value = read.values[one.key]
        if isinstance(one.kind, YearOrDay) and len(one.to) == 2:
            year, day = (None, None) if value is CLEAR else value
            if day is None and year is not None and year == getattr(record, one.to[0]):
                return  # the day that is known stays
            self.set(work, one, one.to[0], year)
            self.set(work, one, one.to[1], day)
            return
        if isinstance(one.kind, YearOrDay):
            value = CLEAR if value is CLEAR else value[0]
        self.set(work, one, one.to[0], None if value is CLEAR else value)

    def set(self, work, one: Field, name: str, value) -> None:
        column = self.model._meta.get_field(name)
        if value is None and not column.null:
            if not column.blank:
                work.wrong(Wrong(_("This cannot be cleared."), _("Enter a value."), one.key))
                return
            value = column.get_default() if column.has_default() else ""
        old = getattr(work.record, column.attname)
        if isinstance(value, str) and isinstance(old, str) and tidy(old) == tidy(value):
            return
        if isinstance(column, models.DecimalField) and value is not None:
            value = Decimal(value)
        if isinstance(old, Decimal) and value is not None and old == value:
            return
        setattr(work.record, column.attname, value)

    def point(self, work, name: str, other) -> None:
        if getattr(work.record, f"{name}_id") != other.pk:
            setattr(work.record, name, other)

    def place(self, work, links) -> None:
        """A new record that names no park belongs to that of its enterprise."""
        has_park = getattr(work.record, "park_id", 0) is not None or "park" in work.read.cells
        if work.before is None and not has_park:
            work.record.park = links.home_of(work.links.get(self.firm))

    def ask_for_needed(self, work) -> None:
        for one in self.fields if work.before is None else ():
            if not (one.needed and one.to) or one.key in work.read.cells:
                continue
            if not self.is_filled(work, one):
                sentence = _("A new record needs “%(field)s”.") % {"field": one.label}
                work.wrong(Wrong(sentence, _("Add it to the row."), one.key))
        if self.named_in and not any(getattr(work.record, name) for name in self.named_in):
            work.wrong(Wrong(_("A new record needs a name."), _("Add it to the row."), "name"))

    def tell(self, work) -> None:
        """The changes in words, and the state of the row."""
        if work.first is None:
            work.row.changes = [*self.own_changes(work), *work.row.changes]
        pairs = work.pairs if work.first is None else list(filter(has_moved, work.parts))
        if pairs or work.removed:
            is_new = work.before is None and work.first is None
            work.row.status = Status.NEW if is_new else Status.CHANGED
        work.row.token = token_of(work)
        about = [work.before, *(one for pair in (*work.pairs, *work.parts) for one in pair)]
        work.row.park_ids = {park for one in about if one is not None for park in parks_of(one)}
        work.row.work = work

    def is_filled(self, work, one: Field) -> bool:
        column = self.model._meta.get_field(one.to[0])
        return getattr(work.record, column.attname) not in (None, "")

    def own_changes(self, work) -> list[Change]:
        found = []
        for one in self.fields:
            if not one.to:
                continue
            old, new = self.value_of(work.before, one), self.value_of(work.record, one)
            if old != new:
                found.append([str(one.label), one.kind.show(old), one.kind.show(new)])
        if self.firm and self.firm_label:
            old = getattr(work.before, self.firm, None) if work.before else None
            new = getattr(work.record, self.firm, None)
            if old != new:
                found.append([str(self.firm_label), str(old or ""), str(new or "")])
        return found

    @property
    def firm_label(self):
        return next((one.label for one in self.fields if one.key == self.firm_names[0]), "")

    def value_of(self, record, one: Field):
        if record is None:
            return None
        if isinstance(one.kind, YearOrDay):
            values = tuple(getattr(record, name) for name in one.to)
            return values if any(values) else None
        try:
            value = getattr(record, one.to[0])
        except models.ObjectDoesNotExist:
            return None
        return None if value == "" else value

    def validate(self, work) -> None:
        if work.row.fails or not work.own_pair:
            return
        relations = [one.name for one in self.model._meta.fields if one.is_relation]
        try:
            work.record.clean_fields(exclude=[*relations, "version", "id"])
            self.clean(work.record)
        except ValidationError as refusal:
            for key, sentence in sentences(refusal, self.fields):
                work.wrong(Wrong(sentence, _("Put it right in the file."), key))

    def refuse_ahead(self, works, context) -> None:
        """What is said to have happened in a year that has not come."""
        for work in works:
            for _before, after in work.pairs:
                for name, sentence in ahead(after, context.this_year).items():
                    work.wrong(Wrong(sentence, _("Check the year."), self.key_of([name])))

    def refuse_broken_rules(self, works) -> None:
        """What the database would refuse, told before anything is stored."""
        about = {}
        for work in works:
            if work.row.moves and not work.row.fails:
                for _before, after in work.pairs:
                    about.setdefault(id(after), work)
        records = [after for work in works for _before, after in work.pairs if id(after) in about]
        removed = [one for work in works for one in work.removed]
        for record, names, sentence in rules.broken(records, removed):
            hint = _("Put it right in the file.")
            about[id(record)].wrong(Wrong(sentence, hint, self.key_of(names)))

    def key_of(self, names) -> str:
        """The field of the file that fills one of the columns; empty where none does."""
        return next((one.key for one in self.fields if set(one.to) & set(names)), "")

    def refuse_closed(self, works) -> None:
        touched = {}
        for work in works:
            if work.row.moves and not work.row.fails:
                touched[id(work)] = points = set()
                for before, after in work.pairs:
                    points |= writing.touched(before, after)
                for row in work.removed:
                    points |= writing.touched(row, None)
        closed = closed_among(set().union(*touched.values(), set()))
        for work in works:
            hits = [point for point in touched.get(id(work), ()) if point in closed]
            if hits:
                zone, year = closed[hits[0]], hits[0][1]
                hint = _("Leave the row out, or ask for the year to be reopened.")
                work.wrong(Wrong(ClosedYear(zone.name, year), hint))

    # Storing

    def before(self, rows):
        found: dict[str, Any] = {"removed": []}
        for row in rows:
            for before, after in row.work.pairs:
                if before is not None:
                    known = found.setdefault(type(after)._meta.label, {})
                    known.setdefault(str(after.pk), {}).update(old_values(before, after))
            found["removed"] += [[one._meta.label, all_values(one)] for one in row.work.removed]
        return found

    def store(self, rows, *, by, reason):
        stale = self.stale(rows)
        if stale:
            return stale
        by_model: dict[type[Record], dict[int, Record]] = defaultdict(dict)
        for row in rows:
            for _before, after in row.work.pairs:
                after.source_row = row.number
                by_model[type(after)].setdefault(id(after), after)
        for row in rows:
            for one in row.work.removed:
                writing.delete(one, by=by, reason=reason)
        for model in self.writes:
            writing.save_many(list(by_model[model].values()), by=by, reason=reason)
        return []

    def stale(self, rows) -> list[tuple[RowPlan, Exception]]:
        """Rows of which a record has been changed while the plan was made; the rest is locked."""
        wanted: dict[type[Record], set[int]] = defaultdict(set)
        for row in rows:
            for before, after in row.work.pairs:
                if before is not None:
                    wanted[type(after)].add(before.pk)
        versions = {}
        for model in self.writes:
            for pk, one in writing.locked(model, wanted[model]).items():
                versions[model, pk] = one.version
        return [
            (row, writing.Conflict(before))
            for row in rows
            for before, after in row.work.pairs
            if before is not None and versions.get((type(after), before.pk)) != before.version
        ]


def spellings(other) -> set[str]:
    names = {getattr(other, name, "") for name in ("name_en", "name_zh", "name", "key")}
    return {folded(str(name)) for name in names if name}


def parks_of(one: Record) -> set[int]:
    if isinstance(one, Enterprise):
        return {place.park_id for place in one.locations.all()} if one.pk else set()
    try:
        return one.counted_park_ids()
    except models.ObjectDoesNotExist:
        return set()


def token_of(work: Worked) -> str:
    found = [f"{work.before.pk}.{work.before.version}" if work.before else "new"]
    for before, _after in work.parts:
        found.append(f"{before.pk}.{before.version}" if before is not None else "new")
    found += [f"-{one.pk}.{one.version}" for one in work.removed]
    return "/".join(found)


def as_json(value):
    if isinstance(value, date | Decimal):
        return str(value)
    return value


def old_values(before: Record, after: Record) -> dict:
    changed = writing.changed_fields(before, after)
    return {name: as_json(getattr(before, name)) for name in changed}


def all_values(one: Record) -> dict:
    names = (column.attname for column in one._meta.concrete_fields if column.name != "version")
    return {name: as_json(getattr(one, name)) for name in names if name != one._meta.pk.attname}


def sentences(refusal: ValidationError, fields) -> list[tuple[str, str]]:
    """What a record says is wrong, with the field of the file where it stands."""
    keys = {name: one.key for one in fields for name in one.to}
    if not hasattr(refusal, "error_dict"):
        return [("", sentence) for sentence in refusal.messages]
    return [
        (keys.get(name, ""), sentence)
        for name, found in refusal.message_dict.items()
        for sentence in found
    ]
