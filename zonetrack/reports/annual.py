"""The annual report of a zone or park: which parts it has, in which order, and its cover."""

from datetime import date

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from enterprises.places import Place
from zonetrack.dashboards.exports import COLUMNS
from zonetrack.dashboards.headline import reach
from zonetrack.targets import wording

from .document import AnnualReport, Section
from .facts import Facts, Options
from .sections import overview

SECTIONS = (overview.summary, overview.indicators)
ANNEXES = ()


def annual_report(place: Place, year: int, *, today: date, options: Options | None = None):
    """The report as it stands today, in the active language.

    Everything of the place is shown: the caller has found it in the reader's scope.
    """
    facts = Facts(place, year, today, options or Options())
    return AnnualReport(
        place=place.key,
        place_name=place.name,
        year=year,
        language=get_language(),
        title=_("Annual report on innovation %(year)d") % {"year": year},
        state=_("Not published"),
        made_on=today,
        facts=cover(facts),
        sections=tuple(filled(make(facts)) for make in SECTIONS),
        annexes=tuple(make(facts) for make in ANNEXES) if facts.options.annexes else (),
        lines=tuple({each.key: each.read(line) for each in COLUMNS} for line in facts.lines),
    )


def filled(section: Section) -> Section:
    return section


def cover(facts: Facts) -> tuple[tuple[str, str], ...]:
    """What stands on the cover beside the title."""
    day = formats.date_format(facts.today, "DATE_FORMAT")
    period = _("1 January to 31 December %(year)d") % {"year": facts.year}
    rows = [
        (_("Zone"), facts.place.zone.name),
        (_("Park"), facts.place.park.name if facts.place.park else ""),
        (_("Reporting period"), period),
        (_("Figures"), reach(facts.year, facts.today)),
        (_("Returns"), wording.returns_text(facts.coverage) if facts.coverage else ""),
        (_("As of"), day),
    ]
    return tuple((name, text) for name, text in rows if text)
