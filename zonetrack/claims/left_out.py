"""Figures of a text that say nothing that could be checked: years, days, numbers of documents.

Every pattern works on a text as `reading.folded` leaves it: half-width, of the same length.
"""

import re

MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
# What makes four digits a number of things and not a year.
COUNTED = (
    r"\s*(?:[余多]?[件项家个人名户台亿万元%]|per ?cent|percentage|million|billion|yuan\b|"
    r"patents?\b|enterprises?\b|companies\b|firms\b|persons?\b|people\b|employees\b|projects?\b|titles?\b)"
)
YEAR = re.compile(
    r"(?:(?<![\d.,\-])|(?<=(?:19|20)\d\d[-–—]))(?P<digits>(?:19|20)\d{2})(?:\s*年度?|(?!"
    + COUNTED
    + r")(?![\d.,]*\d))"
    r"|(?:(?<=\bin )|(?<=\bof )|(?<=\bby )|(?<=\bsince )|(?<=\bduring ))"
    r"(?P<told>(?:19|20)\d{2})(?![\d,.]*\d)"
    r"|(?P<signs>[一二][〇零○一二三四五六七八九]{3})年",
    re.IGNORECASE,
)
SIGNS = {sign: str(n) for n, sign in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}

# Codes come first: the other patterns would look at every digit of them again and again.
LONG_CODES = re.compile(r"(?<!\d)\d{12,}")
LEFT_OUT = [
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        r"https?://\S+|[\w.+\-]{1,64}@[\w.\-]+",
        # Names in quotes: the “123” program.
        r"[“\"‘'「『《][\d十一二三四五六七八九]{1,6}[”\"’'」』》]",
        r"\d{3}(?=科技支撑|计划|工程(?!技术|实验|研究)| science\b| programme?\b)",
        # Numbers of documents, batches, chapters; ordinals that are no rank.
        r"[〔\[(（【]\s*(?:19|20)\d{2}\s*[〕\])）】]\s*(?:第?\s*\d+\s*号)?",
        r"第?\s*\d+\s*号|\b(?:no\.|section|chapter|article|page|table|figure|annex)\s*\d+(?:\.\d+)*",
        r"第\s*(?:[一二三四五六七八九十百零]+|\d+)(?!\s*[位名一二三四五六七八九十百零\d])",
        r"^[ \t]*(?:\d+(?:\.\d+)+ (?=(?-i:[A-Z])(?!NY|MB))|\d+(?:\.\d+)*[、)）]"
        r"|\d+(?:\.\d+)*\.(?=\s)|[一二三四五六七八九十]+[、.]"
        r"|[(（][一二三四五六七八九十\d]+[)）])",
        # Days, months, times, spans of time, five-year plans.
        r"\d{4}([-/.])\d{1,2}\1\d{1,2}",
        r"\d{1,2}\s*[-–—~至到]\s*\d{1,2}\s*月(?:份)?",
        r"\d{1,2}\s*月\s*\d{1,2}\s*[日号]|\d{1,2}\s*月(?:份|底|末|初)?|\d{1,2}\s*[日号]",
        rf"\b{MONTHS} \d{{1,2}}(?:st|nd|rd|th)?\b|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTHS}",
        r"\d{1,2}:\d{2}(?::\d{2})?",
        r"(?:\d{1,3}|[一二两三四五六七八九十]{1,4})\s*(?:年(?!度?[\d一二])|个月|天|周|小时|分钟)",
        r"\b(?:\d{1,3}|two|three|four|five|six|ten|twelve)[- ]"
        r"(?:years?|months?|days?|weeks?|hours?)\b",
        r"[“\"]?十[一二三四五六七]?五[”\"]?(?=规划|时期|期间|计划|末|以来)",
        r"\b\w+ five-year\b",
        # Codes, telephone numbers, names with digits in them.
        r"\b(?:gb|iso|iec|db|qc)(?:/[tz])?\s?\d[\d.\-]*",
        r"\d{3,4}-\d{6,}|\d+(?:-\d+){2,}|(?<!\d)1\d{10}(?!\d)",
        r"(?<![a-z])(?!cny|rmb)[a-z]+[-/]?\d[\w\-]*",
        r"\d+(?!st\b|nd\b|rd\b|th\b|million|billion|yuan|percent|pp\b)[a-z][\w\-]*",
        r"\d+(?:st|nd|rd|th)\b(?<!\bplace)(?! place)",
        r"\b(?:per|every) 10,000\b|\bbatch \d+|\band (?:\d+|one|two|three) others?\b",
        # One of many, and other words with numbers in them.
        r"\bone (?:of|another)\b|\b(?:no|any|every|each|which) one\b|\bone-",
        r"[一]些|[一]批|[一]系列|[一]定|[一]个[个又]|进[一]步|[一]方面",
    )
]
# Words before a year that a number is only compared with.
COMPARED = re.compile(
    r"(?:[比较]|\b(?:than|as|over|from|on|against|with|to)(?: (?:in|at the end of|that of))? )$",
    re.IGNORECASE,
)
RANKED = re.compile(r"(?:rank\w*|plac(?:e|ed|ing)|position)\W+(?:\w+\W+){0,2}$", re.IGNORECASE)


def masked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with figures left out blanked, and (position, year) of every year it names."""
    text = LONG_CODES.sub(blank, text)
    years = [
        (found.start(), year_of(found))
        for found in YEAR.finditer(text)
        if not COMPARED.search(text[max(0, found.start() - 24) : found.start()])
    ]
    text = YEAR.sub(blank, text)
    for pattern in LEFT_OUT:
        text = pattern.sub(lambda found: found[0] if is_rank(found) else blank(found), text)
    return text, years


def is_rank(found: re.Match) -> bool:
    """Whether an English ordinal is a place in a ranking."""
    return found[0][-2:].lower() in ("st", "nd", "rd", "th") and bool(
        RANKED.search(found.string[max(0, found.start() - 30) : found.start()])
    )


def blank(found: re.Match) -> str:
    """Blanks that keep the length, with a sign that no pattern takes for a number or a word."""
    return "\x01" * len(found[0])


def year_of(found: re.Match) -> int:
    return int(found["digits"] or found["told"] or "".join(SIGNS[sign] for sign in found["signs"]))
