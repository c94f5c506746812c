"""What a process that answers pages holds for itself alone, after its first dashboard.

Run as a program it reads the code, forks as gunicorn does with `preload_app`, asks for a page in
the child, and prints MiB and the large libraries that were loaded.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from .serving import KEPT, address_of
from .table import Row, held

MOST_PRIVATE = 50  # MiB
LIBRARIES = ("plotly", "numpy", "openpyxl", "pandas", "PIL")
ROLLUP = Path("/proc/self/smaps_rollup")


def rows(scratch, address: str, who: str) -> list[Row]:
    """No rows where the system does not tell how memory is shared."""
    if not ROLLUP.exists() or not hasattr(os, "fork"):
        return []
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "DJANGO_SETTINGS_MODULE": "zonetrack.settings",
        "DATABASE_URL": address_of(scratch.connection.settings_dict),
        "ZONETRACK_MODE": "test",
        "ZONETRACK_DATA_DIR": str(settings.DATA_DIR),
    }
    found = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "zonetrack.bench.worker", address, who],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    mib, loaded = json.loads(found.stdout.splitlines()[-1])
    return [
        held("worker", "private, MiB", mib, MOST_PRIVATE),
        Row(
            "worker",
            "large libraries",
            result=str(len(loaded)),
            limit="0",
            ok=not loaded,
            note=", ".join(loaded),
        ),
    ]


def private_mib() -> float:
    lines = ROLLUP.read_text().splitlines()[1:]
    sizes = {name: int(rest.split()[0]) for name, rest in (line.split(":", 1) for line in lines)}
    return (sizes["Private_Clean"] + sizes["Private_Dirty"]) / 1024


def answer_once(address: str, who: str) -> None:
    """The dashboard as this reader sees it; then what it took."""
    from django.test import Client

    from zonetrack.access.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=who))
    status = client.get(address).status_code
    if status != 200:
        raise RuntimeError(f"{address} answered {status}")
    loaded = sorted({name.split(".")[0] for name in sys.modules} & set(LIBRARIES))
    sys.stdout.write(json.dumps([private_mib(), loaded]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    from zonetrack.wsgi import application  # noqa: F401

    child = os.fork()
    if child == 0:
        answer_once(*sys.argv[1:])
        os._exit(0)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
