"""Times taken in turns, so that whatever else the machine does falls on all alike."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

NOISY = 2  # the longest time over the shortest
WARM_UP = 2

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Timing:
    """Times of the same work, in seconds, in the order they were taken."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def noisy(self) -> bool:
        return max(self.seconds) > NOISY * min(self.seconds)

    @property
    def words(self) -> str:
        """Median, least and most, in milliseconds."""
        least, most = min(self.seconds), max(self.seconds)
        return f"{self.median * 1000:.1f} ({least * 1000:.0f}–{most * 1000:.0f})"

    def over(self, other: "Timing") -> float:
        """How many times the other's: the median of the ratios pair by pair."""
        return median(a / b for a, b in zip(self.seconds, other.seconds, strict=True))


def in_turns(works: dict[Key, Callable[[], float]], times: int) -> dict[Key, Timing]:
    """Each work answers the seconds it took. Order: A B A B …, after a few that do not count."""
    for work in [*works.values()] * WARM_UP:
        work()
    taken = {key: [] for key in works}
    for _ in range(times):
        for key, work in works.items():
            taken[key].append(work())
    return {key: Timing(tuple(seconds)) for key, seconds in taken.items()}


def growth(times: dict[Key, Timing]) -> float | None:
    """The last one over the first; None where there is only one."""
    found = list(times.values())
    return found[-1].over(found[0]) if len(found) > 1 else None


ADDITIONS = 10_000_000
# How long they take on a machine for which limits in seconds are meant.
USUAL_SECONDS = 0.65


def additions() -> None:
    """Work by which machines are compared: a loop of ten million additions."""
    total = 0
    for number in range(ADDITIONS):
        total += number


def seconds_of(work: Callable[[], object], clock: Callable[[], float]) -> float:
    began = clock()
    work()
    return clock() - began
