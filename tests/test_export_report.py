"""The command `export_report`: the same files as the page gives, and clear sentences."""

from io import BytesIO, StringIO, TextIOWrapper

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import make_user
from tests.reporting import TODAY, YEAR, make_world
from zonetrack.access import roles
from zonetrack.dashboards import asking
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
