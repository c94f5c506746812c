"""Whether a number of a text agrees with a known one, as the text means it."""

from decimal import ROUND_HALF_UP, Decimal

from .known import Known
from .qualifying import Sense
from .reading import Claim

ABOUT = Decimal("0.05")
NEARLY = Decimal("0.9")


def agrees(claim: Claim, known: Known) -> bool:
    value, said = known.value, claim.value
    if known.is_change and claim.turn < 0:
        said = -said
    if known.is_target:
        return agrees_with_target(claim, known)
    if claim.upto is not None:
        return said <= value <= claim.upto
    equal = rounded(value, claim) == said
    if known.exactly:
        return equal
    return {
        Sense.EXACT: equal,
        Sense.AT_LEAST: value >= said,
        Sense.MORE: value > said,
        Sense.AND_SOME: said <= value < said + last_digit(said),
        Sense.ABOUT: equal or abs(value - said) <= abs(said) * ABOUT,
        Sense.NEARLY: equal or said * NEARLY <= value <= said,
        Sense.AT_MOST: value <= said,
        Sense.LESS: value < said,
    }[claim.sense]


def same(claim: Claim, known: Known) -> bool:
    """Whether it is just this number, as exact as the text writes it."""
    return rounded(known.value, claim) == claim.value


def agrees_with_target(claim: Claim, known: Known) -> bool:
    """A target is the same number; “3 and above” and “more than 3” are ways to write one."""
    if not same(claim, known):
        return False
    limits = {Sense.AT_MOST, Sense.LESS}
    return (claim.sense in limits) == (known.direction == "down") or claim.sense == Sense.EXACT


def contradicts(claim: Claim, known: Known) -> bool:
    """Whether a known number that does not agree says that the claim is wrong.

    More may exist than the rows known of a register that is not complete.
    """
    if not known.firm:
        return False
    return not known.open_above or claim.value < known.value


def rounded(value: Decimal, claim: Claim) -> Decimal:
    """As exact as the text writes its number; a single digit of a scale is not taken as exact."""
    step = claim.step
    if step > 1 and abs(claim.value) < 10 * step:
        step /= 10
    return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def last_digit(value: Decimal) -> Decimal:
    """What one more in the last digit that is not 0 is worth: 10 for 120, 100 for 300."""
    if not value:
        return Decimal(1)
    return Decimal(1).scaleb(value.normalize().as_tuple().exponent)
