"""The page that checks the numbers of a text. What is sent is answered and not kept."""

from dataclasses import dataclass

from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from enterprises.places import Place
from zonetrack import punctuation
from zonetrack.access.scope import Scope, request_scope

from .forms import Question, usual_year
from .matching import Finding, Verdict, check
from .qualifying import Sense
from .reading import MOST_CLAIMS

ICONS = {Verdict.CONFIRMED: "met", Verdict.DIFFERENT: "missed", Verdict.UNKNOWN: "ask"}
TONES = {Verdict.CONFIRMED: "good", Verdict.DIFFERENT: "bad", Verdict.UNKNOWN: "none"}


@dataclass(frozen=True)
class Row:
    """A number of the text, as the page shows it."""

    n: int
    finding: Finding
    place: Place

    @property
    def written(self) -> str:
        return self.finding.claim.written

    @property
    def sense(self) -> str:
        """What the text says around the number: at least, about."""
        return sense_words().get(self.finding.claim.sense, "")

    @property
    def verdict(self) -> str:
        return verdict_words()[self.finding.verdict]

    @property
    def key(self) -> str:
        return self.finding.verdict.value

    @property
    def icon(self) -> str:
        return ICONS[self.finding.verdict]

    @property
    def tone(self) -> str:
        return TONES[self.finding.verdict]

    @property
    def about(self) -> str:
        """The year, and the park where the text names one."""
        known = self.finding.known
        if known is None:
            return ""
        park = known.place if known.place != self.place.name else ""
        return " · ".join(filter(None, [str(known.year or ""), park]))


def verdict_words() -> dict[Verdict, str]:
    return {
        Verdict.CONFIRMED: pgettext("number of a text", "Confirmed"),
        Verdict.DIFFERENT: pgettext("number of a text", "Different"),
        Verdict.UNKNOWN: pgettext("number of a text", "Unknown"),
    }


def sense_words() -> dict[Sense, str]:
    return {
        Sense.AT_LEAST: _("at least"),
        Sense.MORE: _("more than"),
        Sense.AND_SOME: _("and some more"),
        Sense.ABOUT: _("about"),
        Sense.NEARLY: _("nearly"),
        Sense.AT_MOST: _("at most"),
        Sense.LESS: _("less than"),
    }


@sensitive_post_parameters("text")
@require_http_methods(["GET", "HEAD", "POST"])
def check_text(request):
    scope, today = request_scope(request), localdate()
    context = {"crumbs": [(_("Check a text"), None)], "nowhere": not scope.zones}
    if request.method == "POST":
        question = Question(request.POST, scope=scope, today=today)
        if question.is_valid():
            context |= answer(scope, today=today, **question.cleaned_data)
    else:
        asked = {"place": request.GET.get("place"), "year": usual_year(scope, today)}
        question = Question(initial=asked, scope=scope, today=today)
    return render(request, "claims/check.html", context | {"question": question})


def answer(scope: Scope, place: Place, year: int, text: str, today) -> dict:
    findings, more = check(text, place, year, today, elsewhere(scope, place))
    rows = [Row(n, finding, place) for n, finding in enumerate(findings, start=1)]
    return {
        "checked": True,
        "place": place,
        "year": year,
        "rows": rows,
        "pieces": pieces(text, rows),
        "summary": summary(rows),
        "most": MOST_CLAIMS if more else None,
    }


def elsewhere(scope: Scope, place: Place) -> list[str]:
    """Names of other zones and parks that the reader sees, which a text may speak of."""
    zones = [zone for zone in scope.zones if place.park or zone.pk != place.zone.pk]
    links = [] if scope.everything else scope.links
    parks = [link.park for link in links if link.park_id not in place.all_park_ids]
    places = [*zones, *(park for park in parks if not park.is_unstated)]
    return [name for one in places for name in (one.name_en, one.name_zh) if name]


def pieces(text: str, rows: list[Row]) -> list[tuple[str, Row | None]]:
    """The text in stretches: with a row where a number stands, else without."""
    found, at = [], 0
    for row in rows:
        start, end = row.finding.claim.place
        found += [(text[at:start], None), (text[start:end], row)]
        at = end
    return [one for one in [*found, (text[at:], None)] if one[0]]


def summary(rows: list[Row]) -> str:
    """`3 confirmed, 1 different, 2 unknown`."""
    counted = [
        (Verdict.CONFIRMED, _("%(n)d confirmed")),
        (Verdict.DIFFERENT, _("%(n)d different")),
        (Verdict.UNKNOWN, _("%(n)d unknown")),
    ]
    told = [
        (sum(row.finding.verdict == verdict for row in rows), words) for verdict, words in counted
    ]
    return punctuation.phrases([words % {"n": n} for n, words in told if n])
