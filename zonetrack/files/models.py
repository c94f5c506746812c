"""Files that people hand in. They are kept in the database, so that a backup is one thing and a
file is stored if and only if the record is to which it is handed in. They stay when it goes."""

from hashlib import sha256

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

LARGEST = 10 * 1024 * 1024


class FileManager(models.Manager):
    """Leaves the bytes where they are until somebody asks for them."""

    def get_queryset(self):
        return super().get_queryset().defer("content")


class StoredFile(models.Model):
    """The bytes of a file as they came, with their checksum."""

    name = models.CharField(_("file name"), max_length=255)
    kind = models.CharField(_("kind"), max_length=10)
    size = models.PositiveIntegerField(_("size in bytes"))
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64, db_index=True)
    content = models.BinaryField(editable=False)
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("added by"),
    )

    objects = FileManager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        base_manager_name = "objects"

    def __str__(self):
        return self.name


def store(name: str, content: bytes, *, kind: str, by, at) -> StoredFile:
    """Keep a file whose content has been looked at; `kind` is what the content was found to be."""
    return StoredFile.objects.create(
        name=name[-255:],
        kind=kind,
        size=len(content),
        checksum=sha256(content).hexdigest(),
        content=content,
        added_by=by,
        added_at=at,
    )
