"""Heads of columns: folded for comparison, with the unit and the year that stand in them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zonetrack.typed_numbers import folded

from .values import Value

CHINESE_UNITS = """
万亿元 百亿元 十亿元 亿元 千万元 百万元 十万元 万元 千元 百元 元 亿美元 万美元 千美元 美元
人年 人月 万人 人 名 件 项 家 个 户 篇 台 套 吨 平方米 亩 年 % ‰ 百分点
"""
ENGLISH_UNITS = """
100 million yuan|10,000 yuan|10 000 yuan|10000 yuan|thousand yuan|million yuan|yuan|rmb|cny
|person-years|person years|fte|persons|people|patents|pieces|items|number|percent
"""
UNITS = [*CHINESE_UNITS.split(), *ENGLISH_UNITS.replace("\n", "").split("|")]
MONEY = re.compile("元|yuan|rmb|cny")
# Longest first, so that 百万元 is not read as 元.
UNIT = "(?:人民币)?(?:{})".format("|".join(map(re.escape, sorted(UNITS, key=len, reverse=True))))
IN_BRACKETS = re.compile(
    rf"[(\[【〔] ?(?:(?:金额|计量)?单位|unit)? ?:? ?(?P<unit>{UNIT}) ?[)\]】〕]", re.IGNORECASE
)
AT_END = re.compile(rf"(?<=[^\s/,])(?:/|,| - ?) ?(?P<unit>{UNIT})$", re.IGNORECASE)
ALONE = re.compile(
    rf"[(\[【〔]? ?(?:(?:金额|计量)?单位|unit)? ?:? ?(?P<unit>{UNIT}) ?[)\]】〕]?", re.IGNORECASE
)
TOLD = re.compile(r"(?:(?:金额|计量|货币)?单位|units?) ?: ?(?P<units>[^:]{1,40})", re.IGNORECASE)

YEARS = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])(年度|财年|年末|年底|年)?(?!-[0-9])")
COUNTED = "(?:[0-9]{1,2}|[一二三四五六七八九十]+)"
NUMBERED = re.compile(rf"^(?:[0-9]{{1,2}}[.、)](?![0-9])|[一二三四五六七八九十]+、|\({COUNTED}\))")
OF_WHICH = re.compile(r"^(?:其中|of which)[:,]?")
NOT_COMPARED = re.compile(r"[\s\u200b\ufeff:*·•\"'“”‘’_\\]+")
# The column that stands for the whole of its group.
WHOLE = {"合计", "总计", "小计", "总数", "总额", "总量", "数量", "金额", "数值", "total", "amount"}


@dataclass(frozen=True)
class Head:
    """One column. `text` is what stands there, levels joined by a slash; `plain` is the name that
    a register knows, or all of it folded. `column` counts from 0, as the cells of a line do."""

    column: int
    letter: str
    text: str
    plain: str
    unit: str | None = None
    year: int | None = None
    known: bool = False


def normal(head: str) -> str:
    """Folded for comparison: without blanks, units, case, width of signs, numbering and colons."""
    head = IN_BRACKETS.sub("", _even(head))
    head = AT_END.sub("", head.strip())
    head = NUMBERED.sub("", head.strip())
    head = NOT_COMPARED.sub("", head).casefold()
    return OF_WHICH.sub("", head)


def _even(head: str) -> str:
    return re.sub(r"\s+", " ", folded(str(head)))


def shown(value: Value) -> str:
    """A cell of a head as text."""
    if value is None:
        return ""
    if isinstance(value, date):
        return str(value.year)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return re.sub(r"\s+", " ", str(value)).strip()


def unit_in(head: str) -> str | None:
    """The unit in brackets or behind a slash; None if there is none."""
    found = IN_BRACKETS.search(_even(head)) or AT_END.search(_even(head))
    return found["unit"].lower().removeprefix("人民币") if found else None


def unit_alone(cell: str) -> str | None:
    """The unit if the cell holds nothing else, as in a row of units below the heads."""
    found = ALONE.fullmatch(_even(cell))
    return found["unit"].lower().removeprefix("人民币") if found else None


def unit_told(text: str) -> str | None:
    """The unit of money in “单位：万元、人”; None unless there is just one."""
    found = TOLD.search(_even(text))
    if not found:
        return None
    parts = (ALONE.fullmatch(part.strip(" )")) for part in re.split("[、;/]|, ", found["units"]))
    units = {part["unit"].lower().removeprefix("人民币") for part in parts if part}
    money = {unit for unit in units if MONEY.search(unit)}
    return money.pop() if len(money) == 1 else None


def years_in(text: str) -> list[int]:
    return [int(found[1]) for found in YEARS.finditer(_even(text))]


def without_year(text: str) -> list[str]:
    """The text without its year, once with and once without the word “year” (年末) left."""
    even = _even(text)
    kept = YEARS.sub(lambda found: (found[2] or "").removesuffix("度"), even)
    return [re.sub(r"\( ?\)", "", bare).strip(" -–,/") for bare in (kept, YEARS.sub("", even))]


def head_of(column: int, letter: str, levels: Sequence[str], known: Callable[[str], bool]) -> Head:
    """One head from the texts above its column, from the top down."""
    levels = [level for n, level in enumerate(levels) if level and level not in levels[:n]]
    units = [unit_alone(level) for level in levels[1:]]
    names = levels[:1] + [lv for lv, unit in zip(levels[1:], units, strict=True) if unit is None]
    found_units = [unit for unit in [*units, *map(unit_in, reversed(names))] if unit]
    years = sorted({year for name in names for year in years_in(name)})
    year = years[0] if len(years) == 1 else None
    choices = list(_names(names, year))
    plain = next((name for name in choices if name and known(name)), None)
    return Head(
        column,
        letter,
        "/".join(levels),
        plain or normal("/".join(names)),
        found_units[0] if found_units else None,
        year,
        plain is not None,
    )


def _names(levels: list[str], year: int | None):
    """What the head may be called, the most exact first."""
    yield normal("/".join(levels))
    if year:
        for part in (0, 1):
            bare = [name for level in levels if (name := without_year(level)[part])]
            yield from _joined(bare)
    else:
        yield from _joined(levels)


def _joined(levels: list[str]):
    if not levels:
        return
    parts = [normal(level) for level in levels]
    yield "/".join(parts)
    yield "".join(parts)
    yield "".join(reversed(parts))
    if parts[-1] in WHOLE and len(parts) > 1:
        yield "".join(parts[:-1])
        yield parts[-2]
    yield parts[-1]
