"""Checks of the patent counts of an enterprise."""

from django.utils.translation import gettext_lazy as _

from zonetrack.checking import Check, Facts, Hit, Level, never_above, own_years

from .models import OF_WHICH, PatentCounts

# Patents lapse every year. Asked about is a loss of more than this part, and of more than a few.
USUAL_LOSS_PERCENT, FEW = 20, 5


def disagreement(facts: Facts, name: str) -> Hit | None:
    """None where the register knows nothing: then it does not hold that year."""
    reported, known = facts.of(name), (facts.register or {}).get(name)
    if reported is None or not known or reported == known:
        return None
    return Hit({"reported": reported, "known": known})


def register_agrees(name: str) -> Check:
    """Inventions are told where all patents agree."""
    whole = name.removesuffix("_inventions")

    def test(facts: Facts) -> Hit | None:
        if not facts.register:
            return None
        told = whole != name and disagreement(facts, whole)
        return None if told else disagreement(facts, name)

    sentence = _("%(reported)s reported, but %(known)s in the register of single patents.")
    return Check(f"{name}-register", Level.WARNING, (name,), sentence, test)


def unexplained(facts: Facts, kind: str) -> Hit | None:
    """How far patents in force are from last year's and those granted since."""
    now, granted = facts.of(f"in_force{kind}"), facts.of(f"granted{kind}")
    last = facts.last(f"in_force{kind}")
    if now is None or last is None or granted is None:
        return None
    expected = last + granted
    values = {"now": now, "last": last, "granted": granted, "expected": expected}
    if now > expected:
        return Hit(values | {"unexplained": now - expected}, kind="more")
    lost = expected - now
    if lost <= FEW or lost * 100 <= expected * USUAL_LOSS_PERCENT:
        return None
    return Hit(values | {"unexplained": lost}, kind="fewer")


def in_force_follows(kind: str) -> tuple[Check, Check]:
    """Granted in one year may be more than filed in it; but what is in force has come from
    somewhere. `kind` is the end of the figures' names."""

    def test(facts: Facts) -> Hit | None:
        return unexplained(facts, kind)

    fields = (f"in_force{kind}", f"granted{kind}")
    return (
        Check(f"in_force{kind}-more", Level.WARNING, fields, MORE, test, "more"),
        Check(f"in_force{kind}-fewer", Level.WARNING, fields, FEWER, test, "fewer"),
    )


MORE = _(
    "%(now)s are in force; last year's %(last)s and %(granted)s granted make %(expected)s. "
    "%(unexplained)s more: acquired, moved in or restored?"
)
FEWER = _(
    "%(now)s are in force; last year's %(last)s and %(granted)s granted make %(expected)s. "
    "%(unexplained)s fewer: lapsed, expired, invalidated or sold?"
)

CHECKS = (
    never_above("filed_inventions", "filed", OF_WHICH),
    never_above("granted_inventions", "granted", OF_WHICH),
    never_above("in_force_inventions", "in_force", OF_WHICH),
    *(check for name in PatentCounts.FIGURES for check in own_years(name)),
    *in_force_follows(""),
    *in_force_follows("_inventions"),
    *(register_agrees(name) for name in PatentCounts.FIGURES),
)
