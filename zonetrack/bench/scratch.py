"""Databases of the benchmark's own, which stand in for the configured one while they are used."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from copy import deepcopy
from pathlib import Path
from time import perf_counter, process_time

import psycopg2
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import load_backend
from psycopg2 import sql
from psycopg2.extensions import parse_dsn

from zonetrack.settings import database_named, postgresql_settings, sqlite_settings


class Scratch:
    """One database. `use` makes every query of the block go there, and nowhere else."""

    def __init__(self, config: dict):
        full = connections.configure_settings({DEFAULT_DB_ALIAS: deepcopy(config)})
        config = full[DEFAULT_DB_ALIAS]
        # SQLite works in this process, whose own time says what a page costs however busy the
        # machine is. A server's work is seen only by the clock on the wall.
        self.clock = process_time if config["ENGINE"].endswith("sqlite3") else perf_counter
        self.connection = load_backend(config["ENGINE"]).DatabaseWrapper(config, DEFAULT_DB_ALIAS)

    @contextmanager
    def use(self) -> Iterator:
        configured = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = self.connection
        ContentType.objects.clear_cache()
        try:
            yield self.connection
        finally:
            connections[DEFAULT_DB_ALIAS] = configured
            ContentType.objects.clear_cache()

    def refresh_statistics(self) -> None:
        """What PostgreSQL's own housekeeping does sooner or later; SQLite has none."""
        if self.connection.vendor == "postgresql":
            with self.connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")


class SqliteFiles:
    """Scratch databases as files of one folder."""

    name = "sqlite"

    def __init__(self, folder: Path):
        self.folder = folder

    def create(self, name: str, like: str = "") -> Scratch:
        """A new database, empty or a copy of another one that is not in use."""
        if like:
            shutil.copyfile(self.file(like), self.file(name))
        config = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(self.file(name))}
        return Scratch(config | sqlite_settings(config))

    def drop(self, name: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.file(name)}{suffix}").unlink(missing_ok=True)

    def where(self, name: str) -> str:
        return str(self.file(name))

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite3"


class PostgresqlServer:
    """Scratch databases on a server where the user of the address may create some."""

    name = "postgresql"

    def __init__(self, url: str):
        self.address = parse_dsn(url)
        # Without a name, libpq would look for a database called like the user.
        self.address.setdefault("dbname", "postgres")

    def create(self, name: str, like: str = "") -> Scratch:
        template = sql.SQL(" TEMPLATE {}").format(self.label(like)) if like else sql.SQL("")
        self.execute(sql.SQL("CREATE DATABASE {}").format(self.label(name)) + template)
        given = {key: self.address.get(key, "") for key in ("user", "password", "host", "port")}
        config = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.where(name),
            **{key.upper(): value for key, value in given.items()},
        }
        return Scratch(config | postgresql_settings(config))

    @staticmethod
    def open(url: str) -> Scratch:
        """A database that is there already, and stays."""
        return Scratch(database_named(url))

    def drop(self, name: str) -> None:
        self.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(self.label(name)))

    def where(self, name: str) -> str:
        return f"zonetrack_bench_{os.getpid()}_{name}"

    def label(self, name: str) -> sql.Identifier:
        return sql.Identifier(self.where(name))

    def execute(self, statement: sql.Composable) -> None:
        with closing(psycopg2.connect(**self.address)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
