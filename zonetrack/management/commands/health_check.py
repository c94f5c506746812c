import json
import sys
from collections.abc import Iterable, Iterator
from unicodedata import east_asian_width

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from zonetrack.health import looking
from zonetrack.health.checks import CHECKS, QUICK
from zonetrack.health.looking import Asked, Result

HOURS = 26


class Command(BaseCommand):
    help = (
        "Looks at everything ZoneTrack stands on and prints what it finds; the status page shows "
        "it, too. Exits with 0 if all is fine, 1 if something needs attention, 2 on a failure."
    )
    # A mistake in the settings is something to be told, too.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--backup-hours",
            type=int,
            default=HOURS,
            metavar="N",
            help=f"warn when the last backup is older ({HOURS})",
        )
        parser.add_argument(
            "--quick", action="store_true", help="leave out what reads much or waits for others"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args, **options):
        asked = Asked(timezone.now(), options["backup_hours"])
        results = looking.looked(QUICK if options["quick"] else CHECKS, asked)
        self.stdout.write(as_json(results) if options["json"] else "\n".join(lines(results)))
        try:
            looking.keep(results)
        except (DatabaseError, InterfaceError) as error:
            # Where the tables are missing or away, the lines above say so already.
            self.stderr.write(f"Not kept for the status page: {type(error).__name__}")
        if level := looking.worst(results):
            sys.exit(int(level))


def lines(results: Iterable[Result]) -> Iterator[str]:
    """State, what was looked at and what was found, in columns."""
    rows = [(result.word, str(result.check.title), result.told) for result in results]
    widths = [max(width(row[at]) for row in rows) for at in (0, 1)]
    for row in rows:
        blanks = [" " * (wide - width(row[at])) for at, wide in enumerate(widths)]
        yield f"{row[0]}{blanks[0]}  {row[1]}{blanks[1]}  {row[2]}"


def width(text: str) -> int:
    """Columns of a terminal; a Chinese sign takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def as_json(results: Iterable[Result]) -> str:
    found = [
        {
            "check": result.check.key,
            "state": result.level.name.lower(),
            "title": str(result.check.title),
            "told": result.told,
            "facts": result.found.facts,
        }
        for result in results
    ]
    state = looking.worst(results).name.lower()
    return json.dumps({"state": state, "checks": found}, ensure_ascii=False, indent=1)
