"""What people are told about their yearly work: by mail, and on the pages they begin from."""

import logging
from dataclasses import dataclass, field
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Return, State
from zonetrack.access.models import User
from zonetrack.access.scope import Scope, scope_of
from zonetrack.addresses import entry_form_of, on_the_site
from zonetrack.entering import PARTS
from zonetrack.mails import in_both_languages

MOST_SHOWN = 5

log = logging.getLogger(__name__)


# By mail


def author_of(filing: Return) -> User | None:
    """Who is told that a return was sent back: who submitted it, else who last entered figures."""
    return filing.submitted_by or last_to_enter(filing)


def last_to_enter(filing: Return) -> User | None:
    changes = [change for part in PARTS for change in entered(part, filing)]
    return max(changes, key=lambda change: change.history_date).history_user if changes else None


def entered(part, filing: Return) -> list:
    """Entries of the history in which somebody changed a figure, not only the approval."""
    rows = part.history.filter(filing_id=filing.pk).select_related("history_user")
    rows = list(rows.order_by("history_id"))
    before = [None, *rows]
    return [
        row
        for row, last in zip(rows, before, strict=False)
        if row.history_user_id and changes_figures(part, row, last)
    ]


def changes_figures(part, row, last) -> bool:
    if last is None:
        # What was changed is known only of a row that was new.
        return row.history_type == "+"
    return any(getattr(row, name) != getattr(last, name) for name in part.FIGURES)


def tell_sent_back(filing: Return, *, by) -> None:
    """Mail the comment to the author once the change is stored; nobody is told by himself."""
    author = author_of(filing)
    if author is None or author == by or not may_be_told(author, filing):
        return
    subject, body = in_both_languages(lambda: written(filing))
    transaction.on_commit(lambda: send(subject, body, author.email))


def may_be_told(author: User, filing: Return) -> bool:
    """Whether the return is still the person's work."""
    if not (author.is_active and author.email):
        return False
    scope = scope_of(author)
    return scope.everything or filing.park_id in scope.writable_park_ids


def written(filing: Return) -> tuple[str, str]:
    """Subject and text."""
    words = {"enterprise": filing.enterprise.name, "year": filing.year}
    subject = _("Sent back: return of %(enterprise)s for %(year)d") % words
    asked = _("The reviewer has sent this return back. What is to be mended:")
    address = on_the_site(entry_form_of(filing.pk))
    return subject, f"{subject}\n\n{asked}\n{filing.comment}\n\n{address}"


def send(subject: str, body: str, address: str) -> None:
    """A mail that cannot be sent stops nobody's work: the home page says the same."""
    try:
        send_mail(subject, body, None, [address])
    except (SMTPException, OSError):
        log.exception("A notice could not be mailed.")


# On the home page


@dataclass(frozen=True)
class Work:
    """Returns sent back to the user with their number, and those that wait for the user."""

    returned: list[Return] = field(default_factory=list)
    all_returned: int = 0
    waiting: list[Return] = field(default_factory=list)
    all_waiting: int = 0

    def __bool__(self):
        return bool(self.all_returned or self.all_waiting)

    @property
    def returned_words(self) -> str:
        return ngettext(
            "%(n)d return was sent back to you.",
            "%(n)d returns were sent back to you.",
            self.all_returned,
        ) % {"n": self.all_returned}

    @property
    def waiting_words(self) -> str:
        return ngettext(
            "%(n)d return waits for your approval.",
            "%(n)d returns wait for your approval.",
            self.all_waiting,
        ) % {"n": self.all_waiting}

    @property
    def sentence(self) -> str:
        told = [self.returned_words if self.all_returned else ""]
        told.append(self.waiting_words if self.all_waiting else "")
        return " ".join(filter(None, told))


def work_of(scope: Scope) -> Work:
    """What the user is to do about returns, in one query; none for those who enter nothing."""
    if not scope.may_enter():
        return Work()
    mine = Q(submitted_by=scope.user) | Q(submitted_by=None)
    returned, waiting = Q(mine, state=State.RETURNED), Q(state=State.SUBMITTED)
    if not scope.everything:
        returned &= Q(park__in=scope.writable_park_ids)
        waiting &= Q(park__in=scope.decided_park_ids)
    rows = (
        Return.objects.filter(returned | waiting)
        .annotate(
            place=Window(RowNumber(), partition_by="state", order_by=[F("year").desc(), "pk"]),
            alike=Window(Count("pk"), partition_by="state"),
        )
        .filter(place__lte=MOST_SHOWN)
        .select_related("enterprise")
        .order_by("-year", "pk")
    )
    found = {State.RETURNED: [], State.SUBMITTED: []}
    for row in rows:
        found[row.state].append(row)
    returned, waiting = found.values()
    return Work(
        returned,
        returned[0].alike if returned else 0,
        waiting,
        waiting[0].alike if waiting else 0,
    )
