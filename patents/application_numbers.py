"""Chinese patent application numbers (ZC 0006-2003): their form, check character, type and year.

Since October 2003 `YYYY T NNNNNNN.C`, before that `YY T NNNNN.C`: T is the type, C the check
character.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

INVENTION, UTILITY_MODEL, DESIGN = "invention", "utility_model", "design"
TYPES = {
    "1": INVENTION,
    "2": UTILITY_MODEL,
    "3": DESIGN,
    "8": INVENTION,  # came by way of an international (PCT) application
    "9": UTILITY_MODEL,  # likewise
}

_WEIGHTS = [*range(2, 10), *range(2, 6)]
_NEW = re.compile(r"((?:19|20)[0-9]{2})([12389])[0-9]{7}")
_OLD = re.compile(r"(8[5-9]|9[0-9]|0[0-3])([12389])[0-9]{5}")
_PUBLICATION = re.compile(r"[0-9]{7,9}[ABCSUY][0-9]?")

SENTENCES = {
    "check_missing": _("The check character after the dot is missing."),
    "publication_number": _("This is a publication number. Enter the application number."),
    "form": _("An application number looks like 201710601862.3, an old one like 95115608.X."),
    "check": _("The check character does not agree with the digits. Check the number."),
}


class FormatError(ValueError):
    """`reason` is check_missing, publication_number (another kind of number) or form."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ApplicationNumber:
    """`digits` are all before the check character."""

    digits: str
    check: str
    year: int
    type: str
    by_pct: bool

    def __str__(self) -> str:
        return f"{self.digits}.{self.check}"

    @property
    def has_valid_check(self) -> bool:
        return check_character(self.digits) == self.check


def normalize(text: str) -> str:
    """As numbers are stored, `201710601862.3`; without ZL, CN, spaces and full-width signs."""
    return re.sub(r"\A([0-9]{12}|[0-9]{8})([0-9X])\Z", r"\1.\2", _bare(text))


def parse(text: str) -> ApplicationNumber:
    """Read a number as somebody typed it; raise FormatError when it cannot be one."""
    text = normalize(text)
    digits, dot, check = text.partition(".")
    match = _NEW.fullmatch(digits) or _OLD.fullmatch(digits)
    if match and re.fullmatch(r"[0-9X]", check):
        return ApplicationNumber(
            digits=digits,
            check=check,
            year=_year(match[1]),
            type=TYPES[match[2]],
            by_pct=match[2] in "89",
        )
    if match and not check:
        raise FormatError("check_missing")
    raise FormatError("publication_number" if _PUBLICATION.fullmatch(text) else "form")


def is_whole(text: str) -> bool:
    """Whether it is a number with all its parts."""
    try:
        return bool(parse(text))
    except FormatError:
        return False


def validate(text: str) -> None:
    """For a model's `clean()`: say what is wrong with the form of a number."""
    try:
        parse(text)
    except FormatError as bad:
        raise ValidationError({"application_no": SENTENCES[bad.reason]}) from bad


def check_character(digits: str) -> str:
    """For the 12 digits of a number, or the 8 of an old one."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return "0123456789X"[total % 11]


def _bare(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).upper().replace("。", ".")
    return re.sub(r"^(?:ZL|CN)+", "", re.sub(r"[\s\-]", "", text))


def _year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return 1900 + int(digits) if int(digits) >= 85 else 2000 + int(digits)
