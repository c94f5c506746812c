"""What is kept of pages between requests: parts that are the same for everybody with the same key.

A part is kept under what it is made from and nothing else: the stamp of the zones whose rows it
shows, the place with the parks it consists of, the year, whether drafts are counted, the language,
the day, and the state of the program. It is made without the request, so that nothing of a reader
can come into it; whoever may not see the place never asks for it. Nothing is ever thrown away
because of a change: a change raises the stamp, and the old part is not asked for again.
"""

import zlib
from collections.abc import Callable
from datetime import date
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache as store
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from enterprises.places import Place
from zonetrack.sums import counters

SECONDS = 24 * 3600
# What pages are made from besides the database.
SOURCES = ("*.py", "*.html", "*.mo")
FOLDERS = ("zonetrack", "enterprises", "rd_centers", "patents", "templates", "locale")


def digest(*things) -> str:
    return blake2b(repr(things).encode(), digest_size=20).hexdigest()


@cache
def edition() -> str:
    """The state of the program: of its code, templates, translations and static files."""
    found = blake2b(getattr(staticfiles_storage, "manifest_hash", "").encode(), digest_size=20)
    for folder in FOLDERS:
        for pattern in SOURCES:
            for file in sorted(Path(settings.BASE_DIR, folder).rglob(pattern)):
                found.update(file.read_bytes())
    return found.hexdigest()


# Stamps


def zones_of(place: Place) -> frozenset[int]:
    """Whose rows a page of the place shows: the zone's and its parks' home zones'."""
    homes = (link.park.home_zone_id for link in place.links)
    return frozenset([place.zone.pk, *homes])


def stamp_of(request, zone_ids: frozenset[int] | None, *, drafts: bool = True) -> str:
    """The stamp of zones (None: of all), asked for once a request and before anything is read.

    Without `drafts` for what shows nothing of figures that are not approved.
    """
    if not hasattr(request, "_stamps"):
        request._stamps = {}
    if (zone_ids, drafts) not in request._stamps:
        request._stamps[zone_ids, drafts] = counters.stamp(zone_ids, drafts=drafts)
    return request._stamps[zone_ids, drafts]


# Parts


def place_key(place: Place) -> tuple:
    """The place and what it consists of: two readers of a zone may see different parks of it."""
    return place.zone.pk, place.key, tuple(sorted(link.pk for link in place.links))


def kept(what: str, key: tuple, stamp: str, today: date, make: Callable[[], Any]) -> Any:
    """A part of a page: as it was kept, else as `make` makes it now.

    `make` returns plain values and finished HTML, and looks at nothing but what is in the key.
    """
    if not settings.KEEP_PARTS:
        return make()
    # Several databases may be served by turns in one process, as by the benchmark.
    database = connections[DEFAULT_DB_ALIAS].settings_dict
    whose = database["HOST"], database["PORT"], str(database["NAME"])
    name = f"part:{what}:" + digest(key, stamp, today, get_language(), edition(), whose)
    found = store.get(name)
    if found is not None:
        return unpacked(found)
    made = make()
    store.set(name, packed(made), SECONDS)
    return made


def packed(part: dict) -> dict:
    """HTML is kept compressed: it takes a tenth of the room."""
    return {
        name: zlib.compress(value.encode(), 1) if isinstance(value, SafeString) else value
        for name, value in part.items()
    }


def unpacked(part: dict) -> dict:
    return {
        name: mark_safe(zlib.decompress(value).decode()) if isinstance(value, bytes) else value
        for name, value in part.items()
    }
