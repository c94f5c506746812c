"""How the dates and years are read that people type, or that stand in their spreadsheets.

Read is what can mean only one day, month or year; everything else is refused with a reason.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from zonetrack.typed_numbers import MISSING, folded

FIRST_YEAR, LAST_YEAR = 1900, 2100
# Day 0 of the serial numbers by which spreadsheets store dates, after 28 February 1900.
EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
SERIALS = range(10_000, 74_000)  # 1927 to 2102

SENTENCES = {
    "not_a_date": _("This is not a date. Enter year, month and day, such as 2014-05-01."),
    "not_a_year": _("This is not a year. Enter four digits, such as 2014."),
    "no_such_day": _("There is no such day."),
    "ambiguous": _("Day and month may be confused here. Write 2014-05-01."),
    "short_year": _("Write the year with four digits."),
    "ambiguous_month": _("This may be January or October. Write 2014-01 or 2014-10."),
    "no_day": _("The day is missing. Enter year, month and day, such as 2014-05-01."),
    "range": _("The year lies outside of 1900 to 2100."),
    "error": _("This is a formula or an error of a spreadsheet. Enter the date."),
}
CHINESE_DIGITS = {**{sign: n for n, sign in enumerate("〇一二三四五六七八九")}, "零": 0, "○": 0}
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
TIME = r"(?:[ t]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
YEAR = re.compile(r"(?:fy ?)?([0-9]{4}) ?(?:年度|财年|年末|年底|年)?")
MONTH = re.compile(r"([0-9]{4}) ?(?:年|[-/.]) ?([0-9]{1,2}) ?月?份?")
DAY = re.compile(
    r"([0-9]{4}) ?(?:年|(?P<between>[-/.])) ?([0-9]{1,2}) ?(?:月|(?P=between)) ?([0-9]{1,2})"
    rf" ?[日号]?{TIME}"
)
YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})" + TIME)
SHORT_YEAR = re.compile(r"'?[0-9]{2} ?(?:年.*|([-/.])[0-9]{1,2}\1[0-9]{1,2})")
NAMED = rf"(?P<month>{MONTHS.replace(' ', '|')})[a-z]*\.?"
NUMBERED = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
ENGLISH = [
    re.compile(looks + r" ?(?P<year>[0-9]{4})")
    for looks in (rf"{NAMED} {NUMBERED},?", rf"{NUMBERED}[ -]{NAMED},?-?", rf"{NAMED},?")
]


class UnreadableDate(ValueError):
    """`reason` is a key of SENTENCES."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.reason])


@dataclass(frozen=True)
class When:
    """A year, with the month and the day where they are told."""

    year: int
    month: int | None = None
    day: date | None = None


def read_when(written, *, epoch: date = EPOCH_1900) -> When | None:
    """What a text or the value of a cell says; None where it is blank. Raises UnreadableDate."""
    if written is None:
        return None
    if isinstance(written, datetime):
        written = written.date()
    if isinstance(written, date):
        return _when(written.year, written.month, written.day)
    if isinstance(written, bool):
        raise UnreadableDate("not_a_date")
    if isinstance(written, int | float | Decimal):
        return _from_number(Decimal(str(written)), epoch)
    return _from_text(str(written), epoch)


def read_date(written, *, epoch: date = EPOCH_1900) -> date | None:
    """One day; None where the cell is blank. Raises UnreadableDate, also if the day is missing."""
    when = read_when(written, epoch=epoch)
    if when and when.day is None:
        raise UnreadableDate("no_day")
    return when and when.day


def read_year(written, *, epoch: date = EPOCH_1900) -> int | None:
    """A year, also that of a date; None where the cell is blank. Raises UnreadableDate."""
    if isinstance(written, float | Decimal) and written % 1 != 0:
        raise UnreadableDate("not_a_year")
    try:
        when = read_when(written, epoch=epoch)
    except UnreadableDate as error:
        raise UnreadableDate("not_a_year") if error.reason == "not_a_date" else error from None
    return when and when.year


