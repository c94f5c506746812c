"""What enterprises report every year: patents, R&D input and output, and the zone's economy."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from zonetrack import catalog
from zonetrack.targets import wording

from .. import cells
from ..document import Section, Table
from ..facts import Facts
from .frame import (
    charts,
    figures,
    money_notes,
    paragraph,
    returns_note,
    section,
    table,
    told,
    words,
)

YEARS = 5  # in tables by year
FILED, GRANTED = "patents-filed", "patents-granted"
IN_FORCE = "patents-in-force"
PATENTS = (
    FILED,
    f"{FILED}-inventions",
    GRANTED,
    f"{GRANTED}-inventions",
    IN_FORCE,
    f"{IN_FORCE}-inventions",
)
PATENT_RATIOS = (
    "patents-in-force-per-10k-employees",
    "patents-granted-per-10k-employees",
    "patents-total",
)
INPUT = (
    "rd-expenditure",
    "rd-intensity-revenue",
    "rd-personnel",
    "new-product-share",
    "contract-turnover",
)
ECONOMY = tuple(each.key for each in catalog.INDICATORS if each.topic == "economy")


def patents(facts: Facts) -> Section | None:
    keys = (*PATENTS, *PATENT_RATIOS)
    return section(
        "patents",
        _("Patents"),
        known(
            facts,
            keys,
            [
                told(facts, *keys),
                *charts(facts, FILED, GRANTED, IN_FORCE),
                by_year(facts, "patents-by-year", _("Patents by year"), PATENTS),
            ],
        ),
    )


def rd_input(facts: Facts) -> Section | None:
    keys = (*INPUT, *ECONOMY)
    blocks = [
        told(facts, *INPUT),
        *charts(facts, "rd-expenditure", "rd-intensity-revenue"),
        by_year(facts, "rd-by-year", _("R&D input and output by year"), INPUT),
        told(facts, *ECONOMY),
    ]
    notes = [paragraph(money_notes(facts, INPUT), "note")]
    return section("input", _("R&D input and output"), known(facts, keys, blocks, notes))


def known(facts: Facts, keys: Sequence[str], blocks: list, notes: Sequence = ()) -> list:
    """The blocks with their notes; nothing where no value of the year is known."""
    if not any(facts.line(key).has_anything for key in keys):
        return []
    blocks = [block for block in blocks if block is not None]
    of_returns = any(facts.line(key).actual.origin == "returns" for key in keys)
    return [*blocks, returns_note(facts) if of_returns else None, *notes] if blocks else []


def by_year(facts: Facts, key: str, caption, keys: Sequence[str]) -> Table | None:
    """Some indicators over the last years, one line each; those never known are left out."""
    tracks = [facts.track(each)[-YEARS:] for each in keys]
    tracks = [track for track in tracks if any(line.value is not None for line in track)]
    if sum(line.value is not None for track in tracks for line in track) < 2:
        return None  # the sentences have said it
    return table(
        key,
        caption,
        [words(_("Indicator"), 3), *(figures(line.year) for line in tracks[0])],
        [
            cells.row(
                cells.text(cells.named(track[-1]), wording.indicator_url(track[-1])),
                *map(cells.value, track),
            )
            for track in tracks
        ],
    )
