from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from enterprises.models import Park, Zone
from zonetrack.sums import checking

MOST_SHOWN = 200
HEADS = ("place", "year", "fact", "stored", "counted")
NAMED = {"park": Park, "zone": Zone}


class Command(BaseCommand):
    help = (
        "Compares every stored yearly sum with the registers: park by park, zone by zone and over "
        "all zones. Prints what differs and exits with 1 if anything does. With --repair it "
        "counts that again, builds what is missing, and compares once more. Run it with --repair "
        "after every upgrade."
    )

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true")

    def handle(self, *args, **options):
        today = localdate()
        found = checking.check(today)
        if options["repair"] and found.wrong:
            missing = sum(one.year is None for one in found.wrong if one.kind != checking.NATION)
            differing = len(found.wrong) - missing
            checking.repair(found, today)
            self.stdout.write(f"repaired: missing={missing} differing={differing}")
            found = checking.check(today)
        self.tell(found.wrong)
        self.stdout.write(f"parks={found.parks} zones={found.zones} wrong={len(found.wrong)}")
        if found.wrong:
            raise CommandError("Sums are missing or differ from the registers; see --repair.")

    def tell(self, wrong: list[checking.Wrong]) -> None:
        keys = {kind: {one.key for one in wrong if one.kind == kind} for kind in NAMED}
        names = {
            (kind, pk): f"{kind}:{key}"
            for kind, model in NAMED.items()
            for pk, key in model.objects.filter(pk__in=keys[kind]).values_list("pk", "key")
        }
        rows = [HEADS] + [
            (names.get((one.kind, one.key), one.kind), *map(text, (one.year, one.fact)))
            + (("missing", "") if one.year is None else (text(one.stored), text(one.counted)))
            for one in wrong[:MOST_SHOWN]
        ]
        widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
        for row in rows if wrong else ():
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
        if len(wrong) > MOST_SHOWN:
            self.stdout.write(f"... and {len(wrong) - MOST_SHOWN} more")


def text(value) -> str:
    return "–" if value is None or value == "" else str(value)
