"""The sentences of a report, by rules kept here: from lines and records to words.

Each language has rules of its own (`english.py`, `chinese.py`), because officials of the one do not
write translations of the other. Both have the same functions. A few indicators have words of their
own in the tables there; all others are told by a general rule, so that a new one needs nothing.

A sentence says only what its line or its list holds. What is not reported is left out; in a first
year nothing is compared; what is counted so far is not measured by a whole year.
"""

from zonetrack import punctuation

from . import chinese, english


def say():
    """The rules of the active language."""
    return chinese if punctuation.chinese() else english
