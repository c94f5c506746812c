"""What must be true of every indicator, whichever it is."""

import re
from dataclasses import replace

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from zonetrack import catalog
from zonetrack.catalog import BY_KEY, DECLARED, HEADLINES, INDICATORS, TOPICS
from zonetrack.checks import complaints
from zonetrack.indicators.declaration import Kind

DOCUMENT = settings.BASE_DIR / "docs" / "indicators.md"
CHINESE = settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"

every_indicator = pytest.mark.parametrize("indicator", INDICATORS, ids=lambda each: each.key)


def sections() -> dict[str, str]:
    """The document's sections by the key in their heading."""
    parts = re.split(r"^### `(.+)`$", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_declared_indicator_is_in_the_catalog_once():
    assert sorted(each.key for each in DECLARED) == sorted(BY_KEY)
    assert len(INDICATORS) == len(BY_KEY)
    assert {each.topic for each in INDICATORS} == set(TOPICS)


@every_indicator
def test_a_key_is_a_short_slug(indicator):
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", indicator.key)
    assert len(indicator.key) <= 60


@every_indicator
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_indicator_says_what_it_is(indicator, language):
    with translation.override(language):
        assert str(indicator.name)
        assert str(indicator.unit)
        assert len(str(indicator.definition)) > 10


@pytest.mark.skipif(not CHINESE.exists(), reason="needs the compiled Chinese catalog")
@every_indicator
def test_every_indicator_is_defined_in_chinese(indicator):
    with translation.override("zh-hans"):
        for text in (indicator.name, indicator.definition):
            assert re.search("[\u4e00-\u9fff]", str(text))


def test_names_are_told_apart_in_both_languages():
    for language in ("en", "zh-hans"):
        with translation.override(language):
            names = [str(indicator.name) for indicator in INDICATORS]
        assert len(set(names)) == len(names)


@every_indicator
def test_the_document_describes_it_as_it_is_declared(indicator):
    section = sections()[indicator.key]
    with translation.override("en"):
        facts = f"{indicator.name} · {indicator.unit} · {indicator.kind.value}"
    assert facts in section
    for word in ("Counts:", "Rule:", "From:", "Defined by:"):
        assert word in section


def test_the_document_has_a_heading_for_each_indicator_in_the_same_order():
    assert list(sections()) == [indicator.key for indicator in INDICATORS]


@every_indicator
def test_what_is_counted_can_be_opened(indicator):
    for part in indicator.parts.values():
        try:
            assert reverse(part.page)
        except NoReverseMatch:
            pytest.fail(f"no page {part.page}")


@every_indicator
def test_both_parts_of_a_ratio_are_named(indicator):
    if indicator.kind == Kind.RATIO:
        for part in indicator.parts.values():
            assert str(part.name)
            assert str(part.unit)


def test_headlines_and_choices_come_from_the_catalog():
    assert set(HEADLINES) <= set(BY_KEY)
    chosen = [key for _topic, pairs in catalog.choices() for key, _name in pairs]
    assert sorted(chosen) == sorted(BY_KEY)


def test_the_system_check_finds_nothing():
    assert complaints(DECLARED) == []
    assert [each for each in run_checks() if (each.id or "").startswith("zonetrack.E")] == []


ONE = BY_KEY["tech-centers-new"]
RATIO = BY_KEY["rd-intensity-revenue"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ([ONE, ONE], "E001"),
        ([replace(ONE, key="New centers")], "E002"),
        ([replace(ONE, name=" ")], "E003"),
        ([replace(ONE, definition="")], "E004"),
        ([replace(ONE, unit="")], "E005"),
        ([replace(ONE, topic="weather")], "E006"),
        ([replace(ONE, kind=Kind.RATIO)], "E007"),
        ([replace(RATIO, denominator=None)], "E007"),
        ([replace(ONE, basis=BY_KEY["mofcom-rank"].basis)], "E008"),
    ],
)
def test_the_system_check_refuses(wrong, code):
    assert [each.id for each in complaints(wrong)] == [f"zonetrack.{code}"]


def test_the_system_check_is_registered():
    from django.core.checks.registry import registry

    from zonetrack.checks import catalog_is_sound

    assert catalog_is_sound in registry.registered_checks
