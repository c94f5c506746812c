"""The yearly work and the search as data: who has reported, what the checks find, what matches."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enterprises.reporting import STATES
from zonetrack.checking import Level
from zonetrack.lists.filtering import LONGEST_TEXT
from zonetrack.returns.board import Shown, found_for, lines_of
from zonetrack.returns.checks_page import Found, told_for
from zonetrack.returns.years_page import COUNTED
from zonetrack.search import found_for as matches

from .figures import pages
from .schemas import (
    ADDRESS,
    OPTIONAL_ADDRESS,
    SURE_TEXT,
    SURE_WHOLE,
    TEXT,
    TRUTH,
    Schema,
    array,
    by_name,
    obj,
    ref,
    ref_or_null,
)
from .shapes import LINKS, PAGE, PAGES, PARK, Parameter
from .values import plain, reference

# Who has reported


def board(request, zone: str, year: int) -> dict:
    found = found_for(request, zone, year)
    parks = {park.key: park for park in found["parks"]}
    return {
        "title": found["title"],
        "zone": reference(found["zone"]),
        "year": year,
        "due": plain(found["due"]),
        "closed": bool(found["opened"] and found["opened"].is_closed),
        **pages(request, found["page_obj"]),
        "totals": [
            {
                "park": reference(parks.get(each.get("key"))),
                "expected": each["expected"],
                "overdue": each["overdue"],
                "states": dict(zip(COUNTED, each["counts"], strict=True)),
            }
            for each in found["totals"]
        ],
        "rows": [reported(line) for line in lines_of(found, list(found["page_obj"]))],
        "links": {"html": page_of("board", zone, year, found["query"])},
    }


def reported(line: Shown) -> dict:
    row = line.row
    return {
        "enterprise": {
            "id": row.enterprise,
            "name_en": plain(row.name_en),
            "name_zh": plain(row.name_zh),
        },
        "park": reference(line.park),
        "state": str(row.state),
        "state_text": line.state_words,
        "overdue": line.overdue,
        "changed_at": plain(line.changed and line.changed.at),
        "changed_by": plain(line.changed and line.changed.by),
        "links": {"html": line.url},
    }


STATE: Schema = {"type": "string", "enum": [str(state) for state in STATES]}


def board_shape() -> Schema:
    total = {
        "park": {**ref_or_null("Reference"), "description": "null: all parks together"},
        "expected": SURE_WHOLE,
        "overdue": SURE_WHOLE,
        "states": by_name(SURE_WHOLE),
    }
    row = {
        "enterprise": ref("Reference"),
        "park": ref("Reference"),
        "state": STATE,
        "state_text": SURE_TEXT,
        "overdue": TRUTH,
        "changed_at": {"type": ["string", "null"], "format": "date-time"},
        "changed_by": TEXT,
        "links": LINKS,
    }
    head = {"due": {"type": "string", "format": "date"}, "closed": TRUTH}
    return of_year(head | PAGES | {"totals": array(obj(total)), "rows": array(obj(row))})


def board_parameters() -> list[Parameter]:
    return [
        PARK,
        Parameter("state", STATE, _("State")),
        Parameter("overdue", {"type": "string", "enum": ["1"]}, _("1: only what is overdue")),
        PAGE,
    ]


# What the checks find


def checks(request, zone: str, year: int) -> dict:
    told = told_for(request, zone, year)
    return {
        "title": told["title"],
        "zone": reference(told["zone"]),
        "year": year,
        "errors": told["errors"],
        "warnings": told["warnings"],
        "unexplained": told["unexplained"],
        **pages(request, told["page_obj"]),
        "rows": [finding_of(each) for each in told["page_obj"]],
        "links": {"html": page_of("checks", zone, year)},
    }


def finding_of(found: Found) -> dict:
    finding = found.finding
    return {
        "enterprise": reference(found.filing.enterprise),
        "park": reference(found.filing.park),
        "check": finding.check.key,
        "level": str(finding.level),
        "fields": list(finding.fields),
        "text": finding.sentence,
        "reason": plain(found.reason),
        "links": {"html": found.url},
    }


def checks_shape() -> Schema:
    row = {
        "enterprise": ref("Reference"),
        "park": ref("Reference"),
        "check": SURE_TEXT,
        "level": {"type": "string", "enum": [str(level) for level in Level]},
        "fields": array(SURE_TEXT),
        "text": SURE_TEXT,
        "reason": {**TEXT, "description": "What was said of a warning"},
        "links": LINKS,
    }
    counts = dict.fromkeys(("errors", "warnings", "unexplained"), SURE_WHOLE)
    return of_year(counts | PAGES | {"rows": array(obj(row))})


def of_year(properties: dict[str, Schema]) -> Schema:
    head = {"title": SURE_TEXT, "zone": ref("Reference"), "year": SURE_WHOLE}
    return obj(head | properties | {"links": LINKS})


def page_of(name: str, zone: str, year: int, query: str = "") -> str:
    return reverse(name, args=[zone, year]) + (f"?{query}" if query else "")


# The search


def search(request) -> dict:
    found = matches(request)
    return {
        "title": str(_("Search")),
        "q": found["q"],
        "too_short": found["short"],
        "groups": [
            {
                "title": group.title,
                "rows": [
                    {"text": cell.text, "more": plain(cell.sub), "links": {"html": cell.url}}
                    for cell in group.items
                ],
                "links": {"html": group.more or None},
            }
            for group in found["groups"]
        ],
        "links": {"html": f"{reverse('search')}?{urlencode({'q': found['q']})}"},
    }


def search_shape() -> Schema:
    row = obj({"text": SURE_TEXT, "more": TEXT, "links": obj({"html": ADDRESS})})
    whole = obj({"html": {**OPTIONAL_ADDRESS, "description": "The full list, if there are more"}})
    group = obj({"title": SURE_TEXT, "rows": array(row), "links": whole})
    head = {"title": SURE_TEXT, "q": SURE_TEXT, "too_short": TRUTH}
    return obj(head | {"groups": array(group), "links": LINKS})


def words() -> list[Parameter]:
    return [Parameter("q", {"type": "string", "maxLength": LONGEST_TEXT}, _("Words to search for"))]
