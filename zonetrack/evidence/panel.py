"""The files of a record as its page lists them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zonetrack.lists import cells
from zonetrack.lists.cells import Cell
from zonetrack.lists.listing import address
from zonetrack.lists.record import Panel, Table
from zonetrack.records import Record

from .fields import told
from .models import Attachment, owner_column


def evidence_panel(owner: Record) -> Panel:
    """For the page of a record that the reader may see; not shown where there is no file."""
    return panel(files_of(**{owner_column(owner): owner}))


def evidence_of_parts_panel(**link) -> Panel:
    """For the page of a record whose rows have the files: each with the row it belongs to."""
    return panel(files_of(**link), by_owner=True)


def who_added(**link) -> list[tuple]:
    """The names under which the files were added; no stamp tells of a new name of an account."""
    rows = Attachment.objects.filter(**link).order_by("pk")
    names = ("username", "first_name", "last_name")
    return list(rows.values_list(*(f"file__added_by__{name}" for name in names)))


def files_of(**link):
    rows = Attachment.objects.filter(**link).select_related("file__added_by")
    return rows.defer("file__content")


def panel(rows: Iterable[Attachment], *, by_owner: bool = False) -> Panel:
    lines = [
        [
            Cell(row.file.name, url=address("evidence", row.pk), sub=told(row)),
            *([Cell(str(row.owner))] if by_owner else []),
            cells.text(row.label),
        ]
        for row in rows
    ]
    heads = [_("File"), *([pgettext("evidence", "Of")] if by_owner else []), _("What it is")]
    return Panel("evidence", _("Evidence"), table=Table(heads, lines))
