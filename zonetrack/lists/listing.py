"""The one list: a declaration per register, read from the address, shown or exported.

A page asks the database for the keys of its rows first and then for these rows alone, so that
neither far pages nor computed columns cost more with more rows.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

from django.db.models import CharField, F, Model, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import QueryDict
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zonetrack import pieces, punctuation, tabular
from zonetrack.access.scope import Scope, request_scope
from zonetrack.keeping.conditional import conditional, of_all
from zonetrack.records import reads_chinese

from . import behind as behind_number
from . import cells, paging
from .behind import Behind
from .filtering import Filters, fold

SIZES, USUAL_SIZE = (25, 50, 100, 250), 50
CHUNK = 500
OWN_PARAMETERS = ("sort", "size", "page", *paging.POSITIONS, "format")
FORMATS = ("csv", "xlsx")
FROM_START = ("page", *paging.POSITIONS, "format")
# Of which pages of a list are kept: how many from its start, by how many filters at most.
PAGES_KEPT = ("1", "2", "3")
FILTERS_KEPT = 2


@dataclass(frozen=True)
class Column:
    """`value(row)` goes into exports, `cell(row)` onto the page; None: the column is not there.

    `sort`: what rows are ordered by, or a function that answers it where it takes a query of its
    own to say; empty for what cannot be ordered.
    """

    key: str
    label: Any
    value: Callable[[Any], Any] | None = None
    cell: Callable[[Any], cells.Cell] | None = None
    sort: tuple | Callable[[], tuple] = ()
    unit: Any = ""
    num: bool = False
    sum_of: str = ""  # path of the column that is added up in the foot
    names: Callable[[Any], Model | None] | None = None  # the record whose name stands in it

    @property
    def head(self) -> str:
        """The label with its unit."""
        if not self.unit:
            return str(self.label)
        return f"{self.label}{punctuation.brackets(self.unit)}"


@dataclass
class Question:
    """What a request asks of a list, as far as it can be answered."""

    listing: "Listing"
    scope: Scope
    today: date  # of a past year's number its last day
    data: QueryDict  # only what is understood
    behind: Behind | None = None
    values: dict = field(default_factory=dict)  # of the filters
    remarks: list[str] = field(default_factory=list)  # what was left out, and why
    filters: Filters | None = None
    sort: str = ""
    shown_year: int | None = None  # where the list shows figures of one year

    @property
    def year(self) -> int | None:
        return self.behind.year if self.behind else self.values.get("year")

    def address(self, **changes) -> str:
        """The same list otherwise; None takes a parameter out. The page starts anew."""
        data = self.data.copy()
        for name, value in (dict.fromkeys(FROM_START) | changes).items():
            data.pop(name, None)
            if value is not None:
                data[name] = value
        return f"?{data.urlencode()}"


@dataclass(frozen=True)
class Listing:
    """`rows(queryset, question)` adds what `columns(question)` read. `order` is the usual sort:
    a column's key, with a minus if falling. `empty` says what stands here once there are rows.
    """

    name: str  # of its address
    title: Any
    model: type[Model]
    filters: type[Filters]
    columns: Callable[[Question], Iterable[Column]]
    rows: Callable[[QuerySet, Question], QuerySet]
    order: str
    empty: Any = ""
    # Other models whose rows stand for rows of this list → path to the list's key.
    via: dict[type[Model], str] = field(default_factory=dict)
    drafts: bool = False  # whether figures that are not approved stand in it


def show(request, listing: Listing):
    """The page of a list, or its export."""
    if "format" in request.GET:
        return made(request, listing)
    keep = is_asked_again(request.GET, listing)
    view = conditional(of_all, keep=keep, drafts=listing.drafts)(made)
    return view(request, listing=listing)


def is_asked_again(data: QueryDict, listing: Listing) -> bool:
    """Whether several people ask for the same page: the first pages of the list as links and the
    form name them. What one person searches for would only drive out what others read."""
    of_number = behind_number.PARAMETERS if "behind" in data else ()
    chosen = set(data) - {"page", "sort", *of_number}
    offered = listing.filters.base_filters.keys() - {"q"}
    near = data.get("page", "1") in PAGES_KEPT
    return near and chosen <= offered and len(chosen) <= FILTERS_KEPT


def made(request, listing: Listing):
    question, rows, columns = answer(request, listing)
    chosen = pick(question, "format", FORMATS, _("format"))
    if chosen:
        return export(question, rows, columns, chosen)
    return TemplateResponse(request, "lists/list.html", page_of(question, rows, columns))


def answer(request, listing: Listing) -> tuple[Question, QuerySet, list[Column]]:
    """What a request asks of a list: all rows that match, in their order, and the columns."""
    question = read(request, listing)
    rows, columns = matching(question), list(listing.columns(question))
    return question, rows.order_by(*order_of(question, columns)), columns


# Reading the address


def read(request, listing: Listing) -> Question:
    data = tidy(request.GET)
    question = Question(listing, request_scope(request), localdate(), data)
    question.behind, question.remarks = behind_number.read(data, question.scope, question.today)
    if question.behind:
        question.today = question.behind.day
    if question.behind and question.behind.part.page != listing.name:
        question.behind = None
        question.remarks.append(_("The records behind this number stand in another list."))
    if "behind" in data and not question.behind:
        forget(data, *behind_number.PARAMETERS)
    return question


def tidy(given: QueryDict) -> QueryDict:
    """Without empty values and blanks; full-width letters and digits count as half-width."""
    data = QueryDict(mutable=True)
    for name, values in given.lists():
        kept = list(
            dict.fromkeys(value.strip() if name == "q" else fold(value) for value in values)
        )
        data.setlist(name, [value for value in kept if value])
        if not data.getlist(name):
            del data[name]
    return data


def forget(data: QueryDict, *names: str) -> None:
    for name in names:
        data.pop(name, None)


def matching(question: Question) -> QuerySet:
    """The rows in scope that the filters let through. Notes what is left out."""
    listing, data = question.listing, question.data
    rows = question.scope.limit(listing.model._default_manager.all())
    if question.behind:
        rows = rows.filter(pk__in=keys_behind(question))
    used = data.copy()
    if question.behind:
        forget(used, *behind_number.PARAMETERS)
    filters = make_filters(question, used, rows)
    refused = filters.refused()
    for name in refused:
        label = filters.filters[name].label
        question.remarks.append(
            _("The filter “%(filter)s” was left out: its value cannot be used here.")
            % {"filter": label}
        )
    if refused:
        forget(used, *refused)
        forget(data, *refused)
        filters = make_filters(question, used, rows)
        filters.refused()
    known = {*filters.filters, *OWN_PARAMETERS}
    known |= set(behind_number.PARAMETERS if question.behind else ())
    forget(data, *[name for name in list(data) if name not in known])
    question.values = filters.form.cleaned_data
    question.filters = filters
    return filters.qs


def make_filters(question: Question, data: QueryDict, rows: QuerySet) -> Filters:
    return question.listing.filters(data, rows, scope=question.scope, today=question.today)


def keys_behind(question: Question) -> QuerySet:
    rows, listing = question.behind.rows, question.listing
    return rows.order_by().values(listing.via.get(rows.model, "pk"))


def chips(question: Question) -> Iterator[dict]:
    if question.behind:
        gone = dict.fromkeys(behind_number.PARAMETERS)
        words = _("Behind the number: %(number)s") % {"number": question.behind.words}
        yield {"label": words, "url": question.address(**gone)}
    for name, one in question.filters.filters.items():
        value = question.values.get(name)
        if value in (None, "", []):
            continue
        for key, words in one.words(value):
            yield {
                "label": f"{punctuation.colon(one.label)}{words}" if words else str(one.label),
                "url": without(question, name, key),
            }


def without(question: Question, name: str, key: str) -> str:
    """The address without one value of a filter."""
    data = question.data.copy()
    left = [value for value in data.getlist(name) if key and value != key]
    forget(data, name, *FROM_START)
    if left:
        data.setlist(name, left)
    return f"?{data.urlencode()}"


def pick(question: Question, name: str, allowed: Iterable, label: str):
    """One of the allowed values; what is not allowed is noted and left out."""
    given = question.data.get(name)
    chosen = next((one for one in allowed if str(one) == given), None)
    if given is not None and chosen is None:
        question.remarks.append(
            _("This list has no such %(thing)s; the usual one is shown.") % {"thing": label}
        )
        forget(question.data, name)
    return chosen


def order_of(question: Question, columns: list[Column]) -> list:
    """What rows are ordered by; the key comes last, so that pages never overlap."""
    sortable = {column.key: column for column in columns if column.sort}
    allowed = [*sortable, *(f"-{key}" for key in sortable)]
    question.sort = pick(question, "sort", allowed, _("order")) or question.listing.order
    falling = question.sort.startswith("-")
    order = []
    steps = sortable[question.sort.lstrip("-")].sort
    for by in steps() if callable(steps) else steps:
        expression = F(by) if isinstance(by, str) else by
        turned = expression.desc if falling else expression.asc
        # What is not reported stands last, whichever way the list is ordered. Saying so where
        # nothing can be missing would keep the database from using its index.
        order.append(
            turned() if always_there(question.listing.model, by) else turned(nulls_last=True)
        )
    return [*order, "pk"]


def always_there(model: type[Model], by) -> bool:
    """Whether it is a column of the row itself that is never empty, or one of its two names."""
    if isinstance(by, OwnName):
        return True
    return any(field.name == by and not field.null for field in model._meta.concrete_fields)


# The page


def page_of(question: Question, rows: QuerySet, columns: list[Column]) -> dict:
    listing = question.listing
    size = pick(question, "size", SIZES, _("page size")) or USUAL_SIZE
    page = paging.turn_to(question, rows, size)
    columns = [column for column in columns if column.cell]
    cells_of = [column.cell for column in columns]
    shown = [[cell(row) for cell in cells_of] for row in rows_of(question, page.keys)]
    return {
        "listing": listing,
        "zone": only_zone(question.scope),
        "question": question,
        "columns": [head_of(question, column) for column in columns],
        "rows": shown,
        "body": cells.table_body(shown),
        "foot": foot_of(question, rows, columns),
        "page_obj": page,
        "page_links": paging.links_of(question, page),
        "sizes": [(one, None if one == size else question.address(size=one)) for one in SIZES],
        "form": question.filters.form,
        "shown_filters": shown_filters(question),
        "hidden": hidden_fields(question),
        "chips": list(chips(question)),
        "clear_url": reverse(listing.name),
        "csv_url": question.address(format="csv"),
        "xlsx_url": question.address(format="xlsx"),
        "add_url": address_to_add(question),
    }


def rows_of(question: Question, keys: list) -> list:
    """The rows with these keys, in their order, with all that the columns read."""
    manager = question.listing.model._default_manager
    found = question.listing.rows(manager.filter(pk__in=keys).order_by(), question)
    by_key = {row.pk: row for row in found}
    return [by_key[key] for key in keys if key in by_key]


def head_of(question: Question, column: Column) -> dict:
    head = {"title": column.head, "num": column.num}
    if column.sort:
        now = question.sort
        following = f"-{column.key}" if now == column.key else column.key
        head["sort_url"] = question.address(sort=following)
        if now.lstrip("-") == column.key:
            head["sorted"] = "descending" if now.startswith("-") else "ascending"
    return head


def foot_of(question: Question, rows: QuerySet, columns: list[Column]) -> list[cells.Cell] | None:
    """The sum of the column behind a number; None where rows are counted."""
    column = column_added_up(question, columns)
    if column is None:
        return None
    foot = [cells.Cell("") for _one in columns]
    foot[0] = cells.Cell(_("Sum"))
    foot[columns.index(column)] = cells.number(sum_of(rows, column))
    return foot


def column_added_up(question: Question, columns: list[Column]) -> Column | None:
    wanted = question.behind and question.behind.part.column
    return next((one for one in columns if wanted and one.key == wanted and one.sum_of), None)


def sum_of(rows: QuerySet, column: Column):
    """None where no row reports anything."""
    return rows.order_by().aggregate(total=Sum(column.sum_of))["total"]


def shown_filters(question: Question) -> list:
    """The fields of the form; the zone is asked for only where there are several."""
    form, several = question.filters.form, question.scope.several_zones
    fields = [one for one in form.visible_fields() if several or one.name != "zone"]
    return [one for one in fields if not (question.behind and one.name == "year")]


def hidden_fields(question: Question) -> list[tuple[str, str]]:
    """What stays as it is when other filters are applied."""
    visible = {one.name for one in shown_filters(question)} | set(FROM_START)
    data = question.data
    return [(name, one) for name in data if name not in visible for one in data.getlist(name)]


def address_to_add(question: Question) -> str:
    """The admin's page to add a row, for those who may."""
    model = question.listing.model._meta
    permission = f"{model.app_label}.add_{model.model_name}"
    if not (question.scope.may_enter() and question.scope.user.has_perm(permission)):
        return ""
    return address(f"admin:{model.app_label}_{model.model_name}_add")


