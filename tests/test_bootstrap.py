import ast
import hashlib
import runpy
from collections import namedtuple

import pytest
from django.conf import settings

from zonetrack import bootstrap

MANAGE = settings.BASE_DIR / "manage.py"
Version = namedtuple("Version", "major minor micro")


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A project of its own, so that no real environment is touched."""
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "zonetrack-lock")
    monkeypatch.setattr(bootstrap, "LOCK", tmp_path / "requirements.txt")
    bootstrap.LOCK.write_text("django==5.2.19\n")
    monkeypatch.delenv("ZONETRACK_WHEELS", raising=False)
    return tmp_path


def make_python(*, exit_code=0):
    """Something that stands where an environment's Python would, and imports Django or fails to."""
    python = bootstrap.python_of(bootstrap.VENV)
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    python.chmod(0o755)


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 9, 2), (3, 10, 14)])
def test_an_old_python_gets_a_sentence(version):
    sentence = runpy.run_path(str(MANAGE))["too_old"](Version(*version))
    assert f"this is Python {version[0]}.{version[1]}" in sentence


def test_python_3_11_and_newer_get_none():
    too_old = runpy.run_path(str(MANAGE))["too_old"]
    assert too_old(Version(3, 11, 0)) is None
    assert too_old(Version(4, 0, 0)) is None


def test_an_old_python_can_read_manage_py():
    ast.parse(MANAGE.read_text(), feature_version=(3, 4))


def test_bootstrap_uses_the_standard_library_only():
    import sys

    tree = ast.parse((settings.BASE_DIR / "zonetrack" / "bootstrap.py").read_text())
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_without_an_environment_one_is_due(elsewhere):
    assert bootstrap.stale()


def test_an_environment_of_this_lock_is_used(elsewhere):
    make_python()
    bootstrap.STAMP.write_text(bootstrap.fingerprint() + "\n")
    assert not bootstrap.stale()


def test_an_environment_of_another_lock_is_brought_up_to_date(elsewhere):
    make_python()
    bootstrap.STAMP.write_text(bootstrap.fingerprint() + "\n")
    bootstrap.LOCK.write_text("django==5.2.20\n")
    assert bootstrap.stale()


def test_an_interrupted_installation_is_taken_up_again(elsewhere):
    make_python()
    bootstrap.STAMP.write_text("unfinished\n")
    assert bootstrap.stale()


@pytest.mark.skipif("os.name == 'nt'", reason="stands in for Python with a shell script")
@pytest.mark.parametrize(("exit_code", "due"), [(0, False), (1, True)])
def test_an_environment_made_by_hand_is_left_alone_if_it_has_django(elsewhere, exit_code, due):
    make_python(exit_code=exit_code)
    assert bootstrap.stale() is due


def test_a_changed_pip_wheel_is_refused():
    with pytest.raises(OSError, match="SHA-256"):
        bootstrap.checked(b"not pip")


def test_the_pip_wheel_can_come_from_a_folder(elsewhere, monkeypatch):
    monkeypatch.setenv("ZONETRACK_WHEELS", str(elsewhere))
    (elsewhere / bootstrap.PIP).write_bytes(b"pip")
    assert bootstrap.pip_wheel() == b"pip"
    assert bootstrap.wheels_options() == ["--no-index", "--find-links", str(elsewhere)]
    monkeypatch.setattr(bootstrap, "PIP_SHA256", hashlib.sha256(b"pip").hexdigest())
    assert bootstrap.checked(b"pip") == b"pip"


@pytest.mark.parametrize(
    "page",
    [
        '{"files": [{"url": "../pip-1-py3-none-any.whl"}, {"url": "../%s"}]}',
        '<a href="../pip-1-py3-none-any.whl#x">1</a> <a href="../%s">2</a>',
    ],
)
def test_the_pinned_wheel_is_found_on_an_index_page(page):
    assert bootstrap.link_to_pip(page % bootstrap.PIP) == f"../{bootstrap.PIP}"


def test_an_index_without_the_wheel_is_a_sentence():
    with pytest.raises(OSError, match="does not offer"):
        bootstrap.link_to_pip('{"files": []}')


def test_the_index_comes_from_the_variable_or_the_configuration(elsewhere, monkeypatch):
    file = elsewhere / "pip.conf"
    file.write_text("[global]\nindex-url = https://mirror.example/simple\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    assert bootstrap.index_url() == "https://mirror.example/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "https://other.example/simple")
    assert bootstrap.index_url() == "https://other.example/simple"


def test_no_network_says_how_to_do_without(elsewhere, monkeypatch):
    def fail():
        raise OSError("Name or service not known")

    monkeypatch.setattr(bootstrap, "make", fail)
    monkeypatch.setattr(bootstrap, "complete", lambda: False)
    with pytest.raises(SystemExit) as end:
        bootstrap.prepare()
    assert "Name or service not known" in end.value.code
    assert "ZONETRACK_WHEELS" in end.value.code


def test_a_python_that_has_everything_is_used_as_it_is(elsewhere, monkeypatch):
    monkeypatch.setattr(bootstrap, "make", lambda: pytest.fail("must not install"))
    assert bootstrap.complete()
    bootstrap.prepare()
    assert not bootstrap.VENV.exists()
