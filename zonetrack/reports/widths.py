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
    least = [need * size / width for need in needs]
    most = [max(need, full(table, at)) * size / width for at, need in enumerate(needs)]
    return size, shares(least, most, [column.wide or 1 for column in table.columns])


def shares(least: list[float], most: list[float], wishes: list[float]) -> list[float]:
    """The width shared out by the columns' wishes: none gets less than it needs, and none more
    than it can fill unless all are filled."""
    if sum(least) > MOST:
        return [need / sum(least) for need in least]
    fixed, free = {}, dict(enumerate(wishes))
    while free:
        scale = (1 - sum(fixed.values())) / sum(free.values())
        given = {at: wish * scale for at, wish in free.items()}
        found = {at: least[at] for at in free if given[at] < least[at]}
        found = found or {at: most[at] for at in free if given[at] > most[at]}
        fixed |= found or given
        free = {at: wish for at, wish in free.items() if at not in fixed}
    whole = sum(fixed.values())
    return [fixed[at] / whole for at in range(len(least))]


def full(table: Table, at: int) -> float:
    """Ems with which no cell of the column needs a second line."""
    rows = [row.cells[at] for row in table.rows if has_text(row, at)]
    texts = [table.columns[at].unit, *(cell.text for cell in rows)]
    return ROOM + max(map(length, texts)) + (MARK if any(cell.status for cell in rows) else 0)


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
