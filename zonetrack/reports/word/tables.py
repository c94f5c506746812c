"""Tables: heads that are repeated, widths set, numbers to the right, rows kept whole."""

from ..document import Cell, Column, Row, Table
from ..marks import mark
from ..phrases import plain
from ..widths import fitted
from .looks import Look
from .styles import EDGE, INK, MUTED
from .xml import paragraph, run

MARKS = {"good": "●", "watch": "▲", "bad": "■", "plain": "○"}
TONES = {"good": "0A6B3D", "watch": "8A5200", "bad": "A3211B", "plain": MUTED}
GROUND = "EEF3F4"
BORDERS = (
    "<w:tblBorders>"
    f'<w:top w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>'
    f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>'
    f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{EDGE}"/></w:tblBorders>'
)
MARGINS = (
    '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
    '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
)
HEAD = f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>'


def table_xml(table: Table, look: Look, width: int) -> str:
    """`width` in twips. The caption is also the table's title for those who cannot see it."""
    size, shares = fitted(table, width / 20, look.table)
    twips = [round(share * width) for share in shares]
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in twips)
    rows = "".join(row_xml(row, table.columns, twips, size) for row in table.rows)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/>{BORDERS}'
        f'<w:tblLayout w:type="fixed"/>{MARGINS}<w:tblLook w:val="0420" w:firstRow="1"'
        ' w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"{head_xml(table.columns, twips, size)}{rows}</w:tbl>"
    )


def head_xml(columns: tuple[Column, ...], twips: list[int], size: float) -> str:
    cells = "".join(
        cell_xml(
            [run(plain(column.name), bold=True, size=size)]
            + ([run(plain(column.unit), color=MUTED, size=size)] if column.unit else []),
            wide,
            right=column.numeric,
            border=HEAD,
        )
        for column, wide in zip(columns, twips, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"


def row_xml(row: Row, columns: tuple[Column, ...], twips: list[int], size: float) -> str:
    if row.kind == "group":
        words = run(plain(row.cells[0].text), bold=True, size=size)
        cells = cell_xml([words], sum(twips), span=len(twips), shaded=True, with_next=True)
    else:
        total = row.kind == "total"
        filled = row.cells + (Cell(""),) * (len(columns) - len(row.cells))
        cells = "".join(
            cell_xml([cell_run(cell, size, total)], wide, right=column.numeric, shaded=total)
            for cell, column, wide in zip(filled, columns, twips, strict=True)
        )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def cell_run(cell: Cell, size: float, total: bool) -> str:
    if not cell.status:
        return run(plain(cell.text), bold=total, size=size)
    tone = mark(cell.status).tone
    words = f"{MARKS[tone]} {plain(cell.text)}"
    return run(words, bold=tone != "plain", color=TONES[tone], size=size)


def cell_xml(
    lines: list[str],
    wide: int,
    *,
    right: bool = False,
    span: int = 1,
    border: str = "",
    shaded: bool = False,
    with_next: bool = False,
) -> str:
    keep = "<w:keepNext/>" if with_next else ""
    side = f'{keep}<w:jc w:val="right"/>' if right else keep
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
        + (f"<w:tcBorders>{border}</w:tcBorders>" if border else "")
        + (f'<w:shd w:val="clear" w:color="auto" w:fill="{GROUND}"/>' if shaded else "")
        + '<w:vAlign w:val="center"/></w:tcPr>'
        + "".join(paragraph(line, "Cell", side) for line in lines)
        + "</w:tc>"
    )
