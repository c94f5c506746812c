"""Enterprises of the zone, the key-supported ones by name."""

from django.utils.translation import gettext as _

from zonetrack import catalog

from .. import cells
from ..document import Row, Section
from ..facts import Facts
from ..narrative import say
from .frame import SHOWN, figures, listing, paragraph, private_notes, section, told, words

KEYS = tuple(each.key for each in catalog.INDICATORS if each.topic == "enterprises")


def enterprises(facts: Facts) -> Section | None:
    marks = facts.records.key_marks
    names = [mark.enterprise.name for mark in marks]
    known = [
        told(facts, *KEYS),
        paragraph([say().key_firms(names, marks.n, facts.year)] if names else []),
        listing(
            "key-enterprises",
            _("Key enterprises of %(year)d") % {"year": facts.year},
            [
                words(_("Enterprise"), 3),
                words(_("Park"), 2),
                figures(_("R&D expenditure"), cells.TEN_THOUSAND_YUAN, 1.4),
                figures(_("Patents filed")),
            ],
            marks,
            lambda mark: mark_row(mark, facts),
            most=SHOWN,
            notes=private_notes(facts),
        ),
    ]
    return section("enterprises", _("Enterprises"), known)


def mark_row(mark, facts: Facts) -> Row:
    return cells.row(
        cells.text(mark.enterprise.name, mark.enterprise.get_absolute_url()),
        cells.text(mark.park.name),
        cells.private_money(mark.rd, facts.hides),
        cells.count(mark.filed),
    )
