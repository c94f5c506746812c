"""Mails that remind of returns: those still to be handed in, and those that wait for approval.

One mail a person, about all the years the person works on, and never two a day about a year.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Park, State
from enterprises.reporting import Reporting, reporting_years
from zonetrack.access import roles
from zonetrack.access.models import User
from zonetrack.access.scope import scope_of
from zonetrack.addresses import on_the_site
from zonetrack.mails import in_both_languages
from zonetrack.years.models import Reminder, ReportingYear

MOST_NAMED = 30  # enterprises of a year in one mail


@dataclass(frozen=True)
class Task:
    """A zone's year as one person has to work on it."""

    row: ReportingYear
    outstanding: tuple[Reporting, ...]  # still to be handed in
    waiting: int  # handed in, to be approved or sent back
    late: bool


@dataclass
class Letter:
    user: User
    tasks: list[Task] = field(default_factory=list)

    @property
    def outstanding(self) -> int:
        return sum(len(task.outstanding) for task in self.tasks)

    @property
    def waiting(self) -> int:
        return sum(task.waiting for task in self.tasks)


@dataclass(frozen=True)
class Person:
    """Where a person enters figures, and where they are approved."""

    user: User
    enters: set[int]
    decides: set[int]


def letters(today: date, days: int) -> list[Letter]:
    """What each person is reminded of: years due within so many days, or due already.

    Who has been told of a year today is not told again. A park for which nobody has the role of
    data entry is entered by its zone's manager.
    """
    rows = years_to_remind_of(today, days)
    told = set(Reminder.objects.filter(sent_on=today).values_list("user", "year"))
    everybody = people()
    entered = {park for person in everybody for park in person.enters}
    found = {person.user.pk: Letter(person.user) for person in everybody}
    zones = {row.zone_id for row in rows}
    home = dict(Park.objects.filter(home_zone__in=zones).values_list("pk", "home_zone"))
    for row, reported in reporting_years(rows, home):
        for person in everybody:
            if (person.user.pk, row.pk) in told:
                continue
            enters = person.enters | (person.decides - entered)
            task = Task(
                row,
                tuple(one for one in reported if one.is_outstanding and one.park in enters),
                sum(
                    one.state == State.SUBMITTED and one.park in person.decides for one in reported
                ),
                row.is_late(today),
            )
            if task.outstanding or task.waiting:
                found[person.user.pk].tasks.append(task)
    return [letter for letter in found.values() if letter.tasks]


def years_to_remind_of(today: date, days: int) -> list[ReportingYear]:
    """Open years whose due day is near or over."""
    begun = Q(opened_at__isnull=False) | Q(opens_on__lte=today)
    rows = ReportingYear.objects.filter(begun, closed_at=None).select_related("zone")
    soon = today + timedelta(days=days)
    return [row for row in rows.order_by("year", "zone__order", "zone__key") if row.due <= soon]


def people() -> list[Person]:
    wanted = (roles.STAFF, roles.MANAGER)
    users = User.objects.filter(is_active=True, memberships__group__name__in=wanted)
    found = []
    for user in users.distinct().order_by("pk"):
        scope = scope_of(user)
        # An administrator's memberships are not looked at: everything is theirs.
        if not scope.everything:
            enters, decides = scope.park_ids_as(roles.STAFF), scope.decided_park_ids
            found.append(Person(user, enters, decides))
    return found


def send(letter: Letter, today: date) -> bool:
    """Mail a letter and note that; False where somebody else has done so meanwhile.

    Where the mail cannot be sent nothing is noted, so that the next run tries again.
    """
    subject, body = written(letter)
    rows = [Reminder(user=letter.user, year=task.row, sent_on=today) for task in letter.tasks]
    with transaction.atomic():
        try:
            with transaction.atomic():
                Reminder.objects.bulk_create(rows)
        except IntegrityError:
            return False
        send_mail(subject, body, None, [letter.user.email])
    return True


# Words


def written(letter: Letter) -> tuple[str, str]:
    """Subject and text."""
    return in_both_languages(lambda: (subject_of(letter), "\n\n".join(paragraphs(letter))))


def subject_of(letter: Letter) -> str:
    if letter.outstanding:
        n = letter.outstanding
        return ngettext("%(n)d yearly return is missing", "%(n)d yearly returns are missing", n) % {
            "n": n
        }
    n = letter.waiting
    return ngettext(
        "%(n)d yearly return waits for your approval",
        "%(n)d yearly returns wait for your approval",
        n,
    ) % {"n": n}


def paragraphs(letter: Letter) -> Iterator[str]:
    yield _("Good day, %(name)s.") % {"name": letter.user}
    for task in letter.tasks:
        yield "\n".join(lines_of(task))


def lines_of(task: Task) -> Iterator[str]:
    row = task.row
    words = {
        "zone": row.zone.name,
        "year": row.year,
        "day": date_format(row.due, "DATE_FORMAT"),
    }
    if task.late:
        yield _("%(zone)s, figures for %(year)d: they were due on %(day)s.") % words
    else:
        yield _("%(zone)s, figures for %(year)d: they are due on %(day)s.") % words
    if task.outstanding:
        yield from named(task.outstanding)
    if task.waiting:
        yield ngettext(
            "%(n)d return waits for your approval.",
            "%(n)d returns wait for your approval.",
            task.waiting,
        ) % {"n": task.waiting}
    yield on_the_site(reverse("board", args=[row.zone.key, row.year]))


def named(rows: Iterable[Reporting]) -> Iterator[str]:
    rows = list(rows)
    n = len(rows)
    yield ngettext("%(n)d return is missing:", "%(n)d returns are missing:", n) % {"n": n}
    for row in rows[:MOST_NAMED]:
        yield f"- {row.name}"
    if n > MOST_NAMED:
        yield _("… and %(n)d more") % {"n": n - MOST_NAMED}
