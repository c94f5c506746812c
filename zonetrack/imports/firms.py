"""Enterprises named in a file: by credit code, then by name, then by former name; never guessed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from enterprises import credit_codes
from enterprises.models import Enterprise, EnterpriseName

from .matching import folded, tidy, without_form
from .told import Wrong

MOST_IN_A_QUERY = 10_000
# After the exact names: names without signs, with one spelling of legal forms, former names.
SPELLINGS = (folded, without_form, without_form)


@dataclass
class Named:
    """How a row names an enterprise; empty where it does not."""

    code: str = ""
    names: tuple[str, ...] = ()

    def __bool__(self):
        return bool(self.code or self.names)

    @property
    def text(self) -> str:
        return next(iter(self.names), self.code)


@dataclass
class Firms:
    """Enterprises among `rows` that the file names. `learn` asks the database, once for all."""

    rows: QuerySet
    limit: Callable[[QuerySet], QuerySet]
    by_code: dict[str, Enterprise] = field(default_factory=dict)
    exact: dict[str, set[int]] = field(default_factory=dict)
    spelled: list[dict[str, set[int]]] = field(default_factory=list)
    by_id: dict[int, Enterprise] = field(default_factory=dict)
    called: dict[int, set[str]] = field(default_factory=dict)  # former names, where asked for
    agreed: set[tuple] = field(default_factory=set)  # enterprises with names that are theirs
    shown: dict[int, str] = field(default_factory=dict)

    def learn(self, all_named: Iterable[Named]) -> None:
        """At most five queries, however many are named."""
        wanted = [named for named in all_named if named]
        codes = {credit_codes.normalize(named.code) for named in wanted if named.code}
        for some in parts(codes):
            self.know(self.rows.filter(credit_code__in=some))
        self.learn_other_names(wanted)
        open_names = {
            tidy(name)
            for named in wanted
            if credit_codes.normalize(named.code) not in self.by_code
            for name in named.names
        }
        for some in parts(open_names):
            self.know(self.rows.filter(Q(name_zh__in=some) | Q(name_en__in=some)))
        if others := open_names - self.exact.keys():
            self.learn_spellings()
            self.by_id |= self.rows.in_bulk(
                {
                    pk
                    for known, form in zip(self.spelled, SPELLINGS, strict=True)
                    for name in others
                    for pk in known.get(form(name), ())
                }
            )

    def know(self, rows: QuerySet) -> None:
        for one in rows:
            self.by_id[one.pk] = one
            if one.credit_code:
                self.by_code[one.credit_code] = one
            for name in filter(None, (one.name_zh, one.name_en)):
                self.exact.setdefault(tidy(name), set()).add(one.pk)

    def learn_spellings(self) -> None:
        """Names of all that may be meant, for files that write them in another way."""
        plain, formal, former = {}, {}, {}
        for pk, *names in self.rows.order_by().values_list("pk", "name_zh", "name_en"):
            for name in filter(None, names):
                plain.setdefault(folded(name), set()).add(pk)
                formal.setdefault(without_form(name), set()).add(pk)
        others = self.limit(EnterpriseName.objects.all())
        for pk, name in others.order_by().values_list("enterprise", "name"):
            former.setdefault(without_form(name), set()).add(pk)
        self.spelled = [plain, formal, former]

    def learn_other_names(self, wanted: Iterable[Named]) -> None:
        """Former names of enterprises that the file knows by their code under a strange name."""
        known = ((named, self.by_code.get(credit_codes.normalize(named.code))) for named in wanted)
        strange = {firm.pk for named, firm in known if firm and not self.is_called(named, firm)}
        if strange:
            rows = self.limit(EnterpriseName.objects.filter(enterprise__in=strange))
            for pk, name in rows.order_by().values_list("enterprise", "name"):
                self.called.setdefault(pk, set()).add(without_form(name))

    def is_called(self, named: Named, firm: Enterprise) -> bool:
        if not named.names or (firm.pk, named.names) in self.agreed:
            return True
        own = {without_form(name) for name in (firm.name_zh, firm.name_en) if name}
        own |= self.called.get(firm.pk, set())
        if not any(without_form(name) in own for name in named.names):
            return False
        self.agreed.add((firm.pk, named.names))
        return True

    def name_of(self, firm: Enterprise) -> str:
        """In the language of whoever imports."""
        if firm.pk not in self.shown:
            self.shown[firm.pk] = firm.name
        return self.shown[firm.pk]

    def strange_name(self, named: Named, found: Enterprise | None) -> tuple[str, str] | None:
        """What is told where the code is that of an enterprise which was never called so.

        `found` None: the row names a holder outside the zone.
        """
        if found is None or self.by_code.get(credit_codes.normalize(named.code)) is not found:
            return None
        if self.is_called(named, found):
            return None
        return (
            _("The code is that of %(stored)s, but the row names %(said)s.")
            % {"stored": found, "said": named.text},
            _("Check which enterprise is meant; the code is followed."),
        )

    def find(self, named: Named, current: Enterprise | None = None) -> Enterprise:
        """Raises Wrong. `current` is taken where the row names just that one."""
        if current is not None and self.is_meant(named, current):
            return current
        code = credit_codes.normalize(named.code)
        if code and code in self.by_code:
            return self.by_code[code]
        found = self.by_names(named.names)
        if found is None:
            raise Wrong(
                _("No enterprise of your parks has this code or name."),
                _("Check the code and the name, or enter the enterprise first."),
                "credit_code" if code and not named.names else "enterprise",
            )
        if code and found.credit_code and found.credit_code != code:
            raise Wrong(
                _("%(name)s has another code: %(code)s.")
                % {"name": found, "code": found.credit_code},
                _("Check which enterprise is meant, and put code or name right."),
                "credit_code",
            )
        return found

    def by_names(self, names: Iterable[str]) -> Enterprise | None:
        names = list(names)
        levels = [(self.exact, tidy)]
        if self.spelled:
            levels += zip(self.spelled, SPELLINGS, strict=True)
        for known, form in levels:
            found = set().union(*(known.get(form(name), ()) for name in names))
            if len(found) > 1:
                both = [known[form(name)] for name in names if form(name) in known]
                found = set.intersection(*both) or found
            if len(found) == 1:
                return self.by_id[found.pop()]
            if found:
                raise Wrong(
                    _("%(count)d enterprises have this name.") % {"count": len(found)},
                    _("Add the unified social credit code to the row."),
                    "enterprise",
                )
        return None

    def is_meant(self, named: Named, current: Enterprise) -> bool:
        if named.code and credit_codes.normalize(named.code) != (current.credit_code or ""):
            return False
        own = {folded(name) for name in (current.name_zh, current.name_en) if name}
        return all(folded(name) in own for name in named.names)


def parts(values: set) -> Iterable[list]:
    values = sorted(values)
    for place in range(0, len(values), MOST_IN_A_QUERY):
        yield values[place : place + MOST_IN_A_QUERY]
