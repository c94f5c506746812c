"""How the blocks of a report are shown; tables row by row, for a report can have thousands."""

from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from zonetrack import numbers

from .states import state_mark

register = template.Library()
NUMBER, WORDS = '<td class="num">', "<td>"


@register.filter
def kind_of_block(block) -> str:
    return type(block).__name__


@register.filter
def written_by(paragraph) -> str:
    """As the files say it."""
    return pgettext("paragraph", "Added by %(author)s") % {"author": paragraph.author}


@register.filter
def drawing(picture) -> SafeString:
    """Drawn by `zonetrack.drawing`, which escapes every text."""
    return mark_safe(picture.svg)


@register.filter
def table_rows(table) -> SafeString:
    """The body of a table; headings over rows reach over all columns."""
    wide, numeric = len(table.columns), [column.numeric for column in table.columns]
    body = []
    for row in table.rows:
        if row.kind == "group":
            name = escape(row.cells[0].text)
            body.append(f'<tr class="group"><th scope="colgroup" colspan="{wide}">{name}</th></tr>')
            continue
        cells = [f'<th scope="row">{inner(row.cells[0])}</th>']
        for cell, right in zip(row.cells[1:], numeric[1:], strict=False):
            cells.append(f"{NUMBER if right else WORDS}{inner(cell)}</td>")
        kind = ' class="total"' if row.kind == "total" else ""
        body.append(f"<tr{kind}>{''.join(cells)}</tr>")
    return mark_safe(f"<tbody>{''.join(body)}</tbody>")


def inner(cell) -> str:
    """The text, with its mark where it is a status, and leading to what is behind it."""
    text = escape(cell.text)
    if cell.status:
        text = state_mark(cell.status, cell.text)
    return f'<a href="{escape(cell.url)}">{text}</a>' if cell.url else text


@register.filter
def chart_rows(picture) -> SafeString:
    """The numbers of a chart, one row for each label."""
    rows = []
    for at, label in enumerate(picture.labels):
        values = "".join(
            f'<td class="num">{escape(numbers.number(series.values[at]))}</td>'
            for series in picture.series
        )
        rows.append(f'<tr><th scope="row">{escape(label)}</th>{values}</tr>')
    return mark_safe(f"<tbody>{''.join(rows)}</tbody>")
