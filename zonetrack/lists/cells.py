"""What stands in one cell of a list or a record page, ready to be shown."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from zonetrack import numbers


@dataclass(frozen=True)
class Cell:
    """`sub` is a second line below, `lang` and `sub_lang` say if a line is in the other language.

    `status` is a key of partials/_status.html; `tags` are pairs of a text and whether it is strong.
    """

    text: str = numbers.NOTHING
    url: str = ""
    lang: str = ""
    sub: str = ""
    sub_lang: str = ""
    status: str = ""
    tags: tuple = ()
    num: bool = False
    long: bool = False
    nowrap: bool = False
    outside: bool = False  # the address leads to another site

    @property
    def is_plain(self) -> bool:
        return not (self.url or self.lang or self.sub or self.status or self.tags)


def text(value, **more) -> Cell:
    """A text; empty and None are shown as a dash."""
    shown = numbers.NOTHING if value is None or value == "" else str(value)
    return Cell(shown, **more)


def name(record, url: str = "", **more) -> Cell:
    """Both names of a record: the one in the reader's language first."""
    if record is None:
        return Cell()
    other = getattr(record, "other_name", "")
    more = {"sub": other, "sub_lang": record.other_language if other else ""} | more
    return Cell(str(record), url=url, **more)


def number(value: Decimal | int | None, decimals: int | None = None) -> Cell:
    return Cell(numbers.number(value, decimals), num=True)


def year(value: int | None) -> Cell:
    """A year, never grouped."""
    return text(value, num=True)


def when(year: int | None, day: date | None) -> str:
    """A dated fact: the day where it is known, else the year."""
    if day is not None:
        return date_format(day, "SHORT_DATE_FORMAT")
    return numbers.NOTHING if year is None else str(year)


def dated(year: int | None, day: date | None) -> Cell:
    return Cell(when(year, day), nowrap=True)


def status(key: str, words) -> Cell:
    return Cell(str(words), status=key)


def yes_or_no(value: bool | None) -> str:
    return numbers.NOTHING if value is None else _("Yes") if value else _("No")
