"""Titles awarded in the year and held at its end, with holders, batches, authority and validity."""

from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enterprises.models import Title
from zonetrack.dashboards import panels

from .. import cells
from ..document import Paragraph, Row, Section, Table
from ..facts import Facts
from ..narrative import say
from .frame import SHOWN, figures, listing, paragraph, section, table, told, words

LEVELS = ("national", "provincial", "city")
KEYS = (
    "titles-new",
    *(f"titles-new-{level}" for level in LEVELS),
    "titles-held",
    *(f"titles-held-{level}" for level in LEVELS),
    "high-tech-enterprises-held",
)
MOST_SENTENCES = 6


def titles(facts: Facts) -> Section | None:
    known = [
        told(facts, *KEYS),
        awarded(facts),
        listing(
            "titles-new",
            _("Titles awarded in %(year)d") % {"year": facts.year},
            title_columns(),
            facts.records.titles_new,
            title_row,
            most=SHOWN,
        ),
        held(facts),
    ]
    return section("titles", _("Titles"), known)


def awarded(facts: Facts) -> Paragraph | None:
    """A sentence for each title and batch, the largest first; the list has all of them."""
    found = facts.records.titles_new
    if found.more:
        return None
    batches = []
    for (_kind, batch), rows in groupby(found, key=lambda row: (row.kind_id, row.batch)):
        rows = list(rows)
        kind = rows[0].kind
        authority = kind.authority.name if kind.authority else ""
        holders = [row.holder.name for row in rows]
        batches.append((kind.name, authority, batch, holders, len(rows)))
    batches.sort(key=lambda each: -each[-1])
    return paragraph(say().awarded(*each) for each in batches[:MOST_SENTENCES])


def held(facts: Facts) -> Table | None:
    """Titles held by kind and year of award, from the dashboard's grouped rows."""
    found = panels.titles(facts.tables[panels.HELD], facts.place, facts.year)
    if not found:
        return None
    rows = [
        cells.row(
            cells.text(each.name),
            cells.text(each.level),
            cells.text(each.authority),
            cells.text(each.batch),
            cells.year(each.year),
            cells.count(each.holders.n, each.holders.url),
            cells.text(each.holder),
        )
        for each in found
    ]
    return table(
        "titles-held-by-kind",
        _("Titles held at the end of %(year)d") % {"year": facts.year},
        [
            words(pgettext("title", "Title"), 3),
            words(_("Level"), 1.2),
            words(_("Awarded by"), 2),
            words(_("Batch"), 0.8),
            words(pgettext("title", "Awarded"), 0.8),
            figures(pgettext("title", "Holders"), wide=0.8),
            words(_("Holder, where it is one"), 2),
        ],
        rows,
    )


def title_columns() -> list:
    return [
        words(pgettext("title", "Title"), 3),
        words(_("Holder"), 2.4),
        words(_("Level"), 1),
        words(_("Awarded by"), 2),
        words(_("Batch"), 0.8),
        words(pgettext("title", "Awarded"), 1),
        words(_("Valid until"), 1),
        words(_("Review due on"), 1),
        words(_("Document number"), 1.6),
        words(_("Subject"), 1.4),
    ]


def title_row(title: Title) -> Row:
    return cells.row(
        cells.text(title.kind.name, title.get_absolute_url()),
        cells.text(title.holder.name),
        cells.text(title.kind.get_level_display()),
        cells.text(title.kind.authority),
        cells.text(title.batch),
        cells.dated(title.awarded_year, title.awarded_on),
        cells.dated(title.expires_year, title.expires_on),
        cells.dated(None, title.review_due_on),
        cells.text(title.document_no),
        cells.text(title.subject),
    )
