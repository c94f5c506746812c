"""What the frame of every page needs to know."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from zonetrack.access.scope import request_scope
from zonetrack.notices import work_of
from zonetrack.themes import theme_of


def chrome(request) -> dict:
    """Costs what the scope costs, and only where a page shows it."""
    frame = {
        "demo": settings.DEMO,
        "banner": settings.BANNER,
        "theme": theme_of(request),
        "version": "",
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    scope = request_scope(request)
    return frame | {
        "scope": scope,
        "work": SimpleLazyObject(lambda: work_of(scope)),
        "zones_here": SimpleLazyObject(lambda: scope.zones),
        "several_zones": SimpleLazyObject(lambda: scope.several_zones),
    }
