"""Records that a row points to: lists of choices by key or name, parks, enterprises."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from enterprises.models import Authority, Enterprise, Location, TechnologyField, TitleKind
from rd_centers.models import CenterKind
from zonetrack.imports.context import Context
from zonetrack.imports.firms import Firms
from zonetrack.imports.firms import Named as NamedFirm
from zonetrack.imports.matching import folded
from zonetrack.imports.told import Wrong
from zonetrack.projects.models import ProgramCategory
from zonetrack.punctuation import listed

# Lists of choices by the name under which a field asks for them.
LISTS = {
    "field": TechnologyField,
    "title-kind": TitleKind,
    "center-kind": CenterKind,
    "authority": Authority,
}


@dataclass
class Links:
    """What has been looked up for a file; each list is read once."""

    context: Context
    lists: dict[str, dict[str, list]] = field(default_factory=dict)
    firms: Firms | None = None
    homes: dict[int, set] = field(default_factory=dict)

    def one_of(self, of: str, text: str, current: Any = None):
        """A row of a list of choices. Raises Wrong."""
        found = self.known(of).get(folded(text), [])
        if current is not None and current in found:
            return current
        if len(found) == 1:
            return found[0]
        if found:
            raise Wrong(_("Several choices have this name."), _("Write its key."))
        names = [str(row) for row in LISTS[of].objects.all()[:8]] if of in LISTS else []
        hint = _("Write one of: %(words)s …") % {"words": listed(names)} if names else ""
        raise Wrong(_("There is no such choice in the list."), hint)

    def known(self, of: str) -> dict[str, list]:
        if of not in self.lists:
            found: dict[str, list] = {}
            for row in LISTS[of].objects.all():
                for name in {folded(name) for name in (row.pk, row.name_en, row.name_zh) if name}:
                    found.setdefault(name, []).append(row)
            self.lists[of] = found
        return self.lists[of]

    def category(self, program: str, category: str) -> ProgramCategory:
        """A category of a program; the program need not be named where only one has it."""
        if "categories" not in self.lists:
            found: dict[str, list] = {}
            for row in ProgramCategory.objects.select_related("program"):
                for name in {folded(name) for name in (row.key, row.name_en, row.name_zh) if name}:
                    found.setdefault(name, []).append(row)
            self.lists["categories"] = found
        found = self.lists["categories"].get(folded(category), [])
        if program:
            wanted = folded(program)
            found = [
                row
                for row in found
                if wanted
                in {folded(n) for n in (row.program.key, row.program.name_en, row.program.name_zh)}
            ]
        if len(found) == 1:
            return found[0]
        if found:
            raise Wrong(
                _("Several programs have a category of this name."),
                _("Name the program, too."),
                "category",
            )
        raise Wrong(
            _("There is no such category of a program."),
            _("Check program and category, or have them entered first."),
            "category",
        )

    def learn_firms(self, named: Iterable[NamedFirm]) -> None:
        self.firms = Firms(self.context.limit(Enterprise.objects.all()), self.context.limit)
        self.firms.learn(named)

    def learn_homes(self, firms: Iterable[Enterprise]) -> None:
        """The parks in which enterprises are now."""
        rows = Location.objects.filter(enterprise__in={one.pk for one in firms})
        rows = rows.filter(to_year__isnull=True).select_related("park").order_by()
        for row in self.context.limit(rows):
            self.homes.setdefault(row.enterprise_id, set()).add(row.park)

    def home_of(self, firm: Enterprise | None):
        """The park for a record that names none: the enterprise's only one, or the chosen one."""
        found = self.homes.get(firm.pk, set()) if firm else set()
        if len(found) == 1:
            return next(iter(found))
        if self.context.park:
            return self.context.park
        raise Wrong(
            _("The row does not say to which park it belongs."),
            _("Add a column with the park, or choose a park for the whole file."),
            "park",
        )
