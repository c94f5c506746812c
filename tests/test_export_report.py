"""The command `export_report`: the same files as the page gives, and clear sentences."""

import multiprocessing
import signal
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import make_user
from tests.reporting import TODAY, YEAR, make_world
from zonetrack.access import roles
from zonetrack.dashboards import asking
from zonetrack.management.commands.export_report import put
from zonetrack.reports import formats

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(monkeypatch):
    monkeypatch.setattr(asking, "localdate", lambda: TODAY)
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)
    return make_world()


def export(*arguments):
    out = StringIO()
    call_command("export_report", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("key", ["csv", "json", "xlsx", "zip"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_file_is_the_same_as_the_pages(client, world, tmp_path, key, language):
    told = export(
        "north", str(YEAR), "--format", key, "--lang", language, "--output", str(tmp_path)
    )
    [file] = tmp_path.iterdir()
    assert str(file) in told
    client.force_login(make_user(roles.READER, zone=world.zone))
    page = client.get(f"/reports/north/?year={YEAR}&format={key}&lang={language}")
    assert file.read_bytes() == page.content
    assert file.suffix == f".{key}"


def test_options_are_those_of_the_page(client, world, tmp_path):
    file = tmp_path / "out.json"
    arguments = ["--park=first", "--short", "--hide-single-money", f"--output={file}"]
    export("north", str(YEAR), "--format=json", "--lang=en", *arguments)
    client.force_login(make_user(roles.READER, zone=world.zone))
    query = f"year={YEAR}&park=first&short=1&hide_single_money=1&lang=en&format=json"
    assert file.read_bytes() == client.get(f"/reports/north/?{query}").content


def test_a_file_can_go_to_standard_output():
    raw = BytesIO()
    out = TextIOWrapper(raw, "utf-8")
    call_command("export_report", "north", str(YEAR), "--format=csv", "--output=-", stdout=out)
    assert raw.getvalue().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere", "2014"], "There is no zone “nowhere”."),
        (["north", "14"], "“14” is no year from 1949 to 2025."),
        (["north", "２０１４"], "is no year"),
        (["north", "9999"], "is no year"),
        (["north", "2014", "--format=rtf"], "There is no format “rtf”"),
        (["north", "2014", "--lang=fr"], "There is no language “fr”"),
        (["north", "2014", "--park=far"], "“north” has no park “far”."),
        (["north", "2014", "--format=csv", "--style=formal"], "--style is for --format docx."),
        (["north", "2014", "--format=csv", "--output=/nowhere/at/all.csv"], "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_said_in_a_sentence(arguments, sentence):
    with pytest.raises(CommandError, match=sentence.replace("(", r"\(")):
        export(*arguments)


def test_a_writer_that_fails_leaves_no_file(tmp_path, monkeypatch):
    def fails(report, facts):
        raise ValueError("beyond repair")

    broken = formats.Format("JSON", "json", "application/json", fails)
    monkeypatch.setitem(formats.FORMATS, "json", broken)
    with pytest.raises(CommandError, match="could not be made"):
        export("north", str(YEAR), "--format=json", f"--output={tmp_path}")
    assert list(tmp_path.iterdir()) == []


def put_in_too_small_a_place(file, action):
    """Nothing longer than a thousand bytes can be written; then the system does `action`."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    signal.signal(signal.SIGXFSZ, action)
    put(b"new" * 1000, file)


@pytest.mark.parametrize("before", [b"", b"what was there"])
def test_a_process_killed_while_it_writes_leaves_no_half_file(tmp_path, before):
    pytest.importorskip("resource")
    file = tmp_path / "report.pdf"
    if before:
        file.write_bytes(before)
    process = multiprocessing.get_context("fork").Process(
        target=put_in_too_small_a_place, args=(file, signal.SIG_DFL)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGXFSZ
    assert (file.read_bytes() if before else file.exists()) == (before or False)
    put(b"whole", file)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [(file.name, b"whole")]


def test_a_disk_that_is_full_leaves_no_half_file(tmp_path):
    pytest.importorskip("resource")
    process = multiprocessing.get_context("fork").Process(
        target=put_in_too_small_a_place, args=(tmp_path / "report.pdf", signal.SIG_IGN)
    )
    process.start()
    process.join()
    assert process.exitcode == 1
    assert list(tmp_path.iterdir()) == []
