"""Reports on one page each: of a park, and of an enterprise, to be signed."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enterprises.models import Enterprise
from enterprises.places import park_place
from zonetrack import catalog
from zonetrack.access.scope import request_scope
from zonetrack.dashboards.asking import chosen_year, readable
from zonetrack.dashboards.pages import found
from zonetrack.dashboards.years import latest_year
from zonetrack.targets import wording

from . import cells
from .asking import HIDE, LANGUAGES, chosen_language, switched_on
from .document import Paragraph, Picture, Table, blocks_of
from .editions import draft
from .enterprise_sheet import sheet
from .facts import Facts, Options
from .sections.frame import figures, money_notes, paragraph, table, words

MOST_LINES = 14  # of indicators, so that the page stays one
MOST_PICTURES = 2


def park_report(request, zone, park):
    """The park's year on one page: what was, what was aimed at, and two charts."""
    place = found(park_place(request_scope(request), zone, park))
    data, remarks, today = readable(request.GET), [], localdate()
    year = chosen_year(data, "year", today, remarks) or latest_year([place], today)
    language = chosen_language(data, remarks)
    options = Options(hide_single_money=switched_on(data, HIDE, remarks))
    with translation.override(language):
        report = draft(place, year, today=today, options=options)
        facts = Facts(place, year, today, options)
        note = paragraph(money_notes(facts, catalog.BY_KEY), "note")
        blocks = [indicator_table(facts), *([note] if note else [])]
    whole = f"{reverse('report', args=[zone])}?park={park}&year={year}&lang={language}"
    whole += f"&{HIDE}=1" if options.hide_single_money else ""
    summary = next((each for each in report.sections if each.key == "summary"), None)
    texts = [block for block in summary.blocks if isinstance(block, Paragraph)] if summary else []
    context = frame(language, year, remarks) | {
        "zone": place.zone,
        "place": place,
        "report": report,
        "texts": texts,
        "blocks": blocks,
        "pictures": list(blocks_of(report, Picture))[:MOST_PICTURES],
        "whole": whole,
        "crumbs": [(_("Reports"), reverse("report-list")), (place.name, whole), (str(year), None)],
    }
    return render(request, "reports/park.html", context)


def indicator_table(facts: Facts) -> Table:
    """Indicators with a target, then headlines, then others of which a value is known."""
    known = [line for line in facts.lines if line.has_anything]
    order = sorted(
        known, key=lambda line: (line.aim is None, line.indicator.key not in catalog.HEADLINES)
    )
    chosen = {line.indicator.key for line in order[:MOST_LINES]}
    return table(
        "indicators",
        _("Indicators of %(year)d") % {"year": facts.year},
        [
            words(_("Indicator"), 3),
            figures(facts.year),
            figures(facts.year - 1),
            figures(pgettext("figure", "Change")),
            figures(_("Target")),
            words(_("Result")),
        ],
        [row_of(line) for line in known if line.indicator.key in chosen],
        empty=_("No figures are known for this year."),
    )


def row_of(line):
    return cells.row(
        cells.text(cells.named(line), wording.indicator_url(line)),
        cells.value(line),
        cells.previous(line),
        cells.change(line),
        cells.target(line),
        cells.status(line),
    )


def enterprise_sheet(request, pk):
    """What is known of an enterprise in a year, with lines for those who sign."""
    scope = request_scope(request)
    row = scope.get_or_404(Enterprise.objects.select_related("field"), pk=pk)
    data, remarks, today = readable(request.GET), [], localdate()
    filed = scope.limit(row.returns.filter(year__lte=today.year)).order_by("-year")
    years = list(filed.values_list("year", flat=True))
    year = chosen_year(data, "year", today, remarks) or (years or [today.year - 1])[0]
    language = chosen_language(data, remarks)
    with translation.override(language):
        content = sheet(scope, row, year)
    context = frame(language, year, remarks) | {
        "record": row,
        "sheet": content,
        "years": sorted({*years, year}, reverse=True)[:12],
        "crumbs": [
            (_("Enterprises"), reverse("enterprise-list")),
            (row.name, row.get_absolute_url()),
            (str(year), None),
        ],
    }
    return render(request, "reports/enterprise.html", context)


def frame(language: str, year: int, remarks: list[str]) -> dict:
    return {
        "language": language,
        "report_lang": "zh-Hans" if language.startswith("zh") else language,
        "languages": LANGUAGES.items(),
        "year": year,
        "remarks": remarks,
    }
