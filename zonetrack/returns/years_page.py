"""The reporting years of the zones in which a person enters figures: open, close, reopen."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from enterprises import opening
from enterprises.models import State
from enterprises.opening import NotOpen, NotYet
from enterprises.reporting import MISSING, Reporting, reporting, reporting_years, state_words, tally
from zonetrack import writing
from zonetrack.access.scope import Scope, request_scope
from zonetrack.years import calendar_keys
from zonetrack.years.closing import ClosedYear
from zonetrack.years.models import ReportingYear

from .yearly_places import (
    may_manage,
    parks_entered,
    takes_figures,
    year_or_404,
    zone_or_404,
    zones_entered,
)

ZONES_A_PAGE = 20
REFUSED = (ClosedYear, NotYet, NotOpen, writing.Conflict)
# The states in the order of the table, as counted for a year.
COUNTED = (
    State.APPROVED,
    State.SUBMITTED,
    State.RETURNED,
    State.DRAFT,
    State.NOT_STARTED,
    MISSING,
)


class AddYear(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("Year"))
    due_on = forms.DateField(
        label=gettext_lazy("Last day to report"),
        required=False,
        help_text=gettext_lazy("Empty: 31 March of the following year."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, zone, today, *args, **kwargs):
        super().__init__(*args, prefix=zone.key, initial={"year": today.year - 1}, **kwargs)
        self.zone, self.today = zone, today

    def clean_year(self):
        year = self.cleaned_data["year"]
        if not takes_figures(year, self.today):
            raise forms.ValidationError(_("Figures are reported for past years and this one."))
        if ReportingYear.objects.filter(zone=self.zone, year=year).exists():
            raise forms.ValidationError(_("This zone already has this year."))
        return year


class Reopen(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("It stays in the history of the year."),
        error_messages={"required": gettext_lazy("Say why the year is reopened.")},
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


@dataclass
class YearShown:
    """A reporting year with what has been reported in the parks a person enters for."""

    row: ReportingYear
    today: object
    rows: list[Reporting] = field(default_factory=list)

    @property
    def counts(self) -> list[int]:
        found = tally(self.rows)
        return [found[state] for state in COUNTED]

    @property
    def expected(self) -> int:
        return len(self.rows)

    @property
    def outstanding(self) -> int:
        return sum(row.is_outstanding for row in self.rows)

    @property
    def missing(self) -> int:
        return tally(self.rows)[MISSING]

    @property
    def state(self) -> tuple[str, str]:
        """A key of partials/_status.html, and words."""
        if self.row.is_closed:
            return "ended", _("Closed")
        if not self.row.is_opened:
            return "no_target", _("Not opened")
        if self.row.is_late(self.today) and self.outstanding:
            return "late", _("Overdue")
        return "on_schedule", _("Open")

    @property
    def opens_later(self) -> bool:
        return bool(self.row.opens_on and self.today < self.row.opens_on)


def years(request, bound: AddYear | None = None):
    scope, today = request_scope(request), timezone.localdate()
    page = Paginator(zones_entered(scope), ZONES_A_PAGE).get_page(request.GET.get("page"))
    shown = years_of(scope, list(page), today)
    zones = [
        {
            "zone": zone,
            "years": shown[zone.pk],
            "manages": may_manage(scope, zone),
            "form": bound if bound and bound.zone == zone else AddYear(zone, today),
        }
        for zone in page
    ]
    context = {
        "title": _("Yearly figures"),
        "zones": zones,
        "page_obj": page,
        "heads": state_heads(),
        "feed_url": calendar_keys.feed_url(request),
    }
    return shown_inside(request, "returns/years.html", context)


def years_of(scope: Scope, zones: list, today) -> dict[int, list[YearShown]]:
    """The years of some zones, the latest first, each with who reports what."""
    parks = parks_entered(scope, zones)
    home = {park.pk: park.home_zone_id for park in parks}
    found = defaultdict(list)
    years = ReportingYear.objects.filter(zone__in=zones).select_related("zone")
    for row, reported in reporting_years(years, home):
        found[row.zone_id].append(YearShown(row, today, reported))
    return found


def state_heads() -> list[str]:
    return [state_words(state) for state in COUNTED]


def shown_inside(request, template: str, context: dict):
    """A page inside the admin site."""
    request.current_app = admin.site.name
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context})


# Steps


def managed_or_403(request, zone_key: str):
    scope = request_scope(request)
    zone = zone_or_404(scope, zone_key)
    if not may_manage(scope, zone):
        raise PermissionDenied
    return zone


def managed_year(request, zone_key: str, year: int) -> ReportingYear:
    managed_or_403(request, zone_key)
    return year_or_404(request_scope(request), zone_key, year)


def back() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("years-of-entry"))


@require_POST
def add(request, zone):
    """A year the zone did not have yet, opened at once."""
    zone, today = managed_or_403(request, zone), timezone.localdate()
    form = AddYear(zone, today, request.POST)
    if not form.is_valid():
        return years(request, form)
    row = ReportingYear(zone=zone, opens_on=today, **form.cleaned_data)
    try:
        writing.save(row, by=request.user)
    except IntegrityError:
        # Somebody else, or the other click of two, has added it at the same moment.
        row = year_or_404(request_scope(request), zone.key, row.year)
    return opened(request, row)


@require_POST
def open_year(request, zone, year):
    """Opens a year, or prepares the returns still missing of one that is open."""
    return opened(request, managed_year(request, zone, year))


def opened(request, row: ReportingYear):
    at = timezone.now()
    try:
        prepared = opening.open_year(row, by=request.user, at=at, today=timezone.localdate(at))
    except REFUSED as refusal:
        messages.error(request, str(refusal))
    else:
        words = {"year": row.year, "zone": row.zone.name, "told": prepared.sentence}
        messages.success(request, _("%(year)d in %(zone)s: %(told)s") % words)
    return back()


def close(request, zone, year):
    """Tells what is still open, and closes the year once that is confirmed."""
    row = managed_year(request, zone, year)
    if row.is_closed:
        messages.info(request, _("The year is closed already."))
        return back()
    if request.method == "POST":
        return changed(
            request,
            row,
            _("%(year)d is closed in %(zone)s."),
            lambda version: opening.close_year(
                row, by=request.user, at=timezone.now(), version=version
            ),
        )
    parks = {park.pk for park in parks_entered(request_scope(request), [row.zone])}
    shown = YearShown(row, timezone.localdate(), reporting(row.year, parks))
    context = {
        "title": _("Close %(year)d in %(zone)s") % {"year": row.year, "zone": row.zone.name},
        "shown": shown,
        "counts": list(zip(state_heads(), shown.counts, strict=True)),
        "unapproved": shown.expected - tally(shown.rows)[State.APPROVED],
    }
    return shown_inside(request, "returns/years_close.html", context)


def reopen(request, zone, year):
    """A closed year takes figures again; the reason stays in its history."""
    row = managed_year(request, zone, year)
    if not row.is_closed:
        messages.info(request, _("The year is open already."))
        return back()
    form = Reopen(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row.reopen()
        reason = form.cleaned_data["reason"]
        return changed(
            request,
            row,
            _("%(year)d is open again in %(zone)s."),
            lambda version: writing.save(row, by=request.user, reason=reason, version=version),
        )
    context = {
        "title": _("Reopen %(year)d in %(zone)s") % {"year": row.year, "zone": row.zone.name},
        "row": row,
        "form": form,
    }
    return shown_inside(request, "returns/years_reopen.html", context)


def changed(request, row: ReportingYear, words: str, store: Callable[[int], object]):
    """Store the year if it is still as the person saw it, which the number of the form tells."""
    version = request.POST.get("version", "")
    opened = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    try:
        store(opened)
    except writing.Conflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, words % {"year": row.year, "zone": row.zone.name})
    return back()


# The calendar


@require_POST
def calendar_key(request):
    """Another secret address for the person's calendar, or none; the one before stops working."""
    if request.POST.get("do") == "remove":
        calendar_keys.remove(request.user)
        messages.success(request, _("The address of your calendar was removed."))
    else:
        calendar_keys.renew(request.user)
        messages.success(request, _("Your calendar has a new address. It is shown below."))
    return back()
