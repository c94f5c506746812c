"""What the address of a report asks for: place and year as on the dashboards, and its own choices.

Bad input never ends in an error page: it is named in the remarks, and the usual is shown.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zonetrack.dashboards.asking import Asked, ask, chosen_format
from zonetrack.dashboards.years import KNOWN_BY, WHOLE_YEAR
from zonetrack.published.models import PublishedFigure
from zonetrack.records import FIRST_YEAR

from .facts import Facts, Options
from .formats import FORMATS

LANGUAGES = dict(settings.LANGUAGES)
# Choices that are off unless the address turns them on.
SHORT, HIDE = "short", "hide_single_money"


@dataclass
class Wanted:
    """`format` empty: the page; `table`: the key of one table, as CSV."""

    asked: Asked
    language: str
    options: Options
    format: str = ""
    table: str = ""

    @property
    def facts(self) -> Facts:
        return Facts(self.asked.place, self.asked.year, self.asked.today, self.options)


def wanted(request, zone: str) -> Wanted:
    """Read the address of a report. Another scope's zone is not found."""
    asked = ask(request, zone)
    data, remarks = asked.data, asked.remarks
    data.pop("provisional", None)
    options = Options(
        annexes=not switched_on(data, SHORT, remarks),
        hide_single_money=switched_on(data, HIDE, remarks),
    )
    language = chosen_language(data, remarks)
    chosen = chosen_format(data, tuple(FORMATS), remarks)
    return Wanted(asked, language, options, chosen, data.get("table", "") if chosen else "")


def switched_on(data, name: str, remarks: list[str]) -> bool:
    given = data.get(name)
    if given not in (None, "0", "1"):
        del data[name]
        remarks.append(_("“%(name)s” can only be 1 or 0.") % {"name": name})
        return False
    return given == "1"


def chosen_language(data, remarks: list[str]) -> str:
    """The language of the report, whatever that of the page is."""
    given = data.get("lang")
    if given in LANGUAGES:
        return given
    if given is not None:
        del data["lang"]
        remarks.append(_("There is no such language; the report is in that of the page."))
    return get_language()


def years_with_anything(place, today) -> list[int]:
    """Years for which a figure, an event or a published figure is known, the last one first."""
    parks = place.all_park_ids
    figures = PublishedFigure.objects.filter(WHOLE_YEAR, park__in=parks)
    if not place.park:
        figures |= PublishedFigure.objects.filter(WHOLE_YEAR, zone=place.zone)
    events = [
        model.objects.filter(condition, **{f"{path}__in": parks}).order_by().values_list(column)
        for model, path, column, condition in KNOWN_BY
    ]
    found = figures.order_by().values_list("year").union(*events)
    return sorted(
        (year for (year,) in found if year and FIRST_YEAR <= year <= today.year), reverse=True
    )
