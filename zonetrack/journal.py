"""All changes in a reader's scope, newest first: by person, year, kind of record, day or door."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from heapq import nlargest
from operator import itemgetter

from django.apps import apps
from django.db.models import Q, QuerySet

from zonetrack.access.scope import Scope
from zonetrack.changes import Entry, entry_of, states_before
from zonetrack.records import Record

PEOPLE = ("username", "first_name", "last_name")


@dataclass(frozen=True)
class Asked:
    """What is looked for; empty or None does not narrow. `year`: one that the change is about."""

    who: str = ""
    year: int | None = None
    kind: str = ""
    channel: str = ""
    source: int | None = None
    first: date | None = None
    last: date | None = None


def kept_models() -> list[type[Record]]:
    """Every kind of record with a history, by name."""
    models = [model for model in apps.get_models() if issubclass(model, Record)]
    return sorted(models, key=lambda model: str(model._meta.verbose_name))


def found(scope: Scope, asked: Asked, skip: int, count: int) -> tuple[list[Entry], bool]:
    """What `count` rows of the histories tell after the first `skip`, and whether there are more.

    Rows that tell nothing a person reads are left out, so fewer entries than rows may come back.
    A few queries for each kind of record.
    """
    known = {model: wanted(model, scope, asked) for model in kept_models()}
    ahead = skip + count + 1
    newest = nlargest(ahead, places(known, ahead), key=itemgetter(0, 1))
    shown = newest[skip : skip + count]
    chosen: dict[type[Record], list[int]] = {}
    for _at, pk, model in shown:
        chosen.setdefault(model, []).append(pk)
    entries = {
        (model, pk): entry
        for model, keys in chosen.items()
        for pk, entry in told(model, keys, scope)
    }
    ordered = [entries.get((model, pk)) for _at, pk, model in shown]
    return [entry for entry in ordered if entry is not None], len(newest) == ahead


def places(known: dict, count: int) -> Iterator[tuple]:
    for model, rows in known.items():
        for at, pk in rows.order_by("-history_date", "-history_id").values_list(
            "history_date", "history_id"
        )[:count]:
            yield at, pk, model


def told(model: type[Record], keys: list[int], scope: Scope) -> Iterator[tuple[int, Entry | None]]:
    rows = list(model.history.filter(history_id__in=keys).select_related("history_user"))
    earlier = states_before(model, rows)
    for row in rows:
        subject, before = model._meta.verbose_name, earlier.get(row.pk)
        yield row.pk, entry_of(model, row, before, subject, limit=scope.limit)


def wanted(model: type[Record], scope: Scope, asked: Asked) -> QuerySet:
    rows = within(model, scope)
    if asked.kind and asked.kind != model._meta.label_lower:
        return rows.none()
    if asked.year:
        if not model.dated:
            return rows.none()
        years = Q()
        for name in model.dated:
            years |= Q(**{name: asked.year})
        rows = rows.filter(years)
    if asked.who:
        people = Q()
        for name in PEOPLE:
            people |= Q(**{f"history_user__{name}__icontains": asked.who})
        rows = rows.filter(people)
    exact = {
        "channel": asked.channel,
        "source": asked.source,
        "history_date__date__gte": asked.first,
        "history_date__date__lte": asked.last,
    }
    return rows.filter(**{name: value for name, value in exact.items() if value})


def within(model: type[Record], scope: Scope) -> QuerySet:
    """History of the records whose history the reader may read, deleted ones of a park included."""
    rows = model.history.all()
    if scope.everything:
        return rows
    parks, zones, path = scope.audited_park_ids, scope.audited_zone_ids, model.scope_path
    if path == "park":
        return rows.filter(park__in=parks)
    if path == "zone":
        return rows.filter(zone__in=zones)
    if path == "zone_or_park":
        return rows.filter(Q(zone__in=zones) | Q(park__in=parks))
    if model._meta.model_name == "zone":
        return rows.filter(id__in=zones)
    if path is None:
        # Rights of people are the administrators' to follow; other lists are everybody's.
        return rows.none() if model._meta.app_label == "access" else rows
    seen = scope.limit(model._default_manager.all(), parks).order_by().values("pk")
    return rows.filter(**{f"{model._meta.pk.attname}__in": seen})
