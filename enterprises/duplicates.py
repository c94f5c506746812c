"""Enterprises that may have been entered twice: by code, by name, by former name, or nearly.

All names in reach are read once and grouped by what they come to without legal form, brackets and
spaces; near names are found over the rare three-letter pieces that they share.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises import credit_codes

from .models import Enterprise, EnterpriseName, Location, NotTheSame


class Reason(models.TextChoices):
    """Why two may be one, strongest first."""

    CODE = "code", _("Same credit code")
    NAME = "name", _("Same name")
    FORMER = "former", _("Name equals a former name or another spelling")
    SIMILAR = "similar", _("Similar name")


# Shares of three-letter pieces that two names must have in common to be called similar.
SIMILAR_FROM = 0.55
MOST_PAIRS_A_GROUP = 50

LEGAL_FORM_ZH = re.compile(r"(?:股份|有限|责任|公司)+$")
LEGAL_FORM_EN = {
    "co", "company", "corp", "corporation", "inc", "incorporated", "joint", "liability",
    "limited", "llc", "ltd", "plc", "stock",
}  # fmt: skip


@dataclass
class Firm:
    """One enterprise with all it is called."""

    pk: int
    name_zh: str = ""
    name_en: str = ""
    credit_code: str = ""
    parks: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    kin: frozenset[int] = frozenset()

    @property
    def names(self) -> list[str]:
        return [name for name in (self.name_zh, self.name_en) if name]


@dataclass(frozen=True)
class Pair:
    first: Firm
    second: Firm
    reason: Reason
    share: float = 1.0


def core(name: str) -> str:
    """A name without its legal form, brackets, punctuation, spaces and width of signs."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    if re.search(r"[\u3400-\u9fff]", plain):
        bare = re.sub(r"[\W_]", "", plain)
        return LEGAL_FORM_ZH.sub("", bare) or bare
    # "Co.,Ltd." and "L.L.C." are cut at other places than people write words.
    words = re.sub(r"[\W_]+", " ", plain.replace(".", " ")).split()
    kept = [word for word in words if word not in LEGAL_FORM_EN]
    return "".join(kept or words)


def pieces(name: str) -> frozenset[str]:
    """The three-letter pieces of a core name, its beginning and end marked."""
    marked = f"  {name} "
    return frozenset(marked[place : place + 3] for place in range(len(marked) - 2))


def numbers_in(name: str) -> list[str]:
    """Numbers tell apart what else looks alike: plants, branches, phases."""
    return re.findall(r"[0-9]+|[一二三四五六七八九十]+(?=分公司|厂|期|公司)", name)


def share(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / len(left | right)


def near(names: dict[str, frozenset[str]]) -> Iterator[tuple[str, str, float]]:
    """Pairs of names that have SIMILAR_FROM of their pieces in common.

    Two such sets share one of their few rarest pieces at least, so that only names that meet there
    are compared; how many pieces that are follows from the share asked for.
    """
    often = defaultdict(int)
    for found in names.values():
        for piece in found:
            often[piece] += 1
    met = defaultdict(list)
    for name, found in names.items():
        rare = sorted(found, key=lambda piece: (often[piece], piece))
        rare = rare[: len(found) - int(-(-SIMILAR_FROM * len(found) // 1)) + 1]
        seen = {other for piece in rare for other in met[piece]}
        for other in seen:
            common = share(found, names[other])
            if common >= SIMILAR_FROM and numbers_in(name) == numbers_in(other):
                yield other, name, common
        for piece in rare:
            met[piece].append(name)


def firms_of(enterprises: models.QuerySet, locations: models.QuerySet) -> list[Firm]:
    """The enterprises of a queryset with codes, names and parks, in three queries."""
    rows = enterprises.order_by("pk").values_list(
        "pk", "name_zh", "name_en", "credit_code", "parent_id", "successor_id"
    )
    firms = {
        pk: Firm(pk, zh, en, credit_codes.normalize(code or ""), kin=frozenset({parent, successor}))
        for pk, zh, en, code, parent, successor in rows
    }
    known = EnterpriseName.objects.order_by("pk").values_list("enterprise", "name")
    for pk, name in known:
        if pk in firms:
            firms[pk].others.append(name)
    for place in locations.order_by("pk").select_related("park"):
        if place.enterprise_id in firms and (name := place.park.name) not in (
            parks := firms[place.enterprise_id].parks
        ):
            parks.append(name)
    return list(firms.values())


def likely(firms: Iterable[Firm], dismissed: set[tuple[int, int]] = frozenset()) -> list[Pair]:
    """Pairs that may be one enterprise, each once with its strongest reason, strongest first.

    `dismissed` are pairs of keys, the smaller first, of which somebody said that they are not.
    """
    firms = {firm.pk: firm for firm in firms}
    found: dict[tuple[int, int], Pair] = {}
    for one, other, reason, common in suspicions(list(firms.values())):
        key = (min(one, other), max(one, other))
        if one == other or key in dismissed or key in found:
            continue
        first, second = firms[key[0]], firms[key[1]]
        related = first.pk in second.kin or second.pk in first.kin
        if reason == Reason.SIMILAR and (related or differ_in_code(first, second)):
            continue
        found[key] = Pair(first, second, reason, common)
    order = list(Reason)
    return sorted(
        found.values(),
        key=lambda pair: (order.index(pair.reason), -pair.share, pair.first.pk, pair.second.pk),
    )


def differ_in_code(first: Firm, second: Firm) -> bool:
    return bool(first.credit_code and second.credit_code) and (
        first.credit_code != second.credit_code
    )


def suspicions(firms: list[Firm]) -> Iterator[tuple[int, int, Reason, float]]:
    """Pairs of keys with why, the strongest reasons first; a pair may come several times."""
    names = grouped(firms, lambda firm: map(core, firm.names))
    called = grouped(firms, lambda firm: map(core, [*firm.names, *firm.others]))
    codes = grouped(firms, lambda firm: [firm.credit_code])
    for groups, reason in ((codes, Reason.CODE), (names, Reason.NAME), (called, Reason.FORMER)):
        for group in groups.values():
            yield from ((one, other, reason, 1.0) for one, other in within(group))
    for left, right, common in near({name: pieces(name) for name in names}):
        for one, other in product(names[left][:5], names[right][:5]):
            yield one, other, Reason.SIMILAR, common


def grouped(firms: list[Firm], keys_of) -> dict[str, list[int]]:
    """Keys of the firms by each of their codes or names, in order and each once."""
    found = defaultdict(dict)
    for firm in firms:
        for key in filter(None, keys_of(firm)):
            found[key][firm.pk] = None
    return {key: list(group) for key, group in found.items()}


def within(group: list[int]) -> Iterator[tuple[int, int]]:
    """All pairs of a small group; of a large one each with the first, which a merge leaves."""
    if len(group) * (len(group) - 1) // 2 > MOST_PAIRS_A_GROUP:
        yield from ((group[0], other) for other in group[1:])
        return
    for place, one in enumerate(group):
        yield from ((one, other) for other in group[place + 1 :])


def duplicates_in(scope) -> list[Pair]:
    """Likely duplicates among the enterprises that a user sees."""
    locations = scope.limit(Location.objects.all())
    dismissed = set(NotTheSame.objects.values_list("first", "second").order_by())
    return likely(firms_of(scope.limit(Enterprise.objects.all()), locations), dismissed)
