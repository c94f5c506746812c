"""How a state looks: the shape of its icon, its tone, and its words where a page has no others."""

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack import numbers

register = template.Library()

GOOD, WATCH, BAD = " status-good", " status-watch", " status-bad"
STATES = {
    # Progress
    "achieved": ("met", GOOD, _("Target met")),
    "on_pace": ("pace", GOOD, _("On pace")),
    "behind": ("behind", BAD, _("Behind")),
    "missed": ("missed", BAD, _("Target missed")),
    "not_reported": ("ask", "", _("Not reported")),
    "not_due": ("wait", "", _("Not due yet")),
    "no_target": ("none", "", _("No target")),
    # Returns
    "not_started": ("none", "", _("Not started")),
    "draft": ("draft", "", _("In draft")),
    "submitted": ("pace", "", _("Submitted")),
    "returned": ("back", BAD, _("Sent back")),
    "approved": ("met", GOOD, pgettext_lazy("return", "Approved")),
    # Others
    "done": ("met", GOOD, _("Complete")),
    "on_schedule": ("pace", GOOD, _("On schedule")),
    "soon": ("watch", WATCH, _("Due soon")),
    "late": ("behind", BAD, _("Late")),
    "ended": ("missed", "", _("Ended")),
    "provisional": ("watch", WATCH, _("Provisional")),
}
UNKNOWN = ("none", "", numbers.NOTHING)


@register.filter
def state_icon(key):
    return STATES.get(key, UNKNOWN)[0]


@register.filter
def state_class(key):
    return STATES.get(key, UNKNOWN)[1]


@register.filter
def state_words(key):
    return STATES.get(key, UNKNOWN)[2]
