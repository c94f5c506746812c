"""Redis and pgbouncer of a test's own, reached by sockets in their own folders only."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import redis

from .clusters import USER, Cluster, until

PATIENCE = 30


class Redis:
    def __init__(self, folder: Path):
        self.folder, self.socket = folder, folder / "redis.sock"
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    @property
    def client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket))

    def start(self) -> "Redis":
        options = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder)]
        options += ["--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            ["redis-server", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self.answers, "redis answers", PATIENCE)
        return self

    def answers(self) -> bool:
        try:
            return self.client.ping()
        except redis.exceptions.RedisError:
            return False

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@contextmanager
def running_redis() -> Iterator[Redis]:
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        server = Redis(Path(folder)).start()
        try:
            yield server
        finally:
            server.kill()


# As docs/scale.md has it, but for the addresses.
POOLER = """
[databases]
{name} = host={host} connect_query='SET statement_timeout = 15000; SET lock_timeout = 5000; \
SET idle_in_transaction_session_timeout = 30000'

[pgbouncer]
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 1000
listen_addr =
unix_socket_dir = {folder}
auth_type = trust
auth_file = {folder}/users.txt
"""


@contextmanager
def running_pooler(cluster: Cluster, name: str, size: int = 2) -> Iterator[str]:
    """pgbouncer in transaction mode before a database, with so many connections to it; yields the
    address to be used in place of the database's."""
    folder = Path(tempfile.mkdtemp(prefix="zt-"))
    folder.chmod(0o755)
    file = folder / "pgbouncer.ini"
    file.write_text(POOLER.format(name=name, host=cluster.folder, folder=folder, size=size))
    (folder / "users.txt").write_text(f'"{USER}" ""\n')
    command = ["pgbouncer", str(file)]
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        command = ["runuser", "-u", "postgres", "--", *command]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            end = time.monotonic() + PATIENCE
            while not list(folder.glob(".s.PGSQL.*")):
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < end, "pgbouncer does not start"
                time.sleep(0.05)
            yield f"postgres://{USER}@{quote(str(folder), safe='')}:6432/{name}"
        finally:
            # runuser passes the signal on.
            process.terminate()
            process.wait(PATIENCE)
            shutil.rmtree(folder, ignore_errors=True)
