"""How cells of a workbook look: formats by name, and a number format for each value."""

import re
from decimal import Decimal
from unicodedata import east_asian_width

from django.utils.translation import gettext as _

from zonetrack import numbers, punctuation

from .document import Cell

INK, MUTED, LINE, HEAD = "#14212A", "#46555E", "#D3DADB", "#E9EEEE"
LINK = "#0B5D73"
MOST_DECIMALS = 6
MOST_SIGNS = 32_000  # of a cell, with room for what XML writes longer
DATE = "yyyy-mm-dd"

LOOKS = {
    "place": {"bold": True, "font_size": 13, "text_wrap": True, "valign": "top"},
    "title": {"bold": True, "font_size": 20},
    "heading": {"bold": True, "font_size": 14},
    "caption": {"bold": True, "font_size": 11},
    "name": {"font_color": MUTED, "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "lead": {"text_wrap": True, "valign": "top", "font_size": 12},
    "note": {"font_color": MUTED, "font_size": 9, "text_wrap": True, "valign": "top"},
    "link": {"font_color": LINK, "underline": 1},
    "head": {"bold": True, "bg_color": HEAD, "bottom": 1, "text_wrap": True, "valign": "bottom"},
    "head-text": {
        "bold": True,
        "bg_color": HEAD,
        "bottom": 1,
        "text_wrap": True,
        "valign": "bottom",
        "indent": 1,
    },
    "head-number": {
        "bold": True,
        "bg_color": HEAD,
        "bottom": 1,
        "text_wrap": True,
        "valign": "bottom",
        "align": "right",
    },
    "group": {"bold": True, "bg_color": "#F3F5F5", "bottom": 1, "bottom_color": LINE},
}
CELL = {"valign": "top", "text_wrap": True, "bottom": 1, "bottom_color": LINE, "font_color": INK}


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, book):
        self.book, self.made = book, {}

    def get(self, name: str):
        return self.of(LOOKS[name])

    def cell(self, *, number: str = "", right=False, bold=False, link=False, first=True):
        look = dict(CELL)
        if number:
            look["num_format"] = number
        if right or number:
            look["align"] = "right"
        if number:
            look["text_wrap"] = False
        if not (first or look.get("align")):
            look["indent"] = 1  # off the number in the column before
        if bold:
            look |= {"bold": True, "top": 1}
        if link:
            look["font_color"] = LINK
        return self.of(look)

    def of(self, look: dict):
        key = tuple(sorted(look.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"font_name": font(), "font_size": 10.5} | look)
        return self.made[key]


def font() -> str:
    return "Microsoft YaHei" if punctuation.chinese() else "Calibri"


# Numbers


def number_of(cell: Cell) -> float | int:
    """What a spreadsheet counts with: percentages as shares, as it writes them itself."""
    if cell.percent:
        return float(Decimal(cell.value) / 100)
    return int(cell.value) if cell.value == int(cell.value) else float(cell.value)


def number_format(cell: Cell, *, named: bool) -> str:
    """The cell as it is written, with sign and unit; `named`: a head has the unit already."""
    digits = digits_of(cell)
    if cell.percent:
        return signed(cell, digits + "%")
    unit = "" if named else unit_of(cell)
    before, after = words_around(cell)
    if before or after:
        return f"{literal(before)}{digits}{literal(after)}"
    return signed(cell, digits + literal(unit))


def digits_of(cell: Cell) -> str:
    decimals = cell.decimals
    if decimals is None:
        value = Decimal(cell.value).normalize()
        decimals = min(max(-value.as_tuple().exponent, 0), MOST_DECIMALS)
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def signed(cell: Cell, digits: str) -> str:
    """A change shows its sign, as it does in the report."""
    return f"+{digits};-{digits};{digits}" if cell.text.startswith("+") else digits


def unit_of(cell: Cell) -> str:
    """With the space or brackets that the language puts around a unit."""
    unit = cell.unit
    if not unit:
        return ""
    if unit == "%":
        # Only differences of percentages are numbers with this unit.
        return (_("%(change)s percentage points") % {"change": "\0"}).replace("\0", "")
    if punctuation.chinese():
        return unit
    return f" ({unit})" if unit[0].isdigit() else f" {unit}"


def words_around(cell: Cell) -> tuple[str, str]:
    """What stands around the number where that is all: `at least 3`."""
    for decimals in {cell.decimals, None}:
        written = numbers.number(cell.value, decimals)
        before, found, after = cell.text.partition(written)
        if found and before and not re.search(r"[\d+−%-]", before + after):
            return before, after
    return "", ""


def literal(text: str) -> str:
    """Words within a number format."""
    text = text.replace('"', "”")
    return f'"{text}"' if text else ""


# Texts


def clean(text: str) -> str:
    """What a cell can hold."""
    return text.encode("utf-8", "ignore").decode()[:MOST_SIGNS].replace("\r\n", "\n")


def width_of(text: str) -> int:
    """In places of a Latin letter; Chinese signs take two."""
    return max((places(line) for line in text.splitlines()), default=0)


def places(line: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line[:120])
