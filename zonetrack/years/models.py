from datetime import date

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zonetrack import punctuation
from zonetrack.records import Record, year_field


class ReportingYear(Record):
    """One calendar year of a zone: when it opens, is due, and was closed.

    The zone that owns a park (its home zone) opens and closes the park's years.
    """

    zone = models.ForeignKey(
        "enterprises.Zone", models.CASCADE, related_name="years", verbose_name=_("zone")
    )
    year = year_field(_("year"))
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    due_on = models.DateField(
        _("due on"),
        null=True,
        blank=True,
        help_text=_("Last day to report. Empty: 31 March of the following year."),
    )
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("opened by"),
        related_name="+",
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("closed by"),
        related_name="+",
    )

    scope_path = "zone"

    class Meta:
        verbose_name = _("reporting year")
        verbose_name_plural = _("reporting years")
        ordering = ["zone", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "year"],
                name="reporting_year_once_a_zone",
                violation_error_message=_("This zone already has this year."),
            )
        ]

    def __str__(self):
        return punctuation.dated(self.zone, self.year)

    def get_absolute_url(self):
        return reverse("dashboard", args=[self.zone.key, self.year])

    def counted_park_ids(self):
        return set()

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_opened(self) -> bool:
        """Whether its returns have been prepared; a closed year stays opened."""
        return self.opened_at is not None

    @property
    def due(self) -> date:
        """The last day to report, also where none was set."""
        return self.due_on or usual_due_day(self.year)

    def is_late(self, today: date) -> bool:
        return today > self.due

    def close(self, *, by, at) -> None:
        """From now on no change may alter a figure of this year. Stored by `writing.save`."""
        self.closed_at, self.closed_by = at, by

    def reopen(self) -> None:
        self.closed_at = self.closed_by = None


def usual_due_day(year: int) -> date:
    """31 March of the following year, where no reporting year says otherwise."""
    return date(year + 1, 3, 31)


class Reminder(models.Model):
    """That a person was reminded of a year on a day, so that nobody is reminded twice a day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user")
    )
    year = models.ForeignKey(
        ReportingYear, models.CASCADE, related_name="+", verbose_name=_("reporting year")
    )
    sent_on = models.DateField(_("sent on"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["user", "year", "sent_on"], name="reminded_once_a_day")
        ]

    def __str__(self):
        return f"{self.user} · {self.year} · {self.sent_on}"

    def get_absolute_url(self):
        return self.year.get_absolute_url()
