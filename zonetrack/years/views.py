"""The feed of deadlines that calendar programs read, by a secret address instead of signing in."""

from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Max, OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.models import Park
from zonetrack.access.scope import Scope, scope_of

from .calendar_keys import owner
from .icalendar import BEFORE, THAT_MORNING, Event, calendar
from .models import ReportingYear

YEARS_BACK = 3
TAGS = {"zh-hans": "zh-Hans", "en": "en"}


@login_not_required
@require_safe
def feed(request, key):
    """The opening and due days of the years of the zones the owner of the key enters for."""
    user = owner(key)
    if user is None:
        raise Http404
    asked = request.GET.get("language")
    known = dict(settings.LANGUAGES)
    language = asked if asked in known else translation.get_language()
    with translation.override(language):
        rows = years_of(scope_of(user), timezone.localdate())
        events = [event for row in rows for event in events_of(row, request)]
        name = _("ZoneTrack: yearly figures")
        text = calendar(events, name=name, language=TAGS.get(language, "en"))
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


def years_of(scope: Scope, today: date):
    """Years that are open or may open; the closed ones leave the calendar."""
    history = ReportingYear.history.model.objects.filter(id=OuterRef("pk")).order_by()
    changed = history.values("id").annotate(last=Max("history_date")).values("last")
    rows = ReportingYear.objects.filter(closed_at=None, year__gte=today.year - YEARS_BACK)
    if not scope.everything:
        parks = Park.objects.filter(pk__in=scope.writable_park_ids)
        rows = rows.filter(zone__in=parks.values("home_zone"))
    ordered = rows.order_by("year", "zone__order", "zone__key")
    return ordered.annotate(changed=Subquery(changed)).select_related("zone")


def events_of(row: ReportingYear, request) -> list[Event]:
    words = {"zone": row.zone.name, "year": row.year}
    names = " · ".join(dict.fromkeys(filter(None, [row.zone.name_en, row.zone.name_zh])))
    url = request.build_absolute_uri(reverse("board", args=[row.zone.key, row.year]))
    common = {
        "description": f"{names}\n{url}",
        "changed": changed_at(row),
        "sequence": row.version - 1,
        "url": url,
    }
    events = []
    if row.opens_on:
        summary = _("%(zone)s: figures for %(year)d can be entered") % words
        uid = f"opens-{row.year}-{row.zone.key}@zonetrack"
        events.append(Event(uid, row.opens_on, summary, alarms=THAT_MORNING, **common))
    summary = _("%(zone)s: figures for %(year)d are due") % words
    uid = f"due-{row.year}-{row.zone.key}@zonetrack"
    return [*events, Event(uid, row.due, summary, alarms=BEFORE, **common)]


def changed_at(row: ReportingYear) -> datetime:
    """When the year was last changed; of one that was loaded without history, the day it opens."""
    if row.changed:
        return row.changed
    day = row.opens_on or date(row.year, 12, 31) + timedelta(days=1)
    return datetime.combine(day, time(), UTC)
