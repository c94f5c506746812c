"""The product itself under gunicorn, as docs/deploy serves it, on a scratch database."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

from django.conf import settings

HOST = "127.0.0.1"
WORKERS, THREADS = 2, 4
CONFIGURATION = settings.BASE_DIR / "docs/deploy/gunicorn.conf.py"
# What a process cannot do without.
KEPT = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")
START_SECONDS, STOP_SECONDS = 180, 30


@dataclass
class Server:
    port: int
    process: subprocess.Popen
    log: Path

    def workers(self) -> list[int]:
        """Numbers of the processes that answer; none where the system does not tell."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in children.read_text().split()] if children.exists() else []

    def memory(self) -> float | None:
        """MiB that all workers hold; None where the system does not tell."""
        held = [of_process(pid) for pid in self.workers()]
        return sum(held) if held else None


def of_process(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def serving(scratch, folder: Path, workers: int = WORKERS) -> Iterator[Server]:
    """Started on a free port, stopped at the end; its log lies in the folder."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "DJANGO_SETTINGS_MODULE": "zonetrack.settings",
        "DATABASE_URL": address_of(scratch.connection.settings_dict),
        "ZONETRACK_MODE": "production",
        # People are signed in by this process.
        "ZONETRACK_SECRET_KEY": settings.SECRET_KEY,
        "ZONETRACK_HOSTS": HOST,
        "ZONETRACK_HTTPS": "False",
        "ZONETRACK_DATA_DIR": str(folder),
        "ZONETRACK_BIND": f"{HOST}:{port}",
        "ZONETRACK_WORKERS": str(workers),
        "ZONETRACK_THREADS": str(THREADS),
    }
    environment["ZONETRACK_STATIC_DIR"] = static_folder(environment, folder)
    log = folder / "server.log"
    order = [sys.executable, "-m", "gunicorn", "--config", str(CONFIGURATION)]
    with log.open("wb") as output:
        process = subprocess.Popen(order, env=environment, stdout=output, stderr=output)  # noqa: S603
        server = Server(port, process, log)
        try:
            wait_for(server)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def static_folder(environment: dict[str, str], folder: Path) -> str:
    """The collected files of this installation; where there are none, they are collected."""
    usual = os.environ.get("ZONETRACK_STATIC_DIR") or settings.BASE_DIR / "static-collected"
    if Path(usual, "staticfiles.json").exists():
        return str(usual)
    new = str(folder / "static")
    subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"],
        cwd=settings.BASE_DIR,
        env=environment | {"ZONETRACK_STATIC_DIR": new},
        check=True,
    )
    return new


def address_of(config: dict) -> str:
    """A connection's settings as DATABASE_URL."""
    if config["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{Path(config['NAME']).as_posix()}"
    user, password, host = (
        quote(config[key] or "", safe="") for key in ("USER", "PASSWORD", "HOST")
    )
    who = f"{user}:{password}@" if user else ""
    port = f":{config['PORT']}" if config["PORT"] else ""
    return f"postgres://{who}{host}{port}/{quote(config['NAME'], safe='')}"


def wait_for(server: Server) -> None:
    """Returns when it answers; RuntimeError where it does not in time."""
    end = monotonic() + START_SECONDS
    while monotonic() < end and server.process.poll() is None:
        try:
            urlopen(f"http://{HOST}:{server.port}/healthz", timeout=5).close()  # noqa: S310
        except (URLError, OSError):
            sleep(0.1)
        else:
            return
    text = server.log.read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"gunicorn does not answer:\n{text[-3000:]}")
