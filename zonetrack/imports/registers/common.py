"""Fields that several registers have, and how names are read."""

import re
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack.imports.fields import Field, Link, Number, Text
from zonetrack.imports.matching import folded
from zonetrack.typed_numbers import TEN_THOUSAND_YUAN

from . import base

FIELD_HEADS = ("技术领域", "所属领域", "领域", "行业领域", "产业领域", "field", "technology field")
MONEY = Number(
    TEN_THOUSAND_YUAN, pgettext_lazy("unit", "10,000 yuan"), 4, Decimal("999999999999.9999")
)
CHINESE = re.compile("[\u3400-\u9fff]")


def names(label, heads: tuple, longest: int = 200) -> tuple[Field, ...]:
    """The name of a record: one column for it, or one for each language as exports have them."""
    return (
        Field("name", label, Text(longest), heads=heads),
        Field(
            "name_zh", base.Named(base.NAME_ZH, label), Text(longest), ("name_zh",),
            heads=("中文名称",),
        ),
        Field(
            "name_en", base.Named(base.NAME_EN, label), Text(longest), ("name_en",),
            heads=("英文名称",),
        ),
    )  # fmt: skip


def titles(label, heads: tuple) -> tuple[Field, ...]:
    """As `names`, of records whose name is called title."""
    return (
        Field("name", label, Text(300), heads=heads),
        Field("title_zh", _("Title in Chinese"), Text(300), ("title_zh",), heads=("中文标题",)),
        Field("title_en", _("Title in English"), Text(300), ("title_en",), heads=("英文标题",)),
    )


def fill_title(record, name: str) -> None:
    """A title of which the head does not say the language."""
    if folded(name) not in {folded(record.title_zh), folded(record.title_en)}:
        setattr(record, "title_zh" if CHINESE.search(name) else "title_en", name)


def park(label=_("Park"), heads: tuple = ()) -> Field:
    heads = (*base.PARK_HEADS, *heads)
    return Field("park", label, Link(of="park"), ("park",), heads=heads, options=parks)


def parks(context) -> list[str]:
    return [park.name for park in context.parks.by_id.values() if not park.is_unstated][:300]


def technology_field() -> Field:
    return Field("field", _("Technology field"), Link(of="field"), ("field",), heads=FIELD_HEADS)


def enterprise(label=base.ENTERPRISE, heads: tuple = ()) -> tuple[Field, ...]:
    """An enterprise by its name in any language, and by its code."""
    return (
        Field(
            "enterprise", label, Link(of="enterprise"), heads=(*heads, *base.ENTERPRISE_HEADS[:9])
        ),
        Field("credit_code", base.CODE, Link(of="code"), heads=base.CODE_HEADS),
    )


def note() -> Field:
    return Field("note", _("Note"), Text(2_000), ("note",), heads=("备注", "说明", "remarks"))
