from smtplib import SMTPException

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from zonetrack import reminders

DAYS = 14


class Command(BaseCommand):
    help = (
        "Mails those who enter figures the returns still missing, and managers what waits for "
        "their approval. Nobody gets two mails a day about the same year."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--days",
            type=int,
            default=DAYS,
            help=f"remind from so many days before the due day on ({DAYS})",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only print who would get a mail, and about what"
        )

    def handle(self, *args, **options):
        if not 0 <= options["days"] <= 366:
            raise CommandError("--days must lie between 0 and 366.")
        self.send_all(localdate(), options["days"], options["dry_run"])

    def send_all(self, today, days, dry_run):
        counts = {"mails": 0, "already": 0, "without_address": 0, "failed": 0}
        for letter in reminders.letters(today, days):
            if not letter.user.email:
                counts["without_address"] += 1
                self.stderr.write(f"{letter.user.username} has no e-mail address.")
            elif dry_run:
                counts["mails"] += 1
                self.stdout.write(told(letter))
            else:
                counts[self.send(letter, today)] += 1
        self.stdout.write(" ".join(f"{name}={n}" for name, n in counts.items()))
        if counts["failed"]:
            raise CommandError(f"{counts['failed']} mails could not be sent; run it again.")

    def send(self, letter, today) -> str:
        try:
            sent = reminders.send(letter, today)
        except (SMTPException, OSError) as error:
            self.stderr.write(f"{letter.user.username}: {error}")
            return "failed"
        return "mails" if sent else "already"


def told(letter) -> str:
    subject, body = reminders.written(letter)
    return f"To {letter.user.email}: {subject}\n\n{body}"
