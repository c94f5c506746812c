"""What merging two enterprises would change, for a preview and for the merge itself."""

import copy
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256

from django.db import models

from zonetrack import writing
from zonetrack.records import Record
from zonetrack.years.closing import closed_among

from .models import Enterprise, Location, NotTheSame, Return, State, Title
from .models.titles import OPEN_END

KEPT, GONE = "kept", "gone"
# What is chosen together: the key of the choice, and its columns.
CHOICES = {
    "name_zh": ("name_zh",),
    "name_en": ("name_en",),
    "credit_code": ("credit_code", "no_code_reason"),
    "field": ("field",),
    "parent": ("parent",),
    "successor": ("successor",),
    "registered": ("registered_year", "registered_on"),
    "closed": ("closed_year", "closed_on"),
    "uncertain_name": ("uncertain_name",),
    "note": ("note",),
}
PROGRESS = (State.NOT_STARTED, State.DRAFT, State.RETURNED, State.SUBMITTED, State.APPROVED)
# Rows that stand once beside these columns, though the database would take two.
ONCE = {"patents.PatentHolder": ("patent_id",)}


@dataclass(frozen=True)
class Difference:
    """Columns in which the two differ; `proposed` is whose values are proposed."""

    key: str
    columns: tuple[models.Field, ...]
    proposed: str


@dataclass(frozen=True)
class Clash:
    """Rows of both of which only those of one can stay. Equal ones need no choice.

    `proposed` is whose rows are proposed to stay.
    """

    key: str
    kept: tuple[Record, ...]
    gone: tuple[Record, ...]
    equal: bool
    proposed: str

    @property
    def model(self):
        return type(self.kept[0])


@dataclass
class Plan:
    kept: Enterprise
    gone: Enterprise
    differences: list[Difference]
    # Rows that point to the one that goes, with the columns by which they do.
    links: dict[Record, list[models.Field]]
    clashes: list[Clash]
    token: str = ""
    clashing: set[Record] = field(default_factory=set)

    @property
    def moving(self) -> list[Record]:
        """The rows that simply move, without those that clash."""
        return [row for row in self.links if row not in self.clashing]


def links_to_enterprises() -> list[models.Field]:
    """Every column of a kept record that names an enterprise, wherever it is declared."""
    found = (
        relation.field
        for relation in Enterprise._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete
    )
    return [
        link
        for link in found
        if issubclass(link.model, Record) and link.model is not NotTheSame and link.concrete
    ]


def plan_of(kept: Enterprise, gone: Enterprise, *, lock: bool = False) -> Plan:
    """What merging `gone` into `kept` would change."""
    links, clashes = defaultdict(list), []
    seen = [kept, gone]
    for link in links_to_enterprises():
        own, others = (rows_of(link, one, lock) for one in (kept, gone))
        seen += [*own, *others]
        for row in others:
            if row != kept:
                links[row].append(link)
        clashes += clashes_between(link, own, others)
    plan = Plan(kept, gone, differences_of(kept, gone), dict(links), clashes, token=token_of(seen))
    plan.clashing = {row for clash in clashes for row in clash.gone}
    return plan


def rows_of(link: models.Field, enterprise: Enterprise, lock: bool) -> list[Record]:
    rows = link.model._base_manager.filter(**{link.name: enterprise}).order_by("pk")
    return list(rows.select_for_update() if lock else rows)


def token_of(rows: list[Record]) -> str:
    """Stands for the state of rows with their parts: it is another one once any has changed."""
    state = [(row._meta.label, row.pk, row.version) for row in rows]
    state += [(part._meta.label, part.pk, part.version) for row in rows for part in own_parts(row)]
    return sha256(repr(sorted(set(state))).encode()).hexdigest()


def own_parts(row: Record) -> list[Record]:
    """What is part of the row itself: figures of a return, evidence. A center is more than a row
    that names an enterprise, and what it consists of is not touched."""
    return writing.parts_of(row) if isinstance(row, Return | Title) else []


def differences_of(kept: Enterprise, gone: Enterprise) -> list[Difference]:
    found = []
    for key, names in CHOICES.items():
        columns = tuple(Enterprise._meta.get_field(name) for name in names)
        ours, theirs = ([value_of(one, c, kept, gone) for c in columns] for one in (kept, gone))
        # A column that is empty in the one that goes has nothing to offer.
        if ours != theirs and any(theirs):
            found.append(Difference(key, columns, KEPT if ours[0] else GONE))
    return found


