from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises import credit_codes
from zonetrack import punctuation
from zonetrack.addresses import address_of_record
from zonetrack.records import (
    Named,
    Record,
    day_field,
    ends_not_before,
    refuse_earlier,
    settle_day,
    year_field,
)


class Enterprise(Record, Named):
    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        null=True,
        blank=True,
        unique=True,
        help_text=_("18 characters, without spaces."),
    )
    no_code_reason = models.CharField(
        _("why there is no code"),
        max_length=200,
        blank=True,
        help_text=_("For historic rows, or until the code is known."),
    )
    field = models.ForeignKey(
        "enterprises.TechnologyField",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("technology field"),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="daughters",
        verbose_name=_("parent company"),
    )
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
        help_text=_("The enterprise it was merged into or continued as."),
    )
    registered_year = year_field(_("registered in"), optional=True)
    registered_on = day_field(_("registered on"))
    closed_year = year_field(_("closed in"), optional=True)
    closed_on = day_field(_("closed on"))
    uncertain_name = models.BooleanField(
        _("name uncertain"),
        default=False,
        help_text=_("The reading of the name in the source is not certain."),
    )
    note = models.TextField(_("note"), blank=True)

    scope_path = "locations__park"
    happened = ("registered_year", "closed_year")

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["name_zh", "name_en", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
                name="no_enterprise_is_its_own_parent",
                violation_error_message=_("An enterprise cannot be its own parent company."),
            ),
            ends_not_before(
                "registered_year", "closed_year", "enterprise_closes_not_before_it_registers"
            ),
        ]

    def get_absolute_url(self):
        return address_of_record("enterprise", self.pk)

    def clean(self):
        super().clean()
        settle_day(self, "registered")
        settle_day(self, "closed")
        refuse_earlier(self, "registered", "closed")
        self.credit_code = credit_codes.normalize(self.credit_code or "") or None
        if self.credit_code:
            credit_codes.validate(self.credit_code)
        if self.pk and self.pk in (self.parent_id, self.successor_id):
            raise ValidationError(_("An enterprise cannot be its own parent or successor."))

    def counted_park_ids(self):
        return set()


class EnterpriseName(Record):
    """A former name, or another spelling found in sources."""

    class Kind(models.TextChoices):
        FORMER = "former", _("Former name")
        SPELLING = "spelling", _("Other spelling")

    enterprise = models.ForeignKey(
        Enterprise, models.CASCADE, related_name="names", verbose_name=_("enterprise")
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.FORMER)
    until_year = year_field(_("used until"), optional=True)

    scope_path = "enterprise__locations__park"
    happened = ("until_year",)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["-until_year", "name"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "name"], name="other_name_once")
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return self.enterprise.get_absolute_url()

    def counted_park_ids(self):
        return set()


class Location(Record):
    """An enterprise in a park, for some years."""

    enterprise = models.ForeignKey(
        Enterprise, models.CASCADE, related_name="locations", verbose_name=_("enterprise")
    )
    park = models.ForeignKey(
        "enterprises.Park", models.PROTECT, db_index=False, verbose_name=_("park")
    )
    from_year = year_field(_("in the park from"))
    to_year = year_field(
        _("left in"), optional=True, help_text=_("Year of leaving. Empty: still in the park.")
    )
    reports = models.BooleanField(
        _("files yearly returns"),
        default=True,
        help_text=_("Whether a yearly return is expected from it in this park."),
    )

    scope_path = "park"
    dated = ("from_year", "to_year")
    counted = ("park_id", "enterprise_id", "reports")

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["-from_year"]
        indexes = [
            models.Index(
                fields=["park", "from_year", "to_year", "reports", "enterprise"],
                name="location_of_park",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "park", "from_year"], name="location_once"
            ),
            ends_not_before("from_year", "to_year", "location_ends_not_before_it_begins"),
        ]

    def __str__(self):
        return f"{self.enterprise} · {self.park}"

    def get_absolute_url(self):
        return self.enterprise.get_absolute_url()

    def clean(self):
        super().clean()
        if not (self.enterprise_id and self.from_year):
            return
        others = Location.objects.filter(enterprise=self.enterprise_id).exclude(pk=self.pk)
        overlapping = others.filter(Q(to_year__isnull=True) | Q(to_year__gt=self.from_year))
        if self.to_year:
            overlapping = overlapping.filter(from_year__lt=self.to_year)
        if other := overlapping.select_related("park").first():
            raise ValidationError(
                _("The enterprise is in %(park)s already in these years. Enter when it left.")
                % {"park": other.park}
            )


class KeyMark(Record):
    """An enterprise the zone gives key support to in one year."""

    enterprise = models.ForeignKey(
        Enterprise, models.CASCADE, related_name="key_marks", verbose_name=_("enterprise")
    )
    park = models.ForeignKey(
        "enterprises.Park", models.PROTECT, db_index=False, verbose_name=_("park")
    )
    year = year_field(_("year"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    scope_path = "park"
    dated = ("year",)
    counted = ("park_id", "enterprise_id")

    class Meta:
        verbose_name = _("key-supported mark")
        verbose_name_plural = _("key-supported marks")
        ordering = ["-year", "enterprise"]
        indexes = [models.Index(fields=["park", "year", "enterprise"], name="key_mark_of_park")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "year"],
                name="key_mark_once_a_year",
                violation_error_message=_("This enterprise already has the mark for this year."),
            )
        ]

    def __str__(self):
        return punctuation.dated(self.enterprise, self.year)

    def get_absolute_url(self):
        return self.enterprise.get_absolute_url()
