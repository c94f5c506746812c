"""Who issues reports: reporting officers and managers, for the zones and parks given to them."""

from enterprises.places import Place
from zonetrack.access import roles
from zonetrack.access.scope import Scope

ISSUING = (roles.OFFICER, roles.MANAGER)


def may_issue(scope: Scope, place: Place) -> bool:
    """Whether the user publishes editions of a place and adds texts to its report."""
    if scope.everything:
        return True
    if place.park:
        return place.park.pk in scope.park_ids_as(*ISSUING)
    return place.zone.pk in {zone for role, zone, _park in scope.grants if role in ISSUING}
