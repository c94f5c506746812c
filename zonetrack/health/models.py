from django.db import models
from django.utils.translation import gettext_lazy as _


class PageTimes(models.Model):
    """How long the requests for one address took on one day, added up over all processes."""

    day = models.DateField(_("day"))
    # Method and name of the address, such as “GET enterprise-list”.
    name = models.CharField(_("address"), max_length=150)
    count = models.PositiveIntegerField(_("requests"), default=0)
    failures = models.PositiveIntegerField(_("server errors"), default=0)
    queries = models.PositiveBigIntegerField(_("queries"), default=0)
    slowest = models.FloatField(_("slowest, ms"), default=0)
    # How many took at most so long: a number for each of times.LIMITS, and one for the rest.
    steps = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = _("times of a page")
        verbose_name_plural = _("times of pages")
        constraints = [models.UniqueConstraint(fields=["day", "name"], name="page_once_a_day")]

    def __str__(self):
        return f"{self.day} {self.name}"


class Look(models.Model):
    """What the command health_check found when it last looked at one thing."""

    check_key = models.CharField(_("check"), max_length=40, unique=True)
    at = models.DateTimeField(_("looked at"))
    level = models.PositiveSmallIntegerField(_("level"))
    # What was found, without words, so that it can be told in each language.
    facts = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("look at the installation")
        verbose_name_plural = _("looks at the installation")

    def __str__(self):
        return self.check_key
