"""The figures of a data package: every indicator of the place and its parks, in long form."""

from django.utils.translation import gettext as _

from zonetrack import catalog
from zonetrack.dashboards.exports import COLUMNS

from .facts import Facts
from .package_tables import Field, Resource

# Of the columns of a line, those that its indicator and place say already.
ELSEWHERE = ("name", "unit", "place")
TYPES = {
    **dict.fromkeys(("complete", "provisional"), "boolean"),
    **dict.fromkeys(
        ("known", "approved", "expected_returns", "waiting", "drafts", "missing"), "integer"
    ),
    **dict.fromkeys(
        (
            "indicator",
            "origin",
            "remarks",
            "source",
            "direction",
            "objective",
            "status",
            "status_text",
        ),
        "string",
    ),
    "year": "year",
}


def figure_tables(facts: Facts) -> list[Resource]:
    return [figures(facts), indicators(), places(facts)]


def figures(facts: Facts) -> Resource:
    """One row for each indicator, place and year."""
    columns = [column for column in COLUMNS if column.key not in ELSEWHERE]
    fields = [Field(each.key, TYPES.get(each.key, "number"), str(each.head)) for each in columns]
    lines = [*facts.lines]
    for park in facts.parks:
        lines += [facts.line(each.key, place=park) for each in catalog.INDICATORS]
    rows = [
        (line.place.key, *(column.read(line) for column in columns))
        for line in lines
        if line.has_anything
    ]
    return Resource(
        "figures",
        _("Figures"),
        [Field("place", "string", _("Zone or park")), *fields],
        ("indicator", "place", "year"),
        rows,
        [("indicator", "indicators", "key"), ("place", "places", "key")],
    )


def indicators() -> Resource:
    fields = [
        Field("key", "string", _("Indicator key")),
        Field("name", "string", _("Indicator")),
        Field("topic", "string", _("Topic")),
        Field("unit", "string", _("Unit")),
        Field("kind", "string", _("Kind")),
        Field("definition", "string", _("Definition")),
    ]
    rows = [
        (
            each.key,
            str(each.name),
            str(catalog.TOPICS[each.topic]),
            str(each.unit),
            each.kind.value,
            str(each.definition),
        )
        for each in catalog.INDICATORS
    ]
    return Resource("indicators", _("Indicators"), fields, ("key",), rows)


def places(facts: Facts) -> Resource:
    """The place and its parks, under the names that the figures know them by."""
    fields = [
        Field("key", "string", _("Place key")),
        Field("zone", "string", _("Zone")),
        Field("park", "string", _("Park")),
    ]
    rows = [
        (place.key, place.zone.key, place.park.key if place.park else None)
        for place in (facts.place, *facts.parks)
    ]
    links = [("zone", "zones", "key"), ("park", "parks", "key")]
    return Resource("places", _("Places"), fields, ("key",), rows, links)
