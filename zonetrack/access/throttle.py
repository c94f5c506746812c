"""Wrong passwords: how many are taken, and what happens then.

Ten wrong ones lock a name for a quarter of an hour at the address they came from. Fifty from
many addresses lock it everywhere but where its owner has signed in lately, so that no stranger
locks anybody out for long. Names that belong to nobody are counted alike, or the lock would tell
which exist. Keeping count is django-axes' work; `AXES_…` in the settings leads here.
"""

import logging
import unicodedata
from datetime import timedelta
from math import ceil

from axes.attempts import get_cool_off_threshold
from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import Max, Q, Sum
from django.shortcuts import render
from django.utils import timezone

from zonetrack import security

from .models import User

# One try at a known name from many addresses weighs a fifth of one from the same address.
ANYWHERE_WEIGHS = 5
KNOWN_FOR = timedelta(days=30)
LONGEST_NAME = 150


def name_of(request, credentials) -> str:
    """The user name as it is counted: neither case, width nor blanks make another one."""
    typed = str((credentials or {}).get("username") or "").replace("\0", "")
    return " ".join(unicodedata.normalize("NFKC", typed).casefold().split())[:LONGEST_NAME]


class SignInLock(AxesStandaloneBackend):
    """Refuses a locked name before its password is looked at. Commands have no request."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if request is None:
            return None
        return super().authenticate(request, username=username, password=password, **kwargs)


class Throttle(AxesDatabaseHandler):
    """How django-axes counts, and the lines of the security log about signing in and out."""

    def get_failures(self, request, credentials=None) -> int:
        """Wrong tries in the last quarter of an hour, those from elsewhere at a fifth."""
        here = Q(ip_address=request.axes_ip_address)
        count = recent(request, credentials).aggregate(
            here=Sum("failures_since_start", filter=here, default=0),
            anywhere=Sum("failures_since_start", default=0),
        )
        from_anywhere = count["anywhere"] // ANYWHERE_WEIGHS
        if from_anywhere > count["here"] and not is_known_here(request, credentials):
            return from_anywhere
        return count["here"]

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        if request is None:
            return
        # One row for a name and address, whatever program it claims to be.
        request.axes_user_agent = request.axes_http_accept = ""
        was_locked = request.axes_locked_out
        super().user_login_failed(sender, credentials, request, **kwargs)
        facts = {"by": account_named(credentials), "request": request}
        facts["level"] = logging.WARNING
        security.note("sign-in-locked-out" if was_locked else "sign-in-failed", **facts)
        if request.axes_locked_out and not was_locked:
            security.note("sign-in-lock", **facts)

    def user_logged_in(self, sender, request, user, **kwargs):
        request.axes_user_agent = request.axes_http_accept = ""
        super().user_logged_in(sender, request, user, **kwargs)
        AccessLog.objects.filter(attempt_time__lt=timezone.now() - KNOWN_FOR).delete()
        security.note("sign-in", request=request, by=user.get_username())

    def user_logged_out(self, sender, request, user, **kwargs):
        super().user_logged_out(sender, request, user, **kwargs)
        if user is not None:
            security.note("sign-out", request=request, by=user.get_username())


def recent(request, credentials):
    """Tries with a name that still count. A clock put back leaves nobody locked for its hours."""
    span = (
        get_cool_off_threshold(request),
        request.axes_attempt_time + settings.AXES_COOLOFF_TIME,
    )
    name = name_of(request, credentials)
    return AccessAttempt.objects.filter(username=name, attempt_time__range=span)


def is_known_here(request, credentials) -> bool:
    """Whether the owner of the name has signed in from this address lately."""
    known = AccessLog.objects.filter(
        ip_address=request.axes_ip_address, attempt_time__gte=timezone.now() - KNOWN_FOR
    )
    names = known.order_by().values_list("username", flat=True).distinct()
    wanted = name_of(request, credentials)
    return any(name_of(request, {"username": name}) == wanted for name in names)


def account_named(credentials) -> str:
    """The typed name if somebody has it: people type passwords there, too."""
    typed = str(credentials.get("username") or "").replace("\0", "")[:LONGEST_NAME]
    return typed if User.objects.filter(username__iexact=typed).exists() else "unknown"


def seconds_left(request, credentials) -> int:
    """Until a locked name may try again at this address, at most a quarter of an hour."""
    rows = recent(request, credentials)
    here = rows.filter(ip_address=request.axes_ip_address)
    if (here.aggregate(n=Sum("failures_since_start"))["n"] or 0) >= settings.AXES_FAILURE_LIMIT:
        rows = here
    last = rows.aggregate(at=Max("attempt_time"))["at"] or request.axes_attempt_time
    left = last + settings.AXES_COOLOFF_TIME - timezone.now()
    return min(max(1, ceil(left.total_seconds())), int(settings.AXES_COOLOFF_TIME.total_seconds()))


def locked_out(request, response, credentials):
    """The page that says until when, with the same words for every name."""
    seconds = seconds_left(request, credentials)
    context = {"minutes": ceil(seconds / 60)}
    page = render(request, "registration/locked.html", context, status=429)
    page.headers["Retry-After"] = str(seconds)
    return page


def unlock(usernames) -> int:
    """Let people sign in again at once; how many rows of wrong tries were forgotten."""
    names = {name_of(None, {"username": name}) for name in usernames}
    count, _of_models = AccessAttempt.objects.filter(username__in=names).delete()
    return count
