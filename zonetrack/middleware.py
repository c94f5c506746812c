"""What holds for every request and every answer."""

import codecs
import time

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from zonetrack import errors
from zonetrack.channels import Channel, through

METHODS = ("GET", "HEAD", "POST")
READABLE = {"utf-8", "ascii"}
RENEW_SECONDS = 600


def refuse_odd_requests(get_response):
    """Methods that no page has, and bodies in an encoding in which Django could not read a form."""

    def middleware(request):
        if request.method not in METHODS and not is_for_programs(request):
            page = errors.bare_page("400.html", status=405)
            page.headers["Allow"] = ", ".join(METHODS)
            return page
        charset = request.content_params.get("charset", "utf-8")
        if not readable(charset):
            return errors.bare_page("400.html", status=415)
        return get_response(request)

    return middleware


def explain_refused_methods(get_response):
    """Django's views refuse a method with nothing but a header; people get a page."""

    def middleware(request):
        response = get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            return errors.method_not_allowed(request, response.headers["Allow"])
        return response

    return middleware


def is_for_programs(request) -> bool:
    """Whether the API answers, which says itself what it takes. TRACE would repeat the cookies."""
    return request.method != "TRACE" and request.path.startswith(reverse("api-start"))


def readable(charset):
    try:
        return codecs.lookup(charset).name in READABLE
    except (LookupError, ValueError):
        return False


HEADERS = {
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A saved file that a browser opens after all may do nothing here.
SAVED = "default-src 'none'; sandbox"


def set_headers(get_response):
    """Pages hold figures of one reader's scope: no cache keeps them unless the view says so."""

    def middleware(request):
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if "attachment" in response.headers.get("Content-Disposition", ""):
            response.headers["Content-Security-Policy"] = SAVED
        return response

    return middleware


def name_channel(get_response):
    """What a request changes came through a form of the product or of the admin."""

    def middleware(request):
        is_admin = request.path.startswith(reverse("admin:index"))
        with through(Channel.ADMIN if is_admin else Channel.PAGE):
            return get_response(request)

    return middleware


def limit_sessions(get_response):
    """A session ends after some idle hours, and after some more hours in any case.

    It is renewed every ten minutes instead of on every request, which spares a write per page.
    """

    def middleware(request):
        response = get_response(request)
        if request.session.accessed and SESSION_KEY in request.session:
            renew(request.session, now=int(time.time()))
        return response

    return middleware


def renew(session, *, now):
    began = session.get("began", now)
    if now - session.get("renewed", 0) < RENEW_SECONDS:
        return
    left = began + settings.SESSION_LONGEST_SECONDS - now
    if left <= 0:
        session.flush()
        return
    session["began"] = began
    session["renewed"] = now
    session.set_expiry(min(left, settings.SESSION_IDLE_SECONDS))
