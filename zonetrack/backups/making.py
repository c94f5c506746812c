"""Making a backup: one file that is whole or not there."""

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from . import postgresql, sqlite
from .archive import DUMPS, Manifest, hash_of_file, pack
from .contents import Refused, Tell
from .folders import refuse_existing, refuse_without_room, settle, working_folder

KINDS = {"sqlite": sqlite, "postgresql": postgresql}


def make_backup(connection, file: Path, *, at: datetime, version: str, tell: Tell) -> Manifest:
    """Write everything saved before now into `file`, while others go on saving.

    Raises Refused for what cannot be done; then nothing is left in the folder.
    """
    kind = connection.vendor
    refuse_existing(file)
    refuse_without_room(file.parent, room_needed(connection))
    try:
        with working_folder(file.parent) as folder:
            dump, packed = folder / DUMPS[kind], folder / "packed"
            found, applied = KINDS[kind].copy(connection, dump, tell)
            manifest = Manifest(
                version=version,
                database=kind,
                taken_at=at.astimezone(UTC).isoformat(timespec="seconds"),
                migrations=applied,
                tables=found,
                dump=dump.name,
                dump_size=dump.stat().st_size,
                dump_sha256=hash_of_file(dump),
            )
            tell("packing", 0, 1)
            pack(manifest, dump, packed)
            put_in_place(packed, file)
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror or error}.") from error
    except sqlite3.Error as error:
        raise Refused(f"The database cannot be read: {error}.") from error
    return manifest


def room_needed(connection) -> int:
    """Bytes for the copy and the packed file, which is smaller than the database."""
    if connection.vendor == "sqlite":
        return 2 * sqlite.size(connection)
    return postgresql.size(connection)


def put_in_place(packed: Path, file: Path) -> None:
    """Give the finished file its name, unless somebody else has taken it meanwhile."""
    try:
        os.link(packed, file)
    except FileExistsError:
        refuse_existing(file)
    except OSError:
        # A disk without links.
        refuse_existing(file)
        packed.rename(file)
    settle(file.parent)


def note(file: Path, manifest: Manifest) -> None:
    """Keep in the database that there is a backup, for those who watch over the server."""
    # The commands need no models until here, so that they work on tables of any version.
    from .models import Backup

    Backup.objects.create(
        taken_at=manifest.moment,
        file=file.name[-255:],
        size=file.stat().st_size,
        checksum=hash_of_file(file),
        rows=manifest.rows,
    )
