"""Who imports, and where rows go that say nothing of it themselves."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Park, Zone, ZonePark
from zonetrack.access.scope import Scope

from .matching import folded, in_all_languages
from .told import Wrong

UNSTATED = gettext_lazy("Park not stated")


@dataclass
class Context:
    """`zone`, `park` and `year` are those chosen for the import."""

    scope: Scope
    zone: Zone | None = None
    park: Park | None = None
    year: int | None = None
    # The year in which the import was begun: what has happened does not lie after it.
    this_year: int | None = None

    @cached_property
    def writable(self) -> set[int] | None:
        """Parks whose records may be changed; None where all may."""
        return None if self.scope.everything else self.scope.writable_park_ids

    def writes(self, park_id: int) -> bool:
        return self.writable is None or park_id in self.writable

    def limit(self, rows):
        """The rows that may be changed."""
        return rows if self.writable is None else self.scope.limit(rows, self.writable)

    def may(self, model, *actions: str) -> bool:
        opts = model._meta
        return self.scope.everything or all(
            self.scope.user.has_perm(f"{opts.app_label}.{action}_{opts.model_name}")
            for action in actions
        )

    @cached_property
    def parks(self) -> "Parks":
        return Parks(self)


def command_scope() -> Scope:
    """The scope of a command that nobody is named for."""
    return Scope(user=AnonymousUser(), everything=True)


class Parks:
    """Parks by key or by name in any language, however it is written."""

    def __init__(self, context: Context):
        self.by_id: dict[int, Park] = {}
        self.named: dict[str, set[int]] = {}
        for park in context.limit(Park.objects.select_related("home_zone").order_by("pk")):
            self.by_id[park.pk] = park
            for name in names_of(park):
                self.named.setdefault(folded(name), set()).add(park.pk)
        self.of_zone = set()
        if context.zone:
            links = ZonePark.objects.filter(zone=context.zone)
            self.of_zone = set(links.values_list("park", flat=True))

    def find(self, text: str, current: Park | None = None) -> Park:
        """Raises Wrong. Parks of others are not known here, so nothing of them is told."""
        found = self.named.get(folded(text), set()) - {None}
        if current is not None and current.pk in found:
            return current
        if len(found) > 1:
            found = found & self.of_zone or found
        if not found:
            raise Wrong(
                _("None of the parks for which you enter data has this name."),
                _("Write the name or the key of the park."),
                "park",
            )
        if len(found) > 1:
            raise Wrong(_("Several parks have this name."), _("Write the key of the park."), "park")
        return self.by_id[found.pop()]


def names_of(park: Park) -> list[str]:
    if park.is_unstated:
        words = in_all_languages(UNSTATED)
        zone = park.home_zone
        return [park.key, park.name_en, park.name_zh, *words] + [
            f"{word}{name}" for word in words for name in (zone.name_en, zone.name_zh) if name
        ]
    return [name for name in (park.key, park.name_en, park.name_zh) if name]