def value_of(one: Enterprise, column: models.Field, kept: Enterprise, gone: Enterprise):
    """A value as the merged enterprise could have it: it cannot be its own parent."""
    value = getattr(one, column.attname)
    return None if column.is_relation and value in (kept.pk, gone.pk) else value


# Clashes


def clashes_between(link: models.Field, own: list[Record], others: list[Record]) -> list[Clash]:
    """Groups of rows that exclude one another, each with all that hang together in it."""
    groups: list[tuple[set, set]] = []
    for row in own:
        for other in others:
            if not exclude_each_other(link, row, other):
                continue
            touching = [one for one in groups if row in one[0] or other in one[1]]
            merged = ({row}, {other})
            for one in touching:
                groups.remove(one)
                merged = (merged[0] | one[0], merged[1] | one[1])
            groups.append(merged)
    return [clash_of(link, *group) for group in groups]


def clash_of(link, own: set, others: set) -> Clash:
    kept, gone = (tuple(sorted(rows, key=lambda row: row.pk)) for rows in (own, others))
    equal = len(kept) == len(gone) == 1 and contents(kept[0], link) == contents(gone[0], link)
    key = f"{link.model._meta.label_lower}-{kept[0].pk}"
    equal = equal and not any(own_parts(row) for row in (*kept, *gone))
    return Clash(key, kept, gone, equal, GONE if rank(gone[0]) > rank(kept[0]) else KEPT)


def rank(row: Record) -> int:
    """Of two rows that exclude one another the higher is proposed to stay."""
    if isinstance(row, Return):
        return PROGRESS.index(row.state)
    if isinstance(row, Location):
        return -row.from_year
    return -getattr(row, "order", 0)


def contents(row: Record, link: models.Field) -> list:
    untold = {"version", row._meta.pk.name, link.name, "order"}
    return [getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in untold]


def exclude_each_other(link: models.Field, row: Record, other: Record) -> bool:
    for rule in link.model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint) and link.name in rule.fields:
            names = [name for name in rule.fields if name != link.name]
            if same_in(row, other, names):
                return True
    once = ONCE.get(link.model._meta.label)
    if once and same_in(row, other, once):
        return True
    if isinstance(row, Location):
        return overlap((row.from_year, row.to_year), (other.from_year, other.to_year))
    if isinstance(row, Title) and row.kind_id == other.kind_id:
        return overlap((row.awarded_year, row.last_year), (other.awarded_year, other.last_year))
    return False


def same_in(row: Record, other: Record, names) -> bool:
    values = [[getattr(one, one._meta.get_field(n).attname) for n in names] for one in (row, other)]
    return values[0] == values[1] and None not in values[0]


def overlap(one: tuple[int, int | None], other: tuple[int, int | None]) -> bool:
    return one[0] < (other[1] or OPEN_END) and other[0] < (one[1] or OPEN_END)


# Who may, and which years stand against it


def rows_outside(scope, plan: Plan) -> int:
    """How many of the rows concerned lie outside what the user manages; such a merge is refused."""
    rows = [*plan.links, *(row for clash in plan.clashes for row in clash.kept)]
    return outside(scope, [plan.kept, plan.gone, *rows])


def outside(scope, rows: list[Record]) -> int:
    if scope.everything:
        return 0
    managed = scope.decided_park_ids
    by_model = defaultdict(set)
    for row in rows:
        by_model[type(row)].add(row.pk)
    return sum(
        len(keys) - scope.limit(model._default_manager.filter(pk__in=keys), managed).count()
        for model, keys in by_model.items()
    )


def closed_years(plan: Plan) -> list[tuple[str, int]]:
    """(zone, year) of the closed years that the merge would touch."""
    points = set()
    for row, links in plan.links.items():
        points |= writing.touched(row, pointed(row, links, plan.kept))
    return sorted({(zone.name, year) for (_p, year), zone in closed_among(points).items()})


def pointed(row: Record, links: list[models.Field], enterprise: Enterprise) -> Record:
    moved = copy.copy(row)
    moved._state = copy.copy(row._state)
    moved._state.fields_cache = {}
    for link in links:
        setattr(moved, link.attname, enterprise.pk)
    return moved
