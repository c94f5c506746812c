"""The record of an import: kept for ever, with its file, whatever became of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .packed import PackedJSON


class Import(models.Model):
    """One file read into one register: who, when, the file, what was found and what was done."""

    class State(models.TextChoices):
        CHECKED = "checked", pgettext_lazy("import", "Checked, nothing stored yet")
        APPLIED = "applied", pgettext_lazy("import", "Stored")
        UNDONE = "undone", pgettext_lazy("import", "Undone")

    register = models.CharField(_("register"), max_length=40)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, verbose_name=_("file"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.CHECKED
    )
    # Where the rows go: the zone or park and year chosen on the page, where the file says nothing.
    zone = models.ForeignKey(
        "enterprises.Zone", models.PROTECT, null=True, blank=True, verbose_name=_("zone")
    )
    park = models.ForeignKey(
        "enterprises.Park", models.PROTECT, null=True, blank=True, verbose_name=_("park")
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    # Parks of whose records the rows are; their managers may see and undo the import.
    parks = models.ManyToManyField(
        "enterprises.Park", related_name="+", editable=False, verbose_name=_("parks")
    )
    # How the file was read: sheet, row of the heads, column → field and unit.
    reading = models.JSONField(default=dict, editable=False)
    good_rows_only = models.BooleanField(_("good rows only"), default=False)
    # Numbers of rows: new, changed, unchanged, errors, warnings, skipped.
    counts = models.JSONField(default=dict, editable=False)
    # What is told of the result: findings, rows left out, rows kept when it was undone.
    result = PackedJSON(default=dict, editable=False)
    begun_at = models.DateTimeField(_("begun at"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="imports",
        verbose_name=_("begun by"),
    )
    applied_at = models.DateTimeField(_("stored at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("undone by"),
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]

    def __str__(self):
        return self.file.name


class Mapping(models.Model):
    """Columns that somebody has put right for files of this shape; offered again next time."""

    register = models.CharField(_("register"), max_length=40)
    # Checksum of the heads as they stand in the file.
    shape = models.CharField(_("shape"), max_length=64)
    columns = models.JSONField(default=dict)
    saved_at = models.DateTimeField(_("saved at"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("saved by"),
    )

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        constraints = [
            models.UniqueConstraint(
                fields=["register", "shape", "saved_by"], name="mapping_once_a_shape"
            )
        ]

    def __str__(self):
        return self.register
