"""Reading from streaming replicas of PostgreSQL; everything else stays with the primary.

A page that is only read goes to a replica, but never to one that lacks what this person saved:
with every change the browser is given the position that the primary's log had reached when it was
stored, and a replica answers only once it has replayed that far. So it does not matter how far
it lags. The cookie may end long before the lag of a replica that is used at all can be that old.

Not on a replica: accounts, permissions, tokens and sessions; what is read inside a transaction or
to be locked; the forms and tables in which data is entered, which hold versions to be compared;
commands. After its first change a request reads what it wrote, from the primary.
"""

import logging
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, partial
from threading import Lock
from time import monotonic
from zlib import crc32

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, OperationalError, connections
from django.urls import reverse

LOGGER = logging.getLogger("zonetrack.replicas")
# Apps whose rows decide who may do what, or tell of the server itself.
ON_PRIMARY = {
    *("access", "admin", "api", "auth", "axes", "backups", "contenttypes", "health", "sessions"),
}
SAFE = ("GET", "HEAD")
POSITION = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
# A replica is asked so often how it is, and left alone so long when it was not well.
CHECK_SECONDS, REST_SECONDS = 2, 10
# What the primary held so long ago a replica must hold; a note of it may be older by the second.
BEHIND_SECONDS, NOTE_SECONDS = 15, 15
# Longer than a change can be missing on a replica that is used.
COOKIE_SECONDS = 4 * (BEHIND_SECONDS + NOTE_SECONDS)


@dataclass
class Reading:
    """Where one request reads; `wrote`: it has changed something and reads from the primary.

    No server is asked before the first query: a probe needs none.
    """

    choose: Callable[[], str | None]
    wrote: bool = False

    @cached_property
    def alias(self) -> str:
        return self.choose() or DEFAULT_DB_ALIAS

    @property
    def is_on_replica(self) -> bool:
        return self.__dict__.get("alias", DEFAULT_DB_ALIAS) != DEFAULT_DB_ALIAS


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


class Router:
    """Django asks it for the database of each query. Locks and changes ask for one to write."""

    def db_for_read(self, model, **hints):
        one = _reading.get()
        if one is None or one.wrote or model._meta.app_label in ON_PRIMARY:
            return DEFAULT_DB_ALIAS
        if connections[DEFAULT_DB_ALIAS].in_atomic_block:
            return DEFAULT_DB_ALIAS
        return one.alias

    def db_for_write(self, model, **hints):
        one = _reading.get()
        if one is not None and model._meta.app_label not in ON_PRIMARY:
            one.wrote = True
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one, other, **hints):
        """All are copies of one database."""
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db == DEFAULT_DB_ALIAS


@dataclass
class Standing:
    """What this process knows of a replica."""

    alias: str
    fit: bool = False
    ask_at: float = 0  # not before this moment
    is_away: bool = False

    def leave_out(self, now: float) -> None:
        if not self.is_away:
            LOGGER.warning("%s is away or follows no server; the first is read", self.alias)
        self.fit, self.ask_at, self.is_away = False, now + REST_SECONDS, True
        connections[self.alias].close()

    def found(self, *, fit: bool) -> None:
        if self.is_away:
            LOGGER.warning("%s answers again", self.alias)
        self.fit, self.is_away = fit, False


class Primary:
    """Positions of the primary's log with the moments at which this process asked for them."""

    def __init__(self):
        self.notes: deque[tuple[float, int]] = deque(maxlen=60)

    def needed(self, now: float) -> int:
        """What a replica must have replayed to be at most BEHIND_SECONDS late; a little more where
        nothing was noted at the right time."""
        if not self.notes or now - self.notes[-1][0] >= CHECK_SECONDS / 2:
            self.notes.append((now, number_of(written_position())))
        oldest = BEHIND_SECONDS + NOTE_SECONDS
        for at, position in reversed(self.notes):
            if BEHIND_SECONDS <= now - at <= oldest:
                return position
        return self.notes[-1][1]


standings = [Standing(alias) for alias in settings.REPLICAS]
primary = Primary()
# One thread asks how the servers are; meanwhile the others use what is known.
asking = Lock()


def written_position() -> str:
    """Where the primary's log ends now: after everything that has been stored."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn()::text")
        return cursor.fetchone()[0]


def replayed_position(alias: str) -> int | None:
    """How far a replica has come; None if it is none any more."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn()::text")
        [follows, position] = cursor.fetchone()
    return number_of(position) if follows and position else None


