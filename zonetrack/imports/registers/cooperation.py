"""Research cooperation with its partners, and achievements."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises.models import Institution
from zonetrack import punctuation
from zonetrack.imports.fields import Choice, Field, Text, YearOrDay
from zonetrack.imports.matching import folded
from zonetrack.imports.told import Wrong
from zonetrack.projects.models import Achievement, Cooperation, CooperationPartner

from . import base, common
from .common import MONEY
from .records import RecordRegister

UNIVERSITY = re.compile("大学|学院|university|college|school", re.IGNORECASE)
INSTITUTE = re.compile("研究院|研究所|科学院|institute|academy", re.IGNORECASE)
FIRM = re.compile("公司|co\\.|ltd|inc\\b|corp", re.IGNORECASE)


class Cooperations(RecordRegister):
    key = "cooperation"
    title = gettext_lazy("Research cooperation")
    model = Cooperation
    writes = (Institution, Cooperation, CooperationPartner)
    listing = "cooperation-list"
    related = ("park__home_zone", "enterprise", "field")
    prefetched = ("partnerships__institution",)
    firm = "enterprise"
    firm_names = ("enterprise",)
    fields = (
        base.record_number(),
        *common.names(
            gettext_lazy("Agreement"),
            ("协议名称", "合作项目", "合作项目名称", "合作内容", "项目名称", "合同名称", "名称"),
        ),
        Field(
            "kind", gettext_lazy("Kind"), Choice(Cooperation.Kind), ("kind",), needed=True,
            heads=("合作类型", "合作方式", "类型", "类别"),
        ),
        *common.enterprise(heads=("合作企业",)),
        Field(
            "partners", gettext_lazy("Partners"), Text(2_000),
            heads=("合作单位", "合作方", "合作院校", "合作高校", "partner"),
        ),
        common.park(),
        common.technology_field(),
        Field(
            "signed", gettext_lazy("Signed"), YearOrDay(), ("signed_year", "signed_on"),
            needed=True, heads=("签订时间", "签约时间", "签订日期", "合作时间"),
        ),
        Field(
            "ends", gettext_lazy("Ends"), YearOrDay(), ("ended_year", "ended_on"),
            heads=("终止时间", "到期时间", "结束时间"),
        ),
        Field(
            "amount", gettext_lazy("Contract amount"), MONEY, ("amount",),
            heads=("合同金额", "合同额", "金额"),
        ),
        Field(
            "contract_no", gettext_lazy("Registered contract number"), Text(100), ("contract_no",),
            heads=("合同编号", "合同登记编号", "登记号"),
        ),
        common.note(),
    )  # fmt: skip

    def missing(self, keys):
        return "" if keys & {"record", "name", "name_zh", "name_en"} else _("which agreement it is")

    def natural(self, record):
        names = (record.name_zh, record.name_en)
        return [(folded(name), record.enterprise_id, record.signed_year) for name in names if name]

    def natural_of(self, work):
        firm, when = work.links.get("enterprise"), work.read.get("signed")
        names = (work.read.get(key) for key in ("name", "name_zh", "name_en"))
        place = (firm.pk if firm else None, when[0] if when else None)
        return [(folded(name), *place) for name in names if name]

    def candidates(self, works, rows):
        years = {work.read.get("signed")[0] for work in works if work.read.get("signed")}
        return rows.filter(signed_year__in=years)

    def complete(self, work, links):
        names = split(work.read.get("partners", ""))
        if not names:
            return
        known = list(work.before.partnerships.all()) if work.before else []
        said = folded(work.read.get("partners"))
        if said in {folded("".join(written)) for written in written_out(known)}:
            return
        theirs = {name: one for one in known for name in spellings(one.institution)}
        kept, added = set(), []
        for name in names:
            one = theirs.get(folded(name))
            if one is not None:
                kept.add(one.pk)
            else:
                added.append(self.institution(work, name, links))
        gone = [one for one in known if one.pk not in kept]
        if not added and not gone:
            return
        for institution in added:
            if institution.pk is None:
                work.parts.append((None, institution))
            partner = CooperationPartner(cooperation=work.record, institution=institution)
            work.parts.append((None, partner))
        work.removed += gone
        work.change(
            gettext_lazy("Partners"), punctuation.clauses(known), punctuation.clauses(names)
        )

    def institution(self, work, name, links) -> Institution:
        """The institution of this name; a new one where there is none, which is said."""
        if "institutions" not in links.lists:
            known: dict[str, list] = {}
            for row in Institution.objects.order_by("pk"):
                for spelling in spellings(row):
                    known.setdefault(spelling, []).append(row)
            links.lists["institutions"] = known
        found = links.lists["institutions"].setdefault(folded(name), [])
        if not found:
            if not links.context.may(Institution, "add"):
                raise Wrong(_("There is no such institution."), _("Ask for it."), "partners")
            found.append(new_institution(name))
        if found[0].pk is None:
            work.warn(
                "partners",
                _("“%(name)s” is not known yet and will be added as: %(kind)s.")
                % {"name": name, "kind": found[0].get_kind_display()},
                _("Check that it is not known under another name."),
            )
        return found[0]


def new_institution(name: str) -> Institution:
    kind = Institution.Kind.OTHER
    for looks, found in (
        (FIRM, Institution.Kind.ENTERPRISE),
        (UNIVERSITY, Institution.Kind.UNIVERSITY),
        (INSTITUTE, Institution.Kind.INSTITUTE),
    ):
        if looks.search(name):
            kind = found
            break
    column = "name_zh" if re.search("[\u3400-\u9fff]", name) else "name_en"
    return Institution(kind=kind, **{column: name[:200]})


def spellings(row: Institution) -> set[str]:
    return {folded(name) for name in (row.name_zh, row.name_en) if name}


def written_out(known) -> list[list[str]]:
    """The partners as exports in each language write them."""
    rows = [one.institution for one in known]
    return [
        [row.name_en or row.name_zh for row in rows],
        [row.name_zh or row.name_en for row in rows],
    ]


def split(text: str) -> list[str]:
    """Partners as exports list them, or one beside the other in Chinese."""
    return list(dict.fromkeys(p.strip() for p in re.split("[;；、\n]", text) if p.strip()))


class Achievements(RecordRegister):
    key = "achievements"
    title = gettext_lazy("Achievements")
    model = Achievement
    writes = (Achievement,)
    listing = "achievement-list"
    related = ("park__home_zone", "enterprise", "field")
    firm = "enterprise"
    firm_names = ("enterprise",)
    fields = (
        base.record_number(),
        *common.names(gettext_lazy("Achievement"), ("成果名称", "科技成果", "成果", "名称")),
        common.technology_field(),
        *common.enterprise(heads=("完成单位",)),
        common.park(),
        Field(
            "year", pgettext_lazy("achievement", "Year"), YearOrDay(), ("year", "on"), needed=True,
            heads=("年度", "年份", "完成时间", "登记时间", "鉴定时间"),
        ),
        common.note(),
    )  # fmt: skip

    def missing(self, keys):
        return (
            "" if keys & {"record", "name", "name_zh", "name_en"} else _("which achievement it is")
        )

    def natural(self, record):
        names = (record.name_zh, record.name_en)
        return [(folded(name), record.enterprise_id, record.year) for name in names if name]

    def natural_of(self, work):
        firm, when = work.links.get("enterprise"), work.read.get("year")
        names = (work.read.get(key) for key in ("name", "name_zh", "name_en"))
        place = (firm.pk if firm else None, when[0] if when else None)
        return [(folded(name), *place) for name in names if name]

    def candidates(self, works, rows):
        years = {work.read.get("year")[0] for work in works if work.read.get("year")}
        return rows.filter(year__in=years)
