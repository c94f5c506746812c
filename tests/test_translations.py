"""Both languages are complete: every text is in the Chinese catalog, and pages show no other."""

import ast
import json
import re
import struct
from gettext import GNUTranslations
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.urls import Resolver404, resolve
from django.utils.translation.template import templatize

from tests.factories import make_user

FOLDER = settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES"
OURS = ("enterprises", "patents", "rd_centers", "templates", "zonetrack")
HOW_TO_MEND = "run `python manage.py messages`, translate what it prints, and run it again"

# The catalog


class Message(NamedTuple):
    context: str
    text: str
    plural: str
    translation: str
    flags: str


def read_catalog(path: Path) -> list[Message]:
    """The entries of a .po file without its header; obsolete ones bear the flag "obsolete"."""
    found = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        fields, name, flags = {}, "", ""
        for line in block.splitlines():
            if line.startswith("#~"):
                flags += " obsolete"
                line = line[2:].strip()
            if line.startswith("#"):
                flags += line if line.startswith("#,") else ""
                continue
            word, quote, rest = line.partition('"')
            name = word.strip() or name
            fields[name] = fields.get(name, "") + ast.literal_eval(quote + rest or '""')
        one = [fields.get(key, "") for key in ("msgctxt", "msgid", "msgid_plural")]
        found.append(Message(*one, fields.get("msgstr") or fields.get("msgstr[0]", ""), flags))
    return [one for one in found if one.text]


CATALOG = read_catalog(FOLDER / "django.po")

# The texts in the sources

CALLS = {
    "_": "t",
    "gettext": "t",
    "gettext_lazy": "t",
    "gettext_noop": "t",
    "ngettext": "tp",
    "ngettext_lazy": "tp",
    "pgettext": "ct",
    "pgettext_lazy": "ct",
    "npgettext": "ctp",
    "npgettext_lazy": "ctp",
}
TEMPLATE_CALL = re.compile(
    r"\b(_|n?p?gettext)\(((?:\s*u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")\s*,?)+)"
)


