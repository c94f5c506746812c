"""The pages of reports: choosing one, the report on screen and in print, and as a file."""

import pickle
import zlib
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from enterprises.places import Place, zone_place
from zonetrack.access.scope import request_scope
from zonetrack.keeping.conditional import conditional, of_zone
from zonetrack.keeping.parts import kept, place_key, stamp_of, zones_of

from .asking import HIDE, LANGUAGES, SHORT, Wanted, wanted, years_with_anything
from .before_issue import points
from .document import AnnualReport, Section, annex_heading, heading
from .editions import draft, editions_of
from .facts import Facts
from .files import NotMade, report_file
from .formats import FORMATS
from .rights import may_issue

MAIN = ("pdf", "docx", "xlsx")  # downloads that stand at the head of the page


def report_list(request):
    """Chooses zone or park, year, language and options; leads on where there is one zone only."""
    scope = request_scope(request)
    if not scope.zones:
        return render(request, "dashboards/nothing_yet.html")
    if "zone" in request.GET:
        return redirect("report", zone_asked(scope, request.GET["zone"]).zone.key)
    if len(scope.zones) == 1:
        return redirect("report", scope.zones[0].key)
    today = localdate()
    zones = [
        {"name": zone.name, "example": zone.is_example, "url": reverse("report", args=[zone.key])}
        for zone in scope.zones
    ]
    context = {"zones": zones, "today": today, "crumbs": [(_("Reports"), None)]}
    return render(request, "reports/zones.html", context)


def zone_asked(scope, key: str) -> Place:
    place = zone_place(scope, key)
    if place is None:
        raise Http404
    return place


@conditional(of_zone, keep=True, drafts=False)
def report(request, zone):
    """The report as it stands today: as a page, or as a file where the address asks for one."""
    asking = wanted(request, zone)
    asked, facts = asking.asked, asking.facts
    with translation.override(asking.language):
        made = kept_draft(request, asking)
    if asking.format:
        try:
            return report_file(made, facts, asking.format, asking.table)
        except NotMade as error:
            asked.remarks.append(str(error))
            page = render(request, "reports/report.html", page_of(asking, made, facts))
            add_never_cache_headers(page)  # the next try may do
            return page
    return TemplateResponse(request, "reports/report.html", page_of(asking, made, facts))


def kept_draft(request, asking: Wanted) -> AnnualReport:
    """The report in the active language, kept for its page and all its files: making it takes
    longer than writing it down. It depends on nothing of the reader but the place."""
    asked = asking.asked
    key = (*place_key(asked.place), asked.year, asking.options)
    stamp = stamp_of(request, zones_of(asked.place), drafts=False)

    def make() -> dict:
        made = draft(asked.place, asked.year, today=asked.today, options=asking.options)
        return {"report": (zlib.compress(pickle.dumps(made), 1),)}

    [report] = kept("report", key, stamp, asked.today, make)["report"]
    # It comes from this process, or signed by one of ours (zonetrack.shared_cache).
    return pickle.loads(zlib.decompress(report))  # noqa: S301


def page_of(asking: Wanted, made: AnnualReport, facts: Facts) -> dict:
    asked = asking.asked
    known = years_with_anything(asked.place, asked.today)
    return paper(made) | {
        "zone": asked.whole.zone,
        "place": asked.place,
        "year": asked.year,
        "remarks": asked.remarks,
        "crumbs": [(_("Reports"), reverse("report-list")), (made.place_name, None)],
        "parks": asked.park_links(),
        "park": asked.place.park,
        "years": sorted({*known, asked.year}, reverse=True),
        "languages": LANGUAGES.items(),
        "short": not asking.options.annexes,
        "hides": asking.options.hide_single_money,
        "short_name": SHORT,
        "hide_name": HIDE,
        "points": points(facts),
        "editions": editions_of(asked.place, asked.year),
        "may_issue": may_issue(asked.scope, asked.place),
        "main_downloads": [(FORMATS[key].label, address(asking, key)) for key in MAIN],
        "downloads": [
            (each.label, address(asking, key)) for key, each in FORMATS.items() if key not in MAIN
        ],
        "table_csv": f"{address(asking, 'csv')}&table=",
        "park_page": park_page(asking) if asked.place.park else "",
    }


def park_page(asking: Wanted) -> str:
    """The park on one page, with the same choices."""
    zone, park = asking.asked.whole.zone, asking.asked.place.park
    query = {"year": asking.asked.year, "lang": asking.language}
    if asking.options.hide_single_money:
        query[HIDE] = 1
    return f"{reverse('park-report', args=[zone.key, park.key])}?{urlencode(query)}"


def address(asking: Wanted, key: str) -> str:
    """The same report as a file."""
    return asking.asked.address(format=key, table=None, lang=asking.language)


# The report as paper


@dataclass(frozen=True)
class Part:
    """A section with its number before the heading, ready to be shown."""

    anchor: str
    title: str
    section: Section
    parts: tuple["Part", ...] = ()


def paper(made: AnnualReport) -> dict:
    """What reports/_paper.html takes, also for reports that were kept."""
    sections = tuple(part(made, section, at) for at, section in enumerate(made.sections, 1))
    annexes = tuple(
        Part(f"annex-{section.key}", f"{annex_heading(made, at)} {section.title}", section)
        for at, section in enumerate(made.annexes, 1)
    )
    return {
        "report": made,
        "report_lang": "zh-Hans" if made.is_chinese else made.language,
        "parts": sections,
        "annexes": annexes,
    }


def part(made: AnnualReport, section: Section, *at: int) -> Part:
    space = "" if made.is_chinese else " "
    inner = tuple(part(made, each, *at, n) for n, each in enumerate(section.sections, 1))
    title = f"{heading(made, *at)}{space}{section.title}"
    return Part(f"section-{section.key}", title, section, inner)
