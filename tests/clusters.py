"""Clusters of PostgreSQL of a test's own, which it may stop, kill, copy and promote.

They are reached by a socket in their own folder only; no port is opened.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg2

from tests.processes import children_of, runs

NEWEST_FIRST = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
PROGRAMS = next(iter(NEWEST_FIRST), None)
USER = "zonetrack"
# So much a test waits for what usually takes a second, on a busy machine.
PATIENCE = 60


class Cluster:
    """One server with its data under `folder`, which must not be there yet.

    `settings` are those of postgresql.conf, `words` more of initdb. The server begins with
    `start()`; it refuses to run as root, and is then run as the user postgres.
    """

    def __init__(self, folder: Path, settings: dict[str, object] | None = None, words=()):
        self.folder, self.data = Path(folder), Path(folder) / "data"
        self.settings = settings or {}
        self.make_folder()
        as_server(
            PROGRAMS / "initdb",
            *("-D", self.data, "--data-checksums", "-A", "trust", "-U", USER),
            *("-E", "UTF8", "--locale", "C.UTF-8", "--no-sync", *words),
        )
        self.configure(self.settings)

    def make_folder(self) -> None:
        self.folder.mkdir(parents=True, mode=0o755)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")

    def configure(self, settings: dict[str, object]) -> None:
        """Write settings down; the server reads them when it starts, some of them on `reload`."""
        reached = {"listen_addresses": "", "unix_socket_directories": self.folder}
        lines = [f"{name} = '{value}'" for name, value in (reached | settings).items()]
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\n".join(["", *lines, ""]))

    def reload(self) -> None:
        self.control("reload")

    def start(self) -> "Cluster":
        self.control("start", "-w", "-t", PATIENCE, "-l", self.folder / "log")
        return self

    def stop(self, mode: str = "fast") -> None:
        """Stop as the administrator does: "smart", "fast" or "immediate"."""
        self.control("stop", "-w", "-t", PATIENCE, "-m", mode)

    def kill(self) -> None:
        """End all its processes at once and uncleanly, as a power cut does."""
        main = self.pid
        processes = [main, *children_of(main)]
        for process in processes:
            # The first one restarts what dies under it, so it goes first.
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        until(lambda: not any(map(runs, processes)), "the killed server is gone")
        # In a container the ended process may keep its number, and the server take it for alive.
        for lock in (self.data / "postmaster.pid", *self.folder.glob(".s.PGSQL.*.lock")):
            lock.unlink()

    def promote(self) -> None:
        """Make a standby a primary of its own, which takes writes."""
        self.control("promote", "-w", "-t", PATIENCE)

    def standby(self, folder: Path, delay: str | None = None) -> "Cluster":
        """A running streaming copy of this server; changes are held back for `delay` ("5s")."""
        other = object.__new__(Cluster)
        other.folder, other.data = Path(folder), Path(folder) / "data"
        other.settings = self.settings | ({"recovery_min_apply_delay": delay} if delay else {})
        other.make_folder()
        address = f"host={self.folder} user={USER}"
        as_server(
            PROGRAMS / "pg_basebackup",
            *("-D", other.data, "-d", address, "-R", "-X", "stream", "-c", "fast", "--no-sync"),
        )
        other.configure(other.settings)
        return other.start()

    def url(self, name: str = "postgres") -> str:
        """The address of a database as DATABASE_URL takes it."""
        return f"postgres://{USER}@{quote(str(self.folder), safe='')}/{name}"

    def connect(self, name: str = "postgres"):
        """A connection on which every statement is a transaction of its own."""
        connection = psycopg2.connect(host=str(self.folder), user=USER, dbname=name)
        connection.autocommit = True
        return connection

    def sql(self, text: str, name: str = "postgres") -> list[tuple]:
        """The rows that a statement answers; none for one that answers nothing."""
        connection = self.connect(name)
        try:
            with connection.cursor() as cursor:
                cursor.execute(text)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    @property
    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def control(self, *words) -> None:
        as_server(PROGRAMS / "pg_ctl", "-D", self.data, *words)

    def remove(self) -> None:
        """Stop what still runs, however it stands, and take the folder away."""
        if (self.data / "postmaster.pid").exists() and runs(self.pid):
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def cluster_folder() -> Iterator[Path]:
    """A new folder for clusters that the server's user may enter, as a test's own may not be."""
    # Short, because the path of a socket holds 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="zt-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for data in folder.glob("*/data"):
            cluster = object.__new__(Cluster)
            cluster.folder, cluster.data = data.parent, data
            cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_cluster(settings: dict[str, object] | None = None) -> Iterator[Cluster]:
    """A cluster that runs, in a folder that goes with it; standbys may be made beside it."""
    with cluster_folder() as folder:
        yield Cluster(folder / "primary", settings).start()


def as_server(program: Path, *words) -> None:
    """Run a program of PostgreSQL; its output goes into the error when it fails."""
    command = [str(word) for word in (program, *words)]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    # A file and not a pipe: the server that pg_ctl starts would keep a pipe open.
    with tempfile.TemporaryFile("w+") as told:
        done = subprocess.run(command, stdout=told, stderr=told, stdin=subprocess.DEVNULL, cwd="/")
        if done.returncode:
            told.seek(0)
            raise RuntimeError(f"{program.name} failed: {told.read()}")


def until(holds, what: str, patience: float = PATIENCE):
    """Ask until it answers something true, and answer that; an error after `patience` seconds."""
    end = time.monotonic() + patience
    while not (answer := holds()):
        if time.monotonic() > end:
            raise AssertionError(f"Not within {patience} seconds: {what}")
        time.sleep(0.02)
    return answer
