"""What is measured: databases of several sizes with the same zone, and people who look at it."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.apps import apps
from django.core.management import call_command
from django.test import Client

from enterprises.models import Title, Zone
from zonetrack.access import roles
from zonetrack.access.grants import grant, install_roles
from zonetrack.access.models import User
from zonetrack.sample.crew import processors
from zonetrack.sample.example import Plan, make_example
from zonetrack.sample.synthetic.names import zone_key
from zonetrack.sums.checking import build
from zonetrack.sums.models import ParkSums
from zonetrack.sums.reading import rule_now

from .scratch import PostgresqlServer, Scratch, SqliteFiles
from .timing import Timing, in_turns, seconds_of

MANAGER, ADMINISTRATOR = "manager", "administrator"
PEOPLE = (MANAGER, ADMINISTRATOR)
ZONE = zone_key(1)  # the reference zone
EMPTY = "empty"
NEEDLE = "Bench 1"  # number of one title's document, to be searched for
BROWSER = {"accept-encoding": "gzip"}


@dataclass
class Filled:
    """A database with the reference zone; `clients` are browsers in which people are signed in."""

    scratch: Scratch
    counts: dict[str, int]
    clients: dict[str, Client]

    def get(self, address: str, who: str = MANAGER):
        """The answer to a request, which must be a page; compressed, as browsers ask for it."""
        response = self.clients[who].get(address, headers=BROWSER)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")
        return response

    def text(self, address: str, who: str = MANAGER) -> str:
        return gzip.decompress(self.get(address, who).content).decode()

    def seconds(self, address: str, who: str = MANAGER) -> float:
        return self.seconds_of(partial(self.get, address, who))

    def seconds_of(self, work: Callable[[], object]) -> float:
        """What a piece of work takes that reads this database."""
        with self.scratch.use():
            return seconds_of(work, self.scratch.clock)

    def statements(self, address: str, who: str = MANAGER) -> list[tuple[str, tuple]]:
        """The statements that a page executes, with their parameters."""
        found = []

        def note(execute, sql, params, many, context):
            found.append((sql, tuple(params or ())))
            return execute(sql, params, many, context)

        with self.scratch.use() as connection, connection.execute_wrapper(note):
            self.get(address, who)
        return found


@dataclass
class Setting:
    """The databases by size, and how often each figure is taken."""

    filled: dict[str, Filled]
    times: int
    today: date
    export_rows: int = 1_000_000  # of the longest export
    people: int = 100  # at once
    stage_seconds: float = 20  # of each stage with many people, on a usual machine

    @property
    def sizes(self) -> list[str]:
        return list(self.filled)

    @property
    def year(self) -> int:
        """The last complete year of the reference zone."""
        return self.today.year - 1

    def in_turns(self, address: str | dict[str, str], who: str = MANAGER) -> dict[str, Timing]:
        """The times of a page at every size; its address may differ between them."""
        given = address if isinstance(address, dict) else dict.fromkeys(self.filled, address)
        works = {size: partial(one.seconds, given[size], who) for size, one in self.filled.items()}
        return in_turns(works, self.times)

    def anywhere(self, work: Callable):
        """What a query answers about the reference zone, which is alike at every size."""
        with next(iter(self.filled.values())).scratch.use():
            return work()


@contextmanager
def fill(
    server: SqliteFiles | PostgresqlServer,
    plans: dict[str, Plan],
    *,
    today: date,
    times: int,
    keep: bool = False,
    tell: Callable[[str], None] = lambda words: None,
    used: dict[str, str] | None = None,
    **wanted: float,
) -> Iterator[Setting]:
    """Make the databases, and remove them in the end unless they are to be kept.

    `used`: addresses of databases with the examples of some sizes, which are there and stay.
    `wanted`: what else the setting is to say.
    """
    used = used or {}
    with ExitStack() as stack:
        if not keep:
            for name in (EMPTY, *(size for size in plans if size not in used)):
                stack.callback(server.drop, name)
        tell("tables")
        empty = server.create(EMPTY)
        with empty.use():
            call_command("migrate", verbosity=0, run_syncdb=True)
        # A database can only be copied while nobody is connected to it.
        empty.connection.close()
        filled = {}
        for size, plan in plans.items():
            tell(size)
            scratch = server.open(used[size]) if size in used else server.create(size, like=EMPTY)
            stack.callback(scratch.connection.close)
            work = use if size in used else populate
            filled[size] = work(scratch, plan, today)
        yield Setting(filled, times, today, **wanted)


def populate(scratch: Scratch, plan: Plan, today: date) -> Filled:
    with scratch.use():
        counts = make_example(plan, today=today, processes=processors())
        clients = people()
    scratch.refresh_statistics()
    with scratch.use():
        build(today)
    return Filled(scratch, counts, clients)


def use(scratch: Scratch, plan: Plan, today: date) -> Filled:
    """A database as an earlier run or `make_example` left it, brought to this version."""
    with scratch.use() as connection:
        call_command("migrate", verbosity=0)
        clients = people()
        now = rule_now()
        if not ParkSums.objects.filter(rule=now.rule, lists=now.lists).exists():
            build(today)
            scratch.refresh_statistics()
        counts = estimated_counts(connection)
    return Filled(scratch, counts, clients)


def people() -> dict[str, Client]:
    install_roles()
    mark_needle()
    return {MANAGER: signed_in(MANAGER), ADMINISTRATOR: signed_in(ADMINISTRATOR)}


def estimated_counts(connection) -> dict[str, int]:
    """About how many rows there are of each model, as PostgreSQL's housekeeping knows; counted
    where it has not been yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples::bigint FROM pg_class WHERE relkind = 'r'")
        rows = dict(cursor.fetchall())
    estimated = {model: rows.get(model._meta.db_table, 0) for model in apps.get_models()}
    return {
        model.__name__: model._base_manager.count() if estimate < 0 else estimate
        for model, estimate in estimated.items()
    }


def mark_needle() -> None:
    title = Title.objects.filter(park__home_zone__key=ZONE).order_by("pk").first()
    Title.objects.filter(pk=title.pk).update(document_no=NEEDLE)


def signed_in(name: str) -> Client:
    rights = dict.fromkeys(("is_superuser", "is_staff"), name == ADMINISTRATOR)
    user, _made = User.objects.get_or_create(username=name, defaults=rights)
    if name == MANAGER:
        grant(user, roles.MANAGER, zone=Zone.objects.get(key=ZONE))
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client
