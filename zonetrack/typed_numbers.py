"""How the numbers are read that people type, or that stand in their spreadsheets.

Read is what can mean only one thing; everything else is refused with a reason. Nothing is rounded.
"""

import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 60
MOST_DIGITS = 25

SENTENCES = {
    "not_a_number": _("This is not a number. Enter digits, such as 1234.5."),
    "too_long": _("This number has too many digits."),
    "grouping": _("Commas and spaces stand only between groups of three digits: 1,234,567."),
    "decimal_comma": _("Write decimals with a point and thousands with commas: 1,234.50."),
    "exponent": _("Write the number out; in this form digits may have been lost."),
    "inexact": _("Enter one exact number, without “about”, “over” or a range."),
    "date": _("This is a date or a time, not a number."),
    "boolean": _("This is yes or no, not a number."),
    "formula": _("This is a formula or an error of a spreadsheet. Enter the number."),
    "currency": _("Amounts are in yuan. Convert this currency first."),
    "unit": _("The unit does not belong to this figure."),
    "mixed_units": _("Write one number with one unit, such as 1.2亿."),
    "percent": _("Enter the number itself, not a percentage."),
    "thousand": _("It is not clear what the thousand counts. Write 千元, or the figure in full."),
    "whole": _("Enter a whole number."),
}

MISSING = {
    *("", "-", "--", "–", "—", "——", "−", "/", "无", "…", "……", "...", "未填报", "未报"),
    *("not reported", "n/a"),
}
SCALES = {
    "": Decimal(1),
    "百": Decimal(100),
    "千": Decimal(1_000),
    "万": Decimal(10_000),
    "百万": Decimal(1_000_000),
    "千万": Decimal(10_000_000),
    "亿": Decimal(100_000_000),
    "万亿": Decimal(1_000_000_000_000),
}
THINGS = ("元", "人年", "人", "名", "件", "项", "家", "个", "户")

# Full-width signs as half-width ones. Not NFKC, which would read 12² as 122.
FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
FOLDED |= {ord("￥"): "¥", ord("−"): "-"}
FOLDED |= dict.fromkeys(map(ord, "\u3000\u00a0\u2007\u2009\u202f"), " ")
INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060"

DIGITS = r"(?:[0-9]+|[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+))"
NUMBER = rf"{DIGITS}(?:\.[0-9]+)?|\.[0-9]+"
UNIT = "(?P<scale>{})?(?P<thing>{})?|%".format(
    "|".join(sorted(filter(None, SCALES), key=len, reverse=True)), "|".join(THINGS)
)
WRITTEN = re.compile(
    rf"(?P<sign>[+-]?) ?(?P<yuan>¥|CNY|RMB|人民币)? ?(?P<open>\()? ?(?P<number>{NUMBER}) ?"
    rf"(?P<inner>\))? ?(?P<unit>{UNIT}) ?(?P<outer>\))?",
    re.IGNORECASE,
)
# What cannot be read, by its looks; the first that fits is said.
REFUSED = (
    ("formula", r"[=#@].*"),
    ("boolean", r"(?:true|false|yes|no|是|否|有)"),
    ("date", r"[0-9]{4} ?年.*|[0-9]{1,2} ?月.*|.*[0-9]:[0-9].*"),
    ("date", r"[0-9]{4}([-/.])[0-9]{1,2}\1[0-9]{1,2}.*|[0-9]{1,2}([-/.])[0-9]{1,2}\2[0-9]{4}"),
    ("exponent", r"[+-]?[0-9.,]+e[+-]?[0-9]+"),
    ("inexact", r"[<>≥≤≈~约近超].*|.*[0-9].*(?:[余多]|左右|以上|以下|\+)(?:[万亿元件人家]*)"),
    ("inexact", rf"(?:{NUMBER}) ?[-~–—至到] ?(?:{NUMBER}).*"),
    ("currency", r".*(?:[$€£]|usd|eur|美元|欧元|港元|日元).*"),
    ("mixed_units", r".*[0-9] ?[百千万亿元].*[0-9].*"),
    ("decimal_comma", r"[+-]?[0-9.]+\.[0-9.]+(?:,[0-9]*)?|[+-]?[0-9.]*\.[0-9]+,[0-9]*"),
    ("grouping", r"[+-]?[0-9]+[, ][0-9, ]*(?:\.[0-9]*)?[百千万亿元人件家]*"),
    ("unit", rf"[+-]?(?:{NUMBER}) ?[^\W\d_].*"),
)


