"""The form in which officials write their own texts for the sections of a year's report."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zonetrack import writing
from zonetrack.dashboards.asking import Asked, ask

from .annual import annual_report
from .edition_pages import report_url
from .models import OwnText
from .own_texts import REMARKS, texts_of
from .rights import may_issue

LONGEST = 5000
NAMES = ("text_en", "text_zh")


@dataclass
class Field:
    """The texts of one section as they were typed or are stored.

    `version` is that of the stored text the person has seen, 0 where there was none; `refused`
    tells why it was not stored, `theirs` what somebody else stored meanwhile.
    """

    key: str
    title: str
    text_en: str
    text_zh: str
    version: int
    refused: str = ""
    theirs: OwnText | None = None


def own_texts(request, zone):
    asked = ask(request, zone)
    if not may_issue(asked.scope, asked.place):
        raise PermissionDenied
    stored = texts_of(asked.place, asked.year)
    sections = sections_of(asked, stored)
    if request.method == "POST":
        fields = [sent(request.POST, key, title) for key, title in sections]
        for field in fields:
            keep(asked, field, stored.get(field.key), by=request.user)
        if not any(field.refused for field in fields):
            messages.success(request, _("The texts are saved."))
            return redirect(report_url(asked.place, asked.year))
    else:
        fields = [shown(key, title, stored.get(key)) for key, title in sections]
    context = {
        "zone": asked.whole.zone,
        "place": asked.place,
        "year": asked.year,
        "remarks": asked.remarks,
        "fields": fields,
        "refused": any(field.refused for field in fields),
        "longest": LONGEST,
        "crumbs": [
            (_("Annual report"), report_url(asked.place, asked.year)),
            (_("Own texts"), None),
        ],
    }
    return render(request, "reports/own_texts.html", context)


def sections_of(asked: Asked, stored: dict[str, OwnText]) -> list[tuple[str, str]]:
    """Keys and titles of the sections of the report as it is, and the remarks at its end.

    A text whose section the report no longer has stands by its key; it is told as a remark.
    """
    report = annual_report(asked.place, asked.year, today=asked.today)
    titles = {each.key: each.title for each in report.sections}
    titles |= {REMARKS: _("Remarks")}
    return [*titles.items(), *((key, key) for key in sorted(stored) if key not in titles)]


def shown(key: str, title: str, text: OwnText | None) -> Field:
    if text is None:
        return Field(key, title, "", "", 0)
    return Field(key, title, text.text_en, text.text_zh, text.version)


def sent(data, key: str, title: str) -> Field:
    english, chinese = (clean(data.get(f"{key}-{name}", "")) for name in NAMES)
    version = data.get(f"{key}-version", "")
    known = version.isascii() and version.isdigit() and len(version) < 10
    return Field(key, title, english, chinese, int(version) if known else 0)


def clean(text: str) -> str:
    """Lines end as everywhere else; a NUL no database keeps."""
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def keep(asked: Asked, field: Field, text: OwnText | None, *, by) -> None:
    """Store what was typed; what somebody else changed meanwhile is shown beside it.

    Where nothing was typed, theirs stays, and the form shows it.
    """
    if max(len(field.text_en), len(field.text_zh)) > LONGEST:
        field.refused = _("At most %(n)d characters, please.") % {"n": LONGEST}
        return
    before = (text.text_en, text.text_zh) if text else ("", "")
    typed = (field.text_en, field.text_zh)
    if typed == before:
        return
    if text and typed == seen(text, field.version):
        field.text_en, field.text_zh, field.version = *before, text.version
        return
    of_place = {"park": asked.place.park} if asked.place.park else {"zone": asked.place.zone}
    row = text or OwnText(year=asked.year, section=field.key, **of_place)
    if (text.version if text else 0) != field.version:
        refuse(field, text)
        return
    row.text_en, row.text_zh = field.text_en, field.text_zh
    try:
        with transaction.atomic():
            field.version = writing.save(
                row, by=by, version=field.version if text else None
            ).version
    except (writing.Conflict, IntegrityError):
        refuse(field, texts_of(asked.place, asked.year).get(field.key))


def seen(text: OwnText, version: int) -> tuple[str, str]:
    """What the form showed to who opened it at that version; blank before there was a text."""
    found = text.history.filter(version=version).values_list(*NAMES).first()
    return found or ("", "")


def refuse(field: Field, theirs: OwnText | None) -> None:
    """The person sees the other text and may save knowingly: the form then knows its version."""
    field.refused = _("Somebody else has changed this text since you opened it.")
    field.theirs = theirs
    field.version = theirs.version if theirs else 0
