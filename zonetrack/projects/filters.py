from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Level, TechnologyField
from zonetrack.lists.filtering import (
    Choices,
    EnterpriseIs,
    Filters,
    Parks,
    Records,
    Search,
    States,
    Tick,
    YearIs,
    Zones,
)

from .models import Application, Cooperation, Milestone, Program, Project

ENTERPRISE_NAMES = ("enterprise__name_en", "enterprise__name_zh")


def is_late(today) -> Q:
    """A milestone was planned for a day before today and is not done."""
    late = Milestone.objects.filter(planned_on__lt=today, done_on__isnull=True)
    return Q(pk__in=late.values("project"))


class ProjectFilters(Filters):
    q = Search("name_en", "name_zh", *ENTERPRISE_NAMES, label=_("Name or enterprise"))
    zone = Zones()
    park = Parks()
    key = Tick(_("Key industrial projects only"), lambda today: Q(is_key=True))
    late = Tick(_("With late milestones"), is_late)
    stage = Choices("stage", _("Stage"), Project.Stage.choices)
    field = Records("field", _("Technology field"), TechnologyField)
    year = YearIs("begun_year", _("Begun in (year)"))
    from_year = YearIs("begun_year", _("Begun from (year)"), "gte")
    to_year = YearIs("begun_year", _("Begun up to (year)"), "lte")
    enterprise = EnterpriseIs()


class ProgramFilters(Filters):
    q = Search(
        "name_en",
        "name_zh",
        many=["categories__name_en", "categories__name_zh"],
        label=_("Program or category"),
    )
    level = Choices("level", _("Level"), Level.choices)


class ApplicationFilters(Filters):
    q = Search(
        "title_en",
        "title_zh",
        *ENTERPRISE_NAMES,
        "category__name_en",
        "category__name_zh",
        label=_("Title, enterprise or category"),
    )
    zone = Zones()
    park = Parks()
    program = Records("category__program", _("Program"), Program)
    status = Choices("status", _("Status"), Application.Status.choices)
    year = YearIs("applied_year", _("Applied in (year)"))
    won_year = YearIs("won_year", _("Won in (year)"))
    enterprise = EnterpriseIs()


class CooperationFilters(Filters):
    q = Search(
        "name_en",
        "name_zh",
        *ENTERPRISE_NAMES,
        "contract_no",
        many=["partners__name_en", "partners__name_zh"],
        label=_("Name, enterprise or partner"),
    )
    zone = Zones()
    park = Parks()
    kind = Choices("kind", _("Kind"), Cooperation.Kind.choices)
    state = States(
        pgettext_lazy("cooperation", "State"),
        [
            ("in_force", pgettext_lazy("cooperation", "In force")),
            ("ended", pgettext_lazy("cooperation", "Ended")),
        ],
        lambda today: {
            "in_force": Q(ended_year__isnull=True) | Q(ended_year__gte=today.year),
            "ended": Q(ended_year__lt=today.year),
        },
    )
    field = Records("field", _("Technology field"), TechnologyField)
    year = YearIs("signed_year", _("Signed in (year)"))
    from_year = YearIs("signed_year", _("Signed from (year)"), "gte")
    to_year = YearIs("signed_year", _("Signed up to (year)"), "lte")
    enterprise = EnterpriseIs()


class AchievementFilters(Filters):
    q = Search("name_en", "name_zh", *ENTERPRISE_NAMES, label=_("Name or enterprise"))
    zone = Zones()
    park = Parks()
    field = Records("field", _("Technology field"), TechnologyField)
    year = YearIs("year", pgettext_lazy("achievement", "Year"))
    from_year = YearIs("year", _("From (year)"), "gte")
    to_year = YearIs("year", _("Up to (year)"), "lte")
    enterprise = EnterpriseIs()
