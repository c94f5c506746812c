"""How large the example is, and which years it covers."""

from dataclasses import dataclass
from datetime import date
from random import Random

# The first zone of a plan with `reference` covers so many years, whatever the others do.
REFERENCE_YEARS = 10
REFERENCE_PATENTS = 10


@dataclass(frozen=True)
class Plan:
    """`enterprises` are those of all zones together; `patents` single ones per enterprise at most.

    `reference`: enterprises of the first zone, which is then the same at every size.
    `activity`: how often an enterprise files patents, wins titles and the like, against those of
    a small zone, where everything is shown.
    """

    zones: int
    enterprises: int
    years: int
    patents: int
    reference: int | None = None
    seed: int = 1
    activity: float = 1

    def sizes(self) -> list[int]:
        """Enterprises of each zone. The second one is the big one: it takes a fifth of the rest."""
        if self.zones == 1:
            return [self.reference or self.enterprises]
        first = self.reference or max(self.enterprises // self.zones, 1)
        rest = max(self.enterprises - first, self.zones - 1)
        if self.zones == 2:
            return [first, rest]
        big = max(rest // 5, 1)
        others, left = divmod(rest - big, self.zones - 2)
        return [first, big, *(max(others + (n < left), 1) for n in range(self.zones - 2))]


SIZES = {
    "small": Plan(zones=1, enterprises=60, years=6, patents=10),
    "medium": Plan(zones=30, enterprises=15_000, years=15, patents=3),
    # 9 million yearly returns, 10 million patents, 200,000 centers, 300,000 titles.
    "large": Plan(zones=2_543, enterprises=600_000, years=18, patents=400, activity=0.35),
}


@dataclass(frozen=True)
class Span:
    """The years of a zone: complete ones from `first` to `last`, then the running one."""

    first: int
    last: int
    today: date

    @property
    def running(self) -> int:
        return self.last + 1

    def day(self, year: int, rng: Random) -> date | None:
        """Some working day of the year; None if it has not come yet."""
        # `randint` would take three times as long, and this is asked very often.
        day = date(year, 1 + int(rng.random() * 12), 1 + int(rng.random() * 28))
        return day if day <= self.today else None

    def days(self, per_year: float, rng: Random, *, since: int | None = None) -> list[date]:
        """Days on which something happens, a little more often every year."""
        found = []
        for year in range(since or self.first, self.running + 1):
            growth = 0.75 + 0.5 * (year - self.first) / max(self.running - self.first, 1)
            count = max(round(rng.gauss(per_year * max(growth, 0.3), per_year * 0.15)), 0)
            days = [self.day(year, rng) for _ in range(count)]
            found += sorted(filter(None, days))
        return found


def later(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))
