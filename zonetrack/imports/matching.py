"""Names as they are compared: how somebody wrote a name must not matter, which one it is must."""

import re
import unicodedata
from functools import lru_cache

from django.conf import settings
from django.utils import translation

INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad\u202a\u202c"))
# Signs that do not tell two names apart.
SIGNS = re.compile(r"[\s()\[\]{}<>〈〉《》【】〔〕「」“”‘’\"'·•・.,;:，、。；：_\-–—/&]+")
LEGAL_FORMS = (
    ("有限责任公司", "有限公司"),
    ("股份有限公司", "股份公司"),
    ("companylimited", "coltd"),
    ("limitedliabilitycompany", "coltd"),
    ("limited", "ltd"),
    ("corporation", "corp"),
    ("company", "co"),
)


def tidy(text) -> str:
    """Without invisible signs and doubled blanks, otherwise as it was written."""
    return re.sub(r"\s+", " ", str(text).translate(INVISIBLE)).strip()


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """Half-width, small letters, without blanks and signs."""
    return SIGNS.sub("", unicodedata.normalize("NFKC", text.translate(INVISIBLE)).casefold())


@lru_cache(maxsize=65_536)
def without_form(text: str) -> str:
    """Folded, with one spelling for each legal form of a firm."""
    found = folded(text)
    for written, short in LEGAL_FORMS:
        found = found.replace(written, short)
    return found


def in_all_languages(text) -> list[str]:
    """A text that is translated late, as it reads in each language."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(str(text))
    return list(dict.fromkeys(found))
