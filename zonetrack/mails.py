"""Mails are written in every language of the site, as nobody's own is known outside a page."""

from collections.abc import Callable

from django.conf import settings
from django.utils import translation


def in_both_languages(write: Callable[[], tuple[str, str]]) -> tuple[str, str]:
    """Subject and text, the language of the site first. `write` writes both in the active one."""
    first = settings.LANGUAGE_CODE
    codes = sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != first)
    written = []
    for code in codes:
        with translation.override(code):
            written.append(write())
    # A subject is one line, whatever names stand in it.
    subject = written[0][0].replace("\n", " ")
    return subject, "\n\n---\n\n".join(text for _subject, text in written) + "\n"
