from django.utils.translation import gettext_lazy as _

from enterprises.models import State
from zonetrack.lists.filtering import (
    Choices,
    EnterpriseIs,
    Filters,
    Parks,
    Search,
    YearIs,
    Zones,
)


class ReturnFilters(Filters):
    q = Search(
        "enterprise__name_en",
        "enterprise__name_zh",
        "enterprise__credit_code",
        many=["enterprise__names__name"],
        label=_("Name or credit code"),
    )
    zone = Zones()
    park = Parks()
    year = YearIs("year", _("Year"))
    from_year = YearIs("year", _("From (year)"), "gte")
    to_year = YearIs("year", _("Up to (year)"), "lte")
    state = Choices("state", _("State"), State.choices)
    enterprise = EnterpriseIs()
