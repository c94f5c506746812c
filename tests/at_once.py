"""Several people at once: each in a thread with a connection of its own, on either database."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections


@contextmanager
def in_a_file(path: Path) -> Iterator[None]:
    """SQLite as it is run: a copy of the tests' database in a file, for all threads.

    The tests' own lies in memory, where a second connection is refused instead of made to wait.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    settings, kept = connections.settings["default"], connections["default"]
    connections.settings["default"] = settings | {"NAME": str(path)}
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"], connections["default"] = settings, kept


def at_once(*works: Callable) -> list:
    """What each of them answers, all begun at the same time; its exception where it raises one."""

    def run(work):
        try:
            return work()
        except Exception as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))
