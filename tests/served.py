"""The product as it is deployed: gunicorn with the shipped configuration, and people at it.

Nothing of the tests' own environment gets through; encryption is off unless asked for.
"""

import hashlib
import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPSHandler, Request, build_opener

from tests.processes import children_of

ROOT = Path(__file__).parent.parent
CONFIGURATION = ROOT / "docs/deploy/gunicorn.conf.py"
KEY = "k3Zq-9vR_t1Lw8Xn5Yb2Pd7Hs4Jf6Gm0CeAaUiOoQyTrEwSdFgHj"
PASSWORD = "a-served-password-7"
KEPT = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")
START_SECONDS = 120
ANSWER_SECONDS = 60

# Tables made at once instead of migration by migration, which takes a minute.
TABLES = """
import django
from django.conf import settings
django.setup()
apps = [config.label for config in django.apps.apps.get_app_configs()]
settings.MIGRATION_MODULES = dict.fromkeys(apps)
from django.core.management import call_command
call_command("migrate", run_syncdb=True, verbosity=0)
settings.MIGRATION_MODULES = {}
call_command("migrate", fake=True, verbosity=0)
"""

# A zone "z" with one park, its manager "manager" and the administrator "admin".
PEOPLE = """
call_command("set_up", zone="z", name_en="Zone", name_zh="区", park=["p:Park:园"], year="2024",
    manager="manager", ask=False)
from zonetrack.access.models import User
User.objects.create_superuser("admin", password=%r)
"""


def environment_of(given: dict[str, str]) -> dict[str, str]:
    """What a process of the product gets: these variables, and what it cannot do without."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    base = {
        "ZONETRACK_SECRET_KEY": KEY,
        "ZONETRACK_HOSTS": "127.0.0.1,localhost",
        "ZONETRACK_HTTPS": "False",
        "DJANGO_SETTINGS_MODULE": "zonetrack.settings",
    }
    if "ZONETRACK_STATIC_DIR" not in given:
        base["ZONETRACK_STATIC_DIR"] = str(collected())
    return kept | base | given


def manage(environment: dict[str, str], *arguments: str, check=True, **options):
    """What a command answers, in the environment of the server."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment_of(environment),
        check=check,
        capture_output=True,
        text=True,
        **options,
    )


def run_python(environment: dict[str, str], script: str, *arguments: str) -> str:
    """What a piece of Python prints, in the environment of the server (django.setup() is its)."""
    result = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env=environment_of(environment),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def new_database(environment: dict[str, str]):
    """Tables, a zone and its people in an empty database; the passwords are PASSWORD."""
    given = {"ZONETRACK_MANAGER_PASSWORD": PASSWORD}
    run_python(environment | given, TABLES + PEOPLE % PASSWORD)


@cache
def collected() -> Path:
    """The folder of collected static files, made once for each state of the files."""
    files = sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    state = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in files:
        about = path.stat()
        state.update(f"{path.relative_to(ROOT)} {about.st_size} {about.st_mtime_ns}\n".encode())
    folder = ROOT / ".pytest_cache" / "static" / state.hexdigest()[:16]
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=folder.parent))
    variables = {"ZONETRACK_STATIC_DIR": str(new), "ZONETRACK_DATA_DIR": str(new.parent)}
    manage(variables, "collectstatic", "--no-input")
    try:
        new.rename(folder)
    except OSError:
        # Others made it meanwhile.
        shutil.rmtree(new)
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Answer:
    status: int
    url: str
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Visitor:
    """One person's browser without script: cookies, forms with their token, no more."""

    def __init__(self, base: str, context: ssl.SSLContext | None = None):
        self.base = base
        # As behind a proxy that ends the encryption: cookies for HTTPS are sent without it, too.
        policy = DefaultCookiePolicy(secure_protocols=("http", "https"))
        self.cookies = CookieJar(policy)
        handlers = [HTTPCookieProcessor(self.cookies), HTTPSHandler(context=context)]
        self.opener = build_opener(*handlers)

    def open(self, path: str, data=None, headers=None, timeout=ANSWER_SECONDS) -> Answer:
        """An answer of any status; OSError where there is none."""
        request = Request(urljoin(self.base, path), data=data, headers=headers or {})
        try:
            answer = self.opener.open(request, timeout=timeout)
        except HTTPError as error:
            answer = error
        with answer:
            return Answer(answer.status, answer.url, answer.headers, answer.read())

    def get(self, path: str, headers=None, timeout=ANSWER_SECONDS) -> Answer:
        return self.open(path, headers=headers, timeout=timeout)

    def post_form(self, path: str, fields: dict, headers=None, timeout=ANSWER_SECONDS) -> Answer:
        """Sends fields (a value may be a list) with the token of the form as it is shown now."""
        if "csrfmiddlewaretoken" not in fields:
            fields = fields | {"csrfmiddlewaretoken": self.token(path)}
        own = {"Referer": urljoin(self.base, path)} | (headers or {})
        data = urlencode(fields, doseq=True).encode()
        return self.open(path, data=data, headers=own, timeout=timeout)

    def token(self, path: str) -> str:
        page = self.get(path)
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert found, f"no form at {path}, which answers {page.status}"
        return found[1]

    def sign_in(self, name: str, password: str = PASSWORD):
        answer = self.post_form("/sign-in/", {"username": name, "password": password})
        path = urlsplit(answer.url).path
        assert answer.status == 200 and path != "/sign-in/", (answer.status, path)
        return self


@dataclass
class Served:
    url: str
    process: subprocess.Popen
    log_file: Path
    visitors: list[Visitor] = field(default_factory=list)

    @property
    def master_pid(self) -> int:
        return self.process.pid

    def worker_pids(self) -> list[int]:
        return children_of(self.master_pid)

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def get(self, path: str, headers=None, timeout=ANSWER_SECONDS) -> Answer:
        """What somebody who is not signed in is answered."""
        return Visitor(self.url).get(path, headers, timeout)

    def visitor(self, name: str = "", password: str = PASSWORD) -> Visitor:
        """A new browser, signed in if a name is given."""
        visitor = Visitor(self.url)
        return visitor.sign_in(name, password) if name else visitor


@contextmanager
def served(
    environment: dict[str, str], workers=2, threads=4, *, bind: str = "", wait=True
) -> Iterator[Served]:
    """The product under gunicorn, on a free port unless `bind` says where; stopped at the end."""
    port = free_port()
    own = {
        "ZONETRACK_BIND": bind or f"127.0.0.1:{port}",
        "ZONETRACK_WORKERS": str(workers),
        "ZONETRACK_THREADS": str(threads),
    }
    with tempfile.TemporaryDirectory() as folder, Path(folder, "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", str(CONFIGURATION)],
            env=environment_of(environment | own),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        server = Served(f"http://127.0.0.1:{port}", process, Path(folder, "log"))
        try:
            if wait and not bind:
                wait_for(server)
            yield server
        finally:
            stop(process)


def wait_for(server: Served, path="/healthz", seconds=START_SECONDS):
    """Returns when the server answers 200."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert server.process.poll() is None, f"gunicorn ended:\n{server.log}"
        try:
            if server.get(path, timeout=5).status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"gunicorn did not answer {path} in {seconds} s:\n{server.log}")


def stop(process: subprocess.Popen):
    """Ends gunicorn, its processes too where it does not end them in time or was killed."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
