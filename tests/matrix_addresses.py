"""Every address of the product: which need no sign-in, which name nothing, which name a record.

A new address stands in one of these lists, or the test that walks all addresses fails and says so.
"""

from collections.abc import Iterator

from django.contrib import admin
from django.urls import get_resolver, reverse

from tests.admin_forms import url_of
from tests.matrix_world import YEAR, World
from zonetrack.access.matrix import Where
from zonetrack.api.table import ENDPOINTS

# Answered to anybody; the key of a calendar is the secret itself.
PUBLIC = {"healthz", "readyz", "", "set_language", "sign-in", "calendar-feed"}
# Without a key in the address: what is answered depends on who asks, not on what is asked for.
NAMELESS = {
    "home", "search", "help", "how-we-compute", "zone-list", "compare-zones", "all-changes",
    "enterprise-list", "title-list", "return-list", "center-list", "patent-list", "project-list",
    "program-list", "application-list", "cooperation-list", "achievement-list", "published-list",
    "target-list", "sign-out", "password", "password_change_done", "years-of-entry",
    "calendar-key", "import-list", "import-new", "import-template", "duplicates", "not-the-same",
    "check-text", "report-list", "status",
}  # fmt: skip
# Their keys name rows of lists that everybody signed in may read.
SHARED = {"program"}
# By the name of an address: the kind of record its number names.
RECORDS = {
    "enterprise": "enterprise",
    "enterprise-sheet": "enterprise",
    "title": "title",
    "return": "return",
    "center": "center",
    "patent": "patent",
    "project": "project",
    "cooperation": "cooperation",
    "achievement": "achievement",
    "published": "published",
    "target": "target",
    "evidence": "evidence",
    "entry-form": "return",
    "import": "import",
    "import-columns": "import",
    "import-confirm": "import",
    "import-undo": "import",
    "import-file": "import",
    "import-errors": "import",
    "maybe-the-same": "pair",
    "merge-done": "merge",
    "merge-undo": "merge",
}
# Addresses that name a zone, and those that name a zone and a year.
ZONES = {"zone", "compare-parks", "indicators", "add-year", "report"}
YEARS = {
    "dashboard", "entry-table", "open-year", "close-year", "reopen-year", "board", "checks",
}  # fmt: skip
# Everything else that names something.
OTHERS = {
    "indicator": lambda zone, records: [zone.key, "titles-held"],
    "park-now": lambda zone, records: [zone.key, records["park"].key],
    "park": lambda zone, records: [zone.key, YEAR, records["park"].key],
    "park-report": lambda zone, records: [zone.key, records["park"].key],
    "entry-begin": lambda zone, records: [records["enterprise"].pk, YEAR],
    "merge": lambda zone, records: [records["enterprise"].pk, records["twin"].pk],
}
# Answered as JSON to whoever is signed in or sends a token; tests/test_api_scope.py tries them.
API = {one.name for one in ENDPOINTS} | {"api", "api-start", "api-openapi", "api-nothing", "tokens"}
# Tried for every role and for other zones by tests/test_edition_pages.py.
EDITIONS = {"edition", "edition-differences", "edition-file", "own-texts", "publish"}
KNOWN = PUBLIC | NAMELESS | SHARED | ZONES | YEARS | API | EDITIONS | {*RECORDS, *OTHERS}

# Models of the admin: by their label the kind of record in the world.
ADMIN_RECORDS = {
    "access.User": "user",
    "access.Membership": "membership",
    "years.ReportingYear": "year",
    "enterprises.Zone": "zone",
    "enterprises.Park": "park",
    "enterprises.Enterprise": "enterprise",
    "enterprises.Title": "title",
    "enterprises.Return": "return",
    "rd_centers.Center": "center",
    "patents.Patent": "patent",
    "projects.Application": "application",
    "projects.Project": "project",
    "projects.Cooperation": "cooperation",
    "projects.Achievement": "achievement",
    "published.PublishedFigure": "published",
    "targets.Target": "target",
}
# Lists of choices that belong to no zone: whoever enters data may look them up.
ADMIN_SHARED = {
    "auth.Group", "enterprises.Institution", "enterprises.TechnologyField",
    "enterprises.Authority", "enterprises.TitleKind", "rd_centers.CenterKind",
    "projects.Program", "published.Source",
}  # fmt: skip


def names_of_addresses() -> Iterator[str]:
    """The name of every address outside Django's admin; "" where it has none."""

    def walk(patterns):
        for one in patterns:
            if getattr(one, "app_name", None) == "admin":
                continue
            if hasattr(one, "url_patterns"):
                yield from walk(one.url_patterns)
            else:
                yield one.name or ""

    return walk(get_resolver().url_patterns)


def naming(world: World, where: Where) -> Iterator[str]:
    """All addresses that name something that lies in a place."""
    zone, records = world.zones[where], world.records[where]
    for name, kind in RECORDS.items():
        yield reverse(name, args=[records[kind].pk])
    yield from (reverse(name, args=[zone.key]) for name in sorted(ZONES))
    yield from (reverse(name, args=[zone.key, YEAR]) for name in sorted(YEARS))
    yield from (reverse(name, args=args(zone, records)) for name, args in OTHERS.items())
    for model in admin.site._registry:
        if kind := ADMIN_RECORDS.get(model._meta.label):
            for door in ("change", "history", "delete"):
                yield url_of(model, door, records[kind].pk)
    yield f"/admin/access/user/{records['user'].pk}/password/"
