"""Projects, and applications to programs."""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from zonetrack.imports.fields import Choice, Field, Link, Number, YearOrDay, YesOrNo
from zonetrack.imports.matching import folded
from zonetrack.projects.models import Application, Project
from zonetrack.typed_numbers import Column

from . import base, common
from .common import MONEY
from .records import RecordRegister


class Projects(RecordRegister):
    key = "projects"
    title = gettext_lazy("Projects")
    model = Project
    writes = (Project,)
    listing = "project-list"
    related = ("park__home_zone", "enterprise", "field")
    firm = "enterprise"
    firm_names = ("enterprise",)
    fields = (
        base.record_number(),
        *common.names(gettext_lazy("Project"), ("项目名称", "项目", "名称", "name")),
        Field("serial", gettext_lazy("Number"), Number(most=32_767), ("serial",), heads=("序号",)),
        Field(
            "is_key", gettext_lazy("Key industrial project"), YesOrNo(), ("is_key",),
            heads=("是否重大项目", "重大项目", "重大工业科技项目"),
        ),
        *common.enterprise(heads=("承担单位", "实施单位", "承担企业", "项目单位")),
        common.park(),
        common.technology_field(),
        Field(
            "stage", gettext_lazy("Stage"), Choice(Project.Stage), ("stage",),
            heads=("阶段", "项目阶段", "项目状态", "进展情况"),
        ),
        Field(
            "begun", pgettext_lazy("project", "Begun"), YearOrDay(), ("begun_year", "begun_on"),
            heads=("开始时间", "开工时间", "立项时间", "起始时间"),
        ),
        Field(
            "completed", gettext_lazy("Completed or stopped in"), YearOrDay(),
            ("completed_year", "completed_on"), heads=("完成时间", "竣工时间", "结束时间"),
        ),
        Field(
            "budget", gettext_lazy("Budget"), MONEY, ("budget",),
            heads=("总投资", "预算", "项目总投资", "经费预算"),
        ),
        Field(
            "spent", gettext_lazy("Spent so far"), MONEY, ("spent",),
            heads=("已投入", "已完成投资", "累计支出"),
        ),
        Field(
            "progress", gettext_lazy("Progress"), Number(Column(1, ("%",)), "%", most=100),
            ("progress",), heads=("进度", "完成进度"),
        ),
        common.note(),
    )  # fmt: skip
    not_read = (gettext_lazy("Milestones"),)

    def missing(self, keys):
        return "" if keys & {"record", "name", "name_zh", "name_en"} else _("the project's name")

    def natural(self, record):
        return [("name", folded(name)) for name in (record.name_zh, record.name_en) if name]

    def natural_of(self, work):
        names = (work.read.get(key) for key in ("name", "name_zh", "name_en"))
        return [("name", folded(name)) for name in names if name]

    def candidates(self, works, rows):
        return rows


class Applications(RecordRegister):
    key = "applications"
    title = gettext_lazy("Applications to programs")
    model = Application
    writes = (Application,)
    listing = "application-list"
    related = ("category__program", "park__home_zone", "enterprise")
    firm = "enterprise"
    firm_names = ("enterprise",)
    named_in = ()
    fields = (
        base.record_number(),
        *common.titles(gettext_lazy("Application"), ("项目名称", "申报项目", "申报项目名称")),
        Field("program", gettext_lazy("Program"), Link(of="program"), heads=("计划", "计划名称")),
        Field(
            "category", gettext_lazy("Category"), Link(of="category"), ("category",), needed=True,
            heads=("计划类别", "类别", "专项"),
        ),
        *common.enterprise(heads=("申报单位", "申报企业")),
        common.park(),
        Field(
            "applied", gettext_lazy("Applied"), YearOrDay(), ("applied_year", "applied_on"),
            needed=True, heads=("申报时间", "申报年份", "申请时间"),
        ),
        Field(
            "status", gettext_lazy("Status"), Choice(Application.Status), ("status",),
            heads=("状态", "申报结果"),
        ),
        Field(
            "won", gettext_lazy("Won in"), YearOrDay(), ("won_year", "won_on"),
            heads=("立项年份", "获批年份"),
        ),
        Field(
            "funding", gettext_lazy("Support granted"), MONEY, ("funding",),
            heads=("支持资金", "资助金额", "获批资金"),
        ),
    )  # fmt: skip

    def missing(self, keys):
        return "" if keys & {"record", "category"} else _("the category of the program")

    def said_names(self, work):
        return [work.read.get(key, "") for key in ("name", "title_zh", "title_en", "category")]

    def link_of(self, work, one, links):
        if one.key != "category":
            return super().link_of(work, one, links)
        text, program = work.read.get("category"), work.read.get("program", "")
        current = work.before.category if work.before else None
        same = current is not None and folded(text) in names(current)
        if same and (not program or folded(program) in names(current.program)):
            return current
        return links.category(program, text)

    def fill_name(self, work):
        if name := work.read.get("name"):
            common.fill_title(work.record, name)

    def can_find(self, work):
        return "category" in work.links and bool(work.read.get("applied"))

    def natural(self, record):
        return [
            (record.category_id, record.enterprise_id, record.applied_year, folded(title))
            for title in {record.title_zh, record.title_en}
        ]

    def natural_of(self, work):
        firm, when = work.links.get("enterprise"), work.read.get("applied")
        if "category" not in work.links or not when:
            return []
        titles = [work.read.get(key) for key in ("name", "title_zh", "title_en")]
        titles = list(filter(None, titles)) or [""]
        place = (work.links["category"].pk, firm.pk if firm else None, when[0])
        return [(*place, folded(title)) for title in titles]

    def candidates(self, works, rows):
        categories = {work.links["category"].pk for work in works}
        years = {work.read.get("applied")[0] for work in works}
        return rows.filter(Q(category__in=categories, applied_year__in=years))

    def clean(self, record):
        record.clean()
        won = record.status == Application.Status.WON
        if won != bool(record.won_year):
            raise ValidationError({"won_year": _("Enter the year it was won, and only then.")})


def names(row) -> set[str]:
    return {folded(name) for name in (row.key, row.name_en, row.name_zh) if name}
