"""Values, names and rows as JSON knows them: exact numbers, ISO dates, null for not reported."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.timezone import localtime

from zonetrack.access.models import User
from zonetrack.dashboards import exports

NAMES = (("name_en", "name_zh"), ("title_en", "title_zh"))
NOT_SENT = ("version",)


def plain(value) -> Any:
    """Whole numbers whole, days as 2014-05-01; an empty text is none."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Decimal | float):
        return exports.plain(exports.number(value))
    if isinstance(value, int):
        return int(value)
    if isinstance(value, datetime):
        return localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) or None


def reference(record: Model | None) -> dict | None:
    """A record that is only named: its number, its key where it has one, its names."""
    if record is None:
        return None
    found = {"id": record.pk}
    if key := getattr(record, "key", None):
        found["key"] = key
    for english, chinese in NAMES:
        if hasattr(record, english):
            found["name_en"] = plain(getattr(record, english))
            found["name_zh"] = plain(getattr(record, chinese))
            break
    return found


def shown_fields(model: type[Model], without: tuple[str, ...] = ()) -> list:
    """The columns of a row that are sent: not who changed it, nor what `without` names."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.name not in (*NOT_SENT, *without) and field.related_model is not User
    ]


def fields_of(row: Model, without: tuple[str, ...] = ()) -> dict:
    """The columns of a row; of a choice its key and, as `…_text`, its words."""
    found = {}
    for field in shown_fields(type(row), without):
        value = getattr(row, field.name)
        found[field.name] = reference(value) if field.is_relation else plain(value)
        if field.choices:
            found[f"{field.name}_text"] = plain(getattr(row, f"get_{field.name}_display")())
    return found


def related_fields(model: type[Model], without: tuple[str, ...] = ()) -> list[str]:
    """The records a row names, to be read in the same query."""
    return [field.name for field in shown_fields(model, without) if field.is_relation]
