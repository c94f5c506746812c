"""Lists and records as data: the lists' own filters, orders, columns and numbers "behind"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Model
from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from enterprises.models import EnterpriseName, KeyMark, Location
from enterprises.views.enterprises import ENTERPRISES
from enterprises.views.titles import TITLES
from patents.models import PatentHolder
from patents.views import PATENTS
from rd_centers.models import CenterHost, CenterPartner, Recognition, StageEvent
from rd_centers.views import CENTERS
from zonetrack.access.scope import Scope, request_scope
from zonetrack.lists import listing as lists
from zonetrack.lists import paging
from zonetrack.lists.listing import Column, Listing, Question
from zonetrack.projects.models import CooperationPartner, Milestone, ProgramCategory
from zonetrack.projects.views.achievements import ACHIEVEMENTS
from zonetrack.projects.views.cooperation import COOPERATION
from zonetrack.projects.views.programs import APPLICATIONS, PROGRAMS
from zonetrack.projects.views.projects import PROJECTS
from zonetrack.published.views import PUBLISHED
from zonetrack.returns.views import RETURNS
from zonetrack.targets.models import TargetRevision
from zonetrack.targets.views import TARGETS

from .addresses import beside
from .values import fields_of, plain, reference, related_fields

MOST_ROWS = 1000  # on one page


@dataclass(frozen=True)
class Part:
    """Rows that belong to a record: `link` is the column by which they name it, `hidden` what
    its page does not show either."""

    name: str
    model: type[Model]
    link: str
    hidden: tuple[str, ...] = ()

    @property
    def without(self) -> tuple[str, ...]:
        return (self.link, *self.hidden)


@dataclass(frozen=True)
class Register:
    listing: Listing
    path: str  # as of the page
    parts: tuple[Part, ...] = ()

    @property
    def name(self) -> str:
        """The list's own, without “-list”."""
        return self.listing.name.removesuffix("-list")

    def answer_list(self, request) -> dict:
        return list_of(request, self)

    def answer_record(self, request, pk: int) -> dict:
        return record_of(request, self, pk)


REGISTERS = (
    Register(
        ENTERPRISES,
        "enterprises",
        (
            Part("names", EnterpriseName, "enterprise"),
            Part("locations", Location, "enterprise"),
            Part("key_years", KeyMark, "enterprise", ("note",)),
        ),
    ),
    Register(
        CENTERS,
        "rd-centers",
        (
            Part("recognitions", Recognition, "center"),
            Part("stages", StageEvent, "center"),
            Part("hosts", CenterHost, "center"),
            Part("partners", CenterPartner, "center"),
        ),
    ),
    Register(TITLES, "titles"),
    Register(PATENTS, "patents", (Part("holders", PatentHolder, "patent"),)),
    Register(PROJECTS, "projects", (Part("milestones", Milestone, "project"),)),
    Register(PROGRAMS, "programs", (Part("categories", ProgramCategory, "program"),)),
    Register(APPLICATIONS, "applications"),
    Register(COOPERATION, "cooperation", (Part("partners", CooperationPartner, "cooperation"),)),
    Register(ACHIEVEMENTS, "achievements"),
    Register(RETURNS, "returns"),
    Register(TARGETS, "targets", (Part("revisions", TargetRevision, "target"),)),
    Register(PUBLISHED, "published-figures"),
)


# Lists


def list_of(request, register: Register) -> dict:
    """The rows of one page of a list, and how many match."""
    listing = register.listing
    question, rows, columns = lists.answer(request, listing)
    size = lists.pick(question, "size", range(1, MOST_ROWS + 1), _("page size"))
    page = paging.turn_to(question, rows, size or lists.USUAL_SIZE)
    summed = lists.column_added_up(question, columns)
    behind = question.behind

    def neighbor(parameters: dict | None) -> str | None:
        return None if parameters is None else request.path + question.address(**parameters)

    found = lists.rows_of(question, page.keys)
    return {
        "title": str(listing.title),
        "behind": behind.words if behind else None,
        "sum": plain(lists.sum_of(rows, summed)) if summed else None,
        "remarks": question.remarks,
        "count": page.total,
        "count_is_exact": page.exact,
        "page": page.number,
        "pages": page.num_pages if page.exact else None,
        "size": page.size,
        "next": neighbor(page.following),
        "previous": neighbor(page.preceding),
        "sort": question.sort,
        "columns": heads(columns),
        "rows": [row_of(register, row, columns) for row in found],
        "links": {"html": reverse(listing.name) + question.address(size=None)},
    }


def sent(columns: Iterable[Column]) -> list[Column]:
    """What exports hold."""
    return [column for column in columns if column.value]


def heads(columns: Iterable[Column]) -> list[dict]:
    return [
        {"key": column.key, "name": str(column.label), "unit": plain(column.unit)}
        for column in sent(columns)
    ]


def row_of(register: Register, row: Model, columns: list[Column]) -> dict:
    return {
        "id": row.pk,
        "values": {column.key: plain(column.value(row)) for column in sent(columns)},
        "names": {c.key: reference(c.names(row)) for c in columns if c.value and c.names},
        "links": {
            "html": row.get_absolute_url(),
            "self": reverse(f"api-{register.name}", args=[row.pk]),
        },
    }


# Records


def record_of(request, register: Register, pk: int) -> dict:
    """All of one record: its columns, what its list says of it, and the rows that belong to it."""
    scope, listing = request_scope(request), register.listing
    rows = listing.model._default_manager.select_related(*related_fields(listing.model))
    row = scope.get_or_404(rows, pk=pk)
    question = Question(listing, scope, localdate(), QueryDict())
    columns = list(listing.columns(question))
    [listed] = lists.rows_of(question, [row.pk])
    in_list = row_of(register, listed, columns)
    return {
        "title": str(row),
        **in_list,
        "fields": fields_of(row),
        "columns": heads(columns),
        "parts": {part.name: rows_of_part(scope, part, row) for part in register.parts},
        "links": in_list["links"] | links_of(register, row),
    }


def rows_of_part(scope: Scope, part: Part, row: Model) -> list[dict]:
    rows = part.model._default_manager.filter(**{part.link: row})
    rows = scope.limit(rows.select_related(*related_fields(part.model, part.without)))
    return [fields_of(one, part.without) for one in rows]


# Lists that can be asked for the rows of one enterprise.
OF_ENTERPRISE = [
    each
    for each in REGISTERS
    if "enterprise" in each.listing.filters.base_filters and each.listing is not ENTERPRISES
]


def links_of(register: Register, row: Model) -> dict:
    """Of an enterprise the lists of all that names it."""
    if register.listing is not ENTERPRISES:
        return {}
    query = urlencode({"enterprise": row.pk})
    return {
        each.path.replace("-", "_"): f"{beside(reverse(each.listing.name))}?{query}"
        for each in OF_ENTERPRISE
    }


# Without a request


def usual_columns(listing: Listing) -> list[Column]:
    """The columns as they are declared; those of a single year as of 2014."""
    everything = Scope(user=None, everything=True)  # type: ignore[arg-type]
    question = Question(listing, everything, date(2014, 12, 31), QueryDict(), values={"year": 2014})
    return list(listing.columns(question))
