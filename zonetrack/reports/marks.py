"""How a status is drawn in files: the icons of the pages, and the tone of each."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zonetrack.templatetags.states import STATES

SPRITE = Path(__file__).parents[2] / "templates/partials/_icon_sprite.html"
SYMBOL = re.compile(r'<symbol id="i-(\w+)" viewBox="0 0 16 16">(.*?)</symbol>')


@dataclass(frozen=True)
class Mark:
    """`shape` is SVG inside a box of 16 by 16; `tone` is "good", "watch", "bad" or "plain"."""

    shape: str
    tone: str


def mark(status: str) -> Mark:
    """Words alone for a status that is not known."""
    icon, tone, _words = STATES.get(status, ("", "", ""))
    return Mark(shapes().get(icon, ""), tone.rpartition("-")[2] or "plain")


@cache
def shapes() -> dict[str, str]:
    """The icons by name."""
    return dict(SYMBOL.findall(SPRITE.read_text(encoding="utf-8")))
