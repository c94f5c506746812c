"""What a row below the heads is: data, or one of those that people add to a table."""

import re
from collections.abc import Sequence
from decimal import Decimal

from .heads import Head, normal, shown, unit_alone
from .values import Value

BEGIN = 3  # the columns in which such a row says what it is

TOTAL = re.compile(
    r"(?:.{0,20}(?:合计|总计|小计|共计)|总和|累计|汇总|(?:grand|sub|page)?-?totals?|sum)[::]?"
)
NOTE = re.compile(
    r"(?:注|备注|说明|附注|填表说明|填报说明|资料来源|数据来源|指标解释|notes?|source|remarks?)"
    r"[0-9一二三四五]?[:.、](?:.|\n)*"
    r"|(?:填表|填报|审核|制表|复核|统计|经办|单位|部门)?(?:负责人|人|人员|单位|日期|时间)[:](?:.|\n)*"
    r"|(?:填表|填报|审核|制表|复核|经办)人(?:员)?(?:签字|签名|签章)?[:]?(?:.|\n)*"
    r"|(?:单位|统计|分管)?负责人(?:签字|签名|签章)?[:]?(?:.|\n)*"
    r"|(?:联系)?电话:(?:.|\n)*|(?:填表|填报|报出|制表)(?:日期|时间)(?:.|\n)*"
    r"|(?:prepared|approved|checked|reviewed|compiled)by(?:.|\n)*|date:(?:.|\n)*"
    r"|第[0-9一二三四五六七八九十]+页.*|page[0-9]+(?:of[0-9]+|/[0-9]+)?|续表.*|\(续\)|以下空白|此页无正文.*"
)
EXAMPLE = re.compile(
    r"(?:填写)?(?:示例|样例|范例)|example|sample(?:row)?|(?:示例|样例|例|例如|example|e\.g\.)[:.、](?:.|\n)*"
    r"|(?:.|\n)*\((?:示例|样例|填写示例|example)\)(?:.|\n)*"
)
SERIAL = {"序号", "编号", "no.", "no", "#", "number", "行次", "顺序号"}
ROW_OF_NUMBERS = {"甲", "乙", "丙", "丁", "戊"}


def kind_of_line(cells: Sequence[Value], heads: Sequence[Head], names: list[list[str]]) -> str:
    """ "data", or why the row is left out. `names` are the rows of heads, folded."""
    filled = [(column, cell) for column, cell in enumerate(cells) if cell is not None]
    if not filled:
        return "empty"
    serials = {head.column for head in heads if head.plain in SERIAL}
    if serials and all(column in serials for column, _cell in filled):
        return "empty"
    texts = [(column, folded_text(cell)) for column, cell in filled if isinstance(cell, str)]
    begin = [text for column, text in texts if column in {c for c, _ in filled[:BEGIN]}]
    if any(EXAMPLE.fullmatch(text) for text in begin):
        return "example"
    if any(TOTAL.fullmatch(text) for text in begin):
        return "total"
    if begin and filled[0][1] == texts[0][1] or begin:
        first = folded_text(filled[0][1]) if isinstance(filled[0][1], str) else ""
        if NOTE.fullmatch(first) and len(filled) <= max(4, len(heads) // 2):
            return "note"
    if repeats_heads(cells, names):
        return "head"
    if len(texts) == len(filled) > 1 and all(unit_alone(text) for _column, text in texts):
        return "unit"
    if is_row_of_numbers(filled):
        return "unit"
    return "data"


def folded_text(cell: str) -> str:
    """As the patterns here are written: half-width, small, without blanks."""
    from zonetrack.typed_numbers import folded

    return re.sub(r"[ \t]+", "", folded(cell)).casefold()


def repeats_heads(cells: Sequence[Value], names: list[list[str]]) -> bool:
    """A page's heads once more."""
    here = {column: normal(shown(cell)) for column, cell in enumerate(cells) if cell is not None}
    for row in names:
        there = {column: name for column, name in enumerate(row) if name}
        shared = sum(there.get(column) == name for column, name in here.items())
        if len(here) > 1 and shared == len(here) and shared * 2 >= len(there):
            return True
    return False


def is_row_of_numbers(filled: list[tuple[int, Value]]) -> bool:
    """甲 乙 1 2 3: the columns numbered, as in printed statistical forms."""
    if len(filled) < 4 or shown(filled[0][1]) not in ROW_OF_NUMBERS:
        return False
    rest = [shown(cell) for _column, cell in filled if shown(cell) not in ROW_OF_NUMBERS]
    return rest == [str(number) for number in range(1, len(rest) + 1)]


def is_number(cell: Value) -> bool:
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)
