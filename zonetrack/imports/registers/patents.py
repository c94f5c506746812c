"""The register of single patents, with their holders."""

import re
from copy import copy

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from patents import application_numbers
from patents.models import Patent, PatentHolder
from zonetrack import punctuation
from zonetrack.imports.fields import Choice, Field, Text, YearOrDay
from zonetrack.imports.firms import Named as NamedFirm
from zonetrack.imports.matching import folded
from zonetrack.imports.told import Wrong

from . import base, common
from .records import RecordRegister

TYPES = {
    "发明": "invention", "发明专利": "invention", "发明授权": "invention",
    "实用新型": "utility_model", "实用新型专利": "utility_model",
    "外观设计": "design", "外观": "design", "外观设计专利": "design",
    "utility model": "utility_model",
}  # fmt: skip


class Patents(RecordRegister):
    key = "patents"
    title = gettext_lazy("Patents")
    model = Patent
    writes = (Patent, PatentHolder)
    listing = "patent-list"
    related = ("park__home_zone",)
    prefetched = ("holders__enterprise",)
    firm = "holder"
    named_in = ()
    fields = (
        base.record_number(),
        Field(
            "application_no", gettext_lazy("Application number"), Text(30), ("application_no",),
            needed=True, sample="201410000001.X",
            heads=("申请号", "专利号", "专利申请号", "申请（专利）号", "patent number"),
        ),
        *common.titles(
            gettext_lazy("Title"), ("专利名称", "发明名称", "名称", "专利标题", "title")
        ),
        Field(
            "type", gettext_lazy("Type"), Choice(Patent.Type, TYPES), ("type",), needed=True,
            heads=("专利类型", "类型", "专利种类"),
        ),
        Field(
            "holders", gettext_lazy("Holders"), Text(2_000),
            heads=(
                "专利权人", "申请人", "申请（专利权）人", "权利人", "申请单位", "holder",
                "applicant",
            ),
        ),
        Field("credit_code", base.CODE, Text(30), heads=base.CODE_HEADS),
        common.park(),
        Field(
            "filed", pgettext_lazy("patent", "Filed"), YearOrDay(), ("filed_year", "filed_on"),
            heads=("申请日", "申请日期", "申请时间", "申请年份"),
        ),
        Field(
            "granted", pgettext_lazy("patent", "Granted"), YearOrDay(),
            ("granted_year", "granted_on"),
            heads=("授权日", "授权日期", "授权公告日", "授权时间", "授权年份"),
        ),
        Field(
            "ended", pgettext_lazy("patent", "Ended in"), YearOrDay(), ("ended_year", "ended_on"),
            heads=("终止日期", "失效日期", "终止时间"),
        ),
        Field(
            "end_reason", gettext_lazy("Why it ended"), Choice(Patent.EndReason), ("end_reason",),
            heads=("终止原因", "失效原因"),
        ),
        common.note(),
    )  # fmt: skip
    not_read = (pgettext_lazy("patent", "State"),)

    def missing(self, keys):
        return "" if keys & {"record", "application_no"} else _("the application number")

    def may_import(self, context):
        return super().may_import(context) and context.may(PatentHolder, "add", "change")

    def named(self, read):
        names = split(read.get("holders", ""))[:1]
        return NamedFirm(read.get("credit_code", ""), tuple(names))

    def firm_of(self, work, who, links):
        """The first holder; None where it is no enterprise of ours and stands outside."""
        if who.code:
            return links.firms.find(who)
        if work.before and spelled_by(work.before, work.read):
            return None
        return links.firms.by_names(who.names)

    def natural(self, record):
        return [("number", record.application_no)]

    def natural_of(self, work):
        number = application_numbers.normalize(work.read.get("application_no", ""))
        return [("number", number)] if number else []

    def candidates(self, works, rows):
        numbers = {key[1] for work in works for key in self.natural_of(work)}
        return rows.filter(Q(application_no__in=numbers))

    def look_back(self, works, context):
        """Numbers that are registered where one may not look."""
        new = {
            work.record.application_no: work
            for work in works
            if work.record is not None and work.before is None and not work.row.fails
        }
        taken = Patent.objects.filter(application_no__in=new).values_list(
            "application_no", flat=True
        )
        for number in taken.order_by():
            new[number].wrong(
                Wrong(
                    _("A patent with this number is registered outside your parks."),
                    _("Leave the row out, or ask an administrator."),
                    "application_no",
                )
            )

    def fill(self, work, one):
        if one.key == "application_no" and work.read.get("application_no"):
            number = application_numbers.normalize(work.read.get("application_no"))
            if number != work.record.application_no:
                work.record.application_no = number
            return
        super().fill(work, one)

    def fill_name(self, work):
        if name := work.read.get("name"):
            common.fill_title(work.record, name)

    def point(self, work, name, other):
        """The first holder is told by `holders`; it is no column of the patent."""
        if name != "holder":
            super().point(work, name, other)

    @property
    def firm_label(self):
        return ""

    def place(self, work, links):
        self.follow_number(work)
        firm = work.links.get("holder")
        if work.before is None and work.record.park_id is None and "park" not in work.read.cells:
            work.record.park = links.home_of(firm)

    def follow_number(self, work):
        """Type and year of filing stand in the number, where the file does not say them."""
        record = work.record
        if work.before is not None or not application_numbers.is_whole(record.application_no):
            return
        number = application_numbers.parse(record.application_no)
        if not record.type and "type" not in work.read.cells:
            record.type = number.type
        if not record.filed_year and "filed" not in work.read.cells:
            record.filed_year = number.year
        if not number.has_valid_check:
            work.warn(
                "application_no", application_numbers.SENTENCES["check"], _("Check it; it is kept.")
            )

    def complete(self, work, links):
        record = work.record
        if record.ended_year and not record.end_reason:
            raise Wrong(_("Say why the patent ended."), _("Add a column for it."), "end_reason")
        names = split(work.read.get("holders", ""))
        known = sorted(work.before.holders.all(), key=lambda one: one.order) if work.before else []
        if not names:
            if work.before is None and work.links.get("holder"):
                self.add_holder(work, 1, work.links["holder"], "")
            elif work.before is None:
                raise Wrong(_("A new patent needs a holder."), _("Add it to the row."), "holders")
            return
        if work.before and spelled_by(work.before, work.read):
            return
        old = punctuation.clauses(known)
        for order, name in enumerate(names, 1):
            firm = work.links.get("holder") if order == 1 else links.firms.by_names([name])
            before = next((one for one in known if one.order == order), None)
            if before is None:
                self.add_holder(work, order, firm, name)
                continue
            after = copy(before)
            after.enterprise, after.outside_name = firm, "" if firm else name
            work.parts.append((before, after))
        work.removed += [one for one in known if one.order > len(names)]
        work.change(gettext_lazy("Holders"), old, punctuation.clauses(names))

    def add_holder(self, work, order, firm, name):
        holder = PatentHolder(
            patent=work.record, order=order, enterprise=firm, outside_name="" if firm else name
        )
        work.parts.append((None, holder))


def split(text: str) -> list[str]:
    return [part.strip() for part in re.split("[;；\n]", text) if part.strip()]


def spelled(known) -> list[str]:
    """The holders by their names in the other language."""
    return [
        folded(one.enterprise.other_name or str(one)) if one.enterprise else folded(str(one))
        for one in known
    ]


def spelled_by(patent: Patent, read) -> bool:
    """Whether a row names just the holders that are stored."""
    known = sorted(patent.holders.all(), key=lambda one: one.order)
    said = folded(read.get("holders", ""))
    return said in (folded("".join(map(str, known))), "".join(spelled(known)))
