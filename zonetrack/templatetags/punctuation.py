"""Filters of the same names as the functions in `zonetrack.punctuation`."""

from django import template

from zonetrack import punctuation

register = template.Library()
register.filter(punctuation.colon)
register.filter(punctuation.listed)
