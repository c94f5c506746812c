import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from enterprises.models import Zone
from enterprises.places import Place, zone_links
from zonetrack.dashboards.years import AHEAD, is_fit
from zonetrack.records import FIRST_YEAR
from zonetrack.reports.editions import draft
from zonetrack.reports.facts import Facts, Options
from zonetrack.reports.files import NotMade, content
from zonetrack.reports.formats import FORMATS, file_name

STYLES = ("ordinary", "formal")


class Command(BaseCommand):
    help = (
        "Writes the annual report of a zone or park to a file, as its page does. Without --output "
        "the file stands in the current folder, under the name that the page gives it."
    )

    def add_arguments(self, parser):
        parser.add_argument("zone", metavar="ZONE", help="key of a zone")
        parser.add_argument("year", metavar="YEAR")
        parser.add_argument("--format", default="pdf", help=f"of: {', '.join(FORMATS)} (pdf)")
        languages = ", ".join(code for code, _name in settings.LANGUAGES)
        parser.add_argument("--lang", default=settings.LANGUAGE_CODE, help=f"of: {languages}")
        parser.add_argument("--park", help="key of a park: the report is of it alone")
        parser.add_argument("--output", metavar="FILE", help="file or folder; - is standard output")
        parser.add_argument("--style", choices=STYLES, help="of a Word file (ordinary)")
        parser.add_argument("--short", action="store_true", help="without the annexes")
        parser.add_argument(
            "--hide-single-money",
            action="store_true",
            help="without amounts that fewer than three enterprises make up",
        )

    def handle(self, *args, **options):
        today = timezone.localdate()
        place = place_of(options["zone"], options["park"])
        year, key = year_of(options["year"], today), format_of(options)
        if options["lang"] not in dict(settings.LANGUAGES):
            known = ", ".join(dict(settings.LANGUAGES))
            raise CommandError(f"There is no language “{options['lang']}”; choose of {known}.")
        chosen = Options(
            annexes=not options["short"], hide_single_money=options["hide_single_money"]
        )
        with translation.override(options["lang"]):
            report = draft(place, year, today=today, options=chosen)
            try:
                written = content(report, Facts(place, year, today, chosen), key)
            except NotMade as error:
                raise CommandError(str(error)) from error
        self.save(written, options["output"], file_name(report, key))

    def save(self, written: bytes, output: str | None, name: str) -> None:
        if output == "-":
            stream = getattr(self.stdout._out, "buffer", None) or sys.stdout.buffer
            stream.write(written)
            return
        file = Path(output or ".")
        if file.is_dir():
            file = file / name
        try:
            put(written, file)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{file} {len(written)} bytes")


def put(written: bytes, file: Path) -> None:
    """Write a file that is whole or not there, whatever ends the process meanwhile.

    What a killed process leaves has another name, and goes with the next run.
    """
    if file.exists() and not file.is_file():
        file.write_bytes(written)  # such as /dev/null, which nothing may take the place of
        return
    file = file.resolve()
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        unfinished.write_bytes(written)
        unfinished.replace(file)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def place_of(zone_key: str, park_key: str | None) -> Place:
    zone = Zone.objects.filter(key=zone_key).first()
    if zone is None:
        raise CommandError(f"There is no zone “{zone_key}”.")
    links = tuple(zone_links(zone_key))
    if park_key is None:
        return Place(zone, links)
    park = next((link.park for link in links if link.park.key == park_key), None)
    if park is None:
        raise CommandError(f"“{zone_key}” has no park “{park_key}”.")
    return Place(zone, links, park)


def year_of(text: str, today) -> int:
    if text.isascii() and text.isdigit() and len(text) == 4 and is_fit(int(text), today):
        return int(text)
    raise CommandError(f"“{text}” is no year from {FIRST_YEAR} to {today.year + AHEAD}.")


def format_of(options) -> str:
    key, style = options["format"], options["style"]
    if key not in FORMATS:
        raise CommandError(f"There is no format “{key}”; choose of {', '.join(FORMATS)}.")
    if style and not key.startswith("docx"):
        raise CommandError("--style is for --format docx.")
    return "docx-formal" if style == "formal" else key
