"""How the numbers of a year are kept, compared and added up.

Kept: name → whole number, or decimal number as text. A fact that is absent has no value.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

Number = int | Decimal
Values = dict[str, Number]


def written(values: Mapping[str, Number]) -> dict[str, int | str]:
    """As JSON takes it; numbers that are equal are written alike."""
    return {name: plain(value) for name, value in sorted(values.items())}


def plain(value: Number) -> int | str:
    if not isinstance(value, Decimal):
        return value
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def read(kept: Mapping[str, int | str]) -> Values:
    return {name: number(value) for name, value in kept.items()}


def number(value: int | str) -> Number:
    return Decimal(value) if isinstance(value, str) else value


def added(several: Iterable[Mapping[str, Number]]) -> Values:
    """The sums over all that have a value; absent where none has."""
    found: Values = {}
    for values in several:
        for name, value in values.items():
            found[name] = found[name] + value if name in found else value
    return found


# The nation: name → [number, in how many parks there is one]

Counted = dict[str, tuple[Number, int]]


def difference(old: Mapping[str, Number], new: Mapping[str, Number]) -> Counted:
    """What is to be added so that a park's old values become its new ones."""
    found = {
        name: (new.get(name, 0) - old.get(name, 0), (name in new) - (name in old))
        for name in {*old, *new}
    }
    return {name: change for name, change in found.items() if any(change)}


def counted(several: Iterable[Mapping[str, tuple[Number, int]]]) -> Counted:
    found: Counted = {}
    for values in several:
        for name, (value, n) in values.items():
            was, parks = found.get(name, (0, 0))
            found[name] = was + value, parks + n
    return {name: each for name, each in found.items() if any(each)}


def written_counted(values: Counted) -> dict[str, list]:
    return {name: [plain(value), n] for name, (value, n) in sorted(values.items())}


def read_counted(kept: Mapping[str, list]) -> Counted:
    return {name: (number(value), n) for name, (value, n) in kept.items()}


def present(values: Counted) -> Values:
    return {name: value for name, (value, n) in values.items() if n}
