"""docs/deploy.md followed on this machine without touching it.

The commands of its `sh` blocks run one after the other in a shell. Their folders lie in a
temporary one, the name of the site is localhost, and what only a whole machine has (apt-get,
adduser, systemctl, other users) is stood in for. What is started is the real thing: PostgreSQL,
nginx and gunicorn, with the files that the guide installs.
"""

import configparser
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg2

from tests.clusters import PROGRAMS, Cluster, as_server, cluster_folder
from tests.served import PASSWORD, TABLES, collected, free_port
from zonetrack import bootstrap

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs/deploy.md"
# What a release does not have, or what each machine makes for itself.
NOT_RELEASED = {".git", ".venv", ".pytest_cache", ".ruff_cache", "__pycache__", "data"}
MOVED = (
    "/opt/zonetrack",
    "/etc/zonetrack",
    "/etc/nginx/sites-",
    "/etc/systemd",
    "/etc/postgresql",
    "/run/zonetrack",
    "/usr/local/sbin",
    "/var/lib/zonetrack",
    "/var/cache/zonetrack",
    "/var/log/nginx",
    "/var/backups",
    "/root",
)
# Where nothing listens: whoever asks the network gets an error at once.
NOWHERE = "http://127.0.0.1:9"

SYSTEM_PATH = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Two steps take minutes on a small machine. Tables are made at once before `migrate`, which finds
# them there; files of the pages that other tests collected are put there before `collectstatic`.
SHORTER = {
    "zonetrack migrate\n": 'zonetrack shell -c "$(cat {root}/run/tables.py)"\nzonetrack migrate\n',
    "zonetrack collectstatic --no-input\n": "cp -r {collected} {root}/var/lib/zonetrack/static\n"
    "zonetrack collectstatic --no-input --dry-run\n",
    "zonetrack createsuperuser\n": "zonetrack createsuperuser --no-input\n",
}

NGINX = """
pid {root}/nginx/pid;
error_log {root}/nginx/log;
{user}
events {{ worker_connections 768; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {root}/nginx/body;
    proxy_temp_path {root}/nginx/proxy;
    fastcgi_temp_path {root}/nginx/fastcgi;
    uwsgi_temp_path {root}/nginx/uwsgi;
    scgi_temp_path {root}/nginx/scgi;
    include {root}/etc/nginx/sites-enabled/*;
}}
"""

RUNUSER = """#!/bin/sh
[ "$1" = -u ] && [ "$3" = -- ] || exit 64
name=$2
shift 3
cd {root}/opt/zonetrack
[ "$name" = postgres ] || exec "$@"
cd /
export PGHOST={socket} PGUSER=postgres
[ "$(id -u)" != 0 ] || exec /sbin/runuser -u postgres -- "$@"
exec "$@"
"""

# As this machine has no user zonetrack, everything belongs to whoever runs the test.
INSTALL = """#!/bin/bash
words=()
while [ $# -gt 0 ]; do
  case $1 in -o | -g) shift 2 ;; *) words+=("$1"); shift ;; esac
done
exec /usr/bin/install "${words[@]}"
"""

SYSTEMCTL = """#!{python}
import sys
sys.path.insert(0, {project!r})
from pathlib import Path
from tests.deploying import systemctl
systemctl(Path({root!r}), Path({data!r}), sys.argv[1:])
"""


