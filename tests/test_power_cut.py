"""The power fails while SQLite saves: what was acknowledged is there, and nothing is damaged.

A process saves as the product does; every one of its file operations is recorded. At many points
the power is cut, and each disk that may be left is opened.
"""

import os
import random
import shutil
import sqlite3
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.disks import Disk, Step, recorded
from tests.served import ROOT, environment_of
from tests.sqlite_sites import new_sqlite, sqlite_site
from tests.work_under_faults import ENTRIES, ROWS

pytestmark = pytest.mark.servers

CUTS = int(os.environ.get("ZONETRACK_DRILL_CUTS", "60"))
# With a connection of their own each, as most requests have, and on one that stays open, where
# the log grows until SQLite copies it into the database.
ALONE, TOGETHER = 8, 160
# Enough to show that the check finds what it looks for.
CONTROL_CUTS = 8
DATABASE, TOLD = "zonetrack.sqlite3", "told"

WRITER = """
import os, sys
import django
from django.conf import settings
database = settings.DATABASES["default"]
options = database["OPTIONS"]
assert "synchronous=FULL" in options["init_command"]
options["init_command"] = options["init_command"].replace("=FULL", "=" + sys.argv[2])
django.setup()
from django.db import connection
from enterprises.models import Institution
from zonetrack import writing
told = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
alone, together = map(int, sys.argv[3:])
for number in range(alone + together):
    name = f"Institute {number:06}"
    writing.save(Institution(name_en=name, name_zh=name, kind="institute"))
    os.write(told, f"{name}\\n".encode())
    if number < alone:
        connection.close()
"""


@pytest.fixture(scope="module")
def recordings(tmp_path_factory) -> dict[str, tuple[Path, list[Step]]]:
    """For each way of syncing: the folder in which somebody saved, and what was done there."""

    def record(way: str):
        folder = tmp_path_factory.mktemp(way) / "data"
        environment = environment_of(new_sqlite(folder))
        words = [str(folder / TOLD), way, str(ALONE), str(TOGETHER)]
        environment["PYTHONPATH"] = str(ROOT)
        return folder, recorded([sys.executable, "-c", WRITER, *words], folder, environment)

    sqlite_site()
    with ThreadPoolExecutor() as pool:
        ways = ("FULL", "NORMAL")
        return dict(zip(ways, pool.map(record, ways), strict=True))


def mistakes(recording, scratch: Path, cuts: int = CUTS) -> Counter:
    """How many images were opened, how many of them damaged; rows lost, rows without history."""
    folder, steps = recording
    disk, found = Disk(sqlite_site()), Counter()
    disk.folder = folder
    chance = random.Random(1)
    points = {len(steps) * (cut + 1) // cuts for cut in range(cuts)}
    for number, step in enumerate(steps, start=1):
        disk.play(step)
        if number in points:
            told = disk.seen[TOLD].seen.decode().split("\n")[:-1] if TOLD in disk.seen else []
            for image in disk.images(chance).values():
                found += looked_at(image, set(told), scratch)
    assert len(told) == ALONE + TOGETHER
    return found


def looked_at(image: dict[str, bytes], told: set[str], scratch: Path) -> Counter:
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    for name, data in image.items():
        # The index of the log is memory that is shared through a file; it is made anew.
        if not name.endswith("-shm"):
            (scratch / name).write_bytes(data)
    found = Counter(images=1)
    with closing(sqlite3.connect(scratch / DATABASE)) as database:
        try:
            database.execute("PRAGMA synchronous=OFF")
            if database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return found + Counter(damaged=1)
            rows = {name for (name,) in database.execute(ROWS)}
            entries = {name for (name,) in database.execute(ENTRIES)}
        except sqlite3.DatabaseError:
            return found + Counter(damaged=1)
    lost = len(told - rows)
    return found + Counter(lost=lost, with_losses=bool(lost), unlike_history=rows != entries)


def test_a_power_cut_loses_nothing_that_was_acknowledged(recordings, tmp_path):
    found = mistakes(recordings["FULL"], tmp_path / "image")
    assert found == Counter(images=3 * CUTS)


def test_the_log_was_copied_and_begun_anew_meanwhile(recordings):
    """Else the cuts would have shown little."""
    _folder, steps = recordings["FULL"]
    copied = [step for step in steps if step.what == "write" and step.file.name == DATABASE]
    begun = [step for step in steps if step.file.name.endswith("-wal") and step.at == 0]
    deleted = [step for step in steps if step.what == "delete"]
    assert copied and len(deleted) >= 2 * ALONE and len(begun) > ALONE + 1


def test_the_same_cuts_find_what_less_syncing_loses(recordings, tmp_path):
    found = mistakes(recordings["NORMAL"], tmp_path / "image", CONTROL_CUTS)
    assert found["lost"] and not found["damaged"]


def test_the_same_cuts_find_the_damage_where_nothing_is_synced(recordings, tmp_path):
    folder, steps = recordings["FULL"]
    steps = [step for step in steps if step.what != "sync"]
    found = mistakes((folder, steps), tmp_path / "image", CONTROL_CUTS)
    assert found["damaged"]
