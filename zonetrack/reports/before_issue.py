"""What to look at before a report goes out: each point with where it can be mended."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models.land import REGISTERS
from zonetrack import punctuation
from zonetrack.addresses import address_of
from zonetrack.dashboards.panels import list_url
from zonetrack.dashboards.zone_page import page_url
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Line

from .facts import Facts
from .sections.notes import register_names

GOOD, WATCH, BAD = "done", "soon", "late"
# The list that shows each register which a zone declares complete.
PAGES = {
    "enterprises": "enterprise-list",
    "centers": "center-list",
    "titles": "title-list",
    "projects": "project-list",
    "cooperation": "cooperation-list",
    "achievements": "achievement-list",
}


@dataclass(frozen=True)
class Point:
    """`status` is a key of partials/_status.html; `url` shows what the text is about."""

    status: str
    text: str
    url: str = ""


def points(facts: Facts) -> list[Point]:
    lines = [line for line in facts.lines if line.has_anything]
    if not lines:
        return [Point(BAD, _("Nothing is known for %(year)d.") % {"year": facts.year})]
    found = [
        year_point(lines[0], facts),
        returns_point(facts),
        targets_point(lines, facts),
        registers_point(facts),
        published_point(lines, facts),
    ]
    return [point for point in found if point]


def year_point(line: Line, facts: Facts) -> Point:
    """Figures of a year that is not closed can still change."""
    words, url = {"year": facts.year}, page_url(facts.place, facts.year)
    if line.closed:
        return Point(GOOD, _("%(year)d is closed.") % words, url)
    if facts.year >= facts.today.year:
        return Point(WATCH, _("%(year)d is not over yet.") % words, url)
    return Point(WATCH, _("%(year)d is not closed: figures can still change.") % words, url)


def returns_point(facts: Facts) -> Point | None:
    """Whether all returns count; None where none is expected."""
    coverage = facts.coverage
    if coverage is None or not coverage.actual.expected:
        return None
    url = list_url("return-list", facts.place, year=facts.year)
    if not coverage.actual.unapproved:
        return Point(GOOD, _("All returns are approved."), url)
    words = {"returns": wording.returns_text(coverage)}
    return Point(WATCH, _("Returns: %(returns)s.") % words, url)


def targets_point(lines: list[Line], facts: Facts) -> Point | None:
    """Targets of which nobody can say how they stand."""
    aims = [line for line in lines if line.aim and line.aim.value is not None]
    open_ones = [line for line in aims if line.value is None]
    if not aims:
        return Point(WATCH, _("No targets are set."), indicators_url(facts))
    if not open_ones:
        return Point(GOOD, _("Every target has a figure."), indicators_url(facts))
    words = ngettext(
        "%(n)d target without a figure: %(names)s",
        "%(n)d targets without a figure: %(names)s",
        len(open_ones),
    )
    names = punctuation.listed(line.indicator.name for line in open_ones[:3])
    names += "…" if len(open_ones) > 3 else ""
    url = wording.indicator_url(open_ones[0]) if len(open_ones) == 1 else indicators_url(facts)
    return Point(BAD, words % {"n": len(open_ones), "names": names}, url)


def registers_point(facts: Facts) -> Point:
    """Registers that are not declared complete give “n known”."""
    missing = [key for key in REGISTERS if not facts.declared_complete(key)]
    known = register_names()
    if not missing:
        return Point(GOOD, _("All registers are declared complete."), address_of("how-we-compute"))
    names = punctuation.listed(known[key] for key in missing)
    text = punctuation.colon(_("Not declared complete")) + names
    page = PAGES[missing[0]] if len(missing) == 1 else ""
    url = list_url(page, facts.place) if page else address_of("how-we-compute")
    return Point(WATCH, text, url)


def published_point(lines: list[Line], facts: Facts) -> Point | None:
    """Figures that others published and that differ from the records."""
    differing = [line for line in lines if line.actual.difference]
    if not differing:
        return None
    words = ngettext(
        "%(n)d published figure differs from the records.",
        "%(n)d published figures differ from the records.",
        len(differing),
    )
    url = f"{address_of('published-list')}?{urlencode({'year': facts.year})}"
    return Point(WATCH, words % {"n": len(differing)}, url)


def indicators_url(facts: Facts) -> str:
    query = {"year": facts.year} | ({"park": facts.place.park.key} if facts.place.park else {})
    return f"{reverse('indicators', args=[facts.place.zone.key])}?{urlencode(query)}"
