"""Requests that no page offers: keys of another zone, fields of nobody's business, blind posts."""

from urllib.parse import urlencode

from django.contrib import admin
from django.urls import reverse

from enterprises.models import Enterprise, Park, Return, Title, Zone
from tests.admin_forms import add_url, change_url, fields_of, list_url
from tests.matrix_world import BIRDS, YEAR, World
from zonetrack.access.matrix import Where
from zonetrack.access.models import Membership, User
from zonetrack.projects.models import Achievement
from zonetrack.targets.models import Target
from zonetrack.years.models import ReportingYear

NOT_OFFERED = {
    "id": "999", "pk": "999", "is_superuser": "on", "is_staff": "on", "user": "1", "by": "1",
    "approved": "on", "state": "approved", "closed": "on", "closed_at": "2020-01-01",
    "groups": "1", "user_permissions": "1", "history": "x", "history_user": "1",
}  # fmt: skip


def spellings(record) -> list[str]:
    """A key as it is, with blanks, with zeros, in other digits; and names instead of it."""
    key = str(record.pk)
    full_width = "".join(chr(ord("０") + int(digit)) for digit in key)
    return [
        key,
        f" {key}",
        f"{key} ",
        f"0{key}",
        full_width,
        str(record),
        getattr(record, "key", "none"),
    ]


def opened(visitor, url) -> dict:
    page = visitor.get(url)
    return fields_of(page) if page.status_code == 200 else {}


def foreign_keys(visitor, world: World, own: Where, other: Where):
    """A field of an own form that points at something in the other place, in every spelling."""
    mine, theirs = world.records[own], world.records[other]
    fields = [
        ("achievement", "park", "park"),
        ("title", "enterprise", "enterprise"),
        ("center", "host", "enterprise"),
    ]
    for kind, field, of in fields:
        values = opened(visitor, change_url(mine[kind]))
        for spelling in spellings(theirs[of]):
            yield visitor.post(change_url(mine[kind]), values | {field: spelling})


def own_form_at_another_key(visitor, world: World, own: Where, other: Where):
    mine, theirs = world.records[own], world.records[other]
    for kind in ("achievement", "title", "center", "enterprise", "project", "return", "target"):
        values = opened(visitor, change_url(mine[kind]))
        yield visitor.post(change_url(theirs[kind]), values | {"note": "Forged"})
    for kind in ("return", "draft"):
        values = opened(visitor, reverse("entry-form", args=[mine[kind].pk]))
        url = reverse("entry-form", args=[theirs[kind].pk])
        for step in ("save", "submit", "approve", "send_back"):
            yield visitor.post(url, values | {"employees": "9", "do": step, "comment": "Forged"})
    zones = world.zones
    values = opened(visitor, reverse("entry-table", args=[zones[own].key, YEAR]))
    yield visitor.post(reverse("entry-table", args=[zones[other].key, YEAR]), values)


def actions_on_others(visitor, world: World, own: Where, other: Where):
    """Everything a list offers to do with several rows, with a key of the other place."""
    theirs = world.records[other]
    for model, model_admin in admin.site._registry.items():
        kinds = [record for record in theirs.values() if type(record) is model]
        names = ["delete_selected", *(getattr(one, "__name__", one) for one in model_admin.actions)]
        for name in names:
            for record in kinds[:1]:
                values = {"action": name, "_selected_action": record.pk, "index": 0, "post": "yes"}
                yield visitor.post(list_url(model), values)
                # All rows of the list, narrowed to those that are not in it.
                narrowed = f"{list_url(model)}?{urlencode({'q': BIRDS[other]})}"
                yield visitor.post(narrowed, values | {"select_across": "1"})


def blind_posts(visitor, world: World, own: Where, other: Where):
    """What somebody who writes nothing might send to every form there is, about the own place."""
    mine, zone, park = world.records[own], world.zones[own], world.parks[own]
    typed = {"name_en": "Forged", "park": park.pk, "zone": zone.pk, "year": YEAR, "note": "Forged"}
    for model in (Achievement, Enterprise, Title, Return, Target, Park, Zone, ReportingYear, User):
        yield visitor.post(add_url(model), typed | NOT_OFFERED)
    yield visitor.post(add_url(Membership), typed | {"username": "matrix-reader", "group": "1"})
    for kind in ("achievement", "title", "center", "return", "target", "user", "year", "zone"):
        yield visitor.post(change_url(mine[kind]), typed | NOT_OFFERED)
    form = {"employees": "9", "opened": "1", "do": "save", "comment": "Forged", "reason": "Forged"}
    for name, key in (("entry-form", "draft"), ("entry-form", "return"), ("import-undo", "import")):
        yield visitor.post(reverse(name, args=[mine[key].pk]), form)
    for name in ("entry-table", "open-year", "close-year", "reopen-year", "board"):
        yield visitor.post(reverse(name, args=[zone.key, YEAR]), form | {"version": "1"})
    yield visitor.post(reverse("merge", args=[mine["enterprise"].pk, mine["twin"].pk]), form)
    pair = {"first": mine["enterprise"].pk, "second": mine["twin"].pk}
    yield visitor.post(reverse("not-the-same"), pair)
