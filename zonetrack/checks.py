"""What must hold of the catalog; Django checks it before every command."""

from collections import Counter
from collections.abc import Iterable

from django.core.checks import Error
from django.utils.text import slugify

from zonetrack import catalog
from zonetrack.indicators.declaration import Indicator, Kind


def catalog_is_sound(app_configs=None, **kwargs) -> list[Error]:
    return complaints(catalog.DECLARED)


def complaints(indicators: Iterable[Indicator]) -> list[Error]:
    indicators = list(indicators)
    times = Counter(indicator.key for indicator in indicators)
    found = [
        error("E001", f"{times[key]} indicators have the key “{key}”.", "Keys are kept for ever.")
        for key in times
        if times[key] > 1
    ]
    return found + [each for indicator in indicators for each in complaints_about(indicator)]


def complaints_about(indicator: Indicator) -> list[Error]:
    conditions = [
        ("E002", slugify(indicator.key) == indicator.key, "Its key is no slug."),
        ("E003", bool(str(indicator.name).strip()), "It has no name."),
        ("E004", bool(str(indicator.definition).strip()), "It has no definition."),
        ("E005", bool(str(indicator.unit).strip()), "It has no unit."),
        ("E006", indicator.topic in catalog.TOPICS, "Its topic is not in the catalog."),
        ("E007", has_the_parts_of_its_kind(indicator), "A ratio has two parts, all others one."),
        ("E008", indicator.published_only or has_basis(indicator), "It does not say what of."),
    ]
    return [error(code, f"{indicator.key}: {text}") for code, fine, text in conditions if not fine]


def has_the_parts_of_its_kind(indicator: Indicator) -> bool:
    if indicator.published_only:
        return True
    ratio = {"numerator", "denominator"}
    return set(indicator.parts) == (ratio if indicator.kind == Kind.RATIO else {""})


def has_basis(indicator: Indicator) -> bool:
    return bool(indicator.basis.registers) or indicator.basis.is_returns


def error(code: str, text: str, hint: str | None = None) -> Error:
    return Error(text, hint=hint, id=f"zonetrack.{code}")