def only_zone(scope: Scope):
    """The zone named above pages that are not about one; None where there are several."""
    return None if scope.several_zones or not scope.zones else scope.zones[0]


def address(name: str, *args) -> str:
    """An address by its name; empty where the installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


# Exports


def export(question: Question, rows: QuerySet, columns: list[Column], chosen: str):
    """All rows that match, streamed."""
    listing, day = question.listing, localdate()
    columns = [column for column in columns if column.value]
    heads = [column.head for column in columns]
    values = export_rows(listing.rows(rows, question), columns, translation.get_language())
    filename = f"{listing.name.removesuffix('-list')}-{day:%Y%m%d}.{chosen}"
    if chosen == "csv":
        return tabular.csv_response(filename, heads, values)
    notes = tabular.Sheet(_("Notes"), [_("About this file"), ""], notes_of(question))
    return tabular.xlsx_response(
        filename, [tabular.Sheet(str(listing.title), heads, values), notes]
    )


def export_rows(rows: QuerySet, columns: list[Column], language: str) -> Iterator[tuple]:
    """Rows are read while they are sent, when the request's language may be gone."""
    found = pieces.each(rows, CHUNK)
    while part := list(islice(found, CHUNK)):
        with translation.override(language):
            lines = [tuple(plain(column.value(row)) for column in columns) for row in part]
        yield from lines


