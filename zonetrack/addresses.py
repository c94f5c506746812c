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


def address_of_record(name: str, key: int | None) -> str:
    """As `reverse`, for the page of a record, which lists name in every row."""
    if key is None or key < 0:
        return reverse(name, args=[key])  # there is none
    before, after = _around(get_script_prefix(), name)
    return f"{before}{key}{after}"


@lru_cache(maxsize=200)
def _around(prefix: str, name: str) -> tuple[str, str]:
    before, _number, after = reverse(name, args=[0]).rpartition("0")
    return before, after


def rows_behind(page: str, key: str, place_key: str, year: int) -> str:
    """The list of the rows behind a number of an indicator, place and year."""
    return f"{address_of(page)}?behind={key}&place={quote_plus(place_key)}&year={year}"


def on_the_site(path: str) -> str:
    """The whole address of a page, for mails and calendars."""
    return f"{settings.SITE_ADDRESS}{path}"


def entry_form_of(filing: int) -> str:
    """The form in which a return is entered, by the return's number."""
    return reverse("entry-form", args=[filing])
