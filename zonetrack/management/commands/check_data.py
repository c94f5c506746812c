import json

from django.core.management.base import BaseCommand, CommandError

from enterprises.models import Return, Zone
from enterprises.places import Place, zone_links
from zonetrack.checking import LEVELS, Level
from zonetrack.lists.returned import MEASURES
from zonetrack.return_checks import facts_of_returns, findings

LABELS = {measure.name: measure.head for measure in MEASURES}
FAILING = {"error": (Level.ERROR,), "warning": (Level.ERROR, Level.WARNING)}


class Command(BaseCommand):
    help = (
        "Checks the yearly returns and prints what cannot be right and what is unusual. "
        "Exits with 1 if something of the given level was found."
    )

    def add_arguments(self, parser):
        parser.add_argument("zone", nargs="?", metavar="ZONE", help="key of a zone; else all")
        parser.add_argument("--year", type=int)
        parser.add_argument("--fail-level", choices=FAILING, default="error")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, **options):
        place = place_of(options["zone"]) if options["zone"] else None
        known = Return.objects.order_by("year").values_list("year", flat=True).distinct()
        years = [year for year in known if options["year"] in (None, year)]
        counts = {"returns": 0, "errors": 0, "warnings": 0}
        found = []
        for year in years:
            for row, listed in checked(returns_of(place, year), counts):
                found += [told(row, finding) for finding in listed]
                if options["format"] == "text":
                    self.tell(row, listed)
        if options["format"] == "json":
            self.stdout.write(json.dumps(counts | {"findings": found}, ensure_ascii=False))
        else:
            self.stdout.write(" ".join(f"{name}={n}" for name, n in counts.items()))
        failing = sum(finding["level"] in FAILING[options["fail_level"]] for finding in found)
        if failing:
            raise CommandError(f"{failing} findings at level {options['fail_level']} or above.")

    def tell(self, row, listed):
        self.stdout.write(f"{row.enterprise}, {row.year} ({row.park})")
        for finding in listed:
            word, figure = LEVELS[finding.level], LABELS[finding.fields[0]]
            self.stdout.write(f"  {word} · {figure}: {finding.sentence}")


def place_of(key: str) -> Place:
    zone = Zone.objects.filter(key=key).first()
    if zone is None:
        raise CommandError(f"There is no zone “{key}”.")
    return Place(zone, tuple(zone_links(key)))


def returns_of(place: Place | None, year: int):
    """The returns of a year, in all parks or in those of a zone in that year."""
    rows = Return.objects.filter(year=year).order_by("enterprise__name_zh", "pk")
    return rows.filter(park__in=place.park_ids(year)) if place else rows


def checked(returns, counts: dict[str, int]):
    """Each return in which something is found, with its findings; all are counted."""
    facts = facts_of_returns(returns)
    for row in returns.select_related("enterprise", "park"):
        listed = findings(facts[row.pk]) if row.pk in facts else []
        counts["returns"] += 1
        for finding in listed:
            counts["errors" if finding.level == Level.ERROR else "warnings"] += 1
        if listed:
            yield row, listed


def told(row, finding) -> dict:
    return {
        "return": row.pk,
        "enterprise": str(row.enterprise),
        "credit_code": row.enterprise.credit_code or "",
        "park": row.park.key,
        "year": row.year,
        "level": finding.level,
        "check": finding.check.key,
        "fields": finding.fields,
        "figure": LABELS[finding.fields[0]],
        "sentence": finding.sentence,
    }
