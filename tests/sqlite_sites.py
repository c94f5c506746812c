"""Data folders of sites on SQLite with their people, copied from one that is made once."""

import atexit
import shutil
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from tests.served import new_database


def new_sqlite(folder: Path) -> dict[str, str]:
    """A new data folder as `sqlite_site`; the variable that names it."""
    shutil.copytree(sqlite_site(), folder)
    return {"ZONETRACK_DATA_DIR": str(folder)}


def asker(folder: Path):
    """A function that answers the rows of a statement."""

    def ask(statement: str) -> list[tuple]:
        with closing(sqlite3.connect(folder / "zonetrack.sqlite3")) as own:
            return own.execute(statement).fetchall()

    return ask


@cache
def sqlite_site() -> Path:
    """A folder with what `new_database` makes, which is copied and gone with the process."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    new_database({"ZONETRACK_DATA_DIR": folder.name})
    return Path(folder.name)
