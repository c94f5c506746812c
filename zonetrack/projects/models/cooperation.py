"""Research cooperation with universities and institutes, and what came of R&D."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack.addresses import address_of_record
from zonetrack.records import (
    Named,
    Record,
    day_field,
    ends_not_before,
    money_field,
    refuse_earlier,
    settle_day,
    year_field,
)


class Cooperation(Record, Named):
    """An agreement of an enterprise with a university, an institute or a firm elsewhere."""

    class Kind(models.TextChoices):
        DEVELOPMENT = "development", _("Technology development")
        TRANSFER = "transfer", _("Technology transfer or license")
        CONSULTING = "consulting", _("Technology consulting")
        SERVICE = "service", _("Technology service")
        JOINT_BODY = "joint_body", _("Joint R&D body")
        FRAMEWORK = "framework", _("Framework agreement")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    park = models.ForeignKey(
        "enterprises.Park", models.PROTECT, db_index=False, verbose_name=_("park")
    )
    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cooperation",
        verbose_name=_("enterprise"),
    )
    partners = models.ManyToManyField(
        "enterprises.Institution",
        through="CooperationPartner",
        blank=True,
        verbose_name=_("partners"),
    )
    field = models.ForeignKey(
        "enterprises.TechnologyField",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("technology field"),
    )
    signed_year = year_field(_("signed in"))
    signed_on = day_field(_("signed on"))
    ended_year = year_field(
        _("ends in"), optional=True, help_text=_("Empty: in force until further notice.")
    )
    ended_on = day_field(_("ends on"))
    amount = money_field(_("contract amount"), _("In 10,000 yuan."))
    contract_no = models.CharField(_("registered contract number"), max_length=100, blank=True)
    note = models.TextField(_("note"), blank=True)

    scope_path = "park"
    dated = ("signed_year", "ended_year")
    happened = ("signed_year",)
    counted = ("park_id",)

    class Meta:
        verbose_name = _("research cooperation")
        verbose_name_plural = _("research cooperation")
        ordering = ["-signed_year", "pk"]
        indexes = [
            models.Index(fields=["park", "signed_year", "ended_year"], name="cooperation_of_park")
        ]
        constraints = [
            ends_not_before("signed_year", "ended_year", "cooperation_ends_not_before_signing")
        ]

    def get_absolute_url(self):
        return address_of_record("cooperation", self.pk)

    def clean(self):
        super().clean()
        settle_day(self, "signed")
        settle_day(self, "ended")
        refuse_earlier(self, "signed", "ended")


class CooperationPartner(Record):
    cooperation = models.ForeignKey(
        Cooperation, models.CASCADE, related_name="partnerships", verbose_name=_("cooperation")
    )
    institution = models.ForeignKey(
        "enterprises.Institution", models.PROTECT, verbose_name=_("institution")
    )

    scope_path = "cooperation__park"

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["cooperation", "institution"]
        constraints = [
            models.UniqueConstraint(
                fields=["cooperation", "institution"], name="partner_once_an_agreement"
            )
        ]

    def __str__(self):
        return str(self.institution)

    def get_absolute_url(self):
        return self.cooperation.get_absolute_url()


class Achievement(Record, Named):
    """A result of research and development in a field, of an enterprise where it is known."""

    field = models.ForeignKey(
        "enterprises.TechnologyField",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("technology field"),
    )
    park = models.ForeignKey(
        "enterprises.Park", models.PROTECT, db_index=False, verbose_name=_("park")
    )
    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="achievements",
        verbose_name=_("enterprise"),
    )
    year = year_field(pgettext_lazy("achievement", "year"))
    on = day_field(_("day"))
    note = models.TextField(_("note"), blank=True)

    scope_path = "park"
    dated = ("year",)
    happened = ("year",)
    counted = ("park_id",)

    class Meta:
        verbose_name = _("achievement")
        verbose_name_plural = _("achievements")
        ordering = ["-year", "field", "pk"]
        indexes = [models.Index(fields=["park", "year", "field"], name="achievement_of_park")]

    def get_absolute_url(self):
        return address_of_record("achievement", self.pk)

    def clean(self):
        super().clean()
        settle_day(self)
