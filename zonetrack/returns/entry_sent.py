"""What the form of one return sends, read and checked on its own."""

import re
from dataclasses import dataclass, field

from zonetrack.checking import Number
from zonetrack.lists.returned import MEASURES

from . import entry_cells

WHY = "why-"  # before the key of a check, for the reason given
LONGEST_TYPED = 200


@dataclass(frozen=True)
class Sent:
    """`typed`: texts by name of the figure, only those that were sent. `figures`: those of them
    that could be read; `errors`: why the others could not. `opened` is None where the number is
    missing or none."""

    typed: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Number | None] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    opened: int | None = None
    reasons: dict[str, str] = field(default_factory=dict)
    comment: str = ""
    form: str = ""

    @property
    def is_complete(self) -> bool:
        return len(self.figures) == len(MEASURES)


def read(data) -> Sent:
    names = [measure.name for measure in MEASURES if measure.name in data]
    typed = {name: data[name].replace("\0", "�")[:LONGEST_TYPED] for name in names}
    figures, errors = {}, {}
    for name, text in typed.items():
        try:
            figures[name] = entry_cells.read(name, text)
        except entry_cells.Unusable as refusal:
            errors[name] = str(refusal)
    return Sent(
        typed=typed,
        figures=figures,
        errors=errors,
        # Saving over what somebody else has stored names the number it is saved over.
        opened=number(data.get("over") or data.get("opened", "")),
        reasons={key.removeprefix(WHY): data[key] for key in data if key.startswith(WHY)},
        comment=data.get("comment", ""),
        form=data.get("form", ""),
    )


def number(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None
