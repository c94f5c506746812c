"""Personal tokens, with which programs read what their owner may read."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Token(models.Model):
    """Of the token itself only the hash is kept, and its first letters to recognize it by."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=100)
    start = models.CharField(_("begins with"), max_length=16, editable=False)
    digest = models.CharField(_("SHA-256"), max_length=64, unique=True, editable=False)
    created = models.DateTimeField(_("made"), editable=False)
    expires = models.DateTimeField(_("expires"), editable=False)
    # Written at most once an hour: when it was used, to the hour.
    last_used = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked = models.DateTimeField(_("revoked"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("revoked by"),
        editable=False,
    )

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering = ["-created", "-pk"]

    def __str__(self):
        return f"{self.name} ({self.start}…)"

    def is_valid(self, at: datetime) -> bool:
        return self.revoked is None and at < self.expires
