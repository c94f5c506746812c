"""The secret address under which a calendar program reads a person's deadlines."""

import re
import secrets

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import get_language

KEY_BYTES = 32
KEY = re.compile(r"[A-Za-z0-9_-]{40,64}")


def renew(user) -> str:
    """A new key; the address made with the one before answers no more."""
    user.calendar_key = secrets.token_urlsafe(KEY_BYTES)
    user.save(update_fields=["calendar_key"])
    return user.calendar_key


def remove(user) -> None:
    user.calendar_key = ""
    user.save(update_fields=["calendar_key"])


def owner(key: str):
    """Whose key it is; None for nobody's and for people who may not sign in any more."""
    if not KEY.fullmatch(key):
        return None
    return get_user_model().objects.filter(calendar_key=key, is_active=True).first()


def feed_url(request) -> str:
    """The whole address of the person's feed in the language of the page; empty without a key."""
    key = request.user.calendar_key
    if not key:
        return ""
    address = f"{reverse('calendar-feed', args=[key])}?language={get_language()}"
    return request.build_absolute_uri(address)
