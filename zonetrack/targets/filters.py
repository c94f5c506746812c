from django.utils.translation import gettext_lazy as _

from zonetrack import catalog
from zonetrack.lists.filtering import Choices, Filters, Indicators, Parks, Search, YearIs, Zones

from .models import Target


class TargetFilters(Filters):
    q = Search("text_en", "text_zh", "note_en", "note_zh", label=_("Words of objective or note"))
    zone = Zones()
    park = Parks()
    indicator = Indicators(catalog.INDICATORS)
    direction = Choices("direction", _("Direction"), Target.Direction.choices)
    year = YearIs("year", _("Year"))
    from_year = YearIs("year", _("From (year)"), "gte")
    to_year = YearIs("year", _("Up to (year)"), "lte")
