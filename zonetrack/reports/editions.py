"""Editions as they are kept: which there are, what they say, and the draft of the next one."""

import json
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from enterprises.places import Place, zone_links

from . import own_texts
from .annual import annual_report
from .document import AnnualReport
from .facts import Options
from .keeping import restored
from .models import Edition


def draft(place: Place, year: int, *, today: date, options: Options | None = None) -> AnnualReport:
    """The report as it stands today with the officials’ own texts, in the active language."""
    report = annual_report(place, year, today=today, options=options)
    last = last_edition(place, year)
    if last is not None:
        words = {"n": last.number}
        report = replace(report, state=_("Not published, after edition %(n)d") % words)
    return own_texts.added(report, own_texts.texts_of(place, year))


def editions_of(place: Place, year: int | None = None):
    """Published editions of a place, the newest first."""
    of_place = {"park": place.park} if place.park else {"zone": place.zone}
    rows = Edition.objects.filter(**of_place).select_related("kept", "published_by")
    rows = rows.defer("kept__content")
    return rows if year is None else rows.filter(year=year)


def last_edition(place: Place, year: int) -> Edition | None:
    return editions_of(place, year).first()


def content_of(edition: Edition) -> dict:
    """What is kept, as it was written."""
    return json.loads(bytes(edition.kept.content))


def report_of(edition: Edition, language: str) -> AnnualReport:
    """The frozen report in a language. Raises KeyError where it was not published in it."""
    return restored(content_of(edition)["reports"][language])


def options_of(content: dict) -> Options:
    """What was chosen when the edition was published."""
    return Options(**content["options"])


def place_of(edition: Edition) -> Place:
    """The place of an edition that was found in scope already."""
    zone = edition.zone or edition.park.home_zone
    links = tuple(zone_links(zone.key))
    return Place(zone, links, edition.park)
