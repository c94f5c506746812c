"""Indicators as lists of targets and published figures name them."""

from decimal import Decimal

from zonetrack import catalog, numbers

from .cells import Cell
from .listing import address


def name_of(key: str) -> str:
    """Its name; the key itself for one that is no longer in the catalog."""
    indicator = catalog.BY_KEY.get(key)
    return str(indicator.name) if indicator else key


def unit_of(key: str) -> str:
    indicator = catalog.BY_KEY.get(key)
    return str(indicator.unit) if indicator else ""


def written(key: str, value: Decimal | None) -> str:
    """A value in the indicator's unit, as exact as it was entered."""
    return numbers.with_unit(value, unit_of(key))


def cell(key: str, zone) -> Cell:
    """Its name, leading to its page for the zone."""
    return Cell(name_of(key), url=address("indicator", zone.key, key))
