"""The files for a server fit together and to the guide; what the guide says really works."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.deploying import GUIDE, ROOT, blocks, unit_of
from tests.served import environment_of
from tests.test_settings import KEY, run

DEPLOY = ROOT / "docs/deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
TIMERS = sorted(DEPLOY.glob("*.timer"))
TEXT = GUIDE.read_text(encoding="utf-8")
COMMANDS = "\n".join(blocks(TEXT))
SETTINGS = (DEPLOY / "zonetrack.env").read_text(encoding="utf-8")


def shipped_settings() -> dict[str, str]:
    lines = [line for line in SETTINGS.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_both_languages_type_the_same_commands():
    chinese = (ROOT / "docs/deploy.zh-CN.md").read_text(encoding="utf-8")
    assert blocks(chinese) == blocks(TEXT)


def test_every_file_that_the_guide_installs_is_there():
    named = set(re.findall(r"docs/deploy/([^\s`)]+)", COMMANDS))
    assert {"zonetrack", "zonetrack.env", "nginx-zonetrack.conf", "*.service", "*.timer"} <= named
    assert [name for name in named if not list(DEPLOY.glob(name))] == []
    linked = re.findall(r"\]\((?!#)([^)#]+)", TEXT)
    assert [link for link in linked if not (ROOT / "docs" / link).exists()] == []


def test_every_timer_is_enabled_and_told_about():
    enabled = set(re.findall(r"[\w-]+\.timer", COMMANDS))
    assert enabled == {timer.name for timer in TIMERS}
    assert {timer for timer in enabled if f"| `{timer}` |" not in TEXT} == set()


@pytest.mark.parametrize("file", TIMERS, ids=lambda file: file.name)
def test_timers_start_units_that_are_there(file):
    timer = unit_of(file)["Timer"]
    assert timer["OnCalendar"]
    unit, at, instance = timer["Unit"].partition("@")
    if at:
        assert (DEPLOY / f"{unit}@.service").exists()
        assert instance.removesuffix(".service") in get_commands()
    else:
        assert (DEPLOY / unit).exists()


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.name)
def test_services_name_what_the_guide_makes(file):
    service = unit_of(file)["Service"]
    program, *words = shlex.split(service["ExecStart"])
    assert program in ("/opt/zonetrack/.venv/bin/python", "/opt/zonetrack/.venv/bin/gunicorn")
    assert "apt-get install" in COMMANDS and "-C /opt/zonetrack" in COMMANDS
    own = [word for word in words if word.startswith("/opt/zonetrack/")]
    assert own and all((ROOT / word.removeprefix("/opt/zonetrack/")).exists() for word in own)
    if program.endswith("python") and words[1] != "%i":
        assert words[1] in get_commands()
    assert (service["User"], service["EnvironmentFile"]) == (
        "zonetrack",
        "/etc/zonetrack/zonetrack.env",
    )
    assert f" {service['EnvironmentFile']}\n" in COMMANDS
    for folder in re.findall(r"/var/\S+", " ".join(service.values())):
        assert folder in COMMANDS
    assert service["NoNewPrivileges"] == "yes" and service["ProtectSystem"] == "strict"


def test_systemd_can_read_the_units(tmp_path):
    program = shutil.which("systemd-analyze")
    for file in [*SERVICES, *TIMERS]:
        text = file.read_text(encoding="utf-8")
        # The programs are not on this machine.
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE)
        (tmp_path / file.name).write_text(text)
        parsed = configparser.RawConfigParser(strict=False)
        parsed.read_string(text)
        assert parsed.has_section("Unit")
    if program:
        units = [str(tmp_path / file.name.replace("@.", "@x.")) for file in SERVICES]
        (tmp_path / "zonetrack@.service").rename(tmp_path / "zonetrack@x.service")
        result = subprocess.run([program, "verify", *units], capture_output=True, text=True)
        assert "zonetrack" not in result.stderr, result.stderr


def test_the_shipped_settings_are_known_and_clean(tmp_path):
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    known = set(re.findall(r"^([A-Z_]+)=", example, flags=re.MULTILINE))
    named = set(re.findall(r"^#?([A-Z_]+)=", SETTINGS, flags=re.MULTILINE))
    assert {name.removesuffix("_FILE") for name in named} <= known
    key = tmp_path / "secret-key"
    key.write_text(KEY)
    moved = {"ZONETRACK_DATA_DIR": str(tmp_path), "ZONETRACK_SECRET_KEY_FILE": str(key)}
    command = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    result = run(*command, **shipped_settings() | moved)
    assert result.returncode == 0, result.stderr


def test_nginx_has_a_page_for_everything_it_refuses_itself():
    site = (DEPLOY / "nginx-zonetrack.conf").read_text(encoding="utf-8")
    pages = set(re.findall(r"error_page .* /proxy-pages/(\S+);", site))
    assert pages == {file.name for file in (DEPLOY / "pages").glob("*.html")}
    for page in pages:
        text = (DEPLOY / "pages" / page).read_text(encoding="utf-8")
        assert 'lang="zh-Hans"' in text and "<style" not in text and "<script" not in text


def test_every_header_that_could_name_a_user_is_taken_away():
    """Those that the settings allow as the header of a proxy in the guide, and the secret."""
    site = (DEPLOY / "nginx-zonetrack.conf").read_text(encoding="utf-8")
    emptied = set(re.findall(r'proxy_set_header (\S+) "";', site))
    assert {"X-Remote-User", "Remote-User", "X-Zonetrack-Proxy-Secret"} <= emptied


def test_processes_inherit_no_connection(monkeypatch):
    from django.db import connections

    closed = []
    monkeypatch.setattr(connections, "close_all", lambda: closed.append(True))
    settings: dict = {"__file__": str(DEPLOY / "gunicorn.conf.py")}
    exec((DEPLOY / "gunicorn.conf.py").read_text(encoding="utf-8"), settings)
    settings["pre_fork"](None, None)
    assert closed and settings["preload_app"] and Path(settings["chdir"]) == ROOT


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ("unix:/run/zonetrack/gunicorn.sock", 2, 4)),
        (
            {"ZONETRACK_BIND": "", "ZONETRACK_WORKERS": "3"},
            ("unix:/run/zonetrack/gunicorn.sock", 3, 4),
        ),
        ({"ZONETRACK_BIND": "[::1]:80", "ZONETRACK_THREADS": "8"}, ("[::1]:80", 2, 8)),
    ],
)
def test_gunicorn_reads_its_size_from_the_environment(monkeypatch, variables, expected):
    for name in ("BIND", "WORKERS", "THREADS"):
        monkeypatch.delenv(f"ZONETRACK_{name}", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings: dict = {"__file__": str(DEPLOY / "gunicorn.conf.py")}
    exec((DEPLOY / "gunicorn.conf.py").read_text(encoding="utf-8"), settings)
    assert (settings["bind"], settings["workers"], settings["threads"]) == expected


def test_a_served_process_inherits_no_setting(monkeypatch, tmp_path):
    monkeypatch.setenv("ZONETRACK_DEBUG", "True")
    monkeypatch.setenv("DATABASE_URL", "postgres://real/data")
    environment = environment_of({"ZONETRACK_STATIC_DIR": str(tmp_path)})
    assert "ZONETRACK_DEBUG" not in environment and "DATABASE_URL" not in environment
