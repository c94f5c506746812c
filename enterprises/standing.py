"""How a title stands on a day: held, soon to lapse or be reviewed, or ended."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zonetrack import punctuation

from .models import Title


def within_a_year(today: date) -> date:
    # 29 February has no counterpart in most years.
    return today.replace(year=today.year + 1, day=min(today.day, 28 if today.month == 2 else 31))


def titles_ended(today: date) -> Q:
    lapsed = Q(expires_on__lt=today) | Q(expires_on__isnull=True, expires_year__lt=today.year)
    return lapsed | Q(ended_year__lte=today.year)


def titles_held(today: date) -> Q:
    lasts = (
        Q(expires_year__isnull=True)
        | Q(expires_on__gte=today)
        | Q(expires_on__isnull=True, expires_year__gte=today.year)
    )
    return lasts & (Q(ended_year__isnull=True) | Q(ended_year__gt=today.year))


def titles_due(today: date) -> Q:
    """Held, and lapsing or to be reviewed from today to the same day of next year."""
    window = (today, within_a_year(today))
    due = Q(expires_on__range=window) | Q(review_due_on__range=window)
    return due & Q(ended_year__isnull=True)


def standing(title: Title, today: date) -> tuple[str, str]:
    """A key of partials/_status.html and the words for it."""
    if title.ended_year and title.ended_year <= today.year:
        return "ended", punctuation.dated(title.get_end_reason_display(), title.ended_year)
    if lapsed(title, today):
        return "ended", _("Expired %(year)d") % {
            "year": title.expires_year or title.expires_on.year
        }
    until = within_a_year(today)
    if title.expires_on and title.expires_on <= until:
        return "soon", _("Held, lapses soon")
    if title.review_due_on and today <= title.review_due_on <= until:
        return "soon", _("Held, review due soon")
    if title.expires_year is None:
        return "done", _("Held, term unknown")
    return "done", pgettext("title", "Held")


def lapsed(title: Title, today: date) -> bool:
    if title.expires_on:
        return title.expires_on < today
    return title.expires_year is not None and title.expires_year < today.year
