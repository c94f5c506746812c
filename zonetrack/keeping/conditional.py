"""Pages that a browser may keep and show again after asking whether anything has changed.

The ETag names everything a page depends on: who reads it in which session with which roles, the
language and look, the address, the day, the state of the program and the stamp of the zones whose
rows may appear. It is worked out in a few queries before the page is begun. Only these answers may
be kept, by the reader's own browser and only to be asked about again; all others stay no-store.
"""

from collections.abc import Callable, Iterable
from functools import partial, wraps

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate
from django.utils.translation import get_language

from enterprises.models import ZonePark
from zonetrack.access.scope import Scope, request_scope
from zonetrack.keeping.pages import kept_page
from zonetrack.keeping.parts import edition, stamp_of
from zonetrack.themes import theme_of

READING = ("GET", "HEAD")
VARY = ("Cookie", "Accept-Language")
Zones = frozenset[int] | None


def conditional(
    reach: Callable[..., Zones],
    more: Callable[..., object] | None = None,
    *,
    keep: bool = False,
    drafts: bool = True,
):
    """Decorates a view whose pages depend on the zones that `reach(scope, **address)` names.

    `reach` answers zone ids, None for all zones, or an empty set where the page is to be made in
    any case. `more(request, zones, **address)` answers what else the page shows that no stamp
    tells of. `keep`: the page is kept here, too, for all with the same rights; the view does as
    `kept_page` says.
    Without `drafts` the page shows no figure that is not approved, unless its address asks for it.
    """

    def decorate(view):
        @wraps(view)
        def answer(request, **address):
            if request.method not in READING or messages_wait(request):
                return view(request, **address)
            zones = reach(request_scope(request), **address)
            if zones is not None and not zones:
                return view(request, **address)
            others = more(request, zones, **address) if more else None
            stamp = stamp_of(request, zones, drafts=drafts or "provisional" in request.GET)
            etag = etag_of(request, stamp, others)
            unchanged = get_conditional_response(request, etag=etag)
            if unchanged is not None and unchanged.status_code == 304:
                return kept_privately(unchanged, etag)
            request.may_be_kept = True
            make = partial(view, request, **address)
            response = kept_page(request, rights(request), stamp, others, make) if keep else make()
            if is_page(response) and not messages_wait(request):
                kept_privately(response, etag)
            return response

        return answer

    return decorate


def kept_privately(response: HttpResponse, etag: str) -> HttpResponse:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, VARY)
    return response


def is_page(response) -> bool:
    """Files for programs stay no-store, as refusals, redirections and what says so itself do."""
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    says = response.has_header("Cache-Control")
    return response.status_code == 200 and not response.streaming and is_html and not says


def messages_wait(request) -> bool:
    """Whether a message is to be shown once; looking does not use it up."""
    return len(get_messages(request)) > 0


def etag_of(request, stamp: str, more) -> str:
    """Weak, because the form token is masked anew in each page. Tells nothing to who reads it."""
    get_token(request)
    text = repr(
        (
            reader(request),
            get_language(),
            theme_of(request),
            request.get_full_path(),
            localdate(),
            stamp,
            more,
            edition(),
            settings.BANNER,
            settings.DEMO,
            request.META["CSRF_COOKIE"],
        )
    )
    return f'W/"{salted_hmac(__name__, text, algorithm="sha256").hexdigest()[:40]}"'


def reader(request) -> tuple:
    """Who reads, and with which rights."""
    user = request.user
    names = user.get_username(), user.get_full_name()
    return user.pk, names, rights(request), request.session.session_key


def rights(request) -> tuple:
    user, scope = request.user, request_scope(request)
    grants = sorted(map(str, scope.grants))
    return user.is_superuser, user.is_staff, grants, scope.several_zones


def forgetting(view):
    """After signing out the browser forgets the pages it kept. Browsers do so only over HTTPS and
    from this machine; elsewhere kept pages ask by themselves before they are shown (back.js)."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            response.headers["Clear-Site-Data"] = '"cache"'
        return response

    return answer


# Whose rows appear


def of_zone(scope: Scope, zone: str, **_others) -> Zones:
    """A page of one zone: the zone as far as it is in scope, and the home zones of its parks."""
    if scope.everything:
        links = ZonePark.objects.filter(zone__key=zone).order_by()
        return both(links.values_list("zone", "park__home_zone"))
    links = (link for link in scope.links if link.zone.key == zone)
    return both((link.zone_id, link.park.home_zone_id) for link in links)


def of_all(scope: Scope, **_others) -> Zones:
    """A page of several zones: all that are in scope."""
    if scope.everything:
        return None
    return both((link.zone_id, link.park.home_zone_id) for link in scope.links)


def both(pairs: Iterable[tuple[int, int]]) -> frozenset[int]:
    return frozenset(key for pair in pairs for key in pair)
