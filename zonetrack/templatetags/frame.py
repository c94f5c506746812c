"""What stands in the frame of every page, so written to cost little: its addresses and its tabs."""

from html import escape

from django import template
from django.urls import NoReverseMatch
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from zonetrack.addresses import address_of

register = template.Library()
# Pages that every zone shares, in the order of their tabs.
SHARED = (
    ("enterprise-list", _("Enterprises")),
    ("center-list", _("R&D centers")),
    ("title-list", _("Titles")),
    ("patent-list", _("Patents")),
    ("project-list", _("Projects")),
    ("cooperation-list", _("Cooperation")),
    ("return-list", _("Returns")),
    ("report-list", _("Reports")),
)
HERE, WITHIN = ' aria-current="page"', ' aria-current="true"'


@register.simple_tag
def address(name: str, *args: str) -> str:
    """As `url`, but remembered; empty where there is no such page."""
    try:
        return address_of(name, *args)
    except NoReverseMatch:
        return ""


@register.simple_tag
def tabs(zone_key: str, path: str) -> SafeString:
    """The tabs; those of a zone only where there is one. The page's own and the one above it are
    marked."""
    shared = [tab(address(name), words, path) for name, words in SHARED]
    last = tab(address("check-text"), _("Check a text"), path)
    if not zone_key:
        return mark_safe("\n".join([*shared, last]))
    zone, indicators, compare = (
        address(name, zone_key) for name in ("zone", "indicators", "compare-parks")
    )
    elsewhere = indicators in path or compare in path
    found = [
        tab(zone, _("Overview"), "" if elsewhere else path),
        tab(indicators, _("Indicators"), path),
        *shared,
        tab(compare, _("Compare"), path),
        last,
    ]
    return mark_safe("\n".join(found))


def tab(href: str, words, path: str) -> str:
    if not href:
        return ""
    mark = HERE if href == path else WITHIN if href in path else ""
    return f'<li><a href="{escape(href)}"{mark}>{escape(str(words))}</a></li>'
