"""Data folders of sites on SQLite with their people, copied from one that is made once."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.served import new_database


def new_sqlite(folder: Path) -> dict[str, str]:
    """A new data folder as `sqlite_site`; the variable that names it."""
    shutil.copytree(sqlite_site(), folder)
    return {"ZONETRACK_DATA_DIR": str(folder)}


@cache
def sqlite_site() -> Path:
    """A folder with what `new_database` makes, which is copied and gone with the process."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    new_database({"ZONETRACK_DATA_DIR": folder.name})
    return Path(folder.name)
