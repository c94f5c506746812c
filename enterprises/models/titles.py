from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from zonetrack.addresses import address_of_record
from zonetrack.records import (
    Record,
    day_field,
    ends_not_before,
    period,
    refuse_earlier,
    settle_day,
    year_field,
)

from .reference import TitleKind

OPEN_END = 9999


class TitleQuerySet(models.QuerySet):
    def with_end(self):
        """Adds `end`: the first year on whose 31 December the title is no longer held (or 9999)."""
        return self.annotate(
            end=Least(Coalesce("expires_year", OPEN_END), Coalesce("ended_year", OPEN_END))
        )

    def held_at_end_of(self, year: int):
        return self.with_end().filter(awarded_year__lte=year, end__gt=year)

    def due_within(self, today, until):
        """Titles still held that lapse or are reviewed from `today` to `until`."""
        window = (today, until)
        due = Q(expires_on__range=window) | Q(review_due_on__range=window)
        return self.filter(due, ended_year__isnull=True)


class Title(Record):
    """One title of one holder from one batch. A renewal is a new row; the old one then ends."""

    class EndReason(models.TextChoices):
        REVOKED = "revoked", _("Revoked")
        WITHDRAWN = "withdrawn", _("Given up")
        RENEWED = "renewed", _("Renewed by a later award")
        UPGRADED = "upgraded", _("Replaced by a higher title")

    kind = models.ForeignKey(TitleKind, models.PROTECT, verbose_name=_("title"))
    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="titles",
        verbose_name=_("enterprise"),
        help_text=_("The holder. Empty: the park itself holds the title."),
    )
    park = models.ForeignKey(
        "enterprises.Park",
        models.PROTECT,
        db_index=False,
        related_name="titles",
        verbose_name=_("park"),
        help_text=_("The park in which the title was won."),
    )
    awarded_year = year_field(_("awarded in"))
    awarded_on = day_field(_("awarded on"))
    batch = models.CharField(_("batch"), max_length=60, blank=True)
    document_no = models.CharField(_("document number"), max_length=100, blank=True)
    subject = models.CharField(
        _("subject"), max_length=100, blank=True, help_text=_("For example: new materials.")
    )
    expires_year = year_field(
        _("valid until (year)"),
        optional=True,
        help_text=_("Empty: no term given; held until revoked."),
    )
    expires_on = day_field(_("valid until"))
    review_due_on = models.DateField(_("review due on"), null=True, blank=True)
    ended_year = year_field(_("ended early in"), optional=True)
    ended_on = day_field(_("ended early on"))
    end_reason = models.CharField(
        _("why it ended early"), max_length=20, choices=EndReason.choices, blank=True
    )
    note = models.TextField(_("note"), blank=True)

    objects = TitleQuerySet.as_manager()
    scope_path = "park"
    dated = ("awarded_year", "expires_year", "ended_year")
    happened = ("awarded_year", "ended_year")
    counted = ("kind_id", "park_id", "enterprise_id")

    class Meta:
        verbose_name = _("title")
        verbose_name_plural = _("titles")
        ordering = ["-awarded_year", "kind", "pk"]
        indexes = [
            models.Index(
                fields=["park", "awarded_year", "kind", "expires_year", "ended_year"],
                name="title_of_park",
            ),
            models.Index(fields=["park", "expires_on"], name="title_expiry_of_park"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "enterprise", "awarded_year", "batch"],
                condition=Q(enterprise__isnull=False),
                name="title_once_a_batch_and_enterprise",
                violation_error_message=_("This enterprise already has this title of this batch."),
            ),
            models.UniqueConstraint(
                fields=["kind", "park", "awarded_year", "batch"],
                condition=Q(enterprise__isnull=True),
                name="title_once_a_batch_and_park",
                violation_error_message=_("This park already has this title of this batch."),
            ),
            ends_not_before("awarded_year", "expires_year", "title_expires_not_before_award"),
            ends_not_before("awarded_year", "ended_year", "title_ends_not_before_award"),
            models.CheckConstraint(
                condition=Q(ended_year__isnull=True) | ~Q(end_reason=""),
                name="title_ended_with_a_reason",
                violation_error_message=_("Say why the title ended early."),
            ),
        ]

    def __str__(self):
        return f"{self.kind} · {self.holder}"

    def get_absolute_url(self):
        return address_of_record("title", self.pk)

    @property
    def holder(self):
        return self.enterprise or self.park

    @property
    def years(self) -> str:
        return period(self.awarded_year, self.last_year)

    @property
    def last_year(self) -> int | None:
        """The year in which it ends or ended; None while no end is known."""
        return min(filter(None, [self.expires_year, self.ended_year]), default=None)

    def clean(self):
        super().clean()
        for name in ("awarded", "expires", "ended"):
            settle_day(self, name)
        refuse_earlier(self, "awarded", "expires")
        refuse_earlier(self, "awarded", "ended")
        self.refuse_wrong_holder()
        self.refuse_overlap()

    def refuse_wrong_holder(self):
        if not self.kind_id:
            return
        by_enterprise = self.kind.held_by == TitleKind.Holder.ENTERPRISE
        if by_enterprise and not self.enterprise_id:
            raise ValidationError({"enterprise": _("Enterprises hold this title: name one.")})
        if not by_enterprise and self.enterprise_id:
            raise ValidationError({"enterprise": _("Parks hold this title: leave this empty.")})

    def refuse_overlap(self):
        """A holder has a title once at a time, so that titles held count holders."""
        if not (self.kind_id and self.park_id and self.awarded_year):
            return
        same = Title.objects.with_end().filter(kind=self.kind_id).exclude(pk=self.pk)
        same = (
            same.filter(enterprise=self.enterprise_id)
            if self.enterprise_id
            else same.filter(enterprise__isnull=True, park=self.park_id)
        )
        end = self.last_year or OPEN_END
        earlier = same.filter(awarded_year__lt=end, end__gt=F("awarded_year")).filter(
            end__gt=self.awarded_year
        )
        if other := earlier.first():
            raise ValidationError(
                _("The holder has this title already, awarded in %(year)d. End that one first.")
                % {"year": other.awarded_year}
            )