def plain(value):
    """Texts that are translated late are translated now."""
    return str(value) if isinstance(value, Promise) else value


def notes_of(question: Question) -> list[tuple[str, Any]]:
    return [
        (_("List"), str(question.listing.title)),
        (_("Written at"), localtime().replace(microsecond=0)),
        *[(_("Filter"), chip["label"]) for chip in chips(question)],
    ]


# Columns that many lists have


class OwnName(Coalesce):
    """The name of the row itself; no column of names is ever null."""


def by_name(prefix: str = "") -> tuple:
    """Orders by the name in the reader's language, or the other one where there is only that."""
    first, second = ("name_zh", "name_en") if reads_chinese() else ("name_en", "name_zh")
    given = NullIf(F(prefix + first), Value("", output_field=CharField()))
    return ((Coalesce if prefix else OwnName)(given, F(prefix + second)),)


def column(key, label, read, *, sort=None, **more) -> Column:
    """A plain column: text, year or number, by the path `read` or a function of the row."""
    value = following(read) if isinstance(read, str) else read
    order = (read,) if sort is None and isinstance(read, str) else tuple(sort or ())
    more.setdefault("cell", lambda row: cells.text(value(row), num=more.get("num", False)))
    return Column(key, label, value, sort=order, **more)


def exported(key, label, read) -> Column:
    """Not on the page, only in exports."""
    return Column(key, label, following(read) if isinstance(read, str) else read)


