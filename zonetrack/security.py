"""The security log: who did what, from where, one line each, for those who watch over the server.

Lines go through the logger `zonetrack.security`; the formatter of the logs adds the time in UTC.
No passwords, session ids or tokens ever come here, and no text of a visitor looks like a line.
"""

import json
import logging
from contextvars import ContextVar
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from zonetrack.logs import without_keys

log = logging.getLogger("zonetrack.security")

LONGEST = 200  # signs kept of a value
# What follows a change in the database is written without knowing of requests.
_request: ContextVar = ContextVar("request", default=None)


def remember_request(get_response):
    """Middleware: what is noted while a request is answered tells who asked, and from where.

    It notes itself what was refused and what was saved to a file, whichever view answered.
    """

    def middleware(request):
        token = _request.set(request)
        try:
            response = get_response(request)
            note_answer(request, response)
            return response
        finally:
            _request.reset(token)

    return middleware


def note_answer(request, response) -> None:
    path = without_keys(request.path)
    told = {"status": response.status_code, "method": request.method, "path": path}
    if is_refusal(request, response):
        note("refused", level=logging.WARNING, **told)
    elif "attachment" in response.headers.get("Content-Disposition", ""):
        note("saved-file", **told, query=request.META.get("QUERY_STRING") or None)


def is_refusal(request, response) -> bool:
    """Denied, or something named that is not there for this person; not a mistyped address."""
    match = request.resolver_match
    if response.status_code in (401, 403):
        return True
    named = match is not None and bool(match.kwargs or match.args) and name_of(request) is not None
    # The admin leads to its front page from a record that it does not find.
    led_away = named and match.app_name == "admin" and response.status_code == 302
    lost = led_away and response.headers.get("Location") == reverse("admin:index")
    return lost or (named and response.status_code == 404)


def note(event: str, *, request=None, level=logging.INFO, **facts) -> None:
    """Write a line at once. `facts`: name → text or number; None is left out.

    `by` and `source` are those of the request unless given.
    """
    request = request or _request.get()
    facts = {"by": name_of(request), "source": source_of(request)} | facts
    told = [f"{name}={quoted(value)}" for name, value in facts.items() if value is not None]
    log.log(level, "%s %s", event, " ".join(told))


def note_when_stored(event: str, **facts) -> None:
    """Write a line once the change it tells of is really in the database."""
    request = _request.get()
    transaction.on_commit(lambda: note(event, request=request, **facts))


def name_of(request) -> str | None:
    """The user name; None without a request or sign-in. Never asks the database for it."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    return (user.get_username() or None) if user is not None else None


def source_of(request) -> str:
    return "command" if request is None else address_of(request) or "unknown"


def quoted(value) -> str:
    """As JSON, so that blanks, quotes and line ends in a value are seen to belong to it."""
    if isinstance(value, int):
        return json.dumps(value)
    text = str(value)
    return json.dumps(text[:LONGEST] + "…" if len(text) > LONGEST else text)


# From where


def address_of(request) -> str | None:
    """The address a request came from; None if it is not known, as on a socket of the machine.

    What a visitor writes into X-Forwarded-For is never believed: only the entry that the
    outermost of our own proxies added, and only where the settings say that there are some.
    """
    address = readable(request.META.get("REMOTE_ADDR", ""))
    if settings.PROXIES:
        passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(passed) >= settings.PROXIES:
            return readable(passed[-settings.PROXIES]) or address
    return address


def readable(text: str) -> str | None:
    """An address as it is compared; of IPv6 the network, since each household has a whole one."""
    text = text.strip()
    if text.startswith("[") or text.count(":") == 1:
        text = text.rpartition(":")[0].strip("[]")
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((found, 64), strict=False).network_address)
