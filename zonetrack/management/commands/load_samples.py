from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from zonetrack.sample.real import load_samples
from zonetrack.years.closing import ClosedYear


class Command(BaseCommand):
    help = (
        "Adds the real sample zones with their published history and sources. "
        "What is there already stays as it is."
    )

    def handle(self, *args, **options):
        try:
            counts = load_samples(at=timezone.now())
        except ClosedYear as closed:
            raise CommandError(str(closed)) from closed
        self.stdout.write(f"created={counts['created']} unchanged={counts['unchanged']}")
