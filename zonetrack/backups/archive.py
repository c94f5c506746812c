"""The file of a backup: a zip with the dump and, before it, a page that says what it holds."""

import json
import os
import shutil
import zipfile
import zlib
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from .contents import Content, Refused

FORMAT = "zonetrack-backup"
# Rises when older versions of the product could not read the file.
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
DUMPS = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    version: str
    database: str
    # ISO 8601, UTC; everything that was saved before is in the backup.
    taken_at: str
    # As "app.name".
    migrations: list[str]
    tables: dict[str, Content]
    dump: str
    dump_size: int
    dump_sha256: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)

    @property
    def rows(self) -> int:
        return sum(content.rows for content in self.tables.values())


def written(manifest: Manifest) -> bytes:
    """The page as JSON, with a hash of itself, so that an edited one is noticed."""
    tables = {name: found._asdict() for name, found in manifest.tables.items()}
    page = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        **asdict(manifest),
        "tables": tables,
        "media": "Files that people handed in are rows of the database.",
    }
    page["sha256"] = hash_of(page)
    return json.dumps(page, indent=1, ensure_ascii=False).encode()


def hash_of(page: dict) -> str:
    rest = {name: value for name, value in page.items() if name != "sha256"}
    return sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def pack(manifest: Manifest, dump: Path, into: Path) -> None:
    """Write the file, for its owner alone, through to the disk."""
    # A dump of PostgreSQL is compressed already.
    way = zipfile.ZIP_DEFLATED if manifest.database == "sqlite" else zipfile.ZIP_STORED
    handle = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        with zipfile.ZipFile(file, "w", way, compresslevel=1) as archive:
            archive.writestr(MANIFEST, written(manifest))
            with (
                dump.open("rb") as source,
                archive.open(manifest.dump, "w", force_zip64=True) as to,
            ):
                shutil.copyfileobj(source, to, CHUNK)
        file.flush()
        os.fsync(file.fileno())


def hash_of_file(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def read(file: Path) -> Manifest:
    """What a backup says of itself. Raises Refused for what is no backup or is not whole."""
    try:
        with zipfile.ZipFile(file) as archive:
            page = json.loads(archive.read(MANIFEST))
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror or error}.") from error
    except (zipfile.BadZipFile, EOFError) as error:
        raise Refused(f"{file} is no backup of ZoneTrack, or its end is missing.") from error
    except (KeyError, ValueError, RuntimeError, NotImplementedError, zlib.error) as error:
        raise Refused(f"{file} is no backup of ZoneTrack.") from error
    if not isinstance(page, dict) or page.get("format") != FORMAT:
        raise Refused(f"{file} is no backup of ZoneTrack.")
    if page.get("format_version") != FORMAT_VERSION:
        raise Refused(
            f"{file} was made by a newer version of ZoneTrack ({page.get('version')}). "
            "Install that version first."
        )
    if page.get("sha256") != hash_of(page):
        raise Refused(f"{file} was changed after it was made: {MANIFEST} is not what was written.")
    fields = {name: page[name] for name in Manifest.__dataclass_fields__}
    return Manifest(**fields | {"tables": {k: Content(**v) for k, v in page["tables"].items()}})


def unpack(file: Path, manifest: Manifest, into: Path) -> None:
    """Write the dump to a file of its own. Raises Refused where it is not the one packed."""
    digest = sha256()
    harmed = f"{file} is harmed or was changed after it was made: its dump is not what was written."
    try:
        with (
            zipfile.ZipFile(file) as archive,
            archive.open(manifest.dump) as source,
            os.fdopen(os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target,
        ):
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
    except (KeyError, zipfile.BadZipFile, EOFError, ValueError, zlib.error) as error:
        raise Refused(harmed) from error
    if digest.hexdigest() != manifest.dump_sha256:
        raise Refused(harmed)
