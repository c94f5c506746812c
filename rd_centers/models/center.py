"""Centers, labs and other R&D bodies, and who runs them."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack.addresses import address_of_record
from zonetrack.records import Named, Record, Reference, year_field

from .life import STAGE_LASTS, Recognition, StageEvent


class CenterKind(Reference):
    class Family(models.TextChoices):
        TECHNOLOGY_CENTER = "technology_center", _("Technology center")
        LABORATORY = "laboratory", _("Laboratory")
        TESTING = "testing", _("Testing center")
        BASE = "base", _("Test or pilot base")
        STATION = "station", _("Workstation")
        INSTITUTE = "institute", _("Research institute")
        INCUBATOR = "incubator", _("Incubator or maker space")
        OTHER = "other", pgettext_lazy("center", "Other R&D body")

    family = models.CharField(
        _("family"),
        max_length=20,
        choices=Family.choices,
        help_text=_("Decides in which totals bodies of this kind are counted."),
    )

    class Meta(Reference.Meta):
        verbose_name = _("kind of R&D body")
        verbose_name_plural = _("kinds of R&D bodies")

    def get_absolute_url(self):
        return reverse("center-list") + f"?kind={self.pk}"


class CenterQuerySet(models.QuerySet):
    def technology_centers(self):
        """Engineering technology research centers and enterprise technology centers."""
        return self.filter(kind__family=CenterKind.Family.TECHNOLOGY_CENTER)

    def laboratories(self):
        return self.filter(kind__family=CenterKind.Family.LABORATORY)

    def held_at_end_of(self, year: int, levels=None):
        """Bodies with a recognition in force on 31 December, at one of the levels if given."""
        standing = Recognition.objects.counted().standing_at_end_of(year)
        if levels is not None:
            standing = standing.filter(level__in=levels)
        return self.filter(
            Q(merged_year__isnull=True) | Q(merged_year__gt=year),
            Exists(standing.filter(center=OuterRef("pk"))),
        )

    def new_in(self, year: int):
        """Bodies first recognized in the year, once in their life; no successors of mergers."""
        first = Recognition.objects.counted().firsts().filter(year=year, center=OuterRef("pk"))
        merged_in = self.model.objects.filter(merged_into=OuterRef("pk"), merged_year__lte=year)
        return self.filter(
            Q(merged_year__isnull=True) | Q(merged_year__gte=year),
            Exists(first),
            ~Exists(merged_in),
        )

    def in_stage_at_end_of(self, stage: int, year: int):
        """Bodies whose last stage by 31 December is this one, less than three years old."""
        events = StageEvent.objects.filter(center=OuterRef("pk"), year__lte=year)
        this = events.filter(stage=stage, year__gt=year - STAGE_LASTS)
        later = StageEvent.objects.filter(
            Q(year__gt=OuterRef("year")) | Q(year=OuterRef("year"), stage__gt=stage),
            center=OuterRef("center"),
            year__lte=year,
        )
        recognized = Recognition.objects.counted().filter(center=OuterRef("pk"), year__lte=year)
        return self.filter(
            Q(merged_year__isnull=True) | Q(merged_year__gt=year),
            Exists(this.filter(~Exists(later))),
            ~Exists(recognized),
        )


class Center(Record, Named):
    kind = models.ForeignKey(CenterKind, models.PROTECT, verbose_name=_("kind"))
    park = models.ForeignKey(
        "enterprises.Park",
        models.PROTECT,
        verbose_name=_("lead park"),
        help_text=_("The body is counted in this park only, whoever else takes part."),
    )
    host = models.ForeignKey(
        "enterprises.Enterprise",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_centers",
        verbose_name=_("lead enterprise"),
    )
    field = models.ForeignKey(
        "enterprises.TechnologyField",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("technology field"),
    )
    partners = models.ManyToManyField(
        "enterprises.Institution",
        through="CenterPartner",
        blank=True,
        verbose_name=_("partner institutions"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="absorbed",
        verbose_name=_("merged into"),
    )
    merged_year = year_field(_("merged in"), optional=True)
    note = models.TextField(_("note"), blank=True)

    objects = CenterQuerySet.as_manager()
    scope_path = "park"
    dated = ("merged_year",)
    happened = ("merged_year",)
    counted = ("kind_id", "park_id", "host_id", "merged_into_id")

    class Meta:
        verbose_name = _("R&D center or lab")
        verbose_name_plural = _("R&D centers and labs")
        ordering = ["name_zh", "name_en", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True, merged_year__isnull=True)
                | Q(merged_into__isnull=False, merged_year__isnull=False),
                name="merged_center_says_into_what_and_when",
                violation_error_message=_(
                    "A merged body needs both: into which one, and the year."
                ),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="no_center_merges_into_itself",
                violation_error_message=_("A body cannot be merged into itself."),
            ),
        ]

    def get_absolute_url(self):
        return address_of_record("center", self.pk)

    def counted_years(self):
        years = super().counted_years()
        if self.pk:
            years |= set(self.recognitions.values_list("year", flat=True))
        return years

    def clean(self):
        super().clean()
        if self.pk and self.merged_into_id == self.pk:
            raise ValidationError({"merged_into": _("A body cannot be merged into itself.")})


class CenterHost(Record):
    """A further enterprise that runs the body. Shown, not counted."""

    center = models.ForeignKey(
        Center, models.CASCADE, related_name="hosts", verbose_name=_("center")
    )
    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        models.PROTECT,
        related_name="shared_centers",
        verbose_name=_("enterprise"),
    )
    from_year = year_field(_("from year"), optional=True)
    to_year = year_field(_("to year"), optional=True)

    scope_path = "center__park"

    class Meta:
        verbose_name = _("further host")
        verbose_name_plural = _("further hosts")
        ordering = ["center", "enterprise"]
        constraints = [
            models.UniqueConstraint(fields=["center", "enterprise"], name="host_once_a_center")
        ]

    def __str__(self):
        return str(self.enterprise)

    def get_absolute_url(self):
        return self.center.get_absolute_url()


class CenterPartner(Record):
    center = models.ForeignKey(
        Center, models.CASCADE, related_name="partnerships", verbose_name=_("center")
    )
    institution = models.ForeignKey(
        "enterprises.Institution", models.PROTECT, verbose_name=_("institution")
    )

    scope_path = "center__park"

    class Meta:
        verbose_name = _("partner institution")
        verbose_name_plural = _("partner institutions")
        ordering = ["center", "institution"]
        constraints = [
            models.UniqueConstraint(fields=["center", "institution"], name="partner_once_a_center")
        ]

    def __str__(self):
        return str(self.institution)

    def get_absolute_url(self):
        return self.center.get_absolute_url()
