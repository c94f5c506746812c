import re
from dataclasses import dataclass, field
from getpass import getpass
from pathlib import Path

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from enterprises.models import Park, Zone, ZonePark
from zonetrack import writing
from zonetrack.access import roles
from zonetrack.access.grants import grant, install_roles
from zonetrack.access.models import User
from zonetrack.records import FIRST_YEAR, LAST_YEAR
from zonetrack.reference_lists import load_reference_lists
from zonetrack.settings import text
from zonetrack.years.models import ReportingYear

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
REASON = "Installation"


@dataclass
class Wanted:
    """What the first zone is to be. Parks are (key, name in English, name in Chinese)."""

    zone_key: str
    name_en: str
    name_zh: str
    year: int
    manager: str
    email: str = ""
    password: str = ""
    parks: list[tuple[str, str, str]] = field(default_factory=list)


class Command(BaseCommand):
    help = (
        "Sets up an installation: reference lists, roles, the first zone with its parks, its "
        "reporting year and its manager. Asks for what is given neither as an option nor in the "
        "environment. May be run again: what is there stays as it is."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--zone", metavar="KEY", help="short name in addresses [ZONETRACK_ZONE]"
        )
        parser.add_argument("--name-en", help="the zone's name in English [ZONETRACK_ZONE_NAME_EN]")
        parser.add_argument("--name-zh", help="the zone's name in Chinese [ZONETRACK_ZONE_NAME_ZH]")
        parser.add_argument(
            "--park",
            action="append",
            metavar="KEY:ENGLISH:CHINESE",
            help="a park; may be repeated [ZONETRACK_PARKS, separated by semicolons]",
        )
        parser.add_argument("--year", help="reporting year [ZONETRACK_YEAR; else this year]")
        parser.add_argument("--manager", help="the manager's user name [ZONETRACK_MANAGER]")
        parser.add_argument("--email", help="the manager's e-mail [ZONETRACK_MANAGER_EMAIL]")
        parser.add_argument(
            "--password-file",
            help="file with the manager's password "
            "[ZONETRACK_MANAGER_PASSWORD or ZONETRACK_MANAGER_PASSWORD_FILE]",
        )
        parser.add_argument(
            "--no-input", "--noinput", action="store_false", dest="ask", help="ask nothing"
        )

    def handle(self, *args, **options):
        refuse_without_tables()
        self.ask_for = options["ask"]
        wanted = self.collect(options)
        with transaction.atomic():
            counts = set_up(wanted)
        self.stdout.write(" ".join(f"{name}={n}" for name, n in counts.items()))
        self.stdout.write(
            self.style.SUCCESS(
                f"The zone “{wanted.zone_key}” is ready; {wanted.manager} may sign in."
            )
        )
        if not User.objects.filter(is_superuser=True).exists():
            self.stdout.write(
                "There is no administrator yet. Create one with: python manage.py createsuperuser"
            )

    def collect(self, options) -> Wanted:
        key = self.get(options["zone"], "ZONE", "Short name of the zone in addresses", check_key)
        if Zone.objects.filter(key=key).exists():
            name_en = name_zh = ""
        else:
            name_en = self.get(options["name_en"], "ZONE_NAME_EN", "Name in English", optional=True)
            name_zh = self.get(options["name_zh"], "ZONE_NAME_ZH", "Name in Chinese", optional=True)
            if not (name_en or name_zh):
                raise CommandError("Give the zone a name: --name-en, --name-zh or both.")
        wanted = Wanted(
            zone_key=key,
            name_en=name_en,
            name_zh=name_zh,
            parks=self.parks(options),
            year=int(
                self.get(
                    options["year"],
                    "YEAR",
                    "Reporting year",
                    check_year,
                    default=str(timezone.localdate().year),
                )
            ),
            manager=self.get(options["manager"], "MANAGER", "User name of the manager", check_user),
        )
        if not wanted.parks and not Park.objects.filter(home_zone__key=key).exists():
            raise CommandError("Give the zone at least one park: --park or ZONETRACK_PARKS.")
        if not User.objects.filter(username=wanted.manager).exists():
            wanted.email = self.get(
                options["email"], "MANAGER_EMAIL", "E-mail", check_email, optional=True
            )
            wanted.password = self.password(options["password_file"], wanted)
        return wanted

    def get(self, given, variable, question, check=None, *, default="", optional=False) -> str:
        """From the option, else the environment, else by asking; a wrong answer is asked again."""
        value = (given or text(f"ZONETRACK_{variable}")).strip()
        if value or not self.ask_for:
            value = value or default
            if not value and not optional:
                raise CommandError(f"{question}: missing. Set ZONETRACK_{variable} or the option.")
            return checked(value, check)
        while True:
            hint = f" [{default}]" if default else " (may stay empty)" if optional else ""
            value = input(f"{question}{hint}: ").strip() or default
            try:
                if value or optional:
                    return checked(value, check)
            except CommandError as error:
                self.stderr.write(str(error))

    def parks(self, options) -> list[tuple[str, str, str]]:
        given = options["park"] or [
            part for part in text("ZONETRACK_PARKS").split(";") if part.strip()
        ]
        if given or not self.ask_for:
            return [park_of(part) for part in given]
        self.stdout.write("Parks, one a line: KEY:name in English:name in Chinese. Empty: no more.")
        parks = []
        while line := input("Park: ").strip():
            try:
                parks.append(park_of(line))
            except CommandError as error:
                self.stderr.write(str(error))
        return parks

    def password(self, file: str | None, wanted: Wanted) -> str:
        if file:
            try:
                password = Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"The password file cannot be read: {error}") from error
        else:
            password = text("ZONETRACK_MANAGER_PASSWORD")
        if password or not self.ask_for:
            return check_password(password, wanted)
        while True:
            try:
                return check_password(getpass("Password of the manager: "), wanted)
            except CommandError as error:
                self.stderr.write(str(error))


