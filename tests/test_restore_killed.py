"""`restore` ends in the middle of its work: the data before is untouched, or the backup is there,
and a second `restore` brings it in any case.
"""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.clusters import running_cluster, until
from tests.disks import Disk, recorded
from tests.served import ROOT, environment_of, manage, new_database, run_python
from tests.sqlite_sites import new_sqlite

pytestmark = pytest.mark.servers

CUTS = 20
DATABASE = "zonetrack.sqlite3"
WORDS = ("--replace", "--no-input", "--yes", "--no-migrate", "--no-progress-bar")
NAMES = "SELECT name_en FROM enterprises_institution ORDER BY name_en"
LATER = """
import django
django.setup()
from enterprises.models import Institution
from zonetrack import writing
for number in range(500):
    name = f"Institute {number:03}"
    writing.load(Institution, [Institution(name_en=name, name_zh=name * 9, kind="institute")])
"""


def command(file: Path, before: Path) -> list[str]:
    words = ["restore", str(file), "--before", str(before), *WORDS]
    return [sys.executable, str(ROOT / "manage.py"), *words]


def names_in(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.execute("PRAGMA synchronous=OFF")
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [name for (name,) in database.execute(NAMES)]


def test_on_sqlite_every_moment_leaves_the_old_data_or_the_backup(tmp_path):
    """Killed or without power: what is written to the disk is recorded and played back."""
    folder, file, kept = tmp_path / "data", tmp_path / "backup.zip", tmp_path / "before"
    environment = new_sqlite(folder)
    manage(environment, "backup", str(file))
    run_python(environment, LATER)
    old = names_in(folder)
    assert len(old) == 500
    disk = Disk(folder)
    steps = recorded(command(file, kept), folder, environment_of(environment))
    assert names_in(folder) == []
    chance, scratch, found = random.Random(1), tmp_path / "image", []
    points = {len(steps) * (cut + 1) // CUTS for cut in range(CUTS)}
    for number, step in enumerate(steps, start=1):
        disk.play(step)
        if number in points:
            for image in disk.images(chance).values():
                shutil.rmtree(scratch, ignore_errors=True)
                scratch.mkdir()
                for name, data in image.items():
                    (scratch / name).write_bytes(data)
                found.append(names_in(scratch))
    assert len(found) == 3 * CUTS
    assert all(names in (old, []) for names in found)
    assert old in found and [] in found


# PostgreSQL


def test_on_postgresql_a_killed_one_changes_nothing_and_a_second_one_brings_all(tmp_path):
    file, kept = tmp_path / "backup.zip", tmp_path / "before"
    with running_cluster() as cluster, closing(cluster.connect()) as own, own.cursor() as cursor:
        environment = {"DATABASE_URL": cluster.url(), "ZONETRACK_DATA_DIR": str(tmp_path)}
        new_database(environment)
        manage(environment, "backup", str(file))
        run_python(environment, LATER)
        old = cluster.sql(NAMES)
        assert len(old) == 500

        def asked(pattern: str) -> list[tuple]:
            """The processes of the server that do this just now."""
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND backend_type = 'client backend' AND query ~ %s",
                [pattern],
            )
            return cursor.fetchall()

        process = subprocess.Popen(
            command(file, kept), env=environment_of(environment), start_new_session=True
        )
        # It copies rows in only after all tables that were there are gone.
        until(lambda: asked(r"^COPY \S+ \(.*\) FROM stdin"), "rows are being copied in")
        process.kill()
        assert process.wait() == -signal.SIGKILL
        until(lambda: not asked(""), "the server has noticed")
        assert cluster.sql(NAMES) == old
        subprocess.run(command(file, kept), env=environment_of(environment), check=True)
        assert cluster.sql(NAMES) == []
