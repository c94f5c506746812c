"""Makes `.venv` and installs the locked packages when the running Python has no Django.

Only the standard library: this runs on a machine with nothing but Python and a package index.
A Python that has all packages already (an administrator's own environment) is used as it is.
"""

import configparser
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import ssl
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import venv
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
VENV = BASE / ".venv"
LOCK = BASE / "requirements.txt"
STAMP = VENV / "zonetrack-lock"

NEEDED = (
    "django",
    "django_filters",
    "plotly",
    "simple_history",
    "csp",
    "whitenoise",
    "dj_database_url",
)
PIP = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
INDEX = "https://pypi.org/simple"
OFFLINE = (
    f"Without a network, copy the wheels of requirements.txt and {PIP} into a folder "
    "and set ZONETRACK_WHEELS to it."
)


def prepare():
    """Return if this Python can run ZoneTrack; otherwise run the command with one that can."""
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if inside and not stale():
        return
    if not inside and complete():
        return
    try:
        if stale():
            make()
    except OSError as error:
        sys.exit(f"ZoneTrack could not set up {VENV}: {error}\n{OFFLINE}")
    except subprocess.CalledProcessError:
        sys.exit(f"ZoneTrack could not install its packages; the reason stands above.\n{OFFLINE}")
    if not inside:
        run_again()


def complete() -> bool:
    """Whether the running Python has what ZoneTrack imports, in a version it can use."""
    if not all(importlib.util.find_spec(name) for name in NEEDED):
        return False
    major, minor = importlib.metadata.version("django").split(".")[:2]
    return (int(major), int(minor)) >= (5, 2)


def stale() -> bool:
    """Whether `.venv` has to be made or brought up to date.

    An environment without a stamp but with Django was made by somebody else, and is left alone.
    """
    python = python_of(VENV)
    if not python.exists():
        return True
    if STAMP.exists():
        return STAMP.read_text().strip() != fingerprint()
    return subprocess.run([str(python), "-c", "import django"], capture_output=True).returncode != 0


def fingerprint() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def python_of(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make():
    say("Installing ZoneTrack's packages into .venv; this happens once and takes about a minute …")
    if not python_of(VENV).exists():
        make_environment()
    STAMP.write_text("unfinished\n")
    with tempfile.TemporaryDirectory() as folder:
        command = [*pip_command(Path(folder)), "install", "--quiet", "--no-compile", "--no-input"]
        command += ["--disable-pip-version-check", "--root-user-action", "ignore"]
        command += ["--require-hashes", "--only-binary", ":all:", *wheels_options()]
        subprocess.run([*command, "--requirement", str(LOCK)], check=True)
    STAMP.write_text(fingerprint() + "\n")


def make_environment():
    """An environment with pip where Python carries it (some Linux systems leave it out)."""
    if importlib.util.find_spec("ensurepip"):
        try:
            venv.create(VENV, with_pip=True, clear=True)
            return
        except subprocess.CalledProcessError:
            say("This Python's own pip is damaged; fetching one instead.")
    venv.create(VENV, with_pip=False, clear=True)


def pip_command(folder: Path) -> list[str]:
    python = str(python_of(VENV))
    present = subprocess.run([python, "-c", "import pip"], capture_output=True)
    if present.returncode == 0:
        return [python, "-m", "pip"]
    wheel = folder / PIP
    wheel.write_bytes(checked(pip_wheel()))
    # A wheel is an archive that Python can run from.
    return [python, f"{wheel}/pip"]


def pip_wheel() -> bytes:
    wheels = os.environ.get("ZONETRACK_WHEELS")
    if wheels:
        return (Path(wheels) / PIP).read_bytes()
    page = index_url().rstrip("/") + "/pip/"
    answer = fetch(page, accept="application/vnd.pypi.simple.v1+json, text/html;q=0.1")
    return fetch(urllib.parse.urljoin(page, link_to_pip(answer.decode())))


def link_to_pip(answer: str) -> str:
    """Where the pinned wheel lies, read from an index page in either of its two formats."""
    if answer.lstrip().startswith("{"):
        links = [file["url"] for file in json.loads(answer)["files"]]
    else:
        links = [part.split('"')[0] for part in answer.split('href="')[1:]]
    for link in links:
        if urllib.parse.urlsplit(link).path.endswith("/" + PIP):
            return link
    raise OSError(f"the package index does not offer {PIP}")


def checked(wheel: bytes) -> bytes:
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        raise OSError(f"{PIP} is not the file it should be (its SHA-256 differs)")
    return wheel


def fetch(address: str, *, accept: str = "*/*") -> bytes:
    request = urllib.request.Request(address, headers={"Accept": accept})
    context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT"))
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:
        return answer.read()


def index_url() -> str:
    """The package index: pip's variable, then pip's configuration files, then the public one."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    config = configparser.RawConfigParser()
    config.read([file for file in pip_config_files() if file], encoding="utf-8")
    for section in ("install", "global"):
        if config.has_option(section, "index-url"):
            return config.get(section, "index-url")
    return INDEX


def pip_config_files() -> list[Path | str | None]:
    """pip's configuration files, the strongest last."""
    home = Path.home()
    return [
        "/etc/pip.conf",
        home / ".pip" / "pip.conf",
        home / ".config" / "pip" / "pip.conf",
        home / "Library" / "Application Support" / "pip" / "pip.conf",
        Path(os.environ.get("APPDATA", home)) / "pip" / "pip.ini",
        os.environ.get("PIP_CONFIG_FILE"),
    ]


def wheels_options() -> list[str]:
    wheels = os.environ.get("ZONETRACK_WHEELS")
    return ["--no-index", "--find-links", wheels] if wheels else []


def run_again():
    command = [str(python_of(VENV)), *sys.argv]
    if os.name != "nt":
        # The new process takes this one's place, so that signals reach it.
        os.execv(command[0], command)
    try:
        sys.exit(subprocess.call(command))
    except KeyboardInterrupt:
        sys.exit(130)


def say(text: str):
    print(text, file=sys.stderr, flush=True)
