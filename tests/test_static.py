"""Static files and templates, read as text: what they may use and where they may reach."""

import re
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version

ROOT = Path(__file__).parent.parent
STYLES = sorted((ROOT / "static/css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
TEMPLATES = sorted(
    path
    for folder in ("templates", "zonetrack", "enterprises", "rd_centers", "patents")
    for path in (ROOT / folder).rglob("*.html")
)

# Newer than Chromium 90 (April 2021).
NEW_IN_CSS = {
    "nesting": r"(?:^|[{;}])\s*&|@nest\b",
    ":has()": r":has\(",
    "container queries": r"@container\b|container-(?:type|name)\s*:|\b\d+cq[whib]\b",
    "layers, scopes, properties": r"@(?:layer|scope|property|starting-style|position-try)\b",
    "color functions": r"\b(?:color-mix|light-dark|oklch|oklab|lch|lab|hwb|color)\(",
    "accent-color": r"\baccent-color\s*:",
    "viewport units": r"\b\d+[dsl]v(?:h|w|min|max|i|b)\b",
    "margin boxes": r"@(?:top|bottom|left|right)-(?:center|left|right|top|middle|bottom)\b",
    "range queries": r"@media[^{]*[<>]=?",
    "text and scrollbars": r"\b(?:text-wrap|text-spacing-trim|text-box|hanging-punctuation"
    r"|scrollbar-gutter|scrollbar-color|field-sizing|interpolate-size|hyphenate-character)\s*:",
    "single transforms": r"(?:^|[{;\s])(?:translate|rotate|scale)\s*:",
    "subgrid and masonry": r"\b(?:subgrid|masonry)\b",
    "pseudo-classes": r":(?:user-invalid|user-valid|modal|popover-open|open|autofill|dir)\b",
    "math": r"\b(?:round|mod|rem|sin|cos|tan|pow|sqrt|abs|sign)\(",
    "unprefixed print-color-adjust": r"(?<![\w-])print-color-adjust\s*:",
    "anchors and view transitions": r"\b(?:anchor-name|position-anchor|view-transition-name)\s*:",
}
NEW_IN_JS = {
    "at()": r"\.at\(",
    "Object.hasOwn and groupBy": r"\bObject\.(?:hasOwn|groupBy)\b",
    "structuredClone": r"\bstructuredClone\b",
    "crypto.randomUUID": r"\brandomUUID\b",
    "copying array methods": r"\.(?:toSorted|toReversed|toSpliced|with|findLast|findLastIndex)\(",
    "class blocks, private checks": r"\bstatic\s*\{|#\w+ in ",
    "Error cause": r"new \w*Error\([^)]*\bcause\s*:",
    "Promise.withResolvers, Array.fromAsync": r"\bwithResolvers\b|\bfromAsync\b",
    "set methods": r"\.(?:union|intersection|difference|symmetricDifference|isSubsetOf)\(",
    "top-level await": r"^await ",
    "URL.canParse, dialogs, popovers": r"\bcanParse\b|\bshowModal\b|\b(?:show|toggle)Popover\b",
    "inert, checkVisibility, scheduler": r"\.inert\b|\bcheckVisibility\b|\bscheduler\.",
    "view transitions": r"\bstartViewTransition\b",
    "iterator helpers": r"\bIterator\.from\b",
    "abort helpers": r"\bAbortSignal\.(?:any|timeout)\b",
    "regular expressions": r"/[a-z]*[dv][a-z]*\.(?:test|exec)\b",
    "eval": r"\beval\(|new Function\b",
}
NEW_IN_HTML = {
    "attributes": r"\s(?:inert|popover|popovertarget|fetchpriority|blocking)[\s=>]",
    "elements": r"<(?:search|selectlist|selectedcontent)\b",
}
FORBIDDEN_IN_HTML = {
    "inline style": r"\sstyle=",
    "inline handler": r"<[a-z][^>{]*\son[a-z]+=",
    "inline script": r"<script(?![^>]*\ssrc=)(?![^>]*application/json)",
    "style element": r"<style\b",
    "javascript address": r"javascript:",
}


def code(path):
    """The text without comments."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", "", text, flags=re.DOTALL)
    return re.sub(r"(?m)(?:^|(?<=\s))//.*$", "", text) if path.suffix == ".js" else text


def found(patterns, text):
    return [name for name, pattern in patterns.items() if re.search(pattern, text, re.MULTILINE)]


def by_name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", STYLES, ids=by_name)
def test_styles_use_nothing_newer_than_the_oldest_browser(path):
    assert found(NEW_IN_CSS, code(path)) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=by_name)
def test_scripts_use_nothing_newer_than_the_oldest_browser(path):
    assert found(NEW_IN_JS, code(path)) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=by_name)
def test_templates_obey_the_content_policy_and_the_oldest_browser(path):
    assert found(NEW_IN_HTML | FORBIDDEN_IN_HTML, code(path)) == []


@pytest.mark.parametrize(
    ("patterns", "text"),
    [
        (NEW_IN_CSS, ".a { & .b { color: red; } }"),
        (NEW_IN_CSS, ".a { color: color-mix(in srgb, red, blue); }"),
        (NEW_IN_CSS, "@media (width >= 600px) {}"),
        (NEW_IN_JS, "const last = rows.at(-1);"),
        (NEW_IN_JS, "const ok = Object.hasOwn(a, b);"),
        (FORBIDDEN_IN_HTML, '<p style="color: red">'),
        (FORBIDDEN_IN_HTML, "<script>alert(1)</script>"),
    ],
)
def test_the_check_sees_what_is_too_new(patterns, text):
    assert found(patterns, text)


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS, *TEMPLATES], ids=by_name)
def test_nothing_is_fetched_from_another_host(path):
    outside = re.findall(r"(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s\"')]*", code(path))
    assert [link for link in outside if link != "http://www.w3.org/2000/svg"] == []


def test_style_sheets_name_only_files_that_are_there():
    for path in STYLES:
        for link in re.findall(r"url\(\"?([^)\"#]+)\"?\)", code(path)):
            assert (path.parent / link).resolve().is_file(), link


def test_the_chart_library_is_the_one_of_the_python_package():
    head = (ROOT / "static/vendor/plotly-basic.min.js").read_text(encoding="utf-8")[:200]
    rules = (ROOT / "static/css/plotly-basic.css").read_text(encoding="utf-8")[:200]
    assert f"v{get_plotlyjs_version()}" in head
    assert f"plotly.js {get_plotlyjs_version()} " in rules


def test_light_and_dark_know_the_same_colors():
    light, dark = (
        set(re.findall(r"(--[\w-]+): #", code(ROOT / f"static/css/{name}.css")))
        for name in ("tokens", "dark")
    )
    assert light == dark


def test_every_vendored_file_stands_in_its_readme():
    readme = (ROOT / "static/vendor/README.md").read_text(encoding="utf-8")
    for path in [*(ROOT / "static/vendor").iterdir(), *(ROOT / "static/fonts").iterdir()]:
        assert path.name in readme or path.name == "README.md"


def test_the_chart_library_offers_no_upload_and_no_toolbar():
    script = code(ROOT / "static/js/charts.js")
    for setting in ("displayModeBar: false", "showSendToCloud: false", 'plotlyServerURL: ""'):
        assert setting in script
