from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from zonetrack.sample.crew import processors
from zonetrack.sample.example import SIZES, AlreadyThere, make_example, plan_of
from zonetrack.sample.progress_bar import Bar
from zonetrack.sums.checking import build

MOST_PROCESSES = 64


class Command(BaseCommand):
    help = (
        "Makes example zones with synthetic data, the same for the same seed. "
        "They are marked as examples on every page."
    )

    def add_arguments(self, parser):
        parser.add_argument("--size", choices=SIZES, default="small")
        parser.add_argument("--zones", type=int, help="number of zones")
        parser.add_argument("--enterprises", type=int, help="enterprises of all zones together")
        parser.add_argument("--years", type=int, help="complete years, up to the one before this")
        parser.add_argument("--patents", type=int, help="single patents for each enterprise")
        parser.add_argument(
            "--activity",
            type=float,
            help="how often enterprises file patents, win titles and the like; 1 as in small zones",
        )
        parser.add_argument(
            "--reference",
            type=int,
            metavar="ENTERPRISES",
            help="make the first zone of so many enterprises and ten years, alike at every size",
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--processes",
            type=int,
            default=processors(),
            help="how many work at once (default: one for each processor); the rows are the same",
        )
        parser.add_argument("--no-progress-bar", action="store_true")

    def handle(self, *args, **options):
        wanted = ("zones", "enterprises", "years", "patents", "activity", "reference", "seed")
        plan = plan_of(options["size"], **{name: options[name] for name in wanted})
        refuse_impossible(plan)
        processes = options["processes"]
        if not 1 <= processes <= MOST_PROCESSES:
            raise CommandError(
                f"--processes is {processes}; it must lie between 1 and {MOST_PROCESSES}."
            )
        shown = options["verbosity"] >= 1 and not options["no_progress_bar"]
        bar = Bar(self.stderr, shown=shown)
        try:
            counts = make_example(plan, today=timezone.localdate(), tell=bar, processes=processes)
        except AlreadyThere as error:
            raise CommandError(
                "This database has an example zone already. Nothing was changed."
            ) from error
        finally:
            bar.clear()
        build(timezone.localdate())
        self.stdout.write(" ".join(f"{name}={n}" for name, n in counts.items()))
        self.stdout.write(self.style.SUCCESS(f"created={sum(counts.values())}"))


def refuse_impossible(plan) -> None:
    for name, least, most in (
        ("zones", 1, 9_999),
        ("enterprises", plan.zones, 900_000),
        ("years", 3, 30),
        ("patents", 0, 1_000),
        ("activity", 0.05, 5),
        ("reference", 5, 20_000),
    ):
        value = getattr(plan, name)
        if value is not None and not least <= value <= most:
            raise CommandError(f"--{name} is {value}; it must lie between {least} and {most}.")
