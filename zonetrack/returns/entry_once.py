"""Telling a form that was sent twice from two forms that say the same.

Every form that is shown has a mark of its own. The session keeps the marks of forms that were
stored, in the same transaction as what they stored, so the second click finds the first.
"""

import re
import secrets
from contextlib import suppress

from django.contrib.sessions.backends.base import UpdateError

KEPT, NAME = 20, "forms_taken"


def token() -> str:
    return secrets.token_urlsafe(12)


def is_taken(request, form: str) -> bool:
    return form in taken(request)


def take(request, form: str) -> None:
    if not re.fullmatch(r"[\w-]{16}", form, re.ASCII):
        return
    request.session[NAME] = [*(one for one in taken(request) if one != form), form][-KEPT:]
    with suppress(UpdateError):  # signed out meanwhile: the session is gone with its marks
        request.session.save()


def taken(request) -> list[str]:
    """As stored now, not as this request found it."""
    return type(request.session)(request.session.session_key).get(NAME, [])
