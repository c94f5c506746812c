"""Signing on by the word of a proxy that has asked for the password itself.

The proxy names the user in a header of the operator's choice. It is believed only together with
the secret that both know, and only from the addresses of the settings; all else is as if the
header were not there. Whom the proxy names must have an account here: none is ever made.
"""

import logging
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, login, logout
from django.contrib.auth.backends import RemoteUserBackend
from django.contrib.auth.views import LogoutView
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponseRedirect
from django.utils.crypto import constant_time_compare

from zonetrack import security

from .passwords import SignIn
from .scope import MembershipBackend

SECRET_HEADER = "HTTP_X_ZONETRACK_PROXY_SECRET"
BACKEND = "zonetrack.access.proxy_sign_on.ProxyBackend"
# In the session: who signed out here while the proxy goes on naming them.
SIGNED_OUT = "signed_out"


class ProxyBackend(RemoteUserBackend, MembershipBackend):
    """Takes no password; refuses who is unknown or inactive."""

    create_unknown_user = False


class ProxySignOn:
    """Middleware: a session made by the proxy's word lasts as long as the proxy names its user."""

    def __init__(self, get_response):
        if not settings.PROXY_USER_HEADER:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request):
        request.vouched_for = name = vouched_for(request)
        if belongs_to_another(request, name):
            logout(request)
        if name and request.session.get(SIGNED_OUT) != name and not request.user.is_authenticated:
            sign_on(request)
        return self.get_response(request)


def vouched_for(request) -> str:
    """The user name that the proxy gives; empty without one, or if it is not to be believed."""
    given = request.META.get("HTTP_" + settings.PROXY_USER_HEADER.upper().replace("-", "_"), "")
    if not given:
        return ""
    secret = request.META.get(SECRET_HEADER, "")
    # Both are always looked at, so that the time tells nothing.
    knows_secret = constant_time_compare(secret, settings.PROXY_SECRET)
    if not (is_from_proxy(request) and knows_secret):
        security.note("proxy-sign-on-refused", request=request, level=logging.WARNING)
        return ""
    try:
        # Headers reach Python as if they were Latin-1.
        return given.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        return ""


def is_from_proxy(request) -> bool:
    """By the address of the connection itself, whatever any header says of it."""
    address = request.META.get("REMOTE_ADDR", "")
    if not address:
        return settings.PROXY_BY_SOCKET
    try:
        found = ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in settings.PROXY_NETWORKS)


def belongs_to_another(request, name: str) -> bool:
    """Whether the session is of somebody the proxy does not name (any more)."""
    if not request.user.is_authenticated:
        return False
    if name:
        return request.user.get_username() != name
    return request.session.get(BACKEND_SESSION_KEY) == BACKEND


def sign_on(request) -> bool:
    user = ProxyBackend().authenticate(request, remote_user=request.vouched_for)
    if user is None:
        by = request.vouched_for
        security.note("proxy-sign-on-unknown", request=request, by=by, level=logging.WARNING)
        return False
    login(request, user, backend=BACKEND)
    return True


class SignInOrOn(SignIn):
    """The page for passwords, and for coming back after a sign-out beside a proxy."""

    def post(self, request, *args, **kwargs):
        if "proxy" in request.POST and getattr(request, "vouched_for", "") and sign_on(request):
            request.session.pop(SIGNED_OUT, None)
            return HttpResponseRedirect(self.get_success_url())
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        name = getattr(self.request, "vouched_for", "")
        own = {"takes_passwords": settings.PASSWORD_SIGN_IN, "vouched_for": name}
        signed_out = bool(name) and self.request.session.get(SIGNED_OUT) == name
        return super().get_context_data(**kwargs) | own | {"signed_out": signed_out}


class SignOut(LogoutView):
    """Signs out; the proxy's word alone does not sign in again, but a click does."""

    def post(self, request, *args, **kwargs):
        answer = super().post(request, *args, **kwargs)
        if name := getattr(request, "vouched_for", ""):
            request.session[SIGNED_OUT] = name
        return answer
