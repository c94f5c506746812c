"""Bring the Chinese catalog up to date: `python manage.py messages` after texts have changed.

Collects every text of the product into locale/zh_Hans, keeps what is translated, drops what is no
longer used, compiles, and prints what has no translation yet. Needs the GNU gettext tools, which
only those need who change texts: the compiled catalog is part of the repository.
"""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import makemessages
from django.core.management.utils import popen_wrapper

LOCALE = "zh_Hans"
NOT_OURS = [".venv/*", "data/*", "static/*", "static-collected/*", "tests/*"]


class Command(makemessages.Command):
    help = "Collect all texts into the Chinese catalog and compile it."
    # A guessed translation would look like a finished one.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def handle(self, *args, **options):
        options |= {"locale": [LOCALE], "ignore_patterns": NOT_OURS}
        options |= {"no_location": True, "no_obsolete": True, "no_wrap": True}
        super().handle(*args, **options)
        call_command("compilemessages", locale=[LOCALE], ignore_patterns=NOT_OURS, verbosity=0)
        catalog = Path(settings.LOCALE_PATHS[0]) / LOCALE / "LC_MESSAGES" / "django.po"
        missing, _errors, _status = popen_wrapper(
            ["msgattrib", "--untranslated", "--no-wrap", str(catalog)]
        )
        self.stdout.write(missing or "Every text is translated.")
