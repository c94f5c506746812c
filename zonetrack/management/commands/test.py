import os
import subprocess
import sys

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Takes the place of Django's own command of this name."""

    help = "Runs the tests. Everything after “test” is passed on to pytest."
    requires_system_checks = []

    def run_from_argv(self, argv):
        command = [sys.executable, "-m", "pytest", *(argv[2:] or ["-q", "-rfEs"])]
        sys.exit(subprocess.call(command, cwd=settings.BASE_DIR, env=environment()))


def environment() -> dict[str, str]:
    """Without this machine's own settings, which must not decide how a test ends."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ZONETRACK_")}
    return own | {"ZONETRACK_MODE": "test"}
