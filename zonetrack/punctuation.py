"""Signs between texts, as each language sets them: full-width and without blanks in Chinese."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import get_language


def chinese() -> bool:
    return (get_language() or "").startswith("zh")


def colon(label) -> str:
    """What stands before the text that it names."""
    return f"{label}：" if chinese() else f"{label}: "


def brackets(text) -> str:
    """What stands behind the text that it explains."""
    return f"（{text}）" if chinese() else f" ({text})"


def listed(names: Iterable) -> str:
    return ("、" if chinese() else ", ").join(map(str, names))


def phrases(texts: Iterable) -> str:
    """Parts of one sentence."""
    return ("，" if chinese() else ", ").join(map(str, texts))


def clauses(texts: Iterable) -> str:
    return ("；" if chinese() else "; ").join(map(str, texts))


def statements(texts: Iterable) -> str:
    return ("。" if chinese() else ". ").join(map(str, texts))


def joined(texts: Iterable) -> str:
    """Words or whole sentences one after the other."""
    return ("" if chinese() else " ").join(map(str, texts))


def dated(text, year: int, day: date | None = None) -> str:
    """`Opened 2014`, `建成（2014年）`; with the day where it is known."""
    if not chinese():
        return f"{text} {day or year}"
    return f"{text}（{day or f'{year}年'}）"