def texts_of_code(path: Path) -> set[tuple[str, str, str]]:
    """(context, text, plural) of every call that marks a text."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        parts = CALLS.get(name, "")
        values = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if parts and len(values) >= len(parts):
            found.add(by_part(parts, values))
    return found


def texts_of_template(path: Path) -> set[tuple[str, str, str]]:
    found = set()
    for name, arguments in TEMPLATE_CALL.findall(templatize(path.read_text(encoding="utf-8"))):
        found.add(by_part(CALLS[name], ast.literal_eval(f"({arguments},)".replace(",,", ","))))
    return found


def by_part(parts: str, values) -> tuple[str, str, str]:
    given = dict(zip(parts, values, strict=False))
    return given.get("c", ""), given["t"], given.get("p", "")


def texts_in_use() -> set[tuple[str, str, str]]:
    found = set()
    for name in OURS:
        for path in (settings.BASE_DIR / name).rglob("*"):
            if path.suffix == ".py":
                found |= texts_of_code(path)
            elif path.suffix in (".html", ".txt"):
                found |= texts_of_template(path)
    return found


def test_every_text_of_the_product_is_in_the_catalog():
    listed = {(one.context, one.text) for one in CATALOG}
    missing = {(context, text) for context, text, _plural in texts_in_use()} - listed
    assert not missing, HOW_TO_MEND


def test_the_catalog_holds_nothing_that_is_no_longer_used():
    used = {(context, text) for context, text, _plural in texts_in_use()}
    unused = {(one.context, one.text) for one in CATALOG} - used
    assert not unused, HOW_TO_MEND


def test_no_translation_is_missing_or_guessed():
    wanting = [one.text for one in CATALOG if not one.translation or one.flags.count("fuzzy")]
    assert not wanting
    assert not [one.text for one in CATALOG if "obsolete" in one.flags]


def test_the_compiled_catalog_is_that_of_the_texts():
    compiled = (FOLDER / "django.mo").read_bytes()
    with (FOLDER / "django.mo").open("rb") as file:
        known = GNUTranslations(file)
    differing = [one.text for one in CATALOG if compiled_text(known, one) != one.translation]
    assert not differing, HOW_TO_MEND
    texts_and_header = struct.unpack("<3I", compiled[:12])[2]
    assert texts_and_header == len(CATALOG) + 1


def compiled_text(known: GNUTranslations, one: Message) -> str:
    if one.plural and one.context:
        return known.npgettext(one.context, one.text, one.plural, 1)
    if one.plural:
        return known.ngettext(one.text, one.plural, 1)
    if one.context:
        return known.pgettext(one.context, one.text)
    return known.gettext(one.text)


# How translations are written

PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%%|\{\w*\}|</?\w+[^>]*>")
CHINESE = "[\u3400-\u9fff]"
HALF_WIDTH = re.compile(rf"{CHINESE}[,;:?!()]|[,;:?!()]{CHINESE}|{CHINESE}\.$|{CHINESE}\s*[\"']")
SPACED = re.compile(rf"{CHINESE} +(?:[0-9%]|{CHINESE})|[0-9s)] +{CHINESE}")


def test_translations_fill_in_what_the_originals_do():
    wrong = [one.text for one in CATALOG if filled_in(one.translation) != filled_in(*one[1:3])]
    assert not wrong


def filled_in(*texts: str) -> set[str]:
    return {found for text in texts for found in PLACEHOLDER.findall(text)}


def test_translations_are_written_as_chinese_is():
    """Full-width punctuation, no blanks between characters and numbers."""
    assert not [
        one.translation
        for one in CATALOG
        if HALF_WIDTH.search(one.translation) or SPACED.search(one.translation)
    ]


# What pages show

LATIN = re.compile(r"[A-Za-z]{2,}")
HAN = re.compile(f"{CHINESE}+")
# Names and signs that Chinese texts write in Latin letters.
IN_ANY_LANGUAGE = [
    "ZoneTrack", "R&D", "CSV", "XLSX", "Excel", "PNG", "SVG", "JSON", "PCT", "ZL", "CN", "English",
    "PDF", "JPG", "DOCX", "OFD", ".xlsx", ".xls", ".ods", ".csv", "MB", "WPS", "UTF", "GBK", "SHA",
    "(clear)", "Word", "OpenAPI",
    "If-None-Match", "Accept-Language", "en 或 zh", "“size”", "zone:…", "park:…",
    "Cookie", "简体中文", "Tab", "Shift", "Enter", "Esc", "linear", "year_end", "months:6=0.5,12=1",
    "“last”", "“next”", "“previous”", "SQLite", "PostgreSQL", "Python", "Django", "Redis",
    "KB", "GB", "TB", "health_check", "运行 backup", "check_sums",
    # What Django says of its own icons for yes and no.
    "True", "False",
]  # fmt: skip
SHOWN_ATTRIBUTES = ("aria-label", "title", "placeholder", "alt")
NO_PAGES = re.compile(r"format=|/sign-out/|/i18n/|jsi18n|autocomplete|/r/|/static/|export")


class Shown(HTMLParser):
    """Texts that a page shows in its own language, and where its links lead."""

    def __init__(self, html: str):
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.open: list[tuple[str, bool]] = []  # tag, and whether its texts are not the page's own
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        outer = bool(self.open) and self.open[-1][1]
        foreign = outer or tag in ("script", "style", "code") or (tag != "html" and "lang" in given)
        if not foreign:
            self.texts += [given[name] for name in SHOWN_ATTRIBUTES if given.get(name)]
            if tag == "input" and given.get("type") in ("submit", "button"):
                self.texts.append(given.get("value", ""))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag not in ("input", "img", "br", "hr", "link", "meta", "col", "use", "path", "source"):
            self.open.append((tag, foreign))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not (self.open and self.open[-1][1]):
            self.texts.append(" ".join(data.split()))


def entered_texts() -> list[str]:
    """Every text in the database, longest first: data has its own languages."""
    found = set()
    for model in apps.get_models():
        if model.__name__ in ("Session", "ContentType", "Permission"):
            continue
        text_fields = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        ]
        for row in model._base_manager.values_list(*text_fields) if text_fields else ():
            texts = [str(value) for value in row if value]
            found |= {line.strip() for text in texts for line in text.splitlines()}
    found |= {" ".join(text.split()) for text in found}
    return sorted(found | {*IN_ANY_LANGUAGE}, key=len, reverse=True)


def walk(client, start: list[str]) -> dict[str, Shown]:
    """One page of every kind that links lead to, from the given addresses on."""
    pages, kinds, waiting = {}, set(), [(address, "") for address in start]
    while waiting:
        address, before = waiting.pop(0)
        kind = kind_of(address)
        if before and (kind is None or kind in kinds):
            continue
        kinds.add(kind)
        answer = client.get(address, follow=True)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = pages[address] = Shown(answer.content.decode())
        here = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        links = [urljoin(here, link) for link in page.links]
        waiting += [(link, here) for link in links if "/admin/" in start or "/admin/" not in link]
    return pages


def kind_of(address: str) -> str | None:
    """The name of its view; None for what is no page of the product."""
    parts = urlsplit(address)
    if parts.netloc or parts.scheme or NO_PAGES.search(address):
        return None
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    # The admin asks before it deletes, and tells the past, in the same words for all records.
    if action := re.search("_(delete|history)$", found.view_name):
        return action[0]
    return f"{found.view_name} {'behind' if 'behind=' in parts.query else ''}"


def leftovers(pages: dict[str, Shown], pattern: re.Pattern, known: list[str]) -> dict[str, list]:
    """Texts in the wrong language by page, each only once."""
    seen, found = set(), {}
    for address, page in pages.items():
        for text in page.texts:
            if text in seen or not pattern.search(text):
                continue
            seen.add(text)
            if pattern.search(without(text, pattern, known)):
                found.setdefault(address, []).append(text)
    return found


def without(text: str, pattern: re.Pattern, known: list[str]) -> str:
    text = re.sub(r"https?://\S+", "", text)
    for one in known:
        if one in text:
            text = text.replace(one, "")
            if not pattern.search(text):
                break
    return text


START = [
    "/",
    "/zones/",
    "/how-we-compute/",
    "/search/?q=2013",
    "/search/?q=000000000",
    "/enterprises/?q=000000000&sort=none&page=9&zone=none",
    "/returns/",
    "/programs/",
    "/achievements/",
    "/published-figures/",
    "/targets/",
    "/password/",
    "/no-such-page/",
]


@pytest.mark.django_db
def test_pages_show_texts_of_their_own_language_only(client):
    call_command("load_samples", verbosity=0)
    call_command("make_example", size="small", verbosity=0)
    user = make_user("administrator", username="admin")
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    known = entered_texts()
    for language, pattern, start in (("zh-hans", LATIN, [*START, "/admin/"]), ("en", HAN, START)):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        pages = walk(client, start)
        assert len(pages) > 2 * len(start)
        wrong = leftovers(pages, pattern, [text for text in known if pattern.search(text)])
        assert not wrong, json.dumps(wrong, ensure_ascii=False, indent=1)


@pytest.mark.django_db
def test_pages_for_everybody_are_chinese_too(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    pages = walk(client, ["/sign-in/", "/no-such-page/"])
    assert "/sign-in/" in pages and "/no-such-page/" in pages
    assert not leftovers(pages, LATIN, IN_ANY_LANGUAGE)
