"""Importing from the shell."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from enterprises.models import YearlyFigures
from tests import factories as make
from zonetrack.access import roles
from zonetrack.channels import Channel
from zonetrack.imports.models import Import

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    park = make.make_park()
    make.make_enterprise(park, name_zh="甲公司")
    path = tmp_path / "figures.csv"
    path.write_text("企业名称,年度,从业人员,电话\n甲公司,2014,12,1\n", encoding="gb18030")
    return path


def run(*arguments):
    out = StringIO()
    call_command("import_records", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_without_apply_it_only_says_what_would_change(file):
    printed = run("yearly", file)
    assert "new=1" in printed and "not read" in printed
    assert not YearlyFigures.objects.exists()
    assert Import.objects.get().state == Import.State.CHECKED


def test_with_apply_it_stores_and_leaves_the_same_record(file):
    printed = run("yearly", file, "--apply", "--yes")
    assert "stored=1" in printed
    assert YearlyFigures.objects.get().employees == 12
    row = Import.objects.get()
    assert (row.state, row.begun_by) == (Import.State.APPLIED, None)
    assert YearlyFigures.history.get().channel == Channel.IMPORT


def test_errors_store_nothing_unless_good_rows_are_asked_for(file):
    with file.open("a", encoding="gb18030") as more:
        more.write("没有这家,2014,1,\n")
    with pytest.raises(CommandError, match="good-rows-only"):
        run("yearly", file, "--apply", "--yes")
    assert not YearlyFigures.objects.exists()
    assert "stored=1" in run("yearly", file, "--apply", "--yes", "--good-rows-only")


def test_the_rights_of_a_named_person_hold(file):
    stranger = make.make_user(roles.STAFF, park=make.make_park())
    assert "error=1" in run("yearly", file, "--as", stranger.username)
    reader = make.make_user(roles.READER, park=make.make_park())
    with pytest.raises(CommandError, match="may not import"):
        run("yearly", file, "--as", reader.username)


@pytest.mark.parametrize(
    "arguments",
    [
        ["yearly", "/no/such/file.csv"],
        ["--as", "nobody"],
        ["--park", "no-such-park"],
        ["--zone", "no-such-zone"],
        ["--sheet", "no-such-sheet"],
    ],
)
def test_what_cannot_be_done_is_told(file, arguments):
    if arguments[0] != "yearly":
        arguments = ["yearly", file, *arguments]
    with pytest.raises(CommandError):
        run(*arguments)
