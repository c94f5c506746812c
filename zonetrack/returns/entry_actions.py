"""What is done to many returns at once from the table of a zone: submitting and approving.

Each is a step of its own: those that stand open are told with the reasons, the others are done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Return, State
from enterprises.reporting import Reporting
from zonetrack import workflow
from zonetrack.access.scope import Scope
from zonetrack.channels import Channel, through
from zonetrack.checking import Finding, Level
from zonetrack.lists.returned import told
from zonetrack.return_checks import Limit

from .entry_posted import opened_line

REASONS_TOLD = 5
Step = Callable[[Return, Reporting, list[Finding]], None]
LOST = -1  # equals no number that was ever opened


@dataclass
class Done:
    """The returns that were done, and the rows that stand open, each with the reasons.

    `asks`: whether some of them wait for a reason only.
    """

    filings: list[int] = field(default_factory=list)
    open: list[tuple[Reporting, list[str]]] = field(default_factory=list)
    asks: bool = False

    @property
    def count(self) -> int:
        return len(self.filings)

    def take(self, rows: list[Reporting], step: Step, limit: Limit | None = None) -> None:
        """Take a step with the return of each row."""
        by_return = {row.filing: row for row in rows}

        def attempt(filing: Return, found: list[Finding]) -> None:
            row = by_return[filing.pk]
            try:
                step(filing, row, found)
            except workflow.Open as refusal:
                self.asks |= any(one.level == Level.WARNING for one in refusal.findings)
                self.open.append((row, reasons_of(refusal)))
            except workflow.REFUSED as refusal:
                self.open.append((row, [str(refusal)]))
            else:
                self.filings.append(row.filing)

        workflow.one_by_one([Return(pk=key) for key in by_return], attempt, limit)


def reasons_of(refusal: workflow.Open) -> list[str]:
    found = [told(finding) for finding in refusal.findings]
    return [*found[:REASONS_TOLD], *["…"][: len(found) - REASONS_TOLD]]


@dataclass
class Asked:
    """Who asks for it, when, and what the form had of each line when it was sent."""

    scope: Scope
    posted: Mapping[str, str]
    at: datetime
    stored: set[int]  # enterprises whose line was stored along with it

    def opened(self, row: Reporting) -> int | None:
        """The number the person had before them; None for what they have just stored themselves."""
        if row.enterprise in self.stored:
            return None
        opened, _shown = opened_line(self.posted.get(f"row-{row.enterprise}", ""))
        return LOST if opened is None else opened


def submit_ready(rows: list[Reporting], asked: Asked) -> Done:
    """Submit the returns that are in draft; what was sent back asks for a look of its own."""
    sentence = _("Sent back with a comment: open it, mend it and submit it there.")
    done = Done(open=[(row, [sentence]) for row in rows if row.state == State.RETURNED])

    def submit(filing: Return, row: Reporting, found: list[Finding]) -> None:
        workflow.submit(
            filing, by=asked.scope.user, at=asked.at, opened=asked.opened(row), found=found
        )

    drafts = [row for row in rows if row.state == State.DRAFT]
    done.take(drafts, submit, asked.scope.limit)
    return done


def approve_submitted(rows: list[Reporting], asked: Asked) -> Done:
    """Approve the returns that are submitted, where the person may."""
    done = Done()

    def approve(filing: Return, row: Reporting, found: list[Finding]) -> None:
        workflow.approve(filing, by=asked.scope.user, opened=asked.opened(row), found=found)

    waiting = [row for row in rows if row.state == State.SUBMITTED]
    done.take([row for row in waiting if workflow.may_decide(asked.scope, row.park)], approve)
    return done


ACTIONS = {"submit": submit_ready, "approve": approve_submitted}


def act(name: str, rows: list[Reporting], asked: Asked) -> Done:
    with through(Channel.ACTION):
        return ACTIONS[name](rows, asked)


def words_of(name: str, count: int) -> str:
    reached = State.APPROVED if name == "approve" else State.SUBMITTED
    return workflow.done_words(reached, count) if count else nothing_done(name)


def nothing_done(name: str) -> str:
    if name == "approve":
        return _("No return on this page was waiting for approval.")
    return _("No return on this page could be submitted.")


def explained_words(name: str, done: Done, scope: Scope) -> str:
    """Whoever approves a whole page is told of the unusual figures on it; empty without any."""
    count = workflow.holding_explained(done.filings, scope.limit) if name == "approve" else 0
    words = ngettext(
        "%(n)d of them holds unusual figures with a reason.",
        "%(n)d of them hold unusual figures with a reason.",
        count,
    )
    return words % {"n": count} if count else ""
