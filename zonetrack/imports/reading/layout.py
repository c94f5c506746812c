"""How rows of heads and merged cells lie in a sheet."""

import re
from decimal import Decimal

from .heads import shown, unit_alone, years_in
from .values import Area, Grid, Value

MOST_LEVELS = 4
# A text that introduces something: “Unit: …”, “Reporting enterprise: …”.
INTRODUCES = re.compile(r"[^:：]{1,20}[:：].*|[(（].*[:：].*[)）]", re.DOTALL)
FIGURE = re.compile(
    r"[-+¥￥(（]?[0-9０-９][0-9０-９,，.．% ]*[)）]?(?:万|亿|千|百)?(?:元|人|件|家|项)?"
)


def levels_of(grid: Grid, first: int) -> tuple[int, list[list[str]]] | None:
    """If heads can begin in a row: their last row, and the texts above each column, from the top
    down. None if they cannot."""
    row = grid.rows[first]
    words = [cell for cell in row if cell is not None]
    if len({shown(cell) for cell in words}) < 2 or not all(map(_may_be_head, words)):
        return None
    if all(isinstance(cell, str) and INTRODUCES.fullmatch(cell) for cell in words):
        return None
    if sum(isinstance(cell, str) for cell in words) * 2 < len(words):
        return None
    last = first
    while last - first + 1 < MOST_LEVELS and _continues(grid, first, last):
        last += 1
    width = max(len(row) for row in grid.rows[first : last + 1])
    texts = [_filled(grid, place, first, last, width) for place in range(first, last + 1)]
    return last, [[level[column] for level in texts] for column in range(width)]


def _may_be_head(cell: Value) -> bool:
    if isinstance(cell, str):
        return len(cell) <= 200 and (not FIGURE.fullmatch(cell) or bool(years_in(cell)))
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return cell == int(cell) and 1900 <= cell <= 2100
    return not isinstance(cell, bool) and hasattr(cell, "year")


def _continues(grid: Grid, first: int, last: int) -> bool:
    """Whether the row below the last one is one more level of the same heads."""
    if last + 1 >= len(grid.rows):
        return False
    below = {n: cell for n, cell in enumerate(grid.rows[last + 1]) if cell is not None}
    if not below:
        # The lower row of heads that are all merged downwards.
        return _merged_down(grid, first, last)
    if all(isinstance(cell, str) and unit_alone(cell) for cell in below.values()):
        return len(below) > 1
    if not all(map(_may_be_head, below.values())):
        return False
    here = {n for n, cell in enumerate(grid.rows[last]) if cell is not None}
    if _merged_down(grid, first, last):
        return True
    inside = [area for area in grid.merged if area[0] <= last <= area[2]]
    if any(area[3] > area[1] and first <= area[0] for area in inside):
        # A head over several columns asks for a level below it, unless it is one over all.
        return any(column not in here for column in below) or _all_years(below)
    if grid.merged:
        return False
    # Without merged cells, as in CSV: names below a gap, and a gap below names.
    new = set(below) - here
    return (
        bool(new)
        and bool(here - set(below))
        and min(below) >= min(here)
        and not (_looks_like_data(below))
    )


def _looks_like_data(below: dict[int, Value]) -> bool:
    return any(isinstance(cell, str) and len(cell) > 40 for cell in below.values())


def _all_years(below: dict[int, Value]) -> bool:
    return all(years_in(shown(cell)) for cell in below.values())


def _merged_down(grid: Grid, first: int, last: int) -> bool:
    return any(first <= area[0] <= last < area[2] for area in grid.merged)


def _filled(grid: Grid, place: int, first: int, last: int, width: int) -> list[str]:
    """The texts of one level, those of merged cells in each of their columns and rows."""
    row = grid.rows[place]
    texts = [shown(cell) for cell in row] + [""] * (width - len(row))
    for top, left, bottom, right in grid.merged:
        if first <= top <= place <= bottom and left < width:
            source = grid.rows[top]
            text = shown(source[left]) if left < len(source) else ""
            texts[left : min(right + 1, width)] = [text] * (min(right + 1, width) - left)
    if not grid.merged and place < last:
        return _carried(grid, place, texts)
    return texts


def _carried(grid: Grid, place: int, texts: list[str]) -> list[str]:
    """Without merged cells: a head holds for the empty columns right of it that have one below."""
    below = [shown(cell) for cell in grid.rows[place + 1]] + [""] * len(texts)
    for column in range(1, len(texts)):
        if not texts[column] and below[column] and below[column - 1]:
            texts[column] = texts[column - 1]
    return texts


def spread(grid: Grid, first: int) -> tuple[list[list[Value]], list[Area]]:
    """The rows from `first` on, with a value that is merged downwards in each of its rows; and
    the areas for which that was done. What is merged only across stays where it is."""
    rows = [list(row) for row in grid.rows[first:]]
    done = []
    for area in grid.merged:
        top, left, bottom, _right = area
        if bottom <= top or top < first or top - first >= len(rows):
            continue
        source = rows[top - first]
        if left >= len(source) or source[left] is None:
            continue
        for row in rows[top - first + 1 : bottom - first + 1]:
            row.extend([None] * (left + 1 - len(row)))
            if row[left] is None:
                row[left] = source[left]
        done.append(area)
    return rows, done
