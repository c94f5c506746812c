"""Who may import whom: the table of docs/architecture.md, held against the code itself."""

import ast
import sys
from fnmatch import fnmatchcase

import pytest
from django.conf import settings

APPS = ("zonetrack", "enterprises", "rd_centers", "patents")

# What a request touches. At the edge an app knows itself and what lies lower, not its neighbors.
EDGE = (
    "*.admin",
    "*.admin.*",
    "*.apps",
    "*.filters",
    "*.forms",
    "*.urls",
    "*.views",
    "*.views.*",
    "zonetrack.dashboards.*",
    "zonetrack.duplicates.*",
    "zonetrack.imports.*",
    "zonetrack.returns.*",
    "zonetrack.journal_page",
    "zonetrack.search",
)
# What tells of all that the pages below show.
TELLING = ("zonetrack.reports*", "zonetrack.api*", "zonetrack.claims*")
# What starts, configures and guards the whole.
PROJECT = (
    "*.management*",
    "zonetrack.apps",
    "zonetrack.bench*",
    "zonetrack.bootstrap",
    "zonetrack.borrowed_texts",
    "zonetrack.checks",
    "zonetrack.errors",
    "zonetrack.example*",
    "zonetrack.health*",
    "zonetrack.middleware",
    "zonetrack.reference_lists*",
    "zonetrack.replicas",
    "zonetrack.request_log",
    "zonetrack.sample*",
    "zonetrack.settings",
    "zonetrack.shared_cache",
    "zonetrack.uploads",
    "zonetrack.urls",
    "zonetrack.wsgi",
)
# Lowest first. A module imports itself and the lines above it here; names on one line are
# strangers to each other. An app's name stands for everything of it that no other line claims.
LINES = (
    (
        "zonetrack.numbers",
        "zonetrack.punctuation",
        "zonetrack.version",
        "zonetrack.addresses",
        "zonetrack.themes",
        "zonetrack.typed_numbers",
        "zonetrack.xlsx",
        "zonetrack.formats*",
        "zonetrack.logs",
        "zonetrack.turns",
        "zonetrack.files.kinds",
        "zonetrack.files.names",
        "zonetrack.indicators.counting",
        "zonetrack.targets.progress",
        "zonetrack.targets.forecast",
        "enterprises.credit_codes",
        "patents.application_numbers",
    ),
    (
        "zonetrack.indicators.declaration",
        "zonetrack.targets.cases",
        "zonetrack.templatetags*",
        "zonetrack.typed_dates",
        "zonetrack.typed_fields",
    ),
    ("zonetrack.channels", "zonetrack.security"),
    (
        "zonetrack.records",
        "zonetrack.access.roles",
        "zonetrack.bulk",
        "zonetrack.pieces",
        "zonetrack.checking",
        "zonetrack.list_orders",
        "zonetrack.mails",
        "zonetrack.trigrams",
        "zonetrack.indicators.calendar",
    ),
    ("zonetrack.loading",),
    (
        "zonetrack.access.models",
        "zonetrack.files.models",
        "zonetrack.years*",
        "zonetrack.backups*",
        "zonetrack.sums.models",
    ),
    ("zonetrack.sums.belonging", "zonetrack.sums.counters"),
    ("zonetrack.writing", "zonetrack.tabular", "zonetrack.access.scope"),
    ("zonetrack.access*",),
    ("enterprises*",),
    ("rd_centers*", "patents*", "zonetrack.projects*", "zonetrack.published.indicators"),
    ("zonetrack.catalog", "zonetrack.return_checks"),
    ("zonetrack.entering",),
    ("zonetrack.notices", "zonetrack.reminders"),
    ("zonetrack.workflow",),
    ("zonetrack.published*", "zonetrack.targets.models"),
    ("zonetrack.sums*",),
    ("zonetrack.indicators*",),
    ("zonetrack.targets*",),
    ("zonetrack.chart_data", "zonetrack.figure_look"),
    ("zonetrack.figures", "zonetrack.drawing"),
    ("zonetrack.charts",),
    ("zonetrack.changes", "zonetrack.keeping*"),
    ("zonetrack.journal",),
    ("zonetrack.lists*", "zonetrack.admin_*"),
    ("zonetrack.evidence*",),
    EDGE,
    TELLING,
    PROJECT,
)
PURE = (
    "zonetrack.claims.reading",
    "zonetrack.indicators.counting",
    "zonetrack.targets.progress",
    "zonetrack.bootstrap",
)
# Which outside library is for whom alone.
RESERVED = {
    # Only tests build figures from its classes; the product ships plain dictionaries.
    "plotly": (),
    "dj_database_url": ("zonetrack.settings",),
    "python_calamine": ("zonetrack.imports.reading.calamine",),
    "xlsxwriter": ("zonetrack.imports.template", "zonetrack.reports.excel*", "zonetrack.bench*"),
    "typst": ("zonetrack.reports.typesetting",),
    "docx": ("zonetrack.reports.word*",),
    "django_filters": ("*.filters", "zonetrack.lists*"),
}


def line_of(module):
    """The place of a module in LINES and the name under which it stands there; None for none."""
    top = [LINES.index(line) for line in (PROJECT, TELLING, EDGE)]
    for number in [*top, *range(len(LINES))]:
        for pattern in LINES[number]:
            if fnmatchcase(module, pattern):
                return number, app_of(module) if LINES[number] is EDGE else pattern
    return None


