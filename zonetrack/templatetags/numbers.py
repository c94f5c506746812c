"""Filters of the same names as the functions in `zonetrack.numbers`.

What is no number (a missing variable, a text) comes back as it is.
"""

from decimal import Decimal

from django import template

from zonetrack import numbers

register = template.Library()


def _writable(value) -> bool:
    return value is None or isinstance(value, int | float | Decimal)


@register.filter
def number(value, decimals=None):
    return numbers.number(value, decimals) if _writable(value) else value


@register.filter
def percent(value, decimals=1):
    return numbers.percent(value, decimals) if _writable(value) else value


@register.filter
def signed(value, decimals=None):
    return numbers.signed(value, decimals) if _writable(value) else value


@register.filter
def with_unit(value, unit):
    return numbers.with_unit(value, unit) if _writable(value) else value


@register.filter
def money(value):
    """An amount in units of 10 000 yuan."""
    return numbers.money(value) if _writable(value) else value


@register.filter
def year_range(first, last=None):
    return numbers.year_range(first, last) if isinstance(first, int) else first
