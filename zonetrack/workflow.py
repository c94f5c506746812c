"""How a yearly return goes from draft to approved: by whom, under which conditions.

not started → draft → submitted → approved, or sent back with a comment and submitted again.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Explanation, Return, State
from zonetrack import entering, notices, writing
from zonetrack.access.scope import Scope
from zonetrack.checking import Finding, Level
from zonetrack.entering import Stored
from zonetrack.return_checks import Limit, facts_of_returns, findings
from zonetrack.years.closing import ClosedYear

LONGEST_REASON, LONGEST_COMMENT = 500, 2_000
# So many returns are one transaction; whoever else writes in their zones waits for it.
AT_ONCE = 30
LONGEST_VALUES = Explanation._meta.get_field("values").max_length
RANGE = {"low", "high", "enterprises"}  # names of values in a finding


class NotNow(Exception):
    """The return is not in a state from which this can be done, or something is missing."""


class Open(NotNow):
    """Findings stand in the way: errors, and unusual figures nobody has explained."""

    def __init__(self, found: list[Finding]):
        self.findings = found
        super().__init__(_("Some figures must be looked at before the return can be submitted."))


class NoComment(NotNow):
    """A return is sent back with words only."""

    def __init__(self):
        super().__init__(_("Say what is to be mended."))


# What a step raises; with many returns at once the others go on.
REFUSED = (NotNow, writing.Conflict, ClosedYear)


def done_words(reached: State, n: int) -> str:
    """How many returns have taken the step to a state."""
    if reached == State.SUBMITTED:
        words = ngettext("%(n)d return submitted.", "%(n)d returns submitted.", n)
    elif reached == State.APPROVED:
        words = ngettext("%(n)d return approved.", "%(n)d returns approved.", n)
    else:
        words = ngettext("%(n)d return sent back.", "%(n)d returns sent back.", n)
    return words % {"n": n}


def may_enter(scope: Scope, park_id: int) -> bool:
    return scope.everything or park_id in scope.writable_park_ids


def may_decide(scope: Scope, park_id: int) -> bool:
    """Whether the user approves and sends back the returns of a park."""
    return scope.everything or park_id in scope.decided_park_ids


# Checks


def found_in(filing: Return, limit: Limit | None = None) -> list[Finding]:
    return found_in_each([filing], limit)[filing.pk]


def found_in_each(
    returns: Iterable[Return], limit: Limit | None = None
) -> dict[int, list[Finding]]:
    """What the checks find in each of some returns, in as many queries as for one."""
    keys = [filing.pk for filing in returns]
    facts = facts_of_returns(Return.objects.filter(pk__in=keys), limit)
    return {key: findings(facts[key]) if key in facts else [] for key in keys}


def values_of(finding: Finding) -> str:
    """The figures a reason is said of; with other figures the reason holds no more.

    Not the range they were held against, which moves when another return is approved. Where they
    are too many to be kept, a digest of them all.
    """
    values = {name: value for name, value in finding.values.items() if name not in RANGE}
    said = {name: str(value) for name, value in (values | dict(finding.figures)).items()}
    text = json.dumps(said, sort_keys=True)
    return text if len(text) <= LONGEST_VALUES else sha256(text.encode()).hexdigest()


def explained(filing: Return, found: Iterable[Finding]) -> dict[str, Explanation]:
    """Reasons that hold for what the checks find now, by the key of the check."""
    known = {row.check_key: row for row in filing.explanations.all()}
    return {
        finding.check.key: known[finding.check.key]
        for finding in found
        if finding.check.key in known and known[finding.check.key].values == values_of(finding)
    }


def holding_explained(keys: Iterable[int], limit: Limit | None = None) -> int:
    """How many of some returns hold unusual figures for which a reason was given."""
    rows = Return.objects.filter(pk__in=list(keys))
    facts = facts_of_returns(rows, limit)
    return sum(
        bool(explained(row, findings(facts[row.pk])))
        for row in rows.prefetch_related("explanations")
        if row.pk in facts
    )


def explain(filing: Return, found: Iterable[Finding], reasons: Mapping[str, str], *, by) -> None:
    """Keep the reasons given for unusual figures, by the key of the check."""
    known = {row.check_key: row for row in filing.explanations.all()}
    for finding in found:
        reason = clean(reasons.get(finding.check.key, ""), LONGEST_REASON)
        if finding.level != Level.WARNING or not reason:
            continue
        row = known.get(finding.check.key) or Explanation(
            filing=filing, check_key=finding.check.key
        )
        said = (row.values, row.reason)
        row.values, row.reason = values_of(finding), reason
        if said != (row.values, row.reason):
            writing.save(row, by=by)


def clean(text: str, longest: int) -> str:
    """As it is kept: no database keeps the sign NUL."""
    return text.replace("\0", "").strip()[:longest]


# Steps


def one_by_one(
    returns: Iterable[Return],
    step: Callable[[Return, list[Finding]], None],
    limit: Limit | None = None,
) -> None:
    """Take a step with each return, given what the checks find in it; one that is refused takes
    back none of the others.

    Some at a time are one block of writes: they are checked together, and sums are counted once
    for them. `step` catches what is refused.
    """
    returns = list(returns)
    for place in range(0, len(returns), AT_ONCE):
        some = returns[place : place + AT_ONCE]
        with writing.together():
            # Their zones and rows in one order, so that two who do so never wait for each other.
            entering.locked(filing.pk for filing in some)
            found = found_in_each(some, limit)
            for filing in some:
                step(filing, found[filing.pk])


@writing.together()
def submit(
    filing: Return,
    *,
    by,
    at: datetime,
    opened: int | None = None,
    reasons: Mapping[str, str] | None = None,
    limit: Limit | None = None,
    found: list[Finding] | None = None,
) -> Return:
    """Hand a return in; where the zone has no reviewer, it is approved at once.

    `found`: what the checks find, from a caller who holds the locks. Raises Open while errors
    stand or an unusual figure has no reason, NotNow, Conflict, ClosedYear.
    """
    stored, filing = current(filing, opened, done=(State.SUBMITTED, State.APPROVED))
    if filing.state in (State.SUBMITTED, State.APPROVED):
        return filing
    if not has_figures(stored, filing):
        raise NotNow(_("Nothing has been entered yet."))
    found = found_in(filing, limit) if found is None else found
    explain(filing, found, reasons or {}, by=by)
    told = explained(filing, found)
    if still := [finding for finding in found if finding.check.key not in told]:
        raise Open(still)
    filing.submitted_by, filing.submitted_at = by, at
    approves = filing.park.home_zone.approves_on_submit
    return move(stored, filing, State.APPROVED if approves else State.SUBMITTED, by=by)


@writing.together()
def approve(
    filing: Return, *, by, opened: int | None = None, found: list[Finding] | None = None
) -> Return:
    """From now on the figures count. `found` as in `submit`. Raises NotNow unless the return is
    submitted."""
    stored, filing = current(filing, opened, done=(State.APPROVED,))
    if filing.state == State.APPROVED:
        return filing
    if filing.state != State.SUBMITTED:
        raise NotNow(_("Only a return that has been submitted can be approved."))
    found = found_in(filing) if found is None else found
    if errors := [one for one in found if one.level == Level.ERROR]:
        raise Open(errors)
    return move(stored, filing, State.APPROVED, by=by)


@writing.together()
def send_back(filing: Return, *, by, comment: str, opened: int | None = None) -> Return:
    """Ask its author for something to be mended. Figures that were approved no longer count."""
    stored, filing = current(filing, opened, done=(State.RETURNED,))
    comment = clean(comment, LONGEST_COMMENT)
    if filing.state == State.RETURNED and filing.comment == comment:
        return filing
    if filing.state not in (State.SUBMITTED, State.APPROVED):
        raise NotNow(_("Only a return that has been submitted or approved can be sent back."))
    if not comment:
        raise NoComment()
    filing.comment = comment
    filing = move(stored, filing, State.RETURNED, by=by, reason=comment)
    notices.tell_sent_back(filing, by=by)
    return filing


def current(
    filing: Return, opened: int | None, *, done: tuple[State, ...]
) -> tuple[Stored, Return]:
    """What is stored, locked, and the return in it. Raises Conflict if it is not what the person
    had open.

    `done`: the states to which the step leads. Who sends the same form twice is told no conflict.
    """
    stored = entering.locked([filing.pk])
    row = stored.returns.get(filing.pk)
    if row is None:
        raise writing.Conflict(None)
    if row.state not in done and opened is not None and stored.opened(filing.pk) != opened:
        raise writing.Conflict(row)
    return stored, row


def has_figures(stored: Stored, filing: Return) -> bool:
    return any(stored.figure(filing.pk, name) is not None for name in entering.PART_OF)


def move(stored: Stored, filing: Return, state: State, *, by, reason: str = "") -> Return:
    """Give the return its new state, which its parts follow."""
    filing.state = state
    if state != State.RETURNED:
        filing.comment = ""
    writing.save(filing, by=by, reason=reason)
    for rows in stored.parts.values():
        if row := rows.get(filing.pk):
            row.filing = filing
            row.follow_return()
            writing.save_many([row], by=by, reason=reason)
    return filing
