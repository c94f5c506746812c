"""Holds the numbers of a text against what is known of a place: confirmed, different or unknown."""

import re
from collections import Counter as Counts
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import TitleKind
from enterprises.places import Place
from zonetrack import catalog
from zonetrack.indicators.declaration import Indicator
from zonetrack.projects.models import ProgramCategory
from zonetrack.records import FIRST_YEAR, LAST_YEAR
from zonetrack.targets.scorecard import PUBLISHED, Scorecards

from .comparing import agrees, contradicts, same
from .folding import folded
from .known import Known, of_line, speaks_of
from .reading import Claim, Counter, Unit, claims_of
from .records import Records
from .spotting import CONTINUED, Spotted
from .subjects import family_of, is_title, kind_subjects, level_key, named_parks, subject_name
from .words import KEY_MARKS, PARK_COUNT, Subject, indicator_subjects, record_subject

MARGIN = 0.6  # subjects that fit nearly as well as the best
# Words that stand farther away can confirm a number; to prove it wrong they are too weak.
STRONG = 1.5
MOST_ALSO = 3
YEARS_BACK, YEARS_AHEAD = 30, 10
PIPELINE_KEYS = (
    "rd-bodies-held", "rd-bodies-new", "centers-building", "centers-planned", "centers-applied",
)  # fmt: skip
ONE_FIRM = re.compile(r"公司|集团|\bCo\.|\bLtd\b|\bInc\b|\bCorp", re.IGNORECASE)
AND_OTHERS = re.compile(
    r"等\s*$|\bother(?:s)?\s*$|\bamong\b|\bincluding\b|\bsuch as\b", re.IGNORECASE
)


class Verdict(StrEnum):
    CONFIRMED = "confirmed"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """What became of a claim. `known`: what it was held against; `also`: what else fits it."""

    claim: Claim
    verdict: Verdict
    known: Known | None = None
    also: tuple[Known, ...] = ()
    reason: str = ""


def check(text: str, place: Place, year: int, today: date, elsewhere: Iterable[str] = ()):
    """Findings for all numbers of a text, and whether it has more than are read.

    `year` is the year of the text; `elsewhere` are names of other places that the reader may see.
    """
    claims, more = claims_of(text)
    checker = Checker(folded(text).whole, claims, place, year, today, elsewhere)
    findings = [checker.finding(claim) for claim in claims]
    # The word “one” is a number only where it can be one of ours.
    kept = [one for one in findings if one.verdict == Verdict.CONFIRMED or not one.claim.weak]
    return kept, more


