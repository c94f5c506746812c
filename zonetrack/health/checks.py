"""Everything health_check looks at, in the order in which it is told."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import basics, contents
from .looking import Check

CHECKS = (
    Check("database", _("Database"), basics.database, basics.tell_of_database),
    Check("replicas", _("Replicas"), basics.replicas, basics.tell_of_replicas),
    Check("migrations", _("Migrations"), basics.migrations, basics.tell_of_migrations),
    Check("disk", _("Disk"), basics.disk, basics.tell_of_disk, needs_database=False),
    Check("backup", _("Last backup"), basics.backup, basics.tell_of_backup),
    Check(
        "settings",
        _("Settings"),
        basics.configuration,
        basics.tell_of_configuration,
        needs_database=False,
    ),
    Check("clock", _("Clock"), basics.clock, basics.tell_of_clock),
    Check("failures", _("Failed requests"), contents.failures, contents.tell_of_failures),
    Check(
        "imports", pgettext_lazy("health", "Imports"), contents.imports, contents.tell_of_imports
    ),
    Check("reminders", _("Reminders"), contents.reminders, contents.tell_of_reminders),
    Check("mail", _("Mail server"), contents.mail, contents.tell_of_mail, slow=True),
    Check(
        "returns",
        pgettext_lazy("health", "Returns"),
        contents.open_returns,
        contents.tell_of_open_returns,
        slow=True,
    ),
    Check("sums", _("Yearly sums"), contents.sums, contents.tell_of_sums, slow=True),
    Check(
        "editions",
        pgettext_lazy("health", "Editions"),
        contents.editions,
        contents.tell_of_editions,
        slow=True,
    ),
)
QUICK = tuple(check for check in CHECKS if not check.slow)
SLOW = tuple(check for check in CHECKS if check.slow)
