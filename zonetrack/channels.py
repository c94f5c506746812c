"""Through which door a change came in: kept with every entry of the history.

The door is opened at the edge (a request, an import, a bulk action) and holds for all that is
written inside. Outside of any, a change comes from a command.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    PAGE = "page", pgettext_lazy("channel", "Form")
    GRID = "grid", pgettext_lazy("channel", "Table of the park")
    ADMIN = "admin", pgettext_lazy("channel", "Admin form")
    ACTION = "action", pgettext_lazy("channel", "Action on several records")
    IMPORT = "import", pgettext_lazy("channel", "Import")
    UNDO = "undo", pgettext_lazy("channel", "Undone import")
    COMMAND = "command", pgettext_lazy("channel", "Command")


_here: ContextVar[tuple[str, int | None]] = ContextVar("channel", default=(Channel.COMMAND, None))


@contextmanager
def through(channel: Channel, import_id: int | None = None):
    """Everything written inside came through this door."""
    token = _here.set((channel, import_id))
    try:
        yield
    finally:
        _here.reset(token)


def current_channel() -> str:
    return str(_here.get()[0])


def current_import() -> int | None:
    return _here.get()[1]


class Trace(models.Model):
    """What an entry of the history knows beyond who and when."""

    channel = models.CharField(
        _("entered through"),
        max_length=10,
        choices=Channel.choices,
        default=current_channel,
        editable=False,
    )
    source = models.ForeignKey(
        "imports.Import",
        models.DO_NOTHING,
        null=True,
        default=current_import,
        editable=False,
        db_constraint=False,
        related_name="+",
        verbose_name=_("import"),
    )
    source_row = models.PositiveIntegerField(_("row of the file"), null=True, editable=False)

    class Meta:
        abstract = True