def blocks(text: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


class Office:
    """A machine on which the guide was followed."""

    def __init__(self, root: Path, cluster: Cluster):
        self.root, self.cluster = root, cluster
        self.http, self.https = free_port(), free_port()
        self.wheels: Path | None = None

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https}"

    def moved(self, text: str) -> str:
        """With the folders, the name and the ports of this machine."""
        folders = "|".join(map(re.escape, MOVED))
        text = re.sub(rf"(?<![\w.}}])({folders})", rf"{self.root}\1", text)
        text = text.replace("/var/lib/postgresql/15/main", str(self.cluster.data))
        text = text.replace("%2Fvar%2Frun%2Fpostgresql", quote(str(self.cluster.folder), safe=""))
        text = text.replace("/usr/lib/postgresql/15/bin", str(PROGRAMS))
        text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
        text = text.replace("listen 80", f"listen 127.0.0.1:{self.http}")
        text = text.replace("listen 443", f"listen 127.0.0.1:{self.https}")
        return text.replace("zonetrack.example", "localhost")

    def prepare(self):
        for folder in ("root", "opt", "bin", "usr/local/sbin", "etc/nginx/sites-available", "run"):
            (self.root / folder).mkdir(parents=True)
        for folder in ("etc/nginx/sites-enabled", "etc/systemd/system", "var/log/nginx", "nginx"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "etc/postgresql/15/main/conf.d").mkdir(parents=True)
        user = "user root;" if os.geteuid() == 0 else ""
        (self.root / "nginx/conf").write_text(NGINX.format(root=self.root, user=user))
        self.release()
        names = {"root": str(self.root), "socket": self.cluster.folder, "python": sys.executable}
        names |= {"project": str(ROOT), "data": str(self.cluster.data)}
        stand_ins = {
            "apt-get": "#!/bin/sh\n",
            "adduser": "#!/bin/sh\n",
            "install": INSTALL,
            "runuser": RUNUSER.format(**names),
            "systemctl": SYSTEMCTL.format(**names),
            "nginx": f'#!/bin/sh\nexec {which("nginx")} -c {self.root}/nginx/conf "$@"\n',
            "python3": f'#!/bin/sh\nexec {sys._base_executable} "$@"\n',
        }
        for name, text in stand_ins.items():
            (self.root / "bin" / name).write_text(text)
            (self.root / "bin" / name).chmod(0o755)

    def release(self):
        """The archive of this version; its files for servers name the folders of this machine."""

        def kept(member):
            return None if Path(member.name).name in NOT_RELEASED else member

        with tempfile.TemporaryDirectory() as folder:
            for name in ("deploy", "deploy/pages"):
                Path(folder, name).mkdir()
            for file in (ROOT / "docs/deploy").rglob("*.*"):
                if file.is_file() and "__pycache__" not in file.parts:
                    self.copy_moved(file, Path(folder) / file.relative_to(ROOT / "docs"))
            self.copy_moved(ROOT / "docs/deploy/zonetrack", Path(folder, "deploy/zonetrack"))
            with tarfile.open(self.root / "root/zonetrack.tar.gz", "w:gz", compresslevel=1) as tar:
                for path in sorted(ROOT.iterdir()):
                    if path.name not in {"docs", "static-collected", "tests"}:
                        tar.add(path, f"zonetrack/{path.name}", filter=kept)
                tar.add(Path(folder, "deploy"), "zonetrack/docs/deploy")

    def copy_moved(self, file: Path, place: Path):
        place.write_text(self.moved(file.read_text(encoding="utf-8")), encoding="utf-8")

    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.root}/bin:{self.root}/usr/local/sbin:{SYSTEM_PATH}",
            "HOME": str(self.root / "root"),
            "ZONETRACK_WHEELS": str(self.wheels),
            **dict.fromkeys(("PIP_INDEX_URL", "http_proxy", "https_proxy"), NOWHERE),
            "PIP_NO_INDEX": "1",
            # What set_up and createsuperuser would ask for.
            "ZONETRACK_ZONE": "z",
            "ZONETRACK_ZONE_NAME_EN": "Zone",
            "ZONETRACK_ZONE_NAME_ZH": "区",
            "ZONETRACK_PARKS": "p:Park:园",
            "ZONETRACK_YEAR": "2024",
            "ZONETRACK_MANAGER": "manager",
            "ZONETRACK_MANAGER_EMAIL": "manager@zonetrack.example",
            "ZONETRACK_MANAGER_PASSWORD": PASSWORD,
            "DJANGO_SUPERUSER_USERNAME": "admin",
            "DJANGO_SUPERUSER_EMAIL": "admin@zonetrack.example",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        }

    def run(self, script: str) -> str:
        """What a shell prints that runs the commands one after the other, until one fails."""
        done = subprocess.run(
            ["bash", "-euxc", script],
            cwd=self.root,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-5000:]
        return done.stdout

    def follow(self) -> str:
        """All commands of the guide, in its order."""
        script = "\n".join(map(self.moved, blocks(GUIDE.read_text(encoding="utf-8"))))
        for whole, short in SHORTER.items():
            assert whole in script
            script = script.replace(whole, short.format(root=self.root, collected=collected()))
        (self.root / "run/tables.py").write_text(TABLES)
        return self.run(script)

    def stop(self):
        for file in (self.root / "nginx/pid", self.root / "run/gunicorn.pid"):
            end(file)

    @property
    def log(self) -> str:
        return (self.root / "run/log").read_text(encoding="utf-8", errors="replace")


