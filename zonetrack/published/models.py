"""Figures that somebody published, with their source."""

from urllib.parse import urlencode

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack.addresses import address_of_record
from zonetrack.records import Record, in_reader_language, year_field


class Source(Record):
    class Grade(models.TextChoices):
        OFFICIAL = "A", _("A · official site")
        PRESS = "B", _("B · press or academic")
        MIRROR = "C", _("C · copy or aggregator")

    tag = models.SlugField(_("tag"), unique=True, max_length=40)
    title_en = models.CharField(_("title in English"), max_length=300, blank=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=300, blank=True)
    address = models.URLField(_("address"), max_length=500, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["tag"]

    def __str__(self):
        return in_reader_language(self.title_en, self.title_zh) or self.tag

    def get_absolute_url(self):
        return f"{reverse('published-list')}?{urlencode({'q': self.tag})}"


class PublishedFigure(Record):
    class Period(models.TextChoices):
        YEAR = "year", _("Whole year")
        YEAR_END = "year_end", _("At year end")
        PART = "part", _("Part of the year")

    class Certainty(models.TextChoices):
        PUBLISHED = "published", pgettext_lazy("figure", "Published")
        AMBIGUOUS = "ambiguous", pgettext_lazy("figure", "Published, meaning ambiguous")
        DERIVED = "derived", pgettext_lazy("figure", "Derived")
        PLAN = "plan", pgettext_lazy("figure", "Plan")

    # Only these may stand as an actual; a derived or planned figure never does.
    ACTUALS = (Certainty.PUBLISHED, Certainty.AMBIGUOUS)

    zone = models.ForeignKey(
        "enterprises.Zone", models.PROTECT, null=True, blank=True, verbose_name=_("zone")
    )
    park = models.ForeignKey(
        "enterprises.Park", models.PROTECT, null=True, blank=True, verbose_name=_("park")
    )
    indicator = models.SlugField(_("indicator"), max_length=60)
    year = year_field(_("year"))
    period = models.CharField(
        _("period"), max_length=10, choices=Period.choices, default=Period.YEAR
    )
    month = models.PositiveSmallIntegerField(
        _("up to month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("For a part of the year: the last month it covers."),
    )
    value = models.DecimalField(
        _("value"),
        max_digits=20,
        decimal_places=4,
        help_text=_("In the unit of the indicator."),
    )
    certainty = models.CharField(
        _("certainty"),
        max_length=12,
        choices=Certainty.choices,
        default=Certainty.PUBLISHED,
        help_text=_("A derived or planned figure is never shown as an actual."),
    )
    source = models.ForeignKey(Source, models.PROTECT, verbose_name=_("source"))
    note_en = models.TextField(_("note in English"), blank=True)
    note_zh = models.TextField(_("note in Chinese"), blank=True)

    scope_path = "zone_or_park"

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        ordering = ["-year", "indicator", "pk"]
        indexes = [
            models.Index(fields=["zone", "year", "indicator"], name="published_of_zone"),
            models.Index(fields=["park", "year", "indicator"], name="published_of_park"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(zone__isnull=True) ^ Q(park__isnull=True),
                name="published_of_zone_or_park",
                violation_error_message=_("Choose either a zone or a park."),
            ),
            models.CheckConstraint(
                condition=Q(period="part", month__isnull=False)
                | (~Q(period="part") & Q(month__isnull=True)),
                name="part_of_year_names_its_month",
                violation_error_message=_("A part of the year needs its last month."),
            ),
            models.UniqueConstraint(
                fields=["zone", "indicator", "year", "period", "month", "source"],
                name="published_once_a_source_and_zone",
                violation_error_message=_("This source's figure is already entered."),
                condition=Q(zone__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.place} · {self.indicator} · {self.year}"

    def get_absolute_url(self):
        return address_of_record("published", self.pk)

    @property
    def place(self):
        return self.zone or self.park

    @property
    def note(self) -> str:
        return in_reader_language(self.note_en, self.note_zh)

    def counted_park_ids(self):
        return set()
