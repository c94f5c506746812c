"""Making, finding and revoking tokens; whose tokens somebody may revoke."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from zonetrack.access import people
from zonetrack.access.models import Membership, User
from zonetrack.access.scope import Scope

from .models import Token

PREFIX = "zt_"
RANDOM_BYTES = 32
SHOWN = 9  # signs kept of a token, the prefix included
LONGEST = 200  # nothing longer is looked up
USUAL_DAYS, MOST_DAYS = 90, 366
MOST_TOKENS = 20  # valid ones of one person
USE_IS_NOTED_AFTER = timedelta(hours=1)


def make(user: User, name: str, days: int, *, at: datetime) -> tuple[Token, str]:
    """A new token and its text, which is kept nowhere."""
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(f"a token is valid for 1 to {MOST_DAYS} days, not {days}")
    text = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    token = Token.objects.create(
        user=user,
        name=name,
        start=text[:SHOWN],
        digest=digest_of(text),
        created=at,
        expires=at + timedelta(days=days),
    )
    return token, text


def digest_of(text: str) -> str:
    """A plain hash is enough: 32 random bytes cannot be guessed from it."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def find(text: str, *, at: datetime) -> Token | None:
    """The valid token of a person who may sign in; None for every other text."""
    if not text.startswith(PREFIX) or len(text) > LONGEST:
        return None
    token = Token.objects.select_related("user").filter(digest=digest_of(text)).first()
    if token is None or not token.is_valid(at) or not token.user.is_active:
        return None
    return token


def note_use(token: Token, *, at: datetime) -> None:
    if token.last_used is None or at - token.last_used >= USE_IS_NOTED_AFTER:
        Token.objects.filter(pk=token.pk).update(last_used=at)


def revoke(token: Token, *, by: User, at: datetime) -> None:
    """Once and for ever; the first revocation stays."""
    Token.objects.filter(pk=token.pk, revoked=None).update(revoked=at, revoked_by=by)


def valid_of(user: User, *, at: datetime) -> QuerySet:
    return Token.objects.filter(user=user, revoked=None, expires__gt=at)


def revocable(scope: Scope) -> QuerySet:
    """The user's own tokens, and those of the people whose accounts the user keeps."""
    return Token.objects.filter(Q(user=scope.user) | Q(user__in=kept_people(scope)))


def kept_people(scope: Scope) -> QuerySet:
    """As `people.governs`, for everybody at once."""
    everybody = User.objects.exclude(pk=scope.user.pk).order_by()
    if scope.everything:
        return everybody
    managed = people.managed_memberships(scope).order_by()
    others = Membership.objects.order_by().exclude(pk__in=managed.values("pk"))
    kept = everybody.filter(is_superuser=False, pk__in=managed.values("user"))
    return kept.exclude(pk__in=others.values("user"))
