"""Pages for requests that cannot be answered."""

import sys

from django.conf import settings
from django.db import DatabaseError, Error, InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template import loader

from zonetrack import logs

RETRY_SECONDS = 10


def bad_request(request, exception=None):
    return bare_page("400.html", status=400)


def permission_denied(request, exception=None):
    return render(request, "403.html", status=403)


def csrf_failure(request, reason=""):
    """Mostly a sign-in that ran out while somebody was typing, and was made anew since.

    The header tells the script of data entry that a fresh token is all it needs.
    """
    context = {"expired": True, "back": request.get_full_path()}
    response = render(request, "403.html", context, status=403)
    response.headers["X-Csrf-Failure"] = "1"
    return response


def page_not_found(request, exception=None):
    return render(request, "404.html", status=404)


def method_not_allowed(request, allow: str):
    """`allow`: the methods that the address takes, as the header of that name lists them."""
    page = render(request, "405.html", status=405)
    page.headers["Allow"] = allow
    return page


def server_error(request):
    """Django calls this inside its handler, so the failure itself can still be asked for."""
    if database_is_away(sys.exception()):
        response = bare_page("503.html", status=503)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
    return bare_page("500.html", status=500)


def bare_page(template, *, status):
    """A page that needs no database, user or language."""
    context = {"static_url": settings.STATIC_URL, "number": logs.request_id.get()}
    page = loader.get_template(template).render(context)
    return HttpResponse(page, status=status)


def database_is_away(failure) -> bool:
    """Stopped, restarting, full or busy; a table or column that is missing is our own mistake.

    What goes wrong with a transaction after its connection was lost counts as well.
    """
    if isinstance(failure, OperationalError | InterfaceError):
        return not str(failure).startswith("no such")
    # The driver says so without a class of its own when a server ends in mid-statement.
    if type(failure) is DatabaseError and "connection" in str(failure):
        return True
    return isinstance(failure, Error) and database_is_away(failure.__context__)
