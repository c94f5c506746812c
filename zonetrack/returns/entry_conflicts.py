"""When two people enter into one return: who saved last, and what the later one had opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from django.db.models import Value
from django.utils.translation import gettext as _

from enterprises.models import Return, State
from zonetrack import changes
from zonetrack.access.models import User
from zonetrack.admin_base import when
from zonetrack.checking import Number
from zonetrack.entering import PARTS
from zonetrack.lists.returned import MEASURES


@dataclass(frozen=True)
class Saved:
    """The last time something of a return was stored; `by` is a text."""

    by: str
    at: datetime

    @property
    def sentence(self) -> str:
        """Told to who saves over it."""
        words = {"who": self.by, "when": when(self.at)}
        return _("%(who)s saved this return at %(when)s, after you had opened it.") % words


@dataclass(frozen=True)
class Differing:
    """A figure that was typed and is not what is stored.

    `known`: whether the value the person had opened is known. `kept`: the person had left it as
    it was, so that what is stored now may stand.
    """

    name: str
    old: Number | None
    known: bool
    theirs: Number | None
    yours: Number | None

    @property
    def kept(self) -> bool:
        return self.known and self.old == self.yours


def last_saved(filing: Return, reader: User | None = None) -> Saved | None:
    """None where the history knows nothing, as of loaded records. `reader`: somebody whose name
    need not be asked for."""
    first, *others = (
        changes.history_of(model, filing.pk)
        .order_by()
        .values_list(Value(place), "history_id", "history_date", "history_user")
        for place, model in enumerate((Return, *PARTS))
    )
    # The last entry of each history; a clock may have been set back between two of one.
    last = {row[0]: row for row in sorted(first.union(*others, all=True))}
    if not last:
        return None
    _place, _entry, at, user = max(last.values(), key=itemgetter(2))
    if reader is not None and user == reader.pk:
        return Saved(str(reader), at)
    return Saved(changes.named(User.objects.filter(pk=user).first()), at)


def last_sent_back(filing: Return):
    """The entry of the history with the last comment given; None where it never came back."""
    rows = changes.history_of(Return, filing.pk).filter(state=State.RETURNED).exclude(comment="")
    return rows.order_by("-history_id").first()


def differing(
    filing: Return, figures: Mapping[str, Number | None], opened: int | None
) -> list[Differing]:
    """Figures that were typed and differ from those of the return, which was read just now."""
    stored = {measure.name: measure.of(filing) for measure in MEASURES}
    before = figures_at(filing, opened) if opened is not None else {}
    return [
        Differing(name, before.get(name), name in before, stored[name], yours)
        for name, yours in figures.items()
        if stored[name] != yours
    ]


def figures_at(filing: Return, opened: int) -> dict[str, Number | None]:
    """The figures when the return had this number, as far as the history tells them.

    The number is the sum of the versions of the return and its parts, so every entry of the
    history makes it larger.
    """
    models = (Return, *PARTS)
    history = {
        model: list(changes.history_of(model, filing.pk).order_by("history_id")) for model in models
    }
    now = {model: first_state(model, filing, history[model]) for model in models}
    if number_of(now) == opened:
        return figures_of(now)
    steps = [(row.history_date, n, row, m) for n, m in enumerate(models) for row in history[m]]
    for *_order, row, model in sorted(steps, key=lambda step: step[:2]):
        now[model] = row
        if number_of(now) == opened:
            return figures_of(now)
    return {}


@dataclass(frozen=True)
class Untold:
    """A row before its first entry in the history; of a loaded one only the version is known."""

    version: int


def first_state(model, filing: Return, history: list):
    if not history:
        return model.objects.filter(pk=filing.pk).first() or Untold(0)
    return Untold(history[0].version - 1)


def number_of(rows: Mapping) -> int:
    return sum(row.version for row in rows.values())


def figures_of(rows: Mapping) -> dict[str, Number | None]:
    found = {}
    for part in PARTS:
        row = rows[part]
        if isinstance(row, Untold):
            found |= {} if row.version else dict.fromkeys(part.FIGURES)
        else:
            found |= {name: getattr(row, name) for name in part.FIGURES}
    return found
