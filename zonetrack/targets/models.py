"""Targets of a zone or a park, and every revision of them."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack.addresses import address_of_record
from zonetrack.records import Record, in_reader_language, year_field
from zonetrack.targets import progress


def number_field(label, **options):
    return models.DecimalField(
        label, max_digits=20, decimal_places=4, null=True, blank=True, **options
    )


class Target(Record):
    class Direction(models.TextChoices):
        UP = "up", pgettext_lazy("target", "At least")
        DOWN = "down", pgettext_lazy("target", "At most")
        KEEP = "keep", pgettext_lazy("target", "Keep")

    zone = models.ForeignKey(
        "enterprises.Zone", models.PROTECT, null=True, blank=True, verbose_name=_("zone")
    )
    park = models.ForeignKey(
        "enterprises.Park", models.PROTECT, null=True, blank=True, verbose_name=_("park")
    )
    indicator = models.SlugField(_("indicator"), max_length=60)
    year = year_field(_("year"), help_text=_("For a plan period: its last year."))
    direction = models.CharField(
        _("direction"), max_length=4, choices=Direction.choices, default=Direction.UP
    )
    value = number_field(
        _("target"),
        help_text=_("In the unit of the indicator. Empty for an objective without a number."),
    )
    text_en = models.CharField(_("objective in English"), max_length=300, blank=True)
    text_zh = models.CharField(_("objective in Chinese"), max_length=300, blank=True)
    baseline = number_field(
        _("baseline"),
        help_text=_("Level from which progress is measured; for stocks and ratios."),
    )
    baseline_year = year_field(_("baseline year"), optional=True)
    pace = models.CharField(
        _("pace within the year"),
        max_length=60,
        default="linear",
        help_text=_("“linear”, “year_end”, or shares by month such as “months:6=0.5,12=1”."),
    )
    tolerance = models.DecimalField(
        _("tolerance"),
        max_digits=20,
        decimal_places=4,
        default=0,
        help_text=_("For “keep”: how far off still counts as kept."),
    )
    note_en = models.TextField(_("note in English"), blank=True)
    note_zh = models.TextField(_("note in Chinese"), blank=True)

    scope_path = "zone_or_park"

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["-year", "indicator", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(zone__isnull=True) ^ Q(park__isnull=True),
                name="target_of_zone_or_park",
                violation_error_message=_("Choose either a zone or a park."),
            ),
            models.UniqueConstraint(
                fields=["zone", "year", "indicator"],
                condition=Q(zone__isnull=False),
                name="target_once_a_zone_and_year",
                violation_error_message=_("This zone already has a target for this year."),
            ),
            models.UniqueConstraint(
                fields=["park", "year", "indicator"],
                condition=Q(park__isnull=False),
                name="target_once_a_park_and_year",
                violation_error_message=_("This park already has a target for this year."),
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(text_en="") | ~Q(text_zh=""),
                name="target_has_number_or_text",
                violation_error_message=_("Enter a number or an objective in words."),
            ),
            models.CheckConstraint(condition=Q(tolerance__gte=0), name="tolerance_not_negative"),
        ]

    def __str__(self):
        return f"{self.place} · {self.indicator} · {self.year}"

    def get_absolute_url(self):
        return address_of_record("target", self.pk)

    @property
    def place(self):
        return self.zone or self.park

    @property
    def text(self) -> str:
        return in_reader_language(self.text_en, self.text_zh)

    @property
    def note(self) -> str:
        return in_reader_language(self.note_en, self.note_zh)

    def clean(self):
        super().clean()
        try:
            progress.check_pace(self.pace)
        except ValueError:
            raise ValidationError(
                {"pace": _("Write “linear”, “year_end” or “months:6=0.5,12=1”.")}
            ) from None
        if self.park_id and self.park.is_unstated:
            raise ValidationError({"park": _("“Park not stated” takes no targets.")})

    def counted_park_ids(self):
        return set()


class TargetRevision(models.Model):
    """What a target was set to: number 0 is the original, the last one stands. Never changed."""

    target = models.ForeignKey(
        Target, models.CASCADE, related_name="revisions", verbose_name=_("target")
    )
    number = models.PositiveSmallIntegerField(_("revision"))
    value = number_field(_("target"))
    baseline = number_field(_("baseline"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("author"),
        related_name="+",
    )
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("revision of a target")
        verbose_name_plural = _("revisions of targets")
        ordering = ["target", "number"]
        constraints = [models.UniqueConstraint(fields=["target", "number"], name="revision_once")]

    def __str__(self):
        return f"{self.target} · {self.number}"

    def get_absolute_url(self):
        return self.target.get_absolute_url()
