import json
import logging
import os
import platform
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import psycopg2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test import override_settings
from django.utils import timezone

from zonetrack.bench import dashboards, entry, imports, lists, load, reports, rivals, weight
from zonetrack.bench.scratch import PostgresqlServer, SqliteFiles
from zonetrack.bench.setting import Setting, fill
from zonetrack.bench.table import Row, lines, summary
from zonetrack.sample.example import SIZES, Plan, plan_of
from zonetrack.sample.progress_bar import Bar

# What is measured, in the order of the table. Each answers its rows.
GROUPS = {
    "dashboard": dashboards.rows,
    "lists": lists.rows,
    "weight": weight.rows,
    "entry": entry.rows,
    "imports": imports.rows,
    "reports": reports.rows,
    "load": load.rows,
}
# Takes minutes, so it is measured only where it is named.
USUAL = [name for name in GROUPS if name != "load"]
REFERENCE = 500  # enterprises of the zone that is the same at every size


class Command(BaseCommand):
    help = (
        "Measures pages in scratch databases, as ratios: the same zone beside little and beside "
        "much other data. The configured database is not touched."
    )

    def add_arguments(self, parser):
        parser.add_argument("--size", default="small,medium", help=f"of: {', '.join(SIZES)}")
        parser.add_argument("--only", default=",".join(USUAL), help=f"of: {', '.join(GROUPS)}")
        parser.add_argument(
            "--database",
            metavar="URL",
            action="append",
            default=[],
            help="a PostgreSQL server where databases may be created; measured after SQLite",
        )
        parser.add_argument(
            "--use",
            metavar="SIZE=URL",
            action="append",
            default=[],
            help="a PostgreSQL database that has the example of a size already, made by "
            "make_example with the same --reference and --seed; it is brought to this version, "
            "measured and left there",
        )
        parser.add_argument("--no-sqlite", action="store_true", help="measure PostgreSQL alone")
        parser.add_argument("--medium-zones", type=int, help="fewer zones, for a quick look")
        parser.add_argument("--reference", type=int, default=REFERENCE, metavar="ENTERPRISES")
        parser.add_argument("--reps", type=int, default=7, help="how often each page is asked for")
        parser.add_argument(
            "--export-rows", type=int, default=1_000_000, help="rows of the longest export"
        )
        parser.add_argument("--people", type=int, default=100, help="at once, for load")
        parser.add_argument(
            "--stage-seconds",
            type=float,
            default=20,
            help="of each stage of load, on a usual machine",
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", type=Path, metavar="FILE", help="write all rows to a file")
        parser.add_argument(
            "--against",
            metavar="NAME=URL",
            action="append",
            default=[],
            help="ask superset=http://user:password@host/DATABASE or "
            "datasette=http://host/DATABASE the same questions; each serves the data that a run "
            "with --keep left",
        )
        parser.add_argument("--keep", action="store_true", help="do not remove the databases")
        parser.add_argument("--check", action="store_true", help="fail if a row fails")

    def handle(self, *args, **options):
        groups = chosen(options["only"], GROUPS, "--only")
        plans = {size: plan(size, options) for size in chosen(options["size"], SIZES, "--size")}
        try:
            options["against"] = rivals.read(options["against"])
        except ValueError as error:
            raise CommandError(f"--against: {error}.") from error
        options["use"] = used(options)
        if options["reps"] < 1:
            raise CommandError("--reps must be at least 1.")
        found = {}
        with folder(keep=options["keep"]) as place, override_settings(**as_served()), quiet():
            for server in servers(place, options):
                found[server.name] = self.measure(server, plans, groups, options)
        if options["json"]:
            written = {name: [asdict(row) for row in rows] for name, rows in found.items()}
            options["json"].write_text(json.dumps(written, indent=1, ensure_ascii=False))
        if options["check"] and any(row.ok is False for rows in found.values() for row in rows):
            raise CommandError("Not everything is within its limits.")

    def measure(self, server, plans, groups, options) -> list[Row]:
        bar = Bar(self.stderr, shown=options["verbosity"] >= 1)
        today = timezone.localdate()
        steps = ["tables", *plans, *groups]
        wanted = {"today": today, "times": options["reps"], "keep": options["keep"]}
        wanted["used"] = options["use"]
        wanted |= {name: options[name] for name in ("export_rows", "people", "stage_seconds")}

        def tell(part: str) -> None:
            bar(f"{server.name}: {part}", steps.index(part), len(steps))

        rows = []
        try:
            with fill(server, plans, tell=tell, **wanted) as setting:
                for name, group in groups.items():
                    tell(name)
                    rows += group(setting)
                rows += rivals.rows(setting, options["against"])
                bar.clear()
                self.report(server, setting, rows, options)
        except psycopg2.OperationalError as error:
            raise CommandError(f"The PostgreSQL server cannot be used: {error}") from error
        finally:
            bar.clear()
        return rows

    def report(self, server, setting: Setting, rows: list[Row], options) -> None:
        self.stdout.write(f"zonetrack bench  seed {options['seed']}  {machine(server, setting)}")
        for size, filled in setting.filled.items():
            self.stdout.write(f"  {size}: {data(filled.counts)}")
            if options["keep"]:
                self.stdout.write(f"  kept: {server.where(size)}")
        for line in lines(rows, setting.sizes):
            self.stdout.write(f"  {line}" if line else "")
        self.stdout.write(f"  {summary(rows)}")


def chosen(given: str, allowed: dict, option: str) -> dict:
    """What of the allowed is named, in the order in which it is allowed."""
    names = {name.strip() for name in given.split(",") if name.strip()}
    if unknown := names - set(allowed):
        raise CommandError(f"{option} does not know {', '.join(sorted(unknown))}.")
    if not names:
        raise CommandError(f"{option} names nothing.")
    return {name: value for name, value in allowed.items() if name in names}


def plan(size: str, options) -> Plan:
    """The generator's plan with the same first zone at every size, and no other in the smallest."""
    found = plan_of(size, reference=options["reference"], seed=options["seed"])
    zones = options["medium_zones"]
    if size == "medium" and zones:
        return replace(found, zones=zones, enterprises=found.enterprises * zones // found.zones)
    return found


def used(options) -> dict[str, str]:
    """The databases to be used as they are, by size."""
    found = dict(one.partition("=")[::2] for one in options["use"])
    if unknown := set(found) - set(SIZES):
        raise CommandError(f"--use does not know {', '.join(sorted(unknown))}.")
    if found and not (options["no_sqlite"] and options["database"]):
        raise CommandError("--use needs --database for the other sizes, and --no-sqlite.")
    return found


@contextmanager
def folder(*, keep: bool):
    """A folder for files of the benchmark's own."""
    if keep:
        yield Path(tempfile.mkdtemp(prefix="zonetrack-bench-"))
        return
    with tempfile.TemporaryDirectory(prefix="zonetrack-bench-") as name:
        yield Path(name)


def servers(place: Path, options) -> list:
    found = [] if options["no_sqlite"] else [SqliteFiles(place)]
    return found + [PostgresqlServer(url) for url in options["database"]]


@contextmanager
def quiet():
    """Who the benchmark signs in is nothing for the security log."""
    log = logging.getLogger("zonetrack.security")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def as_served() -> dict:
    """Settings under which pages can be asked for by the name localhost, without encryption,
    and nothing is written down about it."""
    return {
        "PAGE_TIMES_SECONDS": 0,
        "REQUEST_LOG": False,
        "ALLOWED_HOSTS": [*settings.ALLOWED_HOSTS, "localhost"],
        "SECURE_SSL_REDIRECT": False,
        "DEBUG": False,
        # Pages are measured as they are made anew; only rows about kept figures keep them.
        "KEEP_PARTS": False,
    }


def machine(server, setting: Setting) -> str:
    """The database's version, Python, cores and load."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
    connection = next(iter(setting.filled.values())).scratch.connection
    version = ".".join(map(str, connection.get_database_version()))
    return (
        f"{server.name} {version}  Python {platform.python_version()}  "
        f"{os.cpu_count()} cores  load {load:.1f}"
    )


def data(counts: dict[str, int]) -> str:
    named = ("Zone", "Enterprise", "YearlyFigures", "Patent", "Center", "Title")
    return ", ".join(f"{counts.get(name, 0):,} {name}" for name in named)
