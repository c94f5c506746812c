"""The annual report of a zone or park: which parts it has, in which order, and its cover."""

from collections.abc import Callable, Iterable
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
from .sections import (
    bodies,
    enterprises,
    figures_of_returns,
    notes,
    overview,
    parks,
    plan,
    projects,
    titles,
)
from .sections.annexes import ANNEXES

# Each makes a section, or None where nothing is known of its subject.
SECTIONS = (
    overview.summary,
    overview.indicators,
    bodies.bodies,
    titles.titles,
    figures_of_returns.patents,
    figures_of_returns.rd_input,
    projects.projects,
    projects.cooperation,
    projects.achievements,
    enterprises.enterprises,
    parks.parks,
    plan.plan,
    notes.notes,
)


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
        sections=made(SECTIONS, facts),
        annexes=made(ANNEXES, facts) if facts.options.annexes else (),
        lines=tuple({each.key: each.read(line) for each in COLUMNS} for line in facts.lines),
    )


def made(makers: Iterable[Callable[[Facts], Section | None]], facts: Facts) -> tuple[Section, ...]:
    sections = (make(facts) for make in makers)
    return tuple(section for section in sections if section is not None)


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
