"""What a row below the heads is: data, or one of those that people add to a table."""

import re
from collections.abc import Sequence

from zonetrack.typed_numbers import folded

from .heads import Head, normal, shown, unit_alone
from .values import Value

BEGIN = 3  # the columns in which such a row says what it is

TOTAL = re.compile(
    r"(?:.{0,20}(?:合计|总计|小计|共计)|总和|累计|汇总|(?:grand|sub|page)?-?totals?|sum)[::]?",
    re.DOTALL,
)
NOTE = re.compile(
    r"(?:注|备注|说明|附注|填表说明|填报说明|资料来源|数据来源|指标解释|notes?|source|remarks?)"
    r"[0-9一二三四五]?[:.、].*"
    r"|(?:填表|填报|审核|制表|复核|统计|经办|单位|部门)?(?:负责人|人|人员|单位|日期|时间)[:].*"
    r"|(?:填表|填报|审核|制表|复核|经办)人(?:员)?(?:签字|签名|签章)?(?::.*)?"
    r"|(?:单位|统计|分管)?负责人(?:签字|签名|签章)?(?::.*)?"
    r"|(?:联系)?电话:.*|(?:填表|填报|报出|制表)(?:日期|时间).*"
    r"|(?:prepared|approved|checked|reviewed|compiled)by.*|date:.*"
    r"|第[0-9一二三四五六七八九十]+页.*|page[0-9]+(?:of[0-9]+|/[0-9]+)?|续表.*|\(续\)|以下空白|此页无正文.*",
    re.DOTALL,
)
EXAMPLE = re.compile(
    r"(?:填写)?(?:示例|样例|范例)|example|sample(?:row)?|(?:示例|样例|例|例如|example|e\.g\.)[:.、].*"
    r"|.*\((?:示例|样例|填写示例|example)\).*",
    re.DOTALL,
)
# One of these signs stands in every word of TOTAL and EXAMPLE; most cells have none.
TELLING = re.compile("[计总例tTｔＴsSſｓＳeEｅＥ]")
SERIAL = {"序号", "编号", "no.", "no", "#", "number", "行次", "顺序号"}
ROW_OF_NUMBERS = {"甲", "乙", "丙", "丁", "戊"}


def serials_of(heads: Sequence[Head]) -> set[int]:
    """The columns that only number the rows."""
    return {head.column for head in heads if head.plain in SERIAL}


def kind_of_line(
    cells: Sequence[Value], names: list[list[str]], serials: set[int], most_of_note: int
) -> str:
    """ "data", or why the row is left out. `names` are the rows of heads, folded; a note fills at
    most `most_of_note` cells."""
    filled = [(column, cell) for column, cell in enumerate(cells) if cell is not None]
    if not filled or all(column in serials for column, _cell in filled):
        return "empty"
    begin = [
        folded_text(cell)
        for _column, cell in filled[:BEGIN]
        if isinstance(cell, str) and TELLING.search(cell)
    ]
    if any(map(EXAMPLE.fullmatch, begin)):
        return "example"
    if any(map(TOTAL.fullmatch, begin)):
        return "total"
    first = filled[0][1]
    few = len(filled) <= most_of_note
    if few and isinstance(first, str) and NOTE.fullmatch(folded_text(first)):
        return "note"
    if repeats_heads(filled, names):
        return "head"
    if is_row_of_numbers(filled) or is_row_of_units(filled):
        return "unit"
    return "data"


def folded_text(cell: str) -> str:
    """As the patterns here are written: half-width, small, without blanks."""
    return folded(cell).replace(" ", "").replace("\t", "").casefold()


def repeats_heads(filled: list[tuple[int, Value]], names: list[list[str]]) -> bool:
    """A page's heads once more."""
    if len(filled) < 2:
        return False
    for row in names:
        # From the end, where numbers stand: they tell soonest that a row is none of heads.
        if all(
            column < len(row) and head_like(cell) == row[column]
            for column, cell in reversed(filled)
        ):
            return 2 * len(filled) >= sum(map(bool, row))
    return False


def head_like(cell: Value) -> str:
    return str(cell) if type(cell) is int else normal(shown(cell))


def is_row_of_numbers(filled: list[tuple[int, Value]]) -> bool:
    """甲 乙 1 2 3: the columns numbered, as in printed statistical forms."""
    if [cell for _column, cell in filled[:2]] != ["甲", "乙"]:
        return False
    rest = [shown(cell) for _column, cell in filled if shown(cell) not in ROW_OF_NUMBERS]
    return bool(rest) and rest == [str(number) for number in range(1, len(rest) + 1)]


def is_row_of_units(filled: list[tuple[int, Value]]) -> bool:
    return (
        len(filled) > 1
        and all(isinstance(cell, str) for _column, cell in reversed(filled))
        and all(unit_alone(cell) for _column, cell in filled)
    )
