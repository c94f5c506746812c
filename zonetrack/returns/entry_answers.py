"""What the pages of data entry and their script (static/js/entry.js) agree on.

A plain form is answered with a page or a redirect. The script sends the form itself and marks
that by a header; it is told where to go on by a header, and shows pages in place of its own.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

SENT_BY_SCRIPT = "X-Entry"
GO_ON = "X-Entry-To"


def for_script(view: Callable) -> Callable:
    """A redirect of the view says that everything is saved; the script is told so."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if SENT_BY_SCRIPT in request.headers and response.status_code in (301, 302, 303):
            return HttpResponse(status=204, headers={GO_ON: response.url})
        return response

    return answer


def not_the_opener(request: HttpRequest) -> str:
    """Tells who sends a page that was made for another user, as after a new sign-in in another
    window of the same browser; empty where it is one's own, and where the page has no mark."""
    if request.POST.get("opener", "") in ("", str(request.user.pk)):
        return ""
    return _(
        "Somebody else had opened this page, and you are signed in as %(who)s now. Nothing was "
        "saved. What was typed is still here: save it only if it is yours to enter."
    ) % {"who": request.user}


def frame(request: HttpRequest) -> dict:
    """What the frame of the admin's pages takes, without its list of everything at the side."""
    site = admin.site
    request.current_app = site.name
    return {
        "site_title": site.site_title,
        "site_header": site.site_header,
        "site_url": site.site_url,
        "has_permission": True,
        "is_popup": False,
        "is_nav_sidebar_enabled": False,
    }


def draft_key(request: HttpRequest, form: str, record) -> str:
    """Under which name a browser keeps what this user has typed into this form of this record."""
    return f"{request.user.pk}:{form}:{record}"
