"""Every figure of a report as it was: its arithmetic, and the records behind it.

What is frozen is enough to say later which record made a figure change, and to notice that none
did, so that it is counted in another way now.
"""

from django.conf import settings
from django.utils import translation

from zonetrack import catalog
from zonetrack.dashboards.exports import COLUMNS
from zonetrack.dashboards.zone_page import BY_PARK
from zonetrack.indicators.declaration import Part
from zonetrack.targets.scorecard import PUBLISHED, Line, rows_behind

from .facts import Facts
from .keeping import plain


def frozen_figures(facts: Facts) -> list[dict]:
    return [frozen(line, facts) for line in lines_of(facts)]


def lines_of(facts: Facts) -> list[Line]:
    """The figures of the place, those of its parks that are compared, and the next targets."""
    cards, year = facts.cards, facts.year
    # As they are, also where the report leaves an amount out.
    return [
        *(line for line in cards.scorecard(year) if line.has_anything),
        *(cards.line(catalog.BY_KEY[key], year, park) for park in facts.parks for key in BY_PARK),
        *(line for line in cards.scorecard(year + 1) if line.aim),
    ]


def frozen(line: Line, facts: Facts) -> dict:
    """One figure: what its line tells, and the rows behind each part."""
    return columns_of(line) | {
        "records": {
            name: rows_of_part(line, name, part, facts)
            for name, part in line.indicator.parts.items()
            if line.year == facts.year
        },
        "published_figures": [figure.pk for figure in line.actual.published]
        if line.actual.origin == PUBLISHED
        else [],
    }


def columns_of(line: Line) -> dict:
    """All columns of a line and its definition, in English, with an objective in every language."""
    objectives = {}
    for language, _name in settings.LANGUAGES if line.aim else ():
        with translation.override(language):
            objectives[language] = line.aim.text
    # In one language: the edition's reports hold the words of each.
    with translation.override("en"):
        columns = {column.key: plain(column.read(line)) for column in COLUMNS}
        definition = str(line.indicator.definition)
    return columns | {
        "place": line.place.key,
        "definition": definition,
        "objective": objectives,
    }


def rows_of_part(line: Line, name: str, part: Part, facts: Facts) -> dict:
    """The model, and of each row its key, with the amount where amounts are added up."""
    rows = rows_behind(line.indicator, line.place, line.year, today=facts.today, part=name)
    wanted = ("pk", part.column) if part.column else ("pk",)
    found = rows.order_by("pk").values_list(*wanted)
    return {
        "model": rows.model._meta.label_lower,
        "rows": [[plain(value) for value in row] for row in found],
    }
