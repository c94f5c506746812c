"""Adding a file to a record and taking it away again."""

from datetime import datetime
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zonetrack import writing
from zonetrack.files.kinds import examine
from zonetrack.files.models import store
from zonetrack.files.names import clean_name
from zonetrack.records import Record

from .models import Attachment, owner_column


def attach(
    owner: Record,
    name: str,
    content: bytes,
    *,
    label: str = "",
    by=None,
    reason: str = "",
    at: datetime,
) -> tuple[Attachment, bool]:
    """Keep a file at a record: its row, and whether it is new there.

    The caller has locked the owner. Raises kinds.Refused for what is not kept, ClosedYear where the
    owner's year is closed.
    """
    kind, checksum = examine(content), sha256(content).hexdigest()
    if there := owner.attachments.filter(checksum=checksum).first():
        return there, False
    row = Attachment(**{owner_column(owner): owner}, checksum=checksum, label=label)
    row.file = store(clean_name(name, kind), content, kind=kind, by=by, at=at)
    return writing.save(row, by=by, reason=reason), True


def remove(attachment: Attachment, *, by=None, reason: str) -> None:
    """Take a file from its record. Raises ValidationError without a reason, and ClosedYear."""
    if not reason.strip():
        raise ValidationError(_("Say under “Reason for the change” why a file is removed."))
    writing.delete(attachment, by=by, reason=reason)