def set_up(wanted: Wanted) -> dict[str, int]:
    """Add what is missing; answers how many rows were created, and whether the zone was new."""
    counts = {"reference_rows": load_reference_lists(), "zones": 0, "parks": 0, "years": 0}
    install_roles()
    zone = Zone.objects.filter(key=wanted.zone_key).first()
    if zone is None:
        zone = valid(Zone(key=wanted.zone_key, name_en=wanted.name_en, name_zh=wanted.name_zh))
        writing.save(zone, reason=REASON)
        counts["zones"] = 1
    for place, (key, name_en, name_zh) in enumerate(wanted.parks, start=1):
        counts["parks"] += add_park(zone, key, name_en, name_zh, order=10 * place)
    if not ReportingYear.objects.filter(zone=zone, year=wanted.year).exists():
        writing.save(ReportingYear(zone=zone, year=wanted.year), reason=REASON)
        counts["years"] = 1
    counts["users"] = add_manager(zone, wanted)
    return counts


def add_park(zone: Zone, key: str, name_en: str, name_zh: str, *, order: int) -> int:
    """1 for a new park, which belongs to the zone in every year, so that history can be entered."""
    park = Park.objects.filter(key=key).first()
    if park is not None:
        if park.home_zone_id != zone.pk:
            raise CommandError(f"The park “{key}” belongs to another zone already.")
        return 0
    park = valid(Park(key=key, name_en=name_en, name_zh=name_zh, home_zone=zone, order=order))
    writing.save(park, reason=REASON)
    writing.save(ZonePark(zone=zone, park=park, from_year=FIRST_YEAR), reason=REASON)
    return 1


def add_manager(zone: Zone, wanted: Wanted) -> int:
    user = User.objects.filter(username=wanted.manager).first()
    created = user is None
    if created:
        user = User.objects.create_user(wanted.manager, wanted.email, wanted.password)
    grant(user, roles.MANAGER, zone=zone)
    return int(created)


def valid(row):
    try:
        row.full_clean()
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return row


def refuse_without_tables() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The database lacks tables. Run first: python manage.py migrate")


def checked(value: str, check) -> str:
    if value and check:
        check(value)
    return value


def check_key(value: str) -> None:
    if not KEY.fullmatch(value):
        raise CommandError(f"“{value}” is no key: use small letters, digits and hyphens.")


def check_year(value: str) -> None:
    if not (value.isascii() and value.isdigit() and FIRST_YEAR <= int(value) <= LAST_YEAR):
        raise CommandError(f"“{value}” is no year between {FIRST_YEAR} and {LAST_YEAR}.")


def check_user(value: str) -> None:
    try:
        User._meta.get_field("username").run_validators(value)
    except ValidationError as error:
        raise CommandError(f"“{value}”: {' '.join(error.messages)}") from error


def check_email(value: str) -> None:
    try:
        validate_email(value)
    except ValidationError as error:
        raise CommandError(f"“{value}” is no e-mail address.") from error


def check_password(value: str, wanted: Wanted) -> str:
    if not value:
        raise CommandError(
            "The manager's password is missing. Set ZONETRACK_MANAGER_PASSWORD_FILE or "
            "give --password-file."
        )
    try:
        validate_password(value, User(username=wanted.manager, email=wanted.email))
    except ValidationError as error:
        raise CommandError(f"The password is too weak. {' '.join(error.messages)}") from error
    return value


def park_of(line: str) -> tuple[str, str, str]:
    key, _, names = line.strip().partition(":")
    name_en, _, name_zh = names.partition(":")
    check_key(key)
    if not (name_en.strip() or name_zh.strip()):
        raise CommandError(
            f"The park “{key}” has no name. Write KEY:name in English:name in Chinese."
        )
    return key, name_en.strip(), name_zh.strip()
