"""Publishing a report, its editions and their files, and what differs from them today."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.timezone import localdate, now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.places import Place
from zonetrack.access.scope import request_scope
from zonetrack.dashboards.asking import Asked, ask

from .changes_told import differences_report
from .differences import differences_today
from .editions import content_of, editions_of, last_edition, place_of
from .facts import Options
from .files import NotMade, attached, report_file
from .formats import FORMATS
from .keeping import restored
from .models import Edition, EditionFile
from .publishing import NotNow, publish
from .rights import may_issue
from .views import paper

LONGEST_NOTE = 300
ANNEX_FORMATS = ("pdf", "docx", "xlsx")


def publishing(request, zone):
    """Asks what the edition is about, and publishes it."""
    asked = ask(request, zone)
    if not may_issue(asked.scope, asked.place):
        raise PermissionDenied
    note, remarks = "", list(asked.remarks)
    if request.method == "POST":
        note = request.POST.get("note", "").replace("\0", "").strip()
        if len(note) <= LONGEST_NOTE:
            try:
                edition = published(request, asked, note)
            except (NotNow, NotMade) as refusal:
                remarks.append(str(refusal))
            else:
                words = {"n": edition.number}
                messages.success(request, _("Edition %(n)d is published.") % words)
                return redirect(edition)
        else:
            remarks.append(_("At most %(n)d characters, please.") % {"n": LONGEST_NOTE})
    last = last_edition(asked.place, asked.year)
    context = {
        "asked": asked,
        "zone": asked.whole.zone,
        "place": asked.place,
        "year": asked.year,
        "remarks": remarks,
        "note": note,
        "last": last,
        "number": last.number + 1 if last else 1,
        "hidden": "hide" in (request.POST if request.method == "POST" else request.GET),
        "changed": differences_today(last, today=asked.today, place=asked.place) if last else [],
        "crumbs": [
            (_("Annual report"), report_url(asked.place, asked.year)),
            (_("Publish"), None),
        ],
    }
    return render(request, "reports/publish.html", context)


def published(request, asked: Asked, note: str) -> Edition:
    """Raises NotNow and NotMade."""
    if asked.year > asked.today.year:
        raise NotNow(_("The year has not begun: there is nothing to publish."))
    options, shown = (
        Options(hide_single_money="hide" in request.POST),
        request.POST.get("number", ""),
    )
    return publish(
        asked.place,
        asked.year,
        by=request.user,
        at=now(),
        options=options,
        note=note,
        limit=asked.scope.limit,
        expected=int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 6 else None,
    )


@require_safe
def edition(request, pk):
    """The report as it was published."""
    found = edition_or_404(request, pk)
    content = content_of(found)
    language = chosen_language(request, content["reports"])
    place = place_of(found)
    context = paper(restored(content["reports"][language])) | {
        "edition": found,
        "zone": place.zone,
        "place": place,
        "languages": [
            (code, translation.get_language_info(code)["name_local"], code == language)
            for code in content["reports"]
        ],
        "files": files_by_language(found),
        "may_issue": may_issue(request_scope(request), place),
        "others": editions_of(place, found.year).exclude(pk=found.pk),
        "newest": last_edition(place, found.year),
        "crumbs": [
            (_("Annual report"), report_url(place, found.year)),
            (_("Edition %(n)d") % {"n": found.number}, None),
        ],
    }
    return render(request, "reports/edition.html", context)


@require_safe
def edition_file(request, pk, language, key):
    """A file as it was made when the edition was published; `kept` is what they were made of."""
    found = edition_or_404(request, pk)
    if (language, key) == ("all", "kept"):
        # It tells the amounts of single enterprises, which the files may leave out.
        if not may_issue(request_scope(request), place_of(found)):
            raise PermissionDenied
        return attached(bytes(found.kept.content), "application/json", found.kept.name)
    row = get_object_or_404(
        EditionFile.objects.select_related("file"), edition=found, language=language, format=key
    )
    return attached(bytes(row.file.content), type_of(key), row.file.name)


@require_safe
def edition_differences(request, pk):
    """What the records say today, why it is no longer the same; with ?format= as a file."""
    found = edition_or_404(request, pk)
    place, today = place_of(found), localdate()
    scope = request_scope(request)
    differ = differences_today(found, today=today, place=place, limit=scope.limit)
    report = differences_report(found, place, differ, today=today, reasons=scope.may_audit(found))
    chosen, remarks = request.GET.get("format"), []
    if chosen in ANNEX_FORMATS:
        try:
            return report_file(report, None, chosen)
        except NotMade as error:
            remarks.append(str(error))
    context = paper(report) | {
        "edition": found,
        "zone": place.zone,
        "place": place,
        "remarks": remarks,
        "crumbs": [
            (_("Annual report"), report_url(place, found.year)),
            (_("Edition %(n)d") % {"n": found.number}, found.get_absolute_url()),
            (_("What differs today"), None),
        ],
    }
    return render(request, "reports/differences.html", context)


def type_of(key: str) -> str:
    """Also of a format that is made no more, of which editions keep files."""
    return FORMATS[key].content_type if key in FORMATS else "application/octet-stream"


def report_url(place: Place, year: int) -> str:
    park = {"park": place.park.key} if place.park else {}
    return f"{reverse('report', args=[place.zone.key])}?{urlencode({'year': year} | park)}"


def edition_or_404(request, pk: int) -> Edition:
    rows = Edition.objects.select_related("zone", "park__home_zone", "kept", "published_by")
    return request_scope(request).get_or_404(rows, pk=pk)


def chosen_language(request, languages) -> str:
    """The one asked for, else the reader's, else any."""
    asked = request.GET.get("lang", get_language())
    return asked if asked in languages else next(iter(languages))


def files_by_language(found: Edition) -> list[dict]:
    rows = EditionFile.objects.filter(edition=found).select_related("file").defer("file__content")
    groups: dict[str, list[EditionFile]] = {}
    for row in rows:
        groups.setdefault(row.language, []).append(row)
    return [
        {"language": translation.get_language_info(code)["name_local"], "files": files}
        for code, files in groups.items()
    ]
