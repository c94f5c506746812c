from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from zonetrack.reports.models import Edition
from zonetrack.reports.verifying import verified


class Command(BaseCommand):
    help = (
        "Checks every published edition: whether its content and files are unharmed, and whether "
        "its figures, counted again, are still the same or were changed by somebody since. "
        "Exits with 1 if a file is harmed or a figure is counted in another way than then."
    )

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int)

    def handle(self, *args, **options):
        rows = Edition.objects.select_related("zone", "park__home_zone", "kept", "published_by")
        if options["year"]:
            rows = rows.filter(year=options["year"])
        counts = {"editions": 0, "harmed": 0, "corrected": 0, "counted_otherwise": 0}
        for edition in rows.order_by("pk").iterator(chunk_size=20):
            found = verified(edition, today=localdate())
            counts["editions"] += 1
            counts["harmed"] += len(found.harmed)
            counts["corrected"] += len(found.corrected)
            counts["counted_otherwise"] += len(found.counted_otherwise)
            for line in found.told():
                self.stdout.write(f"{edition.place}, {edition.year}, {edition}: {line}")
        self.stdout.write(" ".join(f"{name}={n}" for name, n in counts.items()))
        if counts["harmed"] or counts["counted_otherwise"]:
            raise CommandError("Editions differ where nobody changed a record.")