def record_number() -> Column:
    """By which an import finds the row again where names and codes do not tell it."""
    return exported("record", pgettext("export", "Record number"), "pk")


def figure(key, label, path, *, unit="", sort=None, summed=True) -> Column:
    """A number by its path, or by a function of the row; by its path it may be added up."""
    value = following(path) if isinstance(path, str) else path
    return Column(
        key,
        label,
        value,
        cell=lambda row: cells.number(value(row)),
        sort=(path,) if sort is None and isinstance(path, str) else tuple(sort or ()),
        unit=unit,
        num=True,
        sum_of=path if summed and isinstance(path, str) else "",
    )


def dated(key, label, year: str, day: str) -> Column:
    """A dated fact: the day where it is known, else the year."""
    year_of, day_of = following(year), following(day)
    return Column(
        key,
        label,
        lambda row: day_of(row) or year_of(row),
        cell=lambda row: cells.dated(year_of(row), day_of(row)),
        sort=(year, day),
    )


def choice(key, label, name: str, prefix: str = "", sort=None) -> Column:
    """The words of a field with choices."""
    holder = following(prefix) if prefix else lambda row: row

    def words(row):
        record = holder(row)
        return "" if record is None else chosen_words(record, name)

    path = f"{prefix}__{name}" if prefix else name
    return Column(key, label, words, cell=lambda row: cells.text(words(row)), sort=sort or (path,))


def chosen_words(record: Model, name: str) -> str:
    """The words of a field with choices; Django's own puts all of them together for every row."""
    value = getattr(record, name)
    return "" if value is None else str(words_of(type(record), name).get(value, value))


@cache
def words_of(model: type[Model], name: str) -> dict[Any, Any]:
    return dict(model._meta.get_field(name).flatchoices)


def record(key, label, path: str, view: str = "", *, order: bool = True) -> Column:
    """Another record by its name in the reader's language, with a link where it has a page."""
    follow = following(path)

    def cell(row):
        found = follow(row)
        url = reverse(view, args=[found.pk]) if view and found else ""
        return cells.text(found, url=url)

    return Column(
        key,
        label,
        lambda row: str(follow(row) or ""),
        cell=cell,
        sort=by_name(f"{path}__") if order else (),
        names=follow,
    )


def place() -> Column:
    """The zone or park of a target or a published figure."""
    return Column(
        "place",
        _("Zone or park"),
        lambda row: row.place.name,
        cell=lambda row: cells.text(row.place),
        names=lambda row: row.place,
    )


def both_names(key, label, path: str = "") -> list[Column]:
    """Two columns for exports."""
    follow = following(path) if path else lambda row: row
    return [
        Column(
            f"{key}_{code}", words, lambda row, name=f"name_{code}": getattr(follow(row), name, "")
        )
        for code, words in (
            ("en", _("%(what)s, name in English") % {"what": label}),
            ("zh", _("%(what)s, name in Chinese") % {"what": label}),
        )
    ]


def following(path: str) -> Callable[[Any], Any]:
    """Reads a__b__c of a row; None as soon as a step is missing."""
    steps = path.split("__")

    def follow(row):
        for step in steps:
            if row is None:
                return None
            row = getattr(row, step, None)
        return row

    return follow
