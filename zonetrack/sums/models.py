"""Counters of change, and the yearly sums of parks, zones and the nation.

All of this follows from the registers and is kept by `zonetrack.writing`; nobody edits it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

NO_ZONE = 0  # the counter of what belongs to no zone: lists of choices, sources, programs


class ZoneCounter(models.Model):
    """How often anything of a zone has changed; its row is also the lock of the zone.

    Without a key of the database: a counter outlives its zone, so that no stamp ever comes back.
    """

    zone_key = models.BigIntegerField(_("zone"), primary_key=True)
    n = models.BigIntegerField(_("changes"), default=0)
    without_drafts = models.BigIntegerField(_("changes except to drafts"), default=0)

    class Meta:
        default_permissions = ()
        verbose_name = _("counter of changes")
        verbose_name_plural = _("counters of changes")

    def __str__(self):
        return f"{self.zone_key}: {self.n}"


class Header(models.Model):
    """That all years up to `last` are summed, by which rule and state of the lists of choices.

    The year of the counting is `last` less `reading.AHEAD`.
    """

    rule = models.CharField(_("rule"), max_length=64, blank=True)
    lists = models.BigIntegerField(_("state of the lists"), default=0)
    last = models.PositiveSmallIntegerField(_("last year"), default=0)

    class Meta:
        abstract = True


class ParkSums(Header):
    # Without keys of the database here and below: who deletes a park is not told of its sums.
    park = models.OneToOneField(
        "enterprises.Park",
        models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="sums",
        verbose_name=_("park"),
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("sums of a park")
        verbose_name_plural = _("sums of parks")

    def __str__(self):
        return f"{self.park_id} · {self.last}"


class ZoneSums(Header):
    zone = models.OneToOneField(
        "enterprises.Zone",
        models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="sums",
        verbose_name=_("zone"),
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("sums of a zone")
        verbose_name_plural = _("sums of zones")

    def __str__(self):
        return f"{self.zone_id} · {self.last}"


class ParkYear(models.Model):
    """What each fact is in a park and year: name of the fact → number, decimals as text."""

    park = models.ForeignKey(
        ParkSums,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="years",
        verbose_name=_("park"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    values = models.JSONField(_("values"))

    class Meta:
        default_permissions = ()
        verbose_name = _("yearly sums of a park")
        verbose_name_plural = _("yearly sums of parks")
        constraints = [models.UniqueConstraint(fields=["park", "year"], name="park_year_once")]

    def __str__(self):
        return f"{self.park_id} · {self.year}"


class ZoneYear(models.Model):
    """The sums over the parks that belong to the zone in the year."""

    zone = models.ForeignKey(
        ZoneSums,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="years",
        verbose_name=_("zone"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    values = models.JSONField(_("values"))

    class Meta:
        default_permissions = ()
        verbose_name = _("yearly sums of a zone")
        verbose_name_plural = _("yearly sums of zones")
        constraints = [models.UniqueConstraint(fields=["zone", "year"], name="zone_year_once")]

    def __str__(self):
        return f"{self.zone_id} · {self.year}"


class NationYear(models.Model):
    """One change of the sums over all parks; those of a year are added up.

    name of the fact → [number, in how many parks there is one]: where none is left, there is no
    number. Only ever added, so that nobody who writes waits for the nation's row.
    """

    rule = models.CharField(_("rule"), max_length=64)
    lists = models.BigIntegerField(_("state of the lists"))
    year = models.PositiveSmallIntegerField(_("year"))
    values = models.JSONField(_("values"))

    class Meta:
        default_permissions = ()
        verbose_name = _("yearly sums of all zones")
        verbose_name_plural = _("yearly sums of all zones")
        indexes = [models.Index(fields=["rule", "lists", "year"], name="nation_year")]

    def __str__(self):
        return str(self.year)
