"""Looks at what is kept: returns, editions, imports, reminders, and what failed lately."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db.models import Count, Sum
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Park, Return
from zonetrack import punctuation
from zonetrack.checking import Level as Finds
from zonetrack.imports.models import Import
from zonetrack.reminders import years_to_remind_of
from zonetrack.reports.models import Edition
from zonetrack.reports.verifying import unharmed
from zonetrack.return_checks import facts_of_returns, findings
from zonetrack.sums import checking
from zonetrack.years.models import Reminder, ReportingYear

from .looking import Asked, Found, Level
from .models import PageTimes

REMINDED_FROM = 14  # days before a year is due, as send_reminders does
SILENT_DAYS = 8
FORGOTTEN_DAYS = 30
MOST_NAMED = 20


def mail(asked: Asked) -> Found:
    """Whether the mail server answers, and lets us in where it asks for a name."""
    if not settings.EMAIL_HOST:
        return Found(Level.FINE)
    facts = {"host": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"}
    try:
        with get_connection():
            return Found(Level.FINE, facts)
    except OSError as error:  # what smtplib raises is one, too
        return Found(Level.WARNING, facts | {"error": type(error).__name__})


def tell_of_mail(facts) -> str:
    if not facts:
        return _("No mail server is set; mails are written to the log.")
    if "error" in facts:
        return _("%(host)s cannot be used (%(error)s).") % facts
    return _("%(host)s answers.") % facts


def reminders(asked: Asked) -> Found:
    """Nobody is reminded although years are due: then the command does not run."""
    today = asked.today
    due = years_to_remind_of(today, REMINDED_FROM)
    last = Reminder.objects.order_by("-sent_on").values_list("sent_on", flat=True).first()
    people = Reminder.objects.filter(sent_on=last).values("user").distinct().count() if last else 0
    silent = last is None or last < today - timedelta(days=SILENT_DAYS)
    level = Level.WARNING if due and silent and settings.EMAIL_HOST else Level.FINE
    return Found(level, {"due": len(due), "last": last, "people": people})


def tell_of_reminders(facts) -> str:
    n = facts["due"]
    due = ngettext("%(n)d year is due or soon due.", "%(n)d years are due or soon due.", n)
    if not facts["last"]:
        last = _("No reminder was sent yet.")
    else:
        day = date_format(parse_date(facts["last"]), "SHORT_DATE_FORMAT")
        last = ngettext(
            "The last reminders went to %(n)d person on %(day)s.",
            "The last reminders went to %(n)d people on %(day)s.",
            facts["people"],
        ) % {"n": facts["people"], "day": day}
    return punctuation.joined([due % {"n": n}, last])


def open_returns(asked: Asked) -> Found:
    """What the checks find in the years that are opened and not closed."""
    rows = ReportingYear.objects.filter(opened_at__isnull=False, closed_at=None)
    years = []
    for row in rows.select_related("zone").order_by("-year", "zone__order", "zone__key"):
        parks = Park.objects.filter(home_zone=row.zone_id)
        returns = Return.objects.filter(year=row.year, park__in=parks)
        facts = facts_of_returns(returns).values()
        levels = [one.level for each in facts for one in findings(each)]
        years.append({
            "zone": row.zone.key,
            "year": row.year,
            "errors": levels.count(Finds.ERROR),
            "warnings": levels.count(Finds.WARNING),
        })  # fmt: skip
    total = {name: sum(one[name] for one in years) for name in ("errors", "warnings")}
    named = [one for one in years if one["errors"] or one["warnings"]]
    named.sort(key=lambda one: (-one["errors"], -one["warnings"]))
    level = Level.WARNING if total["errors"] else Level.FINE
    return Found(level, total | {"years": len(years), "named": named[:MOST_NAMED]})


def tell_of_open_returns(facts) -> str:
    return _("Open years: %(years)d. To fix: %(errors)d. To confirm: %(warnings)d.") % facts


def sums(asked: Asked) -> Found:
    """The yearly sums, counted again. Where one is missing, pages count the registers instead."""
    found = checking.check(asked.today)
    missing = sum(one.year is None for one in found.wrong if one.kind != checking.NATION)
    facts = {"parks": found.parks, "missing": missing, "wrong": len(found.wrong) - missing}
    level = Level.WARNING if missing else Level.FINE
    return Found(Level.FAILURE if facts["wrong"] else level, facts)


def tell_of_sums(facts) -> str:
    if facts["wrong"] or facts["missing"]:
        return _("Wrong: %(wrong)d, not counted yet: %(missing)d. Run check_sums --repair.") % facts
    n = facts["parks"]
    return ngettext(
        "Those of %(n)d park agree with the registers.",
        "Those of %(n)d parks agree with the registers.",
        n,
    ) % {"n": n}


def editions(asked: Asked) -> Found:
    """Checksums of what was published; its figures are counted again by verify_editions only."""
    harmed, files = [], 0
    rows = Edition.objects.select_related("kept").prefetch_related("files__file").order_by("pk")
    for edition in rows.iterator(chunk_size=5):
        for file in (edition.kept, *(row.file for row in edition.files.all())):
            files += 1
            if not unharmed(file):
                harmed.append(file.name)
    level = Level.FAILURE if harmed else Level.FINE
    return Found(level, {"files": files, "harmed": len(harmed), "named": harmed[:MOST_NAMED]})


def tell_of_editions(facts) -> str:
    n = facts["harmed"]
    if n:
        words = ngettext("%(n)d file is harmed: %(names)s", "%(n)d files are harmed: %(names)s", n)
        return words % {"n": n, "names": ", ".join(facts["named"])}
    n = facts["files"]
    return ngettext("%(n)d file is unharmed.", "All %(n)d files are unharmed.", n) % {"n": n}


def imports(asked: Asked) -> Found:
    """Files that were checked and then forgotten, and those in which nothing could be used."""
    since = asked.now - timedelta(days=FORGOTTEN_DAYS)
    waiting = Import.objects.filter(
        state=Import.State.CHECKED, begun_at__gt=since, begun_at__lt=asked.now - timedelta(days=1)
    )
    return Found(Level.FINE, waiting.aggregate(waiting=Count("pk")))


def tell_of_imports(facts) -> str:
    n = facts["waiting"]
    if not n:
        return _("No import of the last 30 days waits to be stored.")
    return ngettext(
        "%(n)d file of the last 30 days was checked and never stored.",
        "%(n)d files of the last 30 days were checked and never stored.",
        n,
    ) % {"n": n}


def failures(asked: Asked) -> Found:
    """Requests that a page could not answer, since yesterday."""
    rows = PageTimes.objects.filter(day__gte=asked.today - timedelta(days=1))
    found = rows.aggregate(requests=Sum("count", default=0), failures=Sum("failures", default=0))
    pages = rows.filter(failures__gt=0).order_by("-failures", "name")
    names = list(pages.values_list("name", flat=True)[:MOST_NAMED])
    level = Level.WARNING if found["failures"] else Level.FINE
    return Found(level, found | {"named": names})


def tell_of_failures(facts) -> str:
    if not facts["failures"]:
        n = facts["requests"]
        return ngettext(
            "%(n)d request since yesterday, none failed.",
            "%(n)d requests since yesterday, none failed.",
            n,
        ) % {"n": n}
    return _("%(failures)d of %(requests)d requests since yesterday failed: %(names)s") % (
        facts | {"names": ", ".join(facts["named"])}
    )
