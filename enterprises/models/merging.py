"""What was decided about enterprises that look alike: that they are one, or that they are not."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zonetrack.records import Record

from .enterprise import Enterprise


class NotTheSame(Record):
    """Two enterprises of which somebody said that they are not one; the smaller key is first."""

    first = models.ForeignKey(
        Enterprise, models.CASCADE, related_name="+", verbose_name=_("first enterprise")
    )
    second = models.ForeignKey(
        Enterprise, models.CASCADE, related_name="+", verbose_name=_("second enterprise")
    )
    note = models.CharField(_("reason"), max_length=300, blank=True)

    scope_path = "first__locations__park"

    class Meta:
        verbose_name = _("pair that is not the same")
        verbose_name_plural = _("pairs that are not the same")
        ordering = ["first", "second"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_the_same_once"),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")), name="not_the_same_in_order"
            ),
        ]

    def __str__(self):
        return f"{self.first} ≠ {self.second}"

    def get_absolute_url(self):
        return self.first.get_absolute_url()

    def counted_park_ids(self):
        return set()


class Merge(models.Model):
    """One enterprise merged into another, with all that is needed to undo it."""

    # Without a key of the database: the kept one may itself be merged into a third later.
    kept = models.ForeignKey(
        Enterprise,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        verbose_name=_("kept enterprise"),
    )
    gone_key = models.BigIntegerField(editable=False)
    gone_name = models.CharField(_("merged enterprise"), max_length=200)
    reason = models.CharField(_("reason"), max_length=300)
    # Rows as they were and what became of them, see merging.merge.
    record = models.JSONField(editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("merged by"),
    )
    done_at = models.DateTimeField(_("merged at"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("undone by"),
    )
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_reason = models.CharField(_("why it was undone"), max_length=300, blank=True)
    # What the undoing left as it was, as sentences.
    left = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = _("merge of enterprises")
        verbose_name_plural = _("merges of enterprises")
        ordering = ["-done_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["gone_key"], condition=Q(undone_at__isnull=True), name="merged_once"
            )
        ]

    def __str__(self):
        return self.gone_name

    def get_absolute_url(self):
        return reverse("merge-done", args=[self.pk])
