"""What each address takes and sends, as JSON Schema: beside the functions that send it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enterprises.models.land import REGISTERS as DECLARED_COMPLETE
from zonetrack import catalog
from zonetrack.dashboards import exports
from zonetrack.indicators.declaration import Kind
from zonetrack.journal_page import Question
from zonetrack.lists import filtering
from zonetrack.lists.listing import USUAL_SIZE, Listing
from zonetrack.lists.paging import LAST
from zonetrack.records import FIRST_YEAR, LAST_YEAR
from zonetrack.targets.progress import Status

from . import problems
from .registers import MOST_ROWS, Register, sent, usual_columns
from .schemas import (
    ADDRESS,
    ANY_VALUE,
    NUMBER,
    OPTIONAL_ADDRESS,
    REFERENCE,
    SURE_TEXT,
    SURE_WHOLE,
    TEXT,
    TRUTH,
    WHOLE,
    Schema,
    array,
    by_name,
    obj,
    of_model,
    ref,
    ref_or_null,
)


@dataclass(frozen=True)
class Parameter:
    """One name of the query string, and what may stand behind it."""

    name: str
    schema: Schema
    words: Any


A_YEAR: Schema = {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}
YEAR = Parameter("year", A_YEAR, _("The year; the last one known without it"))
FROM = Parameter("from", A_YEAR, _("The first year; nine years back without it"))
PARK = Parameter("park", SURE_TEXT, _("Key of a park of the zone"))
PROVISIONAL = Parameter(
    "provisional",
    {"type": "string", "enum": ["1"]},
    _("1 counts returns that are not approved, for those who enter them"),
)
INDICATORS = Parameter("indicators", SURE_TEXT, _("Keys of indicators, separated by commas"))
SORT_BY_INDICATOR = Parameter(
    "sort", SURE_TEXT, _("Key of an indicator to order by; with a minus the highest first")
)
PAGE = Parameter("page", {"type": "integer", "minimum": 1}, _("Number of the page"))
PAGE_OR_LAST = Parameter(
    "page",
    {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "enum": [LAST]}]},
    _("Number of the page, or “last”"),
)
ROW: Schema = {"type": "integer", "minimum": 1}
AFTER = Parameter("after", ROW, _("Only the rows after the one with this number, as “next” says"))
BEFORE = Parameter("before", ROW, _("Only the rows before it, as “previous” says"))


def one_of(title) -> Any:
    return format_lazy(_("{list}: one record"), list=title)


# Figures

LINKS = obj({"html": ADDRESS})
SELF_LINKS = obj({"html": ADDRESS, "self": ADDRESS})
ABOUT = {
    "key": SURE_TEXT,
    "name": SURE_TEXT,
    "unit": SURE_TEXT,
    "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
    "definition": SURE_TEXT,
}
IN_BOTH = ("name", "unit", "definition", "topic")
PAGES = {
    "count": SURE_WHOLE,
    "page": SURE_WHOLE,
    "pages": SURE_WHOLE,
    "next": OPTIONAL_ADDRESS,
    "previous": OPTIONAL_ADDRESS,
}
REMARKS = {**array(SURE_TEXT), "description": "What of the request could not be used, and why"}
# Columns of exports.COLUMNS that are no numbers.
OF_LINE: dict[str, Schema] = {
    "indicator": SURE_TEXT,
    "name": SURE_TEXT,
    "place": SURE_TEXT,
    "year": SURE_WHOLE,
    "unit": SURE_TEXT,
    "origin": {"enum": ["register", "returns", "published", None]},
    "remarks": TEXT,
    "complete": TRUTH,
    "provisional": TRUTH,
    "source": TEXT,
    "direction": {"enum": ["up", "down", "keep", None]},
    "objective": TEXT,
    "status": {"type": "string", "enum": [status.value for status in Status]},
    "status_text": TEXT,
}


def line() -> Schema:
    columns = {
        column.key: {**OF_LINE.get(column.key, NUMBER), "description": str(column.head)}
        for column in exports.COLUMNS
    }
    rows = obj(
        dict.fromkeys(("count", "numerator", "denominator"), ADDRESS),
        optional=("count", "numerator", "denominator"),
    )
    links = obj({"html": ADDRESS, "self": ADDRESS, "rows": rows, "published": array(ADDRESS)})
    return obj(columns | {"links": links})


def zone_schema() -> Schema:
    park = {"unstated": TRUTH, "from_year": SURE_WHOLE, "to_year": WHOLE}
    return obj(
        REFERENCE["properties"]
        | {
            "level": TEXT,
            "kind": TEXT,
            "example": TRUTH,
            "seen_whole": TRUTH,
            "complete_from": obj(dict.fromkeys(DECLARED_COMPLETE, WHOLE)),
            "parks": array(obj(REFERENCE["properties"] | park)),
            "links": SELF_LINKS,
        }
    )


def zones() -> Schema:
    return obj({"title": SURE_TEXT, **PAGES, "zones": array(ref("Zone")), "links": LINKS})


def zone() -> Schema:
    return obj({"title": SURE_TEXT, "year": SURE_WHOLE, "zone": ref("Zone"), "links": LINKS})


PLACE = {
    "zone": ref("Reference"),
    "park": ref_or_null("Reference"),
    "year": SURE_WHOLE,
    "remarks": REMARKS,
}


def figures() -> Schema:
    return obj(
        PLACE
        | {
            "title": SURE_TEXT,
            "provisional": TRUTH,
            "indicators": array(ref("Indicator")),
            "lines": array(ref("Line")),
            "links": LINKS,
        }
    )


def compared() -> dict[str, Schema]:
    row = {
        "place": ref("Reference"),
        "total": TRUTH,
        "lines": array(ref("Line")),
        "links": SELF_LINKS,
    }
    return {
        "title": SURE_TEXT,
        "provisional": TRUTH,
        "indicators": array(ref("Indicator")),
        "rows": array(obj(row)),
        "links": LINKS,
    }


def parks() -> Schema:
    return obj(PLACE | compared())


def all_zones() -> Schema:
    shared = obj({"park": SURE_TEXT, "zones": array(SURE_TEXT)})
    more = {"year": SURE_WHOLE, "remarks": REMARKS, **PAGES, "shared_parks": array(shared)}
    return obj(compared() | more)


def indicators() -> Schema:
    both = {f"{name}_{code}": SURE_TEXT for name in IN_BOTH for code in ("en", "zh")}
    more = {
        "topic": {"type": "string", "enum": [topic.value for topic in catalog.TOPICS]},
        "direction": SURE_TEXT,
        "decimals": SURE_WHOLE,
        "money": TRUTH,
        "registers": array(SURE_TEXT),
        "from_returns": TRUTH,
        "published_only": TRUTH,
        "rows": by_name(ADDRESS),
    }
    declared = array(obj(ABOUT | both | more))
    return obj({"title": SURE_TEXT, "indicators": declared, "links": LINKS})


# Registers

COLUMNS = array(obj({"key": SURE_TEXT, "name": SURE_TEXT, "unit": TEXT}))


def list_of(register: Register) -> Schema:
    return obj(
        {
            "title": SURE_TEXT,
            "behind": {**TEXT, "description": "The number whose rows these are"},
            "sum": {**NUMBER, "description": "What a number behind adds up, over all pages"},
            "remarks": REMARKS,
            "count": SURE_WHOLE,
            "count_is_exact": {**TRUTH, "description": "false: there are more than `count`"},
            "page": {**WHOLE, "description": "null: so far inside that pages are not numbered"},
            "pages": WHOLE,
            "size": SURE_WHOLE,
            "next": OPTIONAL_ADDRESS,
            "previous": OPTIONAL_ADDRESS,
            "sort": SURE_TEXT,
            "columns": COLUMNS,
            "rows": array(obj(row_of(register) | {"links": SELF_LINKS})),
            "links": LINKS,
        }
    )


def row_of(register: Register) -> dict[str, Schema]:
    columns = sent(usual_columns(register.listing))
    values = {
        column.key: {**(NUMBER if column.num else ANY_VALUE), "description": column.head}
        for column in columns
    }
    named = {column.key: ref_or_null("Reference") for column in columns if column.names}
    return {"id": {"type": ["integer", "string"]}, "values": obj(values), "names": obj(named)}


def record_of(register: Register) -> Schema:
    parts = {
        part.name: array(of_model(part.model, without=part.without)) for part in register.parts
    }
    return obj(
        {
            "title": SURE_TEXT,
            **row_of(register),
            "fields": of_model(register.listing.model),
            "columns": COLUMNS,
            "parts": obj(parts),
            "links": by_name(ADDRESS),
        }
    )


def parameters_of(register: Register) -> list[Parameter]:
    """The list's own filters, then what every list takes; each name once."""
    listing = register.listing
    filters = [
        Parameter(name, of_filter(one), one.label)
        for name, one in listing.filters.base_filters.items()
    ]
    common = [
        Parameter("sort", {"type": "string", "enum": orders(listing)}, _("Order")),
        Parameter(
            "size",
            {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_SIZE},
            _("Rows on a page"),
        ),
        PAGE_OR_LAST,
        AFTER,
        BEFORE,
        Parameter("behind", SURE_TEXT, _("Key of an indicator: only the rows behind its number")),
        Parameter(
            "place",
            {"type": "string", "pattern": "^(zone|park):"},
            _("Of a number behind: zone:… or park:… with the key"),
        ),
        Parameter("year", A_YEAR, _("Of a number behind: the year")),
        Parameter(
            "part",
            {"type": "string", "enum": ["numerator", "denominator", "check"]},
            _("Of a ratio behind: which of its numbers"),
        ),
        PROVISIONAL,
    ]
    own = {one.name for one in filters}
    return [*filters, *(one for one in common if one.name not in own)]


