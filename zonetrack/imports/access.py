"""Which imports a person sees, and which may be undone."""

from django.db.models import Q, QuerySet

from zonetrack.access import people, roles
from zonetrack.access.models import Membership
from zonetrack.access.scope import Scope

from .context import Context
from .models import Import
from .registers import ALL, BY_KEY, Register


def registers_for(scope: Scope) -> list[Register]:
    context = Context(scope)
    return [register for register in ALL if register.may_import(context)]


def imports_for(scope: Scope) -> QuerySet:
    """One's own, and those about parks one manages of people who enter data only there: a file may
    hold more than what is stored of it."""
    rows = Import.objects.select_related("file", "zone", "park", "begun_by", "undone_by")
    rows = rows.defer("file__content")
    if scope.everything:
        return rows
    managed = scope.decided_park_ids
    touched = Import.parks.through.objects.order_by()
    inside = touched.filter(park__in=managed).values("import")
    outside = touched.exclude(park__in=managed).values("import")
    entering = Membership.objects.filter(group__name__in=(roles.STAFF, roles.MANAGER))
    elsewhere = entering.exclude(people.within(scope)).values("user")
    own_people = Q(begun_by__is_superuser=False) & ~Q(begun_by__in=elsewhere)
    theirs = Q(pk__in=inside) & ~Q(pk__in=outside) & own_people
    return rows.filter(Q(begun_by=scope.user) | theirs)


def may_store(scope: Scope, row: Import) -> bool:
    return BY_KEY[row.register].may_import(Context(scope))


def may_undo(scope: Scope, row: Import) -> bool:
    """The importer, while the parks are still his or hers, and the managers of all parks."""
    if scope.everything:
        return True
    parks = set(row.parks.values_list("pk", flat=True))
    if not may_store(scope, row) or not parks <= scope.writable_park_ids:
        return False
    return row.begun_by_id == scope.user.pk or parks <= scope.decided_park_ids
