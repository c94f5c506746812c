"""Titles awarded to enterprises and parks."""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises.models import Title, TitleKind
from enterprises.models.titles import OPEN_END
from zonetrack.imports.context import names_of
from zonetrack.imports.fields import Choice, Day, Field, Link, Text, YearOrDay
from zonetrack.imports.matching import folded
from zonetrack.imports.told import Wrong
from zonetrack.records import refuse_earlier, settle_day

from . import base, common
from .records import RecordRegister

KIND = pgettext_lazy("title", "Title")
HOLDER = gettext_lazy("Holder")


class Titles(RecordRegister):
    key = "titles"
    title = gettext_lazy("Titles")
    model = Title
    writes = (Title,)
    listing = "title-list"
    related = ("kind__authority", "enterprise", "park__home_zone")
    firm = "enterprise"
    firm_names = ("enterprise", "enterprise_zh", "enterprise_en")
    named_in = ()
    fields = (
        base.record_number(),
        Field(
            "kind", KIND, Link(of="title-kind"), ("kind",), needed=True,
            heads=("称号", "资质", "资质名称", "称号名称", "荣誉称号", "认定类型", "title"),
        ),
        Field("kind_zh", base.Named(base.NAME_ZH, KIND), Link(of="title-kind"), ("kind",)),
        Field("kind_en", base.Named(base.NAME_EN, KIND), Link(of="title-kind"), ("kind",)),
        *common.enterprise(HOLDER, heads=(*base.ENTERPRISE_HEADS[:9], "获得单位", "持有单位")),
        *base.both_names("enterprise", HOLDER),
        common.park(),
        Field(
            "awarded", pgettext_lazy("title", "Awarded"), YearOrDay(),
            ("awarded_year", "awarded_on"), needed=True,
            heads=("认定时间", "认定年份", "获得时间", "授予时间", "发证日期", "认定日期"),
        ),
        Field(
            "expires", gettext_lazy("Valid until"), YearOrDay(), ("expires_year", "expires_on"),
            heads=("有效期至", "有效期", "到期时间", "有效期截止"),
        ),
        Field("batch", gettext_lazy("Batch"), Text(60), ("batch",), heads=("批次",)),
        Field(
            "document_no", gettext_lazy("Document number"), Text(100), ("document_no",),
            heads=("文号", "文件号", "证书编号", "批准文号"),
        ),
        Field("subject", gettext_lazy("Subject"), Text(100), ("subject",), heads=("主题",)),
        Field(
            "review_due_on", gettext_lazy("Review due on"), Day(), ("review_due_on",),
            heads=("复审时间", "复核时间"),
        ),
        Field(
            "ended", gettext_lazy("Ended early in"), YearOrDay(), ("ended_year", "ended_on"),
            heads=("撤销时间", "取消时间"),
        ),
        Field(
            "end_reason", gettext_lazy("Why it ended early"), Choice(Title.EndReason),
            ("end_reason",), heads=("撤销原因",),
        ),
        common.note(),
    )  # fmt: skip
    not_read = (
        gettext_lazy("Level"),
        pgettext_lazy("title", "State"),
        gettext_lazy("Awarded by"),
    )

    def missing(self, keys):
        if "record" in keys or keys & {"kind", "kind_zh", "kind_en"}:
            return ""
        return _("which title a row is about")

    def named(self, read):
        """A title of a park is told as held by it; its name is none of an enterprise."""
        who = super().named(read)
        park = folded(read.get("park", ""))
        names = tuple(name for name in who.names if not park or folded(name) != park)
        return type(who)(who.code, names)

    def begin(self, work, by_number, links):
        kind = None
        for key in ("kind", "kind_zh", "kind_en"):
            if kind is None and (text := work.read.get(key)):
                kind = next(iter(links.known("title-kind").get(folded(text), [])), None)
        self.forget_park_as_holder(work, kind, links)
        super().begin(work, by_number, links)
        parts = (work.read.get("kind") or kind, *self.named(work.read).names[:1])
        if work.before is None:
            work.row.title = " · ".join(str(one) for one in parts if one)

    def forget_park_as_holder(self, work, kind, links):
        if kind is None or kind.held_by != TitleKind.Holder.PARK:
            return
        names = {key: work.read.get(key) for key in self.firm_names if work.read.get(key)}
        if names and "park" not in work.read.cells:
            first = next(iter(names))
            work.read.values["park"] = names[first]
            work.read.cells["park"] = work.read.cells[first]
        for key in names:
            work.read.values.pop(key)

    def link_of(self, work, one, links):
        current = work.before.park if work.before else None
        if (
            one.key == "park"
            and current
            and folded(work.read.get("park")) in map(folded, names_of(current))
        ):
            return current
        return super().link_of(work, one, links)

    def can_find(self, work):
        return "kind" in work.links and bool(work.read.get("awarded"))

    def natural(self, record):
        holder = (
            ("firm", record.enterprise_id) if record.enterprise_id else ("park", record.park_id)
        )
        exact = (record.kind_id, holder, record.awarded_year)
        return [(*exact, record.batch), exact]

    def natural_of(self, work):
        firm, park = work.links.get("enterprise"), work.links.get("park")
        if "kind" not in work.links or not (firm or park) or not work.read.get("awarded"):
            return []
        holder = ("firm", firm.pk) if firm else ("park", park.pk)
        exact = (work.links["kind"].pk, holder, work.read.get("awarded")[0])
        batch = work.read.get("batch")
        return [(*exact, batch)] if batch else [exact]

    def candidates(self, works, rows):
        firms = {work.links["enterprise"].pk for work in works if "enterprise" in work.links}
        parks = {work.links["park"].pk for work in works if "park" in work.links}
        kinds = {work.links["kind"].pk for work in works}
        held = Q(enterprise__in=firms) | Q(enterprise__isnull=True, park__in=parks)
        return rows.filter(held, kind__in=kinds)

    def clean(self, record):
        for name in ("awarded", "expires", "ended"):
            settle_day(record, name)
        refuse_earlier(record, "awarded", "expires")
        refuse_earlier(record, "awarded", "ended")
        record.refuse_wrong_holder()
        if record.ended_year and not record.end_reason:
            raise ValidationError({"end_reason": _("Say why the title ended early.")})

    def complete(self, work, links):
        kind = work.links.get("kind")
        years = kind.validity_years if kind else None
        if work.before is None and years and not work.read.gives("expires"):
            work.record.expires_year = work.record.awarded_year + years

    def look_back(self, works, context):
        """A holder has a title once at a time."""
        moving = [work for work in works if work.own_pair and not work.row.fails]
        stored = defaultdict(list)
        kinds = {work.record.kind_id for work in moving}
        firms = {work.record.enterprise_id for work in moving} - {None}
        parks = {work.record.park_id for work in moving if not work.record.enterprise_id}
        held = Q(enterprise__in=firms) | Q(enterprise__isnull=True, park__in=parks)
        own = {work.before.pk for work in moving if work.before}
        for row in Title.objects.filter(held, kind__in=kinds).order_by():
            if row.pk not in own:
                stored[holder_of(row)].append(row)
        for work in moving:
            others = stored[holder_of(work.record)]
            other = next((one for one in others if overlap(one, work.record)), None)
            if other:
                sentence = _(
                    "The holder has this title already, awarded in %(year)d. End that one first."
                ) % {"year": other.awarded_year}
                work.wrong(Wrong(sentence, _("Or leave the row out."), "awarded"))
            others.append(work.record)


def holder_of(row: Title) -> tuple:
    return row.kind_id, row.enterprise_id, None if row.enterprise_id else row.park_id


def overlap(one: Title, other: Title) -> bool:
    ends = [row.last_year or OPEN_END for row in (one, other)]
    return one.awarded_year < ends[1] and other.awarded_year < ends[0]
