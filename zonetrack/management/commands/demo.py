import logging
import socket
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import get_internal_wsgi_application, run
from django.db import connection
from django.utils import timezone

from zonetrack.sample import demo
from zonetrack.sample.progress_bar import Bar

HOST = "127.0.0.1"
# Known to everybody, for accounts that only this machine can reach.
PASSWORD = "zonetrack-demo"
TRY = [
    "As reader, open the example zone, click any number and see the records behind it.",
    "As manager, choose “Enter data” and add an R&D center with a recognition of this year; "
    "the dashboard counts it at once.",
    "As official, open the Xining zone's year 2012: the figures of a newspaper article, "
    "with their source, and “3 of 14”.",
    "As staff, choose “Enter data” and “Yearly figures”: enter your park's year in the table, "
    "or download the template and import it; submit, and approve it as manager.",
]


class Command(BaseCommand):
    help = (
        "Shows ZoneTrack with sample data, in a database of its own: makes it, prints the "
        "accounts and serves the pages on this machine."
    )
    # Checks and migrations are looked at only where the data is made.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="port of the pages (8000)")
        parser.add_argument(
            "--password", default=PASSWORD, help=f"password of all accounts ({PASSWORD})"
        )
        parser.add_argument("--no-server", action="store_true", help="only make the data")
        parser.add_argument("--no-progress-bar", action="store_true")

    def handle(self, *args, **options):
        file = demo_file()
        port = options["port"]
        if not options["no_server"]:
            refuse_taken(port)
        self.prepare(file, options)
        demo.set_passwords(options["password"])
        self.tell_what_to_try(port, options["password"])
        if not options["no_server"]:
            self.serve(port)

    def prepare(self, file: Path, options):
        """Make the data, unless the file has it already."""
        version = demo.version_of(settings.BASE_DIR, timezone.localdate())
        try:
            state = demo.state_of(file)
        except demo.NotTheDemo as error:
            raise CommandError(
                f"{file} is not a database that the demo made. Nothing was changed. "
                "Move the file away, or set ZONETRACK_DATA_DIR to another folder."
            ) from error
        if state == version:
            return
        if state:
            self.stdout.write("The sample data is of another version or year; it is made anew.")
        connection.close()
        demo.remove(file)
        demo.mark(file, 0)
        shown = options["verbosity"] >= 1 and not options["no_progress_bar"]
        bar = Bar(self.stderr, shown=shown)
        self.stdout.write("Making the demo's database; this takes less than a minute …")
        bar("tables", 0, 4)
        make_tables()
        demo.load_demo(now=timezone.localtime(), tell=lambda part, done, _n: bar(part, done + 1, 4))
        bar.clear()
        connection.close()
        demo.mark(file, version)

    def tell_what_to_try(self, port: int, password: str):
        width = max(map(len, demo.ACCOUNTS))
        lines = [
            f"Open      http://{HOST}:{port}/",
            f"Password  {password}   (the same for all accounts)",
            "Accounts",
            *(f"  {name:{width}}  {what}" for name, what in demo.ACCOUNTS.items()),
            "Try",
            *(f"  {number}. {what}" for number, what in enumerate(TRY, start=1)),
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.write(
            self.style.SUCCESS(f"ready accounts={len(demo.ACCOUNTS)} database={demo_file()}")
        )

    def serve(self, port: int):
        # This also sets up logging, so it comes first.
        application = get_internal_wsgi_application()
        # A line for every request would push the password off the screen.
        logging.getLogger("django.server").setLevel(logging.WARNING)
        self.stdout.write("Stop with Ctrl-C.")
        self.stdout.flush()
        try:
            run(HOST, port, application, threading=True)
        except OSError as error:
            raise CommandError(taken(port)) from error
        except KeyboardInterrupt:
            self.stdout.write("")


def make_tables() -> None:
    """The tables as the models describe them, and all migrations noted as applied.

    Applying them one by one takes ten times as long, and the demo never migrates: where tables
    have changed, it is made anew.
    """
    quietly = {"verbosity": 0, "interactive": False, "skip_checks": True}
    modules = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    try:
        call_command("migrate", run_syncdb=True, **quietly)
    finally:
        settings.MIGRATION_MODULES = modules
    call_command("migrate", fake=True, **quietly)


def demo_file() -> Path:
    """The demo's database file; refuses to work on any other database."""
    if not settings.DEMO:
        raise CommandError(
            "The demo works on a database of its own and on no other. "
            "Start it with: python3 manage.py demo"
        )
    return Path(settings.DATABASES["default"]["NAME"])


def refuse_taken(port: int) -> None:
    if not 1 <= port <= 65_535:
        raise CommandError(f"--port is {port}; it must lie between 1 and 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise CommandError(
                f"Port {port} needs special rights. Choose one above 1023."
            ) from error
        except OSError as error:
            raise CommandError(taken(port)) from error


def taken(port: int) -> str:
    return (
        f"Port {port} is taken by another program. Choose another one, for example: "
        f"python3 manage.py demo --port {port + 1 if port < 65_535 else 8001}"
    )
