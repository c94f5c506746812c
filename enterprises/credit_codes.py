"""Unified social credit codes (GB 32100-2015) and the organization codes inside them (GB 11714).

A code of the wrong form cannot be one and is refused. A wrong check digit is only a warning:
genuine registrations with one have been reported.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [pow(3, i, 31) for i in range(17)]
ORGANIZATION_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANIZATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]

SENTENCES = {
    "length": _("A unified social credit code has 18 characters."),
    "old_number": _("This is an old registration number. Enter the code of 18 characters."),
    "signs": _("A code has digits and capital letters only, without I, O, S, V and Z."),
    "division": _("Characters 3 to 8 of a code are digits, for the place of registration."),
    "check_digit": _("The last character does not agree with the others. Check the code."),
    "organization_code": _("Character 17 does not agree with the eight before it. Check the code."),
}


class FormatError(ValueError):
    """`reason` is length, old_number (the 15 digits in use before 2015), signs or division."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Problems:
    """What refuses a code, and what asks to look again (check_digit, organization_code)."""

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@lru_cache(maxsize=65_536)
def normalize(code: str) -> str:
    """As codes are stored: half-width, upper case, without spaces and hyphens."""
    return re.sub(r"[\s\-‐-―−]", "", unicodedata.normalize("NFKC", code)).upper()


def check_format(code: str) -> None:
    """Raise FormatError unless the normalized `code` has the form of one."""
    if re.fullmatch(r"[0-9]{15}", code):
        raise FormatError("old_number")
    if len(code) != 18:
        raise FormatError("length")
    if any(sign not in SIGNS for sign in code):
        raise FormatError("signs")
    if not re.fullmatch(r"[0-9]{6}", code[2:8]):
        raise FormatError("division")


def check_digit(first17: str) -> str:
    total = sum(SIGNS.index(sign) * weight for sign, weight in zip(first17, WEIGHTS, strict=True))
    return SIGNS[(31 - total % 31) % 31]


def has_valid_check_digit(code: str) -> bool:
    """For a normalized code of the right form."""
    return check_digit(code[:17]) == code[17]


def organization_code_ok(code: str) -> bool:
    """Whether the 9 signs of an organization code, alone or within an 18-sign code, agree."""
    organization = code[8:17] if len(code) == 18 else code
    total = sum(
        ORGANIZATION_SIGNS.index(sign) * weight
        for sign, weight in zip(organization[:8], ORGANIZATION_WEIGHTS, strict=True)
    )
    return organization[8] == "0123456789X0"[11 - total % 11]


def problems(code: str) -> Problems:
    """Everything to be said about a code as somebody typed it."""
    code = normalize(code)
    try:
        check_format(code)
    except FormatError as bad:
        return Problems(errors=(bad.reason,))
    warnings = []
    if not has_valid_check_digit(code):
        warnings.append("check_digit")
    if not organization_code_ok(code):
        warnings.append("organization_code")
    return Problems(warnings=tuple(warnings))


def validate(code: str) -> None:
    """For a model's `clean()`: say what is wrong with the form of a normalized code."""
    try:
        check_format(code)
    except FormatError as bad:
        raise ValidationError({"credit_code": SENTENCES[bad.reason]}) from bad
