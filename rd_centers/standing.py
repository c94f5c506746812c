"""How a body stands on a day: recognized, on its way there, or ended."""

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enterprises.models import Level
from zonetrack import punctuation

from .models import Center, Recognition, StageEvent
from .models.life import STAGE_LASTS

HIGHEST_FIRST = {level: place for place, level in enumerate(Level.values)}


def is_recognized(today: date) -> Q:
    return Q(pk__in=Center.objects.held_at_end_of(today.year).values("pk"))


def is_ended(today: date) -> Q:
    """Merged, abandoned, or without any of the recognitions it once had."""
    once = Exists(Recognition.objects.counted().filter(center=OuterRef("pk")))
    abandoned = StageEvent.objects.filter(
        center=OuterRef("pk"), stage=StageEvent.Stage.ABANDONED, year__lte=today.year
    )
    merged = Q(merged_year__lte=today.year)
    return merged | (Q(once) & ~is_recognized(today)) | (~Q(once) & Exists(abandoned))


def is_on_the_way(today: date) -> Q:
    begun = StageEvent.objects.filter(center=OuterRef("pk"), stage__in=StageEvent.PIPELINE)
    once = Exists(Recognition.objects.counted().filter(center=OuterRef("pk")))
    return Q(Exists(begun)) & ~Q(once) & ~is_ended(today)


def standing_recognitions(center: Center, today: date) -> list[Recognition]:
    """Those in force, highest level first. Reads `center.recognitions.all()`."""
    found = [
        one
        for one in center.recognitions.all()
        if one.year <= today.year and not (one.ended_year and one.ended_year <= today.year)
    ]
    return sorted(found, key=lambda one: HIGHEST_FIRST[one.level])


def level_of(center: Center, today: date) -> str:
    """The highest level at which it is recognized now."""
    highest = next(iter(standing_recognitions(center, today)), None)
    return str(Level(highest.level).label) if highest else ""


def since(center: Center) -> int | None:
    """The year of its first recognition that counts."""
    years = [one.year for one in center.recognitions.all() if one.level != Level.ENTERPRISE]
    return min(years, default=None)


def standing(center: Center, today: date) -> tuple[str, str]:
    """A key of partials/_status.html and the words for it."""
    if center.merged_year and center.merged_year <= today.year:
        return "ended", _("Merged %(year)d") % {"year": center.merged_year}
    if standing_recognitions(center, today):
        return "done", pgettext("center", "Recognized")
    if center.recognitions.all():
        return "ended", _("No longer recognized")
    return stage_standing(list(center.stages.all()), today)


def stage_standing(stages: list[StageEvent], today: date) -> tuple[str, str]:
    """The last stage; "last known" where nothing was heard of it for years."""
    stages = sorted((one for one in stages if one.year <= today.year), key=order)
    if not stages:
        return "not_started", _("No stage known")
    last = stages[-1]
    words = punctuation.dated(last.get_stage_display(), last.year)
    if last.stage == StageEvent.Stage.ABANDONED:
        return "ended", words
    if last.stage in StageEvent.PIPELINE and today.year >= last.year + STAGE_LASTS:
        return "not_reported", _("Last known: %(stage)s") % {"stage": words}
    building = last.stage in (StageEvent.Stage.BUILDING, StageEvent.Stage.OPENED)
    return ("draft" if building else "not_started"), words


def order(stage: StageEvent) -> tuple:
    return stage.year, stage.stage
