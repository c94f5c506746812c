"""What a text claims: every number in it, with its unit, its year and the words that qualify it.

Pure: no database, no clock.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from zonetrack.typed_numbers import MOST_DIGITS, SCALES, plain

from . import number_words
from .folding import IDEOGRAPH, Bounds, Folded, folded
from .left_out import masked
from .qualifying import Sense, is_aimed, is_gap, is_share_of_target, sense_of, turn_of, year_word

MOST_CLAIMS = 300


class Unit(StrEnum):
    THINGS = "things"
    PERCENT = "percent"
    POINTS = "points"  # percentage points
    MONEY = "money"  # values are in 10,000 yuan
    RANK = "rank"
    OTHER = "other"  # a unit in which nothing is kept here: dollars, hectares, times


class Counter(StrEnum):
    """What kind of things a number counts, where its counter says so."""

    ANY = "any"
    ENTERPRISES = "enterprises"
    PATENTS = "patents"
    PERSONS = "persons"
    PARKS = "parks"


@dataclass(frozen=True)
class Claim:
    """One number of a text. `step`: what one of its last written digit is worth.

    `start`, `end`, `clause` and `sentence` are offsets in the folded text, `place` in the text
    as it was given.
    `turn`: +1 or −1 where the number is said to be a rise or a fall, else 0. `year` is what the
    text says, `years_off` the distance to the year of the text (−1: last year); None: neither is
    said. `weak`: the word "one", which is seldom meant as a number. `upto`: the end of a range.
    `noun`: where the English plural stands that directly follows and says what is counted.
    `gap`: the distance to a target. `in_name`: it may belong to a name, such as Solar 26.
    """

    start: int
    end: int
    place: tuple[int, int]
    written: str
    value: Decimal
    unit: Unit
    step: Decimal
    counter: Counter
    clause: tuple[int, int]
    sentence: tuple[int, int]
    sense: Sense = Sense.EXACT
    turn: int = 0
    of_target: bool = False
    aimed: bool = False
    year: int | None = None
    years_off: int | None = None
    weak: bool = False
    upto: Decimal | None = None
    noun: tuple[int, int] | None = None
    gap: bool = False
    in_name: bool = False


DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
# Parts of a match that say what is counted.
FOLLOWED = ("points", "percent", "other", "money", "counter", "place", "more")
NAME_BEFORE = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+ $")
SCALES_EN = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
SCALE = "|".join(sorted(filter(None, SCALES), key=len, reverse=True))
OTHER_UNITS = (
    r"美元|欧元|港元|日元|倍|亩|公顷|平方公里|平方米|公里|千米|米|吨|公斤|千克|千瓦时?|兆瓦|度|"
    r"摄氏度|人次|次|成|‰|°|℃|dollars|euros|times\b|hectares?|mu\b|km|square|tons?\b|tonnes?|"
    r"kilo\w+|mega\w+|MW|kW|degrees|-?fold"
)
NUMBER = re.compile(
    rf"""
    (?P<yuan>(?:¥|cny|rmb|人民币)\s*)?
    (?P<foreign>[$€£]\s*|(?:usd|eur|us\$)\s*)?
    (?:(?P<rank>(?:第|位[列居]第?|排名第?|\brank(?:ed|s|ing)?\ (?:no\.?\ |number\ )?(?:at\ )?))
       \s*)?
    (?P<percent_of>百分之)?
    (?:(?P<digits>{DIGITS})|(?P<chinese>{number_words.CHINESE})|(?P<words>{number_words.ENGLISH}))
    (?:\s*(?:-|–|—|~|至|到|\bto\b)\s*(?P<upto>{DIGITS}))?
    (?P<ordinal>(?:st|nd|rd|th)\b)?
    \s*(?P<scale>{SCALE})?(?P<more>[余多])?(?P<scale_after>万亿|亿|万)?
    (?P<scale_en>\s*(?:thousand|million|billion)\b)?
    \s*(?:
        (?P<points>个?百分点|percentage[ ]points?|pp\b)
      | (?P<percent>%|per[ ]?cent\b(?!age))
      | (?P<other>{OTHER_UNITS})
      | (?P<money>元|yuan\b|rmb\b)
      | (?P<place>[位名](?=[,，。;；.]|$|\s)|place\b)
      | (?P<counter>个?园区|家|户|个|项|件|名|人年|人(?!民)|位|座|处|所|种|类|台|套|份)
    )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
COUNTERS = {
    "家": Counter.ENTERPRISES, "户": Counter.ENTERPRISES, "件": Counter.PATENTS,
    "名": Counter.PERSONS, "人": Counter.PERSONS, "人年": Counter.PERSONS,
    "园区": Counter.PARKS, "个园区": Counter.PARKS,
}  # fmt: skip
NOUNS = [
    (Counter.ENTERPRISES, r"(?:\w+ ){0,1}(?:enterprises|companies|firms)\b|(?:企业|公司)"),
    (Counter.PATENTS, r"(?:\w+ ){0,1}(?:patents?|inventions?)\b|专利"),
    (Counter.PERSONS, r"(?:\w+ ){0,1}(?:persons?|people|employees|staff|workers|researchers)\b"),
    (Counter.PARKS, r"(?:\w+ ){0,1}parks\b|(?:工业|产业)?园区"),
]
NOUN = re.compile(r" (?P<noun>[a-z]{2,}s)\b(?<!\bitems)(?<!\bcases)(?<!\bpieces)(?<!ss)")
NOUNS = [(counter, re.compile(rf"\s*(?:{words})", re.IGNORECASE)) for counter, words in NOUNS]


