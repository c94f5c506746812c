"""R&D centers and labs, with their recognitions: one row is one recognition of one body."""

from copy import copy

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises.models import Level
from rd_centers.models import Center, Recognition
from zonetrack.imports.fields import CLEAR, Choice, Field, Link, Text, YearOrDay
from zonetrack.imports.matching import folded
from zonetrack.imports.told import Wrong

from . import base, common
from .records import RecordRegister

NAME = gettext_lazy("Center or lab")
RECOGNITION = ("level", "recognized", "authority", "batch", "document_no", "ended", "end_reason")


class Centers(RecordRegister):
    key = "centers"
    title = gettext_lazy("R&D centers and labs")
    model = Center
    writes = (Center, Recognition)
    listing = "center-list"
    related = ("kind", "park__home_zone", "host", "field")
    prefetched = ("recognitions__authority",)
    firm = "host"
    firm_names = ("enterprise",)
    several_rows = True
    fields = (
        base.record_number(),
        *common.names(
            NAME,
            ("中心名称", "平台名称", "机构名称", "研发机构名称", "实验室名称", "名称", "name"),
        ),
        Field(
            "kind", gettext_lazy("Kind"), Link(of="center-kind"), ("kind",), needed=True,
            heads=("类别", "类型", "平台类别", "平台类型", "机构类型"),
        ),
        common.park(gettext_lazy("Lead park"), heads=("牵头园区",)),
        *common.enterprise(
            gettext_lazy("Lead enterprise"), heads=("依托单位", "牵头单位", "牵头企业", "建设单位"),
        ),
        common.technology_field(),
        Field(
            "level", gettext_lazy("Level"), Choice(Level),
            heads=("级别", "认定级别", "平台级别"),
        ),
        Field(
            "recognized", gettext_lazy("Recognized"), YearOrDay(),
            heads=("认定时间", "认定年份", "认定日期", "批准时间", "批准年份", "获批时间"),
        ),
        Field(
            "authority", gettext_lazy("Recognized by"), Link(of="authority"),
            heads=("认定部门", "批准部门", "认定单位"),
        ),
        Field("batch", gettext_lazy("Batch"), Text(60), heads=("批次",)),
        Field(
            "document_no", gettext_lazy("Document number"), Text(100),
            heads=("文号", "批准文号", "认定文号"),
        ),
        Field(
            "ended", gettext_lazy("Recognition ended in"), YearOrDay(), heads=("撤销时间",),
        ),
        Field(
            "end_reason", gettext_lazy("Why it ended"), Choice(Recognition.EndReason),
            heads=("撤销原因",),
        ),
        common.note(),
    )  # fmt: skip
    not_read = (pgettext_lazy("center", "State"), gettext_lazy("First recognized"))

    def missing(self, keys):
        return "" if keys & {"record", "name", "name_zh", "name_en"} else _("which body it is")

    def may_import(self, context):
        return super().may_import(context) and context.may(Recognition, "add", "change")

    def natural(self, record):
        return [("name", folded(name)) for name in (record.name_zh, record.name_en) if name]

    def natural_of(self, work):
        names = (work.read.get(key) for key in ("name", "name_zh", "name_en"))
        return [("name", folded(name)) for name in names if name]

    def candidates(self, works, rows):
        """Bodies are few, and their names are written in many ways: all of one's parks."""
        return rows

    def complete(self, work, links):
        known = list(work.before.recognitions.all()) if work.before else []
        if work.first is not None:
            self.refuse_contradiction(work)
            known += [after for before, after in work.first.parts if before is None]
        level, when = work.read.get("level"), work.read.get("recognized")
        if level is None and when is None:
            return
        if level is None:
            raise Wrong(_("A recognition needs its level."), _("Add it to the row."), "level")
        same = [one for one in known if one.level == level]
        if when is None:
            if same:
                return
            raise Wrong(
                _("A recognition needs the year in which it was given."),
                _("Add a column such as “%(head)s”.") % {"head": _("Recognized")},
                "level",
            )
        before = next((one for one in same if one.year == when[0]), None)
        after = copy(before) if before else Recognition(center=work.record, level=level)
        self.fill_recognition(work, after, when, links)
        work.parts.append((before, after))
        if work.first is not None and before is None:
            work.first.parts.append((None, after))
        self.tell_recognition(work, before, after)

    def refuse_contradiction(self, work):
        """Further rows of a body may only repeat what the first says of the body itself."""
        first = work.first.read
        for one in self.fields:
            if one.key in RECOGNITION or one.key not in work.read.values:
                continue
            if one.key in first.values and first.values[one.key] != work.read.values[one.key]:
                raise Wrong(
                    _("Row %(row)d says something else of the same body.")
                    % {"row": work.first.row.number},
                    _("Write the same in both rows."),
                    one.key,
                )

    def fill_recognition(self, work, after, when, links):
        read = work.read
        if after.year != when[0] or when[1]:
            after.year, after.on = when
        if text := read.get("authority"):
            after.authority = links.one_of("authority", text, after.authority)
        for key in ("batch", "document_no", "end_reason"):
            if read.gives(key):
                value = read.values[key]
                setattr(after, key, "" if value is CLEAR else value)
        if read.gives("ended"):
            value = read.values["ended"]
            after.ended_year, after.ended_on = (None, None) if value is CLEAR else value
        if after.ended_year and not after.end_reason:
            raise Wrong(
                _("Say why the recognition ended."), _("Add a column for it."), "end_reason"
            )
        if after.ended_year and after.ended_year < after.year:
            raise Wrong(_("The end lies before the start."), _("Check both years."), "ended")

    def tell_recognition(self, work, before, after):
        old = told(before) if before else ""
        if old != told(after):
            work.change(gettext_lazy("Recognition"), old, told(after))


def told(one: Recognition) -> str:
    year = YearOrDay().show((one.year, one.on))
    ended = YearOrDay().show((one.ended_year, one.ended_on)) if one.ended_year else ""
    parts = [str(one.get_level_display()), year, str(one.authority or ""), one.batch]
    return " · ".join(filter(None, [*parts, one.document_no, ended]))
