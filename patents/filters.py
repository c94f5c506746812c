from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack.lists.filtering import (
    Choices,
    EnterpriseIs,
    Filters,
    Parks,
    Search,
    States,
    YearIs,
    Zones,
)

from . import application_numbers
from .models import Patent


class PatentSearch(Search):
    """Finds a number however it is written: ZL 2017 1 0601862.3."""

    def filter(self, rows, value):
        number = application_numbers.normalize(value) if value else ""
        if application_numbers.is_whole(number):
            # Nothing else can contain it, and the number has an index.
            return rows.filter(application_no=number)
        found = super().filter(rows, value)
        if not number or number == value:
            return found
        return rows.filter(Q(pk__in=found.values("pk")) | Q(application_no__icontains=number))


class PatentFilters(Filters):
    q = PatentSearch(
        "application_no",
        "title_en",
        "title_zh",
        many=[
            "holders__enterprise__name_en",
            "holders__enterprise__name_zh",
            "holders__outside_name",
        ],
        label=_("Number, title or holder"),
    )
    zone = Zones()
    park = Parks()
    type = Choices("type", _("Type"), Patent.Type.choices)
    state = States(
        pgettext_lazy("patent", "State"),
        [
            ("pending", pgettext_lazy("patent", "Pending")),
            ("in_force", pgettext_lazy("patent", "In force")),
            ("ended", pgettext_lazy("patent", "Ended")),
        ],
        lambda today: {
            "pending": Q(granted_year__isnull=True, ended_year__isnull=True),
            "in_force": Q(granted_year__isnull=False, ended_year__isnull=True),
            "ended": Q(ended_year__isnull=False),
        },
    )
    year = YearIs("filed_year", _("Filed in (year)"))
    from_year = YearIs("filed_year", _("Filed from (year)"), "gte")
    to_year = YearIs("filed_year", _("Filed up to (year)"), "lte")
    granted_year = YearIs("granted_year", _("Granted in (year)"))
    enterprise = EnterpriseIs("holders__enterprise")