class Unreadable(ValueError):
    """`reason` is a key of SENTENCES."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.reason])


@dataclass(frozen=True)
class Parsed:
    """A number as written: 1.2亿元 has value 1.2, factor 100,000,000, unit 亿元 and thing 元.

    `value` is None where nothing is reported.
    """

    value: Decimal | None
    factor: Decimal = Decimal(1)
    unit: str = ""
    thing: str = ""

    @property
    def amount(self) -> Decimal | None:
        """The value times its factor. Factors are powers of ten, so this is exact."""
        return None if self.value is None else plain(self.value * self.factor)


NOT_REPORTED = Parsed(None)


@dataclass(frozen=True)
class Column:
    """What a column holds: how many of its thing are one, and the things that may be written."""

    size: int = 1
    things: tuple[str, ...] = ()


TEN_THOUSAND_YUAN = Column(10_000, ("元",))
PERSONS = Column(1, ("人", "名"))
PERSON_YEARS = Column(1, ("人年", "人"))
PATENTS = Column(1, ("件", "项"))
ENTERPRISES = Column(1, ("家", "户", "个"))


def parse_number(written) -> Parsed:
    """Read a text, or the value of a spreadsheet's cell. Raises Unreadable."""
    if written is None:
        return NOT_REPORTED
    if isinstance(written, bool):
        raise Unreadable("boolean")
    if isinstance(written, date | time):
        raise Unreadable("date")
    if isinstance(written, int | float | Decimal):
        return Parsed(checked(Decimal(repr(written) if isinstance(written, float) else written)))
    return parse_text(str(written))


def parse_text(text: str) -> Parsed:
    text = folded(text)
    if text.lower() in MISSING:
        return NOT_REPORTED
    found = WRITTEN.fullmatch(text) if len(text) <= LONGEST_TEXT else None
    if found is None or not brackets_match(found):
        raise Unreadable(why_not(text))
    value = checked(Decimal(re.sub("[, ]", "", found["number"])))
    unit, thing = found["unit"], found["thing"] or ""
    if found["yuan"] and thing not in ("", "元") or found["yuan"] and unit == "%":
        raise Unreadable("unit")
    factor = Decimal("0.01") if unit == "%" else SCALES[found["scale"] or ""]
    negative = value and (found["sign"] == "-" or found["open"])
    return Parsed(value.copy_negate() if negative else value, factor, unit, thing)


def folded(text: str) -> str:
    """As it is compared: half-width, without blanks around it and doubled blanks within."""
    text = text.strip().strip(INVISIBLE).translate(FOLDED).strip()
    if "  " in text:
        text = re.sub(" +", " ", text)
    # A bracket around the whole amount may stand before or after the sign for yuan.
    return re.sub(r"^\( ?(¥)", r"\1(", text) if "¥" in text else text


def brackets_match(found) -> bool:
    closed = [name for name in ("inner", "outer") if found[name]]
    return len(closed) == bool(found["open"]) and not (closed and found["sign"])


def why_not(text: str) -> str:
    """The reason for which a text is refused."""
    if len(text) > LONGEST_TEXT:
        return "too_long" if re.fullmatch("[0-9,. ]+", text) else "not_a_number"
    for reason, looks in REFUSED:
        if re.fullmatch(looks, text, re.IGNORECASE):
            return reason
    return "not_a_number"


def checked(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise Unreadable("not_a_number")
    _sign, digits, exponent = value.as_tuple()
    if max(len(digits), len(digits) + exponent, -exponent) > MOST_DIGITS:
        raise Unreadable("too_long")
    return plain(value)


def plain(value: Decimal) -> Decimal:
    """1.50 as 1.5, 1E+2 as 100, and no negative zero."""
    if not value:
        return Decimal(0)
    whole = value.to_integral_value()
    return Decimal(f"{whole:f}") if value == whole else value.normalize()


def amount_in(parsed: Parsed, column: Column) -> Decimal | None:
    """The figure for a column: 1.2亿 in a column of 10,000 yuan is 12,000. Raises Unreadable.

    A number without a unit is in the column's own; one with a unit is converted exactly.
    """
    if parsed.value is None or not parsed.unit:
        return parsed.value
    if parsed.unit == "%":
        raise Unreadable("percent")
    if parsed.thing and parsed.thing not in column.things:
        raise Unreadable("unit")
    if parsed.unit in ("千", "百") and column.size != 1:
        raise Unreadable("thousand")
    return plain(parsed.amount * (Decimal(1) / column.size))


def read(written, column: Column = Column()) -> Decimal | None:  # noqa: B008
    """The figure for a column from what was written; None is not reported. Raises Unreadable."""
    return amount_in(parse_number(written), column)
