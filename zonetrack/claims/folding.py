"""A text as it is searched: signs folded, wrapped lines joined, cut in sentences and clauses."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from zonetrack.typed_numbers import FOLDED

# Signs that separate clauses stay as they are: a full-width comma is none within a number.
KEPT = "！（），：；？［］"
WIDTHS = {code: half for code, half in FOLDED.items() if chr(code) not in KEPT}
WIDE_GROUPS = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
# A line that ends without a sign and is this long goes on in the next one.
WRAPPED = 30
IDEOGRAPH = re.compile("[\u2e80-\u9fff]")

# As far as words are looked for on either side of a number.
CLAUSE, SENTENCE = 200, 600

SENTENCE_ENDS = re.compile(
    r"[。！？!?\n]+|(?<!\bCo)(?<!\bLtd)(?<!\bNo)(?<!\bSt)\.(?=\s+[A-Z0-9“\"]|\s*$)", re.MULTILINE
)
CLAUSE_ENDS = re.compile(
    r"[（(](?=其中|of which|including|\d+ of )|[。！？!?\n，；;：:]+|,(?!\d{3}(?!\d))|\.(?=\s|$)"
)


@dataclass(frozen=True)
class Folded:
    """A text as it is searched: half-width, single blanks, wrapped lines joined.

    `at`: for every sign its place in the text as it was given.
    """

    whole: str
    at: list[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        return self.at[start], self.at[end - 1] + 1


def folded(text: str) -> Folded:
    given = WIDE_GROUPS.sub(",", text).translate(WIDTHS)
    signs, at = [], []
    for found in re.finditer(r"\s+|\S", given):
        sign = found[0]
        if sign.isspace():
            sign = blank_for(given, found)
        if sign:
            signs.append(sign)
            at.append(found.start())
    return Folded("".join(signs), at)


def blank_for(given: str, found: re.Match) -> str:
    """A blank, the end of a line, or nothing where Chinese goes on in the next line."""
    if "\n" not in found[0] and "\r" not in found[0]:
        return " "
    start, end = found.span()
    line = given[given.rfind("\n", 0, start) + 1 : start]
    following = given[end : end + 1]
    goes_on = following.islower() or (len(line) >= WRAPPED and line[-1:].isalnum())
    if found[0].count("\n") > 1 or not goes_on:
        return "\n"
    chinese = IDEOGRAPH.match(line[-1:]) and IDEOGRAPH.match(following)
    return "" if chinese else " "


class Bounds:
    """Where sentences and clauses of a text begin and end."""

    def __init__(self, whole: str):
        self.sentences = cuts(SENTENCE_ENDS, whole)
        self.clauses = sorted({*self.sentences, *cuts(CLAUSE_ENDS, whole)})

    def sentence(self, at: int) -> tuple[int, int]:
        return around(self.sentences, at, SENTENCE)

    def clause(self, at: int) -> tuple[int, int]:
        return around(self.clauses, at, CLAUSE)


def cuts(ends: re.Pattern, whole: str) -> list[int]:
    return [0, *(found.end() for found in ends.finditer(whole)), len(whole)]


def around(cuts: list[int], at: int, most: int) -> tuple[int, int]:
    """The cuts before and after a place, at most so far away."""
    after = min(bisect_right(cuts, at), len(cuts) - 1)
    return max(cuts[after - 1], at - most), min(cuts[after], at + most)
