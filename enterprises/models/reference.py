"""Lists of choices shared by the registers."""

from urllib.parse import urlencode

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack.records import Named, Record, Reference


class Level(models.TextChoices):
    """The level of the body that recognizes or awards, highest first."""

    NATIONAL = "national", pgettext_lazy("level", "National")
    NATIONAL_LOCAL = "national_local", pgettext_lazy("level", "National-local joint")
    MINISTERIAL = "ministerial", pgettext_lazy("level", "Ministerial")
    PROVINCIAL = "provincial", pgettext_lazy("level", "Provincial")
    CITY = "city", pgettext_lazy("level", "City")
    DISTRICT = "district", pgettext_lazy("level", "District")
    ZONE = "zone", pgettext_lazy("level", "Zone")
    ENTERPRISE = "enterprise", pgettext_lazy("level", "Enterprise")


PROVINCIAL_AND_ABOVE = [Level.NATIONAL, Level.NATIONAL_LOCAL, Level.MINISTERIAL, Level.PROVINCIAL]


class TechnologyField(Reference):
    class Meta(Reference.Meta):
        verbose_name = _("technology field")
        verbose_name_plural = _("technology fields")

    def get_absolute_url(self):
        return reverse("center-list") + f"?field={self.pk}"


class Authority(Reference):
    level = models.CharField(_("level"), max_length=20, choices=Level.choices)

    class Meta(Reference.Meta):
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")

    def get_absolute_url(self):
        return f"{reverse('search')}?{urlencode({'q': self.name})}"


class Institution(Record, Named):
    """A university, institute or firm outside the zone that takes part in a center or project."""

    class Kind(models.TextChoices):
        UNIVERSITY = "university", _("University")
        INSTITUTE = "institute", _("Research institute")
        ENTERPRISE = "enterprise", pgettext_lazy("institution", "Enterprise elsewhere")
        GOVERNMENT = "government", _("Government body")
        OTHER = "other", _("Other")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name_zh", "name_en"]

    def get_absolute_url(self):
        return f"{reverse('search')}?{urlencode({'q': self.name})}"


class TitleKind(Reference):
    class Holder(models.TextChoices):
        ENTERPRISE = "enterprise", _("Enterprises")
        PARK = "park", _("Parks")

    level = models.CharField(
        _("level"), max_length=20, choices=Level.choices, help_text=_("Level of the title.")
    )
    authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, verbose_name=_("awarded by")
    )
    held_by = models.CharField(
        _("held by"), max_length=20, choices=Holder.choices, default=Holder.ENTERPRISE
    )
    validity_years = models.PositiveSmallIntegerField(
        _("valid for (years)"),
        null=True,
        blank=True,
        help_text=_("Empty: no fixed term, held until revoked."),
    )
    review_years = models.PositiveSmallIntegerField(
        _("reviewed every (years)"), null=True, blank=True
    )

    class Meta(Reference.Meta):
        verbose_name = _("kind of title")
        verbose_name_plural = _("kinds of titles")

    def get_absolute_url(self):
        return reverse("title-list") + f"?kind={self.pk}"
