"""Putting a backup in the place of the database, after everything was checked."""

import sqlite3
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

from . import sqlite
from .archive import Manifest, read, unpack
from .contents import Reader, Refused, Tell, is_empty, quoted
from .folders import refuse_without_room, working_folder
from .making import KINDS

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def checked(file: Path, connection, version: str) -> Manifest:
    """What a backup holds, if it fits this version and this kind of database."""
    manifest = read(file)
    unknown = sorted(set(manifest.migrations) - known_migrations())
    if numbers(manifest.version) > numbers(version) or unknown:
        what = f" Unknown migrations: {', '.join(unknown)}." if unknown else ""
        raise Refused(
            f"{file} was made by ZoneTrack {manifest.version}, which is newer than this one "
            f"({version}) or has other parts.{what} Install that version first."
        )
    if manifest.database != connection.vendor:
        theirs, ours = NAMES.get(manifest.database, manifest.database), NAMES[connection.vendor]
        raise Refused(
            f"{file} is a backup of {theirs}, and DATABASE_URL names {ours}. Restore it into "
            f"{theirs}; move_database goes from SQLite to PostgreSQL."
        )
    return manifest


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


def known_migrations() -> set[str]:
    """The migrations of this version and of its packages, those replaced by one included."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {f"{app}.{name}" for app, name in loader.disk_migrations}


def what_is_there(connection) -> tuple[bool, list[str]]:
    """Whether nobody has entered anything yet; the keys of the zones there."""
    if connection.vendor == "sqlite" and not sqlite.has_file(connection):
        return True, []
    try:
        with KINDS[connection.vendor].snapshot(connection) as reader:
            return is_empty(reader), zones(reader)
    except sqlite3.DatabaseError as error:
        raise Refused(
            f"{sqlite.database_file(connection)} is harmed or no database ({error}). Move it away "
            "and start again."
        ) from error


def zones(reader: Reader) -> list[str]:
    if "enterprises_zone" not in reader.tables():
        return []
    [keys] = reader.one(f"SELECT {reader.joined(quoted('key'))} FROM enterprises_zone")
    return sorted((keys or "").split())


def restore(file: Path, manifest: Manifest, connection, *, folder: Path, tell: Tell) -> None:
    """Put the backup in the place of everything; `folder` is for the dump while it is read.

    Raises Refused for what cannot be done; then the database is as it was.
    """
    refuse_without_room(folder, 2 * manifest.dump_size)
    try:
        with working_folder(folder) as work:
            dump = work / "dump"
            tell("unpacking", 0, 1)
            unpack(file, manifest, dump)
            KINDS[connection.vendor].put(dump, connection, manifest.tables, tell)
    except OSError as error:
        raise Refused(f"The backup cannot be restored: {error.strerror or error}.") from error
