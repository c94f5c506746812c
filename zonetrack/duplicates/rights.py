"""Who merges: the managers of the zones where both enterprises are, and administrators."""

from collections.abc import Iterable

from enterprises.models import Enterprise
from zonetrack.access.scope import Scope


def managed(scope: Scope, keys: Iterable[int]) -> set[int]:
    """Those of the enterprises that the user may merge, in one query."""
    keys = set(keys)
    if scope.everything:
        return keys
    rows = scope.limit(Enterprise.objects.filter(pk__in=keys), scope.decided_park_ids)
    return set(rows.order_by().values_list("pk", flat=True))


def manages(scope: Scope, *keys: int) -> bool:
    return managed(scope, keys) == set(keys)
