"""A file into a register from the shell: the same check, the same records as in the pages."""

import gc
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enterprises.models import Park, Zone
from zonetrack.access.models import User
from zonetrack.access.scope import scope_of
from zonetrack.files.names import clean_name
from zonetrack.imports import shown, steps
from zonetrack.imports.context import Context, command_scope
from zonetrack.imports.models import Import
from zonetrack.imports.reading import COMMAND_LINE, Unusable
from zonetrack.imports.registers import BY_KEY
from zonetrack.sample.progress_bar import Bar

PROBLEMS_SHOWN = 50


class Command(BaseCommand):
    help = (
        "Reads a spreadsheet into a register. Without --apply it only says what would change. "
        "The import stands in the list of imports either way and can be undone there."
    )

    def add_arguments(self, parser):
        parser.add_argument("register", choices=BY_KEY)
        parser.add_argument("file", type=Path)
        parser.add_argument("--sheet", default="", help="the sheet, if it is not the obvious one")
        parser.add_argument("--zone", help="key of the zone that tells parks of one name apart")
        parser.add_argument("--park", help="key of the park for rows that name none")
        parser.add_argument("--year", type=int, help="year for rows that name none")
        parser.add_argument(
            "--as", dest="user", metavar="USER", help="whose rights hold; without, all do"
        )
        parser.add_argument("--apply", action="store_true", help="store what was found")
        parser.add_argument(
            "--good-rows-only", action="store_true", help="leave rows with errors out"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask before storing")
        parser.add_argument("--no-progress-bar", action="store_true")

    def handle(self, *args, **options):
        register = BY_KEY[options["register"]]
        user = self.user(options["user"])
        context = self.context(user, options)
        if not register.may_import(context):
            raise CommandError(f"{user} may not import into {register.title}.")
        bar = Bar(self.stderr, shown=options["verbosity"] >= 1 and not options["no_progress_bar"])
        gc.disable()  # nothing of the plan can go before it is stored
        try:
            row = self.check(register, context, user, options, bar)
            bar.clear()
            self.tell(row)
            if options["apply"] and self.moving(row):
                self.apply(row, context, user, options, bar)
        finally:
            gc.enable()
            bar.clear()

    def check(self, register, context, user, options, bar) -> Import:
        path = options["file"]
        bar("reading", 0, 3)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        bar("checking", 1, 3)
        try:
            return steps.begin(
                register,
                clean_name(path.name, path.suffix.lstrip(".").lower()[:8] or "csv"),
                content,
                context=context,
                by=user,
                at=timezone.now(),
                sheet=options["sheet"],
                limits=COMMAND_LINE,
            )
        except Unusable as refusal:
            raise CommandError(refusal.sentence) from refusal

    def apply(self, row, context, user, options, bar) -> None:
        good = options["good_rows_only"]
        if (row.counts["error"] and not good) or self.has_errors(row):
            raise CommandError(
                "Rows have errors, so nothing was stored. Mend them, or use --good-rows-only."
            )
        if not options["yes"] and not self.agreed(row):
            raise CommandError("Nothing was stored.")
        bar("storing", 2, 3)
        try:
            row = steps.confirm(
                row,
                context,
                by=user,
                at=timezone.now(),
                good_rows_only=good,
                limits=COMMAND_LINE,
            )
        except steps.NotStored as refusal:
            raise CommandError(str(refusal)) from refusal
        bar.clear()
        stored = self.moving(row)
        self.stdout.write(self.style.SUCCESS(f"import={row.pk} stored={stored}"))

    def tell(self, row: Import) -> None:
        """What was found, as the page shows it."""
        self.stdout.write(" ".join(f"{name}={n}" for name, n in row.counts.items()))
        for one in row.reading["heads"]:
            read = one["field"] if one["field"] != "-" else "not read"
            unit = f"  {one['conversion']}" if one["conversion"] else ""
            self.stdout.write(f"  {one['letter']}  {one['head']} → {read}{unit}")
        told = [("", shown.ShownProblem(*one)) for one in row.result["problems"]]
        for one in row.result["rows"]:
            told += [(one["n"], shown.ShownProblem(*said)) for said in one.get("p", [])]
        for number, one in told[:PROBLEMS_SHOWN]:
            place = " ".join(str(part) for part in (number, one.letter, one.head) if part)
            value = f" “{one.value}”" if one.value else ""
            self.stdout.write(f"  {one.level}  {place}{value}: {one.sentence} {one.hint}".rstrip())
        if len(told) > PROBLEMS_SHOWN:
            self.stdout.write(f"  and {len(told) - PROBLEMS_SHOWN} more")

    def moving(self, row: Import) -> int:
        return row.counts["new"] + row.counts["changed"]

    def has_errors(self, row: Import) -> bool:
        return any(one[0] == "error" for one in row.result["problems"])

    def agreed(self, row: Import) -> bool:
        question = f"Store {self.moving(row)} rows? [y/N] "
        try:
            return input(question).strip().lower() in ("y", "yes")
        except EOFError:
            return False

    def user(self, name: str | None) -> User | None:
        if name is None:
            return None
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {name}.")
        return user

    def context(self, user, options) -> Context:
        scope = scope_of(user) if user else command_scope()
        zone = self.place(Zone, options["zone"], scope)
        park = self.place(Park, options["park"], scope)
        context = Context(scope, zone, park, options["year"])
        if park and not context.writes(park.pk):
            raise CommandError(f"{user} enters no data for this park.")
        return context

    def place(self, model, key: str | None, scope):
        if key is None:
            return None
        found = scope.limit(model.objects.filter(key=key)).first()
        if found is None:
            raise CommandError(f"There is no {model._meta.model_name} with the key {key}.")
        return found
