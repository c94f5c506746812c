"""Backups in tests: databases beside the tests' own, and files that were tampered with."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.db.utils import ConnectionHandler

from zonetrack.backups import archive
from zonetrack.backups.contents import Content, contents
from zonetrack.backups.making import KINDS, make_backup
from zonetrack.version import version

NOW = datetime(2025, 5, 1, 2, 3, 4, tzinfo=UTC)


def quiet(part: str, done: int, total: int) -> None:
    """Tells nobody how far it is."""


def run(command: str, *words, **options) -> str:
    out = StringIO()
    call_command(command, *words, stdout=out, stderr=out, **options)
    return out.getvalue()


def backed_up(file: Path, **told) -> archive.Manifest:
    return make_backup(connection, file, **{"at": NOW, "version": version(), "tell": quiet} | told)


def held(database=connection) -> dict[str, Content]:
    """What stands in every table."""
    with KINDS[database.vendor].snapshot(database) as reader:
        return contents(reader, quiet, "")


def repacked(file: Path, into: Path, **changes) -> Path:
    """The same backup with another manifest, which fits itself."""
    manifest = archive.read(file)
    dump = into.with_suffix(".dump")
    archive.unpack(file, manifest, dump)
    archive.pack(replace(manifest, **changes), dump, into)
    return into


def tampered(file: Path, into: Path, *, page=None, dump=None) -> Path:
    """The same zip with a changed manifest or dump, as somebody's tools would write it."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(into, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == archive.MANIFEST and page:
                content = json.dumps(page(json.loads(content))).encode()
            elif name != archive.MANIFEST and dump:
                content = dump(content)
            new.writestr(name, content)
    return into


@contextmanager
def another_database(tmp_path: Path, *, like_this: bool = False) -> Iterator:
    """A database of the same kind beside the tests' own, empty or as that one is."""
    if connection.vendor == "sqlite":
        file = tmp_path / "another.sqlite3"
        other = sqlite_database(file)
        try:
            yield other
        finally:
            other.close()
        return
    name, here = f"{connection.settings_dict['NAME']}_beside", connection.settings_dict["NAME"]
    template = f'TEMPLATE "{here}"' if like_this else ""
    on_the_server(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" {template}')
    other = connection.copy()
    other.settings_dict["NAME"] = name
    try:
        yield other
    finally:
        other.close()
        on_the_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def on_the_server(*statements: str) -> None:
    connection.close()
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def sqlite_database(file: Path):
    """A connection to a SQLite file that need not be there, as the product opens it."""
    engine = "django.db.backends.sqlite3"
    settings = {"ENGINE": engine, "NAME": str(file)} | {"OPTIONS": {"timeout": 20}}
    return ConnectionHandler({"default": settings})["default"]


def make_tables(database) -> None:
    """The tables of all models, as migrations make them."""
    with database.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)


@contextmanager
def as_default(database) -> Iterator[None]:
    """All models live in that database for a while."""
    settings, kept = connections.settings["default"], connections["default"]
    connections.settings["default"] = database.settings_dict
    connections["default"] = database
    try:
        yield
    finally:
        database.close()
        connections.settings["default"], connections["default"] = settings, kept
