"""Subjects that stand in the database: kinds of bodies and titles, categories, parks."""

import re

from django.utils.translation import gettext as _

from enterprises.models import TitleKind
from enterprises.places import Place
from rd_centers.models import CenterKind
from zonetrack.projects.models import ProgramCategory

from .words import KEY_MARKS, OTHERS, THINGS, TITLES, Subject, compiled, kind_words

KIND_BONUS = 1.5  # the full name of a kind of record says more than single words


def subject_name(subject: Subject) -> str:
    if subject.ref is not None:
        return subject.ref.name
    if subject.indicator:
        return str(subject.indicator.name)
    return _("Key enterprises") if subject.key == KEY_MARKS else _("Parks of the zone")


def family_of(subject: Subject, score: float) -> str | None:
    """The family of a kind of body that is named in the clause itself."""
    return subject.ref.family if isinstance(subject.ref, CenterKind) and score > 1 else None


def is_title(subject: Subject) -> bool:
    return isinstance(subject.ref, TitleKind)


def level_key(kind: TitleKind | None) -> str:
    return f"titles-new-{kind.level}" if kind is not None else ""


def kind_subjects() -> list[Subject]:
    """Kinds of bodies and titles and categories of programs, by their names."""
    kinds = [
        *((kind, THINGS) for kind in CenterKind.objects.all()),
        *((kind, TITLES) for kind in TitleKind.objects.all()),
        *((kind, OTHERS) for kind in ProgramCategory.objects.select_related("program")),
    ]
    return [
        Subject(
            f"{kind._meta.model_name}:{kind.pk}",
            compiled([words]),
            counters=counters,
            ref=kind,
            extra=KIND_BONUS,
        )
        for kind, counters in kinds
        if (words := kind_words(kind.key, kind.name_en, kind.name_zh))
    ]


def named_parks(place: Place) -> list[tuple[re.Pattern, Place]]:
    """The parks of a zone with the words that name them."""
    parks = {link.park_id: link.park for link in place.links if not link.park.is_unstated}
    return [
        (
            re.compile("|".join(map(re.escape, names)), re.IGNORECASE),
            Place(place.zone, place.links, park),
        )
        for park in parks.values()
        if (names := park_names(park.name_en, park.name_zh))
    ]


def park_names(english: str, chinese: str) -> list[str]:
    """Both names, and the shorter ones under which people speak of a park."""
    short = re.sub(
        r"(?:\s+(?:Industrial|Science|Technology|High-tech))*\s+(?:Park|Zone)$", "", english
    )
    kurz = re.sub(r"(?:工业|产业|科技)?园区?$", "", chinese)
    return [name for name in (english, chinese, short, kurz) if len(name) >= 2]
