"""How a state looks: the shape of its icon, its tone, and its words where a page has no others."""

from html import escape

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
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


ICON = '<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>'
MARK = f'<span class="status{{}}">{ICON}{{}}</span>'


def plain(text) -> str:
    """As a template writes it."""
    return escape(text) if type(text) is str else conditional_escape(text)


def filled(shape: str, *parts, **named) -> SafeString:
    """As Django's `format_html`, for what a page writes a hundred times."""
    named = {name: plain(part) for name, part in named.items()}
    return mark_safe(shape.format(*[plain(part) for part in parts], **named))


@register.simple_tag
def state_mark(key, text="") -> SafeString:
    """The state as shape, word and color; `text` words it otherwise ("3 months late")."""
    icon, tone, words = STATES.get(key, UNKNOWN)
    return mark_safe(MARK.format(tone, icon, plain(text or words)))
