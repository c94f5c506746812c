from django.core.management.base import BaseCommand

from zonetrack import security
from zonetrack.access import throttle


class Command(BaseCommand):
    help = (
        "Lets people sign in again at once whose names are locked after too many wrong passwords."
    )

    def add_arguments(self, parser):
        parser.add_argument("username", nargs="+", help="names as people sign in")

    def handle(self, *args, **options):
        for name in options["username"]:
            if throttle.unlock([name]):
                security.note("sign-in-unlocked", account=name)
                self.stdout.write(f"{name} may sign in again.")
            else:
                self.stdout.write(f"{name} was not locked.")
