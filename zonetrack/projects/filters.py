from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Institution, Level, TechnologyField
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

from .models import Application, Cooperation, Milestone, Program, ProgramCategory, Project

ENTERPRISE_NAMES = ("enterprise__name_en", "enterprise__name_zh")


def is_late(today) -> Q:
    """A milestone was due by the evening of the day and was not done."""
    open_then = Q(done_on__isnull=True) | Q(done_on__gt=today)
    late = Milestone.objects.filter(open_then, planned_on__lte=today)
    return Q(pk__in=late.values("project"))


class ProjectFilters(Filters):
    q = Search("name_en", "name_zh", *ENTERPRISE_NAMES, label=_("Name or enterprise"))
    zone = Zones()
    park = Parks()
    key = Tick(_("Key industrial projects only"), lambda today: Q(is_key=True))
    state = States(
        _("Milestones"),
        [("late", _("Late")), ("on_time", _("None late"))],
        lambda today: {"late": is_late(today), "on_time": ~is_late(today)},
    )
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
    category = Records("category", _("Category"), ProgramCategory)
    status = Choices("status", _("Status"), Application.Status.choices)
    year = YearIs("applied_year", _("Applied in (year)"))
    won_year = YearIs("won_year", _("Won in (year)"))
    enterprise = EnterpriseIs()


class PartnerKinds(Choices):
    """Agreements with at least one partner of one of the kinds."""

    def filter(self, rows, value):
        if not value:
            return rows
        found = Cooperation.objects.filter(partners__kind__in=value)
        return rows.filter(pk__in=found.values("pk"))


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
    partner = PartnerKinds("partners__kind", _("Kind of partner"), Institution.Kind.choices)
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
