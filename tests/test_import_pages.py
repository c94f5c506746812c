"""The pages of imports: from the file to the stored rows and back, and who may not."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enterprises.models import Return, YearlyFigures
from tests import factories as make
from zonetrack.access import grants, roles
from zonetrack.files.models import LARGEST
from zonetrack.imports import workbooks
from zonetrack.imports.models import Import, Mapping
from zonetrack.imports.reading import Limits, find_table, open_file

pytestmark = pytest.mark.django_db

OPENED = datetime(2015, 1, 2, tzinfo=UTC)
HEADS = "企业名称,年度,从业人员,我们的收入"


@pytest.fixture
def park():
    return make.make_park(name_zh="东川园", name_en="Dongchuan park")


@pytest.fixture
def staff(park):
    return signed_in(roles.STAFF, park=park)


def signed_in(role=None, **place):
    user = make.make_user(role, is_staff=True, **place)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def upload(
    client, *lines, heads=HEADS, name="figures.csv", content=None, register="yearly", **data
):
    content = "\n".join([heads, *lines]).encode() if content is None else content
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("import-new", args=[register]), {"file": file} | data)


def test_from_the_file_to_the_stored_rows_and_back(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    response = upload(staff, "甲公司,2014,12,3")
    row = Import.objects.get()
    assert response.url == reverse("import", args=[row.pk])
    page = staff.get(response.url).content.decode()
    assert "甲公司" in page and "我们的收入" in page
    assert not Return.objects.exists()

    heads = {"field-A": "enterprise", "field-B": "year", "field-C": "employees"}
    mended = heads | {"field-D": "revenue", "unit-D": "hundred-million", "sheet": "figures"}
    staff.post(reverse("import-columns", args=[row.pk]), mended)
    staff.post(reverse("import-confirm", args=[row.pk]), {"rows": "all"})
    figures = YearlyFigures.objects.get()
    assert (figures.employees, figures.revenue) == (12, 30_000)
    page = staff.get(response.url).content.decode()
    assert reverse("import-undo", args=[row.pk]) in page
    assert f"source={row.pk}" in page

    staff.post(reverse("import-undo", args=[row.pk]))
    row.refresh_from_db()
    assert (row.state, Return.objects.count()) == (Import.State.UNDONE, 0)
    assert staff.get(response.url).status_code == 200
    assert staff.get(reverse("import-list")).status_code == 200


def test_columns_put_right_are_remembered_for_files_of_the_same_shape(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    upload(staff, "甲公司,2014,12,3")
    row = Import.objects.get()
    fields = {"A": "enterprise", "B": "year", "C": "employees", "D": "revenue"}
    data = {f"field-{letter}": field for letter, field in fields.items()} | {"unit-D": "yuan"}
    staff.post(reverse("import-columns", args=[row.pk]), data)
    assert Mapping.objects.get().columns["D"] == {"field": "revenue"}
    upload(staff, "甲公司,2014,12,4")
    latest = Import.objects.first()
    assert latest.pk != row.pk
    assert latest.result["rows"][0]["c"][1] == ["revenue", None, "4"]


def test_a_field_that_does_not_exist_cannot_be_chosen(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    upload(staff, "甲公司,2014,12,3")
    row = Import.objects.get()
    data = {"field-A": "enterprise", "field-B": "year", "field-C": "version", "field-D": "approved"}
    staff.post(reverse("import-columns", args=[row.pk]), data)
    row.refresh_from_db()
    assert [head["field"] for head in row.reading["heads"]] == ["enterprise", "year", "-", "-"]
    assert staff.get(reverse("import", args=[row.pk])).status_code == 200


def test_another_sheet_can_be_chosen(park, staff):
    import xlsxwriter

    make.make_enterprise(park, name_zh="甲公司")
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for name, number in (("第一", 1), ("第二", 2)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["企业名称", "年度", "从业人员"])
            sheet.write_row(1, 0, ["甲公司", 2014, number])
    upload(staff, name="figures.xlsx", content=content.getvalue())
    row = Import.objects.get()
    assert row.reading["sheets"] == ["第一", "第二"]
    staff.post(reverse("import-columns", args=[row.pk]), {"sheet": "第二"})
    row.refresh_from_db()
    assert row.result["rows"][0]["c"] == [["employees", None, 2]]


def test_the_file_comes_back_as_it_was_and_with_its_errors(park, staff):
    upload(staff, "没有,2014,多,3")
    row = Import.objects.get()
    file = staff.get(reverse("import-file", args=[row.pk]))
    assert file.content == bytes(row.file.content)
    assert "attachment" in file["Content-Disposition"]
    errors = staff.get(reverse("import-errors", args=[row.pk]))
    book = open_file("errors.xlsx", errors.content)
    table = find_table(book, None, lambda head: head == "企业名称")
    assert "digits" in str(table.rows[0].cells[-1])
    again = upload(staff, name="errors.xlsx", content=errors.content)
    assert again.status_code == 302


def test_the_template_is_read_back(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    address = reverse("import-template", args=["yearly"])
    response = staff.get(address, {"park": park.pk, "year": 2014})
    answer = upload(staff, name="template.xlsx", content=response.content)
    assert answer.status_code == 302
    row = Import.objects.get()
    assert row.counts["error"] == 0
    assert [one["t"][:3] for one in row.result["rows"]] == ["Ent"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("a.xlsx", b"<html><body>no</body></html>"),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.pdf", b"%PDF-1.4"),
        ("a.csv", b"a,b,c\n1,2,3"),
        ("a.csv", "企业名称\n\0".encode()),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(staff, name, content):
    response = upload(staff, name=name, content=content)
    assert response.status_code in (302, 400)
    if response.status_code == 400:
        assert response.context["form"].errors["file"]
        assert not Import.objects.exists()


def test_a_file_above_the_limit_is_refused_without_being_kept(staff):
    response = upload(staff, content=b"x" * (LARGEST + 1))
    assert response.status_code == 400
    assert "10 MB" in str(response.context["form"].errors["file"])


def test_who_may_not_import_is_refused(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    upload(staff, "甲公司,2014,12,3")
    row = Import.objects.get()
    posts = ("import-columns", "import-confirm", "import-undo")
    other = signed_in(roles.STAFF, park=make.make_park())
    for name in ("import", "import-file", "import-errors"):
        assert other.get(reverse(name, args=[row.pk])).status_code == 404
    for name in posts:
        assert other.post(reverse(name, args=[row.pk])).status_code == 404
    assert "figures.csv" not in other.get(reverse("import-list")).content.decode()
    reader = signed_in(roles.READER, park=park)
    addresses = [reverse("import-list"), reverse("import-new", args=["yearly"])]
    for address in [*addresses, reverse("import", args=[row.pk])]:
        assert reader.get(address).status_code in (302, 403)
        assert Client().get(address).status_code == 302
    assert upload(reader, "甲公司,2014,12,3").status_code in (302, 403)
    assert Import.objects.count() == 1 and not Return.objects.exists()


def test_the_manager_of_the_zone_sees_and_undoes_what_staff_imported(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    upload(staff, "甲公司,2014,12,3")
    row = Import.objects.get()
    staff.post(reverse("import-confirm", args=[row.pk]), {"rows": "all"})
    colleague = signed_in(roles.STAFF, park=park)
    assert colleague.get(reverse("import", args=[row.pk])).status_code == 404
    manager = signed_in(roles.MANAGER, zone=park.home_zone)
    assert "figures.csv" in manager.get(reverse("import-list")).content.decode()
    manager.post(reverse("import-undo", args=[row.pk]))
    row.refresh_from_db()
    assert row.undone_by == manager.user


def test_a_park_or_zone_of_others_cannot_be_chosen(staff):
    other = make.make_park()
    for data in (
        {"park": other.pk},
        {"zone": other.home_zone.pk},
        {"park": "9" * 30},
        {"year": "x"},
    ):
        response = upload(staff, "甲公司,2014,12,3", **data)
        assert response.status_code == 400


@pytest.mark.parametrize("query", ["show=x&page=9", "page=%00", "page=-1", "show=error&page=zz"])
def test_odd_addresses_show_the_page(park, staff, query):
    upload(staff, "甲公司,2014,12,3")
    row = Import.objects.get()
    assert staff.get(reverse("import", args=[row.pk]) + "?" + query).status_code == 200
    assert staff.get(reverse("import-list") + "?" + query).status_code == 200


def test_unknown_imports_and_registers_are_not_found(staff):
    assert staff.get(reverse("import", args=[2**40])).status_code == 404
    assert staff.get(reverse("import-new", args=["no-such"])).status_code == 404
    assert staff.get("/admin/import/99999999999999999999999/").status_code == 404


def test_columns_of_a_stored_import_are_not_changed_any_more(park, staff):
    """What undoing it needs would be lost."""
    firm = make.make_enterprise(park, name_zh="甲公司")
    make.make_return(firm, 2014, park=park, state="draft", employees=5)
    upload(staff, "甲公司,2014,12", heads="企业名称,年度,从业人员")
    row = Import.objects.get()
    staff.post(reverse("import-confirm", args=[row.pk]), {"rows": "all"})
    fields = {"field-A": "enterprise", "field-B": "year", "field-C": "employees"}
    response = staff.post(reverse("import-columns", args=[row.pk]), fields, follow=True)
    assert "The import is stored." in response.content.decode()
    row.refresh_from_db()
    assert (row.state, row.counts["changed"]) == (Import.State.APPLIED, 1)
    staff.post(reverse("import-undo", args=[row.pk]))
    assert YearlyFigures.objects.get().employees == 5


def test_rows_do_not_go_to_a_park_that_was_taken_from_the_importer_since(park, staff):
    other = make.make_park(park.home_zone)
    grants.grant(staff.user, roles.STAFF, park=other)
    make.make_enterprise(other, name_zh="甲公司", from_year=2016)
    upload(staff, "甲公司,2014,12", heads="企业名称,年度,从业人员", park=park.pk)
    row = Import.objects.get()
    assert row.counts["new"] == 1
    staff.user.memberships.get(park=park).delete()
    staff.post(reverse("import-confirm", args=[row.pk]), {"rows": "all"})
    row.refresh_from_db()
    assert (row.state, row.counts["error"]) == (Import.State.CHECKED, 1)
    assert not Return.objects.exists()


def test_looking_at_imports_leaves_the_bytes_of_their_files_where_they_are(park, staff):
    upload(staff, "甲公司,2014,12,3")
    for address in (reverse("import-list"), reverse("import", args=[Import.objects.get().pk])):
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(address).status_code == 200
        assert not [query for query in queries if '."content"' in query["sql"]]


def test_a_file_larger_than_pages_read_is_not_given_back_with_errors(park, staff, monkeypatch):
    upload(staff, "甲公司,2014,12,3")
    row = Import.objects.get()
    monkeypatch.setattr(workbooks.annotated_workbook, "__defaults__", (Limits(bytes=1),))
    response = staff.get(reverse("import-errors", args=[row.pk]))
    assert response.url == reverse("import", args=[row.pk])


def test_the_manager_sees_no_file_that_may_hold_figures_of_other_zones(park, staff):
    """Neither where rows of another zone change nothing, nor where the importer works there."""
    other = make.make_park(name_zh="西川园")
    grants.grant(staff.user, roles.STAFF, park=other)
    make.make_enterprise(park, name_zh="甲公司")
    theirs = make.make_enterprise(other, name_zh="乙公司")
    make.make_return(theirs, 2014, park=other, state="draft", employees=12)
    heads = "企业名称,年度,从业人员"
    upload(staff, "甲公司,2014,12", "乙公司,2014,12", heads=heads)
    upload(staff, "甲公司,2014,12", heads=heads)
    both, one = Import.objects.order_by("pk")
    manager = signed_in(roles.MANAGER, zone=park.home_zone)
    for row in (both, one):
        assert manager.get(reverse("import-file", args=[row.pk])).status_code == 404
    staff.user.memberships.get(park=other).delete()
    assert manager.get(reverse("import-file", args=[both.pk])).status_code == 404
    assert manager.get(reverse("import-file", args=[one.pk])).status_code == 200


def test_an_import_that_only_renames_enterprises_is_about_their_parks(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司")
    upload(
        staff, f"{firm.pk},新公司", heads="记录编号,企业名称", register="enterprises", name="a.csv"
    )
    row = Import.objects.get()
    assert (row.counts["changed"], list(row.parks.all())) == (1, [park])


def test_who_has_one_park_and_one_open_year_need_not_choose_them(park, staff):
    make.make_year(park.home_zone, 2013, opened_at=OPENED, closed=True)
    make.make_year(park.home_zone, 2014, opened_at=OPENED)
    form = staff.get(reverse("import-new", args=["yearly"])).context["form"]
    chosen = [form[name].initial for name in ("zone", "park", "year")]
    assert chosen == [park.home_zone_id, park.pk, 2014]
    make.make_year(park.home_zone, 2015, opened_at=OPENED)
    form = staff.get(reverse("import-new", args=["yearly"])).context["form"]
    assert form["year"].initial is None
