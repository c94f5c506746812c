"""Two addresses for those who watch over the server; they tell strangers nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse


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
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError):
        return False