def behind() -> dict[str, int | None]:
    """Bytes of the primary's log that each replica has still to replay; None for one that is away
    or follows no primary."""
    written, found = number_of(written_position()), {}
    for alias in settings.REPLICAS:
        try:
            position = replayed_position(alias)
        except (DatabaseError, InterfaceError):
            position = None
        found[alias] = None if position is None else max(written - position, 0)
    return found


def number_of(position: str) -> int:
    """A position such as 16/B374D848 as a number of bytes."""
    high, low = position.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def chosen(key: str, seen: str, now: float) -> str | None:
    """The replica for a person (`key`) who must be shown what lies before position `seen`.

    Always the same one while it is fit, so that nobody goes back in time. None: the primary.
    """
    fit = [standing for standing in standings if is_fit(standing, now)]
    if not fit:
        return None
    standing = fit[crc32(key.encode()) % len(fit)]
    if not seen:
        return standing.alias
    try:
        position = replayed_position(standing.alias)
    except (DatabaseError, InterfaceError):
        position = None
    if position is None:
        standing.leave_out(now)
        return None
    return standing.alias if position >= number_of(seen) else None


def is_fit(standing: Standing, now: float) -> bool:
    """Asks the replica, or answers what another thread found out a moment ago."""
    if now < standing.ask_at:
        return standing.fit
    if not asking.acquire(blocking=False):
        # After a quiet time what is known may be hours old.
        return standing.fit and now < standing.ask_at + CHECK_SECONDS
    try:
        standing.ask_at = now + CHECK_SECONDS
        needed = primary.needed(now)
        try:
            position = replayed_position(standing.alias)
        except (DatabaseError, InterfaceError):
            position = None
        if position is None:
            standing.leave_out(now)
        else:
            standing.found(fit=position >= needed)
    except (DatabaseError, InterfaceError):
        # The primary is away; the page will tell.
        standing.fit = False
    finally:
        asking.release()
    return standing.fit


@contextmanager
def reading(one: Reading | None) -> Iterator[Reading | None]:
    token = _reading.set(one)
    try:
        yield one
    finally:
        _reading.reset(token)


def reading_from(alias: str):
    return reading(Reading(lambda: alias))


class ReadFromReplicas:
    """Middleware, only where there are replicas."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.cookie = settings.POSITION_COOKIE_NAME

    def __call__(self, request):
        if request.method not in SAFE:
            response = self.get_response(request)
            self.remember(response)
            return response
        if request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        with reading(Reading(partial(self.replica_for, request))) as one:
            response = self.get_response(request)
            if one.wrote:
                self.remember(response)
        if response.streaming and not response.is_async:
            response.streaming_content = read_on(one, response.streaming_content)
        return response

    def replica_for(self, request) -> str | None:
        seen = request.COOKIES.get(self.cookie, "")
        if not POSITION.fullmatch(seen):
            seen = ""
        person = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        return chosen(person, seen, monotonic())

    def remember(self, response) -> None:
        """Give the browser the position up to which it must be shown everything.

        It is no secret, and whoever forges it only sends the own reading elsewhere.
        """
        try:
            position = written_position()
        except (DatabaseError, InterfaceError):
            # The answer tells of the failure already.
            return
        response.set_cookie(
            self.cookie,
            position,
            max_age=COOKIE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )

    def process_exception(self, request, failure):
        """A replica that failed while a page was made: the page is made again from the primary."""
        one = _reading.get()
        if one is None or not one.is_on_replica or not is_failure_of_server(failure):
            return None
        for standing in standings:
            if standing.alias == one.alias:
                standing.leave_out(monotonic())
        # The rest of this request, and what is sent of the answer later, too.
        one.alias = DEFAULT_DB_ALIAS
        match = request.resolver_match
        response = match.func(request, *match.args, **match.kwargs)
        return response.render() if hasattr(response, "render") else response


def is_failure_of_server(failure) -> bool:
    """Whether a server went away or broke off a query because of what it had to replay.

    A query that took too long would take as long again.
    """
    if not isinstance(failure, OperationalError | InterfaceError):
        return False
    code = getattr(failure.__cause__, "pgcode", None)
    return code != "57014"


def read_on(one: Reading, content) -> Iterator[bytes]:
    """Pieces of an answer, made as they are sent."""
    with reading(one):
        yield from content
