from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from zonetrack.records import Record

from . import roles


class User(AbstractUser):
    """A person who signs in. What the person sees and does comes from memberships."""

    # Part of the address under which a calendar program reads the person's deadlines; empty: none.
    calendar_key = models.CharField(
        _("calendar key"), max_length=64, blank=True, editable=False, db_index=True
    )

    # Set while the password is one that somebody else has chosen.
    must_change_password = models.BooleanField(
        _("must choose a new password"), default=False, editable=False
    )
    # Grows by one with every change in the admin, so that nobody overwrites a colleague's.
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self):
        return self.get_full_name() or self.username


class Membership(Record):
    """One role of one person in one zone, or in one park of it."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    group = models.ForeignKey(Group, models.PROTECT, verbose_name=_("role"))
    zone = models.ForeignKey(
        "enterprises.Zone",
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("zone"),
        help_text=_("The role holds for all parks of this zone."),
    )
    park = models.ForeignKey(
        "enterprises.Park",
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("park"),
        help_text=_("The role holds for this park only."),
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user", "zone", "park"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(zone__isnull=True) ^ models.Q(park__isnull=True),
                name="membership_in_zone_or_park",
                violation_error_message=_("Choose either a zone or a park."),
            ),
            models.UniqueConstraint(
                fields=["user", "group", "zone"],
                condition=models.Q(zone__isnull=False),
                name="membership_once_a_zone",
                violation_error_message=_("This person already has this role in the zone."),
            ),
            models.UniqueConstraint(
                fields=["user", "group", "park"],
                condition=models.Q(park__isnull=False),
                name="membership_once_a_park",
                violation_error_message=_("This person already has this role in the park."),
            ),
        ]

    def __str__(self):
        role = roles.LABELS.get(self.group.name, self.group.name)
        return f"{self.user} · {role} · {self.zone or self.park}"

    def get_absolute_url(self):
        return (self.zone or self.park).get_absolute_url()
