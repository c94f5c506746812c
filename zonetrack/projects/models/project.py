from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
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


class ProjectQuerySet(models.QuerySet):
    def key_projects(self):
        return self.filter(is_key=True)

    def running_in(self, year: int):
        """Worked on in the year: begun by then, and not completed or stopped before it."""
        return self.filter(
            Q(completed_year__isnull=True) | Q(completed_year__gte=year), begun_year__lte=year
        )

    def with_lateness(self, day):
        """Adds `late`: whether a milestone was due by the evening of `day` and not done."""
        return self.annotate(late=Exists(Milestone.objects.overdue_on(day, OuterRef("pk"))))


class Project(Record, Named):
    """A technology project, with its plan and how far it has come."""

    class Stage(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("project", "Planned")
        RUNNING = "running", pgettext_lazy("project", "Running")
        COMPLETED = "completed", pgettext_lazy("project", "Completed")
        STOPPED = "stopped", pgettext_lazy("project", "Stopped")

    is_key = models.BooleanField(
        _("key industrial project"),
        default=False,
        help_text=_("One of the zone's major industrial technology projects."),
    )
    serial = models.PositiveSmallIntegerField(
        _("number in the list of key projects"), null=True, blank=True
    )
    park = models.ForeignKey(
        "enterprises.Park", models.PROTECT, db_index=False, verbose_name=_("park")
    )
    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("enterprise"),
    )
    field = models.ForeignKey(
        "enterprises.TechnologyField",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("technology field"),
    )
    stage = models.CharField(
        _("stage"), max_length=20, choices=Stage.choices, default=Stage.PLANNED
    )
    begun_year = year_field(_("begun in"), optional=True)
    begun_on = day_field(_("begun on"))
    completed_year = year_field(_("completed or stopped in"), optional=True)
    completed_on = day_field(_("completed or stopped on"))
    budget = money_field(_("budget"), _("Total budget, in 10,000 yuan."))
    spent = money_field(_("spent so far"), _("In 10,000 yuan."))
    progress = models.PositiveSmallIntegerField(
        _("progress (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    note = models.TextField(_("note"), blank=True)

    objects = ProjectQuerySet.as_manager()
    scope_path = "park"
    dated = ("begun_year", "completed_year")
    counted = ("park_id", "is_key")

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["serial", "name_zh", "name_en", "pk"]
        indexes = [
            models.Index(
                fields=["park", "is_key", "begun_year", "completed_year"], name="project_of_park"
            )
        ]
        constraints = [
            ends_not_before("begun_year", "completed_year", "project_ends_not_before_it_begins"),
            models.CheckConstraint(
                condition=Q(progress__isnull=True) | Q(progress__lte=100),
                name="progress_within_100_percent",
            ),
        ]

    def get_absolute_url(self):
        return address_of_record("project", self.pk)

    def clean(self):
        super().clean()
        settle_day(self, "begun")
        settle_day(self, "completed")
        refuse_earlier(self, "begun", "completed")


class MilestoneQuerySet(models.QuerySet):
    def overdue_on(self, day, project):
        """Milestones of a project due by the evening of `day` and not done by then."""
        return self.filter(
            Q(done_on__isnull=True) | Q(done_on__gt=day), project=project, planned_on__lte=day
        )


class Milestone(Record, Named):
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="milestones", verbose_name=_("project")
    )
    planned_on = models.DateField(_("planned for"))
    done_on = models.DateField(_("done on"), null=True, blank=True)

    objects = MilestoneQuerySet.as_manager()
    scope_path = "project__park"

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["planned_on", "pk"]
        indexes = [
            models.Index(fields=["project", "planned_on", "done_on"], name="milestone_of_project")
        ]

    def counted_years(self):
        return {day.year for day in (self.planned_on, self.done_on) if day}

    def get_absolute_url(self):
        return self.project.get_absolute_url()
