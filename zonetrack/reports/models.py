"""What is kept of reports: frozen editions with their files, and officials’ own texts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zonetrack.records import Record, in_reader_language, year_field


def of_one_place(name: str) -> models.CheckConstraint:
    """A row is about a zone or about a park, never about both."""
    return models.CheckConstraint(
        condition=Q(zone__isnull=False, park__isnull=True)
        | Q(zone__isnull=True, park__isnull=False),
        name=name,
    )


def once_a_place(name: str, what: str) -> list[models.UniqueConstraint]:
    """One row for a place, a year and what else tells it apart."""
    return [
        models.UniqueConstraint(
            fields=[place, "year", what],
            condition=Q(**{f"{place}__isnull": False}),
            name=f"{name}_a_{place}",
        )
        for place in ("zone", "park")
    ]


class Edition(models.Model):
    """A report that was published: kept as it was, never changed.

    `kept` holds everything it says, and every figure with its records, as JSON; its checksum is
    the edition's. The files made of it are kept byte for byte.
    """

    zone = models.ForeignKey(
        "enterprises.Zone", models.PROTECT, null=True, related_name="+", verbose_name=_("zone")
    )
    park = models.ForeignKey(
        "enterprises.Park", models.PROTECT, null=True, related_name="+", verbose_name=_("park")
    )
    year = year_field(_("year"))
    number = models.PositiveSmallIntegerField(_("edition"))
    note = models.CharField(_("what this edition is about"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    kept = models.ForeignKey(
        "files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("content")
    )

    scope_path = "zone_or_park"

    class Meta:
        verbose_name = _("edition of a report")
        verbose_name_plural = _("editions of reports")
        ordering = ["-year", "-number"]
        constraints = [
            of_one_place("edition_of_zone_or_park"),
            *once_a_place("edition_once", "number"),
        ]

    def __str__(self):
        return _("edition %(n)d") % {"n": self.number}

    def get_absolute_url(self):
        return reverse("edition", args=[self.pk])

    @property
    def place(self):
        return self.park or self.zone

    @property
    def checksum(self) -> str:
        """SHA-256 of what is kept."""
        return self.kept.checksum


class EditionFile(models.Model):
    """One file of an edition, as it was made when it was published."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="files", verbose_name=_("edition")
    )
    language = models.CharField(_("language"), max_length=10)
    format = models.CharField(_("format"), max_length=20)
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("file")
    )

    class Meta:
        verbose_name = _("file of an edition")
        verbose_name_plural = _("files of editions")
        ordering = ["edition", "language", "format"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "language", "format"], name="edition_file_once"
            )
        ]

    def __str__(self):
        return str(self.file)


class OwnText(Record):
    """What an official adds to one section of a year's report, in one language or both."""

    zone = models.ForeignKey(
        "enterprises.Zone", models.PROTECT, null=True, related_name="+", verbose_name=_("zone")
    )
    park = models.ForeignKey(
        "enterprises.Park", models.PROTECT, null=True, related_name="+", verbose_name=_("park")
    )
    year = year_field(_("year"))
    section = models.SlugField(_("section"), max_length=40)
    text_en = models.TextField(_("text in English"), blank=True)
    text_zh = models.TextField(_("text in Chinese"), blank=True)

    scope_path = "zone_or_park"

    class Meta:
        verbose_name = _("own text of a report")
        verbose_name_plural = _("own texts of reports")
        ordering = ["year", "section"]
        constraints = [
            of_one_place("own_text_of_zone_or_park"),
            *once_a_place("own_text_once", "section"),
        ]

    def __str__(self):
        return _("own text, %(section)s %(year)d") % {"section": self.section, "year": self.year}

    def get_absolute_url(self):
        zone = self.zone or self.park.home_zone
        park = f"&park={self.park.key}" if self.park_id else ""
        return f"{reverse('own-texts', args=[zone.key])}?year={self.year}{park}"

    @property
    def place(self):
        return self.park or self.zone

    @property
    def text(self) -> str:
        """In the reader's language, or the other one where there is only that."""
        return in_reader_language(self.text_en, self.text_zh)

    def counted_park_ids(self):
        return {self.park_id} if self.park_id else set()
