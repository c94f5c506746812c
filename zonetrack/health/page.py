"""The status page, for administrators: is it well, what runs here, what is large, what is slow."""

import platform
from dataclasses import dataclass
from datetime import date, timedelta

import django
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from enterprises.models import Zone
from zonetrack.access.scope import request_scope
from zonetrack.version import version

from . import looking, sizes, times
from .checks import CHECKS, QUICK, SLOW
from .looking import Asked, Level
from .models import PageTimes

DAYS, SHOWN = 7, 10
# Keys of zonetrack.templatetags.states.
LOOKS = {Level.FINE: "done", Level.WARNING: "soon", Level.FAILURE: "missed"}
CACHES = {
    "LocMemCache": pgettext_lazy("cache", "in each process"),
    "RedisCache": "Redis",
    "DatabaseCache": pgettext_lazy("cache", "in the database"),
    "DummyCache": pgettext_lazy("cache", "none"),
}


@require_safe
def status(request):
    if not request_scope(request).everything:
        raise PermissionDenied
    now = timezone.now()
    results = looked_now_and_before(now)
    context = {
        "title": _("Status"),
        "versions": versions(),
        "results": [(result, LOOKS[result.level] if result.at else "") for result in results],
        "years": open_years(results),
        "tables": sizes.largest(),
        "size": sizes.of_database(),
        "slow": slow_pages(timezone.localdate(now)),
        "days": DAYS,
    }
    return TemplateResponse(
        request, "health/status.html", {**admin.site.each_context(request), **context}
    )


def looked_now_and_before(now) -> list[looking.Result]:
    """What costs little is looked at now; the rest is what the command found last."""
    found = [*looking.looked(QUICK, Asked(now)), *looking.kept(SLOW)]
    order = [check.key for check in CHECKS]
    return sorted(found, key=lambda result: order.index(result.check.key))


def versions() -> list[tuple[str, str]]:
    database = f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}"
    return [
        ("ZoneTrack", version()),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        (_("Database"), database),
        (_("Other databases"), others() or pgettext("databases", "none")),
        (_("Cache"), cache()),
    ]


def others() -> str:
    """Replicas and whatever else is configured, by name and host; never passwords."""
    told = []
    for alias, config in connections.settings.items():
        if alias != DEFAULT_DB_ALIAS:
            told.append(" ".join(filter(None, [alias, config.get("HOST", "")])))
    return ", ".join(told)


def cache() -> str:
    kind = settings.CACHES["default"]["BACKEND"].rpartition(".")[2]
    return str(CACHES.get(kind, kind))


def open_years(results) -> list[dict]:
    """Years in which something was found, with the zones' names."""
    [found] = [one.found.facts.get("named", []) for one in results if one.check.key == "returns"]
    zones = {zone.key: zone for zone in Zone.objects.filter(key__in=[one["zone"] for one in found])}
    return [one | {"zone": zones[one["zone"]]} for one in found if one["zone"] in zones]


@dataclass(frozen=True)
class Slow:
    """Times in milliseconds; `queries` of one request on average."""

    name: str
    count: int
    half: float
    most: float
    worst: float
    queries: float


def slow_pages(today: date) -> list[Slow]:
    """The addresses for which people waited longest in the last days."""
    rows = PageTimes.objects.filter(day__gt=today - timedelta(days=DAYS))
    found = [
        Slow(
            name,
            tally.count,
            tally.within(0.5),
            tally.within(0.95),
            tally.slowest,
            tally.queries / tally.count,
        )
        for name, tally in times.by_address(rows).items()
    ]
    return sorted(found, key=lambda one: (-one.most, -one.worst, one.name))[:SHOWN]
