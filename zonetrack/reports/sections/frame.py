"""How the parts of a report are put together: blocks, and what they say without records."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.places import Place
from zonetrack import catalog, numbers, punctuation
from zonetrack.targets import wording

from .. import pictures
from ..document import Block, Column, Paragraph, Picture, Row, Section, Table
from ..facts import Facts
from ..narrative import say
from ..records import Found

SHOWN = 100  # rows of a list within a section; the annexes have them all


def section(key: str, title, blocks: Iterable[Block | None], sections=()) -> Section | None:
    """None where there is nothing to be said."""
    blocks = tuple(block for block in blocks if block is not None)
    return Section(key, str(title), blocks, tuple(sections)) if blocks or sections else None


def paragraph(sentences: Iterable[str], kind: str = "") -> Paragraph | None:
    """Sentences one after the other; None without any."""
    text = punctuation.joined(sentence for sentence in sentences if sentence)
    return Paragraph(text, kind) if text else None


def table(key: str, caption, columns: Iterable[Column], rows: Iterable[Row], **more) -> Table:
    return Table(key, str(caption), tuple(columns), tuple(rows), **more)


def words(name, wide: float = 2) -> Column:
    """A column of texts."""
    return Column(str(name), wide=wide)


def figures(name, unit="", wide: float = 1) -> Column:
    """A column of numbers."""
    return Column(str(name), str(unit), numeric=True, wide=wide)


def listing(
    key: str,
    caption,
    columns: Iterable[Column],
    found: Found,
    row: Callable[..., Row],
    *,
    most: int | None = None,
    notes: Iterable[str] = (),
) -> Table | None:
    """A list of records, with a note on those that are left out; None without any.

    A column in which nothing stands for any of them is left out, too.
    """
    if not found:
        return None
    columns, rows = filled(columns, map(row, found.rows[:most]))
    more = found.n - len(rows)
    told = (*notes, *([left_out(more)] if more else []))
    return table(key, caption, columns, rows, notes=told)


def filled(columns: Iterable[Column], rows: Iterable[Row]) -> tuple[list[Column], list[Row]]:
    """Without the columns in which nothing stands; the first one always stays."""
    columns, rows = list(columns), list(rows)
    shown = [
        at
        for at in range(len(columns))
        if not at or any(row.cells[at].text != numbers.NOTHING for row in rows)
    ]
    cut = [replace(row, cells=tuple(row.cells[at] for at in shown)) for row in rows]
    return [columns[at] for at in shown], cut


def left_out(more: int) -> str:
    return ngettext("%(n)d more is not listed here.", "%(n)d more are not listed here.", more) % {
        "n": more
    }


def told(facts: Facts, *keys: str) -> Paragraph | None:
    """Some indicators in sentences, those of which nothing is known left out."""
    return paragraph(say().told(facts.some(*keys), facts.today))


def charts(facts: Facts, *keys: str) -> list[Picture]:
    """Some indicators year by year; one year alone needs no picture."""
    tracks = [facts.track(key) for key in keys]
    known = [track for track in tracks if sum(line.value is not None for line in track) > 1]
    return [pictures.over_years(track, today=facts.today) for track in known]


def private_notes(facts: Facts) -> list[str]:
    """Below a list with amounts of single enterprises."""
    return [_("Amounts of single enterprises are left out.")] if facts.hides else []


def money_notes(facts: Facts, keys: Iterable[str], places: Iterable[Place | None] = (None,)):
    """Below sums of which some are hidden."""
    if facts.hiding is None:
        return []
    places, keys = list(places), list(keys)
    hidden = any(
        facts.hiding.hides(catalog.BY_KEY[key], year, place or facts.place)
        for key in keys
        for place in places
        for year in (facts.year - 1, facts.year)
    )
    return [_("Amounts that fewer than three enterprises make up are left out.")] if hidden else []


def returns_note(facts: Facts) -> Paragraph | None:
    """How many returns the figures of a section rest on, where some are not in."""
    line = facts.coverage
    if line is None or not line.actual.unapproved:
        return None
    returns = wording.returns_text(line)
    return Paragraph(_("Returns: %(returns)s.") % {"returns": returns}, "note")
