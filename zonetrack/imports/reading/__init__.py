"""Reading any real file: sheets, heads, rows. Knows nothing of registers.

`open_file` tells what a file is and refuses what cannot be read, `find_table` finds the table in
it; both raise `Unusable` with a sentence for the person.
"""

from zonetrack.typed_dates import UnreadableDate, When, read_date, read_when, read_year

from .book import HIDDEN_SHEET, Book, SheetInfo, open_file
from .heads import Head, normal
from .table import Line, Skipped, Table, find_table
from .values import (
    COMMAND_LINE,
    LIMITS,
    ErrorCell,
    Limits,
    Unusable,
    Value,
    from_1900,
    letter,
    some,
)

__all__ = [
    "COMMAND_LINE",
    "HIDDEN_SHEET",
    "LIMITS",
    "Book",
    "ErrorCell",
    "Head",
    "Limits",
    "Line",
    "SheetInfo",
    "Skipped",
    "Table",
    "UnreadableDate",
    "Unusable",
    "Value",
    "When",
    "find_table",
    "from_1900",
    "letter",
    "normal",
    "open_file",
    "read_date",
    "read_when",
    "read_year",
    "some",
]
