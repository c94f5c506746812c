"""Every door through which a record can be changed leaves its entry in the history."""

import ast
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from enterprises.models import Return, State, Title, YearlyFigures
from tests.admin_forms import change_url, fields_of, list_url
from tests.factories import make_enterprise, make_return, make_title
from zonetrack.imports.models import Import
from zonetrack.records import Record

YEAR = 2014


def make_draft(park, **fields):
    return make_return(make_enterprise(park), YEAR, state=State.DRAFT, employees=40, **fields)


def newest(model, **lookup):
    """Door, person, old and new version of the last change of a record."""
    entry = model.history.filter(**lookup).order_by("history_id").last()
    return entry.channel, entry.history_user, entry.history_type


def send(client, url, **values):
    answer = client.post(url, fields_of(client.get(url)) | values, follow=True)
    assert answer.status_code == 200
    return answer


def csv_of(*filings):
    rows = [f"{filing.enterprise.name_zh},{YEAR},77" for filing in filings]
    return "\n".join(["企业名称,年度,从业人员", *rows]).encode()


def imported(client, filing):
    file = SimpleUploadedFile("data.csv", csv_of(filing))
    client.post(reverse("import-new", args=["yearly"]), {"file": file})
    read = Import.objects.latest("pk")
    client.post(reverse("import-confirm", args=[read.pk]), {"rows": "all"})
    return read


@pytest.mark.django_db
def test_the_form_of_a_return(client, park, manager):
    filing = make_draft(park)
    send(client, reverse("entry-form", args=[filing.pk]), employees="41", do="save")
    assert newest(YearlyFigures, filing_id=filing.pk) == ("page", manager, "~")


@pytest.mark.django_db
def test_the_table_of_a_zone(client, park, manager):
    filing = make_draft(park)
    url = reverse("entry-table", args=[park.home_zone.key, YEAR])
    send(client, url, **{f"employees-{filing.enterprise_id}": "41"}, do="save")
    assert newest(YearlyFigures, filing_id=filing.pk) == ("grid", manager, "~")


@pytest.mark.django_db
def test_a_form_of_the_admin(client, park, manager):
    title = make_title(park)
    send(client, change_url(title), document_no="No. 7")
    assert newest(Title, id=title.pk) == ("admin", manager, "~")


@pytest.mark.django_db
def test_an_action_on_several_records(client, park, manager):
    filing = make_draft(park)
    actions = {"action": "submit_returns", "_selected_action": [filing.pk]}
    client.post(list_url(Return), actions)
    assert newest(Return, id=filing.pk) == ("action", manager, "~")


@pytest.mark.django_db
def test_deleting_in_the_admin(client, park, manager):
    title = make_title(park)
    url = reverse("admin:enterprises_title_delete", args=[title.pk])
    client.post(url, fields_of(client.get(url)) | {"post": "yes", "reason": "Twice"})
    assert newest(Title, id=title.pk) == ("admin", manager, "-")


@pytest.mark.django_db
def test_an_import_and_its_undoing(client, park, manager):
    filing = make_draft(park)
    read = imported(client, filing)
    entry = YearlyFigures.history.filter(filing_id=filing.pk).order_by("history_id").last()
    assert (entry.employees, entry.channel, entry.source, entry.source_row) == (
        77,
        "import",
        read,
        2,
    )
    client.post(reverse("import-undo", args=[read.pk]))
    assert YearlyFigures.objects.get(filing=filing).employees == 40
    assert newest(YearlyFigures, filing_id=filing.pk) == ("undo", manager, "~")


@pytest.mark.django_db
def test_an_import_by_command(park, manager, tmp_path):
    filing = make_draft(park)
    file = tmp_path / "data.csv"
    file.write_bytes(csv_of(filing))
    options = {"user": manager.username, "apply": True, "yes": True, "stdout": StringIO()}
    call_command("import_records", "yearly", str(file), **options)
    assert newest(YearlyFigures, filing_id=filing.pk) == ("import", manager, "~")


# Nothing of the product stores a record beside the one way that keeps the history.

STORING = {"create", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
# First loads of generated rows.
LOADING = ("zonetrack/sample/", "zonetrack/bench/", "zonetrack/reference_lists/")


def names_along(node):
    """The names of a chain of calls: Title.objects.filter(…).update(…) → update … Title."""
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            yield node.attr
            node = node.value
        elif isinstance(node, ast.Name):
            yield node.id
            return
        else:
            return


def storing_calls(tree, records):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called, *rest = names_along(node)
            if called in STORING and MANAGERS & set(rest) and rest[-1] in records:
                yield f"{rest[-1]}.{called}"


def test_no_record_is_stored_beside_the_one_way():
    records = {model.__name__ for model in apps.get_models() if issubclass(model, Record)}
    found = []
    for app in ("zonetrack", "enterprises", "rd_centers", "patents"):
        for file in sorted((settings.BASE_DIR / app).rglob("*.py")):
            place = file.relative_to(settings.BASE_DIR).as_posix()
            if "/migrations/" in place or place.startswith(LOADING):
                continue
            calls = storing_calls(ast.parse(file.read_text(encoding="utf-8")), records)
            found += [f"{place}: {call}" for call in calls]
    assert found == []


def test_a_record_stored_beside_the_one_way_is_found():
    code = (
        "Title.objects.filter(pk=1).update(batch='2')\nPatent.objects.create()\nother.update(a=1)"
    )
    assert list(storing_calls(ast.parse(code), {"Title", "Patent"})) == [
        "Title.update",
        "Patent.create",
    ]
