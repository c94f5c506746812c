"""The lines of the table of a zone and year: one enterprise each, last year beside this year."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html import escape

from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises.models import Park, Return, State
from enterprises.reporting import Reporting
from zonetrack import numbers, punctuation
from zonetrack.access.scope import Scope
from zonetrack.entering import PARTS
from zonetrack.lists.filtering import fold
from zonetrack.lists.returned import MEASURES, Measure
from zonetrack.return_checks import reported_figures

from .entry_cells import written
from .yearly_places import form_of

# Which figures are shown: key in the address, words, the figures.
GROUPS = {
    "rd": (
        gettext_lazy("R&D and economy"),
        tuple(measure for measure in MEASURES if measure.part == "figures"),
    ),
    "patents": (
        gettext_lazy("Patents"),
        tuple(measure for measure in MEASURES if measure.part == "patents"),
    ),
    "all": (pgettext_lazy("figures", "All"), MEASURES),
}
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Wanted:
    """What of the table is shown: keys of the figures, of a park and of a state; part of a name."""

    figures: str = "rd"
    park: str = ""
    state: str = ""
    name: str = ""

    @property
    def measures(self) -> tuple[Measure, ...]:
        return GROUPS[self.figures][1]

    def takes(self, row: Reporting, parks: Mapping[int, Park]) -> bool:
        name = fold(self.name[:LONGEST_SEARCH]).casefold()
        return (
            (not self.park or parks[row.park].key == self.park)
            and (not self.state or row.state == self.state)
            and (not name or any(name in fold(n).casefold() for n in (row.name_en, row.name_zh)))
        )


@dataclass
class Known:
    """Figures of an enterprise's return by name, and the number of what was opened."""

    figures: dict = field(default_factory=dict)
    opened: int = 0  # 0: there is no return yet

    @property
    def blank(self) -> int:
        told = sum(self.figures.get(measure.name) is not None for measure in MEASURES)
        return len(MEASURES) - told if told else 0


# Written here, as a template takes three times as long for the 1,400 cells of a page.
BEFORE = '<td class="num before">{before}<span class="hint">{change}</span></td>'
LOCKED = BEFORE + '<td class="locked">{now}</td>'
INPUT = BEFORE + (
    '<td class="now"><input class="num-input" type="text" inputmode="decimal" autocomplete="off"'
    ' name="{key}" value="{shown}" data-col="{name}" aria-label="{label}"%s>%s</td>'
)
WAS = ' data-was="{was}"'
INVALID = ' aria-invalid="true" aria-describedby="error-{key}"'
TOLD = '<p class="msg msg-bad" id="error-{key}">{error}</p>'
SHOWN = ("name", "label", "key", "before", "change", "now", "was", "shown", "error")


@dataclass
class Cell:
    """One figure in one line. `shown` stands in the input, `was` is what is stored."""

    name: str
    label: str
    key: str
    before: str
    change: str
    now: str
    was: str
    shown: str
    locked: bool
    error: str = ""

    @property
    def html(self) -> str:
        texts = {key: escape(text) for key, text in vars(self).items() if key in SHOWN}
        if self.locked:
            return mark_safe(LOCKED.format(**texts))
        more = WAS if self.shown != self.was else ""
        if self.error:
            more, told = more + INVALID, TOLD
        else:
            told = ""
        return mark_safe((INPUT % (more, told)).format(**texts))


@dataclass
class Line:
    row: Reporting
    park: Park
    url: str
    locked: bool
    version: str  # what the form sends back: the number opened, and the figures that were shown
    cells: list[Cell]
    blank: int  # figures that are not reported, of all there are; 0 where nothing was entered yet


def known_of(rows: Collection[Reporting]) -> dict[int, Known]:
    """What is stored for this year, by enterprise.

    The version of a part is read together with its figures, so the number is never newer.
    """
    keys = [row.filing for row in rows if row.filing]
    versions = dict(Return.objects.filter(pk__in=keys).order_by().values_list("pk", "version"))
    found = {
        row.filing: Known(opened=versions[row.filing]) for row in rows if row.filing in versions
    }
    for part in PARTS:
        names = ("filing", "version", *part.FIGURES)
        for key, version, *values in (
            part.objects.filter(filing__in=keys).order_by().values_list(*names)
        ):
            if key in found:
                found[key].opened += version
                found[key].figures |= dict(zip(part.FIGURES, values, strict=True))
    return {row.enterprise: found.get(row.filing, Known()) for row in rows}


def lines(
    scope: Scope,
    rows: Collection[Reporting],
    parks: Mapping[int, Park],
    measures: tuple[Measure, ...],
    *,
    year: int,
    closed: bool,
) -> list[Line]:
    known = known_of(rows)
    before = reported_figures(list(known), (year - 1, year - 1), scope.limit)
    # What stands before the enterprise in the name of an input.
    labels = [(measure.name, punctuation.listed([measure.label, year, ""])) for measure in measures]
    found = []
    for row in rows:
        now, last = known[row.enterprise], before[row.enterprise][year - 1]
        locked = closed or row.state == State.APPROVED
        cells = [
            cell(row, name, label, now.figures.get(name), last.get(name), locked)
            for name, label in labels
        ]
        version = version_text(now, measures)
        url, park = form_of(row, year), parks[row.park]
        found.append(Line(row, park, url, locked, version, cells, now.blank))
    return found


def cell(row: Reporting, name: str, label: str, now, last, locked: bool) -> Cell:
    value = written(now)
    return Cell(
        name=name,
        label=label + row.name,
        key=f"{name}-{row.enterprise}",
        before=numbers.number(last),
        change=change_text(now, last),
        now=numbers.number(now),
        was=value,
        shown=value,
        locked=locked,
    )


def change_text(now, last) -> str:
    """`+3.4%`, `−2` where a percentage would mislead, empty where one of them is not reported."""
    change = numbers.change(now, last)
    if change.difference is None:
        return ""
    if change.share is None:
        return numbers.signed(change.difference)
    return numbers.signed(change.share, 1) + "%"


def version_text(known: Known, measures: tuple[Measure, ...]) -> str:
    """`7;employees=40;revenue=1200`: figures that are not reported are left out."""
    figures = [
        f"{measure.name}={written(known.figures[measure.name])}"
        for measure in measures
        if known.figures.get(measure.name) is not None
    ]
    return ";".join([str(known.opened), *figures])
