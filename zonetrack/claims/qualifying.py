"""Words that qualify a number: at least, about, up by, of the target, last year."""

import re
from enum import StrEnum


class Sense(StrEnum):
    EXACT = "exact"
    AT_LEAST = "at_least"
    MORE = "more"  # more than
    AND_SOME = "and_some"  # 300余: from 300 on, and still called so
    ABOUT = "about"
    NEARLY = "nearly"
    AT_MOST = "at_most"
    LESS = "less"  # less than


# What stands directly before the number; the first that fits.
BEFORE = [
    (
        Sense.AT_MOST,
        r"不超过|不多于|不高于|至多|最多|控制在",
        r"at most|no more than|up to|maximum of",
    ),
    (
        Sense.AT_LEAST,
        r"不少于|不低于|不小于|至少|最少|≥",
        r"at least|(?:no|not) (?:fewer|less) than|(?:a )?minimum of",
    ),
    (
        Sense.MORE,
        r"超过|突破|高于|多于|大于|逾|超|>",
        r"more than|over|above|exceed(?:s|ed|ing)?|in excess of|upwards? of",
    ),
    (Sense.LESS, r"不足|不到|低于|少于|小于|<", r"fewer than|less than|under|below"),
    (Sense.NEARLY, r"接近|将近|近", r"nearly|almost|close to"),
    (Sense.ABOUT, r"大约|大概|约为|约", r"about|around|approximately|approx\.?|roughly|some"),
]
BEFORE = [
    (sense, re.compile(rf"(?:(?:{chinese})[了到达为]?|\b(?:{english}))\s*$", re.IGNORECASE))
    for sense, chinese, english in BEFORE
]
# What follows it, after a noun at most.
AFTER = [
    (
        Sense.AT_LEAST,
        r"\s*(?:\S{0,16}?)(?:及以上|以上)|[^.]{0,60}\b(?:or more|(?:and|or) above|and more)\b",
    ),
    (Sense.AT_MOST, r"\s*(?:\S{0,6}?)(?:以内|以下)|[^.]{0,40}\b(?:or fewer|or less)\b"),
    (Sense.ABOUT, r"\s*(?:\S{0,6}?)(?:左右|上下)|\s+or so\b"),
]
AFTER = [(sense, re.compile(words, re.IGNORECASE)) for sense, words in AFTER]
LEVELS_ABOVE = re.compile(
    r"(?:省|市|国家|部|县)级?(?:及)?以上|规模以上|(?:provincial|level)[^,]*above"
)

RISE = (
    r"净增|增长|增加|提高|上升|上涨|提升|增幅|扩大|多出|"
    r"\b(?:increas(?:e|ed|es|ing)|gr(?:ew|ow(?:th|n|ing|s)?)|ris(?:e|en|ing)|rose|gain(?:ed)?)\b|"
    r"(?:^\s*|\b(?:and|was|were|is|are|went|go|\() ?)\bup\b"
)
FALL = (
    r"下降|减少|降低|回落|降幅|缩减|下滑|"
    r"\b(?:decreas(?:e|ed|es|ing)|f[ae]ll(?:en|s)?|declin(?:e|ed|es|ing)|drop(?:ped|s)?)\b|"
    r"(?:^\s*|\b(?:and|was|were|is|are|went|go|\() ?)\bdown\b"
)
# Between such a word and a number these say that the number is a level, not the change.
LEVEL = r"[到至达为由从]|\bto\b|\bfrom\b"
TURNED = re.compile(rf"(?:(?P<rise>{RISE})|(?P<fall>{FALL}))(?P<between>[^\d\x01]{{0,40}})$", re.I)
TURNS_AFTER = re.compile(
    r"[^\d]{0,30}?\b(?:(?P<rise>more|higher|up)|(?P<fall>fewer|less|lower|down)) than (?:in )?"
    r"(?:the )?(?:year before|previous year|last year|a year (?:before|earlier)|(?:19|20)\d\d)|"
    r"的(?P<growth>增长|增幅)|"
    r"\s+(?P<growth_en>growth|increase|rise)\b|\s+(?P<drop_en>decrease|decline|drop)\b",
    re.IGNORECASE,
)

