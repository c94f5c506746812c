"""Programs of science and technology support, and the applications made to them."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Level
from zonetrack import punctuation
from zonetrack.records import (
    Named,
    Record,
    day_field,
    in_reader_language,
    money_field,
    settle_day,
    year_field,
)


class Program(Record, Named):
    key = models.SlugField(_("key"), unique=True, max_length=60)
    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    authority = models.ForeignKey(
        "enterprises.Authority",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("run by"),
    )
    from_year = year_field(_("from year"), optional=True)
    to_year = year_field(_("to year"), optional=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        ordering = ["name_zh", "name_en"]

    def get_absolute_url(self):
        return reverse("program", args=[self.pk])


class ProgramCategory(Record, Named):
    program = models.ForeignKey(
        Program, models.CASCADE, related_name="categories", verbose_name=_("program")
    )
    key = models.SlugField(_("key"), max_length=60)
    quota = models.PositiveSmallIntegerField(
        _("projects in the program"),
        null=True,
        blank=True,
        help_text=_("How many projects the program supports in this category."),
    )
    order = models.PositiveSmallIntegerField(_("order in lists"), default=100)

    class Meta:
        verbose_name = _("program category")
        verbose_name_plural = _("program categories")
        ordering = ["program", "order"]
        constraints = [
            models.UniqueConstraint(fields=["program", "key"], name="category_once_a_program")
        ]

    def get_absolute_url(self):
        return self.program.get_absolute_url()


class Application(Record):
    """One application to a program category."""

    class Status(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("application", "Applied")
        IN_REVIEW = "in_review", pgettext_lazy("application", "In review")
        WON = "won", pgettext_lazy("application", "Won")
        DECLINED = "declined", pgettext_lazy("application", "Declined")

    category = models.ForeignKey(
        ProgramCategory,
        models.PROTECT,
        related_name="applications",
        verbose_name=_("program category"),
    )
    title_en = models.CharField(_("title in English"), max_length=300, blank=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=300, blank=True)
    park = models.ForeignKey(
        "enterprises.Park", models.PROTECT, db_index=False, verbose_name=_("park")
    )
    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("enterprise"),
    )
    applied_year = year_field(_("applied in"))
    applied_on = day_field(_("applied on"))
    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.APPLIED
    )
    won_year = year_field(_("won in"), optional=True)
    won_on = day_field(_("won on"))
    funding = money_field(_("support granted"))

    scope_path = "park"
    dated = ("applied_year", "won_year")
    happened = ("applied_year", "won_year")
    counted = ("park_id", "status", "category_id")

    class Meta:
        verbose_name = _("program application")
        verbose_name_plural = _("program applications")
        ordering = ["-applied_year", "pk"]
        indexes = [
            models.Index(
                fields=["park", "won_year", "applied_year", "status"], name="application_of_park"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="won", won_year__isnull=False)
                | (~Q(status="won") & Q(won_year__isnull=True)),
                name="won_application_has_a_year",
                violation_error_message=_("Enter the year it was won, and only then."),
            )
        ]

    def __str__(self):
        return self.title or punctuation.dated(self.category, self.applied_year)

    def get_absolute_url(self):
        return self.category.program.get_absolute_url()

    @property
    def title(self):
        return in_reader_language(self.title_en, self.title_zh)

    def clean(self):
        super().clean()
        settle_day(self, "applied")
        settle_day(self, "won")
