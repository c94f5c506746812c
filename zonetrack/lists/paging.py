"""Pages of a list that cost the same near its start, far inside it and at its end.

Pages within the first 10,000 rows have numbers. Further ones are reached by the key of a row:
`after` and `before` name the row next to which a page begins or ends, `page=last` the end. Nobody
reads the rows in between. A position is looked up anew each time, so an address stays right when
rows come or go; it holds a key and nothing of the row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import Case, F, QuerySet, When
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zonetrack import numbers

MOST_COUNTED = 10_000
LARGEST_KEY = 2**63 - 1
LAST = "last"
POSITIONS = ("after", "before")


@dataclass
class Page:
    """As Django's Page, but for a list whose rows are counted only up to a limit.

    `number` is None where nobody has counted the rows before it. `more`, `fewer`: whether rows
    follow or come before. `total` is exact or the limit of counting.
    """

    keys: list
    number: int | None
    size: int
    total: int
    exact: bool
    more: bool = False
    fewer: bool = False

    @property
    def paginator(self):
        return self

    @property
    def count(self) -> str:
        if self.exact:
            return numbers.number(self.total)
        return _("more than %(count)s") % {"count": numbers.number(self.total)}

    @property
    def num_pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def start_index(self) -> int:
        """0 where the place of the first row is not known."""
        return (self.number - 1) * self.size + 1 if self.keys and self.number else 0

    @property
    def end_index(self) -> int:
        return self.start_index + len(self.keys) - 1 if self.start_index else 0

    @property
    def numbers(self) -> list[int | None]:
        """Page numbers with None for gaps; of a list not counted to its end no last one."""
        near = range(self.number - 2, self.number + 3) if self.number else ()
        wanted = sorted({1, *near, *([self.num_pages] if self.exact else [])})
        shown: list[int | None] = []
        for number in (n for n in wanted if 1 <= n <= self.num_pages):
            if shown and number != shown[-1] + 1:
                shown.append(None)
            shown.append(number)
        return shown if self.exact else [*shown, None]

    @property
    def following(self) -> dict[str, Any] | None:
        """The parameters of the page after this one; None at the end."""
        if not self.more:
            return None
        if self.number and self.number < self.num_pages:
            return {"page": self.number + 1, "after": None, "before": None}
        return {"after": self.keys[-1], "before": None, "page": None}

    @property
    def preceding(self) -> dict[str, Any] | None:
        if not self.fewer:
            return None
        if self.number:
            return {"page": self.number - 1, "after": None, "before": None}
        return {"before": self.keys[0], "after": None, "page": None}


def turn_to(question, rows: QuerySet, size: int) -> Page:
    """The page that is asked for; `rows` are in their order, which ends with the key.

    The rows behind a number are counted to the end, so that the list says what the number said.
    """
    page = by_position(question, rows, size) or by_number(question, rows, size)
    if not page.exact and question.behind:
        page.total, page.exact = rows.order_by().count(), True
    return page


def by_number(question, rows: QuerySet, size: int) -> Page:
    number, narrow = page_number(question), is_narrow(rows)
    if number == 1 and not narrow:
        keys = list(rows.values_list("pk", flat=True)[: size + 1])
        if len(keys) <= size:
            return Page(keys, 1, size, total=len(keys), exact=True)
        total, exact = counted(rows)
        return Page(keys[:size], 1, size, total, exact, more=True)
    total, exact = counted(rows)
    if not exact and question.behind:
        total, exact = rows.order_by().count(), True
    last = max(1, -(-total // size))
    if number > last:
        question.remarks.append(too_far(last, exact))
        number = last
        question.data.pop("page", None)
    start = (number - 1) * size
    if narrow and exact:
        rows = sorted_alone(rows)
    keys = keys_between(rows, start, start + size + 1, total if exact else None)
    if not exact and len(keys) <= size:
        total, exact = start + len(keys), True
    return Page(keys[:size], number, size, total, exact, len(keys) > size, number > 1)


def is_narrow(rows: QuerySet) -> bool:
    """Whether PostgreSQL has to choose between finding some rows and walking through all."""
    return bool(rows.query.where) and connections[rows.db].vendor == "postgresql"


def sorted_alone(rows: QuerySet) -> QuerySet:
    """The same order in words that no index knows, for rows that are few.

    Finding and sorting them takes the same beside any number of others. Of its own PostgreSQL
    would walk the index of the order past everybody else's rows: it takes a zone's rows for
    evenly spread, while they lie together, as a year's import or the zone's founding left them.
    """
    first, *others = rows.query.order_by
    by = first.copy() if isinstance(first, OrderBy) else OrderBy(F(first))
    by.expression = Case(When(pk__isnull=False, then=by.expression))
    return rows.order_by(by, *others)


def too_far(last: int, exact: bool) -> str:
    if exact:
        return _("There are only %(count)d pages; this is the last one.") % {"count": last}
    words = _("Only the first %(count)d pages have numbers. Turn on from here, or to the end.")
    return words % {"count": last}


def keys_between(rows: QuerySet, start: int, end: int, total: int | None) -> list:
    """The keys from one place to another, read from the nearer end where the total is known."""
    if total is None or start <= total // 2:
        return list(rows.values_list("pk", flat=True)[start:end])
    keys = rows.reverse().values_list("pk", flat=True)
    return list(keys[max(total - end, 0) : total - start])[::-1]


def counted(rows: QuerySet) -> tuple[int, bool]:
    """How many rows there are, counted to a limit, and whether that is all of them."""
    found = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return (found, True) if found <= MOST_COUNTED else (MOST_COUNTED, False)


def page_number(question) -> int:
    given = question.data.get("page", "1")
    if is_key(given):
        return int(given)
    question.data.pop("page", None)
    question.remarks.append(_("There is no such page; the first one is shown."))
    return 1


def is_key(text: str) -> bool:
    """Whether it is a whole number from 1 up that every database knows."""
    return text.isascii() and text.isdigit() and len(text) <= 19 and 1 <= int(text) <= LARGEST_KEY


# By the key of a row


def by_position(question, rows: QuerySet, size: int) -> Page | None:
    """The page that begins after a row, ends before one, or is the last; None without such."""
    asked = next((name for name in POSITIONS if name in question.data), None)
    if asked:
        question.data.pop("page", None)
        return beside(question, rows, size, asked)
    return last_page(question, rows, size) if question.data.get("page") == LAST else None


def last_page(question, rows: QuerySet, size: int) -> Page | None:
    """None where it has a number, which is then asked for."""
    total, exact = counted(rows)
    if exact:
        question.data["page"] = str(max(1, -(-total // size)))
        return None
    keys = list(rows.reverse().values_list("pk", flat=True)[:size])
    return Page(keys[::-1], None, size, total, exact, more=False, fewer=True)


def beside(question, rows: QuerySet, size: int, asked: str) -> Page | None:
    """The page next to the row that `asked` names; None where another one is shown instead."""
    data = question.data
    anchor = position_of(question, rows, data[asked]) if is_key(data[asked]) else None
    for other in POSITIONS:
        if anchor is None or other != asked:
            data.pop(other, None)
    if anchor is None:
        words = _("The row from which to turn on is not there; the first page is shown.")
        question.remarks.append(words)
        return None
    keys = keys_from(rows, anchor, size + 1, backward=asked == "before")
    beyond = len(keys) > size
    if asked == "before" and not beyond:
        # The start is reached: its page has a number, and is a full one.
        data.pop("before")
        return None
    if not keys:
        question.remarks.append(_("No row follows that one; the last page is shown."))
        data.pop("after")
        return last_page(question, rows, size)
    keys = keys[:size] if asked == "after" else keys[:size][::-1]
    more, fewer = (beyond, True) if asked == "after" else (True, beyond)
    return Page(keys, None, size, *counted(rows), more, fewer)


@dataclass(frozen=True)
class Term:
    """One step of an order. What is missing stands last, whichever way the step is ordered."""

    name: str
    expression: Any
    falling: bool
    may_miss: bool

    def same(self, value) -> dict:
        return {f"{self.name}__isnull": True} if value is None else {self.name: value}

    def beyond(self, value, *, backward: bool) -> Iterator[dict]:
        """Conditions for what lies beyond the value, nearest first."""
        if value is None:
            if backward:
                yield {f"{self.name}__isnull": False}
            return
        yield {f"{self.name}__{'lt' if self.falling != backward else 'gt'}": value}
        if self.may_miss and not backward:
            yield {f"{self.name}__isnull": True}


def terms_of(rows: QuerySet) -> list[Term]:
    found = []
    for at, one in enumerate(rows.query.order_by):
        by = one if isinstance(one, OrderBy) else OrderBy(F(one))
        found.append(Term(f"position_{at}", by.expression, by.descending, bool(by.nulls_last)))
    return found


def position_of(question, rows: QuerySet, key: str) -> tuple | None:
    """What the row is ordered by; None where it is not in scope."""
    terms = terms_of(rows)
    seen = question.scope.limit(rows.model._default_manager.order_by())
    seen = seen.annotate(**{term.name: term.expression for term in terms})
    return seen.filter(pk=key).values_list(*[term.name for term in terms]).first()


def keys_from(rows: QuerySet, position: tuple, most: int, *, backward: bool) -> list:
    """The keys next to a position, in the order in which they are met.

    One short question for each step of the order, the last step first: rows that agree in all
    steps before it. Each can use an index, which one long condition with “or” could not.
    """
    terms, found = terms_of(rows), []
    rows = rows.alias(**{term.name: term.expression for term in terms})
    rows = rows.reverse() if backward else rows
    for depth in reversed(range(len(terms))):
        alike = {}
        for term, value in zip(terms[:depth], position[:depth], strict=True):
            alike |= term.same(value)
        for condition in terms[depth].beyond(position[depth], backward=backward):
            wanted = rows.filter(**alike).filter(**condition)
            found += wanted.values_list("pk", flat=True)[: most - len(found)]
            if len(found) == most:
                return found
    return found


def links_of(question, page: Page) -> list[tuple[int | str | None, str]]:
    """Numbers of pages, None for gaps, and words for what has no number, each with its address."""
    anew = {"page": None, "after": None, "before": None}
    numbered = [
        (number, question.address(**(anew | {"page": number})) if number else "")
        for number in page.numbers
    ]
    if page.exact and page.number:
        return numbered
    turns = []
    if page.preceding:
        back = question.address(**page.preceding)
        turns.append((pgettext("page", "Previous"), back))
    if page.following:
        turns.append((pgettext("page", "Next"), question.address(**page.following)))
        end = question.address(**(anew | {"page": LAST}))
        turns.append((pgettext("page", "Last"), end))
    return [*numbered, *turns]
