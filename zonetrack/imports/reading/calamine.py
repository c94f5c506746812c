"""The one place that calls calamine. Whatever it raises, its panics included, becomes Unusable."""

from io import BytesIO

import python_calamine
from django.utils.translation import gettext as _

from .archive import locked, with_macros
from .kinds import damaged
from .values import Grid, Unusable, values

MOST_MERGED = 20_000


class Workbook:
    """`names` are the sheets of cells in order; charts are none."""

    def __init__(self, content: bytes):
        self.workbook = _guarded(
            lambda: python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        )
        kinds = python_calamine.SheetTypeEnum
        sheets = self.workbook.sheets_metadata
        if any(sheet.typ in (kinds.MacroSheet, kinds.Vba) for sheet in sheets):
            raise with_macros()
        sheets = [sheet for sheet in sheets if sheet.typ == kinds.WorkSheet]
        shown = python_calamine.SheetVisibleEnum.Visible
        self.names = [sheet.name for sheet in sheets]
        self.hidden = {sheet.name for sheet in sheets if sheet.visible != shown}
        if not sheets:
            raise Unusable(_("The workbook has no sheet with cells."))

    def grid(self, name: str) -> Grid:
        """The cells from A1 on."""
        sheet = _guarded(lambda: self.workbook.get_sheet_by_name(name))
        read = _guarded(lambda: sheet.to_python(skip_empty_area=False))
        merged = _guarded(lambda: sheet.merged_cell_ranges) or []
        grid = Grid(list(map(values, read)))
        grid.merged = [
            (first[0], first[1], last[0], last[1]) for first, last in merged[:MOST_MERGED]
        ]
        return grid


def _guarded(call):
    try:
        return call()
    except python_calamine.PasswordError:
        raise locked() from None
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic is none of Exception
        raise damaged() from error
