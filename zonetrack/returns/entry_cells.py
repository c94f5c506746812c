"""One figure of a return as it is typed: its form field, and how a stored value stands in it."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import Field

from zonetrack import typed_numbers
from zonetrack.checking import Number
from zonetrack.entering import PART_OF
from zonetrack.lists.returned import MEASURES, Measure
from zonetrack.typed_fields import TypedDecimalField, TypedIntegerField


def field_of(measure: Measure) -> Field:
    stored = PART_OF[measure.name]._meta.get_field(measure.name)
    whole = isinstance(stored, models.IntegerField)
    form_class = TypedIntegerField if whole else TypedDecimalField
    return stored.formfield(form_class=form_class, column=measure.column, min_value=0)


FIELDS = {measure.name: field_of(measure) for measure in MEASURES}


class Unusable(ValueError):
    """What was typed is no figure of this kind; the text is the sentence for the person."""


def read(name: str, typed: str) -> Number | None:
    """The figure that was typed; None is not reported. Raises Unusable."""
    try:
        return FIELDS[name].clean(typed)
    except ValidationError as refusal:
        raise Unusable(" ".join(refusal.messages)) from refusal


def converts(name: str, typed: str) -> bool:
    """Whether a unit that was typed makes the figure another number than the one typed."""
    return FIELDS[name].converts(typed)


def written(value: Number | None) -> str:
    """A stored figure as it stands in its input: 1200.5000 as 1,200.5, blank if not reported."""
    return "" if value is None else f"{typed_numbers.plain(Decimal(value)):,f}"
