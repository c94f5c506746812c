"""Publishing: a report is frozen under a number, with its files, and stays as it was."""

import json
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from enterprises.places import Place
from zonetrack import security, writing
from zonetrack.changes import Limit
from zonetrack.files.models import store
from zonetrack.sums.belonging import Links

from .changes_told import changes_section
from .differences import differences_today
from .document import AnnualReport
from .editions import draft, last_edition
from .facts import Facts, Options
from .files import content
from .formats import FORMATS, file_name
from .freezing import frozen_figures
from .keeping import plain
from .models import Edition, EditionFile

SHAPE = 1  # of what is kept; grows when it changes


class NotNow(Exception):
    """Says in a sentence why nothing was published."""


class Moved(NotNow):
    """Figures were changed while the report was being made."""

    def __init__(self):
        super().__init__(
            _("The figures changed while the report was being made. Publish it once more.")
        )


class Overtaken(NotNow):
    """Somebody else published an edition since the person looked."""

    def __init__(self):
        super().__init__(
            _("Another edition has been published meanwhile. Look at it before you publish yours.")
        )


def publish(
    place: Place,
    year: int,
    *,
    by,
    at: datetime,
    options: Options | None = None,
    note: str = "",
    limit: Limit = None,
    expected: int | None = None,
) -> Edition:
    """Freeze the report in every language with all its files.

    `expected`: the number the person was shown. Raises Overtaken where another edition was
    published since, Moved where the figures changed meanwhile, NotMade where a file could not be
    made; then nothing is kept. `limit` keeps the names of what was changed to what `by` may see.
    Only storing locks: others go on saving while the files are made.
    """
    options, today = options or Options(), timezone.localdate(at)
    before = last_edition(place, year)
    number = before.number + 1 if before else 1
    if expected not in (None, number):
        raise Overtaken
    facts = Facts(place, year, today, options)
    figures = frozen_figures(facts)
    reports = {
        language: edition_report(facts, language, number, before, by, at, limit)
        for language, _name in settings.LANGUAGES
    }
    said = {
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
    files = [
        (language, key, *named_file(key, report, facts))
        for language, report in reports.items()
        for key in FORMATS
    ]
    # The languages and the files are made one after the other, while others go on saving.
    if frozen_figures(Facts(place, year, today, options)) != figures:
        raise Moved
    try:
        edition = kept(place, said, files, by=by, at=at)
    except IntegrityError as error:
        raise Overtaken from error
    security.note_when_stored(
        "edition-published",
        by=by and by.get_username(),
        place=place.key,
        year=year,
        number=number,
    )
    return edition


def edition_report(facts: Facts, language: str, number: int, before, by, at, limit) -> AnnualReport:
    """The report of one language as the edition says it, with what it changes in the last one."""
    with translation.override(language):
        report = draft(facts.place, facts.year, today=facts.today, options=facts.options)
        words = {
            "n": number,
            "day": formats.date_format(timezone.localtime(at), "DATE_FORMAT"),
            "author": by,
        }
        changes = ()
        if before:
            found = differences_today(
                before, today=facts.today, place=facts.place, limit=limit, options=facts.options
            )
            changes = (changes_section(before, found),)
        return replace(
            report,
            edition=number,
            state=_("Edition %(n)d, published on %(day)s by %(author)s") % words,
            sections=(*report.sections, *changes),
        )


def named_file(key: str, report: AnnualReport, facts: Facts) -> tuple[str, bytes]:
    """Raises NotMade where the writer fails."""
    return file_name(report, key), content(report, facts, key)


@transaction.atomic
def kept(place: Place, said: dict, files: list[tuple], *, by, at: datetime) -> Edition:
    """`files`: language, format, name and content of each. Raises IntegrityError where somebody
    else has published the same edition."""
    # Pages of the place tell of its editions.
    own = Links(park={place.park.pk}) if place.park else Links(zone={place.zone.pk})
    writing.lock_zones(own)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    year, number = said["year"], said["edition"]
    name = f"{place.key.replace(':', '-')}-{year}-edition-{number}.json"
    edition = Edition.objects.create(
        zone=None if place.park else place.zone,
        park=place.park,
        year=year,
        number=number,
        note=said["note"],
        published_at=at,
        published_by=by,
        kept=store(name, text.encode(), kind="json", by=by, at=at),
    )
    for language, key, file, made in files:
        stored = store(file, made, kind=FORMATS[key].extension, by=by, at=at)
        EditionFile.objects.create(edition=edition, language=language, format=key, file=stored)
    return edition
