"""Publishing: a report is frozen under a number, with its files, and stays as it was."""

import json
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from enterprises.places import Place
from zonetrack.files.models import store

from .differences import changes_section
from .document import AnnualReport
from .editions import draft, last_edition
from .facts import Facts, Options
from .formats import FORMATS, file_name, made
from .freezing import frozen_figures
from .keeping import plain
from .models import Edition, EditionFile

SHAPE = 1  # of what is kept; grows when it changes


class Moved(Exception):
    """Figures were changed while the report was being made, or somebody else published it."""

    def __init__(self):
        super().__init__(
            _("The figures changed while the report was being made. Publish it once more.")
        )


@transaction.atomic
def publish(
    place: Place,
    year: int,
    *,
    by,
    at: datetime,
    options: Options | None = None,
    note: str = "",
) -> Edition:
    """Freeze the report in every language with all its files.

    Raises Moved where the figures changed meanwhile; then nothing is kept.
    """
    options, today = options or Options(), timezone.localdate(at)
    before = last_edition(place, year)
    number = before.number + 1 if before else 1
    facts = Facts(place, year, today, options)
    figures = frozen_figures(facts)
    reports = {
        language: edition_report(facts, language, number, before, by, at)
        for language, _name in settings.LANGUAGES
    }
    refuse_moved(reports)
    content = {
        "shape": SHAPE,
        "place": place.key,
        "year": year,
        "edition": number,
        "published_at": at.isoformat(),
        "published_by": str(by),
        "note": note,
        "options": plain(vars(options)),
        "reports": {language: plain(report) for language, report in reports.items()},
        "figures": figures,
    }
    edition = kept_edition(place, year, number, content, by=by, at=at, note=note)
    for language, report in reports.items():
        keep_files(edition, language, report, facts, by=by, at=at)
    return edition


def edition_report(facts: Facts, language: str, number: int, before, by, at) -> AnnualReport:
    """The report of one language as the edition says it, with what it changes in the last one."""
    with translation.override(language):
        report = draft(facts.place, facts.year, today=facts.today, options=facts.options)
        words = {
            "n": number,
            "day": formats.date_format(timezone.localtime(at), "DATE_FORMAT"),
            "author": by,
        }
        changes = (changes_section(before, today=facts.today),) if before else ()
        return replace(
            report,
            edition=number,
            state=_("Edition %(n)d, published on %(day)s by %(author)s") % words,
            sections=(*report.sections, *changes),
        )


def refuse_moved(reports: dict[str, AnnualReport]) -> None:
    """The languages are read one after the other: all must tell the same numbers."""
    numbers = [
        [{name: each for name, each in line.items() if not isinstance(each, str)} for line in lines]
        for lines in (report.lines for report in reports.values())
    ]
    if any(each != numbers[0] for each in numbers[1:]):
        raise Moved


def kept_edition(place: Place, year: int, number: int, content: dict, *, by, at, note) -> Edition:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    name = f"{place.key.replace(':', '-')}-{year}-edition-{number}.json"
    try:
        with transaction.atomic():
            return Edition.objects.create(
                zone=None if place.park else place.zone,
                park=place.park,
                year=year,
                number=number,
                note=note,
                published_at=at,
                published_by=by,
                kept=store(name, text.encode(), kind="json", by=by, at=at),
            )
    except IntegrityError as error:
        raise Moved from error


def keep_files(edition: Edition, language: str, report: AnnualReport, facts: Facts, *, by, at):
    """Every format as a file, made now and never again."""
    for key in FORMATS:
        with translation.override(language):
            content, name = made(key, report, facts), file_name(report, key)
        file = store(name, content, kind=key, by=by, at=at)
        EditionFile.objects.create(edition=edition, language=language, format=key, file=file)
