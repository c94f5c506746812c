"""The rows that stand in the template of yearly figures: who reports, with last year's figures."""

from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Park, Return, ZonePark
from enterprises.reporting import reporting
from zonetrack import numbers
from zonetrack.imports.context import Context
from zonetrack.imports.reading import LIMITS
from zonetrack.imports.template import Noted
from zonetrack.lists.returned import MEASURES

MEASURE = {measure.name: measure for measure in MEASURES}


def rows(fields, context: Context) -> list:
    if context.year is None or not (context.park or context.zone):
        return []
    parks = park_ids(context)
    wanted = reporting(context.year, parks)[: LIMITS.rows]
    firms = {one.enterprise for one in wanted}
    codes = dict(Enterprise.objects.filter(pk__in=firms).values_list("pk", "credit_code"))
    last = context.limit(Return.objects.filter(enterprise__in=firms, year=context.year - 1))
    last = {row.enterprise_id: row for row in last.select_related("figures", "patents")}
    names = {park.pk: park.name for park in Park.objects.filter(pk__in=parks)}
    return [
        [
            cell(
                field.key,
                {
                    "credit_code": codes.get(one.enterprise),
                    "enterprise": one.name,
                    "park": names.get(one.park),
                    "year": context.year,
                },
                last.get(one.enterprise),
            )
            for field in fields
        ]
        for one in wanted
    ]


def park_ids(context: Context) -> list[int]:
    if context.park:
        return [context.park.pk]
    linked = ZonePark.objects.filter(zone=context.zone).values_list("park", flat=True)
    return [pk for pk in set(linked) if context.writes(pk)]


def cell(key: str, given: dict, last: Return | None):
    """What is known is filled in; last year's figure stands in a comment."""
    if key in given:
        return given[key]
    measure = MEASURE.get(key)
    figure = measure.of(last) if measure else None
    if figure is None:
        return None
    told = _("%(year)d: %(figure)s") % {"year": last.year, "figure": numbers.number(figure)}
    return Noted(None, told)
