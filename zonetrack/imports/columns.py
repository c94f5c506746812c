"""Which column of a file is which field of a register, and in which unit it stands.

Columns are found by their heads, in either language and under many names; a person may put them
right, and what was put right is remembered for files of the same shape. What is not found is
listed and not read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from . import units
from .fields import Field, Number
from .reading import normal
from .told import Level, Problem
from .units import Unit

NOT_READ = "-"  # what somebody chooses for a column that is to be left out


@dataclass
class Used:
    """A column of the file. `field` None: it is not read. `worked_out`: the product's own exports
    have it, but it is worked out from the records and cannot be entered."""

    column: int
    letter: str
    head: str
    field: Field | None = None
    year: int | None = None
    unit: Unit | None = None
    worked_out: bool = False
    from_1904: bool = False  # plain numbers stand for days since then

    @property
    def conversion(self) -> str:
        if not (self.unit and self.field and isinstance(self.field.kind, Number)):
            return ""
        return units.conversion(self.unit, self.field.kind.column, self.field.kind.own)

    @property
    def field_key(self) -> str:
        return self.field.key if self.field else NOT_READ

    @property
    def unit_key(self) -> str:
        return units.key_of(self.unit)

    @property
    def in_money(self) -> bool:
        return bool(self.field and self.field.size and "元" in self.field.size.things)


def known_heads(register) -> dict[str, str]:
    """Heads in the form in which they are compared → key of the field; "" what is worked out."""
    found = {}
    for field in register.fields:
        for words in field.all_heads():
            found.setdefault(normal(words), field.key)
    for words in register.not_read_heads():
        found.setdefault(normal(words), "")
    found.pop("", None)
    return found


def shape_of(table) -> str:
    """The same for files with the same heads in the same order."""
    return sha256("\n".join(head.text for head in table.heads).encode()).hexdigest()


def read_columns(register, table, chosen: Mapping[str, Mapping] | None = None) -> list[Used]:
    """The columns of a table as they are read; `chosen` by letter is what somebody put right."""
    known, fields = known_heads(register), {field.key: field for field in register.fields}
    found = []
    for head in table.heads:
        key = known.get(head.plain, known.get(normal(head.text)))
        used = Used(head.column, head.letter, head.text, fields.get(key), head.year)
        used.worked_out = key == ""
        if head.letter in (chosen or {}):
            used.field = fields.get(chosen[head.letter].get("field", NOT_READ))
        used.from_1904 = table.from_1904
        used.unit = unit_for(used, head, table, (chosen or {}).get(head.letter, {}))
        found.append(used)
    return found


def unit_for(used: Used, head, table, chosen: Mapping) -> Unit | None:
    """The unit that was chosen, else that of the head, else that of the sheet where it fits."""
    size = used.field.size if used.field else None
    if size is None:
        return None
    if used.in_money and (unit := units.money_unit(chosen.get("unit", ""))):
        return unit
    for words in (head.unit, table.unit):
        unit = units.unit_of(words)
        if unit and unit.fits(size):
            return unit
    return None


def problems_of(register, columns: Iterable[Used], table) -> list[Problem]:
    """What stands in the way of reading the table at all, and units that are not understood."""
    found, seen = [], {}
    for used in columns:
        if used.field is None:
            continue
        place = (used.field.key, used.year)
        if first := seen.get(place):
            found.append(
                Problem(
                    Level.ERROR,
                    _("The columns %(first)s and %(second)s are both read as “%(field)s”.")
                    % {"first": first, "second": used.letter, "field": used.field.label},
                    _("Choose one of them; leave the other out."),
                    used.head,
                    used.letter,
                )
            )
        seen.setdefault(place, used.letter)
    found += [unit_problem(used, words) for used, words in strange_units(columns, table)]
    if missing := register.missing({used.field.key for used in columns if used.field}):
        found.append(
            Problem(
                Level.ERROR,
                _("No column says %(what)s.") % {"what": missing},
                _("Say below which column it is, or add it to the file."),
            )
        )
    return found


def strange_units(columns, table):
    """Columns of figures whose head names a unit that does not fit them."""
    heads = {head.column: head for head in table.heads}
    for used in columns:
        words = heads[used.column].unit
        if used.field is None or used.field.size is None or not words or used.unit:
            continue
        unit = units.unit_of(words)
        if unit is None or not unit.fits(used.field.size):
            yield used, words


def unit_problem(used: Used, words: str) -> Problem:
    return Problem(
        Level.ERROR if used.in_money else Level.WARNING,
        _("The unit “%(unit)s” over this column is not understood.") % {"unit": words},
        _("Choose the unit of the column, or put it right in the file."),
        used.head,
        used.letter,
    )
