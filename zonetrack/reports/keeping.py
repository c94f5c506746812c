"""A report as plain data and back: what an edition keeps and JSON gives.

Decimals are kept as texts, so that none is changed by the way a computer counts.
"""

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

from . import document

KINDS = {
    kind.__name__: kind
    for kind in (
        document.AnnualReport,
        document.Section,
        document.Paragraph,
        document.Items,
        document.Table,
        document.Column,
        document.Row,
        document.Cell,
        document.Picture,
        document.Series,
    )
}


def plain(thing):
    """Only what JSON knows; fields that hold what they hold by default are left out."""
    if is_dataclass(thing):
        given = {
            each.name: plain(getattr(thing, each.name))
            for each in fields(thing)
            if getattr(thing, each.name) != each.default
        }
        return {"is": type(thing).__name__} | given
    if isinstance(thing, tuple | list):
        return [plain(each) for each in thing]
    if isinstance(thing, dict):
        return {key: plain(value) for key, value in thing.items()}
    if isinstance(thing, Decimal):
        return {"is": "Decimal", "as": f"{thing:f}"}
    if isinstance(thing, date):
        return {"is": "date", "as": thing.isoformat()}
    return thing if thing is None or isinstance(thing, int | float | bool) else str(thing)


def restored(data):
    """What `plain` was given. Raises KeyError on a kind that is not known."""
    if isinstance(data, list):
        return tuple(restored(each) for each in data)
    if not isinstance(data, dict):
        return data
    kind = data.get("is")
    if kind == "Decimal":
        return Decimal(data["as"])
    if kind == "date":
        return date.fromisoformat(data["as"])
    given = {key: restored(value) for key, value in data.items() if key != "is"}
    return given if kind is None else KINDS[kind](**given)
