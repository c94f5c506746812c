"""The reporting year of a zone: opening it prepares the returns that are expected."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zonetrack import punctuation, writing
from zonetrack.years.closing import ClosedYear
from zonetrack.years.models import ReportingYear

from .models import Location, Park, Return


class NotYet(Exception):
    """The year opens on a later day."""

    def __init__(self, row: ReportingYear):
        words = {"year": row.year, "day": date_format(row.opens_on, "DATE_FORMAT")}
        super().__init__(
            _("%(year)d opens on %(day)s. Change the day if it is to open earlier.") % words
        )


class NotOpen(Exception):
    """Returns are prepared only once the year is open."""

    def __init__(self, row: ReportingYear):
        super().__init__(_("%(year)d has not been opened yet.") % {"year": row.year})


@dataclass(frozen=True)
class Prepared:
    """How many returns were made, and how many enterprises had theirs already."""

    new: int
    there: int

    @property
    def sentence(self) -> str:
        new = ngettext("%(n)d return was prepared.", "%(n)d returns were prepared.", self.new)
        there = ngettext("%(n)d was there already.", "%(n)d were there already.", self.there)
        return punctuation.joined([new % {"n": self.new}, there % {"n": self.there}])


def expected(year: int) -> QuerySet[Location]:
    """Enterprises that file a return for a year, each with its park: there on 31 December."""
    return Location.objects.filter(
        Q(to_year__isnull=True) | Q(to_year__gt=year), from_year__lte=year, reports=True
    )


@writing.together()
def open_year(row: ReportingYear, *, by, at: datetime, today: date, reason: str = "") -> Prepared:
    """Open a year and prepare its returns; of an open year prepare those still missing.

    Raises ClosedYear, and NotYet before the day on which it opens.
    """
    row = writing.locked(ReportingYear, [row.pk])[row.pk]
    refuse_closed_row(row)
    if row.opens_on and today < row.opens_on:
        raise NotYet(row)
    if row.opened_at is None:
        row.opened_at, row.opened_by = at, by
        writing.save(row, by=by, reason=reason)
    return prepare(row, by=by, reason=reason)


def prepare(row: ReportingYear, *, by, reason: str = "") -> Prepared:
    """Give every enterprise expected in the zone's own parks its return, not started yet.

    Whoever has one for the year, in whatever park, keeps it. May be done again at any time.
    Raises ClosedYear, and NotOpen before the year was opened.
    """
    refuse_closed_row(row)
    if row.opened_at is None:
        raise NotOpen(row)
    try:
        return prepare_once(row, by, reason)
    except IntegrityError:
        # Somebody began one of them at the same moment; it is there the second time.
        return prepare_once(row, by, reason)


@writing.together()
def prepare_once(row: ReportingYear, by, reason: str) -> Prepared:
    there = expected(row.year).filter(park__home_zone=row.zone_id)
    wanted = dict(there.order_by("from_year", "pk").values_list("enterprise", "park"))
    returns = Return.objects.filter(year=row.year, enterprise__in=there.values("enterprise"))
    known = set(returns.values_list("enterprise", flat=True))
    rows = [
        Return(enterprise_id=enterprise, park_id=park, year=row.year)
        for enterprise, park in wanted.items()
        if enterprise not in known
    ]
    writing.save_many(rows, by=by, reason=reason)
    return Prepared(new=len(rows), there=len(wanted) - len(rows))


@writing.together()
def close_year(row: ReportingYear, *, by, at: datetime, version: int) -> None:
    """Close a year that is still as the person saw it. Raises Conflict."""
    await_writers(row)
    row.close(by=by, at=at)
    writing.save(row, by=by, version=version)


def await_writers(row: ReportingYear) -> None:
    """Let those finish who are changing a return of the year; who comes later finds it closed.

    Whoever changes a return locks it before asking whether its year is closed.
    """
    writing.locked(ReportingYear, [row.pk])
    parks = Park.objects.filter(home_zone=row.zone_id).values("pk")
    returns = Return.objects.select_for_update().filter(park__in=parks, year=row.year)
    list(returns.order_by("pk").values_list("pk", flat=True))


def refuse_closed_row(row: ReportingYear) -> None:
    if row.is_closed:
        raise ClosedYear(row.zone.name, row.year)
