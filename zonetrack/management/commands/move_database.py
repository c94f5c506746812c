import os
from pathlib import Path
from time import monotonic

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler

from zonetrack.backups.contents import Refused
from zonetrack.backups.moving import move
from zonetrack.sample.progress_bar import Bar
from zonetrack.settings import database_named


class Command(BaseCommand):
    help = (
        "Copies everything from the SQLite database into an empty PostgreSQL one, compares all "
        "tables, and leaves the SQLite database as it is. Stop the site first."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--to",
            metavar="URL",
            help="the target: postgres://user:password@host:5432/name. Other users of the machine "
            "can read what stands here; with a password, use --to-file or ZONETRACK_MOVE_TO",
        )
        parser.add_argument("--to-file", type=Path, metavar="FILE", help="a file with that address")
        parser.add_argument("--no-progress-bar", action="store_true")

    def handle(self, *args, **options):
        begun = monotonic()
        bar = Bar(self.stderr, shown=options["verbosity"] >= 1 and not options["no_progress_bar"])
        target = target_of(address(options))
        try:
            target.ensure_connection()
            found = move(connection, target, bar)
        except OperationalError as error:
            raise CommandError(f"The target cannot be reached: {error}") from error
        except Refused as refusal:
            bar.clear()
            raise CommandError(str(refusal)) from refusal
        finally:
            bar.clear()
            target.close()
        rows = sum(content.rows for content in found.values())
        self.stdout.write(
            f"All tables are equal hash for hash, after {monotonic() - begun:.1f} s. "
            "Now set DATABASE_URL to the target and start the site. The SQLite file is as it was."
        )
        self.stdout.write(self.style.SUCCESS(f"moved={len(found)} rows={rows}"))


def address(options) -> str:
    if file := options["to_file"]:
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
    found = options["to"] or os.environ.get("ZONETRACK_MOVE_TO", "")
    if not found:
        raise CommandError("Name the target: --to, --to-file or ZONETRACK_MOVE_TO.")
    return found


def target_of(url: str):
    try:
        return ConnectionHandler({"default": database_named(url)})["default"]
    except ImproperlyConfigured as error:
        raise CommandError("The address of the target cannot be read.") from error
