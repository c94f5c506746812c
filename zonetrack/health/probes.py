"""Two addresses for those who watch over the server; they tell strangers nothing else."""

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse

# App and name of a migration.
Key = tuple[str, str]


@login_not_required
def alive(request):
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def ready(request):
    if database_is_ready():
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponse("not ready\n", content_type="text/plain", status=503)


def database_is_ready() -> bool:
    """Reachable, and every migration of this version applied."""
    try:
        return not missing_migrations()
    except (DatabaseError, InterfaceError):
        return False


def missing_migrations() -> list[Key]:
    """What this version needs and the database does not have; two queries."""
    applied = set(applied_migrations())
    return [
        key
        for key, replaced in known_migrations().items()
        if key not in applied and not (replaced and replaced <= applied)
    ]


def applied_migrations() -> list[Key]:
    recorder = MigrationRecorder(connection)
    # A new database has no table of migrations yet.
    if not recorder.has_table():
        return []
    return list(recorder.migration_qs.values_list("app", "name"))


@cache
def known_migrations() -> dict[Key, frozenset[Key]]:
    """All that come with this version, and what each of them replaces; read once a process.

    Their graph is not built, which would cost many times what a probe may.
    """
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return {key: frozenset(one.replaces) for key, one in loader.disk_migrations.items()}
