"""How wide the columns of a report's table are: numbers are never broken, words share the rest."""

import re
from collections.abc import Sequence

from .document import Row, Table

EM, WIDE = 0.56, 0.7  # a Latin letter in ems, a capital; a Chinese character takes one
ROOM = 1.1  # beside the text of a cell
MOST = 0.92  # of the width for what is not broken
WHOLE, LONGEST = 13, 14  # letters of a number, of a word, that are kept together
MARK = 1.5  # ems of the mark before a status
WORD = re.compile(r"[^\s\u2e80-\U0003ffff]+")


def fitted(table: Table, width: float, sizes: Sequence[float]) -> tuple[float, list[float]]:
    """The largest of the sizes of letters, in points, with which the columns fit into the width,
    also in points; and the share of each column. The smallest size is taken where none fits."""
    needs = [needed(table, at) for at in range(len(table.columns))]
    for size in sizes:
        if sum(needs) * size <= width * MOST:
            break
    wanted = [need * size / width for need in needs]
    return size, shares(table, wanted)


def shares(table: Table, needs: list[float]) -> list[float]:
    """What is left over when each has what it needs is shared out by the columns' own wishes."""
    if sum(needs) > MOST:
        needs = [need / sum(needs) for need in needs]
    fixed, free = {}, dict(enumerate(column.wide or 1 for column in table.columns))
    while free:
        scale = (1 - sum(fixed.values())) / sum(free.values())
        short = {at for at, wide in free.items() if wide * scale < needs[at]}
        if not short:
            return [fixed[at] if at in fixed else free[at] * scale for at in range(len(needs))]
        fixed |= {at: needs[at] for at in short}
        free = {at: wide for at, wide in free.items() if at not in short}
    whole = sum(fixed.values())
    return [fixed[at] / whole for at in range(len(needs))]


def needed(table: Table, at: int) -> float:
    """Ems that the column needs: numbers as a whole, of words the longest."""
    column = table.columns[at]
    cells = [row.cells[at] for row in table.rows if has_text(row, at)]
    whole = {cell.text for cell in cells if column.numeric and len(cell.text) <= WHOLE}
    marked = [MARK + length(cell.text[:LONGEST]) for cell in cells if cell.status]
    texts = (column.name, column.unit, *(cell.text for cell in cells))
    words = {word[:LONGEST] for text in texts for word in WORD.findall(text)}
    return ROOM + max([2, *map(length, whole | words), *marked])


def has_text(row: Row, at: int) -> bool:
    return row.kind != "group" and at < len(row.cells)


def length(text: str) -> float:
    """Ems of a text."""
    return sum(1 if char > "\u2e80" else WIDE if char.isupper() else EM for char in text)


def short(text: str, ems: float) -> str:
    """As much as fits into so many ems, on one line; with “…” where something is left out."""
    text = " ".join(text.split())
    if length(text) <= ems:
        return text
    while text and length(text) > ems - 1:
        text = text[:-1]
    return text.rstrip() + "…"
