"""What a register is to the import."""

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zonetrack.imports.columns import Used
from zonetrack.imports.context import Context
from zonetrack.imports.fields import Field, Link, Number, Text
from zonetrack.imports.matching import in_all_languages
from zonetrack.imports.reading import Unusable
from zonetrack.imports.rows import Read
from zonetrack.imports.told import RowPlan
from zonetrack.records import Record

ENTERPRISE = _("Enterprise")
CODE = _("Unified social credit code")
CODE_HEADS = (
    "统一社会信用代码", "社会信用代码", "信用代码", "组织机构代码", "credit code", "USCC",
)  # fmt: skip
ENTERPRISE_HEADS = (
    "企业名称", "单位名称", "公司名称", "企业", "单位", "名称", "单位全称", "企业全称",
    "填报单位", "enterprise name", "company", "company name", "name of enterprise", "name",
)  # fmt: skip
PARK_HEADS = (
    "园区", "所属园区", "所在园区", "园区名称", "所在区域", "片区", "park name",
)  # fmt: skip
NAME_EN, NAME_ZH = _("%(what)s, name in English"), _("%(what)s, name in Chinese")
RECORD_NUMBER = pgettext_lazy("export", "Record number")
ERRORS = _("Errors of the import")  # the column we add to a file that is given back
RECORD_HEADS = ("record", "记录编号", "record id")


class Named:
    """A text with a part in it, translated late as a whole."""

    def __init__(self, text, what):
        self.text, self.what = text, what

    def __str__(self):
        return str(self.text) % {"what": self.what}


class WithoutYear:
    """A head with a year in it, as it reads once the year is taken out."""

    def __init__(self, text):
        self.text = text

    def __str__(self):
        return str(self.text).replace("%(year)d年", "").replace("%(year)d", "").strip()


def both_names(key: str, label, heads_zh: tuple = (), heads_en: tuple = ()) -> tuple[Field, Field]:
    """Two fields for a name, as `lists.listing.both_names` exports them; for links."""
    return (
        Field(f"{key}_zh", Named(NAME_ZH, label), Link(of="enterprise"), heads=heads_zh),
        Field(f"{key}_en", Named(NAME_EN, label), Link(of="enterprise"), heads=heads_en),
    )


def record_number() -> Field:
    return Field(
        "record",
        RECORD_NUMBER,
        Number(most=2**31 - 1),
        heads=RECORD_HEADS,
        help=_("Stands in exports; leave it empty for new rows."),
    )


class Register:
    """`model` is what a row stands for; `writes` are all models of which rows may be stored, in the
    order in which they are. `not_read` are heads of the export that are worked out."""

    key = ""
    title: Any = ""
    model: type[Record]
    writes: tuple[type[Record], ...] = ()
    listing = ""
    fields: tuple[Field, ...] = ()
    not_read: tuple = ()
    asks_year = False
    spread: frozenset[str] = frozenset()

    def not_read_heads(self) -> list[str]:
        return [head for words in (*self.not_read, ERRORS) for head in in_all_languages(words)]

    def in_template(self, field: Field) -> bool:
        """One column for a name is enough to fill in."""
        return field.key != "record" and not isinstance(field.label, Named)

    def refuse_other_template(self, book) -> None:
        """Raises Unusable for the template of another register."""
        key = (book.version or "").partition("/")[0]
        if key and key != self.key:
            raise Unusable(
                gettext(
                    "This is the template of another register. Choose that one when you import."
                )
            )

    def template_rows(self, fields: list[Field], context: Context) -> list:
        """Rows that stand in the template already."""
        return []

    def missing(self, keys: set[str]) -> str:
        """Which column is needed to know what a row is about; empty where it is there."""
        return ""

    def may_import(self, context: Context) -> bool:
        return context.scope.may_enter() and context.may(self.model, "add", "change")

    def plan(self, reads: list[Read], columns: list[Used], context: Context) -> list[RowPlan]:
        raise NotImplementedError

    def resumed(self, told: list[dict], context: Context) -> list[RowPlan] | None:
        """The plan of a dry run from what was told of its rows, with tokens of what is stored now.

        None where the file has to be read again.
        """
        return None

    def shown_change(self, label: str, old, new) -> tuple[str, str, str]:
        """A change as it was told, in words."""
        return label, old, new

    def store(self, rows: list[RowPlan], *, by, reason: str) -> list[tuple[RowPlan, Exception]]:
        """Store the work of the rows; those that were refused, and why."""
        raise NotImplementedError

    def before(self, rows: list[RowPlan]) -> dict[str, dict[str, dict]]:
        """What stands in the columns that are about to change: model → key → column → value."""
        raise NotImplementedError


__all__ = ["CODE", "ENTERPRISE", "Field", "Link", "Register", "Text"]
