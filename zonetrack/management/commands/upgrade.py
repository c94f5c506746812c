from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from zonetrack.backups.folders import named
from zonetrack.sums import counters
from zonetrack.version import version


@dataclass
class Step:
    title: str
    run: Callable[[], None]
    # Why there is nothing to do; empty where there is.
    needless: str = ""


class Command(BaseCommand):
    help = (
        "Brings an installation to this version of the code: writes a backup, brings the tables "
        "up to date, collects the files of the pages, checks the settings, adds up sums anew where "
        "they differ, and verifies the published editions. Stops at the first step that fails and "
        "says how to go back. Stop the site first. May be run again: it then changes nothing."
    )
    # Settings are checked as a step of their own, and the tables may be of another version.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--backup-folder",
            type=Path,
            metavar="FOLDER",
            help="where the backup is put (the folder backups in the data folder)",
        )
        parser.add_argument("--no-backup", action="store_true", help="there is one already")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args, **options):
        self.backup: Path | None = None
        try:
            pending, empty = pending_migrations(), not connection.introspection.table_names()
        except DatabaseError as error:
            raise CommandError(f"The database cannot be read: {error} Nothing was done.") from error
        steps = self.steps(pending, empty, options)
        for number, step in enumerate(steps, 1):
            said = f" - {step.needless}" if step.needless else ""
            self.stdout.write(
                self.style.MIGRATE_HEADING(f"{number}/{len(steps)} {step.title}{said}")
            )
            if not (step.needless or options["dry_run"]):
                self.run(step)
        if options["dry_run"]:
            for name in pending:
                self.stdout.write(f"would change the tables: {name}")
            self.stdout.write("Nothing was done.")
            return
        told = f"version={version()} migrations={len(pending)} backup={self.backup or 'none'}"
        self.stdout.write(self.style.SUCCESS(told))

    def steps(self, pending: list[str], empty: bool, options) -> list[Step]:
        return [
            Step(
                "Backup",
                lambda: self.back_up(options["backup_folder"]),
                why_no_backup(pending, empty, options),
            ),
            Step(
                f"Tables, {len(pending)} steps",
                self.bring_tables_up,
                "" if pending else "they are of this version",
            ),
            Step(
                "Files of the pages",
                lambda: self.call("collectstatic", interactive=False),
                "" if settings.STATIC_ROOT else "served from where they lie",
            ),
            Step("Settings", lambda: self.call("check", deploy=True, fail_level="WARNING")),
            Step("Sums", lambda: self.call("check_sums", repair=True)),
            Step("Published editions", lambda: self.call("verify_editions")),
        ]

    def call(self, command: str, *words, **options) -> None:
        call_command(command, *words, stdout=self.stdout, stderr=self.stderr, **options)

    def back_up(self, folder: Path | None) -> None:
        folder = (folder or settings.DATA_DIR / "backups").absolute()
        file = folder / named(timezone.now(), "before-upgrade-")
        self.call("backup", str(file), no_progress_bar=True)
        self.backup = file

    def bring_tables_up(self) -> None:
        self.call("migrate", interactive=False)
        # They may come from a backup that is older than the pages which browsers keep.
        counters.begin_anew()

    def run(self, step: Step) -> None:
        try:
            step.run()
        except (Exception, SystemExit) as error:
            reason = str(error).strip() or type(error).__name__
            sentence = f"Stopped at the step “{step.title}”: {reason}\n{self.way_back()}"
            raise CommandError(sentence) from error

    def way_back(self) -> str:
        if not self.backup:
            return "Nothing was changed, or what was is safe to do again: mend this, run it again."
        return (
            "Mend this and run it again with --no-backup; what is done stays done. To go back "
            "instead, put the code of the version before in its place, and run there: "
            f"manage.py restore {self.backup} --replace, then manage.py collectstatic --no-input"
        )


def why_no_backup(pending: list[str], empty: bool, options) -> str:
    if empty:
        return "not needed, as the database is empty"
    if not pending:
        return "not needed, as the tables stay as they are"
    return "left out, as --no-backup says" if options["no_backup"] else ""


def pending_migrations() -> list[str]:
    """The migrations that the tables lack, by name, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
