"""How wide the columns of a report's table are: numbers are never broken, words share the rest."""

from .document import Table

EM = 0.56  # a Latin letter in ems; a Chinese character takes one
ROOM = 0.9  # beside the text of a cell
MOST = 0.72  # of the width for what is not broken


def widths(table: Table, ems: float) -> list[float]:
    """The share of each column in the width, which is so many ems of the table's letters."""
    needs = [needed(table, at) / ems for at in range(len(table.columns))]
    tight = sum(needs)
    if tight > MOST:
        needs = [need * MOST / tight for need in needs]
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
    """Ems that the column needs: its numbers as a whole, of its name the longest word."""
    column = table.columns[at]
    words = [word for name in (column.name, column.unit) for word in name.split() or [""]]
    texts = [word[:12] for word in words if word.isascii()]
    if column.numeric:
        texts += [row.cells[at].text[:16] for row in table.rows if is_number(row, at)]
    return ROOM + max(map(length, texts), default=2)


def is_number(row, at: int) -> bool:
    return row.kind != "group" and at < len(row.cells)


def length(text: str) -> float:
    """Ems of a text."""
    return sum(1 if char > "\u2e80" else EM for char in text)
