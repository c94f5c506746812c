"""What stands in the frame of every page, so written to cost little: its addresses, its tabs, and
beside pages of the admin the list of all that is entered."""

from html import escape

from django import template
from django.urls import NoReverseMatch
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zonetrack.addresses import address_of

from .states import filled

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


# One kind of records in the admin's list; `more` is a column of its first page only.
KIND = (
    '\n      \n      <tr class="model-{name}{mark}">\n'
    '        <th scope="row" id="{key}-{name}">{link}</th>\n'
    "        <td>{add}</td>\n"
    "        {more}\n"
    "      </tr>\n      \n    "
)
ADD = '<a href="{}" class="addlink" aria-describedby="{}-{}">{}</a>'
CHANGE = "\n        <td>{}</td>\n        "
CHANGELINK = '<a href="{}" class="{}" aria-describedby="{}-{}">{}</a>'


@register.simple_tag
def kinds(group: dict, path: str, with_change: bool) -> SafeString:
    """The rows of a group of the admin's list, which stands beside each of its pages."""
    key = group["app_label"]
    return mark_safe("".join(kind(key, one, path, with_change) for one in group["models"]))


def kind(key: str, one: dict, path: str, with_change: bool) -> SafeString:
    name, url = one["object_name"].lower(), one["admin_url"]
    link, mark, more = one["name"], "", ""
    if url:
        mark = " current-model" if url in path else ""
        here = mark_safe(HERE) if mark else ""
        link = filled('<a href="{}"{}>{}</a>', url, here, one["name"])
    if with_change:
        more = filled(CHANGE, change_link(key, one) if url else "")
    add = filled(ADD, one["add_url"], key, name, gettext("Add")) if one["add_url"] else ""
    return filled(KIND, key=key, name=name, mark=mark, link=link, add=add, more=more)


def change_link(key: str, one: dict) -> SafeString:
    name, look, words = one["object_name"].lower(), "changelink", gettext("Change")
    if one.get("view_only"):
        look, words = "viewlink", gettext("View")
    return filled(CHANGELINK, one["admin_url"], look, key, name, words)


@register.filter
def current_among(models: list[dict], path: str) -> str:
    """The class of a group for each of its kinds that the page is about."""
    here = [one for one in models if one["admin_url"] and one["admin_url"] in path]
    return " current-app" * len(here)
