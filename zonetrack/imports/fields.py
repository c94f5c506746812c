"""What the columns of a register hold, and how one cell of each is read.

`read` gets the cell as it stands in the file. What cannot be read raises Wrong; a blank cell and
one that asks to clear never get here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from zonetrack import numbers
from zonetrack.punctuation import listed
from zonetrack.records import FIRST_YEAR, LAST_YEAR
from zonetrack.typed_dates import UnreadableDate, read_date, read_when, read_year
from zonetrack.typed_numbers import Column, Unreadable, amount_in, folded, parse_number, plain

from . import matching
from .told import Wrong
from .units import Unit

CLEAR = object()  # asked for in the cell
DASH = object()  # the cell says that nothing is reported, which changes nothing
LONGEST_CLEARING = 20
NOT_SEEN = matching.INVISIBLE
CLEARING = {"清空", "(clear)", "(清空)"}
TELLING = re.compile("[清cCｃＣ]")  # one of these stands in every word of CLEARING
MOST_WHOLE = 2_147_483_647
# Numbers of a spreadsheet have about 15 digits; what lies beyond is no decimal of anybody's.
NOISE = Decimal("1e-9")


def is_blank(cell) -> bool:
    if not isinstance(cell, str):
        return cell is None
    # Nearly all texts begin with a letter or a digit.
    return not cell[:1].isalnum() and not cell.translate(NOT_SEEN).strip()


def asks_to_clear(cell: str) -> bool:
    if len(cell) > LONGEST_CLEARING or not TELLING.search(cell):
        return False
    return folded(cell).lower() in CLEARING


def written(cell) -> str:
    """The cell as it is shown to the person."""
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        cell = cell.date()
    if isinstance(cell, float):
        cell = plain(Decimal(repr(cell))) if cell == cell and abs(cell) < 1e30 else cell
    text = f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    return matching.tidy(text)[:200]


@dataclass(frozen=True)
class Text:
    longest: int = 200

    def read(self, cell, unit: Unit | None = None) -> str:
        text = written(cell) if not isinstance(cell, str) else cell.strip()
        if not text.isprintable():
            text = text.translate(matching.INVISIBLE)
        if "\0" in text:
            raise Wrong(_("This text has a sign that cannot be kept."), _("Type it again."))
        if len(text) > self.longest:
            raise Wrong(
                _("This text has more than %(most)d characters.") % {"most": self.longest},
                _("Shorten it."),
            )
        return text

    def show(self, value) -> str:
        return str(value or "")


@dataclass(frozen=True)
class Rounded:
    """A number that had more decimals than are kept."""

    value: Decimal


@dataclass(frozen=True)
class Number:
    """In the unit of `column`. `own` are the words for it; `places` are kept after the point."""

    column: Column = Column()  # noqa: RUF009
    own: Any = ""
    places: int = 0
    most: Decimal = Decimal(MOST_WHOLE)

    def read(self, cell, unit: Unit | None = None) -> Decimal | int:
        if type(cell) is Decimal and self.is_own(unit):
            return self.within(cell, exact=False)
        try:
            parsed = parse_number(cell)
            if parsed.value is None:
                return DASH
            value = amount_in(parsed, self.column)
        except Unreadable as refusal:
            hint = _("Put it right in the file.")
            raise Wrong(refusal.sentence, hint) from None
        converted = unit is not None and not parsed.unit
        if converted:
            value = plain(value * unit.factor(self.column))
        return self.within(value, exact=not (converted or isinstance(cell, float | Decimal)))

    def is_own(self, unit: Unit | None) -> bool:
        """Whether a column in this unit holds the figure as it is kept."""
        return unit is None or unit.size == self.column.size

    def within(self, value: Decimal, exact: bool = True):
        if -value.as_tuple().exponent > self.places:
            kept = value.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_EVEN)
            # Half a person is a slip; a tenth of a yuan after a conversion is not.
            if exact or (not self.places and abs(kept - value) > NOISE):
                raise Wrong(self.too_fine, _("Enter it less finely."))
            if abs(kept - value) > NOISE:
                return Rounded(self.within(plain(kept)))
            value = plain(kept)
        if value < 0:
            raise Wrong(_("This figure cannot be negative."), _("Enter 0 or more."))
        if value > self.most:
            raise Wrong(_("This figure is larger than can be."), _("Check number and unit."))
        return value if self.places else int(value)

    @property
    def too_fine(self) -> str:
        if not self.places:
            return _("This figure is a whole number.")
        return _("This figure has at most %(places)d decimals.") % {"places": self.places}

    def show(self, value) -> str:
        if value is None:
            return numbers.NOTHING
        if type(value) is int and value >= 0:
            return f"{value:,}"
        return numbers.number(plain(Decimal(value)))


def dated(read: Callable, cell):
    """What the cell says of a time; DASH where it says that nothing is known."""
    try:
        found = read(cell)
    except UnreadableDate as refusal:
        raise Wrong(refusal.sentence, _("Put it right in the file.")) from None
    return DASH if found is None else found


def within(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Wrong(
            _("Years lie between %(first)d and %(last)d.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR},
            _("Check the year."),
        )
    return year


@dataclass(frozen=True)
class Year:
    def read(self, cell, unit: Unit | None = None):
        # Nearly all are written so.
        if type(cell) is int and FIRST_YEAR <= cell <= LAST_YEAR:
            return cell
        year = dated(read_year, cell)
        return year if year is DASH else within(year)

    def show(self, value) -> str:
        return str(value or "")


@dataclass(frozen=True)
class Day:
    def read(self, cell, unit: Unit | None = None):
        day = dated(read_date, cell)
        if day is not DASH:
            within(day.year)
        return day

    def show(self, value) -> str:
        return date_format(value, "SHORT_DATE_FORMAT") if value else ""


@dataclass(frozen=True)
class YearOrDay:
    """A dated fact: (year, day), day None where the cell gives only the year."""

    def read(self, cell, unit: Unit | None = None):
        when = dated(read_when, cell)
        return when if when is DASH else (within(when.year), when.day)

    def show(self, value) -> str:
        year, day = value or (None, None)
        return Day().show(day) or str(year or "")


DATED = (Year, Day, YearOrDay)


@dataclass(frozen=True)
class YesOrNo:
    YES = frozenset({"是", "有", "yes", "y", "true", "1", "√", "✓", "对"})
    NO = frozenset({"否", "无", "no", "n", "false", "0", "×", "✗", "x"})

    def read(self, cell, unit: Unit | None = None) -> bool:
        if isinstance(cell, bool):
            return cell
        text = matching.tidy(written(cell)).casefold()
        if text in self.YES:
            return True
        if text in self.NO:
            return False
        raise Wrong(_("This is neither yes nor no."), _("Write 是 or 否, yes or no."))

    def show(self, value) -> str:
        return "" if value is None else _("Yes") if value else _("No")


@dataclass(frozen=True)
class Choice:
    """One of the choices of a column: by key, or by its words in any language. `also`: further
    words → key."""

    choices: Any
    also: dict[str, Any] = field(default_factory=dict, hash=False)

    @cached_property
    def keys(self) -> dict[str, Any]:
        found = {matching.folded(words): key for words, key in self.also.items()}
        for key, label in self.choices.choices:
            for words in (str(key), *matching.in_all_languages(label)):
                found.setdefault(matching.folded(words), key)
        return found

    def read(self, cell, unit: Unit | None = None):
        key = self.keys.get(matching.folded(written(cell)))
        if key is None:
            words = listed(label for _key, label in self.choices.choices)
            raise Wrong(
                _("This is none of the choices."), _("Write one of: %(words)s.") % {"words": words}
            )
        return key

    def show(self, value) -> str:
        return "" if value in (None, "") else str(self.choices(value).label)


@dataclass(frozen=True)
class Link(Text):
    """Another record, by its name or number; the register finds out which. `of` says of what."""

    of: str = ""

    def show(self, value) -> str:
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Field:
    """A column of a register. `to` names what it fills in the record; links and what belongs to
    other records is filled by the register. `heads` are other words under which it is found."""

    key: str
    label: Any
    kind: Any
    to: tuple[str, ...] = ()
    heads: tuple = ()
    needed: bool = False  # for a new record
    help: Any = ""
    sample: str = ""  # what stands in the sample row of the template
    options: Callable | None = None  # what the template offers, given the scope

    def all_heads(self) -> list[str]:
        found = [self.key]
        for words in (self.label, *self.heads):
            found += matching.in_all_languages(words)
        return found

    @property
    def size(self) -> Column | None:
        return self.kind.column if isinstance(self.kind, Number) else None
