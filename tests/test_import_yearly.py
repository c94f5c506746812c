"""Yearly figures from files: dry run, confirming, what is refused, undoing."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enterprises.models import Explanation, Return, State, YearlyFigures
from patents.models import PatentCounts
from tests import factories as make
from zonetrack import writing
from zonetrack.access import roles
from zonetrack.access.grants import grant
from zonetrack.access.scope import scope_of
from zonetrack.channels import Channel
from zonetrack.imports import steps, undoing
from zonetrack.imports.context import Context
from zonetrack.imports.models import Import
from zonetrack.imports.registers import BY_KEY

pytestmark = pytest.mark.django_db

NOW = datetime(2015, 2, 3, 10, tzinfo=UTC)
CODE = "91632900710458321X"
HEADS = "企业名称,统一社会信用代码,年度,从业人员,营业收入（万元）,R&D经费,专利申请数"


@pytest.fixture
def park():
    return make.make_park(name_zh="东川园", name_en="Dongchuan park")


@pytest.fixture
def staff(park):
    return make.make_user(roles.STAFF, park=park)


def begin(user, *lines, heads=HEADS, encoding="utf-8", year=None, sheet="", park=None, **more):
    content = "\n".join([heads, *lines]).encode(encoding)
    context = Context(scope_of(user), year=year, park=park)
    return steps.begin(
        BY_KEY["yearly"], "figures.csv", content, context=context, by=user, at=NOW, **more
    )


def confirm(row, user, **more):
    context = Context(scope_of(user), row.zone, row.park, row.year)
    return steps.confirm(row, context, by=user, at=NOW, **more)


def told(row):
    return [
        (one["n"], one["s"], [problem[1] for problem in one.get("p", [])])
        for one in row.result["rows"]
    ]


def test_a_file_is_checked_stored_and_leaves_its_trace(park, staff):
    firm = make.make_enterprise(park, name_zh="西宁锂材有限公司", credit_code=CODE)
    make.make_return(firm, 2014, state=State.DRAFT, employees=40, revenue=100)
    row = begin(staff, f"西宁锂材有限公司,{CODE},2014年,44,100,,3")
    assert row.counts == {
        "new": 0, "changed": 1, "unchanged": 0, "error": 0, "warnings": 0, "skipped": 0,
    }  # fmt: skip
    [one] = row.result["rows"]
    assert one["c"] == [["employees", 40, 44], ["filed", None, 3]]
    assert YearlyFigures.objects.get().employees == 40
    row = confirm(row, staff)
    filing = Return.objects.select_related("figures", "patents").get()
    assert (filing.figures.employees, filing.figures.revenue, filing.patents.filed) == (44, 100, 3)
    entry = YearlyFigures.history.filter(source=row.pk).get()
    assert (entry.channel, entry.source_row, entry.history_user) == (Channel.IMPORT, 2, staff)
    assert (row.state, list(row.parks.all())) == (Import.State.APPLIED, [park])
    assert row.file.checksum and row.begun_by == staff


def test_what_was_told_stays_where_all_came_so(park, staff):
    make.make_enterprise(park, name_zh="西宁锂材有限公司", credit_code=CODE)
    row = begin(staff, f"西宁锂材有限公司,{CODE},2014,44,100,,3")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        stored = confirm(row, staff)
    writes = [one["sql"] for one in asked if one["sql"].startswith('UPDATE "imports_import"')]
    assert len(writes) == 1 and '"result"' not in writes[0]
    assert stored.result == Import.objects.get().result
    undoing.undo(stored, by=staff, at=NOW)
    assert not YearlyFigures.objects.exists()


def test_a_dry_run_made_again_meanwhile_is_the_one_that_counts(park, staff):
    firm = make.make_enterprise(park, name_zh="西宁锂材有限公司", credit_code=CODE)
    row = begin(staff, f"西宁锂材有限公司,{CODE},2014,44,100,,3")
    make.make_return(firm, 2014, state=State.DRAFT, employees=40)
    other = Import.objects.get()
    steps.check(other, Context(scope_of(staff), other.zone, other.park, other.year))
    assert confirm(row, staff).counts["changed"] == 1
    stored = Import.objects.get().result
    assert stored["rows"][0]["c"][0] == ["employees", 40, 44]
    assert stored["before"]["enterprises.YearlyFigures"]


def test_the_same_file_again_changes_nothing(park, staff):
    make.make_enterprise(park, name_zh="甲公司", credit_code=CODE)
    line = f"甲公司,{CODE},2014,44,100.5,20,3"
    confirm(begin(staff, line), staff)
    entries = YearlyFigures.history.count()
    again = begin(staff, line)
    assert again.counts["unchanged"] == 1
    confirm(again, staff)
    assert YearlyFigures.history.count() == entries


def test_confirming_twice_stores_once(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    row = begin(staff, "甲公司,,2014,44,,,")
    first, second = confirm(row, staff), confirm(row, staff)
    assert first.applied_at == second.applied_at
    assert YearlyFigures.history.count() == 1


def test_everything_wrong_is_told_at_once_with_row_head_value_and_what_to_do(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    row = begin(staff, "甲公司,,2014,12.5,1.2亿,-3,约5", "无名公司,,2014,1,,,")
    first, second = row.result["rows"]
    assert (first["s"], second["s"]) == ("error", "error")
    assert [(p[3], p[4], p[5]) for p in first["p"]] == [
        ("从业人员", "D", "12.5"), ("R&D经费", "F", "-3"), ("专利申请数", "G", "约5"),
    ]  # fmt: skip
    assert all(problem[1] and problem[2] for problem in first["p"])
    with pytest.raises(steps.NotStored):
        confirm(row, staff)
    assert not Return.objects.exists()


def test_good_rows_alone_are_stored_where_that_is_chosen(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    row = begin(staff, "甲公司,,2014,12,,,", "无名公司,,2014,1,,,")
    row = confirm(row, staff, good_rows_only=True)
    assert row.counts["new"] == 1 and row.counts["error"] == 1
    assert YearlyFigures.objects.get().employees == 12


def test_a_blank_cell_leaves_the_value_and_asking_clears_it(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司")
    make.make_return(firm, 2014, state=State.DRAFT, employees=40, revenue=100, rd_expenditure=7)
    row = begin(staff, "甲公司,,2014,,清空,—,")
    [one] = row.result["rows"]
    assert one["c"] == [["revenue", "100.0000", None]]
    assert "dash" in one["p"][0][1]
    confirm(row, staff)
    figures = YearlyFigures.objects.get()
    assert (figures.employees, figures.revenue, figures.rd_expenditure) == (40, None, 7)


def test_units_of_heads_cells_and_the_sheet_are_converted_and_shown(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    heads = "单位：千元,,,\n企业名称,年度,营业收入（元）,R&D经费,其中：政府资金"
    row = begin(staff, "甲公司,2014,1234500,1500,2.5万元", heads=heads)
    confirm(row, staff)
    figures = YearlyFigures.objects.get()
    assert str(figures.revenue) == "123.4500"
    assert (figures.rd_expenditure, str(figures.rd_government)) == (150, "2.5000")
    shown = {head["head"]: head["conversion"] for head in row.reading["heads"]}
    assert "÷ 10,000" in shown["营业收入（元）"] and "÷ 10" in shown["R&D经费"]


def test_years_side_by_side_are_one_return_each(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    row = begin(
        staff, "甲公司,10,11,", heads="企业名称,2013年从业人员,2014年从业人员,2015年从业人员"
    )
    assert row.counts["new"] == 2
    confirm(row, staff)
    assert dict(YearlyFigures.objects.values_list("year", "employees")) == {2013: 10, 2014: 11}


def test_a_file_in_gb18030_with_title_and_totals_is_read(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    make.make_enterprise(park, name_zh="乙公司")
    heads = "东川园2014年度统计表,,\n企业名称,从业人员,营业收入（万元）"
    lines = ["甲公司,10,20", "乙公司,5,7", "合计,15,30"]
    row = begin(staff, *lines, heads=heads, encoding="gb18030")
    assert row.counts["new"] == 2 and row.counts["skipped"] == 1
    [problem] = row.result["problems"]
    assert "30" in problem[1] and "27" in problem[1] and problem[0] == "warning"
    confirm(row, staff)
    assert set(YearlyFigures.objects.values_list("year", flat=True)) == {2014}


def test_what_the_checks_find_warns_and_is_stored_as_a_draft(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    heads = "企业名称,年度,R&D经费,其中：政府资金"
    row = begin(staff, "甲公司,2014,10,11", heads=heads)
    assert row.counts["warnings"] == 1 and row.counts["error"] == 0
    confirm(row, staff)
    assert Return.objects.get().state == State.DRAFT


@pytest.mark.parametrize("name", ["外区公司", " 外区公司", "外\u200b区公司", "外区 公司"])
def test_nothing_of_another_park_is_told_or_touched(park, staff, name):
    other = make.make_park(name_zh="别园", name_en="Other")
    firm = make.make_enterprise(other, name_zh="外区公司", credit_code=CODE)
    make.make_return(firm, 2014, state=State.DRAFT, employees=40)
    row = begin(staff, f"{name},{CODE},2014,44,,,", f"甲,{CODE},2014,1,,,")
    assert row.counts["error"] == 2
    told = " ".join(text for one in row.result["rows"] for p in one["p"] for text in p[1:3])
    assert "外区" not in told and "别园" not in told and "40" not in told


def test_unknown_and_forbidden_columns_are_listed_and_not_read(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    heads = "企业名称,年度,从业人员,is_superuser,version,approved,联系电话"
    row = begin(staff, "甲公司,2014,1,1,99,1,0971", heads=heads)
    left = [head["head"] for head in row.reading["heads"] if head["field"] == "-"]
    assert left == ["is_superuser", "version", "approved", "联系电话"]
    confirm(row, staff)
    assert YearlyFigures.objects.get().version == 1
    assert Return.objects.get().state == State.DRAFT


def test_closed_years_and_approved_returns_are_refused(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司")
    other = make.make_enterprise(park, name_zh="乙公司")
    make.make_return(other, 2014, state=State.APPROVED, employees=40)
    make.make_year(park.home_zone, 2013, closed=True)
    row = begin(staff, "甲公司,,2013,1,,,", "乙公司,,2014,41,,,", "乙公司,,2014,40,,,")
    assert [one["s"] for one in row.result["rows"]] == ["error", "error", "error"]
    assert begin(staff, "乙公司,,2014,40,,,").counts["unchanged"] == 1
    assert firm.returns.count() == 0


def test_a_year_closed_after_the_dry_run_is_refused(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    row = begin(staff, "甲公司,,2013,1,,,")
    make.make_year(park.home_zone, 2013, closed=True)
    with pytest.raises(steps.NotStored):
        confirm(row, staff)
    assert not Return.objects.exists()


def test_the_same_enterprise_twice_is_refused_unless_the_rows_are_equal(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    row = begin(staff, "甲公司,,2014,1,,,", "甲公司,,2014,1,,,")
    assert [one["s"] for one in row.result["rows"]] == ["new", "unchanged"]
    row = begin(staff, "甲公司,,2014,1,,,", "甲公司,,2014,2,,,")
    assert [one["s"] for one in row.result["rows"]] == ["error", "error"]


def test_what_changed_since_the_dry_run_is_named_and_not_overwritten(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司")
    filing = make.make_return(firm, 2014, state=State.DRAFT, employees=40)
    row = begin(staff, "甲公司,,2014,41,,,")
    figures = filing.figures
    figures.employees, figures.version = 50, 2
    figures.save()
    with pytest.raises(steps.NotStored):
        confirm(row, staff)
    row.refresh_from_db()
    [one] = row.result["rows"]
    assert one["c"] == [["employees", 50, 41]] and "changed this record" in one["p"][0][1]
    assert YearlyFigures.objects.get().employees == 50
    # Having seen it, one step stores it knowingly.
    confirm(row, staff)
    assert YearlyFigures.objects.get().employees == 41


def later(row):
    """As a page knows the import that it has shown before."""
    return Import.objects.get(pk=row.pk)


def test_the_file_is_not_read_again_to_store_what_was_shown(park, staff, monkeypatch):
    firm = make.make_enterprise(park, name_zh="甲公司")
    make.make_enterprise(park, name_zh="乙公司")
    make.make_return(firm, 2014, state=State.DRAFT, employees=40, revenue=8)
    row = begin(staff, "甲公司,,2014,41,清空,0.5,", "乙公司,,2014,7,1.25,,3", "甲公司,,2015,,,,")
    monkeypatch.delattr(steps, "open_file")
    row = confirm(later(row), staff)
    assert row.counts["changed"] == row.counts["new"] == 1
    assert row.result["rows"][2]["p"][0][1] == "The row has no figures."
    first, second = YearlyFigures.objects.order_by("employees")
    assert (first.employees, str(first.revenue), first.rd_expenditure) == (7, "1.2500", None)
    assert (second.employees, second.revenue, str(second.rd_expenditure)) == (41, None, "0.5000")
    assert list(PatentCounts.objects.values_list("filed", flat=True)) == [3]
    monkeypatch.undo()
    undoing.undo(row, by=staff, at=NOW)
    assert YearlyFigures.objects.get().revenue == 8


def test_a_page_names_what_changed_since_the_dry_run(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司")
    make.make_enterprise(park, name_zh="乙公司")
    row = begin(staff, "甲公司,,2014,41,,,", "乙公司,,2014,7,,,")
    make.make_return(firm, 2014, state=State.DRAFT, employees=50)
    with pytest.raises(steps.NotStored):
        confirm(later(row), staff)
    one, other = later(row).result["rows"]
    assert one["c"] == [["employees", 50, 41]] and "changed this record" in one["p"][0][1]
    assert "p" not in other and YearlyFigures.objects.get().employees == 50
    row = confirm(later(row), staff)
    assert sorted(YearlyFigures.objects.values_list("employees", flat=True)) == [7, 41]


def test_an_enterprise_that_has_moved_since_the_dry_run_is_named(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司")
    other = make.make_park(zone=park.home_zone)
    grant(staff, roles.STAFF, park=other)
    row = begin(staff, "甲公司,,2014,41,,,")
    firm.locations.update(park=other)
    with pytest.raises(steps.NotStored):
        confirm(later(row), staff)
    assert not Return.objects.exists()
    confirm(later(row), staff)
    assert Return.objects.get().park == other


def test_who_may_not_enter_for_the_park_any_more_stores_nothing(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    row = begin(staff, "甲公司,,2014,41,,,")
    staff.memberships.all().delete()
    with pytest.raises(steps.NotStored):
        confirm(later(row), staff)
    assert not Return.objects.exists()


def test_a_row_changed_since_is_left_out_where_good_rows_alone_are_stored(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司")
    make.make_enterprise(park, name_zh="乙公司")
    filing = make.make_return(firm, 2014, state=State.DRAFT, employees=40)
    row = begin(staff, "甲公司,,2014,41,,,", "乙公司,,2014,7,,,")
    YearlyFigures.objects.filter(pk=filing.pk).update(employees=50, version=2)
    row = confirm(row, staff, good_rows_only=True)
    assert [one["s"] for one in row.result["rows"]] == ["error", "new"]
    assert sorted(YearlyFigures.objects.values_list("employees", flat=True)) == [7, 50]


def test_an_import_is_undone_as_a_whole(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司")
    make.make_enterprise(park, name_zh="乙公司")
    make.make_return(firm, 2014, state=State.NOT_STARTED, employees=40, revenue=8)
    row = confirm(begin(staff, "甲公司,,2014,41,清空,,3", "乙公司,,2014,7,,,9"), staff)
    row = undoing.undo(row, by=staff, at=NOW)
    assert row.state == Import.State.UNDONE and row.undone_by == staff
    assert row.result["undone"]["kept"] == []
    filing = Return.objects.get()
    assert (filing.state, filing.figures.employees, filing.figures.revenue) == (
        State.NOT_STARTED, 40, 8,
    )  # fmt: skip
    assert not PatentCounts.objects.exists()
    assert YearlyFigures.history.first().channel == Channel.UNDO
    again = undoing.undo(row, by=staff, at=NOW)
    assert again.undone_at == row.undone_at


def test_what_somebody_edited_since_is_kept_and_named_when_an_import_is_undone(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司")
    make.make_enterprise(park, name_zh="乙公司")
    row = confirm(begin(staff, "甲公司,,2014,41,,,", "乙公司,,2014,7,,,"), staff)
    figures = YearlyFigures.objects.get(filing__enterprise=firm)
    figures.version += 1
    figures.save()
    row = undoing.undo(row, by=staff, at=NOW)
    [kept] = row.result["undone"]["kept"]
    assert kept["n"] == 2 and kept["why"]
    assert Return.objects.get().enterprise == firm


def test_taking_back_asks_the_database_as_much_for_many_rows_as_for_few(park, staff):
    """But for the entry of the history that each record leaves."""
    counts = []
    for n in (3, 30):
        for i in range(n):
            make.make_enterprise(park, name_zh=f"公司{n}-{i}")
        row = confirm(begin(staff, *(f"公司{n}-{i},,2014,{i},,,{i}" for i in range(n))), staff)
        with CaptureQueriesContext(connection) as found:
            row = undoing.undo(row, by=staff, at=NOW)
        assert row.result["undone"] == {"deleted": 3 * n, "restored": 0, "kept": []}
        asked = [one for one in found if not one["sql"].startswith("INSERT INTO")]
        counts.append(len(asked))
        taken = Return.history.filter(history_type="-", channel=Channel.UNDO, source=row.pk)
        assert taken.filter(history_user=staff).count() == n
    assert counts[0] == counts[1]
    assert not Return.objects.exists()


def test_only_the_return_to_which_something_was_added_is_kept_when_an_import_is_undone(park, staff):
    firms = [make.make_enterprise(park, name_zh=name) for name in ("甲公司", "乙公司", "丙公司")]
    lines = [f"{firm.name_zh},,2014,41,,,1" for firm in firms]
    row = confirm(begin(staff, *lines), staff)
    filing = Return.objects.get(enterprise=firms[1])
    writing.save(Explanation(filing=filing, check_key="x", values="{}", reason="So it is"))
    row = undoing.undo(row, by=staff, at=NOW)
    assert [one["n"] for one in row.result["undone"]["kept"]] == [3]
    assert Return.objects.get() == filing
    assert YearlyFigures.objects.get().filing == filing


def test_an_import_into_a_year_closed_since_is_not_undone(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    row = confirm(begin(staff, "甲公司,,2014,41,,,"), staff)
    make.make_year(park.home_zone, 2014, closed=True)
    with pytest.raises(Exception, match="closed"):
        undoing.undo(row, by=staff, at=NOW)
    assert YearlyFigures.objects.get().employees == 41


def test_the_number_of_queries_does_not_depend_on_the_rows(park, staff):
    counts = []
    for n in (3, 30):
        for i in range(n):
            make.make_enterprise(park, name_zh=f"公司{n}-{i}")
        lines = [f"公司{n}-{i},,2014,{i},,,{i}" for i in range(n)]
        with CaptureQueriesContext(connection) as found:
            begin(staff, *lines)
        counts.append(len(found))
    assert counts[0] == counts[1] < 25


@pytest.mark.parametrize(
    ("line", "heads", "sentence"),
    [
        ("甲公司,2016,1", "企业名称,年度,从业人员", "The year 2016 has not come yet."),
        ("甲公司,1948,1", "企业名称,年度,从业人员", "Years lie between 1949 and"),
        ("甲公司,1,2", "企业名称,2014年从业人员,2016年从业人员", "The year 2016 has not come yet."),
    ],
)
def test_a_year_to_come_or_of_long_ago_is_refused(park, staff, line, heads, sentence):
    make.make_enterprise(park, name_zh="甲公司")
    row = begin(staff, line, heads=heads)
    assert row.counts["error"] == 1
    assert [p[1] for one in row.result["rows"] for p in one.get("p", ())][0].startswith(sentence)
    make.make_enterprise(park, name_zh="乙公司")
    assert begin(staff, "乙公司,1", heads="企业名称,从业人员", year=2016).counts["error"] == 1


def test_a_dash_in_a_cell_of_a_figure_is_told_as_taken_for_not_reported(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    make.make_enterprise(park, name_zh="乙公司")
    row = begin(staff, "甲公司,,2014,无,—,5,", "乙公司,,2014,3,,–,")
    assert row.counts["new"] == 2 and row.counts["error"] == 0
    assert row.reading["notices"] == [
        "“从业人员”: taken as not reported: D2.",
        "“营业收入（万元）”: taken as not reported: E2.",
        "“R&D经费”: taken as not reported: F3.",
    ]


@pytest.mark.parametrize(
    ("name", "strange"),
    [("乙公司", True), ("甲公司", False), ("旧甲公司", False), ("Jia Ltd.", False), ("", False)],
)
def test_a_code_of_one_enterprise_beside_the_name_of_another_is_told(park, staff, name, strange):
    firm = make.make_enterprise(park, name_zh="甲公司", name_en="Jia Limited", credit_code=CODE)
    firm.names.create(name="旧甲公司")
    row = begin(staff, f"{name},{CODE},2014,5,,,")
    [one] = row.result["rows"]
    told = [p[1] for p in one.get("p", ()) if "The code is that of" in p[1]]
    assert bool(told) == strange and one["s"] == "new"
    assert not strange or ("Jia Limited" in told[0] and "乙公司" in told[0])
