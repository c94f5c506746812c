"""The table in a sheet: where its heads are, which rows are data, what was left out and why."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from . import notices as tell
from .heads import Head, head_of, normal, shown, unit_told, years_in
from .layout import levels_of, spread
from .lines import kind_of_line, serials_of
from .values import Grid, Unusable, Value, letter

ROWS_TO_SEARCH = 40


@dataclass(frozen=True)
class Line:
    """A row of data. `number` is the one the spreadsheet shows; `cells` are those from column A
    on, so that the cell of a head is `cells[head.column]`.

    `problem` says why none of the cells can be trusted; empty in nearly every line.
    """

    number: int
    cells: list[Value]
    problem: str = ""


@dataclass(frozen=True)
class Skipped:
    """`why` is empty, total, note, example, head or unit."""

    number: int
    why: str
    text: str


@dataclass
class Table:
    sheet: str
    head_rows: tuple[int, ...]  # as the spreadsheet numbers them
    heads: list[Head]
    rows: list[Line] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    totals: list[Line] = field(default_factory=list)
    title: str = ""
    unit: str | None = None  # of money, told above the table
    year: int | None = None  # told above the table
    notices: list[str] = field(default_factory=list)
    from_1904: bool = False  # numbers that stand for days count from there


@dataclass(frozen=True)
class _Found:
    """Heads in rows first to last, counted from 0, and how many of them are known."""

    first: int
    last: int
    heads: list[Head]
    score: int


def find_table(book, sheet: str | None, known: Callable[[str], bool]) -> Table:
    """The table of a sheet, or of the sheet with most known heads. Raises Unusable.

    `known` says whether a register knows a head that was folded by `normal`.
    """
    if sheet is not None and sheet not in [info.name for info in book.sheets]:
        raise Unusable(_("The file has no sheet “%(sheet)s”.") % {"sheet": sheet})
    names = [sheet] if sheet is not None else _candidates(book)
    best = None
    for name in names:
        grid = book.grid(name)
        found = _find_heads(grid, known)
        if found and (best is None or found.score > best[2].score):
            best = name, grid, found
    if best is None:
        raise Unusable(
            _("No row with the heads of a table was found. Its heads must stand above its rows.")
        )
    table = _read(book, *best)
    others = [info.name for info in book.sheets if info.rows and info.name != best[0]]
    if sheet is None and others:
        table.notices.append(tell.one_of_sheets(best[0], others))
    return table


def _candidates(book) -> list[str]:
    filled = [info for info in book.sheets if info.rows]
    names = [info.name for info in filled if not info.hidden]
    if not names:
        names = [info.name for info in filled]
    if not names:
        raise Unusable(_("The file is empty."))
    return names


def _find_heads(grid: Grid, known: Callable[[str], bool]) -> _Found | None:
    best, first = None, 0
    while first < min(len(grid.rows), ROWS_TO_SEARCH):
        levels = levels_of(grid, first)
        if levels is None:
            first += 1
            continue
        last, texts = levels
        heads = [
            head_of(column, letter(column), written, known)
            for column, written in enumerate(texts)
            if any(written)
        ]
        # One known name in many columns, as over years, counts for each of them.
        score = sum(head.known for head in heads)
        if best is None or score > best.score:
            best = _Found(first, last, heads, score)
        first += 1
    return best


def _read(book, name: str, grid: Grid, found: _Found) -> Table:
    first, last = found.first, found.last
    table = Table(name, tuple(range(first + 1, last + 2)), found.heads)
    above = [shown(cell) for row in grid.rows[:first] for cell in row if cell is not None]
    table.title = " ".join(dict.fromkeys(above))[:500]
    table.unit = next((unit for text in above if (unit := unit_told(text))), None)
    years = {year for text in above for year in years_in(text)}
    table.year = years.pop() if len(years) == 1 else None

    rows, filled = spread(grid, last + 1)
    width = max((head.column for head in found.heads), default=-1) + 1
    names = [[normal(shown(cell)) for cell in row] for row in grid.rows[first : last + 1]]
    serials, most_of_note = serials_of(found.heads), max(4, len(found.heads) // 2)
    for place, cells in enumerate(rows, last + 1):
        kind = kind_of_line(cells, names, serials, most_of_note)
        number = place + 1
        if kind == "data":
            table.rows.append(_line(book.kind, number, cells, width))
            continue
        if kind == "total":
            table.totals.append(_line(book.kind, number, cells, width))
        told = " ".join(shown(cell) for cell in cells if cell is not None)
        table.skipped.append(Skipped(number, kind, told[:200]))
    while table.skipped and table.skipped[-1].why == "empty" and not _below(table):
        table.skipped.pop()
    table.from_1904 = book.from_1904
    table.notices = [*book.notices, *tell.of_grid(grid, table, filled)]
    return table


def _below(table: Table) -> bool:
    """Whether a row of data follows the last one that was left out."""
    return bool(table.rows) and table.rows[-1].number > table.skipped[-1].number


def _line(kind: str, number: int, cells: list[Value], width: int) -> Line:
    """`width`: so many columns have a head."""
    cells = cells + [None] * (width - len(cells))
    beyond = [cell for cell in cells[width:] if cell is not None]
    # A separator stands inside a text: every cell right of it may be that of another head.
    problem = tell.beyond_heads(beyond) if beyond and kind == "csv" else ""
    return Line(number, cells, problem)
