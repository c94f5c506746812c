"""The sentences of a report, by rules kept here: from lines to English and Chinese.

A sentence says only what its line holds. What is not reported is said to be so, or left out where
a list of sentences would repeat it; in a first year nothing is compared.
"""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zonetrack import numbers, punctuation
from zonetrack.indicators.declaration import Kind
from zonetrack.targets import wording
from zonetrack.targets.progress import Status
from zonetrack.targets.scorecard import Line


def told(line: Line, *, running: bool = False) -> str:
    """One indicator in a sentence: what was, how it changed, how it stands against its target."""
    parts = [achieved(line), compared(line, running), aimed(line)]
    return sentence(parts)


def sentence(parts: list[str]) -> str:
    text = punctuation.phrases(part for part in parts if part)
    return pgettext("sentence", "%(text)s.") % {"text": text}


def achieved(line: Line) -> str:
    words = {
        "indicator": line.indicator.name,
        "year": line.year,
        "value": amount(line),
        "n": numbers.number(line.actual.known),
    }
    if line.value is None and line.actual.known:
        return _("%(indicator)s: %(n)s known for %(year)d") % words
    if line.value is None:
        return _("%(indicator)s: not reported for %(year)d") % words
    if line.indicator.kind == Kind.FLOW:
        return _("%(indicator)s in %(year)d: %(value)s") % words
    return _("%(indicator)s at the end of %(year)d: %(value)s") % words


def amount(line: Line) -> str:
    """`100 patents`, `100件`, `45.5%`, `CNY 74.6 million`."""
    unit = wording.unit_text(line.indicator)
    if not unit:
        return wording.value_text(line.indicator, line.value)
    return numbers.with_unit(line.value, unit, line.indicator.decimals)


def compared(line: Line, running: bool) -> str:
    """Against the year before; empty where either year is not known."""
    if line.change is None:
        return ""
    if running and line.indicator.kind == Kind.FLOW:
        return wording.previous_text(line)
    if not line.change:
        return _("as much as in the year before")
    return _("%(change)s on the year before") % {"change": wording.change_text(line)}


def aimed(line: Line) -> str:
    """How the value stands against its target; empty without one."""
    if line.judgement.status in (Status.NO_TARGET, Status.NOT_REPORTED):
        return ""
    return wording.remaining_text(line)
