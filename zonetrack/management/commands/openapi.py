"""Write docs/openapi.json from the table of the API: `python manage.py openapi`."""

from django.conf import settings
from django.core.management.base import BaseCommand

from zonetrack.api import openapi


class Command(BaseCommand):
    help = f"Write {openapi.FILE}, which describes the API for programs."
    requires_system_checks: list[str] = []

    def handle(self, *args, **options):
        file = settings.BASE_DIR / openapi.FILE
        file.write_text(openapi.text(), encoding="utf-8")
        self.stdout.write(f"{file} written")
