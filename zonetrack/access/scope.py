"""What a user may see and change. Every list, form choice, number and export asks here.

A scope is worked out once a request from the user's memberships. Administrators (superusers)
see and change everything; everybody else sees the parks of the zones granted, and the parks
granted one by one.
"""

from dataclasses import dataclass, field
from functools import cached_property

from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from . import roles
from .models import Membership, User


@dataclass
class Scope:
    user: User
    everything: bool
    # (role, zone id or None, park id or None) of each membership.
    grants: list[tuple[str, int | None, int | None]] = field(default_factory=list)

    @cached_property
    def zone_ids(self) -> set[int]:
        """Zones granted as a whole."""
        return {zone for _role, zone, _park in self.grants if zone}

    @cached_property
    def links(self) -> list:
        """The ZonePark rows of zones and parks granted, with zone and park, in reading order."""
        granted_parks = [park for _role, _zone, park in self.grants if park]
        return list(
            apps.get_model("enterprises", "ZonePark")
            .objects.filter(Q(zone__in=self.zone_ids) | Q(park__in=granted_parks))
            .select_related("zone", "park")
            .order_by("zone__order", "zone__key", "park__is_unstated", "park__order", "park__key")
        )

    @cached_property
    def park_ids(self) -> set[int]:
        """Parks that may be seen. Not asked for administrators, who see all."""
        return {link.park_id for link in self.links}

    def park_ids_as(self, *wanted: str) -> set[int]:
        """Parks in which the user has one of the roles. A role in a zone holds for the zone's own
        parks: another zone only reads a park."""
        zones = {zone for role, zone, _park in self.grants if zone and role in wanted}
        parks = {park for role, _zone, park in self.grants if park and role in wanted}
        own = (link for link in self.links if link.zone_id == link.park.home_zone_id)
        return parks | {link.park_id for link in own if link.zone_id in zones}

    @cached_property
    def writable_park_ids(self) -> set[int]:
        return self.park_ids_as(roles.STAFF, roles.MANAGER)

    @cached_property
    def decided_park_ids(self) -> set[int]:
        """Parks whose returns the user approves, and whose people and records the user keeps."""
        return self.park_ids_as(roles.MANAGER)

    def sees_drafts(self, park_ids) -> bool:
        """Whether the user enters figures in all of some parks, and so may count drafts there."""
        return self.everything or (bool(park_ids) and park_ids <= self.writable_park_ids)

    @cached_property
    def managed_zone_ids(self) -> set[int]:
        return {zone for role, zone, _park in self.grants if zone and role == roles.MANAGER}

    # Who keeps the records, and who signs the reports made of them, read who changed what.
    AUDITING = (roles.STAFF, roles.OFFICER, roles.MANAGER)

    @cached_property
    def audited_park_ids(self) -> set[int]:
        return self.park_ids_as(*self.AUDITING)

    @cached_property
    def audited_zone_ids(self) -> set[int]:
        return {zone for role, zone, _park in self.grants if zone and role in self.AUDITING}

    @cached_property
    def audits(self) -> bool:
        """Whether the user reads the history of records anywhere."""
        return self.everything or any(role in self.AUDITING for role, _z, _p in self.grants)

    def may_audit(self, record) -> bool:
        """Whether the user reads who changed this row, which is seen already."""
        if self.everything or record.scope_path is None:
            return self.audits
        zone_id = (
            record.pk if record._meta.model_name == "zone" else getattr(record, "zone_id", None)
        )
        if zone_id:
            return zone_id in self.audited_zone_ids
        rows = type(record)._default_manager.filter(pk=record.pk)
        return self.limit(rows, self.audited_park_ids).exists()

    @cached_property
    def zones(self) -> list:
        """Zones with at least one park in scope, at most the first 300 for administrators."""
        if self.everything:
            return list(apps.get_model("enterprises", "Zone").objects.all()[:300])
        return list({link.zone_id: link.zone for link in self.links}.values())

    @cached_property
    def several_zones(self) -> bool:
        if self.everything:
            return len(apps.get_model("enterprises", "Zone").objects.values("pk")[:2]) > 1
        return len({link.zone_id for link in self.links}) > 1

    def sees_park(self, park_id: int) -> bool:
        return self.everything or park_id in self.park_ids

    def sees_whole_zone(self, zone_id: int) -> bool:
        return self.everything or zone_id in self.zone_ids

    def may_enter(self) -> bool:
        """Whether the user enters records anywhere."""
        return self.everything or any(
            role in (roles.STAFF, roles.MANAGER) for role, _zone, _park in self.grants
        )

    def may_write(self, record) -> bool:
        """Whether the user may change this row: own parks, or the zone managed."""
        if self.everything:
            return True
        if record.scope_path == "zone_or_park":
            if record.zone_id:
                return record.zone_id in self.managed_zone_ids
            return record.park_id in self.decided_park_ids
        if record.scope_path in ("zone", "pk"):
            zone_id = record.zone_id if record.scope_path == "zone" else record.pk
            is_zone = record.scope_path == "zone" or record._meta.model_name == "zone"
            return is_zone and zone_id in self.managed_zone_ids
        if record.scope_path == "owner":
            return self.may_write(record.owner)
        parks = record.counted_park_ids()
        if parks:
            return parks <= self.writable_park_ids
        writable = self.limit(type(record)._default_manager.all(), self.writable_park_ids)
        return record.scope_path is None or writable.filter(pk=record.pk).exists()

    def limit(self, rows: QuerySet, park_ids: set[int] | None = None) -> QuerySet:
        """The rows of a queryset that may be seen (or that belong to `park_ids`)."""
        path = getattr(rows.model, "scope_path", None)
        if path is None or (self.everything and park_ids is None):
            return rows
        parks = self.park_ids if park_ids is None else park_ids
        if path == "zone_or_park":
            return rows.filter(Q(zone__in=self.zone_ids) | Q(park__in=parks))
        if path == "owner":
            return rows.filter(self.owned(rows.model, park_ids))
        if path == "zone":
            return rows.filter(zone__in=self.zone_ids)
        if rows.model._meta.model_name == "zone":
            return rows.filter(pk__in={link.zone_id for link in self.links})
        if "locations" in path:
            own = rows.model._default_manager.filter(**{f"{path}__in": parks}).values("pk")
            return rows.filter(pk__in=own)
        return rows.filter(**{f"{path}__in": parks})

    def owned(self, model, park_ids: set[int] | None) -> Q:
        """The rows that belong to some record, one of several kinds, that may be seen."""
        found = Q()
        for name in model.OWNERS:
            owners = model._meta.get_field(name).related_model._default_manager.order_by()
            found |= Q(**{f"{name}__in": self.limit(owners, park_ids).values("pk")})
        return found

    def get_or_404(self, rows: QuerySet, **lookup):
        """One row in scope; another scope's row is not found, as if it did not exist."""
        return get_object_or_404(self.limit(rows), **lookup)


def scope_of(user: User) -> Scope:
    """The scope of a signed-in user; one query, none for administrators."""
    if user.is_superuser:
        return Scope(user=user, everything=True)
    grants = Membership.objects.filter(user=user).values_list("group__name", "zone", "park")
    return Scope(user=user, everything=False, grants=list(grants.order_by()))


def request_scope(request) -> Scope:
    """The scope of the request's user, worked out once a request."""
    if not hasattr(request, "_scope"):
        request._scope = scope_of(request.user)
    return request._scope


class MembershipBackend(ModelBackend):
    """Django permissions come from the groups of a user's memberships, and from nothing else."""

    def _get_user_permissions(self, user):
        return Permission.objects.none()

    def _get_group_permissions(self, user):
        return Permission.objects.filter(group__membership__user=user)
