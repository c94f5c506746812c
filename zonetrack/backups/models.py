from django.db import models
from django.utils.translation import gettext_lazy as _


class Backup(models.Model):
    """A backup that was finished. It is written afterwards, so no backup holds its own row."""

    taken_at = models.DateTimeField(_("taken at"), help_text=_("Everything saved before is in it."))
    file = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64)
    rows = models.PositiveBigIntegerField(_("rows"))

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        # Nobody keeps these rows by hand.
        default_permissions = ()

    def __str__(self):
        return self.file
