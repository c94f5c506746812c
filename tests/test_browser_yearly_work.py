"""The whole work of a year in a browser: a messy spreadsheet becomes approved figures of a park."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from enterprises.models import Return, State, YearlyFigures
from enterprises.opening import prepare
from patents.models import PatentCounts
from tests.factories import PASSWORD, make_enterprise, make_park, make_return, make_user, make_year
from tests.messy_files import Told, messy_csv, messy_workbook, spoiled
from zonetrack import writing
from zonetrack.access import roles
from zonetrack.imports.models import Import

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

YEAR = 2014
IMPORT_PAGE = re.compile(r"/admin/import/\d+/$")
CODES = (
    "91350100MA01000011", "91350100MA01000022", "91350100MA01000033", "91350100MA01000044",
    "91350100MA01000055", "91350100MA01000066", "91350100MA01000077", "91350100MA01000088",
)  # fmt: skip
LAST_YEAR = {
    "employees": 100, "revenue": 50_000, "rd_expenditure": 2_000, "rd_government": 300,
    "rd_personnel": 20, "filed": 6, "filed_inventions": 3,
}  # fmt: skip


def make_world():
    """A park of eight enterprises with two years behind them, and a year that is open."""
    park = make_park(name_zh="东川工业园", name_en="Dongchuan park")
    enterprises = [
        make_enterprise(park, name_zh=f"青川{n}号新材料有限公司", name_en="", credit_code=code)
        for n, code in enumerate(CODES, start=1)
    ]
    for enterprise in enterprises:
        for year in (YEAR - 2, YEAR - 1):
            make_return(enterprise, year, **LAST_YEAR)
    row = make_year(
        park.home_zone, YEAR, opened_at="2015-01-02T08:00:00Z", due_on=date(2099, 3, 31)
    )
    prepare(row, by=None)
    return park, enterprises


def told(enterprises) -> list[Told]:
    """What the park's spreadsheet says: all grown by a tenth, but for two unusual figures."""
    rows = [
        Told(one.name_zh, one.credit_code, 22_000, "3,300", "５５０００", 110, "22人", 7, 3)
        for one in enterprises
    ]
    rows[6] = Told(rows[6].name, rows[6].code, 220_000, "3,300", 55_000, 110, 22, 7, 3)
    rows[7] = Told(rows[7].name, rows[7].code, 22_000, "3,300", 55_000, 110, 22, 60, 3)
    return rows


def sign_in(page, user, language):
    page.context.clear_cookies()
    page.context.add_cookies(
        [
            {
                "name": settings.LANGUAGE_COOKIE_NAME,
                "value": language,
                "url": page.evaluate("location.origin"),
            }
        ]
    )
    page.goto("/sign-in/?next=/admin/import/new/yearly/")
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("input[type=file], #changelist, .breadcrumbs").first.wait_for()


def upload(page, name, content):
    page.goto("/admin/import/new/yearly/")
    page.locator("[name=year]").fill(str(YEAR))
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.locator("form.import-form button.btn-primary").click()
    page.wait_for_url(IMPORT_PAGE)
    return Import.objects.latest("pk")


def put_columns_right(page):
    """The second row of heads says "number" and "of which inventions" under "patents filed"."""
    page.locator("select[name=field-I]").select_option("filed")
    page.locator("select[name=field-J]").select_option("filed_inventions")
    page.locator("form:has(select[name=field-J]) button").last.click()
    page.wait_for_load_state()
    return Import.objects.latest("pk")


def press(page, button):
    """Send a form and wait for the page that answers."""
    page.evaluate("() => { document.querySelector('main').dataset.old = 'yes'; }")
    page.locator(button).click()
    page.locator("main:not([data-old])").wait_for()


