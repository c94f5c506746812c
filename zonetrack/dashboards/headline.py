"""What a page says first: one sentence about the year's targets, and what needs attention."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import State
from zonetrack import punctuation
from zonetrack.dashboards.panels import KeyProjects, Row, list_url
from zonetrack.indicators.declaration import Kind
from zonetrack.targets import wording
from zonetrack.targets.progress import Status
from zonetrack.targets.scorecard import Line

GOOD, BAD = (Status.ACHIEVED, Status.ON_PACE), (Status.MISSED, Status.BEHIND)
MOST_ITEMS = 5


def paragraph(sentences: list[str]) -> str:
    """Sentences one after the other; Chinese ones stand without a blank between them."""
    return punctuation.joined(sentences)


def about(line: Line, today: date, coverage: Line | None) -> list[str]:
    """How far the figures of a year go; `line` is any of them."""
    sentences = [reach(line.year, today)]
    if coverage:
        returns = wording.returns_text(coverage)
        sentences.append(_("Returns: %(returns)s.") % {"returns": returns})
    if line.closed:
        sentences.append(_("The year is closed."))
    return sentences


def reach(year: int, today: date) -> str:
    if year > today.year:
        return _("The year has not begun: targets only.")
    if year < today.year:
        return _("Figures for the whole year.")
    return _("Figures to %(day)s.") % {"day": formats.date_format(today, "DATE_FORMAT")}


def headline(lines: list[Line], year: int, today: date) -> list[str]:
    """Whole sentences, ready to be read aloud."""
    judged = [line for line in lines if line.judgement.status in GOOD + BAD]
    waiting = [
        line for line in lines if line.judgement.status in (Status.NOT_DUE, Status.NOT_REPORTED)
    ]
    if not judged and not waiting:
        return [_("No targets with a number are set for %(year)d.") % {"year": year}]
    if not judged:
        return [nothing_judged(waiting)]
    good = [line for line in judged if line.judgement.status in GOOD]
    over = today > date(year, 12, 31)
    sentences = [(met if over else kept)(len(good), len(judged))]
    if worst := furthest_behind(lines):
        words = {"indicator": worst.indicator.name, "gap": wording.remaining_text(worst)}
        sentences.append(_("Furthest behind is “%(indicator)s”: %(gap)s.") % words)
    if waiting:
        sentences.append(
            ngettext(
                "%(n)d more target cannot be judged yet.",
                "%(n)d more targets cannot be judged yet.",
                len(waiting),
            )
            % {"n": len(waiting)}
        )
    return sentences


def nothing_judged(waiting: list[Line]) -> str:
    n = len(waiting)
    if all(line.judgement.status == Status.NOT_REPORTED for line in waiting):
        return ngettext(
            "The figures for the one target of %(year)d are not reported.",
            "The figures for the %(n)d targets of %(year)d are not reported.",
            n,
        ) % {"n": n, "year": waiting[0].year}
    if n == 1:
        return _("The one target that is set cannot be judged yet.")
    return _("None of the %(n)d targets can be judged yet.") % {"n": n}


def met(good: int, n: int) -> str:
    """After the year."""
    words = {"good": good, "n": n}
    if n == 1:
        return _("The one target of the year was met.") if good else _("The one target was missed.")
    if good == n:
        return _("All %(n)d targets of the year were met.") % words
    if good == 0:
        return _("None of the %(n)d targets of the year was met.") % words
    if good == 1:
        return _("One of %(n)d targets was met.") % words
    return _("%(good)d of %(n)d targets were met.") % words


def kept(good: int, n: int) -> str:
    """Within the year."""
    words = {"good": good, "n": n}
    if n == 1:
        return (
            _("The one target that can be judged is met or on pace.")
            if good
            else _("The one target that can be judged is behind.")
        )
    if good == n:
        return _("All %(n)d targets are met or on pace.") % words
    if good == 0:
        return _("None of the %(n)d targets is met or on pace.") % words
    if good == 1:
        return _("One of %(n)d targets is met or on pace.") % words
    return _("%(good)d of %(n)d targets are met or on pace.") % words


def behind_first(lines: list[Line]) -> list[Line]:
    """Targets missed or behind, the smallest part reached first."""
    found = [line for line in lines if line.judgement.status in BAD]
    return sorted(found, key=reached)


def reached(line: Line) -> Decimal:
    attainment = line.judgement.attainment
    return Decimal(1) if attainment is None else attainment


def furthest_behind(lines: list[Line]) -> Line | None:
    """The first of which can be said how far behind it is: not where its value is left out."""
    return next((line for line in behind_first(lines) if wording.remaining_text(line)), None)


def findings(lines: list[Line], *, running: bool) -> list[str]:
    """Sentences about the first indicators whose value is known, those with a change first."""
    known = [line for line in lines if line.value is not None]
    known.sort(key=lambda line: not line.change)
    return [finding(line, running=running) for line in known[:2]]


def finding(line: Line, *, running: bool) -> str:
    words = {
        "indicator": line.indicator.name,
        "value": wording.value_text(line.indicator, line.value),
        "change": wording.change_text(line),
        "previous": wording.previous_text(line),
        "origin": wording.origin_text(line),
    }
    if words["origin"]:
        return _("%(indicator)s: %(value)s (%(origin)s).") % words
    if not line.change:
        return _("%(indicator)s: %(value)s.") % words
    # What is counted so far is not measured by a whole year.
    if running and line.indicator.kind == Kind.FLOW:
        return _("%(indicator)s: %(value)s so far, %(previous)s.") % words
    return _("%(indicator)s: %(value)s, %(change)s on the year before.") % words


# Needs attention


@dataclass(frozen=True)
class Item:
    text: str
    url: str | None


def attention(
    lines: list[Line], projects: KeyProjects, due: list[Row], coverage: Line | None, today: date
) -> list[Item]:
    """At most five, of every sort at least one; each opens its records."""
    place, year = lines[0].place, lines[0].year
    others = []
    if coverage and coverage.actual.unapproved and today > coverage.due:
        others.append(missing_returns(coverage))
    if projects.delayed:
        others.append(overdue_projects(projects))
    titles = sum(row.n for row in due)
    if titles and year >= today.year - 1:
        others.append(titles_to_renew(titles, place))
    behind = [behind_item(line) for line in behind_first(lines)]
    return [*behind[: MOST_ITEMS - len(others)], *others]


def behind_item(line: Line) -> Item:
    words = {"indicator": line.indicator.name, "gap": wording.remaining_text(line)}
    return Item(_("%(indicator)s: %(gap)s") % words, wording.open_url(line))


def missing_returns(coverage: Line) -> Item:
    missing, year = coverage.actual.unapproved, coverage.year
    text = ngettext(
        "%(n)d return for %(year)d is missing or not approved",
        "%(n)d returns for %(year)d are missing or not approved",
        missing,
    )
    open_states = [state.value for state in State if state != State.APPROVED]
    url = list_url("return-list", coverage.place, year=year, state=open_states)
    return Item(text % {"n": missing, "year": year}, url)


def overdue_projects(projects: KeyProjects) -> Item:
    text = ngettext(
        "%(n)d key project has an overdue milestone",
        "%(n)d key projects have an overdue milestone",
        projects.delayed,
    )
    return Item(text % {"n": projects.delayed}, "#delayed")


def titles_to_renew(n: int, place) -> Item:
    text = ngettext(
        "%(n)d title lapses or falls due for review within 12 months",
        "%(n)d titles lapse or fall due for review within 12 months",
        n,
    )
    return Item(text % {"n": n}, list_url("title-list", place, state="due"))


def coverage_line(lines: list[Line]) -> Line | None:
    """A line that rests on returns: it knows how many are in."""
    return next(
        (
            line
            for line in lines
            if line.indicator.basis.is_returns
            and line.indicator.kind != Kind.RATIO
            and line.actual.expected
        ),
        None,
    )
