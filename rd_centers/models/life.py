"""The life of a body: stages before it is recognized, then recognitions by level."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Window
from django.db.models.functions import Coalesce, Lead
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Level
from zonetrack import punctuation
from zonetrack.records import (
    Record,
    day_field,
    ends_not_before,
    refuse_earlier,
    settle_day,
    year_field,
)

# A stage with no later event drops out of the pipeline after this many years.
STAGE_LASTS = 3


class StageEvent(Record):
    """A step on the way to recognition. The pipeline of a past year is read from these."""

    class Stage(models.IntegerChoices):
        PLANNED = 1, pgettext_lazy("stage", "Planned")
        APPLIED = 2, pgettext_lazy("stage", "Applied")
        BUILDING = 3, pgettext_lazy("stage", "Under construction")
        OPENED = 4, pgettext_lazy("stage", "Opened")
        ABANDONED = 5, pgettext_lazy("stage", "Abandoned")

    PIPELINE = (Stage.PLANNED, Stage.APPLIED, Stage.BUILDING)

    center = models.ForeignKey(
        "rd_centers.Center", models.CASCADE, related_name="stages", verbose_name=_("center")
    )
    stage = models.PositiveSmallIntegerField(_("stage"), choices=Stage.choices)
    year = year_field(_("year"))
    on = day_field(_("day"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    scope_path = "center__park"
    dated = ("year",)
    counted = ("stage",)

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["year", "stage"]
        constraints = [
            models.UniqueConstraint(
                fields=["center", "stage", "year"],
                name="stage_once_a_year",
                violation_error_message=_("This stage is already entered for this year."),
            )
        ]

    def __str__(self):
        return punctuation.dated(self.get_stage_display(), self.year)

    def get_absolute_url(self):
        return self.center.get_absolute_url()

    def clean(self):
        super().clean()
        settle_day(self)


class RecognitionQuerySet(models.QuerySet):
    def counted(self):
        """Leaves out bodies that only the enterprise itself has set up."""
        return self.exclude(level=Level.ENTERPRISE)

    def standing_at_end_of(self, year: int):
        return self.filter(Q(ended_year__isnull=True) | Q(ended_year__gt=year), year__lte=year)

    def firsts(self):
        """Recognitions before which the body had none that counts."""
        earlier = self.model.objects.counted().filter(
            center=OuterRef("center"), year__lt=OuterRef("year")
        )
        return self.filter(~Exists(earlier))


class Recognition(Record):
    """The standing of a body at one level, from a year on."""

    class EndReason(models.TextChoices):
        REVOKED = "revoked", _("Revoked")
        WITHDRAWN = "withdrawn", _("Given up")
        EXPIRED = "expired", _("Expired")
        UPGRADED = "upgraded", pgettext_lazy("recognition", "Replaced by a higher level")

    center = models.ForeignKey(
        "rd_centers.Center", models.CASCADE, related_name="recognitions", verbose_name=_("center")
    )
    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    authority = models.ForeignKey(
        "enterprises.Authority",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("recognized by"),
    )
    batch = models.CharField(_("batch"), max_length=60, blank=True)
    document_no = models.CharField(_("document number"), max_length=100, blank=True)
    year = year_field(_("recognized in"))
    on = day_field(_("recognized on"))
    ended_year = year_field(
        _("ended in"), optional=True, help_text=_("Empty: the recognition still stands.")
    )
    ended_on = day_field(_("ended on"))
    end_reason = models.CharField(
        _("why it ended"), max_length=20, choices=EndReason.choices, blank=True
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = RecognitionQuerySet.as_manager()
    scope_path = "center__park"
    dated = ("year", "ended_year")
    happened = ("year", "ended_year")
    counted = ("level",)

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        ordering = ["year", "pk"]
        indexes = [
            models.Index(
                fields=["center", "year", "ended_year", "level"], name="recognition_of_center"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["center", "level", "year"],
                name="recognition_once_a_level_and_year",
                violation_error_message=_("This level is already entered for this year."),
            ),
            ends_not_before("year", "ended_year", "recognition_ends_not_before_it_begins"),
            models.CheckConstraint(
                condition=Q(ended_year__isnull=True) | ~Q(end_reason=""),
                name="recognition_ended_with_a_reason",
                violation_error_message=_("Say why the recognition ended."),
            ),
        ]

    def __str__(self):
        return punctuation.dated(self.get_level_display(), self.year)

    def get_absolute_url(self):
        return self.center.get_absolute_url()

    def clean(self):
        super().clean()
        settle_day(self)
        settle_day(self, "ended")
        refuse_earlier(self, "", "ended")


def stages_in_force():
    """Stage events with `end`: the year on whose 31 December the stage no longer stands.

    The next event, the first recognition or three years without news end a stage.
    """
    next_event = Window(
        Lead("year"), partition_by=F("center"), order_by=[F("year").asc(), F("stage").asc()]
    )
    recognized = (
        Recognition.objects.counted()
        .filter(center=OuterRef("center"))
        .order_by("year")
        .values("year")[:1]
    )
    return StageEvent.objects.annotate(
        next_year=Coalesce(next_event, F("year") + STAGE_LASTS),
        recognized_year=Coalesce(models.Subquery(recognized), F("year") + STAGE_LASTS),
    )