def _from_number(number: Decimal, epoch: date) -> When:
    if not number.is_finite():
        raise UnreadableDate("not_a_date")
    if number < 0:
        raise UnreadableDate("not_a_date")
    if number == int(number):
        return _from_digits(str(int(number)), epoch)
    if FIRST_YEAR <= number <= LAST_YEAR:
        # 2014.5 as a number is May; 2014.1 was typed as 2014.1 or as 2014.10.
        month = str(number).split(".")[1]
        if month == "1":
            raise UnreadableDate("ambiguous_month")
        if len(month) > 2:
            raise UnreadableDate("not_a_date")
        return _when(int(number), int(month))
    if int(number) in SERIALS:
        return _from_digits(str(int(number)), epoch)
    raise UnreadableDate("not_a_date")


def _from_digits(digits: str, epoch: date) -> When:
    if len(digits) == 4:
        return _when(int(digits))
    if len(digits) == 5 and int(digits) in SERIALS:
        day = epoch + timedelta(int(digits))
        return _when(day.year, day.month, day.day)
    if len(digits) == 6:
        return _when(int(digits[:4]), int(digits[4:]))
    if len(digits) == 8:
        return _when(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    raise UnreadableDate("not_a_date")


def _from_text(text: str, epoch: date) -> When | None:
    text = _with_digits(folded(text)).lower()
    if text in MISSING:
        return None
    if text.startswith(("#", "=")):
        raise UnreadableDate("error")
    if text.isascii() and text.isdecimal():
        return _from_digits(text, epoch)
    if found := DAY.fullmatch(text):
        return _when(int(found[1]), int(found[3]), int(found[4]))
    if found := MONTH.fullmatch(text):
        return _when(int(found[1]), int(found[2]))
    if found := YEAR.fullmatch(text):
        return _when(int(found[1]))
    return _from_western(text)


def _from_western(text: str) -> When:
    """1 May 2014, May 1, 2014, and days before their year as far as they are clear."""
    if found := YEAR_LAST.fullmatch(text):
        return _day_and_month(int(found[1]), int(found[3]), int(found[4]))
    for looks in ENGLISH:
        if found := looks.fullmatch(text):
            parts = found.groupdict()
            day = [int(parts["day"])] if "day" in parts else []
            month = MONTHS.index(parts["month"]) // 4 + 1
            return _when(int(parts["year"]), month, *day)
    raise UnreadableDate("short_year" if SHORT_YEAR.fullmatch(text) else "not_a_date")


def _day_and_month(first: int, second: int, year: int) -> When:
    """13/5/2014 and 5/13/2014 are clear, 5/6/2014 is not."""
    if first != second and max(first, second) <= 12:
        raise UnreadableDate("ambiguous")
    return _when(year, *(sorted((first, second))))


def _when(year: int, month: int | None = None, day: int | None = None) -> When:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnreadableDate("range")
    try:
        whole = date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        raise UnreadableDate("no_such_day") from None
    return When(year, month, None if day is None else whole)


def _with_digits(text: str) -> str:
    """二〇一四年五月二十一日 as 2014年5月21日."""
    text = re.sub(r"[〇零○一二三四五六七八九]{4}(?=年)", lambda found: _digits(found[0]), text)
    return re.sub(
        r"(?<=[年月])[一二三四五六七八九十廿卅]{1,3}(?=[月日号])",
        lambda found: str(_counted(found[0])),
        text,
    )


def _digits(signs: str) -> str:
    return "".join(str(CHINESE_DIGITS[sign]) for sign in signs)


def _counted(signs: str) -> int:
    """十 is 10, 十二 12, 二十一 and 廿一 21, 三十 30."""
    signs = signs.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = signs.rpartition("十")
    if not ten:
        return int(_digits(signs))
    return 10 * (CHINESE_DIGITS.get(tens, 0) if tens else 1) + (int(_digits(ones)) if ones else 0)
