"""Addresses of pages: those that one page names dozens of times, and those told by mail."""

from functools import lru_cache
from urllib.parse import quote_plus

from django.conf import settings
from django.urls import get_script_prefix, reverse


def address_of(name: str, *args: str | int) -> str:
    """As `reverse`, for the few addresses without a record's number in them."""
    return _reversed(get_script_prefix(), name, *args)


@lru_cache(maxsize=2000)
def _reversed(prefix: str, name: str, *args: str | int) -> str:
    return reverse(name, args=args)


def rows_behind(page: str, key: str, place_key: str, year: int) -> str:
    """The list of the rows behind a number of an indicator, place and year."""
    return f"{address_of(page)}?behind={key}&place={quote_plus(place_key)}&year={year}"


def on_the_site(path: str) -> str:
    """The whole address of a page, for mails and calendars."""
    return f"{settings.SITE_ADDRESS}{path}"


def entry_form_of(filing: int) -> str:
    """The form in which a return is entered, by the return's number."""
    return reverse("entry-form", args=[filing])