def orders(listing: Listing) -> list[str]:
    keys = [column.key for column in usual_columns(listing) if column.sort]
    return [listing.order, *(key for key in all_ways(keys) if key != listing.order)]


def all_ways(keys: list[str]) -> list[str]:
    return [way for key in keys for way in (key, f"-{key}")]


def of_filter(one) -> Schema:
    if isinstance(one, filtering.Search):
        return {"type": "string", "maxLength": filtering.LONGEST_TEXT}
    if isinstance(one, filtering.Tick):
        return {"type": "string", "enum": ["1"]}
    if isinstance(one, filtering.Choices):
        keys = [] if callable(one.choices) else [str(key) for key, _words in one.choices]
        return array({"type": "string", "enum": keys} if keys else SURE_TEXT)
    if one.field_class is forms.IntegerField:
        limits = {"minimum": one.extra.get("min_value"), "maximum": one.extra.get("max_value")}
        return {"type": "integer"} | {k: v for k, v in limits.items() if v is not None}
    return SURE_TEXT


# Changes


def changes() -> Schema:
    value = obj(dict.fromkeys(("name", "old", "new"), SURE_TEXT))
    change = {
        "at": {"type": "string", "format": "date-time"},
        **dict.fromkeys(("by", "subject", "reason", "through"), TEXT),
        "kind": {"type": "string", "enum": ["added", "changed", "deleted"]},
        "values": array(value),
        "links": obj({"html": OPTIONAL_ADDRESS}),
    }
    return obj(
        {
            "title": SURE_TEXT,
            "remarks": REMARKS,
            "next": OPTIONAL_ADDRESS,
            "previous": OPTIONAL_ADDRESS,
            "changes": array(obj(change)),
            "links": LINKS,
        }
    )


def parameters_of_changes() -> list[Parameter]:
    """As the fields of the page's form."""
    fields = Question.base_fields.items()
    return [Parameter(name, of_question(field), field.label or name) for name, field in fields]


def of_question(field: forms.Field) -> Schema:
    if isinstance(field, forms.ChoiceField):
        keys = [str(key) for key, _words in field.choices if key]
        return {"type": "string"} | ({"enum": keys} if keys else {})
    if isinstance(field, forms.IntegerField):
        return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
    if isinstance(field, forms.DateField):
        return {"type": "string", "format": "date"}
    return {"type": "string", "maxLength": field.max_length}


# What the document names once


def components() -> dict[str, Schema]:
    return {
        "Problem": problems.SCHEMA,
        "Reference": REFERENCE,
        "Indicator": obj(ABOUT),
        "Line": line(),
        "Zone": zone_schema(),
    }
