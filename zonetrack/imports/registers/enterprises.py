"""Enterprises, with the park they are in."""

from copy import copy

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises import credit_codes
from enterprises.models import Enterprise, EnterpriseName, Location
from zonetrack.imports.context import names_of
from zonetrack.imports.fields import CLEAR, Field, Link, Text, Year, YearOrDay, YesOrNo
from zonetrack.imports.firms import Firms
from zonetrack.imports.firms import Named as NamedFirm
from zonetrack.imports.matching import folded
from zonetrack.imports.told import Wrong
from zonetrack.lists.returned import MEASURES

from . import base, common
from .records import RecordRegister

SPLIT = "、,，;；"
# Fields that say something of the place of an enterprise.
PLACED = ("from_year", "to_year", "reports")


class Enterprises(RecordRegister):
    key = "enterprises"
    title = gettext_lazy("Enterprises")
    model = Enterprise
    writes = (Enterprise, Location, EnterpriseName)
    listing = "enterprise-list"
    related = ("field",)
    prefetched = ("locations__park__home_zone", "names")
    firm = ""
    fields = (
        base.record_number(),
        *common.names(base.ENTERPRISE, base.ENTERPRISE_HEADS),
        Field(
            "credit_code", base.CODE, Text(30), ("credit_code",), heads=base.CODE_HEADS,
            sample="91632900000000000X",
        ),
        Field(
            "no_code_reason", gettext_lazy("Why there is no code"), Text(200), ("no_code_reason",),
        ),
        Field(
            "park", gettext_lazy("Park"), Link(of="park"), heads=base.PARK_HEADS,
            options=common.parks, help=gettext_lazy("Needed for new rows."),
        ),
        Field(
            "from_year", gettext_lazy("In the park from"), Year(),
            heads=("入园时间", "入园年份", "入驻时间", "入驻年份", "入区时间"),
        ),
        Field("to_year", gettext_lazy("Left in"), Year(), heads=("离园时间", "迁出时间")),
        Field(
            "reports", gettext_lazy("Files yearly returns"), YesOrNo(),
            heads=("是否填报", "是否报送"),
        ),
        common.technology_field(),
        Field(
            "registered", pgettext_lazy("enterprise", "Registered"), YearOrDay(),
            ("registered_year", "registered_on"),
            heads=("成立时间", "成立日期", "注册时间", "注册日期", "注册年份", "founded"),
        ),
        Field(
            "closed", pgettext_lazy("enterprise", "Closed"), YearOrDay(),
            ("closed_year", "closed_on"), heads=("注销时间", "注销日期"),
        ),
        Field("former", gettext_lazy("Former name"), Text(200), heads=("曾用名", "原名称")),
        common.note(),
    )  # fmt: skip
    not_read = (
        gettext_lazy("R&D centers led"),
        *(
            base.WithoutYear(words)
            for words in (
                gettext_lazy("R&D expenditure %(year)d"),
                gettext_lazy("Patents filed %(year)d"),
                gettext_lazy("Patents in force %(year)d"),
                gettext_lazy("Key enterprise %(year)d"),
                gettext_lazy("Return %(year)d"),
            )
        ),
        *(measure.label for measure in MEASURES),
    )

    def missing(self, keys):
        named = {"record", "name", "name_zh", "name_en", "credit_code"}
        return "" if keys & named else _("which enterprise a row is about")

    def may_import(self, context):
        return super().may_import(context) and context.may(Location, "add", "change")

    # Which one it is: by code, by exact name, by another spelling or a former name

    def find(self, works, context):
        rows = self.stored(context)
        firms = Firms(rows, context.limit)
        open_ones = [work for work in works if work.before is None and not work.read.get("record")]
        firms.learn(who_is(work) for work in open_ones)
        for work in open_ones:
            who = who_is(work)
            if not who:
                work.wrong(
                    Wrong(
                        _("The row does not say which enterprise it is about."),
                        _("Enter name or code, or delete the row."),
                    )
                )
                continue
            code = credit_codes.normalize(who.code)
            work.before = firms.by_code.get(code) if code else None
            try:
                if work.before is None:
                    self.by_name(work, who, code, firms)
            except Wrong as refusal:
                refusal.field = "name" if refusal.field == "enterprise" else refusal.field
                work.wrong(refusal)
            work.row.title = str(work.before or who.text)
        self.refuse_hidden_codes(open_ones)

    def by_name(self, work, who, code, firms):
        found = firms.by_names(who.names)
        if found is None:
            return
        if code and found.credit_code and found.credit_code != code:
            raise Wrong(
                _("%(name)s has another code: %(code)s.")
                % {"name": found, "code": found.credit_code},
                _("Check which enterprise is meant, and put code or name right."),
                "credit_code",
            )
        work.before = found
        own = {folded(name) for name in (found.name_zh, found.name_en) if name}
        if not any(folded(name) in own for name in who.names):
            work.warn(
                "name",
                _("Read as %(name)s, which is written or was called so.") % {"name": found},
                _("The stored name stays; change it in its form."),
            )
            for key in ("name", "name_zh", "name_en"):
                work.read.values.pop(key, None)

    def refuse_hidden_codes(self, works):
        """A code that somebody has outside the parks one enters for."""
        codes = {
            credit_codes.normalize(who_is(work).code): work for work in works if not work.before
        }
        codes.pop("", None)
        taken = Enterprise.objects.filter(credit_code__in=codes).values_list(
            "credit_code", flat=True
        )
        for code in taken.order_by():
            codes[code].wrong(
                Wrong(
                    _("An enterprise with this code is registered outside your parks."),
                    _("Ask an administrator to add its location in your park."),
                    "credit_code",
                )
            )

    def natural_of(self, work):
        who = who_is(work)
        code = credit_codes.normalize(who.code)
        return [("code", code)] if code else [("name", folded(name)) for name in who.names]

    # Location and former name

    def fill(self, work, one):
        code = work.read.get("credit_code")
        if one.key == "credit_code" and code:
            code = credit_codes.normalize(code)
            if code != (work.record.credit_code or ""):
                work.record.credit_code = code
            return
        super().fill(work, one)

    def clean(self, record):
        record.clean()
        if not (record.name_zh or record.name_en):
            raise ValidationError(_("Enter a name in Chinese or in English."))

    def complete(self, work, links):
        self.warn_of_code(work)
        self.add_former_name(work)
        places = list(work.record.locations.all()) if work.before else []
        location = self.location_of(work, places, links)
        if location is None:
            return
        before, after = location
        for key, name in (("from_year", "from_year"), ("to_year", "to_year"), ("reports",) * 2):
            if not work.read.gives(key):
                continue
            value = work.read.values[key]
            if value is CLEAR and key != "to_year":
                raise Wrong(_("This cannot be cleared."), _("Enter a value."), key)
            setattr(after, name, None if value is CLEAR else value)
        if before is None and not after.from_year:
            after.from_year = work.record.registered_year or links.context.year
        if not after.from_year:
            raise Wrong(
                _("The row does not say since when the enterprise is in the park."),
                _("Add a column with the year, or the year of registration."),
                "from_year",
            )
        if after.to_year and after.to_year < after.from_year:
            raise Wrong(_("The end lies before the start."), _("Check both years."), "to_year")
        self.refuse_overlap(after, places, before)
        work.parts.append((before, after))
        self.tell_location(work, before, after)

    def location_of(self, work, places, links):
        """The stored location that the row is about, or a new one; None where it says nothing."""
        text = work.read.get("park")
        if not text:
            if not places and work.before is None:
                park = links.context.park
                if park is None:
                    raise Wrong(
                        _("The row does not say in which park the enterprise is."),
                        _("Add a column with the park, or choose a park for the whole file."),
                        "park",
                    )
                return None, Location(enterprise=work.record, park=park)
            current = [one for one in places if one.to_year is None]
            writable = [one for one in current if links.context.writes(one.park_id)]
            if len(writable) == 1:
                return writable[0], copy(writable[0])
            self.refuse_unplaced(work, current, several=len(writable) > 1)
            return None
        named = {folded(one) for one in split(text)}
        named.add(folded(text))
        theirs = [one for one in places if named & park_names(one.park)]
        writable = [one for one in theirs if links.context.writes(one.park_id)]
        if theirs:
            wanted = work.read.get("from_year")
            exact = [one for one in writable if one.from_year == wanted] or writable
            if len(exact) == 1:
                return exact[0], copy(exact[0])
            self.refuse_unplaced(work, theirs, several=len(exact) > 1)
            return None
        return None, Location(enterprise=work.record, park=links.context.parks.find(text))

    def refuse_unplaced(self, work, places, several: bool):
        """What the row says of the place of an enterprise, other than is stored, is not lost."""
        said = {key: work.read.values[key] for key in PLACED if work.read.gives(key)}
        said = {key: None if value is CLEAR else value for key, value in said.items()}
        if any(all(getattr(one, key) == said[key] for key in said) for one in places) or not said:
            return
        key = next(iter(said))
        if several:
            raise Wrong(
                _("The enterprise has been in this park several times."),
                _("Write in the row since when: the year in which the period began."),
                key,
            )
        raise Wrong(
            _("The row says something of a park for which you enter no data."),
            _("Empty the cell, name one of your parks, or ask who enters data there."),
            key,
        )

    def refuse_overlap(self, after, places, before):
        end = after.to_year or 9999
        for one in places:
            if one is before or (before is not None and one.pk == before.pk):
                continue
            if one.from_year < end and (one.to_year or 9999) > after.from_year:
                raise Wrong(
                    _("The enterprise is in another park already in these years."),
                    _("Enter in its form when it left, then import the new place."),
                    "park",
                )

    def tell_location(self, work, before, after):
        show = YesOrNo().show
        pairs = (
            (gettext_lazy("Park"), before and before.park.name, after.park.name),
            (gettext_lazy("In the park from"), before and before.from_year, after.from_year),
            (gettext_lazy("Left in"), before and before.to_year, after.to_year),
            (
                gettext_lazy("Files yearly returns"),
                show(before.reports) if before else "",
                show(after.reports),
            ),
        )
        for label, old, new in pairs:
            if (old or "") != (new or ""):
                work.change(label, str(old or ""), str(new or ""))

    def add_former_name(self, work):
        name = work.read.get("former")
        if not name:
            return
        known = {folded(one.name) for one in work.record.names.all()} if work.before else set()
        if folded(name) not in known:
            work.parts.append((None, EnterpriseName(enterprise=work.record, name=name)))
            work.change(gettext_lazy("Former name"), "", name)

    def warn_of_code(self, work):
        code = work.record.credit_code
        if not code or (work.before and work.before.credit_code == code):
            return
        for reason in credit_codes.problems(code).warnings:
            work.warn("credit_code", credit_codes.SENTENCES[reason], _("Check it; it is kept."))


def who_is(work) -> NamedFirm:
    read = work.read
    names = filter(None, (read.get("name"), read.get("name_zh"), read.get("name_en")))
    return NamedFirm(read.get("credit_code", ""), tuple(dict.fromkeys(names)))


def split(text: str) -> list[str]:
    for sign in SPLIT:
        text = text.replace(sign, "\n")
    return [part.strip() for part in text.split("\n") if part.strip()]


def park_names(park) -> set[str]:
    return {folded(name) for name in names_of(park)}
