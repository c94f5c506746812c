"""Patent counts of the yearly returns, and the register of single patents that checks them."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Return, ReturnPart
from patents import application_numbers
from zonetrack.addresses import address_of_record
from zonetrack.records import (
    Record,
    count_field,
    day_field,
    ends_not_before,
    in_reader_language,
    never_above,
    refuse_earlier,
    settle_day,
    year_field,
)

OF_WHICH = _("Inventions cannot be more than all patents.")


class PatentCounts(ReturnPart):
    """Patents of one enterprise in one year, as reported. First patentee only."""

    filing = models.OneToOneField(
        Return,
        models.CASCADE,
        primary_key=True,
        related_name="patents",
        verbose_name=_("yearly return"),
    )
    filed = count_field(_("patents filed"), _("Applications filed in the year, all types."))
    filed_inventions = count_field(_("of which inventions filed"))
    granted = count_field(_("patents granted"), _("Patents granted in the year, all types."))
    granted_inventions = count_field(_("of which inventions granted"))
    in_force = count_field(_("patents in force"), _("Patents in force on 31 December, all types."))
    in_force_inventions = count_field(_("of which inventions in force"))

    FIGURES = (
        "filed",
        "filed_inventions",
        "granted",
        "granted_inventions",
        "in_force",
        "in_force_inventions",
    )
    counted = ("park_id", "approved", *FIGURES)

    class Meta:
        verbose_name = _("patent counts")
        verbose_name_plural = _("patent counts")
        ordering = ["-year", "filing"]
        indexes = [
            models.Index(
                fields=[
                    "park",
                    "year",
                    "approved",
                    "filed",
                    "filed_inventions",
                    "granted",
                    "granted_inventions",
                    "in_force",
                    "in_force_inventions",
                    "filing",
                ],
                name="patent_counts_of_park",
            )
        ]
        constraints = [
            never_above("filed_inventions", "filed", "inventions_within_filed", OF_WHICH),
            never_above("granted_inventions", "granted", "inventions_within_granted", OF_WHICH),
            never_above("in_force_inventions", "in_force", "inventions_within_in_force", OF_WHICH),
        ]


class PatentQuerySet(models.QuerySet):
    def in_force_at_end_of(self, year: int):
        return self.filter(
            Q(ended_year__isnull=True) | Q(ended_year__gt=year), granted_year__lte=year
        )


class Patent(Record):
    """One application, known by its number. It belongs to the park of its first holder."""

    class Type(models.TextChoices):
        INVENTION = "invention", _("Invention")
        UTILITY_MODEL = "utility_model", _("Utility model")
        DESIGN = "design", _("Design")
        PCT = "pct", _("PCT application")

    class EndReason(models.TextChoices):
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REJECTED = "rejected", _("Rejected")
        LAPSED = "lapsed", _("Lapsed, fee not paid")
        EXPIRED = "expired", _("Expired")
        INVALIDATED = "invalidated", _("Invalidated")
        ABANDONED = "abandoned", _("Abandoned")
        SOLD = "sold", _("Assigned to a holder elsewhere")

    application_no = models.CharField(
        _("application number"),
        max_length=30,
        unique=True,
        help_text=_("Such as 201710601862.3; ZL, CN and spaces may stay."),
    )
    type = models.CharField(_("type"), max_length=20, choices=Type.choices)
    title_en = models.CharField(_("title in English"), max_length=300, blank=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=300, blank=True)
    park = models.ForeignKey(
        "enterprises.Park",
        models.PROTECT,
        db_index=False,
        verbose_name=_("park of the first holder"),
    )
    filed_year = year_field(_("filed in"))
    filed_on = day_field(_("filed on"))
    granted_year = year_field(_("granted in"), optional=True)
    granted_on = day_field(_("granted on"))
    ended_year = year_field(_("ended in"), optional=True)
    ended_on = day_field(_("ended on"))
    end_reason = models.CharField(
        _("why it ended"), max_length=20, choices=EndReason.choices, blank=True
    )
    note = models.TextField(_("note"), blank=True)

    objects = PatentQuerySet.as_manager()
    scope_path = "park"
    dated = ("filed_year", "granted_year", "ended_year")
    happened = ("filed_year", "granted_year", "ended_year")
    counted = ("park_id", "type")

    class Meta:
        verbose_name = _("patent")
        verbose_name_plural = _("patents")
        ordering = ["-filed_year", "application_no"]
        indexes = [
            models.Index(
                fields=["park", "filed_year", "granted_year", "ended_year", "type"],
                name="patent_of_park",
            )
        ]
        constraints = [
            ends_not_before("filed_year", "granted_year", "patent_granted_not_before_filing"),
            ends_not_before("filed_year", "ended_year", "patent_ended_not_before_filing"),
            models.CheckConstraint(
                condition=Q(ended_year__isnull=True) | ~Q(end_reason=""),
                name="patent_ended_with_a_reason",
                violation_error_message=_("Say why the patent ended."),
            ),
        ]

    def __str__(self):
        return f"{self.application_no} {self.title}".strip()

    def get_absolute_url(self):
        return address_of_record("patent", self.pk)

    @property
    def title(self) -> str:
        return in_reader_language(self.title_en, self.title_zh)

    def clean(self):
        super().clean()
        self.application_no = application_numbers.normalize(self.application_no or "")
        application_numbers.validate(self.application_no)
        for name in ("filed", "granted", "ended"):
            settle_day(self, name)
        refuse_earlier(self, "filed", "granted")
        refuse_earlier(self, "filed", "ended")
        if self.granted_year and self.ended_year and self.ended_year < self.granted_year:
            raise ValidationError({"ended_year": _("The end lies before the grant.")})


class PatentHolder(Record):
    """A holder in the order of the patent; the first one decides where it is counted."""

    patent = models.ForeignKey(
        Patent, models.CASCADE, related_name="holders", verbose_name=_("patent")
    )
    order = models.PositiveSmallIntegerField(_("place among the holders"), default=1)
    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="patents",
        verbose_name=_("enterprise"),
    )
    outside_name = models.CharField(_("holder outside the zone"), max_length=200, blank=True)

    scope_path = "patent__park"

    class Meta:
        verbose_name = pgettext_lazy("patent", "holder")
        verbose_name_plural = _("holders")
        ordering = ["patent", "order"]
        constraints = [
            models.UniqueConstraint(fields=["patent", "order"], name="holder_order_once"),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False) ^ ~Q(outside_name=""),
                name="holder_is_enterprise_or_outside",
                violation_error_message=_("Name either an enterprise or a holder outside."),
            ),
        ]

    def __str__(self):
        return str(self.enterprise or self.outside_name)

    def get_absolute_url(self):
        return self.patent.get_absolute_url()
