"""The page of one record: panels of facts, tables and short lists, then who changed what."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from zonetrack import changes, punctuation
from zonetrack.access.scope import Scope, request_scope
from zonetrack.keeping.conditional import conditional, of_all

from . import cells
from .cells import Cell
from .listing import address, only_zone
from .paging import LARGEST_KEY

CHANGES_SHOWN = 20
Parts = Iterable[tuple[type[Model], str]]


@dataclass(frozen=True)
class Table:
    """`heads`: texts; `rows`: cells, the first of which is the row's heading. A head stands right
    where its first cell does."""

    heads: list
    rows: list[list[Cell]]

    @property
    def columns(self) -> list[tuple[Any, bool]]:
        first = self.rows[0] if self.rows else [Cell() for _head in self.heads]
        return [(head, cell.num) for head, cell in zip(self.heads, first, strict=True)]

    @property
    def body(self) -> SafeString:
        return cells.table_body(self.rows)


@dataclass(frozen=True)
class Panel:
    """Only what is given is shown; a panel with nothing but `empty` says this sentence."""

    key: str
    title: Any
    facts: Iterable[tuple[Any, Cell]] = ()
    table: Table | None = None
    items: Iterable[Cell] = ()
    text: str = ""
    note: str = ""
    empty: Any = ""
    more: tuple[Any, str] | None = None  # words and address of the full list

    @property
    def is_empty(self) -> bool:
        rows = self.table and self.table.rows
        return not (self.facts or rows or self.items or self.text)


@dataclass
class Page:
    record: Model
    title: str
    sub: Cell | None = None
    tags: list[tuple[Any, bool]] = field(default_factory=list)
    crumbs: list[tuple[Any, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    main: list[Panel] = field(default_factory=list)
    side: list[Panel] = field(default_factory=list)
    links: list[tuple[Any, str]] = field(default_factory=list)  # what else can be done here


def kept(
    model: type[Model],
    parts: Parts = (),
    *,
    also: Callable[[int], object] | None = None,
    drafts: bool = False,
):
    """Decorates the view of a record's page, which is kept for all with the same rights.

    The changes told on it name accounts, and records that the reader may not see any more; no
    stamp tells of those, so the changes are read each time. `also(pk)` answers what else on the
    page no stamp tells of. `drafts`: whether figures that are not approved stand on it.
    """

    def more(request, _zones, pk: int) -> tuple | None:
        if pk > LARGEST_KEY:
            return None
        audits = request_scope(request).audits
        record = model._default_manager.filter(pk=pk).first() if audits else None
        told = None if record is None else changes_told(request, record, parts)
        return told, also(pk) if also else None

    return conditional(of_all, more, keep=True, drafts=drafts)


def show(request, page: Page, *, parts: Parts = ()):
    """`parts`: models whose rows belong to the record, with the name of their link to it; their
    changes are told with the record's own."""
    scope = request_scope(request)
    writes = may_change(scope, page.record)
    side = [*page.side]
    changed = changes_told(request, page.record, parts)
    if changed is not None:
        side.append(changes_panel(changed))
    return TemplateResponse(
        request,
        "lists/record.html",
        {
            "page": page,
            "zone": only_zone(scope),
            "crumbs": [*page.crumbs, (page.title, None)],
            "main_panels": [panel for panel in page.main if panel.empty or not panel.is_empty],
            "side_panels": [panel for panel in side if panel.empty or not panel.is_empty],
            "edit_url": address_to_edit(page.record) if writes else "",
        },
    )


def may_change(scope: Scope, record: Model) -> bool:
    permission = f"{record._meta.app_label}.change_{record._meta.model_name}"
    return scope.user.has_perm(permission) and scope.may_write(record)


def address_to_edit(record: Model) -> str:
    names = record._meta
    return address(f"admin:{names.app_label}_{names.model_name}_change", record.pk)


# Facts that many records have


def zone_of(scope: Scope, park):
    """The zone under which the reader sees the park; its home zone may be out of reach."""
    if scope.everything:
        return park.home_zone
    return next(link.zone for link in scope.links if link.park_id == park.pk)


def park_fact(scope: Scope, park) -> tuple[Any, Cell]:
    return _("Park"), Cell(park.name, url=park_address(scope, park))


def park_address(scope: Scope, park) -> str:
    return address("park-now", zone_of(scope, park).key, park.key)


def zone_fact(zone) -> tuple[Any, Cell]:
    return _("Zone"), Cell(zone.name, url=address("zone", zone.key))


def place_facts(scope: Scope, park) -> list[tuple[Any, Cell]]:
    return [park_fact(scope, park), zone_fact(zone_of(scope, park))]


def facts_of_place(scope: Scope, zone, park) -> list[tuple[Any, Cell]]:
    return place_facts(scope, park) if park else [zone_fact(zone)]


def linked(scope: Scope, record, view: str, **more) -> Cell:
    """The name of a record that another one names; a link only where its page may be opened."""
    if record is None:
        return Cell()
    if scope.everything:
        seen = True
    else:
        seen = scope.limit(type(record)._default_manager.filter(pk=record.pk)).exists()
    return cells.name(record, url=address(view, record.pk) if seen else "", **more)


def label(model: type[Model], name: str) -> str:
    """A field's name as the head of a fact or column."""
    words = str(model._meta.get_field(name).verbose_name)
    return words[:1].upper() + words[1:]


# Who changed what


def changes_panel(items: list[Cell]) -> Panel:
    return Panel("changes", _("Changes"), items=items, empty=_("No change has been recorded."))


def changes_told(request, record: Model, parts: Parts) -> list[Cell] | None:
    """The last changes of the one record that the request is about; None where the reader may not
    read them. Asked for once a request."""
    if not hasattr(request, "_changes_told"):
        request._changes_told = told_to(request_scope(request), record, parts)
    return request._changes_told


def told_to(scope: Scope, record: Model, parts: Parts) -> list[Cell] | None:
    if not scope.may_audit(record):
        return None
    entries = changes.entries(type(record), record.pk, parts, scope.limit)
    return [Cell(what(entry), sub=by_whom(entry)) for entry in entries[:CHANGES_SHOWN]]


def what(entry: changes.Entry) -> str:
    """One sentence: `Batch: – → 2`; of a new record only that it was entered."""
    if entry.kind == "+":
        said = _("Entered")
    elif entry.kind == "-":
        said = _("Deleted")
    else:
        said = punctuation.clauses(
            f"{punctuation.colon(one.label)}{one.old} → {one.new}" for one in entry.changes
        )
    return f"{entry.subject} · {said}" if entry.subject else said


def by_whom(entry: changes.Entry) -> str:
    moment = date_format(localtime(entry.at), "SHORT_DATETIME_FORMAT")
    return " · ".join(filter(None, [entry.by, moment, entry.through, entry.reason]))