# How far a number lies from a target, which is no number of its own.
GAP_BEFORE = re.compile(r"(?:差|缺|短|目标[^，。；]{0,12}[高低])\s*$")
GAP_AFTER = re.compile(
    r"[^,;.\d]{0,24}\b(?:short\b|"
    r"(?:above|below|over|ahead of|behind) (?:the |its )?(?:target|limit))",
    re.IGNORECASE,
)
GOAL = r"目标|任务|指标|计划|target|goal|plan\b"
TARGET_BEFORE = re.compile(
    rf"(?:完成|实现|达到?|占|相当于)[^\d%]{{0,14}}(?:{GOAL})"
    r"(?:[（(][^）)]{0,20}[）)])?[^\d%]{0,6}$|完成(?:率为?)?\s*$"
)
TARGET_AFTER = re.compile(
    rf"\s*(?:of|的)\s*[^,.;，。；\d]{{0,40}}?(?:{GOAL})|\s*of (?:the )?\d+", re.IGNORECASE
)
AIMED = re.compile(
    r"目标|计划|力争|争取|确保|拟建?|将(?!近)|任务|每年|每个|各园区|今后|支持|加快|筹建|规划|"
    r"\b(?:target|goal|plan(?:s|ned|ning)?|aim(?:s|ed)?|will|shall|strive|should|intend|expect|"
    r"support(?:s|ed|ing)?|to be (?:built|set up|established|added)|accelerat\w*|speed(?:ing)? up|"
    r"a year|(?:each|every) (?:year|park)|annually)\b",
    re.IGNORECASE,
)

# Years told from the year of the text. What only compares (比上年) names no year of its own.
YEAR_WORDS = re.compile(
    r"(?P<compared>(?:同?比|较|与|和)(?:上|去|前)一?年(?:度|同期)?|同比|(?:上|去)年同期|"
    r"(?:than|over|on|from|against|with|to)\s+(?:in\s+|that of\s+)?(?:the\s+)?"
    r"(?:(?:last|previous|preceding) year|year before|year earlier))|"
    r"(?P<two_before>前年|the year before last)|"
    r"(?P<before>去年度?|上一?年度?|昨年|\blast year\b|\b(?:the )?previous year\b)|"
    r"(?P<after>明年|下一?年度?|来年|次年|\bnext year\b|\bthe (?:coming|following) year\b)|"
    r"(?P<now>今年|本年度?|\bthis year\b|\bthe current year\b)",
    re.IGNORECASE,
)
OFF = {"two_before": -2, "before": -1, "after": 1, "now": 0}


def sense_of(before: str, after: str, *, more: bool) -> Sense:
    """How a number is meant. `more`: 余 or 多 stand in it."""
    near = before[-24:]
    for sense, words in BEFORE:
        if words.search(near):
            return sense
    following = LEVELS_ABOVE.sub(lambda found: "·" * len(found[0]), after[:80])
    for sense, words in AFTER:
        if words.match(following):
            return sense
    return Sense.AND_SOME if more else Sense.EXACT


def turn_of(before: str, after: str) -> int:
    """+1 for a rise, −1 for a fall, 0 for a number that is no change."""
    found = TURNED.search(before)
    if found and not re.search(LEVEL, found["between"], re.IGNORECASE):
        return 1 if found["rise"] else -1
    later = TURNS_AFTER.match(after)
    if later is None:
        return 0
    return -1 if later["fall"] or later["drop_en"] else 1


def is_share_of_target(before: str, after: str) -> bool:
    return bool(TARGET_BEFORE.search(before) or TARGET_AFTER.match(after))


def is_gap(before: str, after: str) -> bool:
    return bool(GAP_BEFORE.search(before) or GAP_AFTER.match(after))


def is_aimed(clause: str) -> bool:
    """Whether a clause speaks of what is planned."""
    return bool(AIMED.search(clause))


def year_word(whole: str) -> list[tuple[int, int]]:
    """(position, distance to the year of the text) of words such as “last year”."""
    return [
        (found.start(), OFF[found.lastgroup])
        for found in YEAR_WORDS.finditer(whole)
        if found.lastgroup != "compared"
    ]
