"""The sheet of an enterprise: master data, the figures of three years, and what it holds.

Only what the reader's scope reaches is shown. Figures stand as they are in the returns, with the
state of the year's return beside them.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from enterprises.models import Enterprise, Return, Title
from patents.models import Patent
from rd_centers.models import Center
from zonetrack import numbers, punctuation
from zonetrack.access.scope import Scope
from zonetrack.lists.cells import when
from zonetrack.lists.record import zone_of
from zonetrack.lists.returned import MEASURES
from zonetrack.projects.models import Project

from . import cells
from .document import Cell, Row, Table
from .sections.frame import figures, table, words

MOST_ROWS = 6  # of each list, so that the sheet stays one page


@dataclass(frozen=True)
class Sheet:
    """`facts` are pairs of a name and a text."""

    title: str
    place: str
    facts: list[tuple[str, str]]
    tables: list[Table]
    lists: list[Table]


def sheet(scope: Scope, row: Enterprise, year: int) -> Sheet:
    places = list(scope.limit(row.locations.select_related("park__home_zone")))
    zones = dict.fromkeys(zone_of(scope, place.park).name for place in places)
    filed = {
        one.year: one
        for one in scope.limit(
            row.returns.filter(year__range=(year - 2, year)).select_related("figures", "patents")
        )
    }
    lists = [patents(scope, row, year), titles(scope, row, year), centers(scope, row, year)]
    lists.append(projects(scope, row, year))
    return Sheet(
        title=_("Sheet of the enterprise, %(year)d") % {"year": year},
        place=punctuation.listed(zones),
        facts=facts(row, places, filed.get(year), scope, year),
        tables=[figure_table(filed, year)],
        lists=lists,
    )


def facts(row: Enterprise, places, filing: Return | None, scope: Scope, year: int):
    parks = punctuation.listed(
        f"{place.park.name}{punctuation.brackets(years_of(place))}" for place in places
    )
    marks = scope.limit(row.key_marks.filter(year=year)).exists()
    found = [
        (_("Enterprise"), " · ".join(filter(None, [row.name, row.other_name]))),
        (_("Unified social credit code"), row.credit_code or numbers.NOTHING),
        (_("Park"), parks or numbers.NOTHING),
        (_("Technology field"), row.field.name if row.field else numbers.NOTHING),
        (pgettext("enterprise", "Registered"), when(row.registered_year, row.registered_on)),
        (_("Key enterprise"), _("Yes") if marks else _("No")),
        (_("Return"), str(filing.get_state_display()) if filing else _("Not started")),
    ]
    if row.closed_year:
        found.append((pgettext("enterprise", "Closed"), when(row.closed_year, row.closed_on)))
    return found


def years_of(place) -> str:
    if place.to_year:
        return numbers.year_range(place.from_year, place.to_year)
    return _("since %(year)d") % {"year": place.from_year}


def figure_table(filed: dict[int, Return], year: int) -> Table:
    """The year beside the two before it; “–” is not reported."""
    years = [year, year - 1, year - 2]
    rows = []
    for measure in MEASURES:
        values = [measure.of(filed.get(one)) for one in years]
        change = numbers.change(values[0], values[1])
        rows.append(
            Row(
                (
                    Cell(measure.head),
                    *(Cell(numbers.number(value), value) for value in values),
                    Cell(str(change), change.difference),
                )
            )
        )
    return table(
        "figures",
        _("Figures and patent counts"),
        [
            words(_("Figure"), 4),
            *(figures(one) for one in years),
            figures(pgettext("figure", "Change")),
        ],
        rows,
        notes=(_("– is not reported. Figures count once their return is approved."),),
    )


# What it holds


def listed(key: str, caption, columns, rows: QuerySet, row_of, empty) -> Table:
    """The first rows, and how many there are beyond."""
    found = list(rows[: MOST_ROWS + 1])
    more = rows.count() - MOST_ROWS if len(found) > MOST_ROWS else 0
    told = ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more} if more else ""
    return table(
        key,
        caption,
        [words(name) for name in columns],
        [Row(tuple(row_of(one))) for one in found[:MOST_ROWS]],
        notes=(told,) if told else (),
        empty=str(empty),
    )


def patents(scope: Scope, row: Enterprise, year: int) -> Table:
    """Filed or granted by the year's end and not ended before, the latest first."""
    rows = scope.limit(Patent.objects.filter(holders__enterprise=row, filed_year__lte=year))
    rows = rows.filter(Q(ended_year__isnull=True) | Q(ended_year__gte=year))
    return listed(
        "patents",
        _("Patents"),
        [_("Patent"), _("Application number"), _("Filed"), _("Granted")],
        rows.order_by("-filed_year", "application_no"),
        lambda one: (
            cells.text(one.title or one.application_no, one.get_absolute_url()),
            cells.text(one.application_no),
            cells.dated(one.filed_year, one.filed_on),
            cells.dated(one.granted_year, one.granted_on),
        ),
        _("No single patent is entered."),
    )


def titles(scope: Scope, row: Enterprise, year: int) -> Table:
    rows = Title.objects.held_at_end_of(year).filter(enterprise=row).select_related("kind")
    return listed(
        "titles",
        _("Titles held at the end of the year"),
        [_("Title"), _("Level"), _("Batch"), _("Awarded")],
        scope.limit(rows).order_by("-awarded_year", "pk"),
        lambda one: (
            cells.text(one.kind.name, one.get_absolute_url()),
            cells.text(one.kind.get_level_display()),
            cells.text(one.batch),
            cells.dated(one.awarded_year, one.awarded_on),
        ),
        _("It holds no title."),
    )


def centers(scope: Scope, row: Enterprise, year: int) -> Table:
    rows = Center.objects.held_at_end_of(year).filter(Q(host=row) | Q(hosts__enterprise=row))
    rows = rows.distinct().select_related("kind")
    return listed(
        "centers",
        _("R&D centers and labs"),
        [_("Name"), _("Kind"), pgettext("center", "Part")],
        scope.limit(rows).order_by("name_zh", "name_en", "pk"),
        lambda one: (
            cells.text(one.name, one.get_absolute_url()),
            cells.text(one.kind.name),
            cells.text(_("leads") if one.host_id == row.pk else _("takes part")),
        ),
        _("It runs no recognized center or lab."),
    )


def projects(scope: Scope, row: Enterprise, year: int) -> Table:
    rows = Project.objects.running_in(year).filter(enterprise=row)
    return listed(
        "projects",
        _("Projects of the year"),
        [_("Project"), _("Stage"), _("Begun"), _("Progress")],
        scope.limit(rows).order_by("-begun_year", "pk"),
        lambda one: (
            cells.text(one.name, one.get_absolute_url()),
            cells.text(one.get_stage_display()),
            cells.dated(one.begun_year, one.begun_on),
            cells.text(numbers.percent(one.progress, 0)),
        ),
        _("No project of the year is entered."),
    )