@pytest.mark.parametrize(
    ("language", "first", "second"), [("en", "xlsx", "csv"), ("zh-hans", "csv", "xlsx")]
)
def test_a_messy_spreadsheet_becomes_the_approved_year_of_a_park(page, language, first, second):
    park, enterprises = make_world()
    staff = make_user(roles.STAFF, park=park)
    manager = make_user(roles.MANAGER, zone=park.home_zone)
    rows = told(enterprises)
    write = {"xlsx": messy_workbook, "csv": messy_csv}
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto("/healthz")
    sign_in(page, staff, language)

    # The first file has three errors, and nothing of it is stored.
    upload(page, f"汇总.{first}", write[first](park.name_zh, YEAR, spoiled(rows)))
    checked = put_columns_right(page)
    assert checked.counts["error"] == 3
    assert checked.counts["warnings"] == 2
    assert not page.locator("button[name=rows][value=all]").count()
    with page.expect_download() as download:
        page.locator(f"a[href='{reverse('import-errors', args=[checked.pk])}']").click()
    assert download.value.path().stat().st_size > 1_000
    assert not YearlyFigures.objects.filter(year=YEAR).exists()

    # Put right, it is stored whole; its twin in the other format changes nothing.
    upload(page, f"汇总-2.{first}", write[first](park.name_zh, YEAR, rows))
    assert page.locator("select[name=field-J]").input_value() == "filed_inventions"
    page.locator("button[name=rows][value=all]").click()
    page.wait_for_url(IMPORT_PAGE)
    assert YearlyFigures.objects.filter(year=YEAR, rd_expenditure=2_200).count() == 7
    twin = upload(page, f"汇总.{second}", write[second](park.name_zh, YEAR, rows))
    assert (twin.counts["unchanged"], twin.counts["changed"]) == (8, 0)

    # Two returns need a reason before they can be submitted; the others go at once.
    zone = park.home_zone
    table = reverse("entry-table", args=[zone.key, YEAR])
    page.goto(table)
    press(page, "button[value=submit]")
    returns = Return.objects.filter(year=YEAR)
    assert returns.filter(state=State.SUBMITTED).count() == 6
    for filing in returns.filter(state=State.DRAFT):
        page.goto(reverse("entry-form", args=[filing.pk]))
        for box in page.locator(".why textarea, .why input[type=text]").all():
            box.fill("新建试验线，已与企业核对。")
        press(page, "button[value=submit]")
    assert returns.filter(state=State.SUBMITTED).count() == 8
    assert not YearlyFigures.objects.filter(year=YEAR, approved=True).exists()

    # The reviewer reads the reasons and approves; the figures count.
    sign_in(page, manager, language)
    page.goto(reverse("entry-form", args=[returns.order_by("pk").last().pk]))
    assert "新建试验线" in page.content()
    page.goto(table)
    press(page, "button[value=approve]")
    assert returns.filter(state=State.APPROVED).count() == 8
    assert PatentCounts.objects.filter(year=YEAR, approved=True).count() == 8
    page.goto(reverse("board", args=[zone.key, YEAR]))
    numbers = page.locator("#content table").first.locator("tbody tr").last.locator("td")
    assert numbers.all_inner_texts()[:2] == ["8", "8"]
    page.goto(reverse("park", args=[zone.key, YEAR, park.key]))
    assert str(7 * 7 + 60) in page.locator("main").inner_text()  # patents filed
    history = YearlyFigures.history.filter(channel="import", source__isnull=False)
    assert history.count() == 8
    assert set(history.values_list("source_row", flat=True)) == set(range(5, 13))
    assert complaints == []


def test_a_closed_year_takes_no_spreadsheet(page):
    park, enterprises = make_world()
    year = park.home_zone.years.get(year=YEAR)
    year.close(by=None, at=year.opened_at)
    writing.save(year)
    page.goto("/healthz")
    sign_in(page, make_user(roles.STAFF, park=park), "en")
    read = upload(page, "data.xlsx", messy_workbook(park.name_zh, YEAR, told(enterprises)))
    assert read.counts["error"] == 8
    assert not page.locator("button[name=rows]").count()
