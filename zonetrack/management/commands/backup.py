from pathlib import Path
from time import monotonic

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, OperationalError, connection
from django.utils import timezone

from zonetrack.backups.contents import Refused
from zonetrack.backups.folders import megabytes, remove_older, target_file
from zonetrack.backups.making import make_backup, note
from zonetrack.sample.progress_bar import Bar
from zonetrack.version import version


class Command(BaseCommand):
    help = (
        "Writes everything into one file, while the site is in use: the database, the files that "
        "people handed in, and a list of all tables with hashes. Only its owner can read it."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "place",
            nargs="?",
            type=Path,
            metavar="FILE|FOLDER",
            help="a file that ends in .zip, or a folder (the folder backups in the data folder)",
        )
        parser.add_argument(
            "--keep", type=int, metavar="N", help="remove all but the newest N of that folder"
        )
        parser.add_argument("--no-progress-bar", action="store_true")

    def handle(self, *args, **options):
        keep = options["keep"]
        if keep is not None and keep < 1:
            raise CommandError(f"--keep is {keep}; it must be at least 1.")
        begun, at = monotonic(), timezone.now()
        bar = Bar(self.stderr, shown=options["verbosity"] >= 1 and not options["no_progress_bar"])
        place = (options["place"] or settings.DATA_DIR / "backups").absolute()
        try:
            file = target_file(place, at)
            manifest = make_backup(connection, file, at=at, version=version(), tell=bar)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        except OperationalError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        finally:
            bar.clear()
        try:
            note(file, manifest)
        except DatabaseError as error:
            self.stderr.write(f"The backup is whole, but the database did not note it: {error}")
        removed = remove_older(file, keep) if keep else 0
        self.stdout.write(
            f"{megabytes(file.stat().st_size)} in {monotonic() - begun:.1f} s; "
            "files that people handed in are in it, there is no other folder to keep"
        )
        told = f"backup={file} tables={len(manifest.tables)} rows={manifest.rows} removed={removed}"
        self.stdout.write(self.style.SUCCESS(told))
