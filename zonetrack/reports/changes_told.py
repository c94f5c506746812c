"""What differs from an edition, told: as a section of the next one, or by itself."""

from datetime import date

from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from enterprises.places import Place
from zonetrack import punctuation

from . import cells
from .differences import Difference, why
from .document import AnnualReport, Paragraph, Row, Section, Table
from .models import Edition
from .sections.frame import section, table, words


def changes_section(edition: Edition, found: list[Difference], reasons: bool = True) -> Section:
    """What differs from an edition, as a section of the next one or as a document of its own.

    `reasons`: whether the reader may know who changed what.
    """
    names = {"n": edition.number}
    title = _("Changes since edition %(n)d") % names
    if not found:
        nothing = Paragraph(_("All figures are those of edition %(n)d.") % names)
        return section("changes", title, [nothing])
    about = ngettext(
        "%(count)d figure differs from edition %(n)d.",
        "%(count)d figures differ from edition %(n)d.",
        len(found),
    ) % (names | {"count": len(found)})
    return section("changes", title, [Paragraph(about), changes_table(edition, found, reasons)])


def differences_report(
    edition: Edition, place: Place, found: list[Difference], *, today: date, reasons: bool = True
) -> AnnualReport:
    """The differences as a document of their own, in the active language."""
    names = {"n": edition.number, "year": edition.year}
    return AnnualReport(
        place=place.key,
        place_name=place.name,
        year=edition.year,
        language=get_language(),
        title=_("What differs today from edition %(n)d of the annual report %(year)d") % names,
        state=_("As of %(day)s") % {"day": formats.date_format(today, "DATE_FORMAT")},
        made_on=today,
        sections=(changes_section(edition, found, reasons),),
    )


def changes_table(edition: Edition, found: list[Difference], reasons: bool) -> Table:
    columns = [
        words(_("Indicator"), 2),
        words(_("Zone or park"), 1.5),
        words(_("Edition %(n)d") % {"n": edition.number}, 1),
        words(_("Today"), 1),
    ]
    return table(
        "changes",
        _("Changes since edition %(n)d") % {"n": edition.number},
        [*columns, words(_("What was changed"), 4)] if reasons else columns,
        [changes_row(each, reasons) for each in found],
    )


def changes_row(found: Difference, reasons: bool) -> Row:
    name = punctuation.dated(found.name, found.year)
    texts = [name, found.place, found.then, found.now, *([why(found)] if reasons else [])]
    return cells.row(*map(cells.text, texts))