def app_of(module):
    first, *rest = module.split(".")
    return f"{first}.{rest[0]}" if first == "zonetrack" and rest else first


def complaint(module, imported):
    """Why the one may not import the other; None if it may."""
    here, there = line_of(module), line_of(imported)
    if here is None:
        return f"{module} stands on no line of the table"
    if there is None or LINES[here[0]] is PROJECT:
        return None
    if there[0] > here[0]:
        return f"{module} imports {imported}, which lies higher"
    if there[0] == here[0] and there[1] != here[1]:
        return f"{module} imports {imported}, its neighbor"
    return None


def imports_of(module, tree, *, is_package, known):
    """Every module that is imported, also inside functions and for type checking."""
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - (node.level - 1)]
            base = ".".join([*(parents if node.level else []), *filter(None, [node.module])])
            for alias in node.names:
                yield f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base


def modules():
    """Name, file of every module, without migrations."""
    for app in APPS:
        for file in sorted((settings.BASE_DIR / app).rglob("*.py")):
            parts = file.relative_to(settings.BASE_DIR).with_suffix("").parts
            if "migrations" not in parts:
                yield ".".join(part for part in parts if part != "__init__"), file


MODULES = dict(modules())
IMPORTS = {
    name: sorted(
        set(
            imports_of(
                name,
                ast.parse(file.read_text(encoding="utf-8")),
                is_package=file.name == "__init__.py",
                known=MODULES,
            )
        )
    )
    for name, file in MODULES.items()
}


def is_own(name):
    return name.split(".")[0] in APPS


def is_empty(name):
    return not MODULES[name].read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("module", [name for name in MODULES if not is_empty(name)])
def test_imports_point_one_way(module):
    found = [
        complaint(module, module),
        *(complaint(module, n) for n in IMPORTS[module] if is_own(n)),
    ]
    assert not [sentence for sentence in found if sentence]


@pytest.mark.parametrize("module", [name for name in PURE if name in MODULES])
def test_arithmetic_needs_nothing_but_python(module):
    outside = {name.split(".")[0] for name in IMPORTS[module] if not is_own(name)}
    assert outside <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("library", RESERVED)
def test_a_library_is_imported_where_it_belongs(library):
    users = [name for name in MODULES if library in {n.split(".")[0] for n in IMPORTS[name]}]
    strangers = [n for n in users if not any(fnmatchcase(n, p) for p in RESERVED[library])]
    assert not strangers


def test_charts_know_neither_database_nor_request():
    reached = {n for m in MODULES if fnmatchcase(m, "zonetrack.figure*") for n in IMPORTS[m]}
    assert not [
        n for n in reached if n.startswith(("django.db", "django.http", "django.shortcuts"))
    ]


def test_reading_files_knows_no_register():
    reading = [m for m in MODULES if fnmatchcase(m, "zonetrack.imports.reading*")]
    reached = {n for m in reading for n in IMPORTS[m]} - set(reading)
    lower = {"zonetrack.punctuation", "zonetrack.typed_dates", "zonetrack.typed_numbers"}
    assert {n for n in reached if is_own(n)} <= lower
    assert not [n for n in reached if n.startswith(("django.db", "django.http"))]


@pytest.mark.parametrize(
    ("module", "source", "expected"),
    [
        ("enterprises.models.land", "from rd_centers.models import Center", "lies higher"),
        ("enterprises.models.land", "def f():\n    import zonetrack.catalog", "lies higher"),
        ("rd_centers.models", "from patents.models import Patent", "neighbor"),
        ("rd_centers.views", "from patents.views import patent_list", "neighbor"),
        ("zonetrack.targets.progress", "from . import models", "lies higher"),
        ("zonetrack.figures", "from zonetrack.dashboards.views import zone", "lies higher"),
        ("zonetrack.somewhere", "from zonetrack import numbers", "no line"),
    ],
)
def test_this_test_can_fail(module, source, expected):
    known = {*MODULES, "zonetrack.targets.models"}
    [imported] = imports_of(module, ast.parse(source), is_package=False, known=known)
    assert expected in complaint(module, imported)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("rd_centers.models", "from enterprises.models import Park"),
        ("rd_centers.admin", "from .filters import CenterFilter"),
        ("zonetrack.targets.scorecard", "from zonetrack.targets.models import Target"),
        ("zonetrack.urls", "from zonetrack.dashboards import views"),
    ],
)
def test_what_lies_lower_may_be_imported(module, source):
    [imported] = imports_of(module, ast.parse(source), is_package=False, known=MODULES)
    assert complaint(module, imported) is None


def test_the_tests_of_the_readme_need_no_development_package():
    """Such a package is asked for with `pytest.importorskip`, or in the function that needs it."""
    lines = (settings.BASE_DIR / "requirements-dev.in").read_text(encoding="utf-8").splitlines()
    packages = {line.partition("~=")[0] for line in lines if "~=" in line}
    assert "openpyxl" in packages
    imported = {
        (file.name, module.partition(".")[0])
        for file in sorted((settings.BASE_DIR / "tests").glob("*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
        )
    }
    assert not {found for found in imported if found[1] in packages}
