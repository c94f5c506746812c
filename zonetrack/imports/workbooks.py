"""The template of a register, and a file back with a column that says what is wrong."""

from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zonetrack import punctuation

from . import columns, steps
from .context import Context
from .fields import Choice, Day, Field, Number, Year, YearOrDay, YesOrNo
from .models import Import
from .reading import LIMITS, Limits, find_table, open_file
from .registers import Register
from .template import Finding, TemplateColumn, annotated, template
from .told import Level

VERSION = "1"
KINDS = {Year: "year", Day: "date"}


def template_workbook(register: Register, context: Context) -> tuple[str, bytes]:
    """Title and content."""
    fields = [field for field in register.fields if register.in_template(field)]
    title = _("Template: %(register)s") % {"register": register.title}
    notes = [
        _("An empty cell leaves what is stored; %(word)s clears it.") % {"word": "清空 / (clear)"},
        _("Write figures in the unit in brackets. Rows above the heads are not read."),
    ]
    content = template(
        [column_of(field, context) for field in fields],
        register.template_rows(fields, context),
        version=f"{register.key}/{VERSION}/{get_language()}",
        title=title,
        notes=notes,
    )
    return title.replace(":", "").replace("：", " "), content


def column_of(field: Field, context: Context) -> TemplateColumn:
    kind = field.kind
    head = str(field.label)
    if isinstance(kind, Number) and kind.own:
        head += punctuation.brackets(kind.own)
    return TemplateColumn(
        head,
        help=help_of(field),
        choices=choices_of(field, context),
        kind=look_of(kind),
        sample=field.sample or None,
    )


def look_of(kind) -> str:
    if isinstance(kind, Number):
        return "number" if kind.places else "whole"
    return KINDS.get(type(kind), "text")


def help_of(field: Field) -> str:
    told = [str(field.help)] if field.help else []
    if field.needed:
        told.append(_("Needed for new rows."))
    if isinstance(field.kind, YearOrDay):
        told.append(_("A year such as 2014, or a day such as 2014-05-01."))
    return "\n".join(told)


def choices_of(field: Field, context: Context) -> list[str] | None:
    if field.options is not None:
        return field.options(context)
    if isinstance(field.kind, Choice):
        return [str(label) for _key, label in field.kind.choices.choices]
    return [_("Yes"), _("No")] if isinstance(field.kind, YesOrNo) else None


def annotated_workbook(row: Import, limits: Limits = LIMITS) -> bytes:
    book = open_file(row.file.name, bytes(row.file.content), limits)
    known = columns.known_heads(steps.register_of(row))
    table = find_table(book, row.reading.get("sheet"), known.__contains__)
    return annotated(book, table, findings(row, table))


def findings(row: Import, table) -> Iterator[Finding]:
    places = {head.letter: head.column for head in table.heads}
    for told in row.result.get("rows", []):
        for level, sentence, hint, head, letter, _value in told.get("p", []):
            place = punctuation.colon(head) if head else ""
            yield Finding(
                told["n"],
                places.get(letter),
                punctuation.joined([f"{place}{sentence}", hint]),
                is_error=level == Level.ERROR,
            )
