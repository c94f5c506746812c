"""R&D centers and labs: new in the year, held at its end, and on the way to recognition."""

from collections import defaultdict

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enterprises.models import Level
from rd_centers.indicators import body_counts
from rd_centers.models import Center, CenterKind, StageEvent
from rd_centers.standing import level_of, since, standing_recognitions
from zonetrack import punctuation
from zonetrack.dashboards import panels

from .. import cells
from ..document import Paragraph, Row, Section, Table
from ..facts import Facts
from ..narrative import say
from ..records import partners_of, stage_in
from .frame import SHOWN, charts, figures, listing, paragraph, section, table, told, words

NEW, HELD = "rd-bodies-new", "rd-bodies-held"
LEADING = (NEW, "tech-centers-new", HELD, "tech-centers-held", "labs-held", "joint-labs-held")
OTHERS = ("rd-bodies-provincial-held", "rd-bodies-national-held", "enterprises-with-rd-body")
PIPELINE = ("centers-building", "centers-applied", "centers-planned")
STAGES = {
    "centers-building": ("building", StageEvent.Stage.BUILDING),
    "centers-applied": ("applied", StageEvent.Stage.APPLIED),
    "centers-planned": ("planned", StageEvent.Stage.PLANNED),
}
DRAWN = ("tech-centers-new", HELD)


def bodies(facts: Facts) -> Section | None:
    known = [
        told(facts, *LEADING, *OTHERS),
        recognized(facts),
        *charts(facts, *DRAWN),
        by_kind(facts),
        by_level(facts),
        listing(
            "bodies-new",
            _("R&D bodies recognized in %(year)d") % {"year": facts.year},
            body_columns(),
            facts.records.bodies_new,
            lambda body: body_row(body, facts),
            most=SHOWN,
        ),
        *pipeline(facts),
    ]
    return section("bodies", _("R&D centers and labs"), known)


def recognized(facts: Facts) -> Paragraph | None:
    found = facts.records.bodies_new
    names = [body.name for body in found]
    return paragraph([say().recognized(names, found.n)]) if names else None


# By kind and level


def by_kind(facts: Facts) -> Table | None:
    """New and held by family and kind, from the grouped rows behind the indicators."""
    new, held = defaultdict(int), defaultdict(int)
    for row in facts.cards.readings.rows(body_counts):
        if row.year == facts.year and row.park in facts.park_ids:
            new[row.kind] += row.new
            held[row.kind] += row.held
    kinds = [kind for kind in CenterKind.objects.all() if new[kind.pk] or held[kind.pk]]
    if not kinds:
        return None

    def row(name, chosen, line_kind="", **query) -> Row:
        counts = (
            cells.count(
                sum(numbers[kind.pk] for kind in chosen),
                panels.behind_url("center-list", key, facts.place, facts.year, **query),
            )
            for key, numbers in ((NEW, new), (HELD, held))
        )
        return cells.row(cells.text(name), *counts, kind=line_kind)

    rows = []
    for family in CenterKind.Family:
        inside = [kind for kind in kinds if kind.family == family]
        if inside:
            rows.append(cells.group(family.label))
            rows += [row(kind.name, [kind], kind=kind.pk) for kind in inside]
    return table(
        "bodies-by-kind",
        _("R&D bodies by kind"),
        [
            words(_("Kind"), 3),
            figures(pgettext("bodies", "New")),
            figures(pgettext("bodies", "Held")),
        ],
        [*rows, row(pgettext("table", "Total"), kinds, "total")],
    )


def by_level(facts: Facts) -> Table | None:
    """Bodies held, each at its highest level; only where all of them are at hand."""
    found = facts.records.bodies_held
    if not found or found.more:
        return None
    counts = defaultdict(int)
    for body in found:
        counts[standing_recognitions(body, facts.day)[0].level] += 1
    rows = [
        cells.row(cells.text(level.label), cells.count(counts[level.value]))
        for level in Level
        if counts[level.value]
    ]
    return table(
        "bodies-by-level",
        _("R&D bodies held by highest level"),
        [words(_("Level"), 3), figures(pgettext("bodies", "Held"))],
        rows,
    )


# Lists


def body_columns() -> list:
    return [
        words(_("Center or lab"), 3),
        words(_("Kind"), 2),
        words(_("Level"), 1.2),
        words(_("Lead enterprise"), 2.2),
        words(_("Recognized by"), 2),
        words(_("Park"), 1.6),
        words(_("First recognized"), 1),
    ]


def body_row(body: Center, facts: Facts) -> Row:
    highest = next(iter(standing_recognitions(body, facts.day)), None)
    authority = highest.authority.name if highest and highest.authority else ""
    return cells.row(
        cells.text(body.name, body.get_absolute_url()),
        cells.text(body.kind.name),
        cells.text(level_of(body, facts.day)),
        cells.text(body.host),
        cells.text(authority),
        cells.text(body.park.name),
        cells.year(since(body)),
    )


def way_columns() -> list:
    return [
        words(_("Center or lab"), 3),
        words(_("Kind"), 2),
        words(_("Stage"), 1.4),
        words(_("Technology field"), 1.6),
        words(_("Lead enterprise"), 2),
        words(_("Partners"), 2),
        words(_("Park"), 1.6),
    ]


def way_row(body: Center, facts: Facts) -> Row:
    stage = stage_in(body, facts.year)
    return cells.row(
        cells.text(body.name, body.get_absolute_url()),
        cells.text(body.kind.name),
        cells.text(StageEvent.Stage(stage).label if stage else ""),
        cells.text(body.field),
        cells.text(body.host),
        cells.text(punctuation.listed(partners_of(body))),
        cells.text(body.park.name),
    )


# The pipeline


def pipeline(facts: Facts) -> list[Paragraph | Table | None]:
    found = facts.records.on_the_way
    stages = []
    for key in PIPELINE:
        mark, stage = STAGES[key]
        names = [body.name for body in found if stage_in(body, facts.year) == stage]
        if names:
            line = facts.line(key)
            stages.append((mark, names, int(line.actual.known or line.value or len(names))))
    if not stages:
        return []
    return [paragraph([say().on_the_way(stages, facts.year, facts.today)]), by_field(facts)]


def by_field(facts: Facts) -> Table:
    found = panels.pipeline(facts.cards, facts.year, facts.tables[panels.FIELD])

    def row(name, tallies, kind="") -> Row:
        counted = (cells.count(tally.n, tally.url) for tally in tallies)
        return cells.row(cells.text(name), *counted, kind=kind)

    return table(
        "bodies-on-the-way-by-field",
        _("R&D bodies on the way to recognition, by field"),
        [words(_("Technology field"), 3), *(figures(name) for name, _mark in found.stages)],
        [
            *(row(group.name, group.counts) for group in found.groups),
            row(pgettext("table", "Total"), found.totals, "total"),
        ],
    )
