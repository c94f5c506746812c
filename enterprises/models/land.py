"""Zones and the parks they are made of. Everything that is counted hangs on exactly one park."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack.records import Named, Record, ends_not_before, year_field

# Registers that can be declared complete, and the column of Zone that says from which year.
REGISTERS = {
    "enterprises": "enterprises_complete_from",
    "centers": "centers_complete_from",
    "titles": "titles_complete_from",
    "projects": "projects_complete_from",
    "cooperation": "cooperation_complete_from",
    "achievements": "achievements_complete_from",
}


def complete_field(label):
    return year_field(
        label,
        optional=True,
        help_text=_(
            "From this year on the register holds every row, so that none means 0. "
            "Empty: the register is not complete, and totals are shown as “n known”."
        ),
    )


class Zone(Record, Named):
    class Level(models.TextChoices):
        NATIONAL = "national", pgettext_lazy("level", "National")
        PROVINCIAL = "provincial", pgettext_lazy("level", "Provincial")
        OTHER = "other", pgettext_lazy("level", "Other")

    class Kind(models.TextChoices):
        ECONOMIC = "economic", _("Economic and technological development zone")
        HIGH_TECH = "high_tech", _("High-tech industrial development zone")
        OTHER = "other", pgettext_lazy("zone", "Other development zone")

    key = models.SlugField(
        _("key"),
        unique=True,
        max_length=60,
        help_text=_("Short name in addresses, kept for ever: small letters, digits, hyphens."),
    )
    level = models.CharField(_("level"), max_length=20, choices=Level.choices, default="national")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default="economic")
    is_example = models.BooleanField(
        _("example with synthetic data"),
        default=False,
        help_text=_("Marked as an example on every page. Its figures are generated."),
    )
    order = models.PositiveSmallIntegerField(_("order in lists"), default=100)
    approves_on_submit = models.BooleanField(
        _("submitting approves"),
        default=False,
        help_text=_("For a zone without a reviewer: a return counts as soon as it is submitted."),
    )
    enterprises_complete_from = complete_field(_("enterprises complete from"))
    centers_complete_from = complete_field(_("R&D centers and labs complete from"))
    titles_complete_from = complete_field(_("titles complete from"))
    projects_complete_from = complete_field(_("projects and programs complete from"))
    cooperation_complete_from = complete_field(_("cooperation complete from"))
    achievements_complete_from = complete_field(_("achievements complete from"))

    scope_path = "pk"

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        ordering = ["order", "key"]

    def get_absolute_url(self):
        return reverse("zone", args=[self.key])

    def counted_park_ids(self):
        return set()

    def complete_from(self, register: str) -> int | None:
        return getattr(self, REGISTERS[register])


class Park(Record, Named):
    key = models.SlugField(
        _("key"),
        unique=True,
        max_length=60,
        help_text=_("Short name in addresses, kept for ever: small letters, digits, hyphens."),
    )
    home_zone = models.ForeignKey(
        Zone,
        models.PROTECT,
        related_name="home_parks",
        verbose_name=_("home zone"),
        help_text=_("The zone that opens and closes this park's years."),
    )
    order = models.PositiveSmallIntegerField(_("order in lists"), default=100)
    is_unstated = models.BooleanField(
        _("park not stated"),
        default=False,
        editable=False,
        help_text=_("Holds facts known only of the zone. Takes no targets."),
    )

    scope_path = "pk"

    class Meta:
        verbose_name = _("park")
        verbose_name_plural = _("parks")
        ordering = ["is_unstated", "order", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["home_zone"],
                condition=Q(is_unstated=True),
                name="one_unstated_park_a_zone",
            )
        ]

    @property
    def name(self):
        return str(_("Park not stated")) if self.is_unstated else super().name

    name.fget.short_description = _("name")

    def get_absolute_url(self):
        return reverse("park-now", args=[self.home_zone.key, self.key])

    def counted_park_ids(self):
        return set()


class ZonePark(Record):
    """A park as part of a zone, for some years. A park may belong to two zones at once."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="links", verbose_name=_("zone"))
    park = models.ForeignKey(Park, models.CASCADE, related_name="links", verbose_name=_("park"))
    from_year = year_field(_("from year"))
    to_year = year_field(
        _("to year"), optional=True, help_text=_("Last year in the zone. Empty: still part of it.")
    )

    scope_path = "park"

    class Meta:
        verbose_name = _("park of a zone")
        verbose_name_plural = _("parks of zones")
        ordering = ["zone", "park__is_unstated", "park__order", "park__key", "from_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "park", "from_year"], name="park_once_in_a_zone_and_year"
            ),
            ends_not_before("from_year", "to_year", "zone_park_ends_not_before_it_begins"),
        ]

    def __str__(self):
        return f"{self.park} · {self.zone}"

    def get_absolute_url(self):
        return self.zone.get_absolute_url()

    def covers(self, year: int) -> bool:
        return self.from_year <= year and (self.to_year is None or year <= self.to_year)
