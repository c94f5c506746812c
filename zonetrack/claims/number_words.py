"""Numbers written in words of either language: `fourteen`, `a hundred`, `一百二十`, `两`."""

import re
from decimal import Decimal

ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
MAGNITUDES = {"hundred": 100, "thousand": 1_000, "dozen": 12}

# Longest first, so that "seventeen" is not read as "seven".
_BELOW_20 = "|".join(sorted(ONES, key=len, reverse=True))
_SMALL = rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(list(ONES)[1:10])}))?|{_BELOW_20})"
# For a pattern in verbose mode, in which blanks stand in brackets.
ENGLISH = (
    rf"\b(?:(?:an?|{_SMALL})[ ](?:hundred(?:[ ](?:and[ ])?{_SMALL})?|thousand|dozen)|{_SMALL}|"
    r"dozen)\b(?!-)"
)

DIGITS = {"零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4} | {
    sign: n for n, sign in enumerate("五六七八九", 5)
}
STEPS = {"十": 10, "百": 100, "千": 1_000}
LARGE = {"万": 10_000, "亿": 100_000_000}
CHINESE = "[一二两三四五六七八九十][零〇○一二两三四五六七八九十百千万亿]{0,15}"


def english(words: str) -> Decimal:
    """The value of words that match ENGLISH."""
    total = 0
    for word in re.split("[- ]", words.lower()):
        if word in MAGNITUDES:
            total = (total or 1) * MAGNITUDES[word]
        else:
            total += ONES.get(word, TENS.get(word, 0))
    return Decimal(total)


def chinese(signs: str) -> Decimal | None:
    """The value of signs that match CHINESE; None for digits in a row, such as 二〇一二."""
    total = section = 0
    digit = None
    for sign in signs:
        if sign in DIGITS:
            if digit:
                return None
            digit = DIGITS[sign]
        elif sign in STEPS:
            section += (1 if digit is None else digit) * STEPS[sign]
            digit = None
        else:
            total = (total + section + (digit or 0)) * LARGE[sign]
            section, digit = 0, None
    return Decimal(total + section + (digit or 0))