class Checker:
    def __init__(self, whole: str, claims, place: Place, year: int, today: date, elsewhere=()):
        self.whole, self.place, self.year, self.today = whole, place, year, today
        self.spotted = Spotted(whole, claims, self.subjects(), kind_subjects())
        self.records = Records(today)
        self.claims = claims
        self.parks = [] if place.park else named_parks(place)
        self.elsewhere = [(name, re.compile(re.escape(name), re.I)) for name in elsewhere if name]

    @staticmethod
    def subjects() -> list[Subject]:
        return [*indicator_subjects(), record_subject(KEY_MARKS), record_subject(PARK_COUNT)]

    @cached_property
    def cards(self) -> Scorecards:
        """The lines of all indicators the text speaks of, in all years it speaks of."""
        asked = {year for claim in self.claims for year in self.years(claim)}
        return Scorecards(
            self.indicators,
            self.place,
            min(asked, default=self.year),
            max(asked, default=self.year),
            today=self.today,
        )

    @cached_property
    def indicators(self) -> list[Indicator]:
        spoken_of = {one.indicator.key for one in self.spotted.groups if one.indicator}
        levels = {level_key(one.ref) for one in self.spotted.groups if is_title(one)}
        return [each for each in catalog.INDICATORS if each.key in spoken_of | levels]

    def years(self, claim: Claim) -> list[int]:
        """The years a claim can be about, the likeliest first."""
        if claim.year is not None:
            years = [claim.year]
        else:
            said = self.year + (claim.years_off or 0)
            years = [said, self.year, self.year - 1, self.year + 1]
        first, last = self.year - YEARS_BACK, self.year + YEARS_AHEAD
        first, last = max(first, FIRST_YEAR), min(last, LAST_YEAR)
        return [year for year in dict.fromkeys(years) if first <= year <= last]

    def finding(self, claim: Claim) -> Finding:
        reason = self.not_ours(claim)
        fits = [] if reason else self.fitting(claim)
        if not fits:
            return Finding(claim, Verdict.UNKNOWN, reason=reason or nothing_said())
        places = self.places(claim)
        # Where nothing is known of a kind by itself, the indicators may know it.
        while len(fits) > 1 and fits[0][1].ref and not self.known(fits[0][1], claim, places):
            fits = fits[1:]
        limit = fits[0][0] - MARGIN
        # What only continues an earlier clause may be said of any of the subjects before it.
        several = fits[0][0] <= CONTINUED and len(fits) > 1 and fits[1][0] >= limit
        near = [
            (0 if several else self.strength(claim, subject, score), known)
            for score, subject in fits
            if score >= limit
            for known in self.known(subject, claim, places)
        ]
        verdict, known = decided(claim, near)
        if verdict == Verdict.CONFIRMED:
            rest = [subject for score, subject in fits if score < limit]
            also = self.also(claim, rest, places, known)
            return Finding(claim, verdict, known, also)
        if verdict == Verdict.DIFFERENT:
            return Finding(claim, verdict, known)
        if near and not several and not any(strength for strength, _known in near):
            return Finding(claim, verdict, reason=nothing_said())
        beside = near[0][1] if near else None
        reason = self.why_unknown(fits[0][1], beside, claim)
        return Finding(claim, Verdict.UNKNOWN, beside, reason=reason)

    def strength(self, claim: Claim, subject: Subject, score: float) -> float:
        """Where something else may be counted, a number can be confirmed, not proved wrong."""
        if claim.in_name or self.spotted.counts_else(claim, subject):
            return 0
        return score

    def fitting(self, claim: Claim) -> list[tuple[float, Subject]]:
        found = [
            (score, subject)
            for score, subject in self.spotted.fitting(claim)
            if (speaks_of(claim, subject.indicator) if subject.indicator else counts(claim))
        ]
        # Two kinds of a family in one clause (centers of this kind or that) are spoken of together.
        families = Counts(family for score, one in found if (family := family_of(one, score)))
        return [one for one in found if families.get(family_of(one[1], one[0]), 0) < 2]

    def also(self, claim: Claim, subjects: list[Subject], places, known: Known):
        """What else that the text speaks of has just this number."""
        found = [self.known(subject, claim, places)[:1] for subject in subjects[: MOST_ALSO * 2]]
        fit = [one for each in found for one in each if one != known and same(claim, one)]
        return tuple(fit[:MOST_ALSO])

    def places(self, claim: Claim) -> list[Place]:
        """The park the clause names, else the place chosen."""
        clause = self.whole[slice(*claim.clause)]
        named = [park for words, park in self.parks if words.search(clause)]
        # A clause with several parks speaks of the zone.
        return named if len(named) == 1 else [self.place]

    def known(self, subject: Subject, claim: Claim, places: list[Place]) -> list[Known]:
        """What is known of a subject in the first of the years in which anything is."""
        if isinstance(subject.ref, ProgramCategory):
            return self.records.quota(subject.ref)
        years = self.years(claim)
        for year in years:
            found = [one for place in places for one in self.in_year(subject, claim, place, year)]
            if found and year != years[0]:
                # The text may say which year it means; then another cannot prove it wrong.
                said = claim.years_off is not None
                return [replace(one, firm=one.firm and not said, exactly=True) for one in found]
            if found:
                return found
        return []

    def in_year(self, subject: Subject, claim: Claim, place: Place, year: int) -> list[Known]:
        if subject.indicator:
            return of_line(claim, self.cards.line(subject.indicator, year, place))
        if subject.key == KEY_MARKS:
            return self.records.key_enterprises(place, year)
        if subject.key == PARK_COUNT:
            return self.records.parks(place, year)
        if is_title(subject):
            return self.of_title(subject.ref, claim, place, year)
        keys = self.spotted.stages(claim) or PIPELINE_KEYS
        keys = [*keys, *(key for key in PIPELINE_KEYS if key not in keys)]
        found = [k for key in keys for k in self.records.of_kind(key, subject.ref, place, year)]
        # What is planned is not proved wrong by what there is.
        return [replace(one, firm=False) for one in found] if claim.aimed else found

    def of_title(self, kind: TitleKind, claim: Claim, place: Place, year: int) -> list[Known]:
        """The figure published of the title's level, then the titles of this kind."""
        found = []
        if (key := level_key(kind)) in catalog.BY_KEY:
            line = self.cards.line(catalog.BY_KEY[key], year, place)
            if line.actual.origin == PUBLISHED:
                found = of_line(claim, line)
        for key in ("titles-new", "titles-held"):
            found += self.records.of_kind(key, kind, place, year)
        return found

    # Why not

    def not_ours(self, claim: Claim) -> str:
        if claim.unit == Unit.OTHER:
            return _("Figures in this unit are not kept here.")
        before = self.whole[claim.clause[0] : claim.start]
        of_firms = claim.counter in (Counter.ENTERPRISES, Counter.PARKS)
        if not of_firms and ONE_FIRM.search(before) and not AND_OTHERS.search(before):
            return _("This is said of a single enterprise; only totals are compared here.")
        clause = self.whole[slice(*claim.clause)]
        for name, words in self.elsewhere:
            if words.search(clause):
                return _("This is said of %(place)s, which is not the place chosen.") % {
                    "place": name
                }
        return ""

    def why_unknown(self, subject: Subject, beside: Known | None, claim: Claim) -> str:
        if beside is not None or claim.gap:
            return _("What is known here does not decide it.")
        years = self.years(claim)
        if not years:
            return _("This year lies too far from the year of the text.")
        words = {
            "what": subject_name(subject),
            "years": ", ".join(str(year) for year in sorted(years)),
        }
        return (
            ngettext(
                "%(what)s: nothing is known for %(years)s.",
                "%(what)s: nothing is known for the years %(years)s.",
                len(years),
            )
            % words
        )


def decided(claim: Claim, near: list[tuple[float, Known]]) -> tuple[Verdict, Known | None]:
    """The verdict and what gives it: the same number first, else the first that decides."""
    for _score, known in near:
        if same(claim, known) and agrees(claim, known):
            return Verdict.CONFIRMED, known
    for score, known in near:
        if agrees(claim, known):
            return Verdict.CONFIRMED, known
        if score >= STRONG and contradicts(claim, known):
            return Verdict.DIFFERENT, known
    return Verdict.UNKNOWN, None


def nothing_said() -> str:
    return _("Nothing that is kept here is spoken of beside this number.")


def counts(claim: Claim) -> bool:
    """Whether the claim is a plain number of records."""
    return claim.unit == Unit.THINGS and not claim.turn
