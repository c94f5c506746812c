"""Pages for requests that cannot be answered."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

RETRY_SECONDS = 10

logger = logging.getLogger(__name__)


@requires_csrf_token
def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


@requires_csrf_token
def permission_denied(request, exception=None):
    return render(request, "403.html", status=403)


def csrf_failure(request, reason=""):
    """Mostly a sign-in that ran out while somebody was typing."""
    logger.warning("CSRF check failed: %s (%s)", request.path, reason)
    return render(request, "403.html", {"expired": True}, status=403)


@requires_csrf_token
def page_not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    """Django calls this inside its handler, so the failure itself can still be asked for."""
    if database_is_away(sys.exception()):
        return unavailable(request)
    return HttpResponse(loader.get_template("500.html").render(), status=500)


def unavailable(request):
    page = loader.get_template("503.html").render()
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS)})


def database_is_away(failure) -> bool:
    """Stopped, restarting, full or busy; a table or column that is missing is our own mistake."""
    if not isinstance(failure, OperationalError | InterfaceError):
        return False
    return not str(failure).startswith("no such")
