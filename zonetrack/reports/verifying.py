"""Whether editions are unharmed, and their figures still counted as they were."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.utils.translation import gettext as _

from .differences import Difference, differences_today, why
from .models import Edition


@dataclass(frozen=True)
class Verified:
    """`harmed`: names of files whose content is no longer what it was; `corrected`: figures that
    somebody changed since; `counted_otherwise`: those that differ although nobody changed one."""

    harmed: tuple[str, ...]
    corrected: tuple[Difference, ...]
    counted_otherwise: tuple[Difference, ...]

    def told(self) -> Iterator[str]:
        for name in self.harmed:
            yield _("the file %(name)s is harmed") % {"name": name}
        for found in (*self.corrected, *self.counted_otherwise):
            words = {
                "indicator": found.name,
                "place": found.place,
                "year": found.year,
                "then": found.then,
                "now": found.now,
                "why": why(found),
            }
            yield _("%(indicator)s, %(place)s %(year)d: %(then)s, now %(now)s. %(why)s") % words


def verified(edition: Edition, *, today: date) -> Verified:
    """Checksums of what is kept and of all files, and each figure counted again."""
    files = [edition.kept, *(row.file for row in edition.files.select_related("file"))]
    harmed = tuple(file.name for file in files if not unharmed(file))
    if not unharmed(edition.kept):
        return Verified(harmed, (), ())
    found = differences_today(edition, today=today)
    return Verified(
        harmed,
        tuple(each for each in found if each.explained),
        tuple(each for each in found if not each.explained),
    )


def unharmed(file) -> bool:
    return sha256(bytes(file.content)).hexdigest() == file.checksum
