"""What an indicator's year shows, as one whole sentence: the title of its chart."""

from datetime import date

from django.utils.translation import gettext as _

from zonetrack import numbers
from zonetrack.targets import wording
from zonetrack.targets.progress import Status
from zonetrack.targets.scorecard import Line


def finding(line: Line, today: date) -> str:
    """`2013 so far: 97 patents, on pace for the target of 120`."""
    if line.value is None:
        return unknown(line)
    words = words_of(line, today)
    status = line.judgement.status
    if status == Status.NO_TARGET:
        return without_target(line, words)
    if status in (Status.NOT_DUE, Status.NOT_REPORTED):
        return _("%(when)s: %(value)s for a target of %(target)s. %(status)s.") % words
    sentences = {"up": upward, "down": downward, "keep": keeping}[line.aim.direction]()
    return sentences[status] % words


def words_of(line: Line, today: date) -> dict:
    year = {"year": line.year}
    return {
        "indicator": line.indicator.name,
        "when": (_("%(year)d so far") if line.year == today.year else _("%(year)d")) % year,
        "value": value_with_unit(line),
        "target": wording.exact_text(line.indicator, line.aim.value) if line.aim else "",
        "remaining": wording.remaining_text(line),
        "expected": wording.expected_text(line),
        "status": wording.status_text(line),
        "change": wording.change_text(line),
        "before": line.year - 1,
    }


def value_with_unit(line: Line) -> str:
    unit = wording.unit_text(line.indicator)
    if not unit:
        return wording.value_text(line.indicator, line.value)
    return numbers.with_unit(line.value, unit, line.indicator.decimals)


def unknown(line: Line) -> str:
    words = {"year": line.year, "known": numbers.number(line.actual.known)}
    if line.actual.known:
        return _("%(year)d: %(known)s known, the register is not complete") % words
    return _("%(year)d: not reported") % words


def without_target(line: Line, words: dict) -> str:
    if line.change is None:
        return _("%(when)s: %(value)s") % words
    if not line.change:
        return _("%(when)s: %(value)s, as many as in %(before)d") % words
    return _("%(when)s: %(value)s, %(change)s on %(before)d") % words


def upward() -> dict[Status, str]:
    return {
        Status.ACHIEVED: _("%(when)s: %(value)s, the target of %(target)s is met"),
        Status.MISSED: _("%(when)s: %(value)s, the target is missed: %(remaining)s"),
        Status.ON_PACE: _("%(when)s: %(value)s, on pace for the target of %(target)s"),
        Status.BEHIND: _(
            "%(when)s: %(value)s, behind the %(expected)s expected by now for the target of "
            "%(target)s"
        ),
    }


def downward() -> dict[Status, str]:
    return {
        Status.ACHIEVED: _("%(when)s: %(value)s, within the limit of %(target)s"),
        Status.MISSED: _("%(when)s: %(value)s, %(remaining)s"),
        Status.ON_PACE: _("%(when)s: %(value)s, on pace to stay within the limit of %(target)s"),
        Status.BEHIND: _(
            "%(when)s: %(value)s, above the %(expected)s expected by now on the way to %(target)s"
        ),
    }


def keeping() -> dict[Status, str]:
    return {
        Status.ACHIEVED: _("%(when)s: %(value)s, the level of %(target)s is kept"),
        Status.MISSED: _("%(when)s: %(value)s, %(remaining)s"),
        Status.ON_PACE: _("%(when)s: %(value)s, the level of %(target)s is kept so far"),
        Status.BEHIND: _("%(when)s: %(value)s, %(remaining)s"),
    }
