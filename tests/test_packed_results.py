"""Results of imports from before they were kept packed are still there after the upgrade."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from tests import factories as make
from zonetrack.files.models import store
from zonetrack.imports.models import Import

BEFORE, NOW = [("imports", "0002_parks_touched")], [("imports", "0003_packed_results")]
RESULT = {"problems": [], "rows": [{"n": 2, "t": "青海 · 2014", "c": [["revenue", None, "4.5"]]}]}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def steps_known(settings):
    """Also where the tables were made at once, without migrations."""
    settings.MIGRATION_MODULES = {}
    recorder = MigrationRecorder(connection)
    if recorder.has_table():
        yield
        return
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes(), fake=True)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(recorder.Migration)


@pytest.fixture
def moved(steps_known):
    """Moves the tables to a step; what a test leaves behind is brought to the last one."""

    def to(step):
        executor = MigrationExecutor(connection)
        executor.migrate(step)
        return executor.loader.project_state(step).apps.get_model("imports", "Import")

    yield to
    to(NOW)


def make_import(result):
    user = make.make_user()
    at = user.date_joined
    file = store("a.csv", b"a", kind="csv", by=user, at=at)
    return Import.objects.create(register="yearly", file=file, begun_at=at, result=result)


def test_results_are_carried_over_and_back(moved):
    full, empty = make_import(RESULT), make_import({})
    old = moved(BEFORE)
    assert old.objects.get(pk=full.pk).result == RESULT
    assert old.objects.get(pk=empty.pk).result == {}
    moved(NOW)
    assert Import.objects.get(pk=full.pk).result == RESULT
    assert Import.objects.get(pk=empty.pk).result == {}


def test_a_result_is_kept_in_less_than_it_says():
    row = make_import({"rows": RESULT["rows"] * 1000})
    with connection.cursor() as cursor:
        cursor.execute("SELECT length(result) FROM imports_import WHERE id = %s", [row.pk])
        assert cursor.fetchone()[0] < 5_000
    assert Import.objects.get(pk=row.pk).result["rows"] == RESULT["rows"] * 1000