def claims_of(text: str) -> tuple[list[Claim], bool]:
    """The numbers of a text in their order, at most MOST_CLAIMS; whether there are more."""
    read = folded(text)
    whole = read.whole
    hidden, named_years = masked(whole)
    bounds = Bounds(whole)
    found: list[Claim] = []
    for match in NUMBER.finditer(hidden):
        claim = claim_of(match, text, read, bounds)
        if claim is None:
            continue
        if len(found) == MOST_CLAIMS:
            return dated(found, whole, named_years), True
        found.append(claim)
    return dated(found, whole, named_years), False


def claim_of(match: re.Match, text: str, read: Folded, bounds: Bounds) -> Claim | None:
    """The claim of one match; None where it is no number of anything."""
    value, step = value_of(match)
    if value is None:
        return None
    start, end = match.start(), match.end() - len(match[0]) + len(match[0].rstrip())
    whole, clause = read.whole, bounds.clause(start)
    before, after = whole[clause[0] : start], whole[end : clause[1]]
    unit = unit_of(match)
    scale = scale_of(match)
    if unit == Unit.MONEY:
        scale /= 10_000
    upto = match["upto"]
    place = read.place(start, end)
    return Claim(
        start=start,
        end=end,
        place=place,
        written=text[slice(*place)],
        value=plain(value * scale),
        unit=unit,
        step=plain(step * scale),
        counter=counter_of(match, whole[end : end + 40]) if unit == Unit.THINGS else Counter.ANY,
        clause=clause,
        sentence=bounds.sentence(start),
        sense=sense_of(before, after, more=bool(match["more"])),
        turn=turn_of(before, after),
        of_target=unit == Unit.PERCENT and is_share_of_target(before, after),
        aimed=is_aimed(whole[slice(*clause)]),
        weak=value == 1 and not match["digits"],
        noun=noun_after(whole, end),
        gap=is_gap(before, after),
        in_name=is_in_name(match, before, after),
        upto=plain(Decimal(upto.replace(",", "")) * scale) if upto else None,
    )


def value_of(match: re.Match) -> tuple[Decimal | None, Decimal]:
    """The number as it is written, without its scale, and what its last digit is worth."""
    if match["digits"]:
        digits = match["digits"].replace(",", "")
        if len(digits) > MOST_DIGITS:
            return None, Decimal(1)
        value = Decimal(digits)
        return value, Decimal(1).scaleb(value.as_tuple().exponent)
    if match["words"]:
        return number_words.english(match["words"]), Decimal(1)
    if not counts_in_chinese(match):
        return None, Decimal(1)
    return number_words.chinese(match["chinese"]), Decimal(1)


def counts_in_chinese(match: re.Match) -> bool:
    """Whether Chinese signs are a number: something must follow that is counted.

    百 and 千 alone stand in too many words, as 一 does.
    """
    return bool(match["percent_of"] or match["rank"] or any(match[name] for name in FOLLOWED))


def unit_of(match: re.Match) -> Unit:
    if match["foreign"] or match["other"]:
        return Unit.OTHER
    if match["points"]:
        return Unit.POINTS
    if match["percent"] or match["percent_of"]:
        return Unit.PERCENT
    if match["money"] or match["yuan"]:
        return Unit.MONEY
    if match["rank"] or match["ordinal"] or (match["place"] or "").lower() == "place":
        return Unit.RANK
    return Unit.THINGS


def scale_of(match: re.Match) -> Decimal:
    scale = SCALES[match["scale"] or ""] * SCALES[match["scale_after"] or ""]
    return scale * SCALES_EN.get((match["scale_en"] or "").strip().lower(), 1)


def is_in_name(match: re.Match, before: str, after: str) -> bool:
    """Whether digits without a unit stand directly behind a name or before Chinese words."""
    bare = match["digits"] and not any(match[name] for name in FOLLOWED)
    return bool(bare and (NAME_BEFORE.search(before) or IDEOGRAPH.match(after)))


def noun_after(whole: str, end: int) -> tuple[int, int] | None:
    """The plural that directly follows a number: 57 guests."""
    found = NOUN.match(whole, end)
    return found.span("noun") if found else None


def counter_of(match: re.Match, after: str) -> Counter:
    written = match["counter"] or match["place"] or ""
    if written in ("名", "人", "人年"):
        return Counter.PERSONS
    noun = next((counter for counter, words in NOUNS if words.match(after)), None)
    return noun or COUNTERS.get(written, Counter.ANY)


def dated(found: list[Claim], whole: str, years: list[tuple[int, int]]) -> list[Claim]:
    """The claims with the years the text gives them."""
    words = [(at, None, off) for at, off in year_word(whole)]
    said = sorted([*((at, year, None) for at, year in years), *words], key=lambda one: one[0])
    places = [at for at, _year, _off in said]
    return [with_year(claim, said, places) for claim in found]


def with_year(claim: Claim, said: list, places: list[int]) -> Claim:
    """The year named last before the number; one named later counts within the sentence alone."""
    if not said:
        return claim
    after = bisect_right(places, claim.start)
    before = said[after - 1] if after else None
    later = said[after] if after < len(said) and places[after] < claim.sentence[1] else None
    in_clause = before and before[0] >= claim.clause[0]
    later_in_clause = later and later[0] < claim.clause[1]
    in_sentence = before and before[0] >= claim.sentence[0]
    stays = in_clause or not later or (in_sentence and not later_in_clause)
    chosen = before if stays else later
    if chosen is None:
        return claim
    return replace(claim, year=chosen[1], years_off=chosen[2])
