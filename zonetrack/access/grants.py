"""The groups of the roles with their permissions, and giving a person a role in a place."""

from django.contrib.auth.models import Group, Permission

from zonetrack import writing

from . import roles
from .models import Membership


def install_roles() -> dict[str, Group]:
    """Create the four groups and set their permissions. May be run again at any time."""
    keys = Permission.objects.order_by().values_list("content_type__app_label", "codename", "pk")
    by_codename = {(label, codename): pk for label, codename, pk in keys}
    groups = {}
    for role, wanted in roles.PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set([by_codename[key] for key in wanted])
        groups[role] = group
    return groups


def grant(user, role: str, *, zone=None, park=None, by=None) -> Membership:
    """Give a person a role in a zone or a park; a role already held stays as it is.

    Whoever enters records may sign in to the admin.
    """
    group = Group.objects.get(name=role)
    found = Membership.objects.filter(user=user, group=group, zone=zone, park=park).first()
    if role in (roles.STAFF, roles.MANAGER) and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    if found:
        return found
    return writing.save(Membership(user=user, group=group, zone=zone, park=park), by=by)


def revoke(membership: Membership, *, by=None) -> None:
    """Take a role away; who then enters records nowhere may not sign in to the admin any more."""
    user = membership.user
    writing.delete(membership, by=by)
    entering = user.memberships.filter(group__name__in=(roles.STAFF, roles.MANAGER))
    if user.is_staff and not user.is_superuser and not entering.exists():
        user.is_staff = False
        user.save(update_fields=["is_staff"])
