"""What is to be known of a table that was read, in sentences."""

from collections import Counter
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .values import Grid, Value, address, letter, some


def of_grid(grid: Grid, table, filled) -> list[str]:
    """Cells whose value is not what was typed, and columns and rows one might not expect."""
    numbers = {line.number for line in table.rows}
    columns = {head.column for head in table.heads}
    told = []

    def cells_of(places) -> list[str]:
        inside = [p for p in places if p[0] + 1 in numbers and p[1] in columns]
        return [address(place) for place in sorted(inside)]

    if cells := cells_of(grid.formulas):
        told.append(
            _("Formulas: the results stored in the file were read, in %(cells)s.")
            % {"cells": some(cells)}
        )
    if cells := cells_of(_inexact(table)):
        told.append(
            _(
                "Numbers of more than 15 digits lose their last ones in a spreadsheet; check "
                "%(cells)s. Enter codes as text."
            )
            % {"cells": some(cells)}
        )
    if areas := [f"{address(a[:2])}:{address(a[2:])}" for a in filled if a[0] + 1 in numbers]:
        told.append(
            _("Merged cells: the value was read for each of their rows, in %(cells)s.")
            % {"cells": some(areas)}
        )
    if rows := [str(n + 1) for n in grid.hidden_rows if n + 1 in numbers]:
        told.append(_("Hidden rows were read, too: %(rows)s.") % {"rows": some(rows)})
    if hidden := [letter(n) for n in grid.hidden_columns if n in columns]:
        told.append(_("Hidden columns were read, too: %(columns)s.") % {"columns": some(hidden)})
    told += _of_heads(table, columns)
    return told


def _inexact(table) -> list[tuple[int, int]]:
    """Where numbers stand of more digits than a spreadsheet keeps."""
    return [
        (line.number - 1, column)
        for line in table.rows
        if Decimal in map(type, line.cells)
        for column, cell in enumerate(line.cells)
        if type(cell) is Decimal and abs(cell) >= 10**15
    ]


def _of_heads(table, columns: set[int]) -> list[str]:
    told = []
    found = Counter((head.plain, head.year) for head in table.heads)
    for (plain, year), times in found.items():
        if times > 1:
            same = [head for head in table.heads if (head.plain, head.year) == (plain, year)]
            told.append(
                _("The head “%(head)s” stands in several columns: %(columns)s.")
                % {"head": same[0].text, "columns": some(head.letter for head in same)}
            )
    width = max((len(line.cells) for line in table.rows), default=0)
    without = [
        letter(column)
        for column in range(width)
        if column not in columns
        and any(column < len(line.cells) and line.cells[column] is not None for line in table.rows)
    ]
    if without:
        told.append(
            ngettext(
                "Column %(columns)s has values but no head; it is not read.",
                "Columns %(columns)s have values but no head; they are not read.",
                len(without),
            )
            % {"columns": some(without)}
        )
    return told


def one_of_sheets(read: str, others: list[str]) -> str:
    return _("The sheet “%(sheet)s” was read; the file also has: %(others)s.") % {
        "sheet": read,
        "others": some(others),
    }


def beyond_heads(cells: list[Value]) -> str:
    return _(
        "The row has more cells than the table has columns (%(cells)s): a separator stands inside "
        "a text. Put the text in quotation marks, or save the table as .xlsx."
    ) % {"cells": some(str(cell) for cell in cells)}


def days_from_1904() -> str:
    return _(
        "This workbook counts days from 1904, as Excel on a Mac did. Its dates are read so, also "
        "where they show as plain numbers."
    )
