"""What stands in one cell of a list or a record page, ready to be shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from zonetrack import numbers
from zonetrack.templatetags.states import plain, state_mark


@dataclass(frozen=True)
class Cell:
    """`sub` is a second line below, `lang` and `sub_lang` say if a line is in the other language.

    `status` is a key of zonetrack.templatetags.states; `tags` are pairs of a text and whether it
    is strong.
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
    def html(self) -> SafeString:
        """Written here and not by a template, because a page has hundreds of them."""
        shown = plain(self.text)
        if self.status:
            shown = state_mark(self.status, self.text)
        elif self.url:
            outside = ' rel="noreferrer"' if self.outside else ""
            shown = f'<a href="{plain(self.url)}"{outside}{in_language(self.lang)}>{shown}</a>'
        elif self.lang:
            shown = f"<span{in_language(self.lang)}>{shown}</span>"
        if self.sub:
            sub = f'<span class="sub-name"{in_language(self.sub_lang)}>{plain(self.sub)}</span>'
            shown = f"{shown}{sub}"
        for words, strong in self.tags:
            look = "tag tag-strong" if strong else "tag"
            shown = f'{shown}<span class="{look}">{plain(words)}</span> '
        return mark_safe(shown)

    @property
    def column(self) -> str:
        """The class of its place in a table."""
        if self.num:
            return ' class="num"'
        return ' class="nowrap"' if self.nowrap else ' class="long"' if self.long else ""


def in_language(code: str) -> str:
    return f' lang="{plain(code)}"' if code else ""


def table_body(rows: Iterable[Sequence[Cell]]) -> SafeString:
    """The rows of a table; the first cell of each is its heading."""
    written = []
    for first, *others in rows:
        values = [f"<td{cell.column}>{cell.html}</td>" for cell in others]
        written.append(f'<tr><th scope="row">{first.html}</th>{"".join(values)}</tr>')
    return mark_safe("<tbody>" + "\n".join(written) + "</tbody>")


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