def systemctl(root: Path, data: Path, words: list[str]):
    """What systemd would do, as far as a machine without it can."""
    control = ("pg_ctl", "-D", data, "-w")
    does = {
        "start postgresql": lambda: by_server(*control, "-l", data.parent / "log", "start"),
        "stop postgresql": lambda: by_server(*control, "-m", "fast", "stop"),
        "restart nginx": lambda: restart_nginx(root),
        "start zonetrack": lambda: begin(root, "zonetrack.service"),
        "stop zonetrack": lambda: end(root / "run/gunicorn.pid"),
        "daemon-reload": lambda: None,
        "restart systemd-journald": lambda: None,
    }
    if words[:2] == ["enable", "--now"]:
        for unit in words[2:]:
            begin(root, unit)
    else:
        does[" ".join(words)]()


def by_server(program: str, *words):
    as_server(PROGRAMS / program, *words)


def restart_nginx(root: Path):
    end(root / "nginx/pid")
    subprocess.run([which("nginx"), "-c", root / "nginx/conf"], check=True)


def unit_of(file: Path) -> configparser.RawConfigParser:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str
    assert unit.read(file, encoding="utf-8"), file
    return unit


def begin(root: Path, name: str):
    """Starts a service; a timer only has to be there, with the unit it starts."""
    unit = unit_of(root / "etc/systemd/system" / name)
    if unit.has_section("Timer"):
        started = re.sub(r"@.*\.", "@.", unit["Timer"]["Unit"])
        unit_of(root / "etc/systemd/system" / started)
        return
    service = unit["Service"]
    environment = {"PATH": "/usr/bin:/bin"}
    environment |= dict(word.split("=", 1) for word in shlex.split(service["Environment"]))
    for line in Path(service["EnvironmentFile"]).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, value = line.split("=", 1)
            environment[name] = value.strip('"')
    (root / "run" / service["RuntimeDirectory"]).mkdir(mode=0o750, exist_ok=True)
    with (root / "run/log").open("ab") as log:
        process = subprocess.Popen(
            shlex.split(service["ExecStart"]),
            env=environment,
            cwd=service["WorkingDirectory"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    (root / "run/gunicorn.pid").write_text(str(process.pid))


def end(file: Path, seconds=40):
    """Ends the process whose number a file holds, and waits for it."""
    # `nginx -t` leaves an empty one.
    if not file.exists() or not (number := file.read_text().strip()):
        return
    pid = int(number)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + seconds
    while is_there(pid):
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    file.unlink(missing_ok=True)


def is_there(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def which(program: str) -> str:
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin")
    assert found, f"{program} is not installed"
    return found


def folder_of_wheels() -> Path:
    """The packages as the README fetches them; made once for each list of packages."""
    folder = ROOT / ".pytest_cache" / f"wheels-{bootstrap.fingerprint()[:16]}"
    if folder.exists():
        return folder
    folder.parent.mkdir(exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=folder.parent))
    with tempfile.TemporaryDirectory() as scratch:
        pip = bootstrap.pip_command(Path(scratch))
        pip = [
            sys.executable if word == str(bootstrap.python_of(bootstrap.VENV)) else word
            for word in pip
        ]
        own = ["--disable-pip-version-check", "-q", "--only-binary", ":all:", "-d", str(new)]
        lock = ["--require-hashes", "-r", str(bootstrap.LOCK)]
        version = bootstrap.PIP.split("-")[1]
        subprocess.run([*pip, "download", *own, *lock], check=True)
        subprocess.run([*pip, "download", *own, "--no-deps", f"pip=={version}"], check=True)
    new.rename(folder)
    return folder


@contextmanager
def an_office() -> Iterator[Office]:
    """A machine with PostgreSQL just installed, and everything the guide begins with."""
    with cluster_folder() as root:
        cluster = Cluster(root / "pg")
        conf_d = root / "etc/postgresql/15/main/conf.d"
        cluster.configure({"include_dir": conf_d})
        # As Debian makes it: without checksums, and with the role postgres only.
        as_server(PROGRAMS / "pg_checksums", "--disable", "--no-sync", "-D", cluster.data)
        office = Office(root, cluster)
        office.prepare()
        cluster.start()
        cluster.sql("CREATE ROLE postgres SUPERUSER LOGIN")
        connection = psycopg2.connect(host=cluster.folder, user="postgres", dbname="postgres")
        connection.autocommit = True
        connection.cursor().execute("ALTER ROLE zonetrack RENAME TO bootstrap")
        connection.close()
        try:
            yield office
        finally:
            office.stop()
