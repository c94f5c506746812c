"""Who keeps whose account and roles: administrators everybody's, zone managers their own people's.

Nobody gives more than the own rights: a zone manager gives roles in the own zone only, and changes
the account of a person only where all of that person's roles lie there.
"""

from django.db.models import Q

from .models import Membership, User
from .scope import Scope, request_scope


def manages_people(request) -> bool:
    scope = request_scope(request)
    return scope.everything or bool(scope.decided_park_ids)


def managed_memberships(scope: Scope):
    """Memberships in the zones and parks the user manages, without those of administrators."""
    if scope.everything:
        return Membership.objects.all()
    return Membership.objects.filter(within(scope), user__is_superuser=False)


def within(scope: Scope) -> Q:
    return Q(zone__in=scope.managed_zone_ids) | Q(park__in=scope.decided_park_ids)


def governs(scope: Scope, person: User) -> bool:
    """Whether a person's account, and not only some roles of it, is the user's to keep."""
    if scope.everything:
        return True
    if person.is_superuser or person.pk == scope.user.pk:
        return False
    own, all_of_them = managed_memberships(scope).filter(user=person), person.memberships
    return 0 < own.count() == all_of_them.count()


def is_administrator(account) -> bool:
    """Of the values of an account as they were when its form was opened."""
    return bool(account.get("is_superuser") and account.get("is_active"))


def other_administrators(pk: int) -> list[int]:
    """Keys of the other active administrators, locked until the transaction ends."""
    rows = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    return [key for key in rows.order_by("pk").values_list("pk", flat=True) if key != pk]
