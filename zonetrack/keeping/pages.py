"""Whole pages that are kept: all that stands within the frame, alike for equal rights.

The page is made without the request, so that nothing of a reader or a form can come into it; the
frame around it, with the reader's name and tokens, is made each time. It is kept under what its
ETag names (zonetrack.keeping.conditional) except for who reads it in which session and look.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate

from .parts import kept

# Longer addresses are nobody's links.
LONGEST_ADDRESS = 300
BETWEEN = "\0"
PARTS = ("title", "head", "path", "content")


class Unkept(Exception):
    """The view answered something else than a page."""

    def __init__(self, response: HttpResponse):
        self.response = response


def kept_page(request, rights: tuple, stamp: str, more: Any, view: Callable[[], HttpResponse]):
    """The answer of a view, which is not asked where its page is kept.

    `view` answers a TemplateResponse with a template that extends `frame|default:"base.html"` and
    needs nothing of the request; whatever else it answers is handed on. `more`: what else the page
    shows that no stamp tells of.
    """
    address = request.get_full_path()
    if not settings.KEEP_PARTS or len(address) > LONGEST_ADDRESS:
        return view()
    try:
        part = kept("page", (rights, address, more), stamp, localdate(), lambda: made(view()))
    except Unkept as other:
        return other.response
    return render(request, "kept.html", part)


def made(response: HttpResponse) -> dict:
    if not isinstance(response, TemplateResponse) or response.status_code != 200:
        raise Unkept(response)
    context = response.context_data | {"frame": "inner.html", "between": BETWEEN}
    written = render_to_string(response.template_name, context)
    parts = written.removesuffix("\n").split(BETWEEN)  # a file ends with a line break
    zone = context.get("zone")
    around = {"zone": {"key": zone.key, "name": zone.name} if zone else None}
    return around | {key: mark_safe(text) for key, text in zip(PARTS, parts, strict=True)}
