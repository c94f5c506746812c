"""Two rows of a file about one record: equal ones count once, others contradict each other."""

from django.utils.translation import gettext as _

from zonetrack.imports.fields import CLEAR
from zonetrack.imports.told import Level


def tell_repeated(one, before, sentence: str) -> None:
    """`one` and the earlier row `before` have `read` and `row`; `sentence` names the other row."""
    if said(one.read) == said(before.read):
        told = _("The row is left out; nothing needs to be done.")
        about = sentence % {"row": before.row.number}
        one.row.problems.append(one.read.problem(Level.WARNING, "", about, told))
        return
    for row, other in ((one, before), (before, one)):
        about = sentence % {"row": other.row.number}
        row.row.problems.append(
            row.read.problem(Level.ERROR, "", about, _("Keep one of the two rows."))
        )


def said(read) -> dict:
    return {key: "" if value is CLEAR else value for key, value in read.values.items()}
