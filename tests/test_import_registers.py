"""Files as they circulate, read into each register: new rows, changes, refusals, undoing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import product

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint

from enterprises.models import (
    Enterprise,
    EnterpriseName,
    Institution,
    Location,
    Title,
)
from patents.models import Patent, PatentHolder
from rd_centers.models import Center, Recognition
from tests import factories as make
from tests.test_import_yearly import CODE, confirm
from zonetrack.access import roles
from zonetrack.access.scope import scope_of
from zonetrack.imports import rules, steps, undoing
from zonetrack.imports.context import Context
from zonetrack.imports.registers import BY_KEY
from zonetrack.imports.registers.enterprises import Enterprises
from zonetrack.imports.registers.titles import Titles
from zonetrack.projects.models import (
    Achievement,
    Application,
    Cooperation,
    Program,
    ProgramCategory,
    Project,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2018, 2, 3, 10, tzinfo=UTC)


@pytest.fixture
def park():
    return make.make_park(name_zh="东川园", name_en="Dongchuan park")


@pytest.fixture
def staff(park):
    return make.make_user(roles.STAFF, park=park)


def begin(user, register, *lines, park=None):
    context = Context(scope_of(user), park=park)
    content = "\n".join(lines).encode("gb18030")
    return steps.begin(BY_KEY[register], "file.csv", content, context=context, by=user, at=NOW)


def errors(row):
    return [
        (one["n"], problem[3], problem[1])
        for one in row.result["rows"]
        for problem in one.get("p", [])
        if problem[0] == "error"
    ]


def stored(user, register, *lines, **more):
    row = begin(user, register, *lines, **more)
    assert errors(row) == [] and row.result["problems"] == []
    return confirm(row, user)


def test_enterprises_are_new_with_their_place_and_changed_by_code_or_name(park, staff):
    make.make_field("new-materials")
    heads = "序,企业名称,统一社会信用代码,所属园区,技术领域,成立日期,入园时间,曾用名"
    stored(
        staff, "enterprises", heads, f"1,甲公司,{CODE},东川园,new-materials,2010年5月3日,2011,旧甲"
    )
    firm = Enterprise.objects.get()
    assert (firm.name_zh, firm.registered_year, firm.field_id) == ("甲公司", 2010, "new-materials")
    assert [(one.park, one.from_year) for one in firm.locations.all()] == [(park, 2011)]
    assert EnterpriseName.objects.get().name == "旧甲"
    row = stored(staff, "enterprises", "企业名称,信用代码,备注", f"甲新名公司,{CODE},已更名")
    firm.refresh_from_db()
    assert (firm.name_zh, firm.note, firm.version) == ("甲新名公司", "已更名", 2)
    undoing.undo(row, by=staff, at=NOW)
    firm.refresh_from_db()
    assert (firm.name_zh, firm.note) == ("甲公司", "")


def test_the_history_of_what_came_with_a_new_record_names_the_record(park, staff):
    stored(staff, "enterprises", "企业名称,所属园区,入园时间,曾用名", "甲公司,东川园,2011,旧甲")
    firm = Enterprise.objects.get()
    for model in (Location, EnterpriseName):
        assert [row.enterprise_id for row in model.history.all()] == [firm.pk]


def test_an_enterprise_named_in_another_way_is_found_and_keeps_its_name(park, staff):
    firm = make.make_enterprise(park, name_zh="西宁（锂材）有限责任公司", name_en="")
    row = stored(staff, "enterprises", "企业名称,备注", "西宁(锂材)有限公司,好")
    assert "有限责任公司" in row.result["rows"][0]["p"][0][1]
    firm.refresh_from_db()
    assert (firm.name_zh, firm.note) == ("西宁（锂材）有限责任公司", "好")


def test_what_is_wrong_with_enterprises_is_told(park, staff):
    other = make.make_enterprise(make.make_park(name_zh="别园"), name_zh="密", credit_code=CODE)
    row = begin(
        staff,
        "enterprises",
        "企业名称,统一社会信用代码,园区,入园年份",
        "甲公司,123,东川园,2011",
        f"乙公司,{CODE},东川园,2011",
        "丙公司,,别园,2011",
        "丁公司,,东川园,",
    )
    told = errors(row)
    assert [(n, head) for n, head, _text in told] == [
        (2, "统一社会信用代码"), (3, "统一社会信用代码"), (4, "园区"), (5, "入园年份"),
    ]  # fmt: skip
    assert not any("密" in text or "别园" in text for _n, _head, text in told)
    assert other.version == 1


def test_a_new_enterprise_is_undone_with_its_place_unless_something_was_added(park, staff):
    lines = ("企业名称,园区,入园年份", "甲公司,东川园,2011", "乙公司,东川园,2012")
    row = stored(staff, "enterprises", *lines)
    kept = Enterprise.objects.get(name_zh="乙公司")
    make.make_return(kept, 2014)
    row = undoing.undo(row, by=staff, at=NOW)
    assert list(Enterprise.objects.all()) == [kept]
    assert len(row.result["undone"]["kept"]) >= 1


def test_titles_are_read_and_never_overlap(park, staff):
    kind = make.make_title_kind(name_zh="高新技术企业", validity_years=3)
    firm = make.make_enterprise(park, name_zh="甲公司", credit_code=CODE)
    heads = "企业名称,资质名称,认定时间,批次,证书编号"
    stored(staff, "titles", heads, "甲公司,高新技术企业,2014-10-08,第一批,GR2014")
    title = Title.objects.get()
    assert (title.kind, title.enterprise, title.park, title.expires_year) == (
        kind,
        firm,
        park,
        2017,
    )
    row = begin(staff, "titles", heads, "甲公司,高新技术企业,2016,第二批,")
    assert "2014" in errors(row)[0][2]
    assert begin(staff, "titles", heads, "甲公司,没有的,2016,,").counts["error"] == 1


def test_a_body_and_its_recognitions_stand_in_several_rows(park, staff):
    make.make_center_kind(name_zh="工程技术研究中心")
    host = make.make_enterprise(park, name_zh="甲公司")
    heads = "平台名称,类别,依托单位,级别,认定时间,文号"
    row = stored(
        staff,
        "centers",
        heads,
        "锂材料中心,工程技术研究中心,甲公司,省级,2014,青科〔2014〕1号",
        "锂材料中心,工程技术研究中心,甲公司,国家级,2016年3月,",
    )
    center = Center.objects.get()
    assert (center.host, center.park, center.recognitions.count()) == (host, park, 2)
    assert Recognition.objects.get(year=2014).document_no == "青科〔2014〕1号"
    again = begin(staff, "centers", heads, "锂材料中心,,,国家级,2016,")
    assert again.counts["unchanged"] == 1
    undoing.undo(row, by=staff, at=NOW)
    assert not Center.objects.exists()


def test_a_recognition_in_a_closed_year_is_refused_and_its_end_in_an_open_one_is_not(park, staff):
    make.make_year(park.home_zone, 2014, closed=True)
    make.make_center(park, recognized=2014, name_zh="老中心")
    heads = "平台名称,级别,认定时间,撤销时间,撤销原因"
    assert "closed" in errors(begin(staff, "centers", heads, "老中心,国家级,2014,,"))[0][2]
    stored(staff, "centers", heads, "老中心,省级,2014,2016,revoked")
    assert Recognition.objects.get().ended_year == 2016


def test_patents_are_read_with_holders_of_the_zone_and_outside(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司")
    heads = "专利名称,申请号,专利类型,专利权人,申请日,授权公告日"
    row = stored(
        staff,
        "patents",
        heads,
        "一种方法,ZL 2014 1 0000001.X,发明,甲公司；某大学,20140102,2016.3.4",
    )
    patent = Patent.objects.get()
    assert (patent.application_no, patent.type, patent.park) == (
        "201410000001.X",
        "invention",
        park,
    )
    assert (patent.granted_year, str(patent.filed_on)) == (2016, "2014-01-02")
    holders = PatentHolder.objects.values_list("order", "enterprise", "outside_name")
    assert list(holders) == [(1, firm.pk, ""), (2, None, "某大学")]
    fewer = stored(staff, "patents", "申请号,专利权人", "201410000001.X,甲公司")
    assert PatentHolder.objects.count() == 1
    undoing.undo(fewer, by=staff, at=NOW)
    assert PatentHolder.objects.count() == 2
    assert row.counts["new"] == 1


def test_a_patent_registered_in_another_park_is_refused_without_a_word_of_it(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    make.make_patent(make.make_park(), application_no="201410000001.X", title_en="Secret")
    row = begin(staff, "patents", "申请号,类型,专利权人", "201410000001.X,发明,甲公司")
    assert row.counts["error"] == 1 and "Secret" not in str(row.result)


def test_projects_applications_cooperation_and_achievements_are_read(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司")
    program = Program.objects.create(key="p", name_zh="科技计划", level="city")
    category = ProgramCategory.objects.create(program=program, key="c", name_zh="专项")
    stored(
        staff, "projects", "项目名称,承担单位,总投资（千元）,完成进度,是否重大项目",
        "盐湖项目,甲公司,1500,40,是",
    )  # fmt: skip
    project = Project.objects.get()
    assert (project.enterprise, project.budget, project.is_key) == (firm, 150, True)
    stored(staff, "applications", "申报单位,计划类别,申报时间,状态", "甲公司,专项,2014,Applied")
    assert Application.objects.get().category == category
    row = stored(
        staff, "cooperation", "协议名称,合作企业,合作单位,合作类型,签订时间,合同金额",
        "联合研发,甲公司,青海大学、某研究院,Technology development,2014-05-06,1.2亿元",
    )  # fmt: skip
    agreement = Cooperation.objects.get()
    assert (agreement.amount, agreement.partners.count()) == (12_000, 2)
    kinds = dict(Institution.objects.values_list("name_zh", "kind"))
    assert kinds == {"青海大学": "university", "某研究院": "institute"}
    undoing.undo(row, by=staff, at=NOW)
    assert not Cooperation.objects.exists() and not Institution.objects.exists()
    stored(staff, "achievements", "成果名称,完成单位,年度", "新工艺,甲公司,2014")
    assert Achievement.objects.get().park == park


@pytest.mark.parametrize("register", [key for key in BY_KEY if key != "yearly"])
def test_the_same_rows_twice_in_a_file_make_one_record(register, park, staff):
    lines = {
        "enterprises": ("企业名称,园区,入园年份", "甲公司,东川园,2011"),
        "titles": ("企业名称,资质名称,认定时间", "乙公司,高新技术企业,2014"),
        "centers": ("平台名称,类别,园区", "锂材料中心,研究中心,东川园"),
        "patents": ("申请号,类型,专利权人", "201410000001.X,发明,乙公司"),
        "projects": ("项目名称,承担单位", "盐湖项目,乙公司"),
        "applications": ("申报单位,计划类别,申报时间", "乙公司,专项,2014"),
        "cooperation": ("协议名称,合作企业,类型,签订时间", "研发,乙公司,framework,2014"),
        "achievements": ("成果名称,完成单位,年度", "新工艺,乙公司,2014"),
    }
    make.make_enterprise(park, name_zh="乙公司")
    make.make_title_kind(name_zh="高新技术企业")
    make.make_center_kind(name_zh="研究中心")
    program = Program.objects.create(key="p", name_zh="科技计划", level="city")
    ProgramCategory.objects.create(program=program, key="c", name_zh="专项")
    heads, line = lines[register]
    model = BY_KEY[register].model
    before = model.objects.count()
    row = stored(staff, register, heads, line, line)
    assert model.objects.count() == before + 1
    assert model.history.filter(source=row.pk).count() == 1
    assert begin(staff, register, heads, line).counts["unchanged"] == 1
    undoing.undo(row, by=staff, at=NOW)
    assert model.objects.count() == before


def test_a_record_number_of_another_park_is_not_found(park, staff):
    other = make.make_project(make.make_park(), name_zh="密")
    row = begin(staff, "projects", "记录编号,项目名称", f"{other.pk},新名")
    assert row.counts["error"] == 1 and "密" not in str(row.result)


def test_a_location_moved_meanwhile_is_named_and_not_overwritten(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司")
    row = begin(staff, "enterprises", "企业名称,园区,入园年份", "甲公司,东川园,2011")
    Location.objects.filter(enterprise=firm).update(from_year=2009, version=5)
    with pytest.raises(steps.NotStored):
        confirm(row, staff)
    assert Location.objects.get().from_year == 2009


# What the database would refuse is told in the dry run


@pytest.mark.parametrize(
    ("register", "lines", "head"),
    [
        (Titles, ["称号,企业名称,认定年份,有效期至", "高企,甲公司,2014,2010"], "有效期至"),
        (Enterprises, ["企业名称,成立时间,注销时间", "甲公司,2014,2010"], "注销时间"),
    ],
)
def test_a_broken_rule_is_told_in_the_dry_run(park, staff, monkeypatch, register, lines, head):
    """Where the checks of the record have not seen it."""
    make.make_enterprise(park, name_zh="甲公司")
    make.make_title_kind(key="high-tech", name_zh="高企")
    monkeypatch.setattr(register, "clean", lambda self, record: None)
    row = begin(staff, register.key, *lines)
    assert errors(row) == [(2, head, "The end lies before the start.")]


def test_a_record_that_is_there_already_is_told_unless_it_is_removed(park):
    firm = make.make_enterprise(park)
    title = make.make_title(park, enterprise=firm, awarded_year=2014, batch="1")
    values = {"kind": title.kind, "park": park, "enterprise": firm, "awarded_year": 2014}
    twin, other = Title(**values, batch="1"), Title(**values, batch="2")
    [(record, names, sentence)] = rules.broken([twin, other])
    assert record is twin and "kind" in names and "already has this title" in sentence
    assert not list(rules.broken([twin], removed=[title])) and not list(rules.broken([title]))


def test_two_equal_rows_that_belong_to_one_new_record_are_told(park):
    center, other = Center(park=park, name_zh="新中心"), Center(park=park, name_zh="别的")
    one, two, third = (
        Recognition(center=of, level="provincial", year=2010) for of in (center, center, other)
    )
    [(record, names, _sentence)] = rules.broken([one, two, third])
    assert record is two and "level" in names


SAMPLES = {
    "ForeignKey": [None, 7],
    "OneToOneField": [7],
    "BigAutoField": [7],
    "PositiveSmallIntegerField": [None, 5, 2010, 2014],
    "PositiveIntegerField": [None, 0, 5],
    "DecimalField": [None, Decimal(-1), Decimal(3)],
    "BooleanField": [True, False],
    "CharField": ["", "won"],
}


@pytest.mark.parametrize(
    "model",
    sorted({model for one in BY_KEY.values() for model in one.writes}, key=lambda m: m.__name__),
)
def test_rules_are_seen_as_the_database_sees_them(model):
    """Every column of a condition takes a few values; the database is asked about each record."""
    for rule in model._meta.constraints:
        if not isinstance(rule, CheckConstraint):
            continue
        fields = [model._meta.get_field(name) for name in sorted(rules.columns_in(rule.condition))]
        fields = list(dict.fromkeys(fields))
        for values in product(*(SAMPLES[type(field).__name__] for field in fields)):
            record = model()
            for field, value in zip(fields, values, strict=True):
                setattr(record, field.attname, value)
            try:
                rule.validate(model, record)
                allowed = True
            except ValidationError:
                allowed = False
            assert (rules.truth(rule.condition, record) is not False) == allowed, (rule, values)


PATENT = "专利名称,申请号,专利类型,专利权人,申请日,授权公告日"


@pytest.mark.parametrize(
    ("register", "lines", "head"),
    [
        ("enterprises", ["企业名称,园区,入园年份,注册年份", "甲公司,东川园,2011,2019"], "注册年份"),
        ("titles", ["称号,企业名称,认定年份", "高企,老公司,2019"], "认定年份"),
        (
            "patents",
            [PATENT, "一种方法,ZL 2014 1 0000001.X,发明,老公司,20140102,20190304"],
            "授权公告日",
        ),
    ],
)
def test_what_has_happened_does_not_lie_ahead(park, staff, register, lines, head):
    make.make_enterprise(park, name_zh="老公司")
    make.make_title_kind(key="high-tech", name_zh="高企")
    [(_n, told, sentence)] = errors(begin(staff, register, *lines))
    assert told == head and sentence == "The year 2019 has not come yet."


# Where an enterprise is


def test_years_of_a_park_that_is_not_the_users_are_refused_and_not_lost(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司", from_year=2005)
    other = make.make_park(name_zh="别园")
    firm.locations.update(to_year=2010)
    Location.objects.create(enterprise=firm, park=other, from_year=2010)
    heads = "企业名称,园区,入园年份,离园时间"
    row = begin(staff, "enterprises", heads, "甲公司,别园,2011,2014")
    [(_n, head, sentence)] = errors(row)
    assert head == "入园年份" and "you enter no data" in sentence
    assert errors(begin(staff, "enterprises", "企业名称,入园年份", "甲公司,2011"))
    # What says the same as is stored, as an export does, loses nothing.
    assert begin(staff, "enterprises", heads, "甲公司,别园,2010,").counts["unchanged"] == 1


def test_an_enterprise_that_was_in_a_park_twice_asks_which_time_is_meant(park, staff):
    firm = make.make_enterprise(park, name_zh="甲公司", from_year=2005)
    firm.locations.update(to_year=2008)
    Location.objects.create(enterprise=firm, park=park, from_year=2010)
    row = begin(staff, "enterprises", "企业名称,园区,是否填报", "甲公司,东川园,否")
    [(_n, _head, sentence)] = errors(row)
    assert "several times" in sentence
    stored(staff, "enterprises", "企业名称,园区,入园年份,是否填报", "甲公司,东川园,2010,否")
    places = firm.locations.order_by("from_year")
    assert [one.reports for one in places] == [True, False]


def test_plain_numbers_for_days_of_a_workbook_from_1904_are_read_as_such(park, staff):
    make.make_enterprise(park, name_zh="甲公司")
    make.make_title_kind(key="high-tech", name_zh="高企")
    rows = [["称号", "企业名称", "认定日期"], ["高企", "甲公司", 41760 - 1462]]
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    context = Context(scope_of(staff))
    row = steps.begin(
        BY_KEY["titles"], "a.xlsx", content.getvalue(), context=context, by=staff, at=NOW
    )
    assert errors(row) == []
    confirm(row, staff)
    assert Title.objects.get().awarded_on == date(2014, 5, 1)
