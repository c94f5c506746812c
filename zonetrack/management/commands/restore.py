from pathlib import Path
from time import monotonic

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import timezone

from zonetrack.backups import sqlite
from zonetrack.backups.contents import Refused, last_change
from zonetrack.backups.folders import named, target_file
from zonetrack.backups.making import KINDS, make_backup
from zonetrack.backups.restoring import checked, restore, what_is_there
from zonetrack.sample.progress_bar import Bar
from zonetrack.sums import counters
from zonetrack.version import version


class Command(BaseCommand):
    help = (
        "Puts a backup into an empty database, or with --replace in the place of what is there. "
        "The backup is checked before anything is touched. Stop the site first."
    )
    # The tables may be of another version, or not there.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--replace", action="store_true", help="also where there is data; it is backed up first"
        )
        parser.add_argument(
            "--before",
            type=Path,
            metavar="FOLDER",
            help="where what is there is backed up first (the folder backups in the data folder)",
        )
        parser.add_argument(
            "--no-input", action="store_false", dest="ask", help="ask nothing; needs --yes"
        )
        parser.add_argument("--yes", action="store_true", help="with --no-input: replace")
        parser.add_argument(
            "--no-migrate",
            action="store_true",
            help="leave the tables of an older version; the upgrade must follow at once",
        )
        parser.add_argument("--no-progress-bar", action="store_true")

    def handle(self, *args, **options):
        begun = monotonic()
        bar = Bar(self.stderr, shown=options["verbosity"] >= 1 and not options["no_progress_bar"])
        file = options["file"].absolute()
        try:
            manifest = checked(file, connection, version())
            empty, zones = what_is_there(connection)
            if not empty:
                self.refuse_unasked(zones, options)
                self.back_up(options, bar)
            restore(file, manifest, connection, folder=self.work_folder(), tell=bar)
        except Refused as refusal:
            bar.clear()
            raise CommandError(f"{refusal} The data is as it was.") from refusal
        except OperationalError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        finally:
            bar.clear()
        if not options["no_migrate"]:
            self.migrate(options)
        self.tell_what_is_there(manifest, monotonic() - begun)

    def refuse_unasked(self, zones: list[str], options) -> None:
        if not options["replace"]:
            raise CommandError(
                "There is data in this database. To put the backup in its place, add --replace; "
                "what is there is backed up first. Nothing was changed."
            )
        if not options["ask"]:
            if not options["yes"]:
                raise CommandError("--no-input needs --yes to replace data. Nothing was changed.")
            return
        wanted = zones[0] if zones else "replace"
        what = f"zones: {', '.join(zones[:5])}" if zones else "no zone, but accounts"
        self.stdout.write(f"This database holds data ({what}). All of it will be replaced.")
        try:
            written = input(f"Stop the site. To go on, write {wanted}: ").strip()
        except EOFError as error:
            raise CommandError(
                "Nobody answers here; in scripts use --no-input --yes. Nothing was changed."
            ) from error
        if written != wanted:
            raise CommandError("Nothing was changed.")

    def back_up(self, options, bar) -> None:
        at = timezone.now()
        folder = (options["before"] or settings.DATA_DIR / "backups").absolute()
        file = target_file(folder / named(at, "before-restore-"), at)
        make_backup(connection, file, at=at, version=version(), tell=bar)
        bar.clear()
        self.stdout.write(f"What was there is kept in {file}")

    def work_folder(self) -> Path:
        if connection.vendor == "sqlite":
            # The finished file is renamed, which works on one disk only.
            return sqlite.database_file(connection).absolute().parent
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        return settings.DATA_DIR

    def migrate(self, options) -> None:
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        counters.begin_anew()

    def tell_what_is_there(self, manifest, seconds: float) -> None:
        with KINDS[connection.vendor].snapshot(connection) as reader:
            change = last_change(reader)
        self.stdout.write(
            f"Restored from the backup of {manifest.taken_at}, made by version {manifest.version}, "
            f"in {seconds:.1f} s. All tables are equal hash for hash to the backup's."
        )
        self.stdout.write(f"Last change: {change + ' UTC' if change else 'none'}")
        self.stdout.write("Start the site again, and run verify_editions to check the editions.")
        told = f"restored={len(manifest.tables)} rows={manifest.rows}"
        self.stdout.write(self.style.SUCCESS(told))
