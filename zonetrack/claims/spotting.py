"""Where a text speaks of which subject, and how well each subject fits a number."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from .folding import SENTENCE, Bounds
from .reading import Claim, Counter
from .words import STAGES, Subject

NEAR, CONTINUED, IN_SENTENCE, BEFORE = (
    3.0,
    1.6,
    1.0,
    0.5,
)  # what a group of words counts for by where it stands
REACH = 60  # signs after which words of the same clause count for less
BETWEEN = 0.5  # what another number in between takes away
TOGETHER = 0.6  # what every further group in the same clause adds

Spans = list[tuple[int, int]]


class Spotted:
    """The subjects of a text. `whole` is folded as in `reading`."""

    def __init__(self, whole: str, claims: list[Claim], subjects: Iterable[Subject], kinds=()):
        self.whole, self.bounds = whole, Bounds(whole)
        self.starts = [claim.start for claim in claims]
        self._found: dict[str, Spans] = {}
        self.groups: dict[Subject, list[Spans]] = {}
        for subject in subjects:
            groups = [self.spans(pattern) for pattern in subject.groups]
            named = self.spans(subject.names) if subject.names else []
            # The full name stands for each of the groups.
            groups = [sorted([*group, *named]) for group in groups or [[]]]
            if all(groups):
                self.groups[subject] = groups
        for subject, spans in self.longest(kinds).items():
            self.groups[subject] = [spans]

    def spans(self, pattern: re.Pattern) -> Spans:
        if pattern.pattern not in self._found:
            found = [match.span() for match in pattern.finditer(self.whole)]
            self._found[pattern.pattern] = found
        return self._found[pattern.pattern]

    def longest(self, kinds: Iterable[Subject]) -> dict[Subject, Spans]:
        """Names of kinds that are not part of a longer name at the same place."""
        every = [(*span, kind) for kind in kinds for span in self.spans(kind.groups[0])]
        every.sort(key=lambda one: (one[0], -one[1]))
        found: dict[Subject, Spans] = {}
        reached = -1
        for start, end, kind in every:
            if start >= reached:
                found.setdefault(kind, []).append((start, end))
                reached = end
        return found

    def fitting(self, claim: Claim) -> list[tuple[float, Subject]]:
        """The subjects a claim may be about, the best first."""
        found = []
        for subject, groups in self.groups.items():
            if claim.counter not in subject.counters:
                continue
            score = self.score(groups, claim, subject.extra)
            if score:
                found.append((score, subject))
        return sorted(found, key=lambda one: -one[0])

    def score(self, groups: list[Spans], claim: Claim, extra: float) -> float:
        """0 where a group of words is missing, or stands before a sentence without the others."""
        scores = [self.of_group(spans, claim) for spans in groups]
        near = sum(score > CONTINUED for score in scores)
        if not all(scores) or (not near and BEFORE in scores):
            return 0
        mean = sum(scores) / len(scores)
        return mean + extra + TOGETHER * (near - 1) if near else mean

    def of_group(self, spans: Spans, claim: Claim) -> float:
        near = within(spans, *claim.clause)
        if near:
            return max(self.nearness(span, claim) for span in near)
        earlier = within(spans, claim.sentence[0], claim.clause[0])
        if earlier and (claim.turn or claim.of_target):
            # A rise or a share of a target is said of what was spoken of last.
            return CONTINUED - min(claim.start - earlier[-1][1], SENTENCE) / SENTENCE / 10
        if within(spans, *claim.sentence):
            return IN_SENTENCE
        if not claim.sentence[0]:
            return 0
        before = self.bounds.sentence(claim.sentence[0] - 1)
        return BEFORE if within(spans, *before) else 0

    def nearness(self, span: tuple[int, int], claim: Claim) -> float:
        """Between 1 and 3: less with the distance, and with every number in between."""
        if span[0] >= claim.end:
            distance = span[0] - claim.end
            others = bisect_left(self.starts, span[0]) - bisect_right(self.starts, claim.start)
        else:
            distance = max(claim.start - span[1], 0)
            others = bisect_left(self.starts, claim.start) - bisect_left(self.starts, span[1])
        lost = min(distance, REACH) / REACH + BETWEEN * max(others, 0)
        return max(NEAR - lost, CONTINUED + 0.1)

    def counts_else(self, claim: Claim, subject: Subject) -> bool:
        """Whether the noun after the number is none of the subject's words."""
        if claim.noun is None or claim.counter != Counter.ANY:
            return False
        start, end = claim.noun
        spans = (span for group in self.groups[subject] for span in group)
        return not any(one < end and start < other for one, other in spans)

    def stages(self, claim: Claim) -> list[str]:
        """The indicators whose rows are counted by kind, by what the sentence says of stages."""
        for limits in (claim.clause, claim.sentence):
            words = self.whole[slice(*limits)]
            found = [key for pattern, key in STAGES if pattern.search(words)]
            if found:
                return found
        return []


def within(spans: Spans, start: int, end: int) -> Spans:
    return spans[bisect_left(spans, (start, 0)) : bisect_left(spans, (end, 0))]
