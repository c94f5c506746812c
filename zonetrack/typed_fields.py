"""Form fields for numbers as people write them: 1,234.5, １２３, 1.2亿, or — for not reported."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zonetrack import numbers, typed_numbers
from zonetrack.typed_numbers import Column, Unreadable

MOST = 2_147_483_647  # what a whole number may be in every database


def read(text, column: Column) -> Decimal | None:
    try:
        return typed_numbers.read(text, column)
    except Unreadable as refusal:
        sentence = typed_numbers.SENTENCES[refusal.reason]
        raise ValidationError(sentence, code=refusal.reason) from refusal


def stored_as(figure, typed: str, value: Decimal | int) -> str:
    """Tells which number was stored where a unit was typed, such as 12,000 for 1.2亿."""
    words = {"figure": figure, "typed": typed, "number": numbers.number(value)}
    return _("%(figure)s: %(typed)s was stored as %(number)s.") % words


class TypedNumber:
    """A text input, as a browser lets nobody type 1,234 or 万 into one for numbers."""

    def __init__(self, *, column: Column = Column(), **options):  # noqa: B008
        self.column = column
        attributes = {"inputmode": "decimal", "autocomplete": "off"}
        options["widget"] = forms.TextInput(attrs={"class": "vTextField"} | attributes)
        super().__init__(**options)

    def prepare_value(self, value):
        """12.5000 as 12.5; what was typed comes back as it was typed."""
        return f"{typed_numbers.plain(value):f}" if isinstance(value, Decimal) else value

    def converts(self, text) -> bool:
        """Whether a unit that was typed makes the figure another number than the one typed."""
        return read(text, self.column) != typed_numbers.parse_number(text).value


class TypedDecimalField(TypedNumber, forms.DecimalField):
    """`max_digits` and `decimal_places` as in Django; a number with more is refused."""

    def to_python(self, value):
        return read(value, self.column)


class TypedIntegerField(TypedNumber, forms.IntegerField):
    def __init__(self, *, max_value=MOST, **options):
        super().__init__(max_value=max_value, **options)

    def to_python(self, value):
        number = read(value, self.column)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise ValidationError(typed_numbers.SENTENCES["whole"], code="whole")
        return int(number)
