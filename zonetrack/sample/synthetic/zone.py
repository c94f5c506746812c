"""One generated zone while it is being made."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from random import Random

from enterprises.models import Institution, Park, Zone

from .firms import Firm
from .plan import Span


@dataclass
class Making:
    """A zone with its parks and firms; `tally` counts what targets are set by."""

    number: int
    span: Span
    seed: int
    patents: int
    firms: list[Firm]
    institutions: list[Institution]
    activity: float = 1
    zone: Zone | None = None
    parks: list[Park] = field(default_factory=list)
    # (indicator, place among the parks, year) → how much.
    tally: Counter = field(default_factory=Counter)

    def rng(self, topic: str) -> Random:
        """Luck of its own for each topic, so that more of one thing leaves the others alone."""
        return random_of(self.seed, self.number, topic)

    def firm_of(self, year: int, rng: Random) -> Firm:
        """Some firm that is there in the year, an innovative one where one is found soon."""
        for tries in range(24):
            firm = rng.choice(self.firms)
            if firm.there_in(year) and (firm.innovates or tries > 12):
                return firm
        return min(self.firms, key=lambda firm: firm.start)

    def park_of(self, firm: Firm, year: int) -> Park:
        return self.parks[firm.park_in(year)]

    def count(self, indicator: str, firm: Firm, year: int, n: float = 1) -> None:
        self.tally[indicator, firm.park_in(year), year] += n

    def total(self, indicator: str, year: int) -> float:
        return sum(self.tally[indicator, park, year] for park in range(len(self.parks)))

    def days(self, share: float, rng: Random, *, least: float = 3, since=None) -> list[date]:
        """Days of things of which there is `share` a year for each firm."""
        per_year = max(len(self.firms) * share, least) * self.activity
        return self.span.days(per_year, rng, since=since)


def random_of(seed: int, number: int, topic: str) -> Random:
    return Random(f"{seed}/{number}/{topic}")
