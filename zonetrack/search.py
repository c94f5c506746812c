"""One search over all registers: a few of each kind, and the way to the full list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise, Park, Title, Zone
from patents import application_numbers
from patents.models import Patent
from rd_centers.models import Center
from zonetrack.access.scope import Scope, request_scope
from zonetrack.lists import cells
from zonetrack.lists.filtering import LONGEST_TEXT, containing, fold
from zonetrack.lists.record import park_address
from zonetrack.projects.models import Achievement, Application, Cooperation, Program, Project

SHOWN = 5
SHORTEST = 2
NAMES = ("name_en", "name_zh")
OF_ENTERPRISE = ("enterprise__name_en", "enterprise__name_zh")


@dataclass(frozen=True)
class Register:
    """`paths`: columns of the row or of what it points at; `many`: of what points at it.
    `page`: the list that shows all results; its filter `q` searches at least the same."""

    title: Any
    model: type[Model]
    paths: tuple[str, ...]
    many: tuple[str, ...] = ()
    page: str = ""
    related: tuple[str, ...] = ()
    sub: Callable[[Any], str] = lambda row: getattr(row, "other_name", "")


REGISTERS = (
    Register(gettext_lazy("Zones"), Zone, NAMES),
    Register(gettext_lazy("Parks"), Park, NAMES, related=("home_zone",)),
    Register(
        gettext_lazy("Enterprises"),
        Enterprise,
        (*NAMES, "credit_code"),
        ("names__name",),
        "enterprise-list",
    ),
    Register(
        gettext_lazy("R&D centers and labs"),
        Center,
        (*NAMES, "host__name_en", "host__name_zh"),
        ("partners__name_en", "partners__name_zh"),
        "center-list",
    ),
    Register(
        gettext_lazy("Titles"),
        Title,
        ("kind__name_en", "kind__name_zh", *OF_ENTERPRISE, "document_no"),
        page="title-list",
        related=("kind", "enterprise", "park"),
        sub=lambda row: row.years,
    ),
    Register(
        gettext_lazy("Patents"),
        Patent,
        ("application_no", "title_en", "title_zh"),
        ("holders__enterprise__name_en", "holders__enterprise__name_zh"),
        "patent-list",
    ),
    Register(gettext_lazy("Projects"), Project, (*NAMES, *OF_ENTERPRISE), page="project-list"),
    Register(
        gettext_lazy("Programs"),
        Program,
        NAMES,
        ("categories__name_en", "categories__name_zh"),
        "program-list",
    ),
    Register(
        gettext_lazy("Applications to programs"),
        Application,
        ("title_en", "title_zh", *OF_ENTERPRISE),
        page="application-list",
        related=("category__program",),
        sub=lambda row: f"{row.category.program.name} · {row.applied_year}",
    ),
    Register(
        gettext_lazy("Research cooperation"),
        Cooperation,
        (*NAMES, *OF_ENTERPRISE),
        ("partners__name_en", "partners__name_zh"),
        "cooperation-list",
    ),
    Register(
        gettext_lazy("Achievements"), Achievement, (*NAMES, *OF_ENTERPRISE), page="achievement-list"
    ),
)


@dataclass(frozen=True)
class Group:
    title: str
    items: list[cells.Cell]
    more: str  # address of the full list, where there are more


def search(request):
    context = found_for(request) | {"crumbs": [(_("Search"), None)]}
    return render(request, "lists/search.html", context)


def found_for(request) -> dict:
    """What page and API tell of the words in `q`."""
    text = fold(request.GET.get("q", "").replace("\0", ""))[:LONGEST_TEXT]
    short = len(text) < SHORTEST
    scope = request_scope(request)
    groups = [] if short else [found for one in REGISTERS if (found := look(scope, one, text))]
    return {"q": text, "short": short, "groups": groups}


def look(scope: Scope, register: Register, text: str) -> Group | None:
    """The first rows that match, by one query; None if there are none."""
    rows = matching(register, text).select_related(*register.related).order_by("pk")
    found = list(scope.limit(rows)[: SHOWN + 1])
    if not found:
        return None
    items = [
        cells.Cell(str(row), url=address_of(scope, row), sub=register.sub(row))
        for row in found[:SHOWN]
    ]
    more = ""
    if len(found) > SHOWN and register.page:
        more = f"{reverse(register.page)}?{urlencode({'q': text})}"
    return Group(str(register.title), items, more)


def address_of(scope: Scope, row) -> str:
    return park_address(scope, row) if isinstance(row, Park) else row.get_absolute_url()


def matching(register: Register, text: str):
    rows = register.model._default_manager
    found = containing(register.paths, text)
    for path in register.many:
        found |= Q(pk__in=rows.filter(containing([path], text)).values("pk"))
    if register.model is Patent:
        found |= Q(application_no__icontains=application_numbers.normalize(text))
    return rows.filter(found)
