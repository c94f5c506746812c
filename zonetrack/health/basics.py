"""Looks at what the installation stands on: database, disk, backup, settings, clock."""

import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import connection
from django.db.models import Max
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zonetrack import backups, punctuation
from zonetrack.imports.models import Import
from zonetrack.replicas import behind

from .looking import Asked, Found, Level
from .models import Look
from .probes import known_migrations, missing_migrations

GIGABYTE = 2**30
WARNED_BELOW, FAILED_BELOW = 2 * GIGABYTE, GIGABYTE // 5  # free in the data folder
CLOCKS_APART = 5  # seconds
LATE = 64 * 2**20  # bytes of the log that a replica lacks
PUT_BACK = timedelta(minutes=2)


def database(asked: Asked) -> Found:
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    version = ".".join(map(str, connection.get_database_version()))
    return Found(Level.FINE, {"name": connection.display_name, "version": version})


def tell_of_database(facts) -> str:
    return _("%(name)s %(version)s answers.") % facts


def replicas(asked: Asked) -> Found:
    """Pages are right without them, only slower; nobody would notice."""
    sizes = behind() if settings.REPLICAS else {}
    away = [name for name, size in sizes.items() if size is None]
    late = [name for name, size in sizes.items() if size is not None and size > LATE]
    facts = {"all": len(sizes), "away": away, "late": late}
    return Found(Level.WARNING if away or late else Level.FINE, facts)


def tell_of_replicas(facts) -> str:
    if not facts["all"]:
        return _("There are none.")
    n, away, late = facts["all"], *(punctuation.listed(facts[name]) for name in ("away", "late"))
    if not (away or late):
        return ngettext("%(n)d follows.", "All %(n)d follow.", n) % {"n": n}
    told = [_("Away, or following no server: %(names)s.") % {"names": away}] if away else []
    told += [_("Far behind: %(names)s.") % {"names": late}] if late else []
    return punctuation.joined(told)


def migrations(asked: Asked) -> Found:
    missing = missing_migrations()
    facts = {"all": len(known_migrations()), "missing": [".".join(key) for key in missing]}
    return Found(Level.FAILURE if missing else Level.FINE, facts)


def tell_of_migrations(facts) -> str:
    if not facts["missing"]:
        return _("All %(n)d are applied.") % {"n": facts["all"]}
    n = len(facts["missing"])
    return ngettext(
        "%(n)d is not applied: run migrate. The first: %(first)s",
        "%(n)d are not applied: run migrate. The first: %(first)s",
        n,
    ) % {"n": n, "first": facts["missing"][0]}


def disk(asked: Asked) -> Found:
    """The folder itself may not be there yet where the database is elsewhere."""
    folder = next(one for one in (settings.DATA_DIR, *settings.DATA_DIR.parents) if one.exists())
    usage = shutil.disk_usage(Path(folder))
    level = Level.WARNING if usage.free < WARNED_BELOW else Level.FINE
    if usage.free < FAILED_BELOW:
        level = Level.FAILURE
    return Found(level, {"free": usage.free, "total": usage.total})


def tell_of_disk(facts) -> str:
    return _("%(free)s of %(total)s are free where the data folder lies.") % {
        name: filesizeformat(facts[name]) for name in ("free", "total")
    }


def backup(asked: Asked) -> Found:
    found = backups.last()
    if found is None:
        return Found(Level.WARNING)
    hours = (asked.now - found.taken_at) / timedelta(hours=1)
    level = Level.WARNING if hours > asked.backup_hours else Level.FINE
    facts = {"at": found.taken_at, "hours": max(int(hours), 0), "file": found.file}
    return Found(level, facts)


def tell_of_backup(facts) -> str:
    if not facts:
        return _("No backup is known: run backup, best every night.")
    return ngettext(
        "The last one is of %(at)s, %(n)d hour ago: %(file)s",
        "The last one is of %(at)s, %(n)d hours ago: %(file)s",
        facts["hours"],
    ) % {"at": moment(facts["at"]), "n": facts["hours"], "file": facts["file"]}


def configuration(asked: Asked) -> Found:
    """What Django finds unsafe, a weak secret key among it."""
    found = checks.run_checks(tags=[checks.Tags.security], include_deployment_checks=True)
    ids = sorted({one.id for one in found if not one.is_silenced()})
    return Found(Level.WARNING if ids else Level.FINE, {"ids": ids})


def tell_of_configuration(facts) -> str:
    if not facts["ids"]:
        return _("Nothing in the settings is unsafe.")
    return _("Run check --deploy, which finds: %(ids)s") % {"ids": ", ".join(facts["ids"])}


def clock(asked: Asked) -> Found:
    """Whether the database has another time, and whether what was stored last lies ahead."""
    apart = seconds_apart()
    last, made = Import.objects.order_by("-pk").first(), backups.last()
    latest = max(filter(None, [
        last and last.begun_at,
        made and made.taken_at,
        Look.objects.aggregate(at=Max("at"))["at"],
    ]), default=None)  # fmt: skip
    ahead = latest if latest and latest > asked.now + PUT_BACK else None
    wrong = ahead or apart > CLOCKS_APART
    return Found(Level.WARNING if wrong else Level.FINE, {"apart": round(apart), "ahead": ahead})


def seconds_apart() -> float:
    """Between the clocks of this machine and of the database's; SQLite has none of its own."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [theirs] = cursor.fetchone()
    # Not the time at which the looking began, which may be a while ago.
    return abs((theirs - timezone.now()).total_seconds())


def tell_of_clock(facts) -> str:
    if facts["ahead"]:
        return _("Something was stored at %(at)s, which lies ahead: was the clock put back?") % {
            "at": moment(facts["ahead"])
        }
    if facts["apart"] > CLOCKS_APART:
        return _("The clock of the database is %(n)d seconds off.") % {"n": facts["apart"]}
    return _("It agrees with the database and with what was stored.")


def moment(written: str) -> str:
    """A time as facts keep it, as people here read it."""
    return date_format(timezone.localtime(parse_datetime(written)), "SHORT_DATETIME_FORMAT")
