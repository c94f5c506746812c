"""The demo: a database of its own with the sample zones, and accounts that exist nowhere else."""

import sqlite3
from datetime import date, datetime
from pathlib import Path
from zlib import crc32

from django.contrib.auth.hashers import make_password
from django.db import transaction

from enterprises.models import Park, Zone
from zonetrack.access import roles
from zonetrack.access.grants import grant, install_roles
from zonetrack.access.models import User
from zonetrack.sums.checking import build

from .example import SIZES, Tell, make_example, quiet
from .open_year import open_example_year
from .real import ARTICLE_ZONE, load_samples

EXAMPLE_ZONE, STAFF_PARK = "example", "example-materials"
# "ZnTr", as SQLite keeps it in the file's header: this file is a demo's and nothing else.
MARK = 0x5A6E5472
ACCOUNTS = {
    "reader": "reads the Xining zone and the example zone",
    "official": "reads and exports the same zones",
    "staff": "enters the records of one park of the example zone",
    "manager": "manages the example zone",
    "admin": "administrates everything",
}


class NotTheDemo(Exception):
    """The file holds a database that the demo did not make."""


def state_of(file: Path) -> int | None:
    """The version of the demo's data in the file; None for no file, 0 for an unfinished one."""
    if not file.exists() or file.stat().st_size == 0:
        return None
    try:
        database = sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True)
        try:
            [mark] = database.execute("PRAGMA application_id").fetchone()
            [version] = database.execute("PRAGMA user_version").fetchone()
        finally:
            database.close()
    except sqlite3.DatabaseError as error:
        raise NotTheDemo from error
    if mark != MARK:
        raise NotTheDemo
    return version


def mark(file: Path, version: int) -> None:
    """Write into the file that it is the demo's, and how far it has come."""
    database = sqlite3.connect(file)
    try:
        database.execute(f"PRAGMA application_id = {MARK}")
        database.execute(f"PRAGMA user_version = {version}")
    finally:
        database.close()


def version_of(folder: Path, today: date) -> int:
    """Changes with the sample's data and code, the tables, and the year; never 0."""
    parts = ("zonetrack/sample", "zonetrack/reference_lists", "*/migrations", "*/*/migrations")
    files = sorted(
        file
        for part in parts
        for place in folder.glob(part)
        for pattern in ("*.py", "*.csv")
        for file in place.rglob(pattern)
        if ".venv" not in file.parts
    )
    total = today.year
    for file in files:
        total = crc32(file.read_bytes(), total)
    return total % 0x7FFFFFFE + 1


def remove(file: Path) -> None:
    for part in ("", "-wal", "-shm"):
        Path(f"{file}{part}").unlink(missing_ok=True)


@transaction.atomic
def load_demo(*, now: datetime, tell: Tell = quiet) -> None:
    """The real zones, the small example, and the accounts."""
    tell("sample zones", 0, 4)
    load_samples(at=now)
    tell("example zone", 1, 4)
    make_example(SIZES["small"], today=now.date())
    tell("accounts", 2, 4)
    people = make_accounts()
    tell("open year", 3, 4)
    zone = Zone.objects.get(key=EXAMPLE_ZONE)
    staff, manager = people["staff"], people["manager"]
    open_example_year(zone, STAFF_PARK, staff=staff, manager=manager, at=now)
    build(now.date())


def make_accounts() -> dict[str, User]:
    install_roles()
    zones = Zone.objects.in_bulk([ARTICLE_ZONE, EXAMPLE_ZONE], field_name="key")
    people = {name: User.objects.create(username=name) for name in ACCOUNTS}
    for zone in zones.values():
        grant(people["reader"], roles.READER, zone=zone)
        grant(people["official"], roles.OFFICER, zone=zone)
    grant(people["staff"], roles.STAFF, park=Park.objects.get(key=STAFF_PARK))
    grant(people["manager"], roles.MANAGER, zone=zones[EXAMPLE_ZONE])
    people["admin"].is_staff = people["admin"].is_superuser = True
    people["admin"].save(update_fields=["is_staff", "is_superuser"])
    return people


def set_passwords(password: str) -> None:
    """One password for all accounts of the demo."""
    people = User.objects.filter(username__in=ACCOUNTS)
    if not all(person.has_usable_password() for person in people) or not all(
        person.check_password(password) for person in people[:1]
    ):
        # One hash for all: five would take a second, and the password is printed anyway.
        people.update(password=make_password(password))
