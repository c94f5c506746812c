"""docs/backup.md followed for PostgreSQL: the log is archived, and brings the server back.

The commands and settings are those of the document, with folders of the test.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clusters import PROGRAMS, USER, Cluster, cluster_folder, until
from tests.served import ROOT

pytestmark = pytest.mark.servers

TEXT = (ROOT / "docs/backup.md").read_text(encoding="utf-8")
SECTION = TEXT.partition("## Losing less with PostgreSQL")[2].partition("\n## ")[0]
ARCHIVING, BASE, COMING_BACK, RECOVERY = re.findall(r"^```\n(.*?)^```$", SECTION, re.S | re.M)
DATA = "/var/lib/postgresql/15/main"
DAY, MOMENT = "base-2026-03-29", "2026-03-31 17:00:00+08"
TO_A_MOMENT = "recovery_target_time"


@pytest.fixture
def cluster():
    with cluster_folder() as folder:
        cluster = Cluster(folder / "primary")
        archive = folder / "archive"
        archive.mkdir()
        if os.geteuid() == 0:
            shutil.chown(archive, "postgres", "postgres")
        add_settings(cluster, ARCHIVING)
        yield cluster.start()


def moved(cluster, text: str, moment: str = "") -> str:
    """With the folders of the test, and the base that was made today."""
    archive = cluster.folder.parent / "archive"
    text = text.replace("/srv/archive", str(archive)).replace(DATA, str(cluster.data))
    [base] = [path.name for path in archive.glob("base-*")] or [DAY]
    return text.replace(DAY, base).replace(MOMENT, moment)


def add_settings(cluster, text: str, moment: str = "") -> None:
    with (cluster.data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(moved(cluster, text, moment))


def run(cluster, script: str) -> None:
    """As the user postgres, who finds the server by itself on a machine of the guide."""
    words = ["env", f"PGHOST={cluster.folder}", f"PGUSER={USER}", "bash", "-euc"]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    path = f"{PROGRAMS}:{os.environ['PATH']}"
    subprocess.run([*words, moved(cluster, script)], env={"PATH": path}, cwd="/", check=True)


def save(cluster, name: str) -> None:
    cluster.sql(f"INSERT INTO saved VALUES ('{name}')")


def archived(cluster) -> Path:
    """Returns when everything saved so far is in the archive; the note that says so."""
    # A log to which nothing was written since the last one is not ended.
    cluster.sql("SELECT pg_logical_emit_message(true, 'test', 'here')")
    [(file,)] = cluster.sql("SELECT pg_walfile_name(pg_switch_wal())")
    note = cluster.data / "pg_wal/archive_status" / f"{file}.done"
    until(note.exists, f"{file} is archived")
    assert (cluster.folder.parent / "archive" / file).exists()
    return note


def archive_again(cluster, note: Path) -> None:
    """As when the server ended after a file had come there, and before it took note of that."""
    note.rename(note.with_suffix(".ready"))
    archived(cluster)
    assert note.exists()
    assert cluster.sql("SELECT failed_count FROM pg_stat_archiver") == [(0,)]


def come_back(cluster, recovery: str, moment: str = "") -> list[str]:
    """What is there after the disk of the server was lost and the document was followed."""
    if (cluster.data / "postmaster.pid").exists():
        cluster.kill()
    shutil.rmtree(cluster.data)
    run(cluster, COMING_BACK)
    add_settings(cluster, recovery, moment)
    cluster.start()
    until(lambda: cluster.sql("SELECT pg_is_in_recovery()") == [(False,)], "it takes writes")
    names = [name for (name,) in cluster.sql("SELECT name FROM saved ORDER BY name")]
    save(cluster, "after all")
    return names


def test_the_archive_brings_back_everything_or_a_moment(cluster):
    cluster.sql("CREATE TABLE saved (name text)")
    save(cluster, "1 before the base")
    run(cluster, BASE)
    save(cluster, "2 after it")
    [(moment,)] = cluster.sql("SELECT clock_timestamp()::text")
    save(cluster, "3 after the moment")
    archive_again(cluster, archived(cluster))
    whole = "\n".join(line for line in RECOVERY.splitlines() if TO_A_MOMENT not in line) + "\n"
    # Everything first: a server that has come back begins another line of time in the archive.
    assert come_back(cluster, whole) == ["1 before the base", "2 after it", "3 after the moment"]
    assert come_back(cluster, RECOVERY, moment) == ["1 before the base", "2 after it"]
