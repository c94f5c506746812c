"""Where backups lie: room for them, their names, which are old."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from .contents import Refused

NAMED = re.compile(r"zonetrack-\d{8}T\d{6}Z\.zip")
WORK = ".zonetrack-unfinished-"
DAY = 24 * 3600
MARGIN = 20 * 1024 * 1024


def named(moment: datetime, before: str = "") -> str:
    """`moment` in UTC; `before` marks what `remove_older` leaves alone."""
    return f"zonetrack-{before}{moment:%Y%m%dT%H%M%SZ}.zip"


def target_file(place: Path, moment: datetime) -> Path:
    """The file to write: `place` itself if it ends in .zip, otherwise one in that folder."""
    file = place if place.suffix.lower() == ".zip" and not place.is_dir() else place / named(moment)
    refuse_existing(file)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"The folder {file.parent} cannot be made: {error.strerror}.") from error
    return file


def refuse_existing(file: Path) -> None:
    if os.path.lexists(file):
        raise Refused(f"{file} exists already. Backups are never overwritten; name another file.")


def refuse_without_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + MARGIN:
        raise Refused(
            f"{folder} has {megabytes(free)} free; about {megabytes(needed + MARGIN)} are needed."
        )


def megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"


@contextmanager
def working_folder(folder: Path) -> Iterator[Path]:
    """A folder for what is not finished, on the same disk and for its owner alone."""
    for left in folder.glob(f"{WORK}*"):
        # Of a run that was killed.
        if time.time() - left.stat().st_mtime > DAY:
            shutil.rmtree(left, ignore_errors=True)
    try:
        made = tempfile.TemporaryDirectory(prefix=WORK, dir=folder, ignore_cleanup_errors=True)
    except OSError as error:
        raise Refused(f"Nothing can be written in {folder}: {error.strerror}.") from error
    with made as name:
        yield Path(name)


def settle(folder: Path) -> None:
    """What was named in a folder keeps its name when the power fails, where the disk can do so."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def remove_older(made: Path, keep: int) -> int:
    """Remove all but the newest backups beside the one just made; how many went.

    Names that lie ahead of it come from a clock that was wrong, then or now: they are older.
    """
    files = [file for file in made.parent.iterdir() if NAMED.fullmatch(file.name)]
    files.sort(key=lambda file: (file.name <= made.name, file.name))
    for file in files[:-keep]:
        file.unlink()
    return max(len(files) - keep, 0)
